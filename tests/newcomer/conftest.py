"""The tests of the newcomer are for a site that has it: ``pytest --ds=tests.newcomer.settings``."""

from django.apps import apps

if not apps.is_installed("tests.newcomer.aid"):
    collect_ignore_glob = ["test_*.py"]

"""The migration that makes the groups: on a fresh database, on one in use, and back."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = ("relations", "0005_reduced_words")
AFTER = ("relations", "0006_editors_and_reviewers")
OURS = ["publish_record", "revise_record", "withdraw_record"]
EDITORS = (38, False)
REVIEWERS = (42, True)

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(target):
    """The models as they were then: with those of today, what is noted of groups needs later tables."""
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return executor.loader.project_state([target]).apps


@pytest.fixture(autouse=True)
def _back_again():
    yield
    ContentType.objects.clear_cache()
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def granted() -> dict[str, tuple[int, bool]]:
    """How many permissions each group has, and whether it may publish."""
    return {
        group.name: (
            group.permissions.count(),
            group.permissions.filter(codename="publish_record").exists(),
        )
        for group in Group.objects.all()
    }


def ours() -> list[str]:
    return sorted(Permission.objects.filter(codename__in=OURS).values_list("codename", flat=True))


def test_on_a_fresh_database_the_permissions_are_made_too():
    migrate(BEFORE).get_model("auth", "Group").objects.all().delete()
    Permission.objects.all().delete()
    ContentType.objects.all().delete()
    ContentType.objects.clear_cache()
    migrate(AFTER)
    assert granted() == {"Editor": EDITORS, "Reviewer": REVIEWERS}
    assert ours() == OURS
    assert Permission.objects.get(codename="publish_record").name == (
        "Can publish what others have drafted"
    )


def test_on_a_database_in_use_nothing_that_is_there_is_lost():
    migrate(BEFORE).get_model("auth", "Group").objects.all().delete()
    assert ours() == []
    there = Permission.objects.get(codename="add_topic")
    then = migrate(BEFORE)
    group = then.get_model("auth", "Group").objects.create(name="Editor")
    group.permissions.add(there.pk)
    then.get_model("auth", "User").objects.create(username="a member").groups.add(group)
    made_by_hand, member = Group.objects.get(), User.objects.get()

    migrate(AFTER)
    assert granted() == {"Editor": (EDITORS[0] + 1, False), "Reviewer": REVIEWERS}
    assert list(member.groups.all()) == [made_by_hand]

    migrate(BEFORE)
    assert granted() == {"Editor": (1, False)}
    assert list(made_by_hand.permissions.all()) == [there]
    assert list(member.groups.all()) == [made_by_hand]
    assert ours() == []
    assert Permission.objects.filter(codename="add_record").count() == 1


def test_what_was_made_goes_when_it_is_undone():
    migrate(BEFORE).get_model("auth", "Group").objects.all().delete()
    migrate(AFTER)
    migrate(BEFORE)
    assert granted() == {}


def test_made_with_the_models_of_today_it_leaves_their_permissions_to_be_made_again():
    """As a browser test does; every later test of that process had none of ours."""
    make = import_module("relations.migrations.0006_editors_and_reviewers").make
    with connection.schema_editor() as editor:
        make(apps, editor)
    call_command("flush", interactive=False, verbosity=0)
    assert Permission.objects.filter(codename="add_topic").count() == 1

"""Django's ``loaddata`` inside one unit of work, so that everything is derived after a fixture."""

from django.core.management.commands.loaddata import Command as LoadData

from relations.work import unit_of_work


class Command(LoadData):
    def handle(self, *fixture_labels, **options):
        with unit_of_work(reason="loaddata"):
            super().handle(*fixture_labels, **options)

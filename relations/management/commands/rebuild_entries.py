"""``manage.py rebuild_entries``: rebuilds the timeline entries of every relation."""

from django.core.management.base import BaseCommand
from django.db import transaction

from relations.derived import timeline_entries
from relations.models import Entry, Relation


class Command(BaseCommand):
    help = (
        "Rebuilds the timeline entries: which published records belong to which relation. "
        "They are kept in step automatically; use this for a database that was changed from "
        "outside."
    )

    def handle(self, **options):
        with transaction.atomic():
            wrong = len(timeline_entries.problems())
            relations = list(Relation.objects.select_related("first", "second"))
            timeline_entries.refresh(relations)
        self.stdout.write(
            f"{Entry.objects.count()} entries of {len(relations)} relations, {wrong} were wrong"
        )

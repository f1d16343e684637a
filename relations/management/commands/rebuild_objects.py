"""``manage.py rebuild_objects``: rebuilds the stored JSON of the API."""

from django.core.management.base import BaseCommand
from django.db import transaction

from relations.derived import stored_json


class Command(BaseCommand):
    help = (
        "Rebuilds the stored JSON of every published record. It is kept in step "
        "automatically; use this after an upgrade or a change of SITE_URL, when objects look "
        "different, and for a database that was changed from outside."
    )

    def handle(self, **options):
        with transaction.atomic():
            count = stored_json.rebuild()
        self.stdout.write(f"{count} object{'' if count == 1 else 's'} rebuilt")

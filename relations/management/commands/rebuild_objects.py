"""``manage.py rebuild_objects``: rebuilds the stored JSON of the API."""

from django.core.management.base import BaseCommand
from django.db import transaction

from relations.derived import stored_json


class Command(BaseCommand):
    help = (
        "Makes the JSON text of every published record anew. It is kept in step by itself; this is for a new "
        "release or another SITE_URL, whose objects look different, and for a database altered from outside."
    )

    def handle(self, **options):
        with transaction.atomic():
            count = stored_json.rebuild()
        self.stdout.write(f"{count} objects")

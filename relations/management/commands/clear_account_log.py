"""``manage.py clear_account_log``: deletes old sign-ins and account changes from the log."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from relations.models import AccountEvent

DAYS = 400


class Command(BaseCommand):
    help = (
        "Deletes what the log of accounts holds from more than so many days ago. Run it daily, as "
        "clearsessions, if addresses of your staff may not be kept for ever."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--days", type=int, default=DAYS, help="how many days are kept (%(default)s)"
        )

    def handle(self, *, days, **options):
        if days < 1:
            raise CommandError("--days: give a number of days, 1 or more.")
        events = AccountEvent.objects.filter(time__lt=timezone.now() - timedelta(days=days))
        deleted, _by_model = events.delete()
        self.stdout.write(f"{deleted} events older than {days} days are forgotten")

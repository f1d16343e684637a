"""``manage.py clear_account_log``: deletes old sign-ins and account changes from the log."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import ngettext

from relations.models import AccountEvent

DAYS = 400


class Command(BaseCommand):
    help = (
        "Deletes entries of the log of accounts that are older than a number of days. Run it "
        "daily, like clearsessions, if the addresses of your staff may not be stored for "
        "ever."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--days", type=int, default=DAYS, help="how many days to keep (%(default)s)"
        )

    def handle(self, *, days, **options):
        if days < 1:
            raise CommandError("--days: give a number of days, 1 or more.")
        events = AccountEvent.objects.filter(time__lt=timezone.now() - timedelta(days=days))
        deleted, _by_model = events.delete()
        self.stdout.write(
            ngettext(
                "%(count)d event older than %(days)d days was deleted.",
                "%(count)d events older than %(days)d days were deleted.",
                deleted,
            )
            % {"count": deleted, "days": days}
        )

"""``manage.py remove_two_steps USERNAME``: for a superuser who has lost device and recovery codes."""

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from relations.accounts import two_steps


class Command(BaseCommand):
    help = (
        "Lets a user sign in with the password alone until two-step sign-in is set up again. "
        "At the desk a superuser does the same for others; this is for the last superuser. It "
        "is recorded in the log of accounts."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}.")
        if not two_steps.remove(user):
            raise CommandError(f"{username} has no two-step sign-in.")
        self.stdout.write(f"{username} signs in with the password alone.")

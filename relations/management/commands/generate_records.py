"""``manage.py generate_records N``: adds synthetic records, to try the site with many."""

from django.core.management.base import BaseCommand, CommandError

from relations.loading import synthetic


class Command(BaseCommand):
    help = (
        "Adds the first COUNT synthetic records of a seed, with synthetic sources, places and people; the same "
        "seed always gives the same records. Refused where there are real records, unless --force is given."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "count", type=int, help="how many records, those already there included"
        )
        parser.add_argument("--seed", type=int, default=1, help="which ones (1 by default)")
        parser.add_argument("--force", action="store_true", help="even beside real records")

    def handle(self, *, count: int, seed: int, force: bool, **options):
        if count < 1:
            raise CommandError("Ask for at least one record.")
        if seed < 0:
            raise CommandError("A seed is a whole number from 0.")
        if not force and synthetic.holds_real_records():
            raise CommandError(
                "This database holds real records, and synthetic ones would stand among them. "
                "Use a database of its own, or --force if you mean it."
            )
        new, old = synthetic.generate(count, seed)
        self.stdout.write(
            f"{new} synthetic records added, {old} of seed {seed} were there already."
        )
        if missing := synthetic.without_maker():
            plurals = ", ".join(str(kind.label_plural) for kind in missing)
            self.stdout.write(f"None of these, whose kinds name no maker: {plurals}.")

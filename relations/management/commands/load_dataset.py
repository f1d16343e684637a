from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from relations.derived import timeline_entries
from relations.loading import dataset
from relations.search import index


class Command(BaseCommand):
    help = (
        "Load the data set of fixtures/ beside what staff have edited. A row edited or deleted here since "
        "it was last loaded is skipped and listed. Loading twice changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "directory",
            nargs="?",
            type=Path,
            default=settings.BASE_DIR / "fixtures",
            help="The directory of .yaml fixtures (default: fixtures/).",
        )

    def handle(self, *, directory, verbosity, **options):
        try:
            outcome = dataset.load(directory)
        except dataset.DatasetError as error:
            raise CommandError(f"Nothing was loaded. {error}") from None
        except ValidationError as error:
            raise CommandError(f"Nothing was loaded. {' '.join(error.messages)}") from None
        for line in outcome.skipped:
            self.stdout.write(f"skipped {line}")
        self.stdout.write(
            f"{len(outcome.created)} rows created, {len(outcome.updated)} updated, "
            f"{len(outcome.unchanged)} unchanged, {len(outcome.skipped)} skipped."
        )
        for problem in [*timeline_entries.problems(), *index.problems()]:
            self.stderr.write(problem)

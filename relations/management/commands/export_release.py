"""``manage.py export_release``: writes everything that is published as files to download."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from relations.releases import release


class Command(BaseCommand):
    help = (
        "Writes a release of everything that is published: JSON Lines, CSV, SQLite, codebook, "
        "checksums, CITATION.cff and licence, in a directory named after the date and number "
        "of the last change. While nothing changes a second run writes nothing; an existing "
        "release is never overwritten."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "directory",
            nargs="?",
            type=Path,
            default=settings.RELEASES_DIR,
            help="The directory of the releases (default: RELEASES_DIR, where the site finds them).",
        )

    def handle(self, *, directory, **options):
        try:
            written = release.write(Path(directory))
        except release.ReleaseError as error:
            raise CommandError(str(error)) from None
        if not written.is_new:
            self.stdout.write(f"{written.path} exists already, with the same content.")
            return
        size = sum(file.size for file in written.files)
        self.stdout.write(f"{written.path}: {len(written.files)} files, {size:,} bytes")
        for path, count in written.counts.items():
            self.stdout.write(f"  {path}: {count:,}")

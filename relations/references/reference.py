"""The reference to a record or to a set of records: the data that all formats share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from relations import dates
from relations.models import ChangeCounter, Record

SITE = "Entente"
LANGUAGE = "en"


@dataclass(frozen=True)
class Reference:
    """One citable object as it stood at ``version``, the number of its last change.

    ``date`` is the object's own: the day an instrument was signed, the period of a figure, the day a set
    last changed. ``csl``, ``ris`` and ``bibtex`` are its types in those formats, ``genre`` is the same in
    words. ``key`` is ASCII. ``number`` is that of an instrument in a register; ``authority`` are its
    parties.
    """

    key: str
    title: str
    url: str
    version: int
    accessed: date
    date: dates.EDTFDate | None = None
    genre: str = ""
    abstract: str = ""
    authority: str = ""
    number: str = ""
    csl: str = "webpage"
    ris: str = "ELEC"
    bibtex: str = "misc"
    site: str = SITE
    language: str = LANGUAGE

    @property
    def version_words(self) -> str:
        return _("version %(number)s") % {"number": self.version}


def on_one_line(text: str) -> str:
    return " ".join(text.split())


def of_record(record: Record) -> Reference:
    """A record of its own kind.

    Makes no query where ``for_detail()`` and the kind's own links are prefetched.
    """
    about = record.as_reference()
    notes = [] if record.outcome == Record.Outcome.HAPPENED else [record.get_outcome_display()]
    if record.synthetic:
        notes.append(_("synthetic, for tests"))
    if notes:
        about["genre"] = _("%(genre)s (%(note)s)") % {
            "genre": about["genre"],
            "note": ", ".join(notes),
        }
    return Reference(
        key=f"{slugify(SITE)}-{record.slug}",
        title=on_one_line(record.title),
        url=f"{settings.SITE_URL}{record.get_absolute_url()}",
        version=record.change,
        accessed=timezone.now().date(),
        date=record.edtf,
        abstract=on_one_line(record.summary),
        **{name: on_one_line(str(text)) for name, text in about.items()},
    )


def of_selection(title: str, path: str, query: str) -> Reference:
    """A set of records, by the address of its list. Makes one query."""
    number, changed = ChangeCounter.objects.values_list("number", "changed").first() or (0, None)
    name = slugify(path.replace("/", " "))
    if query:
        # Two selections of the same list in one bibliography need different keys.
        name += f"-{hashlib.sha256(query.encode()).hexdigest()[:8]}"
    return Reference(
        key=f"{slugify(SITE)}-{name}",
        title=on_one_line(title),
        url=f"{settings.SITE_URL}{path}{'?' if query else ''}{query}",
        version=number,
        accessed=timezone.now().date(),
        date=dates.parse(changed.date().isoformat()) if changed else None,
        genre=_("data set"),
        csl="dataset",
        ris="DATA",
    )

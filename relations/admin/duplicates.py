"""Likely twins of a record that is being saved: shown before it is stored, and stored only on purpose.

Twins are looked for once everything stands in the database, including links and parts, within the unit of
work that is then undone. The user can confirm that none of the shown records is the same. That holds for
these records: a twin that appears meanwhile is shown, too.
"""

from __future__ import annotations

import re

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from relations.models import Record, RecordLink
from relations.records import twins

CONFIRMED = "_none_is_the_same"
# More keys than one form can ever have shown are not read.
MOST_CONFIRMED = 20 * twins.MOST


def as_stored(record: Record) -> twins.Candidate:
    countries = {country.code for country in record.countries.all()}
    return twins.candidate(record, countries | record.named_countries())


def confirmed(request: HttpRequest) -> list[int]:
    """Keys of the records that the user has confirmed to be different."""
    keys = request.POST.get(CONFIRMED, "").split(",")[:MOST_CONFIRMED]
    return [int(key) for key in keys if re.fullmatch("[0-9]{1,18}", key)]


class Duplicates:
    """The likely twins of what one request saves. Made before anything is saved.

    A record that was stored already is compared with others only if something that identifies twins has
    changed. ``found`` are the twins that the user may see.
    """

    def __init__(self, request: HttpRequest, desk, record: Record):
        self.request, self.desk, self.record = request, desk, record
        stored = type(record).objects.filter(pk=record.pk).first() if record.pk else None
        self.before = as_stored(stored) if stored else None
        self.found: list[twins.Twin] = []

    def look(self) -> bool:
        """Whether there are twins that nobody has confirmed to be different. Call it when all is saved."""
        record = type(self.record).objects.get(pk=self.record.pk)
        one = as_stored(record)
        if record.stage == Record.Stage.WITHDRAWN or one == self.before:
            return False
        (likely,) = twins.likely([one])
        linked = self._linked() if likely else set()
        seen = [
            twin
            for twin in likely
            if twin.record.pk not in linked
            and self.desk.has_view_permission(self.request, twin.record)
        ]
        if {twin.record.pk for twin in seen} <= set(confirmed(self.request)):
            return False
        self.found = seen
        return True

    def _linked(self) -> set[int]:
        """Records that are linked to this one: the editor who linked them knows how they relate."""
        pk = self.record.pk
        links = RecordLink.objects.filter(source=pk) | RecordLink.objects.filter(target=pk)
        return {key for pair in links.values_list("source", "target") for key in pair}


def context(request: HttpRequest) -> dict:
    """For the form: the twins to show, and the keys that it confirms when it is sent."""
    looked = getattr(request, "desk_duplicates", None)
    found = looked.found if looked else []
    keys = [twin.record.pk for twin in found] or confirmed(request)
    return {
        "twins": found,
        "twins_name": CONFIRMED,
        "twins_keys": ",".join(map(str, keys)),
    }


def refused() -> ValidationError:
    sentence = _(
        "Nothing was stored yet, because there are records that may be the same. Look at "
        "them; if none of them is the same, say so below them and save again."
    )
    return ValidationError({NON_FIELD_ERRORS: sentence})

"""Participating countries: a record's countries contain every country that its kind names."""

from __future__ import annotations

from collections.abc import Iterable

from relations.models import Country, Record
from relations.models.complete import set_fetched


def complete(records: Iterable[Record]) -> None:
    """Add to complete records the countries that they name, and set the columns that follow from links."""
    records = list(records)
    known = {record.pk: list(record.countries.all()) for record in records}
    missing = {
        record.pk: record.named_countries() - {country.pk for country in known[record.pk]}
        for record in records
    }
    if codes := set().union(*missing.values()):
        _add(records, known, missing, Country.objects.in_bulk(codes))
    for record in records:
        record.derive_links()


def _add(records: list[Record], known: dict, missing: dict, countries: dict[str, Country]) -> None:
    through = Record.countries.through
    through.objects.bulk_create(
        through(record_id=pk, country_id=code)
        for pk, codes in missing.items()
        for code in sorted(codes)
    )
    for record in records:
        if added := missing[record.pk]:
            rows = [*known[record.pk], *(countries[code] for code in added)]
            set_fetched(record, "countries", sorted(rows, key=lambda country: country.name))

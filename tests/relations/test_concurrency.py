"""Forty writers at once lose nothing, and their changes are numbered without a gap, on either database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from relations.loading.batch import Draft, write
from relations.loading.checks import check_database
from relations.models import Change, ChangeCounter, Citation, Entry, Milestone, Record, Source
from relations.search import query
from relations.work import unit_of_work
from tests.factories import RelationFactory, SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, EACH = 40, 2
PATIENCE = 60  # seconds in which all must have started


def at_once(task):
    """Run ``task(number)`` in forty threads that start together, each with a connection of its own."""
    start = Barrier(WRITERS, timeout=PATIENCE)

    def run(number):
        try:
            connection.ensure_connection()
            start.wait()
            return task(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


@pytest.fixture
def source():
    RelationFactory()
    return SourceFactory(slug="paper")


def milestone(slug, source):
    record = Milestone(slug=slug, title=slug, date="1993", stage="published", category="gift")
    citation = Citation(record=record, source=source, locator="1", field="date", value="1993")
    return record, citation


def all_there(slugs):
    slugs = list(slugs)
    assert sorted(Record.objects.values_list("slug", flat=True)) == sorted(slugs)
    assert set(Record.objects.values_list("evidence", flat=True)) == {"single"}
    assert Citation.objects.count() == Entry.objects.count() == len(slugs)
    assert Record.objects.filter(query.condition("gift")).count() == len(slugs)
    numbers = sorted(Change.objects.values_list("number", flat=True))
    assert numbers == list(range(1, ChangeCounter.objects.get().number + 1))
    assert check_database().problems == []


def test_saves_of_forty_writers(source):
    before = Change.objects.count()

    def save(number):
        for turn in range(EACH):
            record, citation = milestone(f"gift-{number}-{turn}", source)
            with unit_of_work() as unit:
                record.save()
                record.countries.set(["AZ", "KZ"])
                citation.save()
            assert unit.change.number
        return unit.change.number

    numbers = at_once(save)
    assert len(set(numbers)) == WRITERS
    assert Change.objects.count() == before + WRITERS * EACH
    all_there(f"gift-{number}-{turn}" for number in range(WRITERS) for turn in range(EACH))


def test_batches_of_forty_writers(source):
    before = Change.objects.count()

    def batch(number):
        made = (milestone(f"gift-{number}-{turn}", source) for turn in range(EACH))
        return write(
            Draft(record, countries=["AZ", "KZ"], citations=[citation]) for record, citation in made
        )

    written = at_once(batch)
    assert len({pk for pks in written for pk in pks}) == WRITERS * EACH
    assert Change.objects.count() == before + WRITERS
    all_there(f"gift-{number}-{turn}" for number in range(WRITERS) for turn in range(EACH))


def test_forty_edits_of_one_record_are_forty_changes(source):
    record, citation = milestone("gift", source)
    write([Draft(record, countries=["AZ", "KZ"], citations=[citation])])
    before = Change.objects.count()

    def note(number):
        Citation.objects.create(
            uid=f"note-{number}", record_id=record.pk, source=Source.objects.get(), locator="2"
        )

    at_once(note)
    assert Citation.objects.filter(record=record).count() == WRITERS + 1
    changes = list(Change.objects.order_by("number"))[before:]
    assert len(changes) == WRITERS
    # Each change says what it alone added: none was taken for another's, none overwritten.
    added = [
        set(new) - set(old)
        for change in changes
        for old, new in [change.items[0]["fields"]["citations"]]
    ]
    assert sorted(uid for uids in added for uid in uids) == sorted(
        f"note-{n}" for n in range(WRITERS)
    )
    assert all(len(uids) == 1 for uids in added)
    assert check_database().problems == []

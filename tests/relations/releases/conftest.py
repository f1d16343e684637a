"""A small record with something of everything, and in every stage; and a release of it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from relations.models import ChangeCounter
from relations.work import unit_of_work
from tests.caches import clear_caches
from tests.factories import (
    AgreementActionFactory,
    AgreementFactory,
    CitationFactory,
    IndicatorFactory,
    MembershipFactory,
    MilestoneFactory,
    NameFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PersonFactory,
    PlaceFactory,
    ProjectFactory,
    RecordLinkFactory,
    RelationFactory,
    SourceFactory,
    TenureFactory,
    TopicFactory,
    TradeFigureFactory,
    VisitFactory,
)

HIDDEN = "Unspoken"
PATHS = (
    "timeline agreements visits milestones trade-figures indicators organizations people places projects "
    "countries relations topics sources citations"
).split()


def make_record():
    with unit_of_work():
        RelationFactory()
        source = SourceFactory(slug="report", title="=1+1 | a report", kind="news")
        body = OrganizationFactory(slug="body", name="Türk Keňeşi", country="TR")
        NameFactory(entity=body, text="Council")
        member = MembershipFactory(organization=body, country="AZ", since="1993")
        CitationFactory(membership=member, source=source, as_written="since 1993")
        CitationFactory(entity=body, source=source, note="whole")
        person = PersonFactory(slug="person")
        CitationFactory(tenure=TenureFactory(person=person), source=source)
        pact = AgreementFactory(
            slug="a-pact",
            title="Pact – “Bakı”",
            countries=["AZ", "KZ"],
            organizations=[body],
            projects=[ProjectFactory()],
            topics=[TopicFactory()],
            source=source,
            place=PlaceFactory(country="AZ", latitude="40.5", longitude="-0.25"),
            instrument="treaty",
        )
        PartyFactory(agreement=pact, country="AZ")
        AgreementActionFactory(
            agreement=pact,
            type="ratified",
            date="2006",
            citation=CitationFactory(record=pact, source=source, field="date", value="2006"),
        )
        ParticipationFactory(record=pact, person=person)
        # In the alphabet of most languages a hyphen does not count: “ab” would stand between these two.
        VisitFactory(slug="a-visit", guest="AZ", host="KZ", date="[..2025-10-16]", source=source)
        visit = VisitFactory(slug="ab-visit", body=body, source=source)
        TradeFigureFactory(slug="figure", origin="AZ", value="-331.5", source=source)
        IndicatorFactory(slug="indicator", source=source)
        RecordLinkFactory(source=pact, target=visit, type="part-of")
        for stage in ("draft", "review"):
            hidden = MilestoneFactory(title=HIDDEN, stage=stage, countries=["KG"], source=source)
            RecordLinkFactory(source=hidden, target=pact, type="part-of")
    gone = VisitFactory(title=HIDDEN, summary=HIDDEN, source=source)
    gone.stage = "withdrawn"
    gone.save()


@pytest.fixture
def record(db):
    make_record()


def export(directory: Path) -> str:
    """What the command says when it writes a release there."""
    output = StringIO()
    call_command("export_release", directory, stdout=output)
    return output.getvalue()


@dataclass(frozen=True)
class Made:
    """A release of the record, and what the API said of it then: whole lists, by resource."""

    directory: Path
    number: int
    changed: datetime
    json: dict[str, dict]
    csv: dict[str, bytes]
    pact: bytes

    @cached_property
    def held(self) -> dict[str, bytes]:
        return contents(self.directory)


def contents(directory: Path) -> dict[str, bytes]:
    """The files of a directory, by their names."""
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.fixture(scope="session")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """Made once, since the tests only read it; the database is left as it was."""
    directory = tmp_path_factory.mktemp("releases")
    client = Client()

    def api(path: str) -> HttpResponse:
        return client.get(f"/api/v1/{path}", secure=True)

    with django_db_blocker.unblock(), transaction.atomic():
        clear_caches()
        make_record()
        export(directory)
        counter = ChangeCounter.objects.get()
        found = Made(
            directory=next(directory.iterdir()),
            number=counter.number,
            changed=counter.changed,
            json={path: api(f"{path}/?page_size=200").json() for path in PATHS},
            csv={path: api(f"{path}/?format=csv").getvalue() for path in PATHS},
            pact=api("agreements/a-pact/").content,
        )
        transaction.set_rollback(True)
    clear_caches()
    return found


@pytest.fixture
def ask(made):
    """``ask("SELECT ...")``: the rows of a query of the SQLite file."""

    def rows(query: str) -> list[tuple]:
        with closing(sqlite3.connect(made.directory / "entente.sqlite3")) as connection:
            return connection.execute(query).fetchall()

    return rows

"""The migration that turns versions of django-reversion into revisions."""

import json
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection

from relations.history import changes, restoring
from relations.models import Entity, Record, Revision
from relations.work import unit_of_work
from tests import factories

pytestmark = pytest.mark.django_db

migration = import_module("relations.migrations.0012_former_versions")
NEVER_KEPT = Record.untracked | {"synthetic", "merged_into", "verdict"}
WHEN = datetime(2026, 9, 1, 12, 30, tzinfo=UTC)
AS_IT_WAS = "As it was before the change that follows."


@pytest.fixture
def _tables(db):
    """The tables of django-reversion, as far as the migration reads them."""
    stamp = "timestamp with time zone" if connection.vendor == "postgresql" else "datetime"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE reversion_revision (id integer PRIMARY KEY, date_created {stamp} NOT NULL,"
            " comment text NOT NULL, user_id integer NULL)"
        )
        cursor.execute(
            "CREATE TABLE reversion_version (id integer PRIMARY KEY, object_id varchar(191) NOT NULL,"
            " serialized_data text NOT NULL,"
            " revision_id integer NOT NULL REFERENCES reversion_revision (id))"
        )


def kept(number: int, rows: list[str], user=None, comment="") -> None:
    """A revision of django-reversion with the serialized data of its versions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reversion_revision VALUES (%s, %s, %s, %s)",
            [number, WHEN.isoformat(sep=" "), comment, user and user.pk],
        )
        for place, data in enumerate(rows):
            cursor.execute(
                "INSERT INTO reversion_version VALUES (%s, %s, %s, %s)",
                [number * 100 + place, str(json.loads(data)[0]["pk"]), data, number],
            )


def version(row) -> str:
    """The data of a row as django-reversion was told to keep it."""
    local = [*row._meta.local_fields, *row._meta.local_many_to_many]
    names = [
        field.name
        for field in local
        if field.name not in NEVER_KEPT
        and (row._meta.model_name, field.name)
        not in {("agreementaction", "earliest"), ("agreementaction", "latest")}
        and not (field.many_to_many and not field.remote_field.through._meta.auto_created)
    ]
    return serializers.serialize("json", [row], fields=names)


def rows_of(row) -> list:
    """The row, its parent and its parts."""
    parents = [getattr(row, link.name) for link in row._meta.parents.values()]
    parts = [part for name in row.parts for part in getattr(row, name).all()]
    return [row, *parents, *(one for part in parts for one in rows_of(part))]


def versions(row) -> list[str]:
    return [version(one) for one in rows_of(row)]


def moved() -> list[Revision]:
    migration.move(apps, connection.schema_editor())
    assert not [name for name in connection.introspection.table_names() if "reversion" in name]
    return list(Revision.objects.order_by("pk"))


def agreement():
    """One with everything an agreement may have, and a decimal number of nothing."""
    with unit_of_work():
        pact = factories.AgreementFactory(
            countries=["KZ", "AZ"],
            topics=[factories.TopicFactory(), factories.TopicFactory()],
            organizations=[factories.OrganizationFactory()],
            projects=[factories.ProjectFactory()],
            place=factories.PlaceFactory(),
        )
        party = factories.PartyFactory(agreement=pact, country="TR", uid="z")
        body = factories.OrganizationFactory()
        factories.PartyFactory(agreement=pact, organization=body, uid="y")
        factories.ParticipationFactory(record=pact)
        factories.DecisionFactory(record=pact)
        citation = pact.citations.get()
        factories.AgreementActionFactory(agreement=pact, party=party, citation=citation)
        factories.RecordLinkFactory(source=pact, target=factories.VisitFactory())
    return pact


def organization():
    with unit_of_work():
        council = factories.OrganizationFactory(country=factories.country("AZ"))
        factories.NameFactory(entity=council, text="The Council")
        factories.CitationFactory(entity=council)
        member = factories.MembershipFactory(organization=council, country="KZ", uid="seat")
        factories.CitationFactory(membership=member, field="role", value="founder")
    return council


def person():
    with unit_of_work():
        minister = factories.PersonFactory()
        tenure = factories.TenureFactory(
            person=minister, organization=factories.OrganizationFactory()
        )
        factories.CitationFactory(tenure=tenure)
    return minister


def project():
    with unit_of_work():
        road = factories.ProjectFactory(part_of=factories.ProjectFactory())
        road.places.set([factories.PlaceFactory(), factories.PlaceFactory()])
    return road


def visit():
    return factories.VisitFactory(
        guest="AZ", host="KZ", body=factories.OrganizationFactory(), ordinal=3
    )


@pytest.mark.usefixtures("_tables")
@pytest.mark.parametrize(
    "made",
    [
        agreement,
        organization,
        person,
        project,
        visit,
        factories.TradeFigureFactory,
        factories.IndicatorFactory,
        factories.MilestoneFactory,
        factories.PlaceFactory,
        factories.TopicFactory,
        factories.SourceFactory,
        factories.RelationFactory,
        factories.CountryFactory,
    ],
)
def test_a_version_has_the_state_that_a_revision_would_have(made):
    row = made()
    user = User.objects.create_user("editor")
    kept(1, versions(row), user, "A better reading\nChanged Title.")
    ((model, pk),) = row.subjects()
    state = changes.state(model, pk)
    (revision,) = moved()
    assert (revision.model, revision.subject) == (model._meta.label_lower, str(pk))
    assert (revision.status, revision.change) == ("stored", None)
    assert (revision.user, revision.time) == (user, WHEN)
    assert revision.comment == "A better reading\nChanged Title."
    assert revision.state == state
    assert revision.order == {
        name: list(rows) for name, rows in state.items() if isinstance(rows, dict) and len(rows) > 1
    }
    assert list(Revision.objects.of(row)) == [revision]
    assert restoring.would_change(revision, row) == []


@pytest.mark.usefixtures("_tables")
def test_many_saves_of_several_subjects_keep_their_order():
    pact, council = agreement(), organization()
    kept(1, versions(pact), None, AS_IT_WAS)
    for number in range(2, 230):
        kept(number, versions(council))
    kept(230, [*versions(council), *versions(pact)])
    revisions = moved()
    assert len(revisions) == 231
    assert (revisions[0].status, revisions[0].subject) == ("found", str(pact.pk))
    assert {one.subject for one in revisions[1:229]} == {str(council.pk)}
    assert {(one.model, one.subject) for one in revisions[229:]} == {
        ("relations.entity", str(council.pk)),
        ("relations.record", str(pact.pk)),
    }
    assert revisions[-1].state == changes.state(Record, pact.pk)
    assert revisions[-2].state == changes.state(Entity, council.pk)


@pytest.mark.usefixtures("_tables")
def test_what_a_version_names_that_is_gone_is_named_by_its_number_and_refused():
    topic, place = factories.TopicFactory(), factories.PlaceFactory()
    pact = factories.MilestoneFactory(topics=[topic], place=place)
    kept(1, versions(pact))
    topics = f"{topic.pk}"
    with unit_of_work():
        pact.topics.clear()
    topic.delete()
    Revision.objects.all().delete()
    (revision,) = moved()
    assert (revision.state["topics"], revision.state["place"]) == ([topics], place.slug)
    with pytest.raises(ValidationError) as refused:
        restoring.would_change(revision, pact)
    assert refused.value.messages == [
        "Topics: something that version names has been deleted since."
    ]


@pytest.mark.usefixtures("_tables")
def test_a_version_of_a_deleted_draft_from_before_claims_could_be_set_aside():
    fields = {
        "kind": "milestone", "slug": "gone", "title": "Gone", "summary": "", "date": "1996",
        "date_note": "", "place": 901, "outcome": "happened", "stage": "draft",
        "countries": ["KZ", "AZ"], "organizations": [902], "projects": [], "topics": [],
    }  # fmt: skip
    citation = {
        "uid": "a-citation", "record": 900, "entity": None, "membership": None, "tenure": None,
        "source": 903, "locator_kind": "paragraph", "locator": "1", "field": "", "value": "",
        "as_written": "", "basis": "stated", "rule": "", "attributed_to": "", "note": "",
    }  # fmt: skip
    child = {"category": "conference"}
    rows = [
        ("relations.milestone", 900, child),
        ("relations.record", 900, fields),
        ("relations.citation", 904, citation),
        # A part whose owner is in no version of this save stands alone.
        ("relations.name", 905, {"uid": "a-name", "entity": 906, "text": "Alone"}),
    ]
    kept(1, [json.dumps([{"model": m, "pk": pk, "fields": f}]) for m, pk, f in rows])
    draft, alone = moved()
    assert (draft.model, draft.subject) == ("relations.record", "900")
    assert draft.state == {
        **fields,
        **child,
        "place": "901",
        "countries": ["AZ", "KZ"],
        "organizations": ["902"],
        "synthetic": False,
        "merged_into": None,
        "citations": {
            "a-citation": {
                "entity": None, "membership": None, "tenure": None, "source": "903",
                "locator_kind": "paragraph", "locator": "1", "field": "", "value": "",
                "as_written": "", "basis": "stated", "rule": "", "attributed_to": "", "note": "",
                "set_aside": "",
            }
        },
        "participations": {},
        "links": {},
        "decisions": {},
    }  # fmt: skip
    assert (alone.model, alone.subject) == ("relations.name", "905")
    assert alone.state == {"uid": "a-name", "entity": 906, "text": "Alone"}


@pytest.mark.usefixtures("_tables")
def test_a_withdrawn_version_knows_what_it_was_merged_into():
    kept_one = factories.VisitFactory(slug="stays")
    merged = factories.VisitFactory()
    kept(1, versions(merged))
    with unit_of_work():
        merged.stage, merged.merged_into = "withdrawn", kept_one.record_ptr
        merged.save()
    kept(2, versions(merged))
    Revision.objects.all().delete()
    assert [one.state["merged_into"] for one in moved()] == [None, "stays"]


def test_a_fresh_database_has_none_to_move():
    assert moved() == []

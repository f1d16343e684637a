"""Objects kept as text stay in step with everything they show."""

import json

import pytest
from django.core.management import call_command

from relations.derived import stored_json
from relations.history import changes
from relations.models import Change, Country, Record, StoredObject
from relations.work import unit_of_work
from tests.factories import (
    AgreementActionFactory,
    AgreementFactory,
    CitationFactory,
    NameFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PersonFactory,
    PlaceFactory,
    ProjectFactory,
    RecordLinkFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


def body(record) -> dict:
    return json.loads(StoredObject.objects.get(pk=record.pk).body)


def test_what_is_published_is_stored_as_the_api_shows_it(client):
    record = VisitFactory(slug="visit", title="A visit – “Baku”", guest="AZ", host="KZ")
    shown = client.get("/api/v1/visits/visit/", secure=True).json()
    assert body(record) == shown
    assert shown["title"] == "A visit – “Baku”"
    assert shown["change"] == Record.objects.get().change
    assert StoredObject.objects.get().made_by == stored_json.maker()


def test_a_draft_is_not_stored_and_what_is_withdrawn_no_longer():
    draft = VisitFactory(stage="draft")
    assert not StoredObject.objects.exists()
    draft.title = "Another"
    draft.save()
    assert not StoredObject.objects.exists()
    record = AgreementFactory(title="Pact")
    assert body(record)["title"] == "Pact"
    record.stage = "withdrawn"
    record.save()
    assert not StoredObject.objects.exists()
    draft.delete()
    assert stored_json.problems() == []


@pytest.fixture
def woven():
    """A record that shows one of everything, and another that it is linked with."""
    with unit_of_work():
        body = OrganizationFactory(name="Council", slug="council")
        party = OrganizationFactory(name="Bank", slug="bank")
        place = PlaceFactory(name="Baku", slug="baku", country="AZ")
        topic = TopicFactory(name="Energy", slug="energy")
        project = ProjectFactory(name="Line", slug="line")
        person = PersonFactory(name="Minister", slug="minister")
        source = SourceFactory(title="Article", slug="article")
        pact = AgreementFactory(
            slug="pact",
            title="Pact",
            countries=["AZ", "KZ"],
            place=place,
            topics=[topic],
            projects=[project],
            source=source,
        )
        PartyFactory(agreement=pact, organization=party)
        AgreementActionFactory(agreement=pact)
        ParticipationFactory(record=pact, person=person)
        visit = VisitFactory(slug="visit", title="Visit", body=body, guest="AZ", host="KZ")
        RecordLinkFactory(source=pact, target=visit)
    return {
        "body": body,
        "party": party,
        "place": place,
        "topic": topic,
        "project": project,
        "person": person,
        "source": source,
        "pact": pact,
        "visit": visit,
        "country": Country.objects.get(code="KZ"),
    }


@pytest.mark.parametrize(
    ("what", "name", "value", "shown_by"),
    [
        ("body", "name", "Senate", "visit"),
        ("body", "slug", "senate", "visit"),
        ("party", "name", "Fund", "pact"),
        ("party", "slug", "fund", "pact"),
        ("place", "name", "Aktau", "pact"),
        ("place", "country_id", "KZ", "pact"),
        ("topic", "name", "Oil", "pact"),
        ("project", "slug", "cable", "pact"),
        ("person", "name", "President", "pact"),
        ("source", "title", "Book", "pact"),
        ("country", "name", "Qazaqstan", "pact"),
        ("country", "name", "Qazaqstan", "visit"),
        ("visit", "title", "Meeting", "pact"),
        ("visit", "slug", "meeting", "pact"),
        ("visit", "stage", "withdrawn", "pact"),
        ("pact", "title", "Treaty", "visit"),
    ],
)
def test_objects_follow_what_they_show(woven, what, name, value, shown_by):
    before = body(woven[shown_by])
    row = woven[what]
    row.refresh_from_db()
    setattr(row, name, value)
    row.save()
    assert body(woven[shown_by]) != before
    assert stored_json.problems() == []


def test_what_shows_nothing_of_a_change_is_left_alone(woven):
    StoredObject.objects.update(made_by="untouched")
    woven["place"].description = "A city."
    woven["place"].save()
    NameFactory(entity=woven["place"], text="Bakı")
    assert set(StoredObject.objects.values_list("made_by", flat=True)) == {"untouched"}
    CitationFactory(record=woven["pact"], locator="7")
    assert StoredObject.objects.get(pk=woven["pact"].pk).made_by == stored_json.maker()
    assert StoredObject.objects.get(pk=woven["visit"].pk).made_by == "untouched"
    assert stored_json.problems() == []


def test_each_bears_the_number_of_the_change_that_altered_it(woven):
    def numbers():
        return dict(StoredObject.objects.values_list("record__slug", "change"))

    first = changes.latest()
    assert numbers() == {"pact": first, "visit": first}
    woven["topic"].name = "Oil"
    woven["topic"].save()
    assert numbers() == {"pact": first + 1, "visit": first}
    AgreementFactory(slug="other")
    assert numbers() == {"pact": first + 1, "visit": first, "other": first + 2}
    call_command("rebuild_objects")
    assert numbers() == {"pact": first + 1, "visit": first, "other": first + 2}


def test_what_was_altered_from_outside_is_found_and_mended(woven, capsys):
    pact, visit = woven["pact"], woven["visit"]
    other = AgreementFactory(slug="other")
    StoredObject.objects.filter(pk=pact.pk).update(body="{}")
    StoredObject.objects.filter(pk=visit.pk).delete()
    Record.objects.filter(pk=other.pk).update(stage="withdrawn")
    assert stored_json.problems() == [
        f"stored object: one of record {other.pk}, which is not published",
        "stored object: that of pact is stale",
        "stored object: none of visit",
    ]
    latest = changes.latest()
    call_command("rebuild_objects")
    assert capsys.readouterr().out == "2 objects rebuilt\n"
    assert stored_json.problems() == []
    assert body(pact)["title"] == "Pact"
    # Whoever follows by number hears of it, once.
    assert set(StoredObject.objects.values_list("change", flat=True)) == {latest + 1}
    call_command("rebuild_objects")
    assert changes.latest() == latest + 1
    assert not Change.objects.get(pk=latest + 1).substantive


def test_a_load_stores_every_published_record(dataset):
    assert StoredObject.objects.count() == Record.objects.published().count() > 50
    assert stored_json.problems() == []

"""Verdicts and evidence, as published at /about/method/."""

import pytest

from relations.models import Citation, Record
from relations.provenance.citation_rule import uncited
from relations.provenance.comparers import COMPARERS, plain_number, stored_value
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    MembershipFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PersonFactory,
    PlaceFactory,
    SourceFactory,
    TradeFigureFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


def cite(record, field, value, source=None):
    return CitationFactory(
        record=record, field=field, value=value, source=source or SourceFactory()
    )


def verdicts(record):
    return [
        (c.field, c.value, c.verdict) for c in Citation.objects.filter(record=record).order_by("pk")
    ]


@pytest.mark.parametrize(
    ("stored", "cited", "verdict"),
    [
        ("1996-09-16", "1996-09-16", "supports"),
        ("1996-09", "1996-09-16", "finer"),
        ("1996-09-16", "1996", "coarser"),
        ("1996-09-16", "1997", "contradicts"),
        ("[1993-02-24,1993-12-24]", "1993-02-24", "finer"),
        ("[1993-02-24,1993-12-24]", "1993-03-01", "contradicts"),
    ],
)
def test_dates_are_judged_by_their_members(stored, cited, verdict):
    record = AgreementFactory(date=stored)
    assert cite(record, "date", cited).pk
    assert verdicts(record)[-1] == ("date", cited, verdict)


def test_verdicts_are_renewed_when_either_side_changes():
    record = AgreementFactory(instrument="treaty")
    citation = cite(record, "instrument", "agreement")
    assert verdicts(record)[-1][2] == "contradicts"
    record.instrument = "agreement"
    record.save()
    assert verdicts(record)[-1][2] == "supports"
    citation.value = "protocol"
    citation.save()
    assert verdicts(record)[-1][2] == "contradicts"


def test_an_empty_or_unknown_value_makes_a_reading():
    record = AgreementFactory(instrument="unknown")
    cite(record, "instrument", "treaty")
    cite(record, "place", "baku")
    assert [v for _, _, v in verdicts(record)[1:]] == ["reading", "reading"]


def test_a_place_is_compared_by_its_slug():
    record = AgreementFactory(place=PlaceFactory(slug="almaty"))
    cite(record, "place", "almaty")
    cite(record, "place", "baku")
    assert [v for _, _, v in verdicts(record)[1:]] == ["supports", "contradicts"]


def test_another_title_is_another_reading_not_a_contradiction():
    record = AgreementFactory(title="Pact on “Oil” – 1996")
    cite(record, "title", 'pact on  "oil" - 1996')
    cite(record, "title", "Treaty on oil")
    assert [v for _, _, v in verdicts(record)[1:]] == ["supports", "reading"]
    assert Record.objects.get().field_evidence == {"date": "single", "title": "single"}


def test_members_of_many_support_and_never_contradict():
    record = AgreementFactory(countries=["AZ", "KZ"])
    PartyFactory(agreement=record, country="AZ")
    person = PersonFactory(slug="ilham-aliyev")
    ParticipationFactory(record=record, person=person, office="President")
    for field, value in (
        ("countries", "KZ"),
        ("countries", "TR"),
        ("parties", "AZ"),
        ("parties", "KZ"),
        ("people", "ilham-aliyev"),
        ("offices", "president"),
        ("offices", "Minister"),
    ):
        cite(record, field, value)
    assert [v for _, _, v in verdicts(record)[1:]] == [
        "supports",
        "reading",
        "supports",
        "reading",
        "supports",
        "supports",
        "reading",
    ]
    assert Record.objects.get().evidence == "single"


def test_quantities_compare_in_one_unit_only():
    figure = TradeFigureFactory(
        value=331700000, currency="USD", change_kind="percent", change_value=40
    )
    for field, value in (
        ("value", "331700000 USD"),
        ("value", "331700000"),
        ("value", "330000000 USD"),
        ("value", "40 percent"),
        ("change_value", "40"),
        ("change_value", "39"),
    ):
        cite(figure, field, value)
    assert [v for _, _, v in verdicts(figure)[1:]] == [
        "supports",
        "supports",
        "contradicts",
        "not-comparable",
        "supports",
        "contradicts",
    ]


def test_no_field_supports_the_whole():
    record = AgreementFactory()
    assert CitationFactory(record=record).pk
    assert verdicts(record)[-1] == ("", "", "supports")


def test_evidence_is_single_then_confirmed_then_conflict():
    source = SourceFactory()
    record = AgreementFactory(date="1996-09-16", source=source)
    assert Record.objects.get().evidence == "single"
    cite(record, "date", "1996-09-16", source)
    assert Record.objects.get().evidence == "single", "the same source twice confirms nothing"
    cite(record, "date", "1996", SourceFactory())
    assert Record.objects.get().evidence == "single", "a less exact date confirms nothing"
    cite(record, "date", "1996-09-16", SourceFactory())
    assert Record.objects.get().evidence == "confirmed"
    contrary = cite(record, "instrument", "treaty")
    cite(record, "instrument", "agreement")
    stored = Record.objects.get()
    assert (stored.evidence, stored.field_evidence) == (
        "conflict",
        {"date": "confirmed", "instrument": "conflict"},
    )
    contrary.delete()
    assert Record.objects.get().evidence == "confirmed"


def test_two_finer_readings_that_exclude_each_other_are_a_conflict():
    record = AgreementFactory(date="[1993-02-24,1993-12-24]", cited=False, stage="draft")
    cite(record, "date", "1993-02-24")
    assert Record.objects.get().field_evidence == {"date": "single"}
    cite(record, "date", "1993-12-24")
    assert Record.objects.get().field_evidence == {"date": "conflict"}


def test_a_figure_stands_by_its_value():
    figure = TradeFigureFactory(value=5, unit="currency")
    source = SourceFactory()
    for each in (source, SourceFactory()):
        cite(figure, "value", "5 USD", each)
    stored = Record.objects.get()
    assert stored.field_evidence == {"date": "single", "value": "confirmed"}
    assert stored.evidence == "confirmed"


def test_a_record_whose_date_nobody_states_is_unsourced():
    record = AgreementFactory(cited=False, stage="draft")
    CitationFactory(record=record)
    assert Record.objects.get().evidence == "unsourced"


def test_entities_memberships_and_tenures_are_judged_too():
    organization = OrganizationFactory(name="OTS", founded="2009-10-03")
    membership = MembershipFactory(organization=organization, country="KZ", since="2009")
    about_it = CitationFactory(entity=organization, field="founded", value="2009-10-03")
    about_seat = CitationFactory(membership=membership, field="since", value="2010")
    about_member = CitationFactory(entity=organization, field="members", value="KZ")
    about_name = CitationFactory(entity=organization, field="names", value="ots")
    found = [
        Citation.objects.get(pk=c.pk).verdict
        for c in (about_it, about_seat, about_member, about_name)
    ]
    assert found == ["supports", "contradicts", "supports", "supports"]


def test_every_citable_field_has_a_comparer_and_a_stored_value():
    record = VisitFactory(
        guest="KZ", type="official", place=PlaceFactory(slug="baku"), ordinal=None
    )
    assert {field: stored_value(record, field) for field in record.citable} == {
        "date": "2005-05-24",
        "title": record.title,
        "place": "baku",
        "outcome": "happened",
        "countries": ["KZ"],
        "organizations": [],
        "projects": [],
        "people": [],
        "offices": [],
        "type": "official",
        "guest": "KZ",
        "host": "",
        "body": "",
        "ordinal": "",
        "occasion": "",
    }
    assert set(record.citable.values()) <= COMPARERS.keys()


def test_plain_numbers():
    assert [plain_number(n) for n in (331700000, 4.5, 100)] == ["331700000", "4.5", "100"]


def test_uncited_names_the_records_without_a_located_citation():
    AgreementFactory()
    bare = AgreementFactory(stage="draft", cited=False)
    with unit_of_work():
        CitationFactory(record=bare, locator="")
    assert list(uncited(Record.objects.all())) == [bare.record_ptr]

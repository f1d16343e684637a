"""Rules that live in the database, and the sentences an editor reads when one is broken."""

import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from agreements.models import Agreement
from relations import models
from relations.models.base import Tracked
from relations.models.citations import locator_numbers
from relations.models.records import Record
from relations.work import unit_of_work
from tests.factories import (
    AgreementActionFactory,
    AgreementFactory,
    CitationFactory,
    CountryFactory,
    DecisionFactory,
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
    country,
)

pytestmark = pytest.mark.django_db


def refused(instance) -> dict[str, list[str]]:
    """The sentences ``full_clean`` answers with; then the database is seen to refuse the row as well."""
    with pytest.raises(ValidationError) as error:
        instance.full_clean(exclude=["sort_date", "sort_end", "precision", "kind"])
    return error.value.message_dict


def refused_by_database(save):
    with pytest.raises(IntegrityError), transaction.atomic():
        save()


def test_a_relation_is_a_pair_in_code_order():
    azerbaijan, kazakhstan = country("AZ"), country("KZ")
    backwards = models.Relation(first=kazakhstan, second=azerbaijan, slug="kazakhstan-azerbaijan")
    assert refused(backwards) == {
        "__all__": ["Put the country whose code comes first in the alphabet first."]
    }
    refused_by_database(backwards.save)
    same = models.Relation(first=azerbaijan, second=azerbaijan, slug="azerbaijan-azerbaijan")
    assert refused(same)["second"] == ["A relation is between two different countries."]


@pytest.mark.parametrize("slug", ["data", "timeline", "agreements", "admin"])
def test_a_relation_never_stands_where_another_page_does(slug):
    pair = {"first": country("AZ"), "second": country("KZ")}
    assert refused(models.Relation(**pair, slug=slug)) == {
        "slug": [f"“{slug}” is the address of another page of this site; choose another."]
    }
    models.Relation(**pair, slug=f"{slug}-1").full_clean()


def test_a_visit_is_abroad():
    kazakhstan = country("KZ")
    visit = VisitFactory.build(guest=kazakhstan, host=kazakhstan)
    assert refused(visit) == {"__all__": ["Guest and host must be different countries."]}
    refused_by_database(lambda: VisitFactory(guest="KZ", host="KZ"))


def test_an_ordinal_counts_a_bodys_sessions_from_one():
    assert refused(VisitFactory.build(ordinal=2)) == {
        "body": ["Say which body’s session this was, or leave the ordinal empty."]
    }
    body = OrganizationFactory()
    assert refused(VisitFactory.build(ordinal=0, body=body)) == {
        "__all__": ["Sessions are counted from 1."]
    }
    refused_by_database(lambda: VisitFactory(ordinal=0, body=body))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"value": None, "unit": "", "currency": ""}, "Give a value, a change, or both."),
        (
            {"change_value": Decimal(40)},
            "A change needs both its size and whether it is percent or times.",
        ),
        (
            {"change_kind": "percent"},
            "A change needs both its size and whether it is percent or times.",
        ),
        ({"currency": ""}, "An amount of money needs its currency; nothing else has one."),
        ({"unit": "people"}, "An amount of money needs its currency; nothing else has one."),
        ({"unit": "", "currency": ""}, "Say what the value counts: choose a unit."),
    ],
)
def test_a_quantity_states_something_whole(wrong, sentence):
    assert refused(TradeFigureFactory.build(**wrong)) == {"__all__": [sentence]}
    refused_by_database(lambda: TradeFigureFactory(**wrong))


def test_turnover_has_no_direction():
    figure = TradeFigureFactory.build(origin=country("AZ"))
    assert refused(figure) == {
        "flow": ["Turnover counts both directions: leave origin and destination empty."]
    }
    same = TradeFigureFactory.build(flow="exports", origin=country("AZ"), destination=country("AZ"))
    assert refused(same) == {"destination": ["Origin and destination must differ."]}


def test_a_place_has_both_coordinates_or_none():
    sentence = "Give both coordinates, latitude -90 to 90 and longitude -180 to 180, or neither."
    assert refused(PlaceFactory.build(latitude=Decimal(40))) == {"__all__": [sentence]}
    refused_by_database(lambda: PlaceFactory(latitude=Decimal(40)))
    refused_by_database(lambda: PlaceFactory(latitude=Decimal(91), longitude=Decimal(0)))
    assert PlaceFactory(latitude=Decimal(40), longitude=Decimal(50)).pk


def test_an_office_is_held_somewhere():
    tenure = TenureFactory.build(person=PersonFactory(), country=None)
    assert refused(tenure) == {
        "__all__": ["Say in which country or organization the office was held."]
    }


def test_a_project_is_not_part_of_itself():
    whole = ProjectFactory()
    part = ProjectFactory(part_of=whole)
    whole.part_of = part
    assert refused(whole) == {"part_of": ["A project cannot be part of itself."]}


def test_a_citation_is_about_one_thing():
    record = AgreementFactory()
    both = CitationFactory.build(source=SourceFactory(), record=record, entity=PersonFactory())
    assert refused(both) == {"__all__": ["A citation is about exactly one thing."]}
    refused_by_database(both.save)
    neither = CitationFactory.build(source=SourceFactory())
    assert refused(neither) == {"__all__": ["A citation is about exactly one thing."]}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"value": "1996"}, {"__all__": ["A value needs the field it is the value of."]}),
        ({"field": "date"}, {"value": ["Say what the passage gives as the value."]}),
        (
            {"basis": "resolved", "field": "date", "value": "1996"},
            {"__all__": ["A resolved value names its rule; nothing else has one."]},
        ),
        (
            {"rule": "publication-day"},
            {"__all__": ["A resolved value names its rule; nothing else has one."]},
        ),
        ({"basis": "attributed"}, {"__all__": ["Say to whom the statement is attributed."]}),
        (
            {"locator": "page 7"},
            {
                "locator": [
                    (
                        "“page 7” is not a locator: give numbers counted from 1, "
                        "for example 55, 55-56 or 1,13."
                    )
                ]
            },
        ),
    ],
)
def test_a_citation_says_what_it_means(wrong, says):
    citation = CitationFactory.build(source=SourceFactory(), record=AgreementFactory(), **wrong)
    assert refused(citation) == says


def test_a_citation_names_a_field_of_its_subject():
    citation = CitationFactory.build(
        source=SourceFactory(), record=VisitFactory(), field="instrument", value="treaty"
    )
    (sentence,) = refused(citation)["field"]
    assert sentence.startswith("“instrument” cannot be cited here; choose one of body, countries,")


@pytest.mark.parametrize(
    ("locator", "numbers"),
    [("55", [55]), ("55-57", [55, 56, 57]), ("1,13", [1, 13]), ("1-2,9", [1, 2, 9])],
)
def test_locators(locator, numbers):
    assert locator_numbers(locator) == numbers


@pytest.mark.parametrize(
    "locator", ["", "0", "-1", "5-", "9-8", "1;2", "1, 2", "x", "1-99999", "1\n"]
)
def test_refused_locators(locator):
    with pytest.raises(ValueError, match=rf"^{re.escape(locator)}$"):
        locator_numbers(locator)


def test_a_party_is_a_country_or_an_organization():
    agreement = AgreementFactory()
    sentence = "A party is a country or an organization, one of them."
    assert refused(PartyFactory.build(agreement=agreement)) == {"__all__": [sentence]}
    refused_by_database(lambda: PartyFactory(agreement=agreement))
    PartyFactory(agreement=agreement, country="AZ")
    refused_by_database(lambda: PartyFactory(agreement=agreement, country="AZ"))


def test_an_action_speaks_of_its_own_agreement():
    ours, other = AgreementFactory(), AgreementFactory()
    party = PartyFactory(agreement=other, country="AZ")
    action = AgreementActionFactory.build(
        agreement=ours, party=party, citation=other.citations.get()
    )
    assert refused(action) == {"party": ["Choose a party to this agreement."]}
    action.party = None
    assert refused(action) == {"citation": ["Choose one of this agreement’s own citations."]}


def test_status_is_the_latest_cited_action():
    agreement = AgreementFactory()
    cited = agreement.citations.get()
    AgreementActionFactory(agreement=agreement, type="terminated", date="2020")
    assert Agreement.objects.get().status == "unknown", "nobody says so"
    AgreementActionFactory(agreement=agreement, type="in-force", date="2007", citation=cited)
    AgreementActionFactory(agreement=agreement, type="ratified", date="2006", citation=cited)
    AgreementActionFactory(agreement=agreement, type="amended", citation=cited)
    assert Agreement.objects.get().status == "in-force"
    agreement.actions.get(type="in-force").delete()
    assert Agreement.objects.get().status == "ratified"


def test_a_record_is_not_linked_to_itself():
    record = AgreementFactory()
    link = RecordLinkFactory.build(source=record.record_ptr, target=record.record_ptr)
    assert refused(link) == {"__all__": ["A record cannot be linked to itself."]}


def test_stages_only_move_forward():
    record = AgreementFactory(stage="draft", cited=False)
    record.stage = "withdrawn"
    assert refused(record) == {
        "stage": ["Only a record that was published can be withdrawn; delete the draft instead."]
    }
    published = AgreementFactory()
    published.stage = "draft"
    assert refused(published) == {
        "stage": ["A record that was published stays published or is withdrawn."]
    }


def test_what_was_published_is_withdrawn_not_deleted():
    record = AgreementFactory(title="Pact")
    record.stage = "withdrawn"
    record.save()
    for delete in (record.delete, Agreement.objects.all().delete, Record.objects.all().delete):
        with pytest.raises(ProtectedError, match=r"withdraw it instead"):
            delete()
    assert Agreement.objects.count() == 1
    AgreementFactory(stage="draft", cited=False).delete()
    assert Agreement.objects.count() == 1


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (TopicFactory, "topics"),
        (OrganizationFactory, "organizations"),
        (ProjectFactory, "projects"),
    ],
)
def test_what_a_record_links_to_is_not_deleted_under_it(factory, field):
    linked = factory(name="Energy")
    record = VisitFactory(title="Talks", **{field: [linked]})
    for delete in (linked.delete, type(linked).objects.all().delete):
        with pytest.raises(ProtectedError, match=r"“Talks” still links to “Energy”"):
            delete()
    assert list(getattr(record, field).all()) == [linked]
    with unit_of_work():
        getattr(record, field).clear()
    linked.delete()
    assert not type(linked).objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("slug", "Ätz", "is not a slug"),
        ("slug", "a--b", "is not a slug"),
        ("slug", "trailing-\n", "is not a slug"),
        ("date", "2023-02-30", "2023-02-30"),
        ("official_url", "javascript:alert(1)", "Enter a valid URL."),
    ],
)
def test_columns_refuse_what_they_cannot_hold(field, value, says):
    agreement = AgreementFactory.build(**{field: value})
    assert says in " ".join(refused(agreement)[field])


def test_published_shows_published_only():
    shown = AgreementFactory()
    AgreementFactory(stage="draft", cited=False)
    AgreementFactory(stage="review", cited=False)
    withdrawn = AgreementFactory()
    withdrawn.stage = "withdrawn"
    withdrawn.save()
    assert list(Record.objects.published()) == [shown.record_ptr]
    assert list(Agreement.objects.published()) == [shown]


def test_between_means_all_take_part():
    both = AgreementFactory(countries=["AZ", "KZ", "TR"])
    AgreementFactory(countries=["AZ"])
    AgreementFactory(countries=["KZ", "TR"])
    assert list(Record.objects.between("AZ", "KZ")) == [both.record_ptr]


def test_records_are_in_order_of_date_then_entry():
    later = MilestoneFactory(date="1996-09-16")
    month = MilestoneFactory(date="1996-09")
    year = MilestoneFactory(date="1996")
    by_then = MilestoneFactory(date="[..1996-01-01]")
    tie = MilestoneFactory(date="1996")
    assert list(models.Milestone.objects.in_order()) == [by_then, year, tie, month, later]


def every_row():
    """One row of every tracked model."""
    agreement = AgreementFactory(countries=["AZ", "KZ"], place=PlaceFactory(country="AZ"))
    VisitFactory(guest="KZ", host="AZ")
    MilestoneFactory()
    TradeFigureFactory()
    IndicatorFactory()
    CountryFactory()
    RelationFactory()
    TopicFactory()
    ProjectFactory()
    NameFactory()
    MembershipFactory()
    TenureFactory()
    ParticipationFactory(record=agreement)
    DecisionFactory(record=agreement.record_ptr)
    party = PartyFactory(agreement=agreement, country="AZ")
    AgreementActionFactory(agreement=agreement, party=party)
    RecordLinkFactory(source=agreement.record_ptr, target=models.Visit.objects.get().record_ptr)


def test_every_tracked_row_has_a_name_a_natural_key_and_its_address():
    every_row()
    tracked = [model for model in apps.get_models() if issubclass(model, Tracked)]
    assert len(tracked) == 24
    for model in tracked:
        row = model.objects.first()
        assert row is not None, model
        assert str(row).strip(), model
        assert "object (" not in str(row), model
        if model is not models.Country:
            assert model.objects.get_by_natural_key(*row.natural_key()) == row
        if hasattr(row, "get_absolute_url"):
            assert row.get_absolute_url().startswith("/")
            assert row.slug in row.get_absolute_url()

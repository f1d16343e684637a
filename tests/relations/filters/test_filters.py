"""The filter vocabulary: what each parameter finds, what it leaves, and what is refused."""

import pytest
from django.http import QueryDict

from relations.filters import RecordFilter, TradeFigureFilter, VisitFilter, parameters
from relations.models import Indicator, Record, TradeFigure, Visit
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    CountryFactory,
    IndicatorFactory,
    MilestoneFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PersonFactory,
    PlaceFactory,
    ProjectFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    TradeFigureFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


def found(query: str, filterset=RecordFilter, model=Record) -> list[str]:
    selected = filterset(QueryDict(query), model.objects.published())
    assert selected.problems == []
    return sorted(selected.qs.values_list("slug", flat=True))


def problems(query: str, filterset=RecordFilter, model=Record) -> list[tuple]:
    VisitFactory()
    selected = filterset(QueryDict(query), model.objects.published())
    # The record that is there is not listed.
    assert list(selected.qs) == []
    return [(problem.parameter, problem.nearest) for problem in selected.problems]


# Who and what ---------------------------------------------------------------------------------------


def test_all_countries_given_take_part():
    VisitFactory(slug="both", countries=["AZ", "KZ"])
    VisitFactory(slug="three", countries=["AZ", "KZ", "TR"])
    VisitFactory(slug="one", countries=["AZ"])
    VisitFactory(slug="draft", countries=["AZ", "KZ"], stage="draft")
    assert found("country=AZ&country=KZ") == ["both", "three"]
    assert found("country=KZ&country=AZ&country=TR") == ["three"]
    assert found("country=AZ&country=AZ") == ["both", "one", "three"]


def test_any_of_the_countries_takes_part_beside_all_of_others():
    VisitFactory(slug="az", countries=["AZ"])
    VisitFactory(slug="az-tr", countries=["AZ", "TR"])
    VisitFactory(slug="kz-kg", countries=["KZ", "KG"])
    VisitFactory(slug="kg", countries=["KG"])
    VisitFactory(slug="draft", countries=["AZ", "TR"], stage="draft")
    assert found("country_any=TR&country_any=KZ") == ["az-tr", "kz-kg"]
    assert found("country_any=AZ&country_any=TR") == ["az", "az-tr"]
    assert found("country=AZ&country_any=TR&country_any=KZ") == ["az-tr"]
    assert problems("country_any=XX") == [("country_any", None)]


def test_a_pair_that_forms_a_relation_finds_the_same_through_its_entries(relation):
    VisitFactory(slug="both", countries=["AZ", "KZ"])
    VisitFactory(slug="three", countries=["AZ", "KZ", "TR"])
    VisitFactory(slug="one", countries=["AZ"])
    VisitFactory(slug="draft", countries=["AZ", "KZ"], stage="draft")
    selected = RecordFilter(QueryDict("country=KZ&country=AZ"), Record.objects.published())
    assert selected.relation == relation
    assert "relations_entry" in str(selected.qs.query)
    assert found("country=KZ&country=AZ") == ["both", "three"]
    assert found("country=KZ&country=AZ&country=TR") == ["three"]


def test_the_relation_of_a_page_limits_its_list(relation):
    VisitFactory(slug="both", countries=["AZ", "KZ"])
    VisitFactory(slug="three", countries=["AZ", "KZ", "TR"])
    VisitFactory(slug="one", countries=["AZ", "TR"])

    def on_page(query):
        chosen = RecordFilter(QueryDict(query), Record.objects.published(), relation=relation)
        return sorted(chosen.qs.values_list("slug", flat=True))

    assert on_page("") == ["both", "three"]
    assert on_page("country=AZ") == ["both", "three"]
    assert on_page("country=TR") == ["three"]


def test_kind_is_any_of_those_given():
    VisitFactory(slug="visit")
    AgreementFactory(slug="agreement")
    MilestoneFactory(slug="milestone")
    assert found("kind=visit") == ["visit"]
    assert found("kind=visit&kind=agreement") == ["agreement", "visit"]


def test_topics_places_and_projects_are_any_of_those_given():
    energy, trade, other = (TopicFactory(slug=slug) for slug in ("energy", "trade", "other"))
    VisitFactory(slug="both", topics=[energy, trade])
    VisitFactory(slug="trade-only", topics=[trade])
    VisitFactory(slug="neither", topics=[other])
    assert found("topic=energy") == ["both"]
    assert found("topic=energy&topic=trade") == ["both", "trade-only"]

    VisitFactory(slug="there", place=PlaceFactory(slug="baku"))
    VisitFactory(slug="elsewhere", place=PlaceFactory(slug="astana"))
    assert found("place=baku") == ["there"]
    assert found("place=baku&place=astana") == ["elsewhere", "there"]

    VisitFactory(slug="about-it", projects=[ProjectFactory(slug="corridor")])
    assert found("project=corridor") == ["about-it"]


def test_a_person_is_found_once_whatever_the_roles():
    person, other = PersonFactory(slug="president"), PersonFactory(slug="minister")
    visit = VisitFactory(slug="met")
    ParticipationFactory(record=visit, person=person, role="guest")
    ParticipationFactory(record=visit, person=person, role="signatory")
    ParticipationFactory(record=VisitFactory(slug="without"), person=other)
    assert found("person=president") == ["met"]


def test_a_person_and_a_role_are_of_one_participation():
    president, minister = PersonFactory(slug="president"), PersonFactory(slug="minister")
    signed = VisitFactory(slug="president-signed")
    ParticipationFactory(record=signed, person=president, role="signatory")
    watched = VisitFactory(slug="president-watched")
    ParticipationFactory(record=watched, person=president, role="guest")
    ParticipationFactory(record=watched, person=minister, role="signatory")
    ParticipationFactory(record=VisitFactory(stage="draft"), person=president, role="signatory")
    assert found("person=president&role=signatory") == ["president-signed"]
    assert found("role=signatory") == ["president-signed", "president-watched"]
    assert found("role=guest&role=signatory&person=president") == [
        "president-signed",
        "president-watched",
    ]
    assert found("person=minister&person=president&role=guest") == ["president-watched"]
    assert found("role=host") == []
    assert problems("role=signatroy") == [("role", "signatory")]


def test_a_source_and_a_passage_are_of_one_citation():
    article, news = SourceFactory(slug="article"), SourceFactory(slug="news")
    here = VisitFactory(slug="here", source=article)
    CitationFactory(record=here, source=article, locator="54-56")
    crossed = VisitFactory(slug="crossed", source=article)
    CitationFactory(record=crossed, source=news, locator="55")
    CitationFactory(record=VisitFactory(stage="draft"), source=article, locator="55")
    CitationFactory(entity=PersonFactory(), source=article, locator="55")
    assert found("source=article&locator=55") == ["here"]
    assert found("locator=55") == ["crossed", "here"]
    assert found("source=article&locator=56-60") == ["here"]
    assert found("source=article&locator=2,57-60") == []
    assert found("source=article&locator=1") == ["crossed", "here"]
    for wrong in ("0", "55-", "60-55", "a", "1-1002", "1,,2"):
        assert problems(f"locator={wrong}") == [("locator", None)]


def test_the_fields_that_sources_disagree_on_are_asked_for_by_name():
    CitationFactory(record=VisitFactory(slug="day"), field="date", value="2005-05-25")
    typed = VisitFactory(slug="type", type="state")
    CitationFactory(record=typed, field="type", value="working")
    CitationFactory(record=typed, field="date", value="2005-05-24")
    CitationFactory(record=VisitFactory(stage="draft"), field="date", value="2005-05-25")
    agreement = AgreementFactory(slug="agreement", instrument="treaty")
    CitationFactory(record=agreement, field="instrument", value="protocol")
    assert found("conflict=date") == ["day"]
    assert found("conflict=type&conflict=instrument") == ["agreement", "type"]
    assert found("conflict=type", VisitFilter, Visit) == ["type"]
    assert problems("conflict=instrument", VisitFilter, Visit) == [("conflict", None)]
    assert problems("conflict=dat") == [("conflict", "date")]
    # Another name or one more country contradicts nothing.
    assert problems("conflict=title&conflict=countries") == [("conflict", None)] * 2


def test_an_organization_is_found_where_it_is_named_a_party_or_the_body_that_met():
    council = OrganizationFactory(slug="council")
    other = OrganizationFactory(slug="other")
    VisitFactory(slug="named", organizations=[council])
    VisitFactory(slug="session", body=council)
    agreement = AgreementFactory(slug="party")
    PartyFactory(agreement=agreement, organization=council)
    VisitFactory(slug="another", organizations=[other], body=other)
    VisitFactory(slug="draft-session", body=council, stage="draft")
    assert found("organization=council") == ["named", "party", "session"]
    assert found("organization=council", VisitFilter, Visit) == ["named", "session"]


def test_a_source_is_found_once_however_often_cited():
    source = SourceFactory(slug="article")
    visit = VisitFactory(slug="cited", source=source)
    CitationFactory(record=visit, source=source, locator="2")
    CitationFactory(entity=PersonFactory(), source=source, locator="3")
    VisitFactory(slug="by-another")
    assert found("source=article") == ["cited"]


# When -----------------------------------------------------------------------------------------------


@pytest.fixture
def dated():
    with unit_of_work():
        for slug, date in {
            "day": "1996-09-16",
            "next-day": "1996-09-17",
            "month": "1996-09",
            "year": "1996",
            "one-of": "[1995-01-01,1996-12-24]",
            "span": "1994/1998",
            "by": "[..2025-10-16]",
            "later": "[1997-01-01..]",
            "nineties": "199X",
            "before": "1995",
        }.items():
            VisitFactory(slug=slug, date=date)
        VisitFactory(slug="draft", date="1996-09-16", stage="draft")


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("date=1996-09-16", ["day", "month", "nineties", "one-of", "span", "year"]),
        ("date=1996-09", ["day", "month", "next-day", "nineties", "one-of", "span", "year"]),
        ("date=2025-10", ["by"]),
        ("date=1997-01-01", ["later", "nineties", "span"]),
        ("date=1997-01-02", ["nineties", "span"]),
        ("date_after=1998-12-31", ["by", "nineties", "span"]),
        ("date_after=1999", ["by", "nineties"]),
        ("date_before=1994-01-01", ["nineties", "span"]),
        ("date_before=1995", ["before", "nineties", "one-of", "span"]),
        ("date_after=1995&date_before=1995", ["before", "nineties", "one-of", "span"]),
        ("date_within=1996", ["day", "month", "next-day", "year"]),
        ("date_within=1995/1996", ["before", "day", "month", "next-day", "one-of", "year"]),
        ("date_within=0001/9999", [
            "before", "day", "month", "next-day", "nineties", "one-of", "span", "year",
        ]),
    ],
)  # fmt: skip
def test_dates(dated, query, slugs):
    assert found(query) == slugs


def test_a_date_that_is_none_is_refused():
    assert problems("date=1996-02-30") == [("date", None)]
    assert problems("date_after=yesterday&date_before=../..") == [
        ("date_after", None),
        ("date_before", None),
    ]
    assert problems("date_within=[1996..]") == [("date_within", None)]
    assert problems("date=[" + "1996," * 2000 + "1997]") == [("date", None)]


# How it stands ----------------------------------------------------------------------------------------


def test_outcome_and_evidence():
    VisitFactory(slug="done")
    VisitFactory(slug="planned", outcome="planned")
    bare = VisitFactory(slug="bare", cited=False, stage="draft")
    CitationFactory(record=bare)
    bare.stage = "published"
    bare.save()
    contested = VisitFactory(slug="contested")
    CitationFactory(record=contested, field="date", value="2005-05-25")
    sure = VisitFactory(slug="sure")
    CitationFactory(record=sure, field="date", value="2005-05-24")
    assert found("outcome=planned") == ["planned"]
    assert found("evidence=conflict") == ["contested"]
    assert found("evidence=confirmed") == ["sure"]
    assert found("evidence=single") == ["done", "planned"]
    assert found("evidence=unsourced") == ["bare"]


def test_search_finds_words_of_published_records():
    VisitFactory(slug="oil", title="Oil and gas talks")
    VisitFactory(slug="pensions", title="Pensions")
    VisitFactory(slug="draft", title="Oil draft", stage="draft")
    assert found("q=oil") == ["oil"]
    assert found("q=GAS+oil") == ["oil"]
    assert found("q=oil+pensions") == []


@pytest.mark.parametrize(
    "text",
    ["oil AND", "NOT oil", '"oil', "oil*", "oil:gas", "(oil", "NEAR(oil gas)", "oil' --", "-oil"],
)
def test_search_operators_are_but_words(text):
    selected = RecordFilter(QueryDict(mutable=True), Record.objects.published())
    query = QueryDict(mutable=True)
    query["q"] = text
    selected = RecordFilter(query, Record.objects.published())
    assert selected.problems == []
    assert list(selected.qs) == []


def test_search_text_is_refused_without_a_word_or_too_long():
    assert problems("q=%3F%21") == [("q", None)]
    assert problems("q=" + "a" * 201) == [("q", None)]


# At their own addresses ---------------------------------------------------------------------------------


def test_what_visits_have_of_their_own():
    VisitFactory(slug="one", type="state", guest="AZ", host="KZ")
    VisitFactory(slug="other", type="working", guest="KZ", host="AZ")
    VisitFactory(slug="draft", type="state", guest="AZ", host="KZ", stage="draft")
    assert found("type=state", VisitFilter, Visit) == ["one"]
    assert found("guest=AZ", VisitFilter, Visit) == ["one"]
    assert found("host=AZ", VisitFilter, Visit) == ["other"]
    assert problems("guest=AZ") == [("guest", None)]


def test_what_figures_have_of_their_own():
    from relations.filters import IndicatorFilter, MilestoneFilter
    from relations.models import Milestone

    TradeFigureFactory(slug="out", flow="exports", origin="AZ", destination="KZ", reporter="AZ")
    TradeFigureFactory(slug="in", flow="exports", origin="KZ", destination="AZ", reporter="AZ")
    TradeFigureFactory(slug="goal", nature="target", reporter="KZ")

    def figures(query):
        return found(query, TradeFigureFilter, TradeFigure)

    assert figures("flow=exports&origin=AZ") == ["out"]
    assert figures("destination=AZ") == ["in"]
    assert figures("reporter=KZ") == ["goal"]
    assert figures("nature=target") == ["goal"]
    IndicatorFactory(slug="people", measure="diaspora-size")
    IndicatorFactory(slug="instruments", measure="instruments-signed", nature="target")
    assert found("measure=diaspora-size", IndicatorFilter, Indicator) == ["people"]
    assert found("nature=target", IndicatorFilter, Indicator) == ["instruments"]
    MilestoneFactory(slug="gift", category="gift")
    MilestoneFactory(slug="other", category="conference")
    assert found("category=gift", MilestoneFilter, Milestone) == ["gift"]


# What is refused ----------------------------------------------------------------------------------------


def test_an_unknown_parameter_is_named_with_the_nearest():
    assert problems("dat=1996") == [("dat", "date")]
    assert problems("xyzzy=1") == [("xyzzy", None)]
    selected = RecordFilter(QueryDict("dat=1996"), Record.objects.published(), also=["cursor"])
    assert selected.problems[0].valid == [
        "country", "country_any", "kind", "topic", "place", "person", "role", "organization", "project",
        "source", "locator", "date", "date_after", "date_before", "date_within", "outcome", "evidence",
        "conflict", "changed_since", "modified_since", "q", "ordering", "cursor",
    ]  # fmt: skip
    assert "Did you mean “date”?" in selected.problems[0].message


def test_unknown_values_are_refused_with_what_is_valid():
    CountryFactory(code="AZ")
    TopicFactory(slug="energy")
    assert problems("country=XX") == [("country", None)]
    assert problems("country=az") == [("country", "AZ")]
    assert problems("topic=enrgy&topic=energy") == [("topic", "energy")]
    assert problems("kind=visits") == [("kind", "visit")]
    assert problems("outcome=happend") == [("outcome", "happened")]
    assert problems("evidence=conflicts") == [("evidence", "conflict")]
    assert problems("ordering=dates") == [("ordering", "date")]
    selected = RecordFilter(QueryDict("outcome=x"), Record.objects.published())
    assert selected.problems[0].valid == ["happened", "planned", "proposed"]
    with unit_of_work():
        for number in range(31):
            TopicFactory(slug=f"topic-number-{number}")
    selected = RecordFilter(QueryDict("topic=topic-number-x"), Record.objects.published())
    assert selected.problems[0].valid == []
    assert selected.problems[0].nearest.startswith("topic-number-")


def test_of_many_valid_values_some_are_named_where_none_is_near():
    with unit_of_work():
        for number in range(31):
            TopicFactory(slug=f"topic-number-{number:02}")
    problem = RecordFilter(QueryDict("topic=xyzzy"), Record.objects.published()).problems[0]
    assert problem.message == (
        "There is no “xyzzy” to choose here. "
        "Valid are, for example: topic-number-00, topic-number-01, topic-number-02."
    )
    assert (problem.valid, problem.nearest) == ([], None)


def test_of_more_than_are_compared_those_that_begin_alike_are_not_told_as_all(monkeypatch):
    monkeypatch.setattr(parameters, "COMPARED", 40)
    with unit_of_work():
        for number in range(41):
            TopicFactory(slug=f"topic-number-{number:02}")
    TopicFactory(slug="xyz")
    problem = RecordFilter(QueryDict("topic=xylophones"), Record.objects.published()).problems[0]
    assert problem.message == (
        "There is no “xylophones” to choose here. "
        "Valid are, for example: xyz, topic-number-00, topic-number-01."
    )
    assert problem.valid == []


def test_a_draft_is_not_named_by_any_refusal():
    VisitFactory(slug="secret-draft", title="Secret", stage="draft")
    for query in ("place=secret-draft", "q=secret%21&kind=secret", "topic=secret-draft"):
        for problem in RecordFilter(QueryDict(query), Record.objects.published()).problems:
            assert problem.nearest is None
            assert "secret-draft" not in problem.valid


def test_a_single_valued_parameter_is_given_once():
    assert problems("date=1996&date=1997") == [("date", None)]
    assert problems("outcome=happened&outcome=happened") == [("outcome", None)]
    assert problems("kind=visit&" * 21) == [("kind", None)]


def test_empty_counts_as_absent():
    VisitFactory(slug="it", date="1996")
    assert found("date=&country=&q=+&kind=&ordering=&date_after=%20") == ["it"]
    assert found("date=&date=1996") == ["it"]
    assert problems("dat=") == [("dat", "date")]


@pytest.mark.parametrize("bad", ["\0", "\x1b", "\ud800", "a\udfffb", "\x7f", "\n1996\x01"])
def test_broken_text_is_refused_everywhere(bad):
    names = list(RecordFilter.base_filters)
    for name in [*names, f"x{bad}"]:
        query = QueryDict(mutable=True)
        query[name] = bad
        selected = RecordFilter(query, Record.objects.published())
        assert len(selected.problems) == 1
        assert list(selected.qs) == []
        problem = selected.problems[0]
        (problem.parameter + problem.message).encode()


def test_the_form_shows_what_was_given_and_what_is_wrong():
    CountryFactory(code="AZ")
    form = RecordFilter(QueryDict("country=AZ&outcome=x"), Record.objects.published()).form
    assert list(form.errors) == ["outcome"]
    assert form["country"].value() == ["AZ"]
    assert form["outcome"].field.choices[0] == ("", "any")
    assert form["ordering"].field.choices[0] == ("-date", "newest first")


def test_two_relations_share_a_country_and_not_their_records():
    RelationFactory()
    RelationFactory(first="AZ", second="TR")
    VisitFactory(slug="kz", countries=["AZ", "KZ"])
    VisitFactory(slug="tr", countries=["AZ", "TR"])
    assert found("country=AZ&country=TR") == ["tr"]
    assert found("country=AZ&country=KZ") == ["kz"]

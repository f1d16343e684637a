"""Facets: every count is what the list then counts, whatever else is filtered."""

import random
from functools import partial

import pytest
from django.http import QueryDict

from relations import kinds
from relations.filters import RecordFilter
from relations.lists.facets import Facet, Relaxed, facets, relaxed
from relations.lists.listing import Listing
from relations.models import Organization, Record, Relation
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
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
    country,
    factory_of,
)

pytestmark = pytest.mark.django_db
PAIR = ["AZ", "KZ"]
SOME = "energy trade culture".split()
DATES = (
    "1996-09-16", "1999-12-31/2000-01-02", "1987/2004", "199X", "19XX", "[..2025-10-16]",
    "[1993-02-24,2003-12-24]", "2010-01-01", "2009-12-31", "2024", "2025-40", "1993~",
)  # fmt: skip


def listing(query="", kind=None, **options) -> Listing:
    model, filterset = (kind.model, kind.filterset_class) if kind else (Record, RecordFilter)
    published = model.objects.published().for_timeline()
    return Listing(filterset, QueryDict(query), queryset=published, **options)


def counts(facet: Facet) -> dict[str, int]:
    return {value.value: value.count for value in facet.values}


def facet(listed: Listing, name: str) -> Facet:
    return next(one for one in facets(listed) if one.name == name)


@pytest.fixture
def mixed():
    """Records of every kind, stage and sort of date, with links that name one thing twice."""
    rng = random.Random(20)
    RelationFactory()
    RelationFactory(first="AZ", second="TR")
    topics = [TopicFactory(slug=slug, name=slug.title()) for slug in SOME]
    places, people = PlaceFactory.create_batch(3), PersonFactory.create_batch(3)
    bodies, projects = OrganizationFactory.create_batch(4), ProjectFactory.create_batch(2)
    sources = SourceFactory.create_batch(3)
    states = ["published"] * 4 + ["draft", "withdrawn"]

    def some(among, most=2):
        return rng.sample(among, rng.randint(0, most))

    makers = [
        *MAKERS.values(),
        *(partial(plain, kind.model) for kind in kinds.every() if kind.name not in MAKERS),
    ]
    gone = []
    with unit_of_work():
        for number in range(42):
            stage = rng.choice(states)
            options = {
                "date": rng.choice(DATES),
                "countries": ["AZ", *rng.choice([["KZ"], ["KZ", "TR"], ["TR"], []])],
                "topics": some(topics),
                "organizations": some(bodies),
                "projects": some(projects),
                "place": rng.choice([None, *places]),
                "outcome": rng.choice(Record.Outcome.values),
                "source": rng.choice(sources),
                "stage": "draft" if stage == "draft" else "published",
            }
            record = makers[number % len(makers)](rng, bodies, options)
            for person in some(people, 3):
                for role in rng.sample(["guest", "host"], rng.randint(1, 2)):
                    ParticipationFactory(record=record, person=person, role=role)
            for source in some(sources, 3):
                value = rng.choice([record.date, "1996"])
                CitationFactory(record=record, source=source, field="date", value=value)
            if stage == "withdrawn":
                gone.append(record)
    with unit_of_work():
        for record in gone:
            record.refresh_from_db()
            record.stage = "withdrawn"
            record.save()


def visit(rng, bodies, options):
    return VisitFactory(
        body=rng.choice([None, *bodies]),
        type=rng.choice(["state", "working"]),
        guest=rng.choice([None, country("AZ"), country("TR")]),
        **options,
    )


def agreement(rng, bodies, options):
    made = AgreementFactory(instrument=rng.choice(["treaty", "agreement"]), **options)
    for body in rng.sample(bodies, rng.randint(0, 2)):
        PartyFactory(agreement=made, organization=body)
    return made


def milestone(rng, bodies, options):
    return MilestoneFactory(**options)


def figure(rng, bodies, options):
    return TradeFigureFactory(
        flow=rng.choice(["turnover", "exports"]), nature=rng.choice(["actual", "target"]), **options
    )


def indicator(rng, bodies, options):
    return IndicatorFactory(**options)


MAKERS = {
    "visit": visit,
    "agreement": agreement,
    "milestone": milestone,
    "trade-figure": figure,
    "indicator": indicator,
}


def plain(model, rng, bodies, options):
    """A record of any other kind, with the organizations that it names itself."""
    links = (one for one in model._meta.local_many_to_many if one.related_model is Organization)
    own = {link.name: rng.sample(bodies, rng.randint(0, 2)) for link in links}
    return factory_of(model)(**own, **options)


def combinations(kind, rng):
    """Query strings that filter by nothing, by one thing of each sort, and by several at random."""
    pool = {value.query for one in facets(listing(kind=kind)) for value in one.values} | {
        "date=1996",
        "date_after=1999",
        "date_before=2003",
        "date_within=1990/2009",
        "q=record",
        "country_any=AZ&country_any=TR",
        "role=guest&role=participant",
        "locator=1",
    }
    pool = sorted(pool)
    yield ""
    yield from rng.sample(pool, 3)
    for _number in range(3 if kind else 8):
        chosen = QueryDict(mutable=True)
        for one in rng.sample(pool, rng.randint(2, 4)):
            for name, value in QueryDict(one).items():
                if name not in chosen or RecordFilter.base_filters[name].repeatable:
                    chosen.appendlist(name, value)
        yield chosen.urlencode()


@pytest.mark.slow("Each count of many queries is compared with the list that it leads to.")
@pytest.mark.parametrize("where", ["timeline", "relation", *kinds.names()])
def test_each_count_is_what_the_list_then_counts(mixed, where):
    kind = kinds.get(where) if where in kinds.names() else None
    options = {"relation": Relation.objects.first()} if where == "relation" else {}
    rng, seen = random.Random(where), set()
    for query in combinations(kind, rng):
        listed = listing(query, kind, **options)
        assert listed.problems == []
        for one in facets(listed):
            parameter = listed.filterset.filters[one.parameter]
            # Of many years a few tell as much.
            for value in one.values[:: 12 if one.name == "year" else 1]:
                if one.parameter == "country":
                    others = [other.value for other in one.values if other.is_selected]
                    alone = list(dict.fromkeys([*others, value.value]))
                else:
                    alone = [value.value]
                then = listing(listed.query(**{one.parameter: alone}), kind, **options)
                assert then.problems == []
                assert (query, one.name, value.value, value.count) == (
                    query, one.name, value.value, then.count,
                )  # fmt: skip
                toggled = listing(value.query, kind, **options)
                chosen = {
                    raw for raw, _ in parameter.shown(toggled.filterset.values[one.parameter])
                } if one.parameter in toggled.filterset.values else set()  # fmt: skip
                assert (value.value in chosen) is not value.is_selected
                seen.add((one.name, bool(value.count)))
    assert {name for name, has_some in seen if has_some} >= {"decade", "source", "evidence"}


def test_an_organization_counts_once_a_record_however_it_takes_part():
    body = OrganizationFactory()
    VisitFactory(organizations=[body], body=body)
    VisitFactory(body=body)
    both = AgreementFactory(organizations=[body])
    PartyFactory(agreement=both, organization=body)
    PartyFactory(agreement=AgreementFactory(), organization=body)
    PartyFactory(agreement=AgreementFactory(stage="draft", cited=False), organization=body)
    assert counts(facet(listing(), "organization")) == {body.slug: 4}
    assert counts(facet(listing(kind=kinds.get("visit")), "organization")) == {body.slug: 2}


def test_a_source_and_a_person_count_once_a_record():
    source, person = SourceFactory(), PersonFactory()
    record = VisitFactory(source=source)
    with unit_of_work():
        CitationFactory(record=record, source=source, field="title", value="Another")
        ParticipationFactory(record=record, person=person, role="guest")
        ParticipationFactory(record=record, person=person, role="speaker")
    assert counts(facet(listing(), "source")) == {source.slug: 1}
    assert counts(facet(listing(), "person")) == {person.slug: 1}
    # Beside a role or a passage counts who had that role, and what was cited for that passage.
    with unit_of_work():
        other, more = PersonFactory(), SourceFactory()
        ParticipationFactory(record=record, person=other, role="speaker")
        CitationFactory(record=record, source=more, locator="7-9")
    assert counts(facet(listing("role=guest"), "person")) == {person.slug: 1}
    assert counts(facet(listing("role=speaker"), "person")) == {person.slug: 1, other.slug: 1}
    assert counts(facet(listing(f"role=guest&person={person.slug}"), "person")) == {person.slug: 1}
    assert counts(facet(listing("locator=8"), "source")) == {more.slug: 1}
    assert counts(facet(listing("locator=1"), "source")) == {source.slug: 1}


def test_a_record_counts_in_every_decade_it_touches():
    VisitFactory(date="1989/2003")
    VisitFactory(date="1999-12-31")
    VisitFactory(date="1999", stage="draft", cited=False)
    decades = facet(listing(), "decade")
    assert decades.parameter == "date"
    assert [(one.value, one.label, one.count) for one in decades.values] == [
        ("198X", "1980s", 1),
        ("199X", "1990s", 2),
        ("200X", "2000s", 1),
    ]
    years = facet(listing(), "year")
    assert (years.parameter, years.others) == ("date", 0)
    assert counts(years) == {str(year): 2 if year == 1999 else 1 for year in range(1989, 2004)}
    assert list(counts(years)) == sorted(counts(years))
    assert [one.value for one in facet(listing("date=1990"), "year").values if one.is_selected] == [
        "1990"
    ]
    assert [one.query for one in facet(listing("date=199X&q=record"), "decade").values] == [
        "q=record&date=198X",
        "q=record",
        "q=record&date=200X",
    ]


def test_what_is_not_published_has_no_facet():
    hidden = TopicFactory(slug="hidden")
    VisitFactory(topics=[hidden], stage="draft", cited=False)
    gone = VisitFactory(topics=[hidden])
    gone.stage = "withdrawn"
    gone.save()
    assert facets(listing()) == []
    VisitFactory()
    assert "topic" not in [one.name for one in facets(listing())]


def test_a_chosen_value_stays_to_be_let_go_of_though_nothing_has_it():
    TopicFactory(slug="energy", name="Energy")
    VisitFactory(topics=[TopicFactory(slug="trade", name="Trade")])
    topics = facet(listing("topic=energy&kind=visit"), "topic")
    assert [(one.value, one.count, one.is_selected, one.query) for one in topics.values] == [
        ("trade", 1, False, "kind=visit&topic=energy&topic=trade"),
        ("energy", 0, True, "kind=visit"),
    ]


def test_the_most_frequent_are_given_and_how_many_more_there_are():
    # Of those that are equally frequent the first by name come first.
    rare = [TopicFactory(name=f"Rare {number}") for number in range(3)]
    common = TopicFactory()
    for topic in rare:
        VisitFactory(topics=[topic, common])
    found = {one.name: one for one in facets(listing(f"topic={rare[2].slug}"), most=2)}
    assert counts(found["topic"]) == {common.slug: 3, rare[0].slug: 1, rare[2].slug: 1}
    assert found["topic"].others == 1
    assert found["kind"].others == 0


def test_no_facets_while_there_is_a_problem():
    VisitFactory()
    wrong = listing("topic=nothing")
    assert (facets(wrong), relaxed(wrong)) == ([], [])


def test_the_keys_of_a_kind_come_first():
    VisitFactory(type="state", guest="AZ", countries=PAIR)
    names = [one.name for one in facets(listing(kind=kinds.get("visit")))]
    assert names == ("type guest kind decade year country source evidence outcome".split())


def test_an_empty_list_says_which_filter_to_drop():
    energy = TopicFactory(slug="energy", name="Energy")
    TopicFactory(slug="trade", name="Trade")
    VisitFactory(date="1996", topics=[energy], countries=PAIR)
    VisitFactory(date="1997", topics=[energy], countries=PAIR)
    AgreementFactory(date="1996", countries=["AZ"])
    AgreementFactory(date="1996", topics=[energy], stage="draft", cited=False)
    assert relaxed(listing("kind=agreement&topic=energy&topic=trade&date=1996")) == [
        Relaxed("kind", "Kind", ["agreement"], 1, "topic=energy&topic=trade&date=1996"),
        Relaxed("topic", "Topic", ["Energy", "Trade"], 1, "kind=agreement&date=1996"),
    ]
    assert relaxed(listing("kind=agreement&topic=energy&date=1997")) == [
        Relaxed("kind", "Kind", ["agreement"], 1, "topic=energy&date=1997"),
    ]
    assert relaxed(listing("country=AZ&country=KZ&kind=agreement")) == [
        Relaxed("kind", "Kind", ["agreement"], 2, "country=AZ&country=KZ"),
        Relaxed("country", "Country", ["Kazakhstan"], 1, "kind=agreement&country=AZ"),
    ]
    assert relaxed(listing("kind=visit")) == []


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize(
    ("query", "kind", "is_relation", "queries"),
    [
        ("", "", True, 7),
        ("topic=common&evidence=single&kind=visit", "", True, 9),
        ("country=AZ&country=KZ", "", False, 7),
        ("", "visit", False, 7),
    ],
)
def test_queries(relation, django_assert_num_queries, size, query, kind, is_relation, queries):
    common = TopicFactory(slug="common")
    with unit_of_work():
        for number in range(size):
            record = VisitFactory(
                date=f"{1990 + number}",
                countries=PAIR,
                topics=[common, TopicFactory()],
                place=PlaceFactory(),
                guest="AZ",
                organizations=[OrganizationFactory()],
            )
            ParticipationFactory(record=record, person=PersonFactory())
    options = {"relation": relation} if is_relation else {}
    listed = listing(query, kinds.get(kind) if kind else None, **options)
    assert listed.relation == (None if kind else relation)
    with django_assert_num_queries(queries):
        assert counts(facet(listed, "topic"))["common"] == size

"""The facets and the form of a list, as a reader finds them."""

from urllib.parse import urlencode

import pytest

from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    ParticipationFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)
from tests.relations.views.reading import Element, titles

PAIR = ["AZ", "KZ"]


def panel(page: Element) -> dict[str, list[str]]:
    """What each facet offers, with its counts, as it reads."""
    return {
        facet.attributes["id"].removeprefix("facet-"): [
            link.text for link in facet.every("a") if link.attributes.get("rel") == "nofollow"
        ]
        for facet in page.one("aside", class_="facets").every("details", class_="facet")
        if facet.attributes["id"] != "facet-typed"
    }


def link(page: Element, anchor: str) -> Element:
    return page.one("a", id=anchor)


def hidden(page: Element) -> dict[str, str]:
    form = page.one("form", class_="filters")
    return {
        field.attributes["name"]: field.attributes["value"]
        for field in form.every("input", type="hidden")
    }


def test_only_what_occurs_is_offered(get, relation):
    energy, trade = TopicFactory(name="Energy"), TopicFactory(name="Trade")
    source = SourceFactory(author="First Author", published="2025-10")
    VisitFactory(countries=[*PAIR, "TR"], topics=[energy], date="1996", source=source)
    VisitFactory(countries=PAIR, date="2005", source=source)
    AgreementFactory(countries=["AZ"], topics=[trade])
    AgreementFactory(countries=PAIR, topics=[trade], stage="draft")
    assert panel(get("/azerbaijan-kazakhstan/")) == {
        "kind": ["Visits 2"],
        "decade": ["1990s 1", "2000s 1"],
        "country": ["Türkiye 1"],
        "topic": ["Energy 1"],
        "source": ["First Author, October 2025 2"],
        "evidence": ["One source 2"],
        "outcome": ["Happened 2"],
    }
    everywhere = panel(get("/timeline/"))
    assert everywhere["country"] == ["Azerbaijan 3", "Kazakhstan 2", "Türkiye 1"]
    assert everywhere["topic"] == ["Energy 1", "Trade 1"]
    assert everywhere["kind"] == ["Agreements 1", "Visits 2"]


def test_a_value_is_a_link_that_chooses_it_or_lets_go_of_it(get, relation):
    for slug in ("energy", "trade"):
        topic = TopicFactory(slug=slug, name=slug)
        VisitFactory(title=f"a {slug} visit", countries=PAIR, topics=[topic])
    page = get("/azerbaijan-kazakhstan/?q=visit&ordering=date")
    energy = link(page, "facet-topic-energy")
    assert energy.attributes["href"] == "?q=visit&ordering=date&topic=energy"
    assert ("aria-current" in energy.attributes, energy.every("svg")) == (False, [])
    page = get("/azerbaijan-kazakhstan/?q=visit&topic=energy&at=1996")
    energy, trade = link(page, "facet-topic-energy"), link(page, "facet-topic-trade")
    assert energy.attributes["aria-current"] == "true"
    assert len(energy.every("svg")) == 1
    assert energy.attributes["href"] == "?q=visit"
    assert trade.attributes["href"] == "?q=visit&topic=energy&topic=trade"
    assert (energy.text, trade.text) == ("Energy 1", "Trade 1")
    chosen = get("/azerbaijan-kazakhstan/?topic=energy")
    assert link(chosen, "facet-topic-energy").attributes["href"] == "/azerbaijan-kazakhstan/"


def test_the_most_frequent_stand_open_and_the_others_are_folded(get, relation):
    with unit_of_work():
        people = [PersonFactory(name=f"Person {number:02}") for number in range(50)]
    with unit_of_work():
        for number, person in enumerate(people):
            record = VisitFactory(countries=PAIR)
            record.participations.create(person=person, role="guest")
            if number == 0:
                VisitFactory(countries=PAIR).participations.create(person=person, role="guest")
    page = get(f"/azerbaijan-kazakhstan/?person={people[-1].slug}")
    facet = page.one("details", id="facet-person")
    first, *_folded = facet.every("ul")
    names = [one.text for one in first.every("a")]
    assert (names[0], names[-1], len(names)) == (f"{people[0]} 2", f"{people[-1]} 1", 9)
    assert "open" in facet.attributes
    more = facet.one("details", class_="facet-more")
    assert more.one("summary").text == "32 more"
    assert more.one("p").text == "9 others have fewer records: see all"
    assert more.one("p").one("a").attributes["href"] == "/people/"


def test_a_kinds_own_list_has_its_own_facets(get, db):
    AgreementFactory(instrument="treaty", level="interstate", topics=[TopicFactory(name="Energy")])
    AgreementFactory(instrument="protocol")
    found = panel(get("/agreements/?instrument=treaty"))
    assert list(found) == [
        "instrument", "level", "status", "decade", "topic", "source", "evidence", "outcome",
    ]  # fmt: skip
    assert found["instrument"] == ["Treaty 1", "Protocol 1"]
    assert found["topic"] == ["Energy 1"]
    page = get("/agreements/")
    fields = page.one("details", id="facet-typed").every("input")
    assert [field.attributes["name"] for field in fields] == [
        "date", "date_after", "date_before", "date_within", "in_force_on", "party",
    ]  # fmt: skip
    assert {field.attributes["form"] for field in fields} == {"filters"}


def test_the_form_keeps_what_is_chosen_and_shows_what_is_typed(get, relation):
    topics = [TopicFactory(name=name, slug=name.lower()) for name in ("Energy", "Trade")]
    AgreementFactory(title="both", date="1996", countries=PAIR, topics=topics)
    query = "kind=agreement&topic=energy&topic=trade&q=both&ordering=date&date_after=1990"
    page = get(f"/azerbaijan-kazakhstan/?{query}&at=1996")
    form = page.one("form", class_="filters")
    pairs = [
        (field.attributes["name"], field.attributes["value"])
        for field in form.every("input", type="hidden")
    ]
    assert pairs == [
        ("kind", "agreement"), ("topic", "energy"), ("topic", "trade"), ("ordering", "date"),
    ]  # fmt: skip
    assert form.one("input", name="q").attributes["value"] == "both"
    assert page.one("input", id="filter-date_after").attributes["value"] == "1990"
    assert "open" in page.one("details", id="facet-typed").attributes
    assert page.one("details", class_="facets-panel").one(class_="facets-used").text == "5 in use"
    chips = page.one("ul", class_="chips").every("a")
    assert [chip.text for chip in chips] == [
        "Remove filter: Kind agreement",
        "Remove filter: Topic Energy",
        "Remove filter: Topic Trade",
        "Remove filter: Search both",
        "Remove filter: From 1990",
        "Remove all filters",
    ]
    without = "?kind=agreement&q=both&ordering=date&date_after=1990&topic=trade"
    assert chips[1].attributes["href"] == without
    assert chips[-1].attributes["href"] == "?ordering=date"


def test_what_has_no_field_of_its_own_is_shown_and_kept(get, relation):
    person = PersonFactory(name="A Guest", slug="a-guest")
    visit = VisitFactory(title="theirs", countries=PAIR)
    ParticipationFactory(record=visit, person=person, role="guest")
    CitationFactory(record=visit, field="date", value="2005-05-25", locator="7-9")
    given = [
        ("person", "a-guest"), ("role", "guest"), ("locator", "7,60"), ("conflict", "date"),
        ("country_any", "KZ"),
    ]  # fmt: skip
    query = urlencode(given)
    page = get(f"/azerbaijan-kazakhstan/?{query}")
    form = page.one("form", class_="filters")
    kept = [
        (field.attributes["name"], field.attributes["value"])
        for field in form.every("input", type="hidden")
    ]
    assert kept == given
    chips = page.one("ul", class_="chips").every("a")
    assert [chip.text for chip in chips] == [
        "Remove filter: Person A Guest",
        "Remove filter: Role guest",
        "Remove filter: Passage 7,60",
        "Remove filter: Sources disagree on date",
        "Remove filter: Any of the countries Kazakhstan",
        "Remove all filters",
    ]
    assert chips[1].attributes["href"] == "?" + urlencode(
        [one for one in given if one[0] != "role"]
    )
    agreement = AgreementFactory(title="never in force")
    chip = get("/agreements/?in_force_on=2010-01-02").one("ul", class_="chips").every("a")[0]
    assert chip.text == "Remove filter: In force on 2 January 2010"
    assert agreement.title in get("/agreements/").one("main").text
    assert agreement.title not in get("/agreements/?in_force_on=2010-01-02").one("main").text


def test_what_is_refused_is_marked_and_can_be_left_out(get, relation):
    VisitFactory(title="visit", countries=PAIR)
    address = "/azerbaijan-kazakhstan/?dat=1&date=1996-02-31&evidence=none&kind=visit"
    page = get(address, status=400)
    wrong = page.one("input", id="filter-date")
    assert wrong.attributes["aria-invalid"] == "true"
    assert wrong.attributes["value"] == "1996-02-31"
    assert "open" in page.one("details", class_="facets-panel").attributes
    assert "open" in page.one("details", id="facet-typed").attributes
    assert (panel(page), titles(page), hidden(page)) == ({}, [], {"kind": "visit"})
    mended = page.one("p", class_="mended").one("a")
    assert mended.attributes["href"] == "?kind=visit"
    assert titles(get(f"/azerbaijan-kazakhstan/{mended.attributes['href']}")) == ["visit"]


def test_nothing_found_says_which_filter_to_drop(get, relation):
    energy = TopicFactory(slug="energy", name="Energy")
    VisitFactory(countries=PAIR, topics=[energy])
    VisitFactory(countries=PAIR, topics=[energy])
    AgreementFactory(countries=PAIR)
    AgreementFactory(countries=PAIR, topics=[energy], stage="draft")
    empty = get("/azerbaijan-kazakhstan/?kind=agreement&topic=energy").one(class_="empty")
    assert [row.text for row in empty.every("li")] == [
        "Without “Kind: agreement” 2 records",
        "Without “Topic: Energy” 1 record",
    ]
    assert [row.one("a").attributes["href"] for row in empty.every("li")] == [
        "?topic=energy",
        "?kind=agreement",
    ]
    alone = get("/azerbaijan-kazakhstan/?date=1801").one(class_="empty").one("a")
    assert alone.attributes["href"] == "/azerbaijan-kazakhstan/"


def test_when_no_single_filter_is_to_blame(get, relation):
    TopicFactory(slug="energy")
    VisitFactory(countries=PAIR)
    empty = get("/azerbaijan-kazakhstan/?kind=agreement&topic=energy").one(class_="empty")
    assert empty.every("li") == []
    assert "No single filter is to blame" in empty.text


def test_scripts_are_asked_for_only_where_there_are_filters(get, relation):
    topic = TopicFactory(slug="energy")
    RelationFactory(first="AZ", second="TR")
    VisitFactory(countries=PAIR, topics=[topic])
    page = get("/azerbaijan-kazakhstan/")
    assert [one.attributes["type"] for one in page.every("script") if "data-htmx" in one.attributes] == [
        "module"
    ]  # fmt: skip
    other = get("/topics/energy/")
    assert [one for one in other.every("script") if "data-htmx" in one.attributes] == []
    assert (other.every("aside", class_="facets"), titles(other)) == ([], titles(page))


@pytest.mark.parametrize("address", ["/azerbaijan-kazakhstan/", "/timeline/", "/visits/"])
def test_results_hold_all_that_depends_on_the_filter(get, relation, address):
    VisitFactory(countries=PAIR)
    results = get(address).one("div", id="results")
    for wanted in ("filters", "facets", "standing", "rows"):
        assert len(results.every(class_=wanted)) == 1, wanted
    assert results.attributes["hx-select"] == "#results"

"""The overview says what the database holds, and every mark of it leads to a list that holds the same."""

import re
from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone

from relations import kinds
from relations.dates import parse
from relations.filters import RecordFilter
from relations.lists.listing import Listing
from relations.models import Entry, Record
from relations.views.lists.context import PARAMETERS
from relations.views.overview import overview
from relations.views.overview.bands import MOST, PRESIDENT
from relations.views.overview.marks import shape_of
from relations.views.overview.scale import MOST_BINS, Scale
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    MilestoneFactory,
    OrganizationFactory,
    PersonFactory,
    RelationFactory,
    TenureFactory,
    TopicFactory,
    VisitFactory,
)

PAIR = ["AZ", "KZ"]
PAGE = "/azerbaijan-kazakhstan/"
CURRENT = "in the current filter"


@pytest.fixture
def records(relation):
    """Records that overlap years, in and out of filters, and some that no reader may see."""
    with unit_of_work():
        energy = TopicFactory(slug="energy")
        made = [
            VisitFactory(title="1996-09 visit", date="1996-09-16", countries=PAIR),
            VisitFactory(title="1996 visit", date="1996", countries=PAIR, topics=[energy]),
            VisitFactory(title="1998 visit", date="1998-03", countries=PAIR),
            AgreementFactory(title="pact", date="1996-09-16", countries=PAIR, topics=[energy]),
            AgreementFactory(title="set", date="[1996..1998-02]", countries=PAIR),
            AgreementFactory(title="open", date="[..1999-05-01]", countries=PAIR),
            MilestoneFactory(title="decade", date="199X", countries=PAIR, topics=[energy]),
            MilestoneFactory(
                title="plan", date="2001", countries=PAIR, outcome="planned", topics=[energy]
            ),
        ]
        VisitFactory(title="draft", date="1996", countries=PAIR, stage="draft", topics=[energy])
        VisitFactory(title="elsewhere", date="1996", countries=["AZ", "TR"], topics=[energy])
        gone = VisitFactory(title="gone", date="1996", countries=PAIR, topics=[energy])
        RelationFactory(first="AZ", second="TR")
    gone.stage = "withdrawn"
    gone.save()
    return made


def drawn(page):
    """Each mark: its lane, the years and kind it names, what it says of records, and where it leads."""
    marks = []
    for lane in page.every("div", class_="overview-lane"):
        if "data-kind" not in lane.attributes:
            continue
        for link in lane.one(data_roving="").every("a"):
            name, said = link.attributes["aria-label"].split(": ", 1)
            years, kind = name.split(", ", 1)
            marks.append((lane.attributes["data-kind"], years, kind, said, link.attributes["href"]))
    return marks


def counts(said):
    """How many records a mark says there are, and how many of them are in the current filter."""
    count = int(re.match(r"([\d,]+) record", said)[1].replace(",", ""))
    found = re.search(rf"([\d,]+|none) {CURRENT}", said)
    if found is None:
        return count, count
    return count, 0 if found[1] == "none" else int(found[1].replace(",", ""))


@pytest.fixture
def listed(relation):
    """``listed(href)``: how many records the relation's list holds at that address."""

    def listed(href):
        listing = Listing(
            RecordFilter,
            QueryDict(href.removeprefix("?")),
            queryset=Record.objects.published(),
            extra_parameters=PARAMETERS,
            relation=relation,
        )
        assert listing.problems == []
        return listing.count

    return listed


def overlapping(year, kind=None, **filters):
    """The published records of the pair whose date may fall in a year: the rule, asked record by record."""
    rows = Record.objects.filter(stage="published", **filters)
    rows = rows.filter(countries="AZ").filter(countries="KZ")
    first, last = date(year, 1, 1), date(year, 12, 31)
    return sum(
        parse(row.date).sort_date <= last and parse(row.date).sort_end >= first
        for row in rows
        if kind in (None, row.kind)
    )


def test_marks_say_what_the_database_holds(get, records):
    said = {(kind, years): counts(said) for kind, years, _name, said, _href in drawn(get(PAGE))}
    wanted = {
        (kind.name, f"{year}"): (overlapping(year, kind.name),) * 2
        for kind in kinds.every()
        for year in range(1985, 2010)
        if overlapping(year, kind.name)
    }
    assert said == wanted
    assert said["visit", "1996"] == (2, 2)
    assert said["milestone", "1990"] == (1, 1)


def test_a_mark_names_its_years_its_kind_and_what_is_only_planned(get, records):
    marks = {(kind, years): (name, said) for kind, years, name, said, _href in drawn(get(PAGE))}
    assert marks["agreement", "1999"] == ("agreements", "1 record")
    assert marks["visit", "1996"] == ("visits", "2 records")
    assert marks["milestone", "2001"] == ("milestones", "1 record (1 only planned or proposed)")
    marks = {
        (kind, years): said for kind, years, _n, said, _h in drawn(get(f"{PAGE}?topic=energy"))
    }
    assert marks["visit", "1996"] == "2 records (1 in the current filter)"
    assert marks["visit", "1998"] == "1 record (none in the current filter)"


def test_marks_under_a_filter_say_both(get, records):
    said = {
        (kind, years): counts(said)
        for kind, years, _name, said, _href in drawn(get(f"{PAGE}?topic=energy"))
    }
    wanted = {
        (kind.name, f"{year}"): (
            overlapping(year, kind.name),
            overlapping(year, kind.name, topics__slug="energy"),
        )
        for kind in kinds.every()
        for year in range(1985, 2010)
        if overlapping(year, kind.name)
    }
    assert said == wanted


FILTERS = [
    "",
    "topic=energy",
    "kind=visit",
    "kind=visit&kind=agreement&topic=energy",
    "date=1996",
    "date=1996-09",
    "date=1996-06/1997-02",
    "date_after=1996-10",
    "date_before=1998-02&kind=agreement",
    "date_after=1997&date_before=1998-06-30&topic=energy",
    "date=1995/1999&date_after=1996-09-17",
    "date_within=1996",
    "date_within=1990/1999&topic=energy&kind=milestone",
    "q=pact",
    "outcome=planned",
    "topic=energy&kind=visit&date=2001",
    "country=TR",
    "ordering=title&kind=visit",
]


@pytest.mark.parametrize("query", FILTERS)
def test_every_mark_leads_to_a_list_with_its_count(get, listed, records, query):
    page = get(f"{PAGE}?{query}")
    for _kind, years, _name, said, href in drawn(page):
        count, found = counts(said)
        reached = listed(href)
        if found:
            assert reached == found, (years, said, href)
        else:
            # Without the dates and kinds of the filter, else without the filter: never to an empty list.
            assert 0 < reached <= count, (years, said, href)


@pytest.mark.parametrize("query", FILTERS)
def test_the_table_says_and_leads_to_the_same(get, listed, records, query):
    page = get(f"{PAGE}?{query}")
    table = page.every("table")
    if not table:
        assert drawn(page) == []
        return
    names = [cell.text.lower() for cell in table[0].one("thead").every("th")]
    cells = {}
    for row in table[0].one("tbody").every("tr"):
        years = row.one("th").text
        for name, cell in zip(names[1:], row.every("td"), strict=True):
            for link in cell.every("a"):
                cells[name, years] = (link.text, link.attributes["href"])
    is_filtered = "of" in " ".join(text for text, _href in cells.values())
    marks = {
        (name, years): (
            f"{counts(said)[1]} of {counts(said)[0]}" if is_filtered else f"{counts(said)[0]}",
            href,
        )
        for _kind, years, name, said, href in drawn(page)
    }
    assert {key: cell for key, cell in cells.items() if key[0] != "all kinds"} == marks
    for (name, years), (text, href) in cells.items():
        if name == "all kinds" and not text.startswith("0 "):
            assert listed(href) == int(text.split()[0]), years


def test_the_list_of_a_mark_says_its_count(get, records):
    page = get(f"{PAGE}?topic=energy")
    links = {(kind, years): href for kind, years, _name, _said, href in drawn(page)}
    standing = get(PAGE + links["visit", "1996"]).one("div", class_="standing")
    assert standing.one("strong").text == "1 record"


def test_other_filters_stay_and_the_kind_and_year_are_the_marks(get, records):
    page = get(f"{PAGE}?topic=energy&kind=milestone&date=1995/1999&ordering=date&view=compact")
    links = {(kind, years): href for kind, years, _name, _said, href in drawn(page)}
    assert links["milestone", "1996"] == (
        "?topic=energy&ordering=date&view=compact&kind=milestone&date=1996"
    )
    # Outside of the filter's kind its topic stays; where that has nothing either, only the order.
    assert links["agreement", "1996"] == (
        "?topic=energy&ordering=date&view=compact&kind=agreement&date=1996"
    )
    assert links["agreement", "1999"] == ("?ordering=date&view=compact&kind=agreement&date=1999")


def test_a_limit_within_a_year_stays_a_limit(get, records):
    page = get(f"{PAGE}?date_after=1996-09-17")
    links = {(kind, years): href for kind, years, _name, _said, href in drawn(page)}
    assert links["visit", "1996"] == "?kind=visit&date_after=1996-09-17&date_before=1996-12-31"
    assert links["visit", "1998"] == "?kind=visit&date=1998"


def test_the_filters_dates_are_a_band(get, records):
    def band(query):
        return [
            rect.attributes for rect in get(PAGE + query).every("rect", class_="overview-range")
        ]

    assert band("") == []
    assert band("?kind=visit") == []
    # 1990 to 2001: twelve years.
    (found,) = band("?date=1993/1995")
    assert (found["x"], found["width"]) == ("25%", "25%")
    (found,) = band("?date_before=1992")
    assert (found["x"], found["width"]) == ("0%", "25%")
    (found,) = band("?date_within=1993/1995&date_after=1995")
    assert found["x"] == "41.67%"
    assert band("?date=2040") == []


def test_years_lead_to_where_the_list_reaches_them(get, relation):
    with unit_of_work():
        VisitFactory.create_batch(101, date="1996-05-01", countries=PAIR)
        VisitFactory(date="1990", countries=PAIR)
        VisitFactory(date="2000", countries=PAIR)

    def years(query=""):
        axis = get(PAGE + query).one("div", class_="overview-axis")
        return {link.text: link.attributes["href"] for link in axis.every("a")}

    assert years() == {
        **{f"{year}": "?at=1990#1990" for year in range(1990, 1994)},
        **{f"{year}": "#1996" for year in range(1994, 1999)},
        **{f"{year}": "#2000" for year in range(1999, 2001)},
    }
    for year, href in years("?kind=visit").items():
        address, anchor = href.split("#")
        page = get(PAGE + (address or "?kind=visit"))
        assert page.every("h2", id=anchor) != [], year
    # By title a list cannot be opened at a year: the link asks for the order in which it can.
    assert years("?ordering=title")["1990"] == "?at=1990#1990"
    get(f"{PAGE}?at=1990")


def test_a_filter_that_finds_nothing_shows_what_there_is(get, records):
    page = get(f"{PAGE}?topic=energy&date=2020")
    assert "Nothing in the current filter" in page.one("section", class_="overview").text
    assert {counts(said)[1] for _k, _y, _n, said, _h in drawn(page)} == {0}
    assert page.one("div", class_="overview-axis").every("a") == []


def test_an_empty_relation_has_no_overview(get, relation):
    VisitFactory(date="1996", countries=PAIR, stage="draft")
    assert get(PAGE).every("section", class_="overview") == []


@pytest.mark.parametrize(
    ("day", "shape"),
    [
        ("1996-09-16", "circle"),
        ("1996-09-16?", "rect"),
        ("1996", "rect"),
        ("199X", "rect"),
        ("1996-01/1997-03", "rect"),
        ("[..1996-09-16]", "line"),
        ("[1996-09-16..]", "line"),
    ],
)
def test_one_record_is_drawn_as_exactly_as_it_is_known(get, listed, relation, day, shape):
    VisitFactory(date=day, countries=PAIR)
    page = get(PAGE)
    lane = page.one("div", class_="overview-lane", data_kind="visit").one(data_roving="")
    shapes = [
        child.name
        for child in lane.children
        if not isinstance(child, str) and child.name != "a"
        for child in (child.children if child.name == "g" else [child])
    ]
    assert set(shapes) == {shape}
    for _kind, _years, _name, said, href in drawn(page):
        assert (said, listed(href)) == ("1 record", 1)


def test_shapes():
    def shape(text):
        read = parse(text)
        return shape_of(
            {
                "date": text,
                "precision": read.precision,
                "earliest": read.earliest,
                "latest": read.latest,
            }
        )

    assert shape("1996-09-16") == "day"
    assert shape("1996-09-16~") == "unsure"
    assert shape("1996-09") == "unsure"
    assert shape("[1996-09-16,1996-10-18]") == "unsure"
    assert shape("1996-09-16/1996-09-18") == "lasted"
    assert shape("[..1996-09-16]") == "before"
    assert shape("[1996-09-16..]") == "after"


def test_many_records_of_a_day_become_a_bar(get, relation):
    VisitFactory.create_batch(20, date="1996-09-16", countries=PAIR)
    AgreementFactory(date="1996-09-16", countries=PAIR)
    page = get(PAGE)
    visits = page.one("div", data_kind="visit")
    assert (len(visits.every("circle")), len(visits.every("path", class_="bar"))) == (0, 1)
    pacts = page.one("div", data_kind="agreement")
    assert (len(pacts.every("circle")), len(pacts.every("path", class_="bar"))) == (1, 0)


def test_what_is_only_planned_is_no_full_bar(get, relation):
    VisitFactory.create_batch(20, date="2030-09-16", countries=PAIR, outcome="planned")
    lane = get(PAGE).one("div", data_kind="visit")
    assert (len(lane.every("path", class_="may")), len(lane.every("path", class_="bar"))) == (1, 0)


@pytest.mark.parametrize(
    ("first", "last", "step"),
    [(1996, 1996, 1), (1992, 2025, 1), (1950, 2025, 5), (1700, 2025, 10), (1, 9999, 200)],
)
def test_the_scale_holds_every_year_in_few_bins(first, last, step):
    scale = Scale(first, last)
    assert scale.step == step
    assert 5 <= len(scale.bins) <= MOST_BINS
    for year in (first, last):
        one = scale.bins[scale.at(year)]
        assert one.first <= year <= one.last
        assert parse(one.edtf).sort_date.year <= year <= parse(one.edtf).sort_end.year
    for one, other in zip(scale.bins, scale.bins[1:], strict=False):
        assert other.first == one.last + 1
    assert 0 <= scale.begin(date(first, 1, 1)) < scale.finish(date(last, 12, 31)) <= 100
    for width, most in (("is-narrow", 12), ("is-wide", 7)):
        labels = [year for year, _x, only in scale.labels if only != width]
        assert 1 <= len(labels) <= most


@pytest.mark.parametrize("day", ["0001", "9999", "0001/9999", "1700/2025"])
def test_the_ends_of_the_calendar(get, listed, relation, day):
    VisitFactory(date=day, countries=PAIR)
    marks = drawn(get(PAGE))
    assert marks != []
    for _kind, _years, _name, _said, href in marks:
        assert listed(href) == 1


def test_presidents_and_organizations_are_bands_where_the_data_date_them(get, relation):
    with unit_of_work():
        body = OrganizationFactory(slug="body", name="Body", founded="2001-05")
        undated = OrganizationFactory(name="Undated")
        OrganizationFactory(name="Of no record", founded="2002")
        VisitFactory(date="1996", countries=PAIR)
        VisitFactory(date="2010", countries=PAIR, organizations=[body, undated])
        VisitFactory(
            date="2010",
            countries=PAIR,
            organizations=[OrganizationFactory(name="Of a draft", founded="2002")],
            stage="draft",
        )
        first = PersonFactory(slug="first", name="First Person")
        TenureFactory(person=first, office="President of X", since="2003-10", until="2008")
        TenureFactory(person=PersonFactory(name="Other State"), country="TR", since="2003")
        TenureFactory(
            person=PersonFactory(name="Deputy"), office="Vice President", country="AZ", since="2003"
        )
        TenureFactory(person=PersonFactory(name="No Dates"), office="First President of X")
    page = get(PAGE)
    bands = [
        (link.attributes["aria-label"], link.attributes["href"])
        for lane in page.every("div", class_="overview-bands")
        for link in lane.every("a")
    ]
    assert bands == [
        ("First Person, President of X, from October 2003, to 2008", "/people/first/"),
        ("Body, founded May 2001", "/organizations/body/"),
    ]
    table = page.one("details", class_="overview-table")
    assert [(item.text, item.one("a").attributes["href"]) for item in table.every("li")] == bands
    assert "not drawn: No Dates" in page.one("ul", class_="overview-key").text


def test_a_band_ends_where_its_office_did_or_at_this_day(get, relation):
    with unit_of_work():
        VisitFactory(date="1990", countries=PAIR)
        VisitFactory(date="2189", countries=PAIR, outcome="planned")
        ended, lasting = (PersonFactory(slug=name, name=name) for name in ("ended", "lasting"))
        TenureFactory(person=ended, since="2000-01-01", until="2009")
        TenureFactory(person=lasting, since="2000-01-01")
    ends = {}
    for link in get(PAGE).one("div", class_="overview-bands").every("a"):
        band = link.one("rect", class_="band")
        x, width = (float(band.attributes[name].rstrip("%")) for name in ("x", "width"))
        # Two hundred years: half a hundredth each.
        ends[link.attributes["href"]] = (1990 + 2 * x, 1990 + 2 * (x + width), band)
    first, last, band = ends["/people/ended/"]
    assert (first, last, "is-open" in band.attributes["class"]) == (2000, 2010, False)
    first, last, band = ends["/people/lasting/"]
    assert (first, int(last), "is-open" in band.attributes["class"]) == (
        2000,
        timezone.now().year,
        True,
    )


def test_of_many_organizations_the_rest_is_told(get, relation):
    with unit_of_work():
        bodies = [OrganizationFactory(founded=f"{1990 + number}") for number in range(MOST + 2)]
        VisitFactory(date="1985", countries=PAIR, organizations=bodies)
        VisitFactory(date="2000", countries=PAIR)
    page = get(PAGE)
    assert len(page.one("div", class_="overview-bands").every("a")) == MOST
    assert "organizations: 2 more, not drawn" in page.one("ul", class_="overview-key").text


def test_without_dated_offices_no_band_is_drawn(get, relation):
    TenureFactory(person=PersonFactory(name="No Dates"), office="President")
    VisitFactory(date="1996", countries=PAIR)
    page = get(PAGE)
    assert page.every("div", class_="overview-bands") == []
    assert "not drawn: No Dates" in page.one("ul", class_="overview-key").text


@pytest.mark.parametrize(
    ("office", "is_one"),
    [
        ("President", True),
        ("president of the Republic of Kazakhstan", True),
        ("First President of Kazakhstan", True),
        ("Vice President", False),
        ("Assistant to the President of Azerbaijan", False),
        ("Presidential envoy", False),
    ],
)
def test_what_counts_as_a_president(office, is_one):
    assert bool(PRESIDENT.fullmatch(office)) is is_one


def test_where_there_is_an_overview(get, records):
    assert len(drawn(get("/visits/"))) == 2
    assert {href for *_rest, href in drawn(get("/visits/?topic=energy"))} == {
        "?topic=energy&date=1996",
        "?date=1998",
    }
    assert get("/topics/energy/").every("section", class_="overview") == []
    # Countries are the subject of the timeline: what all others did is not the rest of it.
    pair = drawn(get("/timeline/?country=AZ&country=KZ"))
    assert [mark[:4] for mark in pair] == [mark[:4] for mark in drawn(get(PAGE))]
    assert pair[0][4].startswith("?country=AZ&country=KZ&kind=agreement&date=")
    everyone = {(kind, years): said for kind, years, _n, said, _h in drawn(get("/timeline/"))}
    assert everyone["visit", "1996"] == "3 records"
    get(f"{PAGE}?kind=visits", status=400)


def test_other_years_are_chosen_with_the_filters_kept(get, records):
    page = get(f"{PAGE}?topic=energy&kind=visit&date_after=1996-03&ordering=date")
    form = page.one("form", class_="overview-choose")
    fields = {one.attributes["name"]: one.attributes["value"] for one in form.every("input")}
    assert fields == {
        "topic": "energy",
        "kind": "visit",
        "ordering": "date",
        "date_after": "1996",
        "date_before": "",
    }
    assert form.one("a").attributes["href"] == "?topic=energy&kind=visit&ordering=date"
    assert get(PAGE).one("form", class_="overview-choose").every("a") == []


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 4),
        ("topic=energy", 5),
        ("kind=visit&date_after=1980", 5),
        ("topic=energy&kind=visit&date=1990/2030", 5),
    ],
)
def test_queries(relation, django_assert_num_queries, size, query, queries):
    with unit_of_work():
        energy = TopicFactory(slug="energy")
        for number in range(size):
            VisitFactory(
                date=f"{1990 + number}-05",
                countries=PAIR,
                topics=[energy],
                organizations=[OrganizationFactory(founded="1999")],
            )
            TenureFactory(person=PersonFactory(), office="President", since="1999")
    assert Entry.objects.count() == size
    ContentType.objects.clear_cache()
    listing = Listing(
        RecordFilter,
        QueryDict(query),
        queryset=Record.objects.published().for_timeline(),
        relation=relation,
    )
    assert len(listing.items) == size
    with django_assert_num_queries(queries):
        html = render_to_string(
            "relations/parts/overview.html", {"overview": overview(listing, PAGE)}
        )
    assert "data-roving" in html

"""One filter, one set: page, API, facets and every export hold the same records, in the same order and number."""

import re
from urllib.parse import urlencode

import pytest
from django.db.models import Count
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from relations import kinds
from relations.api import resources
from relations.exports.formats import FORMATS
from relations.filters.parameters import EDTF, Choice, Named, NamedAll, Parameter, Words
from relations.lists.facets import facets
from relations.lists.listing import Listing
from relations.loading.synthetic import generate
from relations.models import Record
from tests.caches import clear_caches
from tests.factories import AgreementFactory, MilestoneFactory, VisitFactory
from tests.relations.exports.readers import READ, csv_rows, fetch

DAY = re.compile(r"\d{4}-\d\d-\d\d(/\d{4}-\d\d-\d\d)?")
RELATION = "azerbaijan-kazakhstan"
RECORDS = 40
EXAMPLES = 6  # queries of each list
DATES = ["1996", "2004/2012", "199X", "2003-05", "1992/2025", "[2001-01-01,2014-12-31]"]
WORDS = ["agreement", "energy", "caspian", "official visit", "transport president"]


def strangers() -> set[str]:
    """Records that would match but for what they are: hidden, withdrawn, or of other countries."""
    hidden = {}
    for number, make in enumerate((AgreementFactory, MilestoneFactory, VisitFactory)):
        for stage in ("draft", "review", "published"):
            made = make(
                slug=f"stranger-{number}-{stage}",
                title="Caspian president",
                date="2003-05-16",
                stage=stage,
                countries=["AZ", "KZ"],
            )
            hidden[made.slug] = made
        hidden[f"stranger-{number}-published"].stage = "withdrawn"
        hidden[f"stranger-{number}-published"].save()
    AgreementFactory(slug="foreign", title="Caspian", date="2003-05-16", countries=["AZ", "TR"])
    return set(hidden)


# What is asked -----------------------------------------------------------------------------------------


def values(parameter: Parameter) -> list[str]:
    """What a reader may give: of objects those that there is most of."""
    if isinstance(parameter, Choice):
        return [value for value, _label in parameter.pairs]
    if isinstance(parameter, Named):
        rows = parameter.field.queryset.all()
        if any(one.name == "records" for one in rows.model._meta.related_objects):
            rows = rows.annotate(n=Count("records")).order_by("-n")
        return list(rows.values_list(parameter.key, flat=True)[:6])
    if isinstance(parameter, EDTF):
        return DATES
    return WORDS if isinstance(parameter, Words) else [str(parameter.example)]


def queries(path: str) -> st.SearchStrategy[str]:
    """Up to three parameters of a list, those that repeat with up to three values."""
    given = {}
    for name, parameter in resources.every()[path].filterset_class(QueryDict()).filters.items():
        if some := values(parameter):
            most = 3 if parameter.repeatable else 1
            one = st.lists(st.sampled_from(some), min_size=1, max_size=most, unique=True)
            given[name] = one.map(lambda chosen, name=name: [(name, value) for value in chosen])
    chosen = st.lists(st.sampled_from(sorted(given)), max_size=3, unique=True)
    return chosen.flatmap(lambda names: st.tuples(*map(given.get, names))).map(
        lambda parts: urlencode([pair for part in parts for pair in part])
    )


# What is compared --------------------------------------------------------------------------------------


@pytest.mark.slow("Compares page, API, facets and exports of every list under random selections.")
@pytest.mark.django_db
def test_page_api_facets_and_exports_hold_the_same(client):
    generate(RECORDS)
    hidden = strangers()
    assert Record.objects.filter(slug__in=hidden).count() == 9
    lists = [RELATION, "timeline", *(kind.path for kind in kinds.every())]
    assert sum(compare(client, path, hidden) for path in lists) > 150


def compare(client, path: str, hidden: set[str]) -> int:
    """Ask a list some queries; how many records were listed."""
    found = []

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None)
    @given(queries("timeline" if path == RELATION else path), st.data())
    def ask(query, data):
        found.append(same_everywhere(client, path, query, hidden, data.draw))

    ask()
    return sum(found)


def same_everywhere(client, path: str, query: str, hidden: set[str], draw) -> int:
    """How many records are listed, the same wherever they are asked for."""
    api = f"/api/v1/{'timeline' if path == RELATION else path}/"
    asked = of_api(path, query)
    clear_caches()  # a page from the cache has no context to look into
    page = client.get(f"/{path}/?{query}", secure=True)
    body = client.get(f"{api}?{asked}&page_size=200", secure=True).json()
    if page.status_code == 400:
        told = [(one.parameter, one.message) for one in page.context["problems"]]
        assert [(one["parameter"], one["reason"]) for one in body["problems"]] == told, query
        for name in FORMATS:
            fetch(client, f"/{path}/timeline.{name}?{query}", status=400)
        return 0
    listing = page.context["listing"]
    slugs = [record.slug for record in listing.items]
    assert listing.count == len(slugs), "all on one page, or this test compares too little"
    assert not hidden & set(slugs)
    assert ([row["slug"] for row in body["results"]], body["count"]) == (slugs, len(slugs)), query
    _response, table = fetch(client, f"{api}?{asked}&format=csv")
    assert [row["slug"] for row in csv_rows(table)] == slugs, query
    exact = [row["slug"] for row in body["results"] if DAY.fullmatch(row["date"]["edtf"])]
    compare_export(client, path, query, draw(st.sampled_from(sorted(FORMATS))), slugs, exact)
    if counted := facets(listing):
        # Of some facets one value each, chosen in the list and asked of the API.
        some = st.lists(st.sampled_from(counted), min_size=1, max_size=3, unique_by=id)
        for facet in draw(some):
            value = draw(st.sampled_from(facet.values))
            chosen = of_api(path, with_value(listing, facet.parameter, value.value))
            count = client.get(f"{api}?{chosen}&page_size=1", secure=True).json()["count"]
            assert (facet.name, value.value, count) == (facet.name, value.value, value.count), query
    return len(slugs)


def of_api(path: str, query: str) -> str:
    """The query that lists in the API what a page lists: a relation's page adds its two countries."""
    asked = QueryDict(query, mutable=True)
    if path == RELATION:
        countries = [*asked.getlist("country"), "AZ", "KZ"]
        asked.setlist("country", list(dict.fromkeys(countries)))
    return asked.urlencode()


def with_value(listing: Listing, name: str, value: str) -> str:
    """The query with this value alone of its parameter, or beside the others where all must hold."""
    held = listing.filterset.data.getlist(name)
    is_added = isinstance(listing.filterset.filters[name], NamedAll)
    return listing.query(**{name: list(dict.fromkeys([*held, value])) if is_added else [value]})


def compare_export(client, path, query, name, slugs, exact) -> None:
    response, body = fetch(client, f"/{path}/timeline.{name}?{query}")
    carried = READ[name](body)
    if name == "atom" and "ordering" not in query:
        assert sorted(carried) == sorted(slugs), query
    elif name == "ics":
        assert carried == exact, query
        left_out = len(slugs) - len(exact)
        assert response["X-Entente-Left-Out"] == f"{left_out} of {len(slugs)}"
    else:
        assert carried == slugs, (query, name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    ["dat=1996", "date=1996-02-30", "kind=visits", "q=%3F", "date=1996&date=1997", "topic=x"],
)
def test_page_api_and_exports_refuse_the_same(client, query):
    page = client.get(f"/timeline/?{query}", secure=True)
    assert page.status_code == 400
    told = [(problem.parameter, problem.nearest) for problem in page.context["problems"]]
    for name in FORMATS:
        response, _body = fetch(client, f"/timeline/timeline.{name}?{query}", status=400)
        assert [(one.parameter, one.nearest) for one in response.context["problems"]] == told

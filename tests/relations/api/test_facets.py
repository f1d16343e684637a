"""``/facets/``: each count is what the list then counts, on the page as in the API."""

from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from relations import kinds
from relations.api import resources
from relations.lists.facets import YEAR
from relations.models import Citation, Organization, Record
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    MembershipFactory,
    OrganizationFactory,
    ParticipationFactory,
    PersonFactory,
    PlaceFactory,
    ProjectFactory,
    RelationFactory,
    SourceFactory,
    TenureFactory,
    TopicFactory,
    TradeFigureFactory,
    VisitFactory,
)
from tests.relations.api.asserts import assert_problem

pytestmark = pytest.mark.django_db
PAIR = ["AZ", "KZ"]


@pytest.fixture
def mixed():
    """A few of everything, and drafts and withdrawn records that would be counted."""
    with unit_of_work():
        RelationFactory()
        RelationFactory(first="AZ", second="TR")
        energy, trade = (TopicFactory(slug=slug, name=slug.title()) for slug in ("energy", "trade"))
        baku = PlaceFactory(slug="baku", name="Baku", country="AZ")
        PlaceFactory(slug="aktau", name="Aktau", country="KZ")
        council = OrganizationFactory(slug="council", name="Council", type="intergovernmental")
        bank = OrganizationFactory(slug="bank", name="Bank", country="KZ")
        for code in PAIR:
            MembershipFactory(organization=council, country=code)
        MembershipFactory(organization=council, country="KZ", since="2001")
        minister = PersonFactory(slug="minister", name="Minister")
        TenureFactory(person=minister, country="KZ")
        TenureFactory(person=minister, country="KZ", since="1999")
        line = ProjectFactory(slug="line", name="Line")
        line.places.add(baku)
        source = SourceFactory(slug="article", title="Article", kind="article")
        other = SourceFactory(slug="report", title="Report", kind="news")
        pact = AgreementFactory(
            slug="pact",
            date="1996-09-16",
            instrument="treaty",
            countries=PAIR,
            topics=[energy],
            place=baku,
            projects=[line],
            source=source,
        )
        AgreementFactory(slug="plan", date="1999/2001", countries=["AZ", "TR"], source=source)
        visit = VisitFactory(
            slug="visit",
            date="1996",
            guest="AZ",
            host="KZ",
            body=council,
            organizations=[bank],
            topics=[energy, trade],
            source=other,
        )
        ParticipationFactory(record=visit, person=minister)
        TradeFigureFactory(slug="figure", date="2001", source=source)
        CitationFactory(
            record=pact,
            source=other,
            field="date",
            value="1996",
            basis="attributed",
            attributed_to="An expert",
        )
        draft = {"date": "1996", "countries": PAIR, "topics": [energy], "place": baku}
        AgreementFactory(slug="draft", stage="draft", instrument="treaty", source=source, **draft)
    gone = VisitFactory(slug="gone", source=other, **draft)
    gone.stage = "withdrawn"
    gone.save()


def facets(api, path, query="") -> dict:
    response = api(f"{path}/facets/?{query}")
    assert response.status_code == 200, response.content
    return response.json()


def counts(body) -> dict[str, dict[str, int]]:
    return {
        one["name"]: {value["value"]: value["count"] for value in one["values"]}
        for one in body["facets"]
    }


def test_the_shape(api, mixed):
    body = facets(api, "agreements", "country=AZ&country=KZ&facet=instrument&facet=topic")
    assert body == {
        "count": 1,
        "facets": [
            {
                "name": "instrument",
                "parameter": "instrument",
                "label": "Instrument",
                "values": [{"value": "treaty", "label": "treaty", "count": 1, "selected": False}],
                "others": 0,
            },
            {
                "name": "topic",
                "parameter": "topic",
                "label": "Topic",
                "values": [{"value": "energy", "label": "Energy", "count": 1, "selected": False}],
                "others": 0,
            },
        ],
    }
    chosen = facets(api, "agreements", "topic=trade&instrument=treaty&facet=topic")
    assert chosen["count"] == 0
    assert chosen["facets"][0]["values"] == [
        {"value": "energy", "label": "Energy", "count": 1, "selected": False},
        {"value": "trade", "label": "Trade", "count": 0, "selected": True},
    ]


def test_the_counts_of_records_are_those_of_the_records(api, mixed):
    records = list(Record.objects.published().in_order())
    assert [record.slug for record in records] == ["visit", "pact", "plan", "figure"]
    found = counts(facets(api, "timeline"))
    assert found["kind"] == Counter(record.kind for record in records)
    assert found["country"] == Counter(
        country.code for record in records for country in record.countries.all()
    )
    assert found["topic"] == {"energy": 2, "trade": 1}
    assert found["organization"] == {"bank": 1, "council": 1}
    assert found["person"] == {"minister": 1}
    assert found["source"] == {"article": 3, "report": 2}
    assert found["year"] == {"1996": 2, "1999": 1, "2000": 1, "2001": 2}
    assert found["decade"] == {"199X": 3, "200X": 2}


QUERIES = {
    "timeline": ["", "country=AZ&country=KZ&topic=energy", "date=199X&kind=visit&q=record"],
    "agreements": ["", "instrument=treaty&date=1996"],
    "visits": ["guest=AZ&type=state"],
    "organizations": ["", "country=KZ", "member=KZ&q=council"],
    "citations": ["", "source=article&verdict=supports", "record=pact", "locator=1"],
}


def test_each_count_is_what_the_list_then_counts(api, mixed):
    named = set()
    for path, resource in resources.every().items():
        filters = resource.filterset_class.base_filters
        for query in QUERIES.get(path, [""]):
            body = facets(api, path, query)
            assert body["count"] == api(f"{path}/?{query}").json()["count"]
            for facet in body["facets"]:
                name = facet["parameter"]
                wants_all = (
                    path in ("timeline", "relations", *paths_of_kinds()) and name == "country"
                )
                for value in facet["values"]:
                    then = QueryDict(query, mutable=True)
                    others = then.getlist(name) if wants_all else []
                    then.setlist(name, list(dict.fromkeys([*others, value["value"]])))
                    listed = api(f"{path}/?{then.urlencode()}").json()
                    assert (path, query, facet["name"], value["value"], value["count"]) == (
                        path, query, facet["name"], value["value"], listed["count"],
                    )  # fmt: skip
                    given = QueryDict(query).getlist(name)
                    assert value["selected"] == (value["value"] in given)
                    assert name in filters
                    named.add((path, facet["name"]))
    assert named >= {
        ("organizations", "type"), ("organizations", "member"), ("organizations", "country"),
        ("people", "country"), ("places", "country"), ("projects", "place"),
        ("relations", "country"), ("sources", "kind"), ("citations", "verdict"),
        ("citations", "basis"), ("citations", "field"), ("citations", "source"),
        ("visits", "guest"), ("trade-figures", "flow"), ("agreements", "instrument"),
    }  # fmt: skip


def paths_of_kinds() -> list[str]:
    return [kind.path for kind in kinds.every()]


def test_what_is_not_published_is_counted_nowhere(api, mixed):
    with unit_of_work():
        for record in Record.objects.published():
            record.specific.stage = Record.Stage.WITHDRAWN
            record.specific.save()
    assert Record.objects.count() == 6
    assert Citation.objects.count() == 7
    for path in ("timeline", *paths_of_kinds(), "citations"):
        assert facets(api, path) == {"count": 0, "facets": []}, path


def test_the_page_shows_the_same(api, client, mixed):
    query = "country=AZ&topic=energy"
    body = facets(api, "timeline", query)
    form = client.get(f"/timeline/?{query}", secure=True).context["form"]
    shown = [
        (
            block.facet.name,
            [(one.value.value, one.value.count) for one in block.shown + block.folded],
        )
        for block in form.blocks
    ]
    assert shown == [
        (one["name"], [(value["value"], value["count"]) for value in one["values"]])
        for one in body["facets"]
        if one["name"] != YEAR
    ]
    assert form.listing.count == body["count"] == 2


WRONG = [
    ("topc=energy", "topc", "topic"),
    ("topic=enrgy", "topic", "energy"),
    ("cursor=x", "cursor", None),
    ("page_size=10", "page_size", None),
    ("fields=slug", "fields", None),
    ("facet=topics", "facet", "topic"),
    ("facet=topic%00", "query", None),
    ("facet_size=0", "facet_size", None),
    ("facet_size=101", "facet_size", None),
    ("facet_size=1&facet_size=2", "facet_size", None),
    ("facet_size=%C2%B2", "facet_size", None),
    ("date=1996-13", "date", None),
    ("format=csv", "format", None),
]


def test_what_is_wrong_is_refused(api, mixed, subtests):
    for query, parameter, nearest in WRONG:
        with subtests.test(query=query):
            assert_problem(
                api(f"agreements/facets/?{query}"), 400, parameters=[parameter], nearest=nearest
            )


def test_where_nothing_tells_apart_there_are_no_facets(api, mixed):
    assert facets(api, "topics") == {"count": 2, "facets": []}
    assert_problem(api("topics/facets/?facet=kind"), 400, parameters=["facet"])


def test_how_many_values_are_given(api):
    for topic in TopicFactory.create_batch(3):
        VisitFactory(topics=[topic])
    (topics,) = facets(api, "visits", "facet=topic&facet_size=2")["facets"]
    assert (len(topics["values"]), topics["others"]) == (2, 1)


def test_other_formats_are_refused_and_what_is_known_is_not_sent_again(api, mixed):
    assert_problem(api("visits/facets/", headers={"accept": "text/csv"}), 406)
    first = api("visits/facets/")
    assert api("visits/facets/", headers={"if-none-match": first["ETag"]}).status_code == 304
    VisitFactory()
    assert api("visits/facets/", headers={"if-none-match": first["ETag"]}).status_code == 200
    assert api("visits/facets")["Location"] == "https://entente.example/api/v1/visits/facets/"


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize(
    ("path", "queries"), [("timeline", 8), ("visits", 8), ("organizations", 5), ("citations", 5)]
)
def test_queries(api, size, path, queries):
    with unit_of_work():
        for _number in range(size):
            body = OrganizationFactory(type="bank")
            MembershipFactory(organization=body, country="KZ")
            visit = VisitFactory(
                topics=[TopicFactory()], place=PlaceFactory(), body=body, source=SourceFactory()
            )
            ParticipationFactory(record=visit, person=PersonFactory())
    with CaptureQueriesContext(connection) as asked:
        facets(api, path)
    assert len(asked) == queries, [one["sql"][:300] for one in asked]


def test_no_object_has_the_address_of_the_facets():
    for row, field in (
        (Organization(slug="facets", name="Facets"), "slug"),
        (VisitFactory.build(slug="facets"), "slug"),
        (Citation(uid="facets"), "uid"),
    ):
        with pytest.raises(ValidationError) as refused:
            row.clean()
        assert list(refused.value.message_dict) == [field]

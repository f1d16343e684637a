"""``include``: the complete objects that records refer to, once each, in the same answer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.api import include, resources
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
    ProjectFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)
from tests.relations.api.asserts import assert_problem

pytestmark = pytest.mark.django_db
NAMES = ["organizations", "people", "places", "projects", "countries", "topics", "sources"]


@pytest.fixture
def records():
    """A pact and a visit that refer to one of everything, and a draft that refers to others."""
    with unit_of_work():
        article, report = (SourceFactory(slug=slug, title=slug) for slug in ("article", "report"))
        OrganizationFactory(slug="unnamed")
        party, body = (OrganizationFactory(slug=slug) for slug in ("bank", "council"))
        pact = AgreementFactory(
            slug="pact",
            date="1996",
            countries=["AZ", "KZ"],
            place=PlaceFactory(slug="baku", country="AZ"),
            topics=[TopicFactory(slug="energy")],
            projects=[ProjectFactory(slug="line")],
            source=article,
        )
        PartyFactory(agreement=pact, organization=party)
        CitationFactory(record=pact, source=report, field="date", value="1996")
        visit = VisitFactory(
            slug="visit", date="1997", guest="TR", host="AZ", body=body, source=article
        )
        ParticipationFactory(record=visit, person=PersonFactory(slug="minister"))
        AgreementFactory(
            slug="draft",
            stage="draft",
            source=SourceFactory(slug="secret"),
            topics=[TopicFactory(slug="secret")],
        )


def keys(body) -> dict[str, list[str]]:
    return {
        name: [one.get("code") or one["slug"] for one in found]
        for name, found in body["included"].items()
    }


def test_what_can_be_included_is_what_records_refer_to():
    found = {path: include.names(one) for path, one in resources.every().items()}
    assert {path for path, names in found.items() if names} == {
        "timeline", "agreements", "visits", "milestones", "trade-figures", "indicators",
    }  # fmt: skip
    assert all(names == NAMES for names in found.values() if names)


def test_everything_that_a_list_refers_to_is_included_once(api, records):
    body = api(f"timeline/?include={','.join(NAMES)}").json()
    assert list(body) == ["count", "next", "previous", "included", "results"]
    assert keys(body) == {
        "organizations": ["bank", "council"],
        "people": ["minister"],
        "places": ["baku"],
        "projects": ["line"],
        "countries": ["AZ", "KZ", "TR"],
        "topics": ["energy"],
        "sources": ["article", "report"],
    }
    for name, found in body["included"].items():
        for one in found:
            key = one.get("code") or one["slug"]
            assert one == api(f"{name}/{key}/").json()
    plain = api("timeline/").json()
    assert {name: body[name] for name in plain} == plain


def test_only_what_the_page_refers_to_and_the_next_page_has_its_own(api, records):
    first = api("timeline/?page_size=1&include=sources,people&ordering=date").json()
    assert keys(first) == {"people": [], "sources": ["article", "report"]}
    then = api(first["next"].partition("/api/v1/")[2]).json()
    assert keys(then) == {"people": ["minister"], "sources": ["article"]}
    back = api(then["previous"].partition("/api/v1/")[2]).json()
    assert back["included"] == first["included"]


def test_one_record_has_it_beside_its_own(api, records):
    body = api("agreements/pact/?include=places,organizations").json()
    assert keys(body) == {"organizations": ["bank"], "places": ["baku"]}
    body.pop("included")
    assert body == api("agreements/pact/").json()
    assert api("agreements/draft/?include=topics").status_code == 404


def test_it_goes_with_a_trimmed_answer(api, records):
    listed = api("agreements/?fields=slug&include=topics").json()
    assert listed["results"] == [{"slug": "pact"}]
    assert keys(listed) == {"topics": ["energy"]}
    alone = api("agreements/pact/?omit=topics,citations&include=topics").json()
    assert keys(alone) == {"topics": ["energy"]}
    assert "topics" not in alone


WRONG = [
    ("agreements/?include=source", "sources", NAMES),
    ("agreements/pact/?include=sources,topic", "topics", NAMES),
    ("agreements/?include=sources&include=topics", None, None),
    ("agreements/?include=sources&format=csv", None, None),
    ("agreements/pact/?include=sources&format=csv", None, None),
    (f"agreements/?include={'sources,' * 40}", None, None),
    ("agreements/?includes=sources", "include", None),
    ("organizations/?include=sources", None, None),
    ("sources/article/?include=topics", None, None),
    ("agreements/facets/?include=topics", None, None),
]


def test_what_is_wrong_is_refused(api, records, subtests):
    for path, nearest, valid in WRONG:
        with subtests.test(path=path):
            parameter = "includes" if "includes" in path else "include"
            assert_problem(api(path), 400, parameters=[parameter], nearest=nearest, valid=valid)
    assert api("agreements/?include=").json() == api("agreements/").json()


def test_the_same_number_of_queries_at_any_size(api):
    asked = []
    for size in (1, 12):
        with unit_of_work():
            for _number in range(size):
                body = OrganizationFactory(country="KZ", seat=PlaceFactory(country="AZ"))
                MembershipFactory(organization=body, country="KZ")
                visit = VisitFactory(
                    body=body,
                    place=PlaceFactory(country="KZ"),
                    topics=[TopicFactory()],
                    projects=[ProjectFactory()],
                    source=SourceFactory(),
                )
                ParticipationFactory(record=visit, person=PersonFactory())
        with CaptureQueriesContext(connection) as queries:
            found = api(f"visits/?include={','.join(NAMES)}").json()["included"]
        assert len(found["topics"]) == len(found["sources"]) >= size
        asked.append(len(queries))
    assert asked[0] == asked[1] < 30

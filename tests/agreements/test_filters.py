"""What agreements can be filtered by at their own address."""

import pytest
from django.http import QueryDict

from agreements.filters import AgreementFilter
from agreements.models import Agreement, Party
from relations.filters.links import Link
from relations.filters.parameters import NamedAny
from relations.lists.facets import facets
from relations.lists.listing import Listing
from relations.models import Country
from tests.factories import (
    AgreementActionFactory,
    AgreementFactory,
    OrganizationFactory,
    PartyFactory,
)

pytestmark = pytest.mark.django_db


def selected(query):
    return AgreementFilter(QueryDict(query), Agreement.objects.published())


def found(query):
    chosen = selected(query)
    assert chosen.problems == []
    return sorted(chosen.qs.values_list("slug", flat=True))


def test_instrument_and_level():
    AgreementFactory(slug="treaty", instrument="treaty", level="interstate")
    AgreementFactory(slug="protocol", instrument="protocol", level="intergovernmental")
    AgreementFactory(slug="draft", instrument="treaty", level="interstate", stage="draft")
    assert found("instrument=treaty") == ["treaty"]
    assert found("level=intergovernmental") == ["protocol"]
    assert found("instrument=treaty&level=intergovernmental") == []


def test_status_is_that_of_the_latest_cited_action():
    agreement = AgreementFactory(slug="in-force")
    AgreementActionFactory(agreement=agreement, citation=agreement.citations.first())
    AgreementActionFactory(agreement=AgreementFactory(slug="uncited"))
    assert found("status=in-force") == ["in-force"]
    assert found("status=unknown") == ["uncited"]


def acted(slug, *actions, cited=True, **kwargs):
    agreement = AgreementFactory(slug=slug, **kwargs)
    citation = agreement.citations.first() if cited else None
    for what, date in actions:
        AgreementActionFactory(agreement=agreement, type=what, date=date, citation=citation)


@pytest.fixture
def courses():
    entry, end = "in-force", "terminated"
    acted("since-day", (entry, "2000-05-10"))
    acted("since-year", (entry, "2000"))
    acted("by-then", (entry, "[..2000-05-10]"))
    acted("then-or-later", (entry, "[2000-05-10..]"))
    acted("about", (entry, "2000~"))
    acted("undated", (entry, ""))
    acted("uncited", (entry, "2000-05-10"), cited=False)
    acted("only-ratified", ("ratified", "2000-05-10"), ("amended", "2001"))
    acted("ended", (entry, "2000-05-10"), (end, "2002"))
    acted("ended-about", (entry, "2000-05-10"), (end, "2002~"))
    acted("ended-some-day", (entry, "2000-05-10"), (end, ""))
    acted("again", (entry, "2000-05-10"), (end, "2002"), (entry, "2004-01-01"))
    acted("draft", (entry, "2000-05-10"), stage="draft")


@pytest.mark.parametrize(
    ("day", "slugs"),
    [
        ("2000-05-09", []),
        ("2000-05-10", ["again", "by-then", "ended", "since-day"]),
        ("2000-12-31", ["again", "by-then", "ended", "since-day", "since-year"]),
        ("2001-12-31", ["again", "by-then", "ended", "since-day", "since-year"]),
        ("2002-01-01", ["by-then", "since-day", "since-year"]),
        ("2003-12-31", ["by-then", "since-day", "since-year"]),
        ("2004-01-01", ["again", "by-then", "since-day", "since-year"]),
    ],
)
def test_in_force_on_a_day_are_those_of_which_it_is_certain(courses, day, slugs):
    assert found(f"in_force_on={day}") == slugs


def test_a_termination_by_one_party_makes_it_uncertain(courses):
    agreement = Agreement.objects.get(slug="since-day")
    AgreementActionFactory(
        agreement=agreement,
        type="terminated",
        date="2001-01-01",
        party=PartyFactory(agreement=agreement, country="AZ"),
        citation=agreement.citations.first(),
    )
    # No source says so of the other.
    other = Agreement.objects.get(slug="by-then")
    AgreementActionFactory(agreement=other, type="terminated", date="2001-01-01")
    assert found("in_force_on=2003-01-01") == ["by-then", "since-year"]


@pytest.mark.parametrize(
    "day", ["2000", "2000-05", "2001-02-29", "0000-01-01", "today", "2000-5-1"]
)
def test_what_is_no_day_is_refused(courses, day):
    [problem] = selected(f"in_force_on={day}").problems
    assert (problem.parameter, list(selected(f"in_force_on={day}").qs)) == ("in_force_on", [])
    assert "2005-05-24" in problem.message


def test_a_party_is_a_country_or_an_organization():
    council = OrganizationFactory(slug="council")
    one, other = AgreementFactory(slug="one"), AgreementFactory(slug="other")
    PartyFactory(agreement=one, country="AZ")
    PartyFactory(agreement=one, country="KZ")
    PartyFactory(agreement=other, organization=council)
    AgreementFactory(slug="taking-part", countries=["AZ"], organizations=[council])
    assert found("party=AZ") == ["one"]
    assert found("party=council") == ["other"]


def test_what_is_no_party_is_refused_with_the_nearest():
    OrganizationFactory(slug="council")
    AgreementFactory(countries=["AZ"])
    [problem] = selected("party=counsil").problems
    assert (problem.parameter, problem.nearest, problem.valid) == (
        "party",
        "council",
        ["AZ", "council"],
    )
    assert [one.parameter for one in selected("instrument=pact&level=x&status=y").problems] == [
        "instrument",
        "level",
        "status",
    ]


class ByCountry(AgreementFilter):
    """Parties that are countries, as any kind can make its own rows a facet."""

    party_country = NamedAny(
        queryset=Country.objects.all(),
        key="code",
        links=(Link(Party, "agreement", "country", is_repeated=True),),
        label="Party",
        help_text="Code of a country that is a party.",
        example="KZ",
    )

    class Meta(AgreementFilter.Meta):
        pass


def test_rows_of_the_kinds_own_can_be_a_facet():
    both = AgreementFactory(slug="both")
    for code in ("AZ", "KZ"):
        PartyFactory(agreement=both, country=code)
    PartyFactory(agreement=AgreementFactory(slug="one"), country="KZ")
    PartyFactory(agreement=AgreementFactory(slug="body"), organization=OrganizationFactory())
    PartyFactory(agreement=AgreementFactory(slug="draft", stage="draft"), country="KZ")

    def listing(query=""):
        return Listing(ByCountry, QueryDict(query), queryset=Agreement.objects.published())

    (facet,) = [one for one in facets(listing()) if one.name == "party_country"]
    assert [(one.value, one.count) for one in facet.values] == [("KZ", 2), ("AZ", 1)]
    for query, slugs in {"KZ": ["both", "one"], "AZ": ["both"]}.items():
        chosen = listing(f"party_country={query}").filterset
        assert sorted(chosen.qs.values_list("slug", flat=True)) == slugs
        assert sorted(chosen.walked.values_list("slug", flat=True)) == slugs

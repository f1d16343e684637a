"""What the lists of entities are narrowed by: members and offices, on a day too, of one row together."""

import pytest
from django.http import QueryDict

from relations.filters.entities import CountryFilter, OrganizationFilter, PersonFilter
from relations.models import Country
from relations.work import unit_of_work
from tests.factories import MembershipFactory, OrganizationFactory, PersonFactory, TenureFactory

pytestmark = pytest.mark.django_db


def asked(filterset, query):
    model = filterset._meta.model
    chosen = filterset(QueryDict(query), model.objects.all())
    assert [problem.parameter for problem in chosen.problems] == []
    return sorted(chosen.qs.values_list("code" if model is Country else "slug", flat=True))


def refused(filterset, query):
    chosen = filterset(QueryDict(query), filterset._meta.model.objects.all())
    assert list(chosen.qs) == []
    return [(problem.parameter, problem.nearest) for problem in chosen.problems]


@pytest.fixture
def seats():
    with unit_of_work():
        union, bank, club = (OrganizationFactory(slug=slug) for slug in ("union", "bank", "club"))
        for organization, country, role, since, until in [
            (union, "AZ", "member", "2000-05", ""),
            (union, "KZ", "observer", "2000", "2009"),
            (union, "KZ", "member", "2010-06-01", "2020-06-01"),
            (bank, "AZ", "member", "2001~", ""),
            (bank, "KZ", "member", "", ""),
            (club, "TR", "member", "1990", "2001?"),
        ]:
            MembershipFactory(
                organization=organization, country=country, role=role, since=since, until=until
            )


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("member=AZ", ["bank", "union"]),
        ("member=AZ&member=KZ", ["bank", "union"]),
        ("member=AZ&member=TR", []),
        ("member_role=observer", ["union"]),
        ("member=AZ&member_role=observer", []),
        ("member=KZ&member_role=member", ["bank", "union"]),
        ("member_on=2000-05-30", []),
        ("member_on=2000-05-31", ["union"]),
        ("member=KZ&member_on=2000-12-30", []),
        ("member=KZ&member_on=2000-12-31", ["union"]),
        ("member=KZ&member_on=2009-01-01", ["union"]),
        ("member=KZ&member_on=2009-01-02", []),
        ("member=KZ&member_on=2015-01-01&member_role=observer", []),
        ("member=KZ&member=AZ&member_on=2015-01-01", ["union"]),
        ("member=KZ&member_on=2020-06-01", ["union"]),
        ("member=KZ&member_on=2020-06-02", []),
        ("member=AZ&member_on=2020-06-02", ["union"]),
    ],
)  # fmt: skip
def test_organizations_by_members(seats, query, slugs):
    assert asked(OrganizationFilter, query) == slugs


def test_countries_by_the_organizations_they_are_members_of(seats):
    assert asked(CountryFilter, "organization=union") == ["AZ", "KZ"]
    assert asked(CountryFilter, "organization=union&organization=bank") == ["AZ", "KZ"]
    assert asked(CountryFilter, "organization=union&organization=club") == []
    assert asked(CountryFilter, "organization=union&member_role=observer") == ["KZ"]
    assert asked(CountryFilter, "organization=union&member_on=2009-06-01") == ["AZ"]
    assert asked(CountryFilter, "member_on=2009-06-01") == ["AZ"]
    assert refused(CountryFilter, "organization=unoin") == [("organization", "union")]
    assert refused(CountryFilter, "member_role=observers") == [("member_role", "observer")]
    assert refused(OrganizationFilter, "member_on=2009") == [("member_on", None)]


def test_people_by_one_office_that_is_all_of_what_is_asked():
    union = OrganizationFactory(slug="union")
    head, both = PersonFactory(slug="head"), PersonFactory(slug="both")
    TenureFactory(
        person=head, office="Secretary General", country=None, organization=union, since="2018"
    )
    TenureFactory(
        person=both, office="Foreign Minister", country="KZ", since="2001", until="2005-03-01"
    )
    TenureFactory(person=both, office="President of the Republic", country="AZ")
    TenureFactory(person=both, office="Adviser", country=None, organization=union, since="2010")
    assert asked(PersonFilter, "country=KZ") == ["both"]
    assert asked(PersonFilter, "organization=union") == ["both", "head"]
    assert asked(PersonFilter, "country=KZ&organization=union") == []
    assert asked(PersonFilter, "office=minister+foreign") == ["both"]
    assert asked(PersonFilter, "office=president&country=KZ") == []
    assert asked(PersonFilter, "office=president&country=AZ") == ["both"]
    assert asked(PersonFilter, "held_on=2001-12-30") == []
    assert asked(PersonFilter, "held_on=2005-03-01") == ["both"]
    assert asked(PersonFilter, "held_on=2005-03-02") == []
    assert asked(PersonFilter, "held_on=2019-01-01&organization=union") == ["both", "head"]
    assert asked(PersonFilter, "held_on=2019-01-01&office=secretary") == ["head"]
    assert asked(PersonFilter, "held_on=2019-01-01&country=AZ") == []
    assert refused(PersonFilter, "office=%3F") == [("office", None)]

"""What agreements can be filtered by at their own address."""

import pytest
from django.http import QueryDict

from agreements.filters import AgreementFilter
from agreements.models import Agreement
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

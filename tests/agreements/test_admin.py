"""The desk's form of an agreement: parties, actions and what they refer to."""

import pytest
from django.contrib.auth.models import User

from agreements.models import Agreement, Party
from relations.models import Change
from tests import factories
from tests.relations.admin.forms import errors_of, form_of, url


@pytest.fixture
def desk(client, db, settings):
    settings.SECURE_SSL_REDIRECT = False
    settings.SELF_PUBLISH = True
    client.force_login(User.objects.create_superuser("editor"))
    return client


@pytest.fixture
def treaty(db):
    treaty = factories.AgreementFactory(title="Treaty", date="1996-09-16")
    for code in ("AZ", "KZ"):
        factories.PartyFactory(agreement=treaty, country=code)
    return treaty


def party(number: int, country="", organization="") -> dict:
    return {
        f"parties-{number}-id": "",
        f"parties-{number}-country": country,
        f"parties-{number}-organization": organization,
    }


def action(number: int, **values) -> dict:
    row = {
        "id": "",
        "type": "in-force",
        "party": "",
        "date": "",
        "citation": "",
        "note": "",
        **values,
    }
    return {f"actions-{number}-{name}": value for name, value in row.items()}


@pytest.fixture
def send(desk, treaty):
    page = url(Agreement, "change", treaty.pk)
    form = form_of(desk.get(page), Agreement)

    def send(**values):
        return desk.post(page, {**form, "reason": "Read again", **values})

    return send


def test_an_agreement_is_added_with_its_parties(desk):
    for code in ("AZ", "KZ"):
        factories.country(code)
    source = factories.SourceFactory()
    form = form_of(desk.get(url(Agreement, "add")), Agreement)
    data = {
        **form,
        "title": "Treaty on friendship",
        "date": "[1993-02-24,1993-12-24]",
        "instrument": "treaty",
        "stage": "published",
        "parties-TOTAL_FORMS": "2",
        **party(0, country="AZ"),
        **party(1, country="KZ"),
        "citations-0-source": source.pk,
        "citations-0-locator": "55-56",
        "citations-0-field": "date",
        "citations-0-value": "[1993-02-24,1993-12-24]",
    }
    response = desk.post(url(Agreement, "add"), data)
    assert response.status_code == 302, errors_of(response)
    treaty = Agreement.objects.get()
    assert treaty.slug == "treaty-on-friendship-1993"
    assert [party.key for party in treaty.parties.all()] == ["AZ", "KZ"]
    # Who is a party takes part.
    assert sorted(treaty.countries.values_list("pk", flat=True)) == ["AZ", "KZ"]
    assert treaty.citations.get().verdict == "supports"


def test_an_action_that_is_cited_gives_the_status(send, treaty):
    response = send(
        **{"actions-TOTAL_FORMS": "1"},
        **action(
            0, party=treaty.parties.first().pk, date="1997-01", citation=treaty.citations.get().pk
        ),
    )
    assert response.status_code == 302
    treaty.refresh_from_db()
    assert treaty.status == "in-force"
    assert Change.objects.latest("number").reason == "Read again"


def test_an_action_refers_to_its_own_agreement_only(send, treaty):
    other = factories.AgreementFactory()
    foreign = factories.PartyFactory(agreement=other, country="TR")
    response = send(
        **{"actions-TOTAL_FORMS": "1"},
        **action(0, party=foreign.pk, citation=other.citations.get().pk),
    )
    sentence = "Select a valid choice. That choice is not one of the available choices."
    assert errors_of(response) == {"actions-0-party": [sentence], "actions-0-citation": [sentence]}
    assert not treaty.actions.exists()


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        ([{}], {}),
        (
            [{"country": "TR"}, {"country": "TR"}],
            {"parties": ["“Türkiye” is named as a party twice."]},
        ),
        ([{"country": "AZ"}], {"parties": ["“Azerbaijan” is named as a party twice."]}),
    ],
)
def test_a_party_is_named_once(send, treaty, rows, errors):
    factories.country("TR")
    data = {"parties-TOTAL_FORMS": str(2 + len(rows))}
    for number, row in enumerate(rows, start=2):
        data |= party(number, **row)
    response = send(**data)
    assert (errors_of(response) if response.context else {}) == errors
    assert Party.objects.count() == 2


def test_a_party_is_a_country_or_an_organization(send, treaty):
    factories.country("TR")
    bank = factories.OrganizationFactory()
    response = send(**{"parties-TOTAL_FORMS": "3"}, **party(2, country="TR", organization=bank.pk))
    assert errors_of(response) == {
        "parties-2-__all__": ["A party is a country or an organization, one of them."]
    }


def test_what_an_action_rests_on_is_not_removed(desk, send, treaty):
    own = treaty.citations.get()
    factories.CitationFactory(record=treaty, locator="2")
    factories.AgreementActionFactory(agreement=treaty, citation=own)
    page = url(Agreement, "change", treaty.pk)
    form = form_of(desk.get(page), Agreement)
    response = desk.post(page, {**form, "reason": "tidying", "citations-0-DELETE": "on"})
    assert response.status_code == 200
    assert treaty.citations.count() == 2

"""A kind in an app of its own is on every page, in the API, in facets and in tables, though nothing else knows it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from relations import kinds
from relations.loading import synthetic
from relations.loading.checks import check_database
from relations.models import Change, Record
from relations.work import unit_of_work
from tests.factories import (
    CitationFactory,
    OrganizationFactory,
    RelationFactory,
    VisitFactory,
    country,
    factory_of,
)
from tests.newcomer.aid.models import Aid
from tests.relations.admin.forms import form_of, url
from tests.relations.views.reading import read

pytestmark = pytest.mark.django_db
FACTORY = factory_of(Aid)


@pytest.fixture
def bank():
    return OrganizationFactory(slug="bank", name="The Bank")


@pytest.fixture
def aid(bank):
    RelationFactory()
    grant = FACTORY(
        slug="a-grant", form="grant", donor="KZ", channels=[bank], countries=["AZ"], date="2000"
    )
    FACTORY(slug="a-loan", form="loan", donor="AZ", countries=["KZ"], date="2001")
    VisitFactory(slug="a-visit", countries=["AZ", "KZ"])
    return grant


@pytest.fixture
def get(client):
    def get(path):
        response = client.get(path, secure=True)
        assert response.status_code == 200
        return response

    return get


def listed(response) -> list[str]:
    return [one["slug"] for one in response.json()["results"]]


# Pages --------------------------------------------------------------------------------------------------


def test_its_page_shows_its_own_fields_with_their_passages(get, aid):
    CitationFactory(record=aid, field="donor", value="KZ", as_written="Kazakhstan gave")
    page = read(get("/aid/a-grant/").content.decode())
    text = page.one("main").text
    assert "Grant" in text
    assert "Kazakhstan gave" in text
    assert page.one("a", href="/organizations/bank/").text == "The Bank"


@pytest.mark.parametrize("address", ["/aid/", "/timeline/", "/azerbaijan-kazakhstan/"])
def test_its_row_says_what_it_is(get, aid, address):
    page = read(get(address).content.decode())
    rows = page.every("li", class_="row", data_kind="aid")
    said = [row.one("p", class_="row-kind").text for row in rows]
    assert said == ["loan · from Azerbaijan", "grant · from Kazakhstan"]


def test_its_icon_is_drawn(get, aid):
    assert "icons.svg#aid" in get("/aid/").content.decode()


# Filters and facets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("channel=bank", ["a-grant"]),
        ("donor=AZ", ["a-loan"]),
        ("form=grant", ["a-grant"]),
        ("organization=bank", ["a-grant"]),
        ("channel=bank&donor=AZ", []),
    ],
)
def test_it_is_filtered_by_its_own_fields(get, aid, query, found):
    assert listed(get(f"/api/v1/aid/?{query}")) == found


def test_the_timeline_finds_what_it_names(get, aid):
    assert listed(get("/api/v1/timeline/?organization=bank")) == ["a-grant"]


def test_its_link_is_a_facet_on_page_and_api(get, aid, bank):
    fund = OrganizationFactory(slug="fund", name="The Fund")
    FACTORY(slug="another", donor="KZ", channels=[bank, fund], countries=["AZ"])
    facets = {one["name"]: one for one in get("/api/v1/aid/facets/").json()["facets"]}
    assert list(facets)[:3] == ["form", "donor", "channel"]
    counts = [(one["value"], one["count"]) for one in facets["channel"]["values"]]
    assert counts == [("bank", 2), ("fund", 1)]
    form = get("/aid/").context["form"]
    (block,) = [block for block in form.blocks if block.facet.name == "channel"]
    assert [(one.value.value, one.value.count) for one in block.shown] == counts
    for value, count in counts:
        assert get(f"/api/v1/aid/?channel={value}").json()["count"] == count


def test_many_are_walked_along_their_order_to_the_same_end(get, aid):
    selection = kinds.get("aid").filterset_class(get("/aid/?channel=bank").wsgi_request.GET)
    assert selection.can_be_walked
    assert [one.slug for one in selection.walked] == [one.slug for one in selection.qs]


# The API -----------------------------------------------------------------------------------------------


def test_an_object_shows_what_is_its_own(get, aid):
    body = get("/api/v1/aid/a-grant/").json()
    assert (body["kind"], body["form"], body["donor"]["code"]) == ("aid", "grant", "KZ")
    assert [one["slug"] for one in body["channels"]] == ["bank"]
    assert sorted(one["code"] for one in body["countries"]) == ["AZ", "KZ"]


def test_an_object_is_in_step_with_its_links(get, aid, bank):
    bank.name = "The Great Bank"
    bank.save()
    assert get("/api/v1/aid/a-grant/").json()["channels"][0]["name"] == "The Great Bank"
    with unit_of_work():
        aid.channels.clear()
    assert get("/api/v1/aid/a-grant/").json()["channels"] == []
    (item,) = Change.objects.latest("number").items
    assert item["fields"] == {"channels": [["bank"], []]}


# The desk ----------------------------------------------------------------------------------------------


def test_it_is_written_at_the_desk(client, settings, django_user_model, bank):
    settings.SECURE_SSL_REDIRECT = False
    client.force_login(django_user_model.objects.create_superuser("editor"))
    country("AZ")
    form = form_of(client.get(url(Aid, "add")), Aid)
    form |= {"title": "Flood relief", "date": "2000", "form": "grant", "channels": [bank.pk]}
    refused = client.post(url(Aid, "add"), form)
    assert refused.context["adminform"].form.errors == {"donor": ["This field is required."]}
    assert client.post(url(Aid, "add"), form | {"donor": "AZ"}).status_code == 302
    stored = Aid.objects.get(slug="flood-relief-2000")
    assert (stored.donor_id, [*stored.channels.all()]) == ("AZ", [bank])
    assert [one.pk for one in stored.countries.all()] == ["AZ"]


# Tables ------------------------------------------------------------------------------------------------


def imported(tmp_path, text: str, *options: str) -> str:
    file, out = tmp_path / "aid.csv", StringIO()
    file.write_text(text)
    try:
        call_command("import_records", str(file), "--kind=aid", *options, stdout=out)
    except CommandError as refused:
        out.write(str(refused))
    return out.getvalue()


@pytest.mark.parametrize(
    "text",
    ["title,date,donor\nRelief,2000,\n", "title,date\nRelief,2000\n"],
    ids=["cell", "column"],
)
def test_a_required_link_that_is_empty_is_refused_before_anything_is_stored(tmp_path, text):
    said = imported(tmp_path, text, "--dry-run").splitlines()
    assert said[0] == "row 2, donor: This field cannot be blank."
    assert said[1].startswith("1 row: 0 new, 0 changed, 0 unchanged, 1 refused;")
    assert "Nothing was stored: some rows are refused." in imported(tmp_path, text)
    assert Record.objects.count() == 0


def test_a_required_link_that_is_wrong_is_refused_once(tmp_path):
    country("AZ")
    said = imported(tmp_path, "title,date,donor\nRelief,2000,Atlantis\n", "--dry-run")
    assert said.splitlines()[0] == "row 2, donor: No country “Atlantis” is on record: add it first."
    assert said.count("row 2, donor") == 1


def test_a_table_changes_no_record_into_one_without_its_required_link(tmp_path, aid):
    said = imported(tmp_path, "slug,donor\na-grant,\n", "--dry-run")
    assert said.splitlines()[0] == "row 2, donor: This field cannot be blank."


def test_a_table_brings_its_own_links(tmp_path, bank):
    country("AZ")
    imported(tmp_path, "title,date,form,donor,channels\nRelief,2000,grant,AZ,the bank\n")
    aid = Aid.objects.get()
    assert (aid.form, aid.donor_id, [*aid.channels.all()]) == ("grant", "AZ", [bank])
    fund = OrganizationFactory(slug="fund")
    said = imported(tmp_path, f"slug,channels\n{aid.slug},fund\n")
    assert said.endswith("0 records added as drafts, 1 changed.\n")
    assert [*aid.channels.all()] == [fund]
    said = imported(tmp_path, f"slug,channels\n{aid.slug},fund\n")
    assert said.splitlines()[0].startswith("1 row: 0 new, 0 changed, 1 unchanged, 0 refused;")
    assert check_database().problems == []


# Records for trials ------------------------------------------------------------------------------------


def test_its_synthetic_records_are_sound():
    synthetic.generate(60)
    made = Aid.objects.all()
    assert made.count() > 0
    assert all(aid.channels.count() == 1 for aid in made)
    assert check_database().problems == []

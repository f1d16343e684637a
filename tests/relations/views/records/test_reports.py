import pytest
from django.core.cache import cache
from django.test import Client

from relations.models import Report
from tests.factories import AgreementFactory, VisitFactory
from tests.relations.views.reading import read

pytestmark = pytest.mark.django_db

GIVEN = {
    "problem": "date",
    "text": "It was the 17th of September.",
    "evidence": "Official gazette no. 12",
    "email": "reader@example.org",
    "website": "",
}


@pytest.fixture(autouse=True)
def _fresh_counters():
    cache.clear()


@pytest.fixture
def pact():
    return AgreementFactory(slug="pact", title="Pact <1996>", countries=["AZ", "KZ"])


@pytest.fixture
def send(client, pact):
    def send(path="/agreements/pact/report/", **changes):
        return client.post(path, GIVEN | changes, secure=True)

    return send


def test_a_report_waits_for_staff_and_is_acknowledged(send, client, pact):
    response = send()
    assert response.status_code == 302
    assert response["Location"] == "/agreements/pact/report/sent/"
    report = Report.objects.get()
    assert (report.record, report.problem, report.status) == (pact.record_ptr, "date", "new")
    assert report.text == GIVEN["text"]
    assert (report.evidence, report.email) == (GIVEN["evidence"], GIVEN["email"])
    assert report.change == pact.change > 0
    thanks = client.get(response["Location"], secure=True)
    assert thanks.status_code == 200
    assert "no-store" in thanks["Cache-Control"]


def test_nothing_of_it_is_published(send, client):
    send(text="Unmistakable words", email="hidden@example.org")
    for path in (
        "/agreements/pact/",
        "/changes/",
        "/timeline/?q=unmistakable",
        "/api/v1/agreements/pact/",
        "/agreements/pact/report/sent/",
    ):
        text = client.get(path, secure=True).content.decode()
        assert "Unmistakable" not in text
        assert "hidden@example.org" not in text
    assert client.get("/timeline/?q=unmistakable", secure=True).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "no"}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "a\x00b and more"}, "text"),
        ({"problem": "nothing"}, "problem"),
        ({"problem": ""}, "problem"),
        ({"email": "not an address"}, "email"),
        ({"evidence": "x" * 501}, "evidence"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(send, changes, field):
    response = send(**changes)
    assert response.status_code == 400
    assert Report.objects.count() == 0
    page = read(response.content.decode())
    error = page.one("p", id=f"report-{field}-error")
    control = page.one(id=f"report-{field}")
    assert error.text
    assert control.attributes["aria-invalid"] == "true"
    assert error.attributes["id"] in control.attributes["aria-describedby"].split()
    if "evidence" not in changes:
        assert page.one(id="report-evidence").attributes["value"] == GIVEN["evidence"]


def test_programs_that_fill_in_everything_are_set_apart_not_lost(send):
    assert send(website="https://spam.example").status_code == 302
    assert Report.objects.get().status == "spam"


def test_after_five_in_an_hour_the_sixth_waits_with_its_words(send):
    for _turn in range(5):
        assert send().status_code == 302
    refused = send(text="The sixth of them, kept on the page.")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert "The sixth of them, kept on the page." in refused.content.decode()
    assert Report.objects.count() == 5
    # Another reader is not held up.
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert other.post("/agreements/pact/report/", GIVEN, secure=True).status_code == 302
    assert Report.objects.count() == 6


def test_only_published_records_take_reports(send, client):
    VisitFactory(slug="draft", stage="draft")
    gone = VisitFactory(slug="gone")
    gone.stage = "withdrawn"
    gone.save()
    for path, status in (
        ("/visits/draft/report/", 404),
        ("/visits/gone/report/", 410),
        ("/visits/nothing/report/", 404),
        ("/visits/draft/report/sent/", 404),
    ):
        assert client.get(path, secure=True).status_code == status
        assert send(path).status_code in (status, 405)
    assert Report.objects.count() == 0


def test_an_old_address_leads_to_the_form(client, pact):
    pact.slug = "pact-of-1996"
    pact.save()
    response = client.get("/agreements/pact/report/", secure=True)
    assert response.status_code == 301
    assert response["Location"] == "/agreements/pact-of-1996/report/"


def test_a_form_from_elsewhere_is_refused(pact):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/agreements/pact/report/", GIVEN, secure=True)
    assert response.status_code == 403
    assert Report.objects.count() == 0


def test_every_record_page_leads_to_its_form(get, pact):
    foot = get("/agreements/pact/").one("p", class_="record-foot")
    assert [link.attributes["href"] for link in foot.every("a")] == [
        "/changes/?record=pact",
        "/agreements/pact/report/",
    ]

"""The log of changes in the API: what it tells, what it keeps to itself, and how it is followed."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.history import changes
from relations.models import Record, RecordLink
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    OrganizationFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)
from tests.relations.api.asserts import assert_problem

pytestmark = pytest.mark.django_db
API = "https://entente.example/api/v1/"


@pytest.fixture
def log(api):
    """The changes of a query, each as (action, resource, key) of its items."""

    def listed(query=""):
        response = api(f"changes/?page_size=200&{query}")
        assert response.status_code == 200, response.content
        return [
            [(item["action"], item["resource"], item["key"]) for item in one["items"]]
            for one in response.json()["results"]
        ]

    return listed


def edit(row, reason="", **values):
    with unit_of_work(reason=reason):
        row.refresh_from_db()
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    return changes.latest()


def test_a_change_says_what_was_altered_and_why(api):
    pact = AgreementFactory(slug="pact", title="Pact", date="1996", source=SourceFactory(slug="s"))
    number = edit(pact, "The day is known.", title="Pact of friendship", date="1996-09-16")
    response = api(f"changes/{number}/")
    one = response.json()
    time = one.pop("time")
    assert one == {
        "url": f"{API}changes/{number}/",
        "html_url": f"https://entente.example/changes/{number}/",
        "number": number,
        "reason": "The day is known.",
        "items": [
            {
                "action": "changed",
                "resource": "agreements",
                "kind": "agreement",
                "key": "pact",
                "was": None,
                "url": f"{API}agreements/pact/",
                "merged_into": None,
                "fields": {
                    "date": {"old": "1996", "new": "1996-09-16"},
                    "title": {"old": "Pact", "new": "Pact of friendship"},
                },
            }
        ],
        "more": 0,
    }
    listed = api("changes/").json()
    assert listed["results"][-1] == {**one, "time": time}
    assert api("agreements/pact/").json()["modified"] == time
    assert (listed["count"], listed["latest"]) == (number, number)
    with unit_of_work():
        added = CitationFactory(record=pact, uid="b", source=SourceFactory(slug="t"), locator="9")
    (item,) = (one for one in _last(api)["items"] if one["resource"] == "agreements")
    # Of the citations only the one that is new.
    assert list(item["fields"]) == ["citations"]
    assert item["fields"]["citations"]["old"] == {}
    assert list(item["fields"]["citations"]["new"]) == [added.uid]
    assert item["fields"]["citations"]["new"]["b"]["locator"] == "9"


def _last(api):
    return api("changes/?page_size=200").json()["results"][-1]


def test_oldest_first_and_only_those_after_a_number(api, log):
    with unit_of_work():
        first = VisitFactory(slug="first", source=SourceFactory(slug="s"))
    VisitFactory(slug="second", source=SourceFactory(slug="t"))
    edit(first, title="Another")
    assert log() == [
        [("created", "sources", "s"), ("published", "visits", "first")],
        [("created", "sources", "t")],
        [("published", "visits", "second")],
        [("changed", "visits", "first")],
    ]
    assert log("since=0") == log()
    assert log("since=2") == log()[2:]
    assert log("since=4") == []
    assert log("record=first&since=1") == log()[3:]
    page = api("changes/?since=1&page_size=2")
    body = page.json()
    assert (body["count"], [one["number"] for one in body["results"]]) == (3, [2, 3])
    assert page["Link"] == f'<{body["next"]}>; rel="next"'
    rest = api(body["next"].removeprefix(API)).json()
    assert [one["number"] for one in rest["results"]] == [4]
    assert rest["next"] is None
    assert rest["previous"]
    assert api("changes/?format=csv&fields=number,items").content.decode().split() == [
        "number,items", "1,s;", "first", "2,t", "3,second", "4,first",
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["-1", "1.0", "x", "٣", "1e3", "9" * 19, "0x1", "+1"])
def test_a_number_is_a_whole_number(api, value):
    VisitFactory()
    for path, name in (("changes", "since"), ("timeline", "changed_since")):
        response = api(f"{path}/?{name}={value}".replace("+", "%2B"))
        problem = assert_problem(response, 400, parameters=[name])["problems"][0]
        assert problem["valid"] == ["0", str(changes.latest())]


def test_a_number_that_is_still_to_come_is_refused(api):
    latest = edit(VisitFactory(), title="Another")
    assert api(f"changes/?since={latest}").json()["results"] == []
    for path, name in (("changes", "since"), ("timeline", "changed_since")):
        response = api(f"{path}/?{name}={latest + 1}")
        body = assert_problem(response, 400, parameters=[name], valid=["0", str(latest)])
        assert body["detail"] == f"There is no change {latest + 1} yet: the latest is {latest}."
        assert_problem(api(f"{path}/?{name}=0&{name}=1"), 400, parameters=[name])
    assert_problem(api(f"changes/{latest + 1}/"), 404)
    assert_problem(api("changes/9999999999999999999999/"), 404)
    assert_problem(api("changes/x/"), 404)
    assert_problem(api("changes/?sinc=0"), 400, parameters=["sinc"], nearest="since")


def test_who_has_left_is_named_without_values(api):
    gone = VisitFactory(slug="gone", title="Gone visit", summary="Old words")
    edit(gone, summary="Newer words")
    edit(gone, slug="gone-for-good", title="Gone for good")
    start = changes.latest()
    edit(gone, "Recorded twice.", stage="withdrawn")
    council = OrganizationFactory(slug="council", name="Council")
    council.delete()
    topic = TopicFactory(slug="oil")
    topic.delete()
    text = api("changes/").content.decode()
    for hidden in ("words", "Gone", "Council"):
        assert hidden not in text
    body = api("changes/").json()
    items = [item for one in body["results"] for item in one["items"] if not item["url"]]
    blank = {"url": None, "merged_into": None, "fields": {}}
    visit = {"resource": "visits", "kind": "visit", "key": "gone-for-good", **blank}
    body_of = {"resource": "organizations", "kind": "organization", "key": "council", **blank}
    oil = {"resource": "topics", "kind": "topic", "key": "oil", **blank}
    assert items == [
        {"action": "published", **visit, "was": None},
        {"action": "changed", **visit, "was": None},
        {"action": "renamed", **visit, "was": "gone"},
        {"action": "withdrawn", **visit, "was": None},
        {"action": "created", **body_of, "was": None},
        {"action": "deleted", **body_of, "was": None},
        {"action": "created", **oil, "was": None},
        {"action": "deleted", **oil, "was": None},
    ]
    assert api(f"changes/{start + 1}/").json()["reason"] == "Recorded twice."
    edit(gone, stage="published")
    shown = _last(api)["items"][0]
    assert (shown["action"], shown["url"]) == ("published", f"{API}visits/gone-for-good/")
    assert "Newer words" in api("changes/").content.decode()


def test_nothing_tells_of_drafts(api):
    pact = AgreementFactory(slug="pact")
    draft = AgreementFactory(slug="secret", title="Secret plan", stage="draft")
    again = VisitFactory(slug="again", title="Taken back")
    # No form lets anybody do this; it may be done to the database.
    edit(again, stage="draft")
    shown = AgreementFactory(slug="shown")
    with unit_of_work():
        for target in (draft, shown):
            RecordLink.objects.create(
                source=pact.record_ptr, target=target.record_ptr, type="amends"
            )
    RecordLink.objects.create(source=pact.record_ptr, target=draft.record_ptr, type="follows")
    for query in ("", "?format=csv", "?record=pact"):
        text = api(f"changes/{query}").content.decode()
        assert "shown" in text or query == "?record=pact"
        for hidden in ("secret", "Secret", "again", "Taken back"):
            assert hidden not in text, (query, hidden)
    links = [
        item["fields"]["links"]
        for one in api("changes/?record=pact").json()["results"]
        for item in one["items"]
        if item["key"] == "pact" and "links" in item["fields"]
    ]
    assert [row["target"] for one in links for row in one["new"].values()] == ["shown"]
    for slug in ("secret", "again"):
        body = assert_problem(api(f"changes/?record={slug}"), 400, parameters=["record"])
        assert slug not in body["problems"][0]["valid"]
    assert Record.objects.filter(stage="draft").count() == 2


def test_a_country_is_addressed_by_its_code(api):
    pact = AgreementFactory(countries=["KZ"])
    country = pact.countries.get()
    edit(country, slug="qazaqstan", name="Qazaqstan")
    (item,) = _last(api)["items"]
    assert (item["resource"], item["key"], item["was"]) == ("countries", "KZ", None)
    assert item["url"] == f"{API}countries/KZ/"
    assert item["fields"]["name"] == {"old": "Kazakhstan", "new": "Qazaqstan"}


def test_reprocessing_has_no_number_or_is_not_listed(api, log):
    pact = AgreementFactory(slug="pact")
    latest, listed = changes.last(), log()
    call_command("rebuild_objects", verbosity=0)
    call_command("rebuild_entries", verbosity=0)
    edit(pact)
    with unit_of_work():
        edit(pact, title="Another")
        edit(pact, title=pact.title, summary="")
        edit(pact, title="Pact")
    assert changes.last() == latest
    assert log() == listed
    with unit_of_work(substantive=False):
        edit(pact, summary="Reworded by a program.")
    body = api("changes/").json()
    assert (log(), body["count"]) == (listed, latest.number)
    assert body["latest"] == latest.number + 1
    assert_problem(api(f"changes/{latest.number + 1}/"), 404)
    # What takes an address away is told, whoever did it.
    with unit_of_work(substantive=False):
        edit(pact, stage="withdrawn")
    assert log()[-1] == [("withdrawn", "agreements", "pact")]


def test_the_data_set_loaded_again_is_no_change(dataset):
    last = changes.last()
    call_command("load_dataset", verbosity=0)
    call_command("rebuild_objects", verbosity=0)
    call_command("rebuild_entries", verbosity=0)
    assert changes.last() == last


def test_a_large_change_is_cut_but_for_what_has_left(api):
    with unit_of_work():
        made = [TopicFactory(slug=f"topic-{number:03}") for number in range(120)]
    body = api(f"changes/{changes.latest()}/").json()
    assert ([item["key"] for item in body["items"]], body["more"]) == (
        [f"topic-{number:03}" for number in range(100)],
        20,
    )
    with unit_of_work():
        for number, topic in enumerate(made):
            if number % 10 == 9:
                topic.delete()
            else:
                edit(topic, description="About it.")
    body = api(f"changes/{changes.latest()}/").json()
    deleted = [item["key"] for item in body["items"] if item["action"] == "deleted"]
    assert deleted == [f"topic-{number:03}" for number in range(9, 120, 10)]
    assert (len(body["items"]), body["more"]) == (102, 18)


def test_the_cost_does_not_grow(api):
    asked = []
    for size in (1, 20):
        with unit_of_work():
            for _number in range(size):
                pact = AgreementFactory(countries=["AZ"], organizations=[OrganizationFactory()])
                CitationFactory(record=pact, source=SourceFactory())
        for _number in range(size):
            edit(pact, title=f"Pact {_number}")
        with CaptureQueriesContext(connection) as queries:
            assert len(api("changes/?since=0").json()["results"]) == changes.latest()
        asked.append(len(queries))
    # Thrice the last number: for the tag, for “since” and for the page. The changes; what they touched, and
    # one query for each model of that.
    assert asked == [10, 10]


# Records by change and by time ------------------------------------------------------------------------------


def test_records_that_read_otherwise_since_a_change(api, slugs, client):
    topic = TopicFactory(slug="oil", name="Oil")
    VisitFactory(slug="named", topics=[topic])
    AgreementFactory(slug="alone")
    VisitFactory(slug="draft", stage="draft", topics=[topic])
    gone = VisitFactory(slug="gone", topics=[topic])
    edit(gone, stage="withdrawn")
    start = changes.latest()
    number = edit(topic, name="Oil and gas")
    assert slugs(f"timeline/?changed_since={start}") == ["named"]
    assert slugs(f"timeline/?changed_since={number}") == []
    assert sorted(slugs("timeline/?changed_since=0")) == ["alone", "named"]
    assert slugs(f"agreements/?changed_since={start}") == []
    page = client.get(f"/timeline/?changed_since={start}", secure=True)
    assert [one.slug for one in page.context["listing"].items] == ["named"]
    # Carried by the form of the page, which has no field for it.
    html = page.content.decode()
    assert f'<input type="hidden" name="changed_since" value="{start}">' in html
    assert "Changed after change" in html


def test_records_modified_since(api, slugs):
    for day, slug in ((1, "first"), (2, "second"), (3, "third")):
        record = VisitFactory(slug=slug)
        time = datetime(2025, 3, day, 12, 30, tzinfo=UTC)
        Record.objects.filter(pk=record.pk).update(modified=time)
    draft = VisitFactory(slug="draft", stage="draft")
    Record.objects.filter(pk=draft.pk).update(modified=datetime(2025, 3, 4, tzinfo=UTC))

    def since(text):
        return slugs(f"timeline/?ordering=date&modified_since={text}")

    assert since("2025-03-02") == ["second", "third"]
    assert since("2025-03-02T12:30Z") == ["second", "third"]
    assert since("2025-03-02T12:30:00Z") == ["second", "third"]
    assert since("2025-03-02T12:30:00.000001Z") == ["third"]
    assert since("2025-03-04") == []
    assert slugs("visits/?modified_since=2025-03-03") == ["third"]
    wrong = (
        "2025", "2025-02-30", "2025-03-02T25:00", "2025-03-02T12:30", "2025-03-02 12:30Z", "2025-03-02T12:30+04:00",
        "today", "20250302", "2025-W10-1", "0000-01-01", "2025-03-02T12:30:60Z", "٢٠٢٥-03-02",
    )  # fmt: skip
    for text in wrong:
        response = api("timeline/", data={"modified_since": text})
        body = assert_problem(response, 400, parameters=["modified_since"])
        assert "2025-10-16T08:30:00Z" in body["detail"], text

"""Where sources disagree: what is accepted, kept open or set aside, by whom, and what readers then see of it."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from agreements.models import Agreement
from relations.history import changes
from relations.models import Change, Citation, Decision, Record, Visit
from relations.provenance.comparers import hold, stored_value
from relations.work import unit_of_work
from tests import factories
from tests.relations.admin.forms import confirm, form_of, url

LIST = "/admin/contested/"
WHY = "The treaty itself says so."


@pytest.fixture
def pact(db):
    """Of 1993 by one source, of 1994 by another."""
    with unit_of_work():
        source = factories.SourceFactory(title="Gazette", publisher="Gazette")
        pact = factories.AgreementFactory(
            slug="pact", title="Pact", date="1993", countries=["AZ", "KZ"], source=source
        )
        factories.CitationFactory(
            uid="other", record=pact, field="date", value="1994", as_written="in 1994"
        )
    pact.refresh_from_db()
    assert pact.evidence == "conflict"
    return pact


def uid_of(value: str) -> str:
    return Citation.objects.get(field="date", value=value).uid


def listed(client, query: str = "") -> dict[str, list[str]]:
    """The records of the list, each with the fields that are shown of it."""
    rows = client.get(LIST + query).context["rows"]
    return {row.record.title: [field.name for field in row.fields] for row in rows}


def seen(client, record, name: str = "date") -> str:
    (row,) = client.get(f"{LIST}?record={record.pk}").context["rows"]
    return next(field.seen for field in row.fields if field.name == name)


def decide(client, record, choice: str, reason: str = WHY, **sent):
    mark = sent.pop("seen", None) or seen(client, record)
    data = {"record": record.pk, "field": "date", "choice": choice, "reason": reason, "seen": mark}
    return client.post(LIST, {**data, **sent})


def problem(response) -> str:
    assert response.status_code == 200
    return response.context["answered"].problem


def of_api(client, slug: str = "pact") -> dict:
    found = client.get(f"/api/v1/agreements/{slug}/", secure=True).json()
    return {
        "date": found["date"]["edtf"],
        "evidence": found["evidence"].get("date"),
        "decisions": found["decisions"],
        "set_aside": {one["value"]: one["set_aside"] for one in found["citations"]},
    }


def member(*groups: str) -> Client:
    user = User.objects.create_user(f"one of {groups}", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user)
    return client


def test_the_list_shows_each_claim(desk, pact):
    factories.VisitFactory(title="Agreed")
    page = desk.get(LIST)
    (row,) = page.context["rows"]
    (field,) = row.fields
    assert (row.record.title, field.name, field.holds) == ("Pact", "date", "1993")
    assert [(p.value, p.citation.verdict) for p in field.passages.passages] == [
        ("1993", "supports"),
        ("1994", "contradicts"),
    ]
    text = page.content.decode()
    assert "Gazette, paragraph 1" in text
    # The record says so already: there is nothing to be set aside of it.
    assert f'value="aside:{uid_of("1993")}"' not in text
    assert 'value="aside:other"' in text


def test_a_claim_is_accepted(desk, pact):
    answer = decide(desk, pact, "accept:other")
    assert (answer.status_code, answer.url) == (302, LIST)
    assert of_api(desk) == {
        "date": "1994",
        "evidence": "conflict",
        "decisions": [{"field": "date", "ruling": "accepted", "value": "1994", "reason": WHY}],
        "set_aside": {"1993": "", "1994": ""},
    }
    text = desk.get("/agreements/pact/").content.decode()
    assert f"The editors keep 1994: {WHY}" in text
    change = Change.objects.latest("number")
    assert change.reason == WHY
    assert set(change.items[0]["fields"]) == {"date", "decisions"}
    assert listed(desk) == {}
    assert listed(desk, "?show=all") == {"Pact": ["date"]}


def test_a_field_is_kept_open(desk, pact):
    decide(desk, pact, "open", "Both copies are lost.")
    assert of_api(desk) == {
        "date": "1993",
        "evidence": "conflict",
        "decisions": [
            {"field": "date", "ruling": "open", "value": "", "reason": "Both copies are lost."}
        ],
        "set_aside": {"1993": "", "1994": ""},
    }
    for address in ("/agreements/pact/", "/disagreements/"):
        text = desk.get(address).content.decode()
        assert "Left open by the editors: Both copies are lost." in text
    assert (listed(desk), listed(desk, "?show=all")) == ({}, {"Pact": ["date"]})


def test_a_claim_is_set_aside_and_stays_to_be_read(desk, pact):
    count = {one: facet_count(desk, one) for one in ("conflict=date", "evidence=conflict")}
    assert count == {"conflict=date": 1, "evidence=conflict": 1}
    decide(desk, pact, "aside:other", "A slip of the pen.")
    assert of_api(desk) == {
        "date": "1993",
        "evidence": "single",
        "decisions": [],
        "set_aside": {"1993": "", "1994": "A slip of the pen."},
    }
    text = desk.get("/agreements/pact/").content.decode()
    assert "Set aside by the editors: A slip of the pen." in text
    assert "1994" in text
    assert "sources disagree on" not in text
    assert Citation.objects.get(uid="other").verdict == "contradicts"
    assert facet_count(desk, "conflict=date") == 0
    assert facet_count(desk, "evidence=single") == 1
    assert "Pact" not in desk.get("/disagreements/").content.decode()
    # Of one record what was decided is shown, so that it can be taken back.
    assert listed(desk, "?show=all") == {}
    assert listed(desk, f"?record={pact.pk}") == {"Pact": ["date"]}


def facet_count(client, query: str) -> int:
    return client.get(f"/api/v1/agreements/?{query}", secure=True).json()["count"]


def test_the_exports_say_so_too(desk, pact):
    decide(desk, pact, "open", "Both copies are lost.")
    decide(desk, pact, "aside:other", "A slip of the pen.")
    rows = desk.get("/api/v1/citations/?record=pact&format=csv").content.decode()
    assert "A slip of the pen." in rows
    # Nothing is contested any more, so that nothing is open.
    assert of_api(desk)["decisions"] == []


def test_the_log_says_what_was_decided(desk, pact):
    number = changes.latest()
    decide(desk, pact, "aside:other", "A slip of the pen.")
    (change,) = desk.get(f"/api/v1/changes/?since={number}").json()["results"]
    (item,) = change["items"]
    assert (change["reason"], item["action"]) == ("A slip of the pen.", "changed")
    assert "set_aside" in str(item)
    page = desk.get(f"/changes/{number + 1}/").content.decode()
    assert "A slip of the pen." in page


@pytest.mark.parametrize(
    ("first", "then"), [("open", "back"), ("accept:other", "back"), ("aside:other", "count:other")]
)
def test_each_can_be_taken_back(desk, pact, first, then):
    decide(desk, pact, first)
    decide(desk, pact, then, "We were wrong.")
    found = of_api(desk)
    assert (found["evidence"], found["decisions"]) == ("conflict", [])
    assert set(found["set_aside"].values()) == {""}
    assert Change.objects.latest("number").reason == "We were wrong."
    assert listed(desk) == {"Pact": ["date"]}


def test_a_second_decision_takes_the_place_of_the_first(desk, pact):
    decide(desk, pact, "open")
    decide(desk, pact, "accept:other")
    decision = Decision.objects.get()
    assert (decision.ruling, decision.value) == ("accepted", "1994")


def test_an_earlier_version_brings_back_what_was_decided(desk, pact):
    decide(desk, pact, "accept:other")
    decide(desk, pact, f"aside:{uid_of('1993')}", "A misprint.")
    history = desk.get(url(Agreement, "history", pact.pk)).context["versions"]
    first, second = history[2]["url"], history[1]["url"]
    confirm(desk, first, reason="As it was.")
    assert of_api(desk) == {
        "date": "1993",
        "evidence": "conflict",
        "decisions": [],
        "set_aside": {"1993": "", "1994": ""},
    }
    confirm(desk, second, reason="And again.")
    assert of_api(desk)["date"] == "1994"
    assert [one["reason"] for one in of_api(desk)["decisions"]] == [WHY]
    confirm(desk, history[0]["url"], reason="All of it.")
    assert of_api(desk)["set_aside"] == {"1993": "A misprint.", "1994": ""}


# What is decided lasts as long as it is so --------------------------------------------------------------------


def test_what_was_accepted_lapses_with_the_value(desk, pact):
    decide(desk, pact, "accept:other")
    page = url(Agreement, "change", pact.pk)
    form = form_of(desk.get(page), Agreement)
    desk.post(page, {**form, "title": "A pact", "reason": "Its name."})
    assert Decision.objects.count() == 1
    form = form_of(desk.get(page), Agreement)
    assert desk.post(page, {**form, "date": "1995", "reason": "A third."}).status_code == 302
    assert Decision.objects.count() == 0


def test_what_was_kept_open_lapses_when_nothing_is_contested(desk, pact):
    decide(desk, pact, "open")
    Citation.objects.get(uid="other").delete()
    assert Decision.objects.count() == 0


def test_what_the_record_says_is_not_set_aside(desk, pact):
    decide(desk, pact, "aside:other")
    decide(desk, pact, "accept:other")
    assert of_api(desk)["set_aside"] == {"1993": "", "1994": ""}
    assert of_api(desk)["evidence"] == "conflict"


# What is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"choice": "accept:other", "reason": " "}, "Say why: readers see the reason beside it."),
        ({"choice": "open", "reason": "x" * 301}, "Give the reason in at most 300 characters."),
        ({"choice": ""}, "Choose what becomes of it."),
        ({"choice": "delete"}, "Choose what becomes of it."),
        ({"choice": "accept:nothing"}, "That claim does not exist any more."),
        ({"choice": "open", "field": "stage"}, "That field is not on this list."),
        (
            {"choice": "open", "seen": "x"},
            "This has been changed since you opened the page: look at it again.",
        ),
    ],
)
def test_what_is_lacking_is_said_and_nothing_typed_is_lost(desk, pact, sent, sentence):
    number = changes.latest()
    sent = {"reason": WHY, **sent}
    answer = decide(desk, pact, **sent)
    assert problem(answer) == sentence
    assert sentence in answer.content.decode()
    if sent.get("field", "date") == "date" and sent["reason"].strip():
        assert f'value="{sent["reason"]}"' in answer.content.decode()
    assert (changes.latest(), Decision.objects.count()) == (number, 0)


def test_the_claim_that_the_record_keeps_cannot_be_set_aside(desk, pact):
    answer = decide(desk, pact, f"aside:{uid_of('1993')}")
    assert problem(answer) == (
        "The record says what this passage says: accept another reading first."
    )


def test_of_two_who_decide_the_second_is_told(desk, pact):
    mark = seen(desk, pact)
    decide(desk, pact, "accept:other", seen=mark)
    answer = decide(desk, pact, "aside:other", seen=mark)
    assert problem(answer).startswith("This has been changed")
    # Though the list would not hold it any more.
    assert [row.record.title for row in answer.context["rows"]] == ["Pact"]


def test_what_the_record_cannot_be_is_refused(desk, pact):
    place = factories.PlaceFactory(slug="baku")
    factories.CitationFactory(record=pact, field="place", value="baku")
    factories.CitationFactory(record=pact, field="place", value="atlantis", uid="lost")
    answer = decide(desk, pact, "accept:lost", field="place", seen=seen(desk, pact, "place"))
    assert problem(answer) == (
        "The record cannot hold “atlantis” as it is: change the record in its form."
    )
    uid = Citation.objects.get(value="baku").uid
    decide(desk, pact, f"accept:{uid}", field="place", seen=seen(desk, pact, "place"))
    pact.refresh_from_db()
    assert pact.place == place


def test_only_who_may_alter_the_record_decides(pact, settings):
    settings.SECURE_SSL_REDIRECT = False
    editor = member("Editor")
    page = editor.get(LIST)
    assert "Only those who may alter this record can decide." in page.content.decode()
    mark = seen(editor, pact)
    assert decide(editor, pact, "open", seen=mark).status_code == 403
    assert member().get(LIST).status_code == 403
    assert Client().get(LIST).url.startswith("/admin/login/")
    assert Decision.objects.count() == 0
    assert decide(member("Reviewer"), pact, "open", seen=mark).status_code == 302
    draft = factories.VisitFactory(title="Mine", date="1993", stage="draft")
    factories.CitationFactory(record=draft, field="date", value="1994")
    assert listed(editor) == {"Mine": ["date"]}
    assert decide(editor, draft, "open").status_code == 302


def test_it_is_not_done_by_a_link_or_from_elsewhere(desk, pact, editor):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    data = {"record": pact.pk, "field": "date", "choice": "open", "reason": WHY}
    data["seen"] = seen(desk, pact)
    assert strict.post(LIST, data).status_code == 403
    desk.get(LIST, data)
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("key", ["", "x", "9" * 40, "0", "-1", "٣"])
def test_a_record_that_is_not_there(desk, key):
    assert desk.post(LIST, {"record": key}).status_code == 404
    assert desk.get(LIST, {"record": key, "p": key}).status_code == 200


def test_what_was_withdrawn_is_nobodys_task(desk, pact):
    pact.stage = "withdrawn"
    pact.save()
    assert listed(desk, "?show=all") == {}
    assert desk.post(LIST, {"record": pact.pk}).status_code == 404


def test_a_reason_is_text(desk, pact):
    decide(desk, pact, "aside:other", "<script>alert(1)</script>")
    for address in ("/agreements/pact/", f"{LIST}?record={pact.pk}"):
        text = desk.get(address).content.decode()
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert(1)" not in text


@pytest.mark.parametrize("size", [1, 12])
def test_the_list_costs_the_same_for_one_and_for_many(desk, size, django_assert_num_queries):
    with unit_of_work():
        for number in range(size):
            record = factories.VisitFactory(date="1996", place=factories.PlaceFactory())
            factories.CitationFactory(record=record, field="date", value="1998")
            agreement = factories.AgreementFactory(date="1996")
            factories.CitationFactory(record=agreement, field="date", value=f"{1900 + number}")
    desk.get(LIST)
    with django_assert_num_queries(9):
        assert len(desk.get(LIST).context["rows"]) == min(2 * size, 20)


def test_the_list_has_pages(desk):
    with unit_of_work():
        for _number in range(21):
            record = factories.VisitFactory(date="1996")
            factories.CitationFactory(record=record, field="date", value="1998")
    assert len(listed(desk, "?p=2")) == 1
    assert "?p=2" in desk.get(LIST).content.decode()


# What a field can be made to hold -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factory", "name", "value"),
    [
        (factories.VisitFactory, "date", "1993-02"),
        (factories.VisitFactory, "type", "state"),
        (factories.VisitFactory, "guest", "AZ"),
        (factories.VisitFactory, "place", "baku"),
        (factories.VisitFactory, "ordinal", "2"),
        (factories.TradeFigureFactory, "value", "331700000 USD"),
        (factories.TradeFigureFactory, "change_base", "2004"),
        (factories.AgreementFactory, "instrument", "protocol"),
    ],
)
def test_each_sort_of_field_takes_the_value_of_a_claim(db, factory, name, value):
    factories.country("AZ")
    factories.PlaceFactory(slug="baku")
    record = factory()
    hold(record, name, value)
    assert stored_value(record, name) == value
    record.save()
    record.refresh_from_db()
    assert stored_value(record, name) == value


@pytest.mark.parametrize(
    ("name", "value"), [("value", "5 EUR"), ("value", "many"), ("countries", "AZ")]
)
def test_what_a_field_cannot_hold_is_refused(db, name, value):
    with pytest.raises(ValueError, match=value):
        hold(factories.TradeFigureFactory(), name, value)


def test_no_more_is_stored_than_one_decision_a_field(desk, pact):
    decide(desk, pact, "open")
    assert Record.objects.get(pk=pact.pk).decisions.count() == 1
    assert Visit.objects.count() == 0

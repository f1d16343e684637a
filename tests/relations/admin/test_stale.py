"""Two editors at once: the second save of a stale form is refused, and nothing that was typed is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client

from agreements.models import Agreement
from relations.admin import stale
from relations.models import (
    Change,
    Citation,
    Organization,
    Record,
    Revision,
    Source,
    Visit,
)
from relations.work import unit_of_work
from tests import factories
from tests.relations.admin.forms import errors_of, form_of, url

UNMARKED = (
    "Nothing was stored, because this page did not say which state it was made from. Look at "
    "what is stored now, then repeat it."
)
STALE = "Nothing was stored, because this has been changed since you opened the page."
REPLACED = "Saved as it is, this form replaces what was stored meanwhile."
MARK = "_made_of"


@pytest.fixture
def other(db, settings):
    """A second editor's client."""
    settings.SECURE_SSL_REDIRECT = False
    client = Client()
    client.force_login(User.objects.create_superuser("aida", "aida@example.org", "pass phrase"))
    return client


def opened(client, model, row) -> dict:
    return form_of(client.get(url(model, "change", row.pk)), model)


def post(client, model, row, form, **values):
    return client.post(url(model, "change", row.pk), {**form, **values})


def save(client, model, row, **values):
    """Open the form and save it at once."""
    response = post(client, model, row, opened(client, model, row), **values)
    assert response.status_code == 302, errors_of(response)


def table(response) -> list[tuple]:
    """What the page compares: what differs, its values, and whether the form replaces the other's."""
    return [
        (row["what"], *row["values"], row["replaced"])
        for row in response.context["desk_moved"].differences
    ]


def refused(response) -> str:
    assert response.status_code == 200
    return errors_of(response)["__all__"][0]


@pytest.fixture
def visit(db):
    return factories.VisitFactory(title="Visit", summary="Short.", date="2005-05-24")


@pytest.fixture
def draft(db):
    return factories.VisitFactory(title="Draft", stage="draft")


# Forms -----------------------------------------------------------------------------------------------------


def test_the_second_of_two_saves_is_refused_and_shows_both(desk, other, visit):
    mine = opened(desk, Visit, visit)
    save(other, Visit, visit, summary="Hers.", date="2005-05", reason="The gazette says so")
    before = Change.objects.count()
    typed = {
        "title": "Mine",
        "date_note": "worked out",
        "reason": "From the archive",
        "citations-0-note": "my note",
    }
    response = post(desk, Visit, visit, mine, **typed)
    sentence = refused(response)
    assert sentence.startswith(STALE)
    assert " aida saved it at " in sentence
    assert " UTC: The gazette says so. Changed Summary and Date. " in sentence
    assert response.context["desk_moved"].headings == [
        "When you opened it",
        "Stored now",
        "Typed here",
    ]
    assert table(response) == [
        ("Title", "Visit", "Visit", "Mine", False),
        ("Summary", "Short.", "Hers.", "Short.", True),
        ("Date", "2005-05-24", "2005-05", "2005-05-24", True),
        ("Note on the date", "", "", "worked out", False),
        ("Citation", "", "", "note: my note", False),
    ]
    page = response.content.decode()
    assert page.count(REPLACED) == 2
    assert "<td>Hers.</td>" in page
    shown = form_of(response, Visit)
    assert {**shown, MARK: "", "csrfmiddlewaretoken": ""} == {
        **mine,
        **typed,
        MARK: "",
        "csrfmiddlewaretoken": "",
    }
    stored = Visit.objects.get()
    assert (stored.title, stored.summary, stored.date) == ("Visit", "Hers.", "2005-05")
    assert stored.citations.get().note == ""
    assert Change.objects.count() == before


def test_who_has_read_both_saves_on_purpose(desk, other, visit):
    mine = opened(desk, Visit, visit)
    save(other, Visit, visit, summary="Hers.", reason="x")
    response = post(desk, Visit, visit, mine, title="Mine", reason="y")
    shown = form_of(response, Visit)
    assert post(desk, Visit, visit, shown, summary="Hers.").status_code == 302
    stored = Visit.objects.get()
    assert (stored.title, stored.summary) == ("Mine", "Hers.")
    change = Change.objects.latest("number")
    assert change.items[0]["fields"] == {"title": ["Visit", "Mine"]}


def test_a_third_save_in_between_is_refused_again(desk, other, visit):
    mine = opened(desk, Visit, visit)
    save(other, Visit, visit, summary="One.", reason="x")
    shown = form_of(post(desk, Visit, visit, mine, title="Mine", reason="y"), Visit)
    save(other, Visit, visit, summary="Two.", reason="z")
    response = post(desk, Visit, visit, shown)
    assert table(response) == [
        ("Title", "Visit", "Visit", "Mine", False),
        ("Summary", "One.", "Two.", "Short.", True),
    ]
    assert Visit.objects.get().title == "Visit"


def test_a_form_with_other_errors_keeps_them_and_compares_what_it_can(desk, other, visit):
    mine = opened(desk, Visit, visit)
    save(other, Visit, visit, summary="Hers.", reason="x")
    response = post(desk, Visit, visit, mine, date="yesterday", reason="y")
    assert sorted(errors_of(response)) == ["__all__", "date"]
    assert table(response) == [("Summary", "Short.", "Hers.", False)]
    assert form_of(response, Visit)["date"] == "yesterday"


@pytest.mark.parametrize(
    "mark", [None, "", "0", "\0", "e30:1:x", "x" * 5000], ids=lambda mark: repr(mark)[:9]
)
def test_a_form_without_a_mark_of_ours_is_refused(desk, visit, mark):
    mine = opened(desk, Visit, visit)
    sent = {name: value for name, value in mine.items() if name != MARK}
    if mark is not None:
        sent[MARK] = mark
    response = post(desk, Visit, visit, sent, title="Mine", reason="y")
    assert refused(response) == UNMARKED
    assert table(response) == [("Title", "Visit", "Mine", False)]
    assert Visit.objects.get().title == "Visit"
    assert post(desk, Visit, visit, form_of(response, Visit)).status_code == 302
    assert Visit.objects.get().title == "Mine"


def test_the_mark_of_another_record_is_none(desk, visit, draft):
    mine = opened(desk, Visit, visit)
    response = post(
        desk, Visit, visit, {**mine, MARK: opened(desk, Visit, draft)[MARK]}, reason="y"
    )
    assert refused(response) == UNMARKED


def test_without_a_comparison_the_next_save_is_refused_too(desk, visit):
    """Neither what was opened nor what was typed can be told: there is nothing yet that was read."""
    response = post(desk, Visit, visit, opened(desk, Visit, visit), _made_of="", date="yesterday")
    assert MARK not in form_of(response, Visit)


def test_a_draft_is_guarded_too(desk, other, draft):
    mine = opened(desk, Visit, draft)
    save(other, Visit, draft, title="Hers")
    response = post(desk, Visit, draft, mine, title="Mine")
    assert table(response) == [("Title", "Draft", "Hers", "Mine", True)]
    assert Visit.objects.get().title == "Hers"


def test_what_is_typed_twice_alike_is_refused_and_shown_as_alike(desk, other, draft):
    mine = opened(desk, Visit, draft)
    save(other, Visit, draft, title="Same")
    response = post(desk, Visit, draft, mine, title="Same")
    assert table(response) == [("Title", "Draft", "Same", "Same", False)]


def test_what_a_command_altered_is_told_by_the_change(desk, visit):
    mine = opened(desk, Visit, visit)
    with unit_of_work(reason="Loaded anew"):
        visit.title = "Loaded"
        visit.save()
    sentence = refused(post(desk, Visit, visit, mine, reason="y"))
    assert " A command saved it at " in sentence
    assert " UTC: Loaded anew. " in sentence


def test_a_draft_that_a_command_altered(desk, draft):
    mine = opened(desk, Visit, draft)
    draft.title = "Loaded"
    draft.save()
    assert "It was not changed at the desk." in refused(post(desk, Visit, draft, mine))


def test_what_is_derived_makes_no_form_stale(desk, draft):
    """Verdicts, evidence, bounds and numbers are worked out anew at any time."""
    mine = opened(desk, Visit, draft)
    Citation.objects.update(verdict="contradicts")
    Record.objects.update(evidence="conflict", field_evidence={"date": "conflict"}, change=99)
    assert post(desk, Visit, draft, mine, title="Mine").status_code == 302
    assert Visit.objects.get().title == "Mine"


def test_a_citation_added_on_its_own_page_makes_the_form_of_its_record_stale(desk, other, visit):
    mine = opened(desk, Visit, visit)
    form = form_of(other.get(url(Citation, "add")), Citation)
    source = factories.SourceFactory(slug="gazette")
    data = {**form, "record": visit.pk, "source": source.pk, "locator": "7", "reason": "One more"}
    assert other.post(url(Citation, "add"), data).status_code == 302
    response = post(desk, Visit, visit, mine, **{"citations-0-note": "mine", "reason": "y"})
    added = "source: gazette; locator_kind: paragraph; locator: 7; basis: stated"
    assert sorted(table(response)) == [
        ("Citation", "", "", "note: mine", False),
        ("Citation", "(not there)", added, added, False),
    ]


# Rows ------------------------------------------------------------------------------------------------------


@pytest.fixture
def treaty(db):
    """A draft with two citations, a party and a person."""
    with unit_of_work():
        treaty = factories.AgreementFactory(title="Treaty", stage="draft", cited=False)
        for locator in ("1", "2"):
            factories.CitationFactory(
                record=treaty,
                source=factories.SourceFactory(title=f"Source {locator}"),
                locator=locator,
                uid=f"c{locator}",
            )
        factories.PartyFactory(agreement=treaty, country="AZ")
        factories.ParticipationFactory(
            record=treaty, person=factories.PersonFactory(name="A minister")
        )
    return treaty


def citations(response) -> list[tuple[str, str]]:
    """Locator and note of each row that the page shows."""
    form = form_of(response, Agreement)
    return [
        (form[f"citations-{n}-locator"], form[f"citations-{n}-note"])
        for n in range(int(form["citations-TOTAL_FORMS"]))
    ]


def test_a_row_that_was_removed_meanwhile_stands_as_a_new_one(desk, other, treaty):
    mine = opened(desk, Agreement, treaty)
    save(other, Agreement, treaty, **{"citations-0-DELETE": "on"})
    assert [one.locator for one in treaty.citations.all()] == ["2"]
    response = post(
        desk, Agreement, treaty, mine, **{"citations-0-note": "typed", "citations-1-note": "too"}
    )
    assert response.context["desk_moved"].rows == [
        (
            "Citations: a row of this form was removed meanwhile. It stands below as a new one, number 2, "
            "and is added again when you save; empty it if it is to stay removed."
        )
    ]
    assert citations(response) == [("2", "too"), ("1", "typed")]
    assert list(errors_of(response)) == ["__all__"]
    shown = form_of(response, Agreement)
    assert (shown["citations-INITIAL_FORMS"], shown["citations-1-id"]) == ("1", "")
    assert post(desk, Agreement, treaty, shown).status_code == 302
    assert sorted(treaty.citations.values_list("locator", "note")) == [("1", "typed"), ("2", "too")]


def test_a_row_that_both_removed_is_gone(desk, other, treaty):
    mine = opened(desk, Agreement, treaty)
    save(other, Agreement, treaty, **{"citations-0-DELETE": "on"})
    response = post(desk, Agreement, treaty, mine, **{"citations-0-DELETE": "on"})
    assert (citations(response), response.context["desk_moved"].rows) == ([("2", "")], [])


def test_a_row_that_was_added_meanwhile_stays(desk, other, treaty):
    mine = opened(desk, Agreement, treaty)
    source = Source.objects.first()
    row = {name: mine[f"citations-0-{name}"] for name in ("locator_kind", "basis", "source")}
    new = {"id": "", "record": treaty.pk, "field": "", "value": "", "as_written": "", "rule": ""}
    new |= row | {"attributed_to": "", "locator": "3"}

    def third(**values):
        row = {f"citations-2-{name}": value for name, value in {**new, **values}.items()}
        return {"citations-TOTAL_FORMS": "3", **row}

    save(other, Agreement, treaty, **third(note="hers"))
    response = post(desk, Agreement, treaty, mine, **third(note="mine", source=source.pk))
    assert response.context["desk_moved"].rows == [
        "Citations: a row was added meanwhile; it stands below."
    ]
    assert sorted(citations(response)) == [("1", ""), ("2", ""), ("3", "hers"), ("3", "mine")]
    assert post(desk, Agreement, treaty, form_of(response, Agreement)).status_code == 302
    assert sorted(treaty.citations.values_list("locator", "note")) == [
        ("1", ""),
        ("2", ""),
        ("3", "hers"),
        ("3", "mine"),
    ]


def test_the_same_party_added_by_both_is_no_crash(desk, other, treaty):
    factories.country("KZ")
    mine = opened(desk, Agreement, treaty)
    new = {
        "parties-TOTAL_FORMS": "2",
        "parties-1-id": "",
        "parties-1-agreement": treaty.pk,
        "parties-1-country": "KZ",
        "parties-1-organization": "",
    }
    save(other, Agreement, treaty, **new)
    response = post(desk, Agreement, treaty, mine, **new)
    assert response.context["desk_moved"].rows == [
        "Parties: a row was added meanwhile; it stands below."
    ]
    assert errors_of(response)["parties"] == ["“Kazakhstan” is named as a party twice."]
    assert form_of(response, Agreement)["parties-TOTAL_FORMS"] == "3"


@pytest.mark.slow("A form with as many rows as are ever read.")
@pytest.mark.parametrize("total", ["-1", "abc", "9" * 40, "", "5000"])
def test_a_tampered_count_of_rows_in_a_stale_form(desk, other, treaty, total):
    mine = opened(desk, Agreement, treaty)
    save(other, Agreement, treaty, title="Hers")
    counts = {"citations-TOTAL_FORMS": total, "parties-INITIAL_FORMS": total}
    response = post(desk, Agreement, treaty, mine, **counts)
    assert response.status_code == 200
    assert (Agreement.objects.get().title, treaty.citations.count()) == ("Hers", 2)


# Other objects ---------------------------------------------------------------------------------------------


def test_an_organization_with_its_names_and_members(desk, other):
    council = factories.OrganizationFactory(name="Council")
    factories.NameFactory(entity=council, text="The Council")
    factories.MembershipFactory(organization=council, country="AZ", role="founder")
    mine = opened(desk, Organization, council)
    save(other, Organization, council, **{"names-0-text": "Hers", "memberships-0-role": "observer"})
    response = post(desk, Organization, council, mine, name="Mine")
    assert table(response) == [
        ("Name", "Council", "Council", "Mine", False),
        ("Name", "text: The Council", "text: Hers", "text: The Council", True),
        ("Membership", "role: founder", "role: observer", "role: founder", True),
    ]
    council.refresh_from_db()
    assert (council.name, council.names.get().text) == ("Council", "Hers")


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (factories.SourceFactory, "title"),
        (factories.TopicFactory, "name"),
        (factories.RelationFactory, "introduction"),
        (lambda: factories.country("AZ"), "official_name"),
        (lambda: factories.MembershipFactory(country="AZ"), "role"),
        (lambda: factories.CitationFactory(entity=factories.PlaceFactory()), "note"),
        (factories.TenureFactory, "office"),
    ],
    ids=["source", "topic", "relation", "country", "membership", "citation", "tenure"],
)
def test_everything_else(desk, other, make, field):
    row = make()
    model = type(row)
    mine = opened(desk, model, row)
    save(other, model, row, **{field: "Hers"})
    response = post(desk, model, row, mine, **{field: "Mine"})
    assert " aida saved it at " in refused(response)
    ((_what, _was, now, typed, replaced),) = table(response)
    assert (now, typed, replaced) == ("Hers", "Mine", True)
    assert form_of(response, model)[field] == "Mine"
    assert getattr(model.objects.get(pk=row.pk), field) == "Hers"
    assert post(desk, model, row, form_of(response, model)).status_code == 302
    assert getattr(model.objects.get(pk=row.pk), field) == "Mine"


def test_the_form_of_what_was_deleted_adds_it_anew(desk, other, draft):
    mine = opened(desk, Visit, draft)
    page = url(Visit, "delete", draft.pk)
    assert other.post(page, form_of(other.get(page), Visit)).status_code == 302
    response = post(desk, Visit, draft, mine, title="Mine")
    sentence = refused(response)
    assert sentence.startswith("aida deleted this at ")
    assert sentence.endswith("What you typed is below: if you save it, it is added again.")
    assert f'action="{url(Visit, "add")}"' in response.content.decode()
    assert not Record.objects.exists()
    assert desk.post(url(Visit, "add"), form_of(response, Visit)).status_code == 302
    again = Visit.objects.get()
    assert (again.title, again.citations.get().locator) == ("Mine", "1")


# Deleting and restoring ------------------------------------------------------------------------------------


def test_what_has_been_altered_is_not_deleted_unseen(desk, other, draft):
    page = url(Visit, "delete", draft.pk)
    mine = form_of(desk.get(page), Visit)
    save(other, Visit, draft, title="Hers")
    response = desk.post(page, mine)
    assert response.context["desk_moved"].sentence.startswith(STALE)
    assert table(response) == [("Title", "Draft", "Hers", False)]
    assert "<td>Hers</td>" in response.content.decode()
    assert Visit.objects.get().title == "Hers"
    assert desk.post(page, form_of(response, Visit)).status_code == 302
    assert not Record.objects.exists()


def test_a_deletion_without_a_mark_is_refused(desk, draft):
    response = desk.post(url(Visit, "delete", draft.pk), {"post": "yes"})
    assert response.context["desk_moved"].sentence == UNMARKED
    assert UNMARKED in response.content.decode()
    assert Visit.objects.get() == draft


def test_a_version_is_restored_over_what_was_compared_only(desk, other, draft):
    save(other, Visit, draft, title="Second")
    version = Revision.objects.of(draft).order_by("pk")[0]
    page = url(Visit, "revision", draft.pk, version.pk)
    response = desk.get(page)
    assert response.context["differences"] == [("Title", "Second", "Draft")]
    mine = form_of(response, Visit)
    save(other, Visit, draft, title="Third")
    response = desk.post(page, {**mine, "reason": "back"})
    (sentence,) = response.context["errors"]
    assert sentence.startswith(STALE)
    assert response.context["differences"] == [("Title", "Third", "Draft")]
    shown = form_of(response, Visit)
    assert shown["reason"] == "back"
    assert Visit.objects.get().title == "Third"
    assert desk.post(page, shown).status_code == 302
    assert Visit.objects.get().title == "Draft"


def test_a_restoration_without_a_mark_is_refused(desk, other, draft):
    save(other, Visit, draft, title="Second")
    version = Revision.objects.of(draft).order_by("pk")[0]
    page = url(Visit, "revision", draft.pk, version.pk)
    response = desk.post(page, {"reason": "back"})
    assert response.context["errors"] == [UNMARKED]
    assert Visit.objects.get().title == "Second"


# Cost and threads ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 30])
def test_a_mark_costs_the_same_for_one_row_and_for_thirty(db, size, rf, django_assert_num_queries):
    with unit_of_work():
        council = factories.OrganizationFactory()
        treaty = factories.AgreementFactory(countries=["AZ", "KZ"])
        for number in range(size):
            member = factories.MembershipFactory(
                organization=council, country="AZ", role=f"{number}"
            )
            factories.CitationFactory(membership=member)
            factories.NameFactory(entity=council)
            factories.CitationFactory(record=treaty)
            factories.ParticipationFactory(record=treaty)
            factories.PartyFactory(agreement=treaty, organization=factories.OrganizationFactory())
    stale.mark(council)
    with django_assert_num_queries(8):
        held = stale.mark(council)
    with django_assert_num_queries(14):
        stale.mark(treaty)
    with django_assert_num_queries(6):
        assert stale.moved(rf.post("/", {MARK: held}), council) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_post_at_once_one_wins(settings):
    settings.SECURE_SSL_REDIRECT = False
    draft = factories.VisitFactory(title="Draft", stage="draft")
    count = 6
    clients = []
    for number in range(count):
        client = Client()
        client.force_login(User.objects.create_superuser(f"editor-{number}", "", "pass phrase"))
        clients.append((client, opened(client, Visit, draft)))
    start = Barrier(count, timeout=60)

    def run(number):
        client, form = clients[number]
        try:
            connection.ensure_connection()
            start.wait()
            return post(client, Visit, draft, form, title=f"By {number}").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(run, range(count)))
    assert sorted(answers) == [200] * (count - 1) + [302]
    assert Visit.objects.get().title == f"By {answers.index(302)}"
    assert Visit.objects.get().citations.count() == 1

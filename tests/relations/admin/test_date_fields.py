"""Dates typed as they are said, in the forms of the desk and at the address that tells what they mean."""

from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from agreements.models import Agreement
from relations import dates
from relations.admin.date_fields import DateField, DateInput
from relations.models import Membership, Organization, Source, Visit
from tests import factories
from tests.relations.admin.forms import errors_of, form_of, url

AMBIGUOUS = (
    "In “03/04/2004” day and month cannot be told apart: write 2004-04-03 for 3 April 2004, or "
    "2004-03-04 for 4 March 2004."
)
TOLD = "/admin/date/"


@pytest.fixture
def new_visit(desk, db):
    form = form_of(desk.get(url(Visit, "add")), Visit)
    return {**form, "title": "State visit", "citations-TOTAL_FORMS": "0"}


def test_every_date_of_the_desk_is_typed_either_way(desk, rf, editor):
    request = rf.get("/admin/")
    request.user = editor
    found = {}
    for model_admin in admin.site._registry.values():
        desks = [model_admin, *getattr(model_admin, "get_inline_instances", lambda _: [])(request)]
        for one in desks:
            for field in one.opts.get_fields():
                if dates.validate in getattr(field, "validators", []):
                    form_field = one.formfield_for_dbfield(field, request)
                    found[field] = (type(form_field), type(form_field.widget))
                    assert str(dates.HELP_TYPED) in form_field.help_text
    assert {str(field) for field in found} >= {
        "relations.Record.date",
        "agreements.AgreementAction.date",
        "relations.Membership.since",
        "relations.Organization.founded",
        "relations.Source.published",
        "relations.TradeFigure.change_base",
    }
    assert set(found.values()) == {(DateField, DateInput)}


def test_what_is_stored_is_edtf(desk, new_visit):
    response = desk.post(url(Visit, "add"), {**new_visit, "date": "24 Feb or 24 Dec 1993"})
    assert response.status_code == 302
    visit = Visit.objects.get()
    assert (visit.date, visit.slug) == ("[1993-02-24,1993-12-24]", "state-visit-1993")
    assert visit.sort_end.isoformat() == "1993-12-24"
    page = desk.get(url(Visit, "change", visit.pk))
    assert form_of(page, Visit)["date"] == "[1993-02-24,1993-12-24]"


def test_rows_of_a_form_store_edtf_too(desk):
    organization = factories.OrganizationFactory()
    membership = factories.MembershipFactory(organization=organization, since="1993")
    page = url(Membership, "change", membership.pk)
    data = {**form_of(desk.get(page), Membership), "since": "about March 1993", "until": "by 2001"}
    assert desk.post(page, data).status_code == 302
    membership.refresh_from_db()
    assert (membership.since, membership.until) == ("1993-03~", "[..2001]")


@pytest.mark.parametrize("founded", ["", "  "])
def test_a_date_that_may_be_missing_stays_empty(desk, founded):
    form = form_of(desk.get(url(Organization, "add")), Organization)
    data = {**form, "name": "Turkic Council", "type": "other", "founded": founded}
    response = desk.post(url(Organization, "add"), data)
    assert response.status_code == 302, errors_of(response)
    assert Organization.objects.get().founded == ""


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("03/04/2004", AMBIGUOUS),
        (
            "31 April 2004",
            (
                "“2004-04-31” is not a day of the calendar, that month has 30 days: write for example "
                "2004-04-30."
            ),
        ),
        (
            "next Easter",
            (
                "“next” is not a word that can stand in a date: write for example 24 May "
                "2005, March 2004, about 1993 or before October 2009."
            ),
        ),
    ],
)
def test_a_refusal_keeps_what_was_typed(desk, new_visit, typed, sentence):
    response = desk.post(url(Visit, "add"), {**new_visit, "date": typed})
    assert errors_of(response) == {"date": [sentence]}
    assert form_of(response, Visit)["date"] == typed
    assert not Visit.objects.exists()


def test_what_was_typed_is_kept_when_something_else_is_refused(desk, new_visit):
    response = desk.post(url(Visit, "add"), {**new_visit, "title": "", "date": "about 1993"})
    assert list(errors_of(response)) == ["title"]
    assert form_of(response, Visit)["date"] == "about 1993"
    page = response.content.decode()
    assert (
        '<span class="desk-reads">Reads: about 1993. Sorts: 1993-01-01, ends 1993-12-31.</span>'
        '<span class="desk-stored">Stored: <code>1993~</code></span>'
    ) in page


def test_the_same_date_in_words_is_no_change(desk):
    visit = factories.VisitFactory(title="Visit", date="2004-03")
    page = url(Visit, "change", visit.pk)
    response = desk.get(page)
    assert (
        '<span class="desk-reads">Reads: March 2004. Sorts: 2004-03-01, ends 2004-03-31.</span>'
        '<span class="desk-stored" hidden>Stored: <code>2004-03</code></span>'
    ) in response.content.decode()
    data = {**form_of(response, Visit), "date": "March 2004", "reason": "Nothing"}
    assert desk.post(page, data).status_code == 302
    visit.refresh_from_db()
    assert visit.date == "2004-03"
    assert LogEntry.objects.latest("pk").get_change_message() == "No fields changed."


def test_an_empty_date_says_nothing_yet(desk):
    page = desk.get(url(Source, "add")).content.decode()
    assert (
        '<span class="desk-told" role="status"><span class="desk-reads"></span>'
        '<span class="desk-stored" hidden>Stored: <code></code></span></span></span>'
    ) in page


@pytest.mark.parametrize("model", [Visit, Agreement, Source], ids=lambda model: model.__name__)
def test_the_script_comes_with_the_form(desk, model):
    page = desk.get(url(model, "add")).content.decode()
    assert page.count('<script src="/static/admin-entente/dates.js" type="module"></script>') == 1
    assert f'data-told-at="{TOLD}"' in page


# The address that tells what a date means


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "about 1993",
            {
                "edtf": "1993~",
                "reads": "Reads: about 1993.",
                "sorts": "Sorts: 1993-01-01, ends 1993-12-31.",
            },
        ),
        (
            "2005-05-24",
            {
                "edtf": "2005-05-24",
                "reads": "Reads: 24 May 2005.",
                "sorts": "Sorts: 2005-05-24.",
            },
        ),
        (
            "before Oct 2009",
            {
                "edtf": "[..2009-09-30]",
                "reads": "Reads: by 30 September 2009.",
                "sorts": "Sorts: 2009-09-30.",
            },
        ),
        ("03/04/2004", {"problem": AMBIGUOUS}),
        ("", {"problem": "A date is missing: write 2005-05-24, 2008-09 or 1993, say."}),
        (
            "1993 " * 1000,
            {
                "problem": "A date is at most 64 characters long, this one has 4999: write one such as "
                "2005-05-24 or [1993-02-24,1993-12-24]."
            },
        ),
        (
            "<b>1993<b>",
            {
                "problem": "“<b>1993<b>” is not a date in EDTF: write for example 2005-05-24, "
                "2008-09, 1993, 199X or 1993~."
            },
        ),
    ],
    ids=["words", "EDTF", "before", "two readings", "nothing", "too long", "markup"],
)
def test_a_date_is_told(desk, text, answer):
    response = desk.get(TOLD, {"text": text})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response.json() == answer


def test_nothing_asked_is_a_problem_told(desk):
    assert list(desk.get(TOLD).json()) == ["problem"]


@pytest.mark.parametrize("text", ["%'\"\\", "²⁰²⁵", "\u202e1993", "😀", "9" * 40, "[(?"], ids=ascii)
def test_odd_characters_are_a_problem_told(desk, text):
    response = desk.get(TOLD, {"text": text})
    assert (response.status_code, list(response.json())) == (200, ["problem"])


@pytest.mark.parametrize("text", ["1993\0", "\ud800"], ids=ascii)
def test_what_no_query_can_hold_is_refused(desk, text):
    raw = quote(text.encode("utf-8", "surrogatepass"))
    assert desk.get(f"{TOLD}?text={raw}").status_code == 400


def test_a_date_is_only_asked_for(desk):
    assert desk.post(TOLD, {"text": "1993"}).status_code == 405


def test_a_date_is_told_to_staff_only(client, settings, db):
    settings.SECURE_SSL_REDIRECT = False
    anonymous = client.get(TOLD, {"text": "1993"})
    client.force_login(User.objects.create_user("visitor"))
    visitor = client.get(TOLD, {"text": "1993"})
    login = "/admin/login/?next=/admin/date/%3Ftext%3D1993"
    assert [(answer.status_code, answer.url) for answer in (anonymous, visitor)] == [
        (302, login),
        (302, login),
    ]

"""Whatever is sent to the desk, the answer is a refusal that says so, never a crash."""

from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse

from agreements.models import Agreement
from relations.models import (
    Change,
    Citation,
    Country,
    Organization,
    Record,
    Relation,
    Source,
    Topic,
    Visit,
)
from relations.work import unit_of_work
from tests import factories
from tests.relations.admin.forms import errors_of, form_of, url

HUGE = "9" * 40
ODD = ["\0", "\ud800", "%'\"\\", "x" * 5000, HUGE, "-1", "[(?", "NaN"]
IDS = ["null", "surrogate", "quotes", "long", "huge", "negative", "pattern", "nan"]

odd = pytest.mark.parametrize("value", ODD, ids=IDS)
# One of each sort: a kind, a parent row, a key of letters, a log, and one that Django brings.
some = pytest.mark.parametrize(
    "model", [Agreement, Record, Country, Change, User], ids=lambda m: m._meta.label
)


def raw(value: str) -> str:
    """The value in an address, as a rude client would write it."""
    return quote(value.encode("utf-8", "surrogatepass"))


@some
@pytest.mark.parametrize(
    "name", ["q", "o", "p", "all", "_to_field", "_popup", "e", "_changelist_filters"]
)
def test_parameters_of_a_list(desk, model, name):
    page = url(model, "changelist")
    answers = {value: desk.get(f"{page}?{name}={raw(value)}").status_code for value in ODD}
    assert {value: code for value, code in answers.items() if code not in (200, 302, 400)} == {}
    assert answers["\0"] == 400


@some
def test_filters_of_a_list(desk, model):
    page = url(model, "changelist")
    wild = ["pk__in", "id__regex", "sort_date__year", "password__startswith", "nonsense"]
    for spec in admin.site._registry[model].get_list_filter(desk.get(page).wsgi_request):
        path = spec[0] if isinstance(spec, tuple) else spec
        if isinstance(path, str):
            wild += [
                path,
                f"{path}__exact",
                f"{path}__id__exact",
                f"{path}__code__exact",
                f"{path}__isnull",
            ]
        else:
            wild.append(path.parameter_name)
    answers = {
        (name, value): desk.get(f"{page}?{name}={raw(value)}").status_code
        for name in wild
        for value in ["[", HUGE, ""]
    }
    assert {key: code for key, code in answers.items() if code not in (200, 302, 400)} == {}


@pytest.mark.parametrize(
    "lookup", ["title__regex", "first_published__year", "record__title", "slug"]
)
def test_a_look_up_that_no_filter_offers_is_refused(desk, lookup):
    assert desk.get(url(Agreement, "changelist"), {lookup: "x"}).status_code == 400


@some
@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_keys_in_addresses(desk, model, page):
    root = url(model, "changelist")
    answers = {value: desk.get(f"{root}{raw(value)}/{page}/").status_code for value in ODD}
    assert {
        value: code for value, code in answers.items() if code not in (302, 400, 403, 404)
    } == {}


@pytest.mark.parametrize("value", ["x" * 201, "x" * 60_000, "a " * 30_000], ids=len)
@pytest.mark.parametrize("model", [Record, Organization, Citation], ids=lambda m: m.__name__)
def test_a_search_too_long_finds_nothing_and_says_so(desk, model, value):
    factories.VisitFactory(title="x")
    response = desk.get(url(model, "changelist"), {"q": value})
    assert list(response.context["cl"].result_list) == []
    assert [str(message) for message in response.context["messages"]] == [
        "Search for at most 200 characters."
    ]


@odd
def test_autocompletion(desk, value):
    address = reverse("admin:autocomplete")
    base = {"app_label": "relations", "model_name": "record", "field_name": "countries"}
    for name in ("term", "page", "app_label", "model_name", "field_name"):
        query = "&".join(f"{key}={raw(part)}" for key, part in {**base, name: value}.items())
        assert desk.get(f"{address}?{query}").status_code in (200, 400, 403, 404)


@pytest.fixture
def whole_form(desk):
    """The form of a published visit with a row of everything, and its address."""
    with unit_of_work():
        visit = factories.VisitFactory(
            title="Visit",
            guest="AZ",
            host="KZ",
            place=factories.PlaceFactory(),
            topics=[factories.TopicFactory()],
            countries=["AZ", "KZ"],
        )
        factories.ParticipationFactory(record=visit)
        factories.RecordLinkFactory(source=visit, target=factories.MilestoneFactory())
    page = url(Visit, "change", visit.pk)
    return page, {**form_of(desk.get(page), Visit), "reason": "mischief"}


@pytest.mark.slow(
    "The form with a row of everything is sent eight times, with the value in another field."
)
@odd
def test_values_in_a_form(desk, whole_form, value):
    page, form = whole_form
    typed = value.replace("\ud800", "\ufffd")  # a browser sends no half of a pair
    texts = ["title", "summary", "slug", "ordinal", "reason", "citations-0-note", "links-0-note"]
    sent = [{**form, name: typed} for name in texts]
    management = ("_FORMS", "csrfmiddlewaretoken")
    sent.append({name: old if name.endswith(management) else typed for name, old in form.items()})
    answers = [desk.post(page, data).status_code for data in sent]
    assert set(answers) <= {200, 302}
    assert Record.objects.published().count() == 2


@pytest.mark.parametrize(
    "value",
    [
        "[" + ",".join(["1993"] * 5000) + "]",
        "{1993..2000}",
        "1993/..",
        "Y17E8",
        "2005-05-24T10:00",
        "\0",
        "199\0",
        "١٩٩٣",
        "1993–1994",
    ],
)
def test_dates_in_a_form(desk, whole_form, value):
    page, form = whole_form
    response = desk.post(page, {**form, "date": value})
    assert list(errors_of(response)) == ["date"]
    assert Visit.objects.get().date == "2005-05-24"


@pytest.mark.parametrize("key", [HUGE, "-5", "abc", "\0", "9223372036854775807", "1.5", "[]"])
@pytest.mark.parametrize("field", ["topics", "countries", "organizations", "projects"])
def test_keys_of_links(desk, whole_form, field, key):
    page, form = whole_form
    response = desk.post(page, {**form, field: [key]})
    assert response.status_code == 200
    assert list(errors_of(response)) == [field]


@pytest.mark.parametrize("key", [HUGE, "-5", "abc", "\0", "9223372036854775807"])
@pytest.mark.parametrize(
    "field", ["place", "guest", "body", "citations-0-source", "links-0-target"]
)
def test_keys_of_single_links(desk, whole_form, field, key):
    page, form = whole_form
    response = desk.post(page, {**form, field: key})
    assert list(errors_of(response)) == [field]


@pytest.mark.slow("A form with as many rows as are ever read.")
@pytest.mark.parametrize("total", ["-1", "abc", HUGE, "", "5000"])
def test_a_tampered_count_of_rows(desk, whole_form, total):
    page, form = whole_form
    response = desk.post(page, {**form, "citations-TOTAL_FORMS": total})
    assert response.status_code == 200
    formsets = [inline.formset for inline in response.context["inline_admin_formsets"]]
    assert max(len(formset.forms) for formset in formsets) <= 250
    assert Visit.objects.get().citations.count() == 1


@pytest.mark.parametrize("model", [Topic, Source, Relation, Country], ids=lambda m: m.__name__)
@odd
def test_values_in_small_forms(desk, model, value):
    typed = value.replace("\ud800", "\ufffd")
    form = form_of(desk.get(url(model, "add")), model)
    response = desk.post(url(model, "add"), dict.fromkeys(form, typed))
    assert response.status_code in (200, 302, 400)


def test_html_is_shown_as_typed(desk):
    evil = "<script>alert(1)</script>"
    visit = factories.VisitFactory(title=evil, summary=evil)
    factories.CitationFactory(
        record=visit, note=evil, as_written=evil, source=factories.SourceFactory(title=evil)
    )
    organization = factories.OrganizationFactory(name=evil)
    pages = [
        url(Visit, "changelist"),
        url(Visit, "change", visit.pk),
        url(Visit, "history", visit.pk),
        url(Record, "changelist"),
        url(Citation, "changelist"),
        url(Source, "changelist"),
        url(Organization, "change", organization.pk),
        "/admin/",
    ]
    for page in pages:
        assert evil not in desk.get(page).content.decode(), page


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//example.org", "ftp://example.org/"]
)
def test_only_web_addresses_are_taken(desk, address):
    form = form_of(desk.get(url(Source, "add")), Source)
    data = {**form, "title": "S", "kind": "news", "url": address}
    assert list(errors_of(desk.post(url(Source, "add"), data))) == ["url"]

"""Beside each field stands what its citations say of it: as stored, and as it is typed."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils.html import strip_tags

from agreements.models import Agreement
from relations.models import Change, Citation, Indicator, Milestone, TradeFigure, Visit
from relations.work import unit_of_work
from tests import factories
from tests.relations.admin.forms import errors_of, form_of, url

SAID = re.compile(r'data-said="(\w+)" aria-live="polite">(.*?)</span>(?=</div>)', re.DOTALL)
FACTORIES = {
    Agreement: factories.AgreementFactory,
    Indicator: factories.IndicatorFactory,
    Milestone: factories.MilestoneFactory,
    TradeFigure: factories.TradeFigureFactory,
    Visit: factories.VisitFactory,
}


def words(html: str) -> str:
    return " ".join(strip_tags(html.replace("</span>", "</span> ")).split())


def beside(page) -> dict[str, str]:
    """What stands beside the fields of a form, where anything does."""
    found = {name: words(html) for name, html in SAID.findall(page.content.decode())}
    return {name: text for name, text in found.items() if text}


@pytest.fixture
def visit(desk):
    """In March 2004 by the Gazette, in May by the Herald."""
    with unit_of_work():
        visit = factories.VisitFactory(
            date="2004-03",
            countries=["AZ", "KZ"],
            guest="KZ",
            stage="draft",
            source=factories.SourceFactory(publisher="Gazette"),
        )
        factories.CitationFactory(
            record=visit,
            source=factories.SourceFactory(publisher="Herald"),
            field="date",
            value="2004-05",
            locator="7,9-11",
        )
    return visit


@pytest.fixture
def typed(desk, visit):
    """What the form of the visit would send."""
    return form_of(desk.get(url(Visit, "change", visit.pk)), Visit)


def judge(desk, data, *key, model=Visit):
    name = "verdicts" if key else "verdicts_of_new"
    answer = desk.post(url(model, name, *key), data)
    assert answer.status_code == 200
    found = answer.json()
    fields = {name: words(html) for name, html in found["fields"].items() if html}
    return fields, {prefix: words(html) for prefix, html in found["rows"].items()}


def test_what_is_stored_stands_there_without_a_script(desk, visit):
    page = desk.get(url(Visit, "change", visit.pk))
    assert beside(page) == {
        "date": "supports Gazette, paragraph 1 contradicts May 2004 Herald, paragraphs 7 and 9–11 "
        "Sources disagree. Decide: date"
    }
    assert f'<a href="/admin/contested/?record={visit.pk}">Decide' in page.content.decode()


def test_what_is_typed_is_judged_and_nothing_is_stored(desk, visit, typed):
    number, before = Change.objects.count(), list(Citation.objects.values())
    fields, rows = judge(desk, {**typed, "date": "May 2004"}, visit.pk)
    assert fields["date"].startswith(
        "supports Herald, paragraphs 7 and 9–11 contradicts March 2004 Gazette, paragraph 1"
    )
    assert rows == {"citations-0": "contradicts", "citations-1": "supports"}
    fields, rows = judge(desk, {**typed, "citations-1-value": "16.03.2004"}, visit.pk)
    assert fields["date"] == (
        "supports Gazette, paragraph 1 more exact 16 March 2004 Herald, paragraphs 7 and 9–11"
    )
    visit.refresh_from_db()
    assert (visit.date, Change.objects.count()) == ("2004-03", number)
    assert list(Citation.objects.values()) == before


def test_a_row_that_is_added_or_taken_off_counts_so(desk, visit, typed):
    fields, rows = judge(desk, {**typed, "citations-1-DELETE": "on"}, visit.pk)
    assert (fields["date"], rows) == (
        "supports Gazette, paragraph 1",
        {"citations-0": "supports"},
    )
    added = {"citations-TOTAL_FORMS": "3", "citations-2-field": "guest", "citations-2-value": "AZ"}
    fields, rows = judge(desk, {**typed, **added}, visit.pk)
    # Which source says so has yet to be chosen.
    assert fields["guest"].startswith("contradicts Azerbaijan no source yet")
    assert rows["citations-2"] == "contradicts"


def test_what_cannot_be_read_is_not_judged(desk, visit, typed):
    fields, rows = judge(desk, {**typed, "date": "the day after"}, visit.pk)
    assert "date" not in fields
    assert set(rows.values()) == {"Judged when the field of the record can be read."}
    fields, rows = judge(desk, {**typed, "citations-1-value": "May or so"}, visit.pk)
    assert fields["date"] == "supports Gazette, paragraph 1"
    assert rows["citations-1"].startswith("“so” is not a word that can stand in a date")
    fields, rows = judge(desk, {**typed, "citations-1-locator": "page five"}, visit.pk)
    assert "contradicts May 2004 Herald Sources disagree." in fields["date"]


def test_links_and_parts_are_judged_as_they_are_typed(desk, visit, typed):
    person = factories.PersonFactory(slug="a-guest", name="A Guest")
    factories.country("TR")
    added = {
        **typed,
        "countries": ["AZ"],
        "host": "TR",
        "participations-TOTAL_FORMS": "1",
        "participations-0-person": person.pk,
        "participations-0-role": "guest",
        "participations-0-office": "President",
        "citations-TOTAL_FORMS": "6",
    }
    for row, (field, value) in enumerate(
        [("countries", "TR"), ("countries", "AZ"), ("people", "a-guest"), ("offices", "president")],
        start=2,
    ):
        added |= {f"citations-{row}-field": field, f"citations-{row}-value": value}
    fields, rows = judge(desk, added, visit.pk)
    # A host takes part.
    assert [rows[f"citations-{row}"] for row in range(2, 6)] == ["supports"] * 4
    assert "Türkiye" in fields["countries"]
    _fields, rows = judge(desk, {**added, "host": "", "participations-0-DELETE": "on"}, visit.pk)
    assert [rows[f"citations-{row}"] for row in range(2, 6)] == [
        "another reading",
        "supports",
        "another reading",
        "another reading",
    ]


@pytest.mark.parametrize("model", FACTORIES)
def test_of_every_kind_what_is_new_is_judged_too(desk, model):
    factories.country("AZ")
    form = form_of(desk.get(url(model, "add")), model)
    data = {
        **form,
        "date": "1993",
        "countries": ["AZ"],
        "citations-0-field": "date",
        "citations-0-value": "in 1993",
    }
    fields, rows = judge(desk, {**data, "citations-0-value": "Feb 1993"}, model=model)
    assert fields == {"date": "more exact February 1993 no source yet"}
    assert rows == {"citations-0": "more exact"}
    data |= {"citations-0-field": "countries", "citations-0-value": "AZ"}
    assert judge(desk, data, model=model)[1] == {"citations-0": "supports"}


@pytest.mark.parametrize("model", FACTORIES)
def test_what_is_typed_as_it_is_stored_is_judged_as_it_is_stored(desk, model):
    record = FACTORIES[model](stage="draft", place=factories.PlaceFactory(slug="baku"))
    given = {"place": "baku", "outcome": "planned", "title": "Otherwise"}
    if "value" in model.citable:
        given |= {"value": "1000 people", "nature": "actual"}
    if "instrument" in model.citable:
        given["instrument"] = "treaty"
    for field, value in given.items():
        factories.CitationFactory(record=record, field=field, value=value)
    page = desk.get(url(model, "change", record.pk))
    fields, rows = judge(desk, form_of(page, model), record.pk, model=model)
    assert fields == beside(page)
    assert len(fields) == len(given) + 1
    stored = Citation.objects.filter(record=record.pk)
    assert list(rows.values()) == [one.get_verdict_display() for one in stored]


def test_a_claim_that_was_set_aside_counts_for_nothing(desk, visit, typed):
    fields, rows = judge(desk, {**typed, "citations-1-set_aside": "A misprint."}, visit.pk)
    assert fields["date"] == (
        "supports Gazette, paragraph 1 "
        "contradicts May 2004 Herald, paragraphs 7 and 9–11 · set aside: A misprint."
    )
    assert rows["citations-1"] == "contradicts (set aside)"
    desk.post(url(Visit, "change", visit.pk), {**typed, "citations-1-set_aside": "A misprint."})
    visit.refresh_from_db()
    assert (visit.evidence, Citation.objects.get(value="2004-05").set_aside) == (
        "single",
        "A misprint.",
    )


def test_what_was_refused_is_shown_as_it_was_typed(desk, visit, typed):
    data = {**typed, "title": "", "date": "May 2004"}
    page = desk.post(url(Visit, "change", visit.pk), data)
    assert errors_of(page) == {"title": ["This field is required."]}
    assert beside(page)["date"].startswith("supports Herald")
    new = {**form_of(desk.get(url(Visit, "add")), Visit), **data, "citations-INITIAL_FORMS": "0"}
    page = desk.post(url(Visit, "add"), {k: v for k, v in new.items() if not k.endswith("-id")})
    assert beside(page)["date"].startswith("supports Herald")


def test_a_date_is_cited_as_it_is_said(desk, visit, typed):
    page = url(Visit, "change", visit.pk)
    assert desk.post(page, {**typed, "citations-1-value": "H1 2004"}).status_code == 302
    citation = Citation.objects.get(locator="7,9-11")
    assert citation.value == "2004-40"
    page = url(Citation, "change", citation.pk)
    form = form_of(desk.get(page), Citation)
    answer = desk.post(page, {**form, "value": "about 2004"})
    assert answer.status_code == 302
    citation.refresh_from_db()
    assert citation.value == "2004~"
    answer = desk.post(page, {**form_of(desk.get(page), Citation), "value": "03/04/2004"})
    assert errors_of(answer)["value"][0].startswith("In “03/04/2004” day and month")


def test_html_is_text(desk, visit, typed):
    typed |= {"citations-1-field": "title", "citations-1-value": "<b>x</b>"}
    answer = desk.post(url(Visit, "verdicts", visit.pk), typed)
    assert "&lt;b&gt;x" in answer.json()["fields"]["title"]
    assert "<b>" not in answer.json()["fields"]["title"]


def test_only_who_may_alter_the_record_asks(visit, typed, settings):
    user = User.objects.create_user("a writer", is_staff=True)
    client = Client()
    page = url(Visit, "verdicts", visit.pk)
    assert client.post(page, typed).url.startswith("/admin/login/")
    client.force_login(user)
    assert client.post(page, typed).status_code == 403
    assert client.post(url(Visit, "verdicts_of_new"), typed).status_code == 403
    user.groups.set(Group.objects.filter(name="Editor"))
    client.force_login(User.objects.get(pk=user.pk))
    assert client.post(page, typed).status_code == 200
    visit.stage = "published"
    visit.save()
    assert client.post(page, typed).status_code == 403
    assert client.get(page).status_code == 405


@pytest.mark.parametrize("data", [{}, {"citations-TOTAL_FORMS": "x"}, {"date": "\0"}])
def test_what_is_no_form_is_no_error(desk, visit, data):
    assert desk.post(url(Visit, "verdicts", visit.pk), data).status_code == 200
    assert desk.post(url(Visit, "verdicts_of_new"), data).status_code == 200
    assert desk.post("/admin/relations/visit/999999/verdicts/", data).status_code == 404


def test_to_judge_a_citation_costs_its_keys(desk, visit, django_assert_num_queries):
    source = factories.SourceFactory()

    def ask():
        form = form_of(desk.get(url(Visit, "change", visit.pk)), Visit)
        return lambda: judge(desk, form, visit.pk)

    for _ in range(2):
        factories.CitationFactory(record=visit, source=source, field="date", value="2004")
    few = ask()
    few()
    with django_assert_num_queries(QUERIES + 3 * 4):
        few()
    with unit_of_work():
        for _ in range(20):
            factories.CitationFactory(record=visit, source=source, field="date", value="2004")
    many = ask()
    with django_assert_num_queries(QUERIES + 3 * 24):
        many()


# Three more for each citation, which Django looks up by its key, and its source twice.
QUERIES = 15


def test_each_kind_has_what_it_is_judged_by():
    for model in FACTORIES:
        media = "".join(admin.site.get_model_admin(model).media.render_js())
        assert "admin-entente/verdicts.js" in media

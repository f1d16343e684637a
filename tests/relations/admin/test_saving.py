"""What a save in the admin stores, and what it refuses with nothing lost."""

import pytest

from relations.models import (
    Change,
    Citation,
    Country,
    Entry,
    FormerAddress,
    Organization,
    Record,
    Source,
    Topic,
    Visit,
)
from tests import factories
from tests.relations.admin.forms import errors_of, form_of, url

ONE_NEEDED = (
    "To be published, this needs at least one citation with a locator: "
    "add one below, or save it as a draft."
)


NO_SUCH_MONTH = (
    "“1993-13” has no such month: after the year comes 01 to 12 (a month), 21 to 24 (spring to winter) "
    "or 40 or 41 (a half-year), for example 2008-09 or 2025-40."
)


def citation(number: int = 0, *, source: Source, **values) -> dict:
    """What a browser sends for one citation row."""
    row = {
        "source": source.pk,
        "locator_kind": "paragraph",
        "locator": "55",
        "field": "",
        "value": "",
        "as_written": "",
        "basis": "stated",
        "rule": "",
        "attributed_to": "",
        "note": "",
        **values,
    }
    return {f"citations-{number}-{name}": value for name, value in row.items()}


@pytest.fixture
def source(db):
    return factories.SourceFactory(title="Journal article")


@pytest.fixture
def new_visit(desk, db):
    """What a browser would send of the empty form of a visit, with what a draft needs at least."""
    for code in ("AZ", "KZ"):
        factories.country(code)
    form = form_of(desk.get(url(Visit, "add")), Visit)
    return {
        **form,
        "title": "State visit to Baku",
        "date": "2005-05-24",
        "citations-TOTAL_FORMS": "0",
    }


def test_a_draft_needs_a_title_and_a_date(desk, new_visit):
    response = desk.post(url(Visit, "add"), new_visit)
    visit = Visit.objects.get()
    assert response.url == url(Visit, "changelist")
    assert (visit.title, visit.date, visit.stage) == ("State visit to Baku", "2005-05-24", "draft")
    assert (visit.slug, visit.type, visit.kind) == ("state-visit-to-baku-2005", "unknown", "visit")
    # Nothing public was altered.
    assert not Change.objects.filter(items__0__key=visit.slug).exists()


def test_publishing_writes_everything_that_follows(desk, editor, source, new_visit):
    relation = factories.RelationFactory()
    before = Change.objects.count()
    data = {
        **new_visit,
        "stage": "published",
        "guest": "KZ",
        "host": "AZ",
        "reason": "From the journal article",
        "citations-TOTAL_FORMS": "1",
        **citation(source=source, field="date", value="2005-05-24", as_written="24 May 2005"),
    }
    response = desk.post(url(Visit, "add"), data)
    assert response.status_code == 302
    visit = Visit.objects.get()
    assert visit.sort_date.isoformat() == "2005-05-24"
    assert sorted(visit.countries.values_list("pk", flat=True)) == ["AZ", "KZ"]
    assert visit.first_published is not None
    assert visit.evidence == "single"
    assert visit.citations.get().verdict == "supports"
    assert list(Entry.objects.values_list("relation", "record")) == [(relation.pk, visit.pk)]
    assert [row.pk for row in Record.objects.search("baku").results()] == [visit.pk]
    assert Change.objects.count() == before + 1
    change = Change.objects.latest("number")
    assert (change.user, change.reason) == (editor, "From the journal article")
    assert change.items == [
        {"model": "relations.record", "key": visit.slug, "action": "published", "fields": {}}
    ]
    assert visit.change == change.number


@pytest.mark.parametrize("rows", [0, 1])
def test_publishing_without_a_located_citation_is_refused_and_nothing_is_lost(
    desk, source, new_visit, rows
):
    data = {
        **new_visit,
        "stage": "published",
        "summary": "The first in ten years.",
        "guest": "KZ",
        "host": "AZ",
        "citations-TOTAL_FORMS": str(rows),
        **(citation(source=source, locator="", note="said on the radio") if rows else {}),
    }
    response = desk.post(url(Visit, "add"), data)
    assert response.status_code == 200
    assert errors_of(response) == {
        "stage": [ONE_NEEDED],
        "citations": ["None of these citations has a locator, and the record is published."],
    }
    assert not Record.objects.exists()
    shown = form_of(response, Visit)
    names = ["title", "date", "stage", "summary", "guest", "host"]
    names += ["citations-0-source", "citations-0-note"] if rows else []
    assert {name: shown[name] for name in names} == {name: str(data[name]) for name in names}


def test_a_post_without_the_citations_publishes_nothing(desk, new_visit):
    """Crafted: the form's own rows left out, or said to be none."""
    data = {name: value for name, value in new_visit.items() if not name.startswith("citations-")}
    response = desk.post(url(Visit, "add"), {**data, "stage": "published"})
    assert response.status_code == 200
    assert not Record.objects.exists()


def test_the_data_layer_has_the_last_word(desk, source, new_visit, monkeypatch):
    """Were the desk's own check to miss something, the refusal still comes as an error of the form."""
    monkeypatch.setattr(Visit, "needed_to_publish", classmethod(lambda cls, state: {}))
    response = desk.post(url(Visit, "add"), {**new_visit, "stage": "published"})
    assert errors_of(response) == {
        "stage": [
            "“State visit to Baku” is published and needs at least one citation with a locator."
        ]
    }
    assert [str(message) for message in response.context["messages"]] == []
    assert not Record.objects.exists()
    assert form_of(response, Visit)["title"] == "State visit to Baku"


def test_the_last_citation_of_a_published_record_stays(desk):
    visit = factories.VisitFactory(title="Visit")
    page = url(Visit, "change", visit.pk)
    data = {**form_of(desk.get(page), Visit), "reason": "tidying", "citations-0-DELETE": "on"}
    response = desk.post(page, data)
    assert errors_of(response) == {
        "stage": [ONE_NEEDED],
        "citations": ["None of these citations has a locator, and the record is published."],
    }
    assert visit.citations.count() == 1
    response = desk.post(page, {**data, "citations-0-DELETE": "", "citations-0-locator": ""})
    assert errors_of(response)["stage"] == [ONE_NEEDED]
    assert visit.citations.get().locator == "1"


def test_a_published_record_is_not_altered_without_a_reason(desk, editor):
    visit = factories.VisitFactory(title="Visit")
    page = url(Visit, "change", visit.pk)
    data = {**form_of(desk.get(page), Visit), "title": "Official visit"}
    response = desk.post(page, data)
    assert errors_of(response) == {"reason": ["This field is required."]}
    assert Visit.objects.get().title == "Visit"
    assert desk.post(page, {**data, "reason": "As the ministry calls it"}).status_code == 302
    assert Visit.objects.get().title == "Official visit"
    change = Change.objects.latest("number")
    assert (change.user, change.reason) == (editor, "As the ministry calls it")
    assert change.items[0]["fields"] == {"title": ["Visit", "Official visit"]}


def test_a_published_record_goes_back_to_no_draft(desk):
    visit = factories.VisitFactory()
    page = url(Visit, "change", visit.pk)
    data = {**form_of(desk.get(page), Visit), "reason": "oops", "stage": "draft"}
    assert errors_of(desk.post(page, data)) == {
        "stage": ["A record that was published stays published or is withdrawn."]
    }
    assert desk.post(page, {**data, "stage": "withdrawn"}).status_code == 302
    assert Visit.objects.get().stage == "withdrawn"


def test_what_was_published_is_never_deleted(desk):
    visit = factories.VisitFactory()
    page = url(Visit, "delete", visit.pk)
    assert desk.get(page).status_code == 403
    assert desk.post(page, {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [visit.pk], "post": "yes"}
    desk.post(url(Visit, "changelist"), bulk)
    desk.post(url(Record, "changelist"), bulk)
    assert Visit.objects.get() == visit
    assert 'class="deletelink"' not in desk.get(url(Visit, "change", visit.pk)).content.decode()


def test_a_draft_is_deleted_with_all_that_is_its_own(desk):
    visit = factories.VisitFactory(stage="draft")
    page = url(Visit, "delete", visit.pk)
    assert desk.post(page, form_of(desk.get(page), Visit)).status_code == 302
    assert not Record.objects.exists()
    assert not Citation.objects.exists()


@pytest.mark.parametrize("model", [Topic, Organization, Country], ids=lambda model: model.__name__)
def test_what_a_record_links_to_is_not_deleted(desk, model):
    linked = {
        Topic: lambda: factories.TopicFactory(name="Energy"),
        Organization: lambda: factories.OrganizationFactory(name="A bank"),
        Country: lambda: factories.country("AZ"),
    }[model]()
    field = {Topic: "topics", Organization: "organizations", Country: "countries"}[model]
    factories.VisitFactory(title="A visit", **{field: [linked]})
    page = url(model, "delete", linked.pk)
    response = desk.get(page)
    assert [str(name) for name in response.context["protected"]] == ["A visit"]
    assert desk.post(page, {"post": "yes"}).status_code == 200
    assert model.objects.get(pk=linked.pk) == linked


def test_a_changed_address_redirects(desk):
    visit = factories.VisitFactory(slug="first-2005")
    page = url(Visit, "change", visit.pk)
    data = {**form_of(desk.get(page), Visit), "reason": "Clearer", "slug": "second-2005"}
    assert desk.post(page, data).status_code == 302
    assert list(FormerAddress.objects.values_list("slug", "target")) == [("first-2005", visit.pk)]


@pytest.mark.parametrize(
    ("title", "date", "slug"),
    [
        ("Strategic partnership", "2005-05-24", "strategic-partnership-2005"),
        ("The 1996 Caspian statement", "1996-09-16", "the-1996-caspian-statement"),
        ("Either year", "[1993-02-24,1994-12-24]", "either-year"),
        ("Договор", "2005", "visit-2005"),
        ("word " * 50, "2005", "-".join(["word"] * 23) + "-2005"),
        ("Taken", "2005", "taken-2005-2"),
        ("Former", "2005", "former-2005-2"),
    ],
)
def test_an_address_left_empty_is_made_of_the_title_and_the_year(
    desk, new_visit, title, date, slug
):
    factories.MilestoneFactory(slug="taken-2005")
    former = factories.MilestoneFactory(slug="former-2005")
    former.slug = "renamed-2005"
    former.save()
    desk.post(url(Visit, "add"), {**new_visit, "title": title, "date": date})
    assert Visit.objects.get().slug == slug


def test_a_date_is_read_back_on_the_form(desk):
    visit = factories.VisitFactory(date="[1993-02-24,1993-12-24]")
    page = desk.get(url(Visit, "change", visit.pk)).content.decode()
    assert (
        '<span class="desk-reads">Reads: 24 February or 24 December 1993. '
        "Sorts: 1993-02-24, ends 1993-12-24.</span>"
    ) in page
    assert "2025-40 (first half)" in page


@pytest.mark.parametrize("date", ["2023-02-30", "1972-06-31?", "yesterday", "[" + "1993," * 5000])
def test_a_bad_date_is_refused_with_an_example(desk, new_visit, date):
    response = desk.post(url(Visit, "add"), {**new_visit, "date": date})
    assert list(errors_of(response)) == ["date"]
    assert form_of(response, Visit)["date"] == date
    assert not Record.objects.exists()


def test_citations_assert_only_what_the_kind_has(desk, source, new_visit):
    inlines = desk.get(url(Visit, "add")).context["inline_admin_formsets"]
    citations = next(inline.formset for inline in inlines if inline.formset.prefix == "citations")
    choices = dict(citations.forms[0].fields["field"].choices)
    assert sorted(name for name in choices if name) == sorted(Visit.citable)
    data = {
        **new_visit,
        "citations-TOTAL_FORMS": "1",
        **citation(source=source, field="instrument", value="treaty"),
    }
    assert errors_of(desk.post(url(Visit, "add"), data)) == {
        "citations-0-field": [
            "Select a valid choice. instrument is not one of the available choices."
        ]
    }


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("date", "", "Say what the passage gives as the value."),
        ("type", "royal", f"“royal” is not one of {', '.join(Visit.Type.values)}."),
        ("guest", "Kazakhstan", "“Kazakhstan” is not the code of a country on record, such as AZ."),
        ("countries", "XX", "“XX” is not the code of a country on record, such as AZ."),
        (
            "ordinal",
            "second",
            "Write a plain number and its unit, for example 331700000 USD, or a number alone.",
        ),
        ("date", "1993-13", NO_SUCH_MONTH),
    ],
)
def test_a_cited_value_is_one_the_field_could_hold(desk, source, new_visit, field, value, sentence):
    data = {
        **new_visit,
        "citations-TOTAL_FORMS": "1",
        **citation(source=source, field=field, value=value),
    }
    assert errors_of(desk.post(url(Visit, "add"), data)) == {"citations-0-value": [sentence]}


def test_a_contradiction_is_shown_on_the_form(desk, source):
    visit = factories.VisitFactory(date="1996-09-16")
    factories.CitationFactory(record=visit, source=source, field="date", value="1997")
    page = desk.get(url(Visit, "change", visit.pk)).content.decode()
    assert '<span class="desk-verdict desk-contradicts">contradicts</span>' in page
    assert '<span class="desk-evidence desk-conflict">sources disagree</span>' in page


def test_a_citation_is_added_on_its_own_page(desk, source):
    visit = factories.VisitFactory()
    form = form_of(desk.get(url(Citation, "add")), Citation)
    data = {**form, "record": visit.pk, "source": source.pk, "locator": "7", "reason": "One more"}
    assert (
        desk.post(url(Citation, "add"), {**data, "field": "type", "value": "royal"}).status_code
        == 200
    )
    assert desk.post(url(Citation, "add"), data).status_code == 302
    assert visit.citations.count() == 2
    assert Change.objects.latest("number").reason == "One more"


def test_a_citation_on_its_own_page_keeps_the_rule_too(desk):
    only = factories.VisitFactory(title="Visit").citations.get()
    page = url(Citation, "change", only.pk)
    data = {**form_of(desk.get(page), Citation), "locator": "", "reason": "lost the page"}
    assert errors_of(desk.post(page, data)) == {
        "__all__": ["“Visit” is published and needs at least one citation with a locator."]
    }
    assert desk.post(url(Citation, "delete", only.pk), {"post": "yes"}).status_code == 403
    assert Citation.objects.get().locator == "1"


def test_a_row_of_another_record_is_not_altered(desk):
    """Crafted: the key of another record's citation in this record's form."""
    mine, other = factories.VisitFactory(), factories.VisitFactory()
    page = url(Visit, "change", mine.pk)
    data = {
        **form_of(desk.get(page), Visit),
        "reason": "why not",
        "citations-0-id": other.citations.get().pk,
        "citations-0-locator": "99",
    }
    desk.post(page, data)
    assert list(Citation.objects.values_list("locator", flat=True)) == ["1", "1"]

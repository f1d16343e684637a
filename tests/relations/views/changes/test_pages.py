import feedparser
import pytest

from relations.history import changes
from relations.models import Change, ChangedSubject, Citation, Name, RecordLink
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    OrganizationFactory,
    SourceFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


def differences(article):
    return [
        [cell.text for cell in row.every("th") + row.every("td")]
        for row in article.one("tbody").every("tr")
    ]


@pytest.fixture
def pact():
    return AgreementFactory(slug="pact-1996", title="Pact", date="1996", source=SourceFactory())


def test_old_and_new_value_and_why(get, pact):
    with unit_of_work(reason="The second passage gives the day."):
        pact.date = "1996-09-16"
        pact.save()
        pact.citations.get().delete()
        CitationFactory(
            record=pact,
            source=SourceFactory(slug="paper"),
            locator="9",
            field="date",
            value="1996-09-16",
            uid="b",
        )
    page = get("/changes/")
    newest = page.every("article", class_="change")[0]
    assert newest.one("p", class_="change-why").text == "Why: The second passage gives the day."
    assert newest.one("ul").every("p")[0].text == "Agreement Pact changed"
    said = differences(newest)
    assert ["date", "1996", "16 September 1996"] in said
    assert [
        "citation",
        "nothing",
        "source: paper; counted in: paragraph; locator: 9; field: date; value: 1996-09-16; basis: stated",
    ] in said
    assert len(said) == 3


def test_a_record_has_its_own_list_through_every_address(get, pact):
    other = AgreementFactory(slug="other", title="Other")
    with unit_of_work():
        for record in (pact, other):
            record.summary = "More is known."
            record.save()
    pact.slug = "pact-of-1996"
    pact.save()
    page = get("/changes/?record=pact-of-1996")
    assert page.one("h1").text == "Pact"
    assert [
        [item.text for item in article.one("ul").every("p")]
        for article in page.every("article", class_="change")
    ] == [
        ["Agreement Pact moved to another address"],
        ["Agreement Pact changed"],
        ["Agreement Pact published"],
    ]
    assert "More is known." in page.text
    assert "Other" not in page.one("main").text
    assert get("/changes/?record=nothing", status=400).one("section", class_="problems")


def test_drafts_and_what_was_withdrawn_show_no_values(get, pact):
    AgreementFactory(slug="secret", title="Secret plan", stage="draft")
    gone = VisitFactory(slug="gone", title="Gone visit", summary="Old words")
    with unit_of_work():
        gone.summary = "Newer words"
        gone.save()
    with unit_of_work(reason="Recorded twice."):
        gone.stage = "withdrawn"
        gone.save()
    again = VisitFactory(slug="again", title="Taken back")
    again.stage = "draft"
    again.save()
    text = get("/changes/").one("main").text
    assert "Gone visit withdrawn" in text
    assert "Recorded twice." in text
    for hidden in ("words", "Secret", "secret", "Taken back", "again"):
        assert hidden not in text
    get("/changes/?record=secret", status=400)
    assert "secret" not in get("/changes/?record=secre", status=400).one("main").text
    assert get("/changes/?record=gone").one("h1").text == "Gone visit"


def test_a_link_to_a_draft_does_not_tell_of_it(get, pact):
    draft = AgreementFactory(slug="secret", stage="draft")
    shown = AgreementFactory(slug="shown")
    with unit_of_work():
        for target in (draft, shown):
            RecordLink.objects.create(
                source=pact.record_ptr, target=target.record_ptr, type="amends"
            )
    text = get("/changes/?record=pact-1996").one("main").text
    assert "other record: shown" in text
    assert "secret" not in text


def test_reprocessing_is_no_change(get, pact):
    before = changes.latest()
    with unit_of_work(substantive=False):
        pact.summary = "Reworded by a program."
        pact.save()
    assert changes.latest() == before + 1
    assert "Reworded" not in get("/changes/").text
    get(f"/changes/{before + 1}/", status=404)
    get(f"/changes/{before}/")
    get("/changes/99999999999999999999999/", status=404)


def test_a_large_change_is_cut_and_whole_on_its_own_page(get):
    with unit_of_work(reason="Import"):
        for number in range(25):
            AgreementFactory(title=f"Pact {number:02}", source=SourceFactory(slug=f"s{number}"))
    newest = get("/changes/").every("article", class_="change")[0]
    assert len(newest.one("ul", class_="change-items").every("li")) == 20
    number = changes.latest()
    whole = get(f"/changes/{number}/")
    items = len(Change.objects.get(pk=number).items)
    assert len(whole.one("ul", class_="change-items").every("li")) == items
    assert f"and {items - 20} more" in newest.text


def test_entities_are_logged_too_and_text_is_escaped(client):
    body = OrganizationFactory(name="Council")
    with unit_of_work():
        Name.objects.create(entity=body.entity_ptr, text="<b>Old</b> name", language="en")
    html = client.get("/changes/", secure=True).content.decode()
    assert "&lt;b&gt;Old&lt;/b&gt; name" in html
    assert "<b>Old</b>" not in html


def test_the_feed_reads_as_the_page_does(client, get, pact):
    with unit_of_work(reason="Why & <wherefore>"):
        pact.title = "Pact <of> friendship"
        pact.save()
    response = client.get("/changes/changes.atom", secure=True)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(response.content)
    assert feed.bozo == 0
    listed = get("/changes/").every("article", class_="change")
    assert len(feed.entries) == len(listed) == changes.latest()
    newest = feed.entries[0]
    assert newest.title == "Pact <of> friendship: changed"
    assert newest.link == f"https://entente.example/changes/{changes.latest()}/"
    assert "Why &amp; &lt;wherefore&gt;" in newest.summary
    one = feedparser.parse(
        client.get("/changes/changes.atom?record=pact-1996", secure=True).content
    )
    assert [entry.title for entry in one.entries] == [
        "Pact <of> friendship: changed",
        "Pact <of> friendship: published",
    ]
    assert client.get("/changes/changes.atom?recor=x", secure=True).status_code == 400


def test_pages_go_on_without_end(get, pact):
    for number in range(25):
        pact.summary = f"Version {number}"
        pact.save()
    page = get("/changes/")
    assert page.one("p", class_="standing").text == f"{changes.latest()} changes"
    assert "Version 24" in page.text
    older = get("/changes/" + page.one("a", rel="next").attributes["href"])
    assert "Version 0" in older.text
    get("/changes/?cursor=x", status=400)
    get("/changes/?page=2", status=400)


def test_earlier_changes_are_indexed_when_the_table_is_made(pact):
    from importlib import import_module

    from django.apps import apps

    expected = set(ChangedSubject.objects.values_list("change", "model", "subject", "position"))
    ChangedSubject.objects.all().delete()
    module = import_module("relations.migrations.0002_changed_subjects_and_reports")
    module.index_earlier_changes(apps, None)
    found = set(ChangedSubject.objects.values_list("change", "model", "subject", "position"))
    assert found == expected


@pytest.mark.parametrize("size", [1, 30])
def test_queries(client, django_assert_num_queries, size):
    with unit_of_work():
        for _number in range(size):
            CitationFactory(
                record=AgreementFactory(), source=SourceFactory(), field="title", value="x"
            )
    assert Citation.objects.count() == 2 * size
    with django_assert_num_queries(5):
        client.get("/changes/", secure=True)

"""What waits on the first page of the desk, and that each list of it is the list it leads to."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from relations.models import Citation, Record, Report, Visit
from tests import factories
from tests.relations.admin.forms import form_of, url


def waiting(client) -> dict[str, tuple[int, list[str]]]:
    """What the page shows of each list: how many, and the first of them."""
    tasks = client.get("/admin/").context["tasks"]
    return {task.name: (task.count, [row.text for row in task.rows]) for task in tasks}


def member(name: str, *groups: str) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def plain(db, settings):
    settings.SECURE_SSL_REDIRECT = False


@pytest.fixture
def writer(plain):
    return member("a writer", "Editor")


def draft_by(client, title: str, **values):
    page = url(Visit, "add")
    form = {**form_of(client.get(page), Visit), "citations-TOTAL_FORMS": "0"}
    assert client.post(page, {**form, "title": title, "date": "1993", **values}).status_code == 302


def test_an_empty_desk_says_so(writer):
    assert waiting(writer) == dict.fromkeys(
        ("mine", "review", "contested", "single", "locators", "reports", "changes"), (0, [])
    )
    assert writer.get("/admin/").content.decode().count("<p>Nothing.</p>") == 7


def test_each_list_holds_what_it_says(writer):
    factories.country("AZ")
    other = member("another", "Editor")
    draft_by(writer, "Mine")
    draft_by(writer, "Mine, to be reviewed", stage="review")
    draft_by(other, "Another’s", stage="review")
    single = factories.VisitFactory(title="One source", date="1996")
    contested = factories.VisitFactory(title="Contested", date="1997")
    factories.CitationFactory(record=contested, field="date", value="1998", locator="")
    factories.VisitFactory(title="A draft with a conflict", date="1997", stage="draft")
    report = factories.ReportFactory(record=single.record_ptr, problem="fact")
    factories.ReportFactory(record=single.record_ptr, status="spam")
    found = waiting(writer)
    assert found["mine"] == (2, ["Mine, to be reviewed", "Mine"])
    assert found["review"] == (2, ["Another’s", "Mine, to be reviewed"])
    assert found["contested"] == (1, ["Contested"])
    assert found["single"] == (1, ["One source"])
    assert found["locators"] == (1, ["Contested"])
    assert found["reports"] == (1, ["One source"])
    assert found["changes"][0] > 0
    assert writer.get("/admin/").context["tasks"][5].rows[0].url == url(Report, "change", report.pk)


def test_each_list_is_the_one_it_leads_to(writer):
    for number in range(6):
        draft_by(writer, f"Draft {number}", stage="review")
        record = factories.VisitFactory(date="1996")
        factories.ReportFactory(record=record.record_ptr)
        contested = factories.VisitFactory(date="1997")
        factories.CitationFactory(record=contested, field="date", value="1998", locator="")
    page = writer.get("/admin/")
    for task in page.context["tasks"]:
        assert task.count >= 6, task.name
        assert len(task.rows) == 5
        listed = writer.get(task.url)
        assert listed.status_code == 200, task.url
        count = (
            listed.context["page"].paginator.count
            if task.name == "contested"
            else listed.context["cl"].result_count
        )
        assert count == task.count, task.name
        for row in task.rows:
            assert writer.get(row.url).status_code == 200
        assert f'<a href="{task.url.replace("&", "&amp;")}">' in page.content.decode()


def test_who_may_see_nothing_is_shown_nothing(plain):
    assert waiting(member("a guest")) == {}


@pytest.mark.slow("Twenty records from their drafts on, at the desk.")
def test_the_page_costs_the_same_for_one_record_and_for_many(
    desk, django_assert_num_queries, django_assert_max_num_queries
):
    def fill():
        draft_by(desk, f"Draft {Record.objects.count()}", stage="review")
        record = factories.VisitFactory(date="1996")
        factories.ReportFactory(record=record.record_ptr)
        factories.CitationFactory(record=record, field="date", value="1998", locator="")

    fill()
    desk.get("/admin/")
    with django_assert_max_num_queries(25) as one:
        desk.get("/admin/")
    queries = len(one)
    for _ in range(9):
        fill()
    assert Record.objects.count() == 20
    assert Citation.objects.filter(locator="").count() == 10
    with django_assert_num_queries(queries):
        desk.get("/admin/")

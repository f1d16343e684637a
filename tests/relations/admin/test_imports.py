"""Tables at the desk: sent, checked part by part, looked through, stored whole or not at all, by those who may."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from relations.admin.authors import authors
from relations.importing import files, jobs
from relations.importing.files import MEGABYTE
from relations.models import Import, ImportRow, Record, Revision, Visit
from tests.factories import SourceFactory, VisitFactory, country
from tests.relations.admin.forms import url
from tests.relations.admin.test_stages import Desk

GOOD = "title,date,guest,host\nA visit,1996,AZ,KZ\nAnother,March 2004,AZ,KZ\n"
MIXED = GOOD + "Third,2004-13,AZ,KZ\n<b>Fourth</b>,1996,AZ,AZ\nFifth,1996,Texas,KZ\n"


@pytest.fixture(autouse=True)
def _plain(settings, db):
    settings.SECURE_SSL_REDIRECT = False
    for code in ("AZ", "KZ"):
        country(code)


@pytest.fixture
def rita():
    return Desk("rita", "Editor")


def of(job: Import, name: str) -> str:
    return reverse(f"admin:relations_import_{name}", args=[job.pk])


def send(desk: Client, text: str | bytes, name="t.csv", **more):
    data = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile(name, data)
    return desk.post(url(Import, "add"), {"file": file, "kind": "visit", **more})


def sent(desk: Client, text: str, **more) -> Import:
    """A table that was sent and checked to its end."""
    answer = send(desk, text, **more)
    job = Import.objects.order_by("pk").last()
    assert answer["Location"] == url(Import, "change", job.pk)
    while job.state == "checking":
        assert desk.post(of(job, "check"))["Location"] == url(Import, "change", job.pk)
        job.refresh_from_db()
    return job


def outcomes(job: Import) -> list[str]:
    return list(job.results.order_by("number").values_list("outcome", flat=True))


def messages(answer) -> list[str]:
    return [str(one) for one in answer.context["messages"]]


def test_a_table_is_stored_as_drafts_of_whoever_brought_it(rita):
    job = sent(rita, GOOD, source=SourceFactory().pk)
    assert not Record.objects.exists()
    assert (job.state, outcomes(job)) == ("checked", ["new", "new"])
    answer = rita.post(of(job, "store"), follow=True)
    assert messages(answer) == ["2 records were added as drafts, 0 changed."]
    visits = Visit.objects.order_by("date")
    assert [(one.title, one.date, one.stage) for one in visits] == [
        ("A visit", "1996", "draft"),
        ("Another", "2004-03", "draft"),
    ]
    # Their history begins with the import, so that nobody publishes what they brought in themselves.
    assert [authors(one) for one in visits] == [{rita.user.pk}, {rita.user.pk}]
    assert {one.comment for one in Revision.objects.of(visits[0])} == {"Import of t.csv."}
    job.refresh_from_db()
    assert (job.state, bytes(job.table)) == ("stored", b"")


def test_three_bad_rows_change_nothing_and_are_told(rita):
    job = sent(rita, MIXED)
    page = rita.get(url(Import, "change", job.pk)).content.decode()
    assert "&lt;b&gt;Fourth&lt;/b&gt;" in page
    assert "<b>Fourth</b>" not in page
    answer = rita.post(of(job, "store"), follow=True)
    assert messages(answer) == ["Some rows are refused: correct them, or leave them out."]
    assert not Record.objects.exists()
    listed = rita.get(of(job, "refused")).content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in listed] == [
        ["row", "column"],
        ["4", "date"],
        ["5", ""],
        ["6", "guest"],
    ]
    answer = rita.post(of(job, "store"), {"skip_refused": "on"}, follow=True)
    assert messages(answer) == ["2 records were added as drafts, 0 changed."]


def test_a_row_that_is_refused_for_its_slug_is_told_however_long_that_is(rita):
    job = sent(rita, f"slug,title,date\n{'x' * 500},A,1996\n")
    ((column, _sentence),) = job.results.get().problems
    assert (outcomes(job), column) == (["refused"], "slug")


def test_rows_are_shown_by_their_outcome(rita):
    job = sent(rita, MIXED)
    shown = rita.get(url(Import, "change", job.pk), {"outcome": "refused"}).context["rows"]
    assert [row.number for row in shown] == [4, 5, 6]
    assert len(rita.get(url(Import, "change", job.pk), {"outcome": "x"}).context["rows"]) == 5
    assert len(rita.get(url(Import, "change", job.pk), {"page": "x"}).context["rows"]) == 5


def test_a_long_table_is_checked_part_by_part_and_a_script_is_told_how_far(rita, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    rows = "title,date,slug\n" + "".join(f"V,1996,v{n}\n" for n in (1, 2, 3, 1))
    send(rita, rows)
    job = Import.objects.get()
    monkeypatch.setattr(jobs.Job.advance, "__defaults__", (2,))
    told = [
        rita.post(of(job, "check"), headers={"accept": "application/json"}).json() for _ in "12"
    ]
    assert told == [
        {"checked": 2, "rows": 4, "done": False},
        {"checked": 4, "rows": 4, "done": True},
    ]
    # What an earlier part has taken is known to the later.
    assert outcomes(job) == ["new", "new", "new", "refused"]
    # Once checked, nothing is checked again.
    assert rita.post(of(job, "check")).status_code == 302
    assert ImportRow.objects.count() == 4


def test_what_would_become_another_thing_meanwhile_is_not_stored(rita):
    visit = VisitFactory(stage="draft", cited=False, title="Old")
    job = sent(rita, f"slug,title\n{visit.slug},New\n")
    assert outcomes(job) == ["changed"]
    visit.title = "Newer"
    visit.save()
    answer = rita.post(of(job, "store"), follow=True)
    assert messages(answer) == [
        "What is on record has changed since the table was checked: look at it again."
    ]
    visit.refresh_from_db()
    assert visit.title == "Newer"
    job.refresh_from_db()
    assert (job.state, job.checked, outcomes(job)) == ("checking", 0, [])


def test_a_table_is_stored_once(rita):
    job = sent(rita, GOOD)
    rita.post(of(job, "store"))
    answer = rita.post(of(job, "store"), follow=True)
    assert messages(answer)[-1] == "It cannot be stored now: look at its state."
    assert Visit.objects.count() == 2


def test_changes_of_what_is_published_need_a_reason_and_are_kept(rita):
    reviewer = Desk("rev", "Reviewer")
    visit = VisitFactory(title="Old")
    text = f"slug,title\n{visit.slug},New\n"
    assert outcomes(sent(rita, text)) == ["refused"]
    job = sent(reviewer, text)
    answer = reviewer.post(of(job, "store"), follow=True)
    assert messages(answer) == ["Say why published records are changed: readers see it."]
    reviewer.post(of(job, "store"), {"reason": "Its name"})
    visit.refresh_from_db()
    assert (visit.title, visit.stage) == ("New", "published")
    revisions = Revision.objects.of(visit)
    assert [(one.subject, one.user) for one in revisions] == [
        (str(visit.pk), reviewer.user),
        (str(visit.pk), None),
    ]


def test_twins_are_to_be_decided_on(rita):
    VisitFactory(title="A visit", date="1996", guest="AZ", host="KZ", stage="draft", cited=False)
    job = sent(rita, GOOD)
    page = rita.get(url(Import, "change", job.pk))
    assert "Likely the same: A visit (1996): the same countries and date" in " ".join(
        page.content.decode().split()
    )
    answer = rita.post(of(job, "store"))
    assert answer.status_code == 400
    assert answer.context["form"].errors == {"twins": ["Choose what to do with them."]}
    answer = rita.post(of(job, "store"), {"twins": "skip"}, follow=True)
    assert messages(answer) == ["1 record was added as a draft, 0 changed."]


def test_a_table_that_is_given_up_is_forgotten(rita):
    job = sent(rita, GOOD)
    rita.post(of(job, "giveup"))
    job.refresh_from_db()
    assert (job.state, bytes(job.table), job.results.count()) == ("given-up", b"", 0)
    rita.post(of(job, "store"))
    assert not Record.objects.exists()


# Who may, and what is refused --------------------------------------------------------------------------------


def test_nobody_sees_the_table_of_another(rita):
    job = sent(rita, GOOD)
    other = Desk("otto", "Editor")
    assert other.get(url(Import, "change", job.pk)).status_code == 404
    assert other.get(of(job, "refused")).status_code == 404
    for name in ("check", "store", "giveup"):
        assert other.post(of(job, name)).status_code == 404
    assert other.get(url(Import, "changelist")).context["cl"].result_count == 0
    root = Desk("root", is_superuser=True)
    assert root.get(url(Import, "change", job.pk)).status_code == 200


def test_whoever_may_not_add_records_imports_none(rita):
    job = sent(rita, GOOD)
    reader = Desk("reader")
    assert reader.get(url(Import, "add")).status_code == 403
    assert send(reader, GOOD).status_code == 403
    assert reader.get(url(Import, "change", job.pk)).status_code == 403
    assert reader.get(reverse("admin:relations_import_template", args=["visit"])).status_code == 404


def test_nobody_signed_in_is_asked_to(client, rita):
    job = sent(rita, GOOD)
    for address in (url(Import, "add"), of(job, "store"), of(job, "refused")):
        assert client.get(address)["Location"].startswith("/admin/login/")


def test_a_link_alters_nothing(rita):
    job = sent(rita, GOOD)
    for name in ("check", "store", "giveup"):
        assert rita.get(of(job, name)).status_code == 403
    job.refresh_from_db()
    assert job.state == "checked"


def test_without_its_token_nothing_is_stored(rita):
    job = sent(rita, GOOD)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(rita.user)
    assert strict.post(of(job, "store")).status_code == 403
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("t.svg", b"<svg onload='alert(1)'/>", "cannot be read: give a table as"),
        ("t.csv", b"tittle\nA\n", "“tittle” is not a column here; do you mean “title”?"),
        ("t.csv", b"title\n" + b"x" * files.MOST_BYTES, "at most 10 MB are read at once"),
        ("t.xlsx", b"no workbook", "The file is named .xlsx but is not a workbook."),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_of_the_form(rita, name, data, sentence):
    answer = send(rita, data, name)
    assert answer.status_code == 200
    assert sentence in answer.context["form"].errors["file"][0]
    assert not Import.objects.exists()


def test_too_much_is_refused_unread(rita):
    """50 MB are announced; that nothing of them is read shows in that none has to be there."""
    answer = rita.generic("POST", url(Import, "add"), b"", CONTENT_LENGTH=str(50 * MEGABYTE))
    assert (answer.status_code, "At most 11 MB can be sent at once" in answer.content.decode()) == (
        413,
        True,
    )
    answer = Client().generic("POST", "/api/v1/reports/", b"", CONTENT_LENGTH=str(50 * MEGABYTE))
    assert answer.status_code == 413
    assert json.loads(answer.content)["detail"] == "The request is too large."


def test_one_may_not_import_a_kind_one_may_not_add(rita):
    assert send(rita, GOOD, kind="report").context["form"].errors == {
        "kind": ["Select a valid choice. report is not one of the available choices."]
    }


# Out ---------------------------------------------------------------------------------------------------------


def export(desk, name: str, *records) -> bytes:
    chosen = {"action": f"export_{name}", "_selected_action": [one.pk for one in records]}
    return desk.post(url(Visit, "changelist"), chosen)


@pytest.mark.parametrize("name", ["csv", "xlsx", "json"])
def test_chosen_records_leave_as_a_table_that_says_nothing_new(rita, name):
    first, _second = VisitFactory(title="=1+1"), VisitFactory()
    answer = export(rita, name, first)
    assert answer["Content-Disposition"] == f'attachment; filename="visits.{name}"'
    table = files.read(f"t.{name}", answer.content)
    assert [row.cells["slug"] for row in table.rows] == [first.slug]
    reviewer = Desk("rev", "Reviewer")
    send(reviewer, answer.content, f"t.{name}")
    job = Import.objects.get()
    reviewer.post(of(job, "check"))
    assert outcomes(job) == ["unchanged"]


def test_the_template_can_be_had(rita):
    answer = rita.get(reverse("admin:relations_import_template", args=["agreement"]))
    assert answer["Content-Disposition"] == 'attachment; filename="agreements.xlsx"'
    with pytest.raises(files.FileRefused, match="holds no rows"):
        files.read("t.xlsx", answer.content)


def test_as_many_queries_for_many_rows_as_for_few(rita, django_assert_num_queries):
    few, many = (
        sent(rita, GOOD),
        sent(rita, GOOD + "".join(f"V{n},1996,AZ,KZ\n" for n in range(60))),
    )
    for job in (few, many):
        with django_assert_num_queries(11):
            rita.get(url(Import, "change", job.pk))

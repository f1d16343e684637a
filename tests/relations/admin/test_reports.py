"""The queue of reported problems: answered by staff, never deleted."""

import pytest

from relations.models import Record, Report
from tests.factories import AgreementFactory, ReportFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/relations/report/"


@pytest.fixture
def report():
    record = AgreementFactory(title="Pact")
    return ReportFactory(
        record=record.record_ptr,
        text="It was <b>later</b>.",
        email="reader@example.org",
        change=record.change,
    )


def test_the_queue_shows_what_waits(admin_client, report):
    text = admin_client.get(LIST, secure=True).content.decode()
    assert "It was &lt;b&gt;later&lt;/b&gt;." in text
    assert "<b>later" not in text
    assert "/admin/relations/report/add/" not in text
    assert admin_client.get(f"{LIST}add/", secure=True).status_code == 403


def test_an_answer_notes_who_gave_it(admin_client, admin_user, report):
    address = f"{LIST}{report.pk}/change/"
    assert "which still stands" in admin_client.get(address, secure=True).content.decode()
    refused = admin_client.post(address, {"status": "corrected", "answer": ""}, secure=True)
    assert "Say what was found" in refused.content.decode()
    done = {"status": "corrected", "answer": "The gazette has the 17th.", "text": "Overwritten"}
    assert admin_client.post(address, done, secure=True).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.handled_by) == ("corrected", admin_user)
    assert report.handled is not None
    assert report.text == "It was <b>later</b>."


def test_a_report_cannot_be_deleted(admin_client, report):
    assert admin_client.post(f"{LIST}{report.pk}/delete/", secure=True).status_code == 403
    admin_client.post(
        LIST, {"action": "delete_selected", "_selected_action": [report.pk]}, secure=True
    )
    assert Report.objects.count() == 1


def test_a_record_that_changed_since_is_told(admin_client, report):
    record = report.record.specific
    record.summary = "More is known."
    record.save()
    now = Record.objects.get(pk=record.pk).change
    page = admin_client.get(f"{LIST}{report.pk}/change/", secure=True).content.decode()
    assert f"the record has changed since, with {now}" in page

"""What somebody at the desk could try on readers or on their colleagues, and what comes of it.

That editors cannot publish, raise their rights, read what others preview or import, or smuggle anything in by a table
has tests beside each of these.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.models import Agreement
from relations.models import Place, Source, Visit
from tests.factories import AgreementFactory, VisitFactory
from tests.relations.admin.forms import errors_of, form_of, url

EVIL = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/",
    "ftp://evil.example/",
    " javascript:alert(1)",
]


def evil_record():
    """A published agreement with markup in every text of its own and of what it cites."""
    agreement = AgreementFactory(
        title=EVIL,
        summary=EVIL,
        date_note=EVIL,
        official_title=EVIL,
        register_numbers=EVIL,
        countries=["AZ", "KZ"],
    )
    citation = agreement.citations.get()
    for name in ("as_written", "note", "attributed_to"):
        setattr(citation, name, EVIL)
    citation.basis = "attributed"
    citation.save()
    source = citation.source
    source.title = source.author = source.publisher = source.note = EVIL
    source.save()
    return agreement


def test_markup_in_any_text_reaches_no_page_as_markup(client, relation):
    agreement = evil_record()
    source = agreement.citations.get().source
    addresses = [
        agreement.get_absolute_url(),
        source.get_absolute_url(),
        "/azerbaijan-kazakhstan/",
        "/azerbaijan-kazakhstan/?q=alert",
        "/azerbaijan-kazakhstan/timeline.atom",
        "/agreements/",
        "/sources/",
        "/changes/",
        "/disagreements/",
        "/",
    ]
    for address in addresses:
        text = b"".join(client.get(address, secure=True)).decode()
        assert "alert(1)" in text or address in ("/disagreements/", "/changes/"), address
        assert "<img src=x" not in text, address
        assert "<script>alert(1)" not in text, address


def test_nor_at_the_desk(desk):
    agreement = evil_record()
    for address in (
        url(Agreement, "change", agreement.pk),
        url(Agreement, "history", agreement.pk),
        url(Agreement, "changelist"),
        "/admin/",
        "/admin/contested/?show=all",
    ):
        text = desk.get(address).content.decode()
        assert "<img src=x" not in text, address
        assert "<script>alert(1)" not in text, address


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_leads_to_the_web_or_is_refused(desk, address):
    page = url(Source, "add")
    form = form_of(desk.get(page), Source) | {"title": "S", "kind": "news", "url": address}
    assert "url" in errors_of(desk.post(page, form))
    page = url(Agreement, "add")
    form = form_of(desk.get(page), Agreement)
    form |= {"title": "A", "date": "1996", "official_url": address}
    assert "official_url" in errors_of(desk.post(page, form))
    assert not Source.objects.exists()
    assert not Agreement.objects.exists()


def test_a_picture_sent_to_a_form_is_kept_nowhere(desk):
    """No form of the desk but that of imports takes a file; what is sent beside it is dropped."""
    page = url(Place, "add")
    picture = SimpleUploadedFile("x.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")
    form = form_of(desk.get(page), Place) | {"name": "Baku", "name_picture": picture}
    assert desk.post(page, form).status_code == 302
    assert Place.objects.get().name == "Baku"


def test_texts_leave_as_text_in_what_a_spreadsheet_opens(desk, client):
    visit = VisitFactory(title='=HYPERLINK("https://evil.example")', countries=["AZ", "KZ"])
    chosen = {"action": "export_csv", "_selected_action": [visit.pk]}
    for data in (
        desk.post(url(Visit, "changelist"), chosen).content,
        b"".join(client.get("/api/v1/visits/?format=csv", secure=True)),
    ):
        assert b"'=HYPERLINK" in data
        assert b",=HYPERLINK" not in data
        assert b',"=HYPERLINK' not in data

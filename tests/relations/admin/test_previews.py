"""A draft is seen as it will look, by a link that ends: by whom, how long, and by nobody else."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.core import signing
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from agreements.models import Agreement
from relations.models import Visit
from relations.views.records.preview import LASTS, preview_address
from tests import factories
from tests.caches import IN_MEMORY, clear_caches
from tests.relations.admin.forms import url

BANNER = re.compile(r'<p class="preview-banner".*?</p>\n', re.DOTALL)


@pytest.fixture
def plain(db, settings):
    settings.SECURE_SSL_REDIRECT = False


@pytest.fixture
def draft(plain):
    return factories.AgreementFactory(
        slug="pact", title="Pact", stage="draft", countries=["AZ", "KZ"], summary="In our words."
    )


def member(*groups: str) -> Client:
    user = User.objects.create_user(f"one of {groups}", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user)
    return client


def main_part(response) -> str:
    """The page without the banner, and without what a head says to search engines."""
    text = BANNER.sub("", response.content.decode())
    return text.replace('<meta name="robots" content="noindex,nofollow">', "")


def test_the_desk_makes_the_link_and_anybody_opens_it(draft, client):
    made = member("Editor").get(url(Agreement, "preview", draft.pk))
    assert made.status_code == 302
    assert made.url.startswith("/preview/")
    assert "no-store" in made["Cache-Control"]
    page = client.get(made.url)
    assert page.status_code == 200
    (banner,) = BANNER.findall(page.content.decode())
    assert "<strong>Draft – not published.</strong>" in banner
    end = (timezone.now() + LASTS).strftime("%-d %B %Y")
    assert f"the link ends on {end}" in banner


@pytest.mark.parametrize("factory", factories.RecordFactory.__subclasses__())
def test_it_looks_as_the_page_will(plain, client, relation, factory):
    before = factory(date="2001", countries=["AZ", "KZ"])
    draft = factory(stage="review", date="2002", countries=["AZ", "KZ"])
    preview = main_part(client.get(preview_address(draft)))
    draft.stage = "published"
    draft.save()
    page = client.get(draft.get_absolute_url())
    # Publication is what gives it a number.
    as_public = main_part(page).replace(f"version {page.context['record'].change}", "version 0")
    assert [line.strip() for line in preview.splitlines() if line.strip()] == [
        line.strip() for line in as_public.splitlines() if line.strip()
    ]
    assert before.title in preview


def test_it_shows_the_record_as_it_is_now(draft, client):
    address = preview_address(draft)
    draft.title = "Pact of friendship"
    draft.save()
    assert "Pact of friendship" in client.get(address).content.decode()


def test_nobody_keeps_it_or_hears_of_it(draft, client):
    clear_caches()
    page = client.get(preview_address(draft))
    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex,nofollow">' in page.content.decode()
    assert "ETag" not in page
    assert "Last-Modified" not in page
    assert not page.cookies
    assert [name for name in IN_MEMORY if caches[name]._cache] == []
    # Neither what is shared of the page nor a link on it hands the token on.
    assert "/preview/" not in page.content.decode()
    assert "/preview/" not in str(b"".join(client.get("/sitemap.xml")))


def test_the_draft_is_still_nowhere_else(draft, client):
    assert client.get(preview_address(draft)).status_code == 200
    for address in ("/agreements/pact/", "/api/v1/agreements/pact/", "/agreements/pact/cite.bib"):
        assert client.get(address).status_code == 404
    assert client.get("/api/v1/timeline/?q=pact").json()["count"] == 0


def test_a_published_record_is_at_its_own_address(draft, client):
    address = preview_address(draft)
    draft.stage = "published"
    draft.save()
    answer = client.get(address)
    assert (answer.status_code, answer.url) == (302, "/agreements/pact/")
    assert answer["Cache-Control"] == "private, no-store"
    draft.stage = "withdrawn"
    draft.save()
    answer = client.get(address)
    assert answer.status_code == 410
    assert "In our words." not in answer.content.decode()


def test_a_deleted_draft_is_gone_with_its_link(draft, client):
    address = preview_address(draft)
    draft.delete()
    factories.AgreementFactory(stage="draft")
    assert client.get(address).status_code == 404


def test_the_link_ends(draft, client, monkeypatch):
    address, now = preview_address(draft), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + LASTS - timedelta(seconds=5))
    assert client.get(address).status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: now + LASTS)
    ended = client.get(address)
    assert ended.status_code == 410
    assert "<h1>This preview has ended</h1>" in ended.content.decode()
    assert "Pact" not in ended.content.decode()
    assert ended["Cache-Control"] == "private, no-store"


def test_no_other_token_opens_it(draft, client):
    other = factories.VisitFactory(stage="draft")
    token = preview_address(draft).split("/")[2]
    held, signature = token.split(":")
    of_other, _signature = preview_address(other).split("/")[2].split(":")
    holds = {"record": draft.pk, "until": 2**33}
    forged = [
        f"{of_other}:{signature}",  # the signature of another record's
        f"{held[:-2]}AA:{signature}",  # altered
        f"{held}:{signature[:-2]}AA",
        held,
        str(draft.pk),
        draft.slug,
        signing.Signer().sign_object(holds),  # signed here, but for something else
        signing.Signer(key="guess", salt="relations.views.records.preview").sign_object(holds),
        f"{token}x",
        "\N{SNOWMAN}:x",
    ]
    for one in forged:
        answer = client.get(f"/preview/{one}/")
        assert answer.status_code == 404, one
        assert "Pact" not in answer.content.decode()
    assert client.get("/preview/").status_code == 404
    assert client.post(f"/preview/{token}/").status_code == 405


def test_it_takes_no_parameter(draft, client):
    answer = client.get(f"{preview_address(draft)}?topic=x")
    assert answer.status_code == 400


def test_only_who_may_see_the_draft_makes_a_link(draft, client):
    make = url(Agreement, "preview", draft.pk)
    assert client.get(make).url.startswith("/admin/login/")
    assert member().get(make).status_code == 403
    assert member("Reviewer").get(make).status_code == 302


@pytest.mark.parametrize("key", ["999999", "nothing", "9" * 40, "%00"])
def test_of_no_record_no_link_is_made(plain, key):
    answer = member("Editor").get(f"/admin/relations/visit/{key}/preview/")
    assert answer.status_code in (302, 400)
    assert "/preview/" not in answer.get("Location", "")


def test_of_what_readers_see_the_page_itself_is_shown(plain):
    record = factories.VisitFactory()
    made = member("Editor").get(url(Visit, "preview", record.pk))
    assert made.url == record.get_absolute_url()


def test_the_desk_links_to_it_while_it_is_a_draft(draft):
    client = member("Editor")
    draft.stage = "review"
    draft.save()
    link = f'href="{url(Agreement, "preview", draft.pk)}"'
    assert link in client.get(url(Agreement, "change", draft.pk)).content.decode()
    assert link in client.get("/admin/").content.decode()
    assert "preview" not in client.get(url(Agreement, "add")).content.decode()
    draft.stage = "published"
    draft.save()
    assert link not in client.get(url(Agreement, "change", draft.pk)).content.decode()

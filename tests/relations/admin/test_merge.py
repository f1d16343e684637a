"""Merging a record into its twin: what moves, what redirects, what is refused, and what readers hear of it."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from relations.loading.checks import check_database
from relations.models import Change, Citation, FormerAddress, Record, RecordLink, Revision, Visit
from relations.work import unit_of_work
from tests import factories
from tests.relations.admin.forms import form_of, url
from tests.relations.api.test_mirror import API, Mirror

REASON = "One event, told twice"
NO_REASON = "Say why they are the same: readers see the change."
ITSELF = "A record cannot be merged into itself: choose another one."
UNMARKED = "Nothing was stored, because this page did not say which state it was made from."


@pytest.fixture
def kept(db):
    return factories.VisitFactory(
        slug="kept",
        title="Visit to Baku",
        countries=("AZ", "KZ"),
        guest="KZ",
        host="AZ",
        summary="Long.",
    )


@pytest.fixture
def merged(db):
    return factories.VisitFactory(
        slug="merged", title="Visit at Baku", countries=("AZ", "KZ"), summary="Short."
    )


def page(client, merged, kept):
    return client.get(url(type(merged), "merge", merged.pk), {"into": kept.pk})


def merge(client, merged, kept, **values):
    """As a browser would, past the page that shows what moves."""
    form = form_of(page(client, merged, kept), type(merged))
    return client.post(url(type(merged), "merge", merged.pk), {**form, "reason": REASON, **values})


def done(client, merged, kept):
    response = merge(client, merged, kept)
    assert response.status_code == 302, response.context["errors"]
    assert response["Location"] == url(type(kept), "change", kept.pk)


def refused(response) -> list[str]:
    assert response.status_code == 200
    return response.context["errors"]


# What moves ------------------------------------------------------------------------------------------------


def test_a_published_record_becomes_a_redirect_to_the_one_that_stays(desk, merged, kept):
    uid = merged.citations.get().uid
    done(desk, merged, kept)
    merged.refresh_from_db()
    kept.refresh_from_db()
    assert (merged.stage, merged.merged_into.slug, merged.slug) == ("withdrawn", "kept", "merged")
    assert (kept.stage, kept.title, kept.summary) == ("published", "Visit to Baku", "Long.")
    assert {citation.uid for citation in kept.citations.all()} > {uid}
    assert merged.citations.count() == 0
    change = Change.objects.first()
    assert (change.reason, change.user.username) == (REASON, "editor")
    assert [(item["key"], item["action"]) for item in change.items] == [
        ("kept", "changed"),
        ("merged", "withdrawn"),
    ]
    assert check_database().problems == []


def test_everything_that_hangs_on_it_moves(desk, kept, merged):
    topic, project, body = (
        factories.TopicFactory(),
        factories.ProjectFactory(),
        factories.OrganizationFactory(),
    )
    with unit_of_work():
        merged.topics.add(topic)
        merged.projects.add(project)
        merged.organizations.add(body)
        merged.countries.add(factories.country("TR"))
    part = factories.ParticipationFactory(record=merged.record_ptr)
    third, fourth = factories.VisitFactory(), factories.VisitFactory(stage="draft")
    out = factories.RecordLinkFactory(source=merged.record_ptr, target=third.record_ptr)
    back = factories.RecordLinkFactory(source=fourth.record_ptr, target=merged.record_ptr)
    cited = merged.citations.get()
    assert page(desk, merged, kept).context["moves"] == [
        ("Countries taking part", ["Türkiye"], []),
        ("Organizations", [body.name], []),
        ("Projects", [project.name], []),
        ("Topics", [topic.name], []),
        ("Citations", [f"{cited.source}, paragraph 1 date: 2005-05-24"], []),
        ("Participations", [f"{part.person} (participant)"], []),
        ("Links", [f"Visit at Baku follows {third}"], []),
        ("Links from other records", [f"{fourth} follows Visit at Baku"], []),
    ]
    done(desk, merged, kept)
    assert list(kept.topics.all()) == [topic]
    assert list(kept.projects.all()) == [project]
    assert list(kept.organizations.all()) == [body]
    assert sorted(kept.countries.values_list("pk", flat=True)) == ["AZ", "KZ", "TR"]
    assert kept.participations.get() == part
    assert kept.links.get() == out
    assert kept.linked_from.get() == back
    assert check_database().problems == []


def test_what_stands_there_already_is_not_doubled(desk, kept, merged):
    source, person, third = (
        factories.SourceFactory(),
        factories.PersonFactory(),
        factories.VisitFactory(),
    )
    said = {"source": source, "locator": "55", "field": "guest", "value": "KZ"}
    for record in (kept, merged):
        factories.CitationFactory(record=record.record_ptr, **said)
        factories.ParticipationFactory(record=record.record_ptr, person=person, office=record.slug)
        factories.RecordLinkFactory(source=record.record_ptr, target=third.record_ptr)
        factories.RecordLinkFactory(source=third.record_ptr, target=record.record_ptr)
    elsewhere = factories.CitationFactory(record=merged.record_ptr, **{**said, "locator": "56"})
    otherwise = factories.CitationFactory(record=merged.record_ptr, **{**said, "value": "AZ"})
    moves = {move.label: move for move in page(desk, merged, kept).context["moves"]}
    assert moves["Citations"].left == [f"{source}, paragraph 55 guest: KZ"]
    assert len(moves["Citations"].moved) == 3
    assert moves["Links"] == ("Links", [], [f"Visit at Baku follows {third}"])
    done(desk, merged, kept)
    cited = kept.citations.filter(source=source)
    assert cited.count() == 3
    assert {elsewhere, otherwise} < set(cited)
    assert kept.participations.get().office == "kept"
    assert (kept.links.count(), kept.linked_from.count()) == (1, 1)
    assert RecordLink.objects.count() == 2
    assert not Citation.objects.filter(record=merged.pk).exists()
    # The other reading is shown as such.
    otherwise.refresh_from_db()
    assert otherwise.verdict == "contradicts"


def test_links_between_the_two_go(desk, kept, merged):
    factories.RecordLinkFactory(
        source=kept.record_ptr, target=merged.record_ptr, type="possibly-same-as"
    )
    factories.RecordLinkFactory(source=merged.record_ptr, target=kept.record_ptr, type="follows")
    done(desk, merged, kept)
    assert not RecordLink.objects.exists()


def test_the_parts_of_an_agreement(desk):
    kept, merged = (
        factories.AgreementFactory(
            slug=slug, title="Pact", countries=("AZ", "KZ"), date="1996-09-16"
        )
        for slug in ("kept", "merged")
    )
    there = factories.PartyFactory(agreement=kept, country="AZ")
    same = factories.PartyFactory(agreement=merged, country="AZ")
    other = factories.PartyFactory(agreement=merged, country="KZ")
    Citation.objects.filter(record=merged.pk).update(source=kept.citations.get().source)
    twice, own = merged.citations.get(), kept.citations.get()
    ratified = factories.AgreementActionFactory(
        agreement=merged, type="ratified", party=same, date="1997", citation=twice
    )
    factories.AgreementActionFactory(agreement=kept, type="in-force", party=there, date="1998")
    factories.AgreementActionFactory(
        agreement=merged, type="in-force", party=same, date="1998", citation=twice
    )
    done(desk, merged, kept)
    assert set(kept.parties.all()) == {there, other}
    ratified.refresh_from_db()
    assert (ratified.agreement, ratified.party, ratified.citation) == (kept, there, own)
    assert kept.actions.count() == 2
    assert merged.parties.count() == merged.actions.count() == 0
    kept.refresh_from_db()
    assert kept.status == "ratified"
    assert check_database().problems == []


def test_where_they_differ_is_shown_side_by_side_and_stays(desk, kept, merged):
    response = page(desk, merged, kept)
    assert response.context["differing"] == [
        ("Title", "Visit to Baku", "Visit at Baku"),
        ("Summary", "Long.", "Short."),
        ("Guest", "KZ", ""),
        ("Host", "AZ", ""),
    ]
    assert '<th scope="row">Summary</th><td>Long.</td><td>Short.</td>' in response.content.decode()


def test_a_draft_is_deleted_and_its_address_leads_on(desk, kept, client):
    draft = factories.VisitFactory(slug="a-draft", stage="draft", countries=("AZ", "KZ"))
    uid = draft.citations.get().uid
    before = Change.objects.count()
    done(desk, draft, kept)
    assert not Record.objects.filter(slug="a-draft").exists()
    assert kept.citations.filter(uid=uid).exists()
    assert FormerAddress.objects.get(slug="a-draft").target == kept.pk
    assert desk.get("/visits/a-draft/")["Location"] == "/visits/kept/"
    (change,) = Change.objects.all()[: Change.objects.count() - before]
    assert [(item["key"], item["action"]) for item in change.items] == [("kept", "changed")]
    assert check_database().problems == []


def test_both_keep_their_history(desk, kept, merged):
    uids = {kept.citations.get().uid, merged.citations.get().uid}
    done(desk, merged, kept)
    for record in (kept, merged):
        newest, first = Revision.objects.of(record)
        assert newest.comment == f"{REASON}\nMerged “Visit at Baku” into “Visit to Baku”."
        assert newest.user.username == "editor"
        assert first.state["summary"] == record.summary
    (before,) = Revision.objects.of(merged)[1:]
    assert [uid in uids for uid in before.state["citations"]] == [True]
    text = desk.get(url(Visit, "history", merged.pk)).content.decode()
    assert REASON in text


# Addresses -------------------------------------------------------------------------------------------------


def get(client, path):
    return client.get(path, secure=True)


def redirects(client, slug: str, to: str) -> None:
    """Every address of the record leads permanently to the same of the other."""
    for page_of in record_addresses(client, to):
        answer = get(client, page_of.replace(to, slug))
        assert answer.status_code in (301, 308), page_of
        assert answer["Location"].removeprefix("https://entente.example") == page_of


def record_addresses(client, slug: str) -> list[str]:
    """What the page of a record links to under its own slug, its API object and what is made of it."""
    body = get(client, f"/visits/{slug}/").content.decode()
    links = set(
        re.findall(rf'href="(?:https://entente\.example)?(/[^"?#]*\b{slug}\b[^"?#]*)"', body)
    )
    found = {f"/visits/{slug}/", f"/api/v1/visits/{slug}/", *links}
    return sorted(link for link in found if get(client, link).status_code == 200)


def test_every_address_of_it_leads_to_the_one_that_stays(desk, merged, kept):
    addresses = record_addresses(desk, "merged")
    assert len(addresses) >= 5, addresses
    done(desk, merged, kept)
    client = Client()
    redirects(client, "merged", "kept")
    assert get(client, "/visits/merged/?a=1")["Location"] == "/visits/kept/?a=1"
    assert get(client, "/api/v1/timeline/merged/").status_code == 308
    for path in ("/visits/", "/api/v1/visits/", "/timeline.atom", "/timeline.json"):
        text = get(client, path).content.decode()
        assert "/visits/kept/" in text or "kept" in text, path
        assert "merged" not in text.replace("merged_into", ""), path


def test_a_former_address_of_it_leads_there_too(desk, merged, kept):
    merged.slug = "merged-now"
    merged.save()
    done(desk, merged, kept)
    client = Client()
    redirects(client, "merged", "kept")
    redirects(client, "merged-now", "kept")


def test_a_chain_ends_at_the_last(desk, merged, kept):
    last = factories.VisitFactory(slug="last", countries=("AZ", "KZ"))
    done(desk, merged, kept)
    done(desk, kept, last)
    merged.refresh_from_db()
    assert merged.merged_into.slug == "last"
    assert last.citations.count() == 3
    for slug in ("merged", "kept"):
        assert get(Client(), f"/visits/{slug}/")["Location"] == "/visits/last/"
        assert get(Client(), f"/api/v1/visits/{slug}/")["Location"].endswith("/api/v1/visits/last/")


def test_where_the_one_that_stayed_is_withdrawn_both_are_gone(desk, merged, kept):
    done(desk, merged, kept)
    kept.refresh_from_db()
    kept.stage = "withdrawn"
    kept.save()
    for slug in ("merged", "kept"):
        assert get(Client(), f"/visits/{slug}/").status_code == 410
        assert get(Client(), f"/api/v1/visits/{slug}/").status_code == 410


def test_one_that_is_published_again_has_its_address_back(desk, merged, kept):
    done(desk, merged, kept)
    merged.refresh_from_db()
    factories.CitationFactory(record=merged.record_ptr, field="date", value="2005-05-24")
    merged.stage = "published"
    merged.save()
    merged.refresh_from_db()
    assert merged.merged_into is None
    assert get(Client(), "/visits/merged/").status_code == 200


# What programs and readers hear ----------------------------------------------------------------------------


def test_the_log_of_changes_says_where_it_went_and_a_mirror_stays_in_step(desk, merged, kept):
    mirror = Mirror(Client())
    mirror.come_into_step()
    number = mirror.number
    done(desk, merged, kept)
    (change,) = get(Client(), f"/api/v1/changes/?since={number}").json()["results"]
    told = {
        item["key"]: (item["action"], item["url"], item["merged_into"]) for item in change["items"]
    }
    assert told == {
        "kept": ("changed", f"{API}visits/kept/", None),
        "merged": ("withdrawn", None, f"{API}visits/kept/"),
    }
    mirror.come_into_step()
    assert mirror.objects == mirror.whole()
    assert f"{API}visits/merged/" not in mirror.objects
    last = factories.VisitFactory(slug="last", countries=("AZ", "KZ"))
    done(desk, kept, last)
    mirror.come_into_step()
    assert mirror.objects == mirror.whole()
    (item,) = [
        one
        for change in get(Client(), f"/api/v1/changes/?since={number}").json()["results"]
        for one in change["items"]
        if (one["key"], one["action"]) == ("merged", "withdrawn")
    ]
    assert item["merged_into"] == f"{API}visits/last/"


def test_the_page_of_changes_says_so(desk, merged, kept):
    done(desk, merged, kept)
    number = Change.objects.first().number
    for path in ("/changes/", f"/changes/{number}/", "/changes/feed.atom"):
        answer = get(Client(), path)
        if answer.status_code != 404:
            assert "merged into “Visit to Baku”" in answer.content.decode(), path
    form = desk.get(url(Visit, "change", merged.pk)).content.decode()
    assert "It was merged into “Visit to Baku”, to which its address leads." in form


# Choosing --------------------------------------------------------------------------------------------------


def choose(client, record, into) -> list[str]:
    response = client.get(url(type(record), "merge", record.pk), {"into": into})
    assert response.status_code == 200
    assert response.context["kept"] is None
    return response.context["choice"].errors["into"]


def test_its_likely_twins_are_offered(desk, kept, merged):
    factories.VisitFactory(title="Visit at Baku", countries=("AZ", "KZ"), stage="draft")
    kept.title = "Visit at Baku"
    kept.save()
    response = desk.get(url(Visit, "merge", merged.pk))
    assert [twin.record.slug for twin in response.context["twins"]] == ["kept"]
    assert f'<a href="?into={kept.pk}">Visit at Baku</a>' in response.content.decode()
    assert (
        f'href="{url(Visit, "merge", merged.pk)}"'
        in desk.get(url(Visit, "change", merged.pk)).content.decode()
    )


def test_what_cannot_stay_is_refused(desk, kept, merged):
    draft = factories.VisitFactory(title="Draft", stage="draft")
    gone = factories.VisitFactory(
        title="Gone", stage="withdrawn", first_published="2020-01-01T00:00Z"
    )
    other = factories.MilestoneFactory(title="Milestone")
    for record, sentence in (
        (merged, ITSELF),
        (draft, "“Draft” is not published: publish it first, or merge it the other way round."),
        (gone, "“Gone” is withdrawn: choose a record that is published."),
        (other, "“Milestone” is of another kind: choose one of the same."),
    ):
        assert choose(desk, merged, record.pk) == [sentence]
        answer = desk.post(url(Visit, "merge", merged.pk), {"into": record.pk, "reason": "x"})
        assert answer.context["choice"].errors["into"] == [sentence]
    for nonsense in ("", "x", "0", "9" * 40, "-1"):
        assert len(choose(desk, merged, nonsense)) == 1
    merged.refresh_from_db()
    assert merged.stage == "published"


def test_a_withdrawn_record_has_nothing_to_merge(desk, kept):
    gone = factories.VisitFactory(
        title="Gone", stage="withdrawn", first_published="2020-01-01T00:00Z"
    )
    response = desk.get(url(Visit, "merge", gone.pk), follow=True)
    assert [str(m) for m in response.context["messages"]] == [
        "“Gone” is withdrawn already: there is nothing left to merge."
    ]
    assert desk.get(url(Visit, "merge", 10**30)).status_code == 302


def test_a_reason_is_asked(desk, kept, merged):
    assert refused(merge(desk, merged, kept, reason=" \0")) == [NO_REASON]
    assert refused(merge(desk, merged, kept, reason="x" * 301)) == [
        "Give the reason in at most 300 characters."
    ]
    merged.refresh_from_db()
    assert merged.stage == "published"


@pytest.mark.parametrize("which", ["merged", "kept"])
def test_a_page_that_is_stale_merges_nothing(desk, kept, merged, which):
    form = form_of(page(desk, merged, kept), Visit)
    row = {"merged": merged, "kept": kept}[which]
    row.summary = "Altered."
    row.save()
    address = url(Visit, "merge", merged.pk)
    response = desk.post(address, {**form, "reason": REASON})
    (sentence,) = refused(response)
    assert sentence.startswith(
        f"{row.title}: Nothing was stored, because this has been changed since you opened the page."
    )
    merged.refresh_from_db()
    assert merged.stage == "published"
    again = {**form_of(response, Visit), "reason": REASON}
    assert desk.post(address, again).status_code == 302


def test_without_its_marks_nothing_is_merged(desk, kept, merged):
    response = desk.post(url(Visit, "merge", merged.pk), {"into": kept.pk, "reason": REASON})
    assert [UNMARKED in sentence for sentence in refused(response)] == [True, True]


# Who may ---------------------------------------------------------------------------------------------------


def member(*groups: str, permissions=()) -> Client:
    user = User.objects.create_user(f"member {User.objects.count()}", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def plain(settings):
    settings.SECURE_SSL_REDIRECT = False


@pytest.mark.parametrize("stage", ["draft", "published"])
def test_reviewers_merge_and_editors_do_not(plain, desk, kept, stage):
    record = factories.VisitFactory(stage=stage, countries=("AZ", "KZ"))
    address = url(Visit, "merge", record.pk)
    form = {**form_of(page(desk, record, kept), Visit), "reason": REASON}
    some = ["view_visit", "change_record", "delete_record", "revise_record"]
    for client in (
        member("Editor"),
        member(permissions=["view_visit", "view_record"]),
        member(
            permissions=[
                one for one in some if one != ("delete_record" if stage == "draft" else "")
            ]
        ),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, form).status_code == 403
        shown = client.get(url(Visit, "change", record.pk))
        assert "merge_url" not in shown.context
    assert Client().post(address, form).status_code == 302
    record.refresh_from_db()
    assert record.stage == stage
    done(member("Reviewer"), record, kept)


def test_csrf_is_asked_for(plain, editor, kept, merged):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post(url(Visit, "merge", merged.pk), {"into": kept.pk}).status_code == 403


def test_queries_do_not_grow_with_what_hangs_on_it(
    desk, kept, merged, django_assert_max_num_queries
):
    factories.ParticipationFactory(record=merged.record_ptr)
    factories.RecordLinkFactory(
        source=merged.record_ptr, target=factories.VisitFactory().record_ptr
    )
    page(desk, merged, kept)
    with django_assert_max_num_queries(90) as one:
        page(desk, merged, kept)
    for _number in range(5):
        factories.CitationFactory(record=merged.record_ptr)
        factories.ParticipationFactory(record=merged.record_ptr)
        factories.RecordLinkFactory(
            source=merged.record_ptr, target=factories.VisitFactory().record_ptr
        )
        with unit_of_work():
            merged.topics.add(factories.TopicFactory())
    with django_assert_max_num_queries(len(one)):
        page(desk, merged, kept)

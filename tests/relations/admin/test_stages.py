"""Stages: who takes a record where, that nobody publishes their own draft, and what it must say to be published."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from agreements.models import Agreement
from relations.admin.stages import lacking
from relations.models import Change, Citation, Record, Revision, Visit
from tests import factories
from tests.relations.admin.forms import confirm, errors_of, form_of, url
from tests.relations.admin.test_saving import ONE_NEEDED, citation

NOT_YOURS = "You may not publish: send it to review, and someone who may will publish it."
OWN = (
    "Nobody publishes their own draft, not even a superuser (unless SELF_PUBLISH is set). A "
    "draft is yours if you made it or changed it last: send it to review, and another person "
    "publishes it."
)
TWO_NEEDED = "To be published, this needs at least 2 countries that take part."
DATE_NEEDED = (
    "To be published, this needs a citation with a locator that gives its date: "
    "choose it under “Says what of”."
)
WHY = "Say why it is withdrawn: its address tells readers."


class Desk(Client):
    """Somebody at the desk, with what their group may do."""

    def __init__(self, name: str, *groups: str, **more):
        super().__init__()
        self.user = User.objects.create_user(name, is_staff=True, **more)
        self.user.groups.set(Group.objects.filter(name__in=groups))
        self.force_login(self.user)

    def add(self, model=Visit, **values):
        page = url(model, "add")
        form = {**form_of(self.get(page), model), "citations-TOTAL_FORMS": "0"}
        return self.post(page, {**form, **values})

    def change(self, record, **values):
        page = url(type(record), "change", record.pk)
        return self.post(page, {**form_of(self.get(page), type(record)), **values})

    def offers(self, record=None, model=Visit) -> list[str]:
        page = url(model, "change", record.pk) if record else url(model, "add")
        form = self.get(page).context["adminform"].form
        return [value for value, _label in form["stage"].field.widget.choices]


@pytest.fixture(autouse=True)
def _plain(settings):
    settings.SECURE_SSL_REDIRECT = False


@pytest.fixture
def editor(db):
    return Desk("an editor", "Editor")


@pytest.fixture
def reviewer(db):
    return Desk("a reviewer", "Reviewer")


@pytest.fixture
def superuser(db):
    return Desk("a superuser", is_superuser=True)


@pytest.fixture
def source(db):
    for code in ("AZ", "KZ"):
        factories.country(code)
    return factories.SourceFactory(title="Journal article")


@pytest.fixture
def whole(source):
    """What a draft of a visit says that lacks nothing to be published."""
    return {
        "title": "State visit to Baku",
        "date": "2005-05-24",
        "guest": "KZ",
        "host": "AZ",
        "citations-TOTAL_FORMS": "1",
        **citation(source=source, field="date", value="2005-05-24"),
    }


@pytest.fixture
def draft(editor, whole):
    """A draft of the editor's."""
    assert editor.add(**whole).status_code == 302
    return Visit.objects.get()


def stage(record) -> str:
    return Record.objects.get(pk=record.pk).stage


def groups_of(permission: str) -> set[str]:
    return set(
        Group.objects.filter(permissions__codename=permission).values_list("name", flat=True)
    )


# The groups ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("permission", "holders"),
    [
        ("add_record", {"Editor", "Reviewer"}),
        ("delete_record", {"Editor", "Reviewer"}),
        ("add_source", {"Editor", "Reviewer"}),
        ("view_change", {"Editor", "Reviewer"}),
        ("view_report", {"Editor", "Reviewer"}),
        ("publish_record", {"Reviewer"}),
        ("revise_record", {"Reviewer"}),
        ("withdraw_record", {"Reviewer"}),
        ("change_report", {"Reviewer"}),
        ("add_topic", set()),
        ("delete_source", set()),
        ("add_user", set()),
        ("change_group", set()),
    ],
)
def test_what_the_groups_may(db, permission, holders):
    assert Permission.objects.filter(codename=permission).exists()
    assert groups_of(permission) == holders


@pytest.mark.parametrize("group", ["Editor", "Reviewer"])
def test_records_of_every_kind_are_on_the_desk_of_each(db, group):
    desk = Desk("someone", group)
    groups = {
        app["name"]: [
            (entry["object_name"], "".join(p[0] for p, has in entry["perms"].items() if has))
            for entry in app["models"]
        ]
        for app in desk.get("/admin/").context["app_list"]
    }
    kinds = ["Agreement", "Visit", "Milestone", "TradeFigure", "Indicator"]
    assert groups == {
        "Records": [("Record", "v"), *((kind, "acdv") for kind in kinds)],
        "Tables": [("Import", "av")],
        "From readers": [("Report", "cv" if group == "Reviewer" else "v")],
        "Who, where and what": [
            (name, "acv") for name in ("Organization", "Person", "Place", "Project")
        ],
        "Sources": [("Source", "acv"), ("Citation", "acdv")],
        "Reference": [("Relation", "v"), ("Country", "v"), ("Topic", "v")],
        "What changed": [("Change", "v"), ("FormerAddress", "v")],
    }


@pytest.mark.parametrize("group", ["Editor", "Reviewer"])
def test_nobody_gives_themselves_permissions(db, group):
    desk = Desk("someone", group)
    row = Group.objects.get(name=group)
    pages = [
        url(User, "changelist"),
        url(User, "change", desk.user.pk),
        url(User, "add"),
        url(Group, "changelist"),
        url(Group, "change", row.pk),
        url(Group, "add"),
    ]
    assert [desk.get(page).status_code for page in pages] == [403] * 6
    assert desk.post(url(User, "change", desk.user.pk), {"is_superuser": "on"}).status_code == 403
    assert desk.post(url(Group, "change", row.pk), {"name": "mine"}).status_code == 403
    assert not User.objects.get(pk=desk.user.pk).is_superuser


def test_an_editor_writes_an_agreement_with_its_parties(editor, source):
    """Of a kind and with parts that another app brings: nobody was given a permission on these."""
    response = editor.add(
        Agreement,
        title="Trade agreement",
        date="1993",
        **{"parties-TOTAL_FORMS": "1", "parties-0-country": "AZ"},
    )
    assert response.status_code == 302
    agreement = Agreement.objects.get()
    assert [str(party) for party in agreement.parties.all()] == ["Azerbaijan"]
    response = editor.change(agreement, **{"parties-0-DELETE": "on", "title": "Agreement"})
    assert response.status_code == 302
    assert not agreement.parties.exists()


def test_an_editor_deletes_a_draft_and_no_more(editor, draft):
    published = factories.VisitFactory()
    assert editor.post(url(Visit, "delete", published.pk), {"post": "yes"}).status_code == 403
    assert confirm(editor, url(Visit, "delete", draft.pk), post="yes").status_code == 302
    assert list(Visit.objects.all()) == [published]


def test_who_may_write_visits_only_writes_no_agreement(db):
    desk = Desk("a novice")
    desk.user.user_permissions.set(Permission.objects.filter(codename__endswith="_visit"))
    assert desk.get(url(Visit, "add")).status_code == 200
    assert desk.get(url(Agreement, "add")).status_code == 403
    assert desk.get(url(Agreement, "changelist")).status_code == 403
    assert desk.add(title="A visit", date="1993").status_code == 302


# Publishing ----------------------------------------------------------------------------------------------------


def test_each_is_offered_what_they_can_choose(editor, reviewer, superuser, draft):
    assert editor.offers() == reviewer.offers() == superuser.offers() == ["draft", "review"]
    assert editor.offers(draft) == ["draft", "review"]
    assert reviewer.offers(draft) == superuser.offers(draft) == ["draft", "review", "published"]
    editor.change(draft, stage="review")
    assert editor.offers(draft) == ["draft", "review"]
    assert reviewer.change(draft, stage="published").status_code == 302
    assert reviewer.offers(draft) == ["published", "withdrawn"]


@pytest.mark.parametrize("sent", ["published", "withdrawn"])
def test_an_editor_who_sends_a_stage_that_was_not_offered_is_refused(editor, draft, sent):
    response = editor.change(draft, stage=sent, summary="The first in ten years.")
    assert response.status_code == 200
    assert errors_of(response) == {
        "stage": [
            NOT_YOURS
            if sent == "published"
            else "Only a record that was published can be withdrawn; delete the draft instead."
        ]
    }
    shown = form_of(response, Visit)
    assert (shown["stage"], shown["summary"]) == (sent, "The first in ten years.")
    row = Visit.objects.get()
    assert (row.stage, row.summary) == ("draft", "")


def test_an_editor_adds_nothing_published(editor, whole):
    response = editor.add(**whole, stage="published")
    assert errors_of(response) == {"stage": [NOT_YOURS]}
    shown = form_of(response, Visit)
    assert {name: shown[name] for name in whole if name in shown} == {
        name: str(value) for name, value in whole.items()
    }
    assert not Record.objects.exists()


def test_a_draft_is_reviewed_and_published_by_another(editor, reviewer, draft, client):
    assert editor.change(draft, stage="review").status_code == 302
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert reviewer.change(draft, stage="published").status_code == 302
    assert stage(draft) == "published"
    assert client.get(draft.get_absolute_url()).status_code == 200
    assert Change.objects.latest("number").user == reviewer.user


def test_a_reviewer_sends_it_back_without_making_it_their_own(editor, reviewer, draft):
    editor.change(draft, stage="review")
    reviewer.change(draft, stage="draft")
    assert stage(draft) == "draft"
    editor.change(draft, stage="review", title="Another title")
    assert reviewer.change(draft, stage="published").status_code == 302


@pytest.mark.parametrize("group", ["Reviewer", "superuser"])
def test_nobody_publishes_what_they_made(whole, group):
    desk = Desk("someone", group, is_superuser=group == "superuser")
    assert errors_of(desk.add(**whole, stage="published")) == {"stage": [OWN]}
    assert desk.add(**whole).status_code == 302
    visit = Visit.objects.get()
    assert desk.offers(visit) == ["draft", "review"]
    assert errors_of(desk.change(visit, stage="published")) == {"stage": [OWN]}
    # Another's change of it makes it no less theirs who made it.
    Desk("another", "Editor").change(visit, title="Edited")
    assert errors_of(desk.change(visit, stage="published")) == {"stage": [OWN]}
    assert stage(visit) == "draft"


def test_nobody_publishes_what_they_altered_last(reviewer, draft, editor):
    reviewer.change(draft, **{"citations-0-note": "On the first page"})
    assert errors_of(reviewer.change(draft, stage="published")) == {"stage": [OWN]}
    assert reviewer.change(draft, stage="review").status_code == 302
    assert errors_of(reviewer.change(draft, stage="published")) == {"stage": [OWN]}
    editor.change(draft, summary="The first in ten years.")
    assert reviewer.change(draft, stage="published").status_code == 302


@pytest.mark.parametrize(
    "altered", [{"title": "Working visit"}, {"citations-0-note": "On the first page"}]
)
def test_what_is_altered_while_it_is_published_is_ones_own(reviewer, draft, altered):
    response = reviewer.change(draft, stage="published", **altered)
    assert errors_of(response) == {"stage": [OWN]}
    shown = form_of(response, Visit)
    assert {name: shown[name] for name in ("stage", *altered)} == {"stage": "published", **altered}
    assert stage(draft) == "draft"


def test_a_restored_version_is_ones_own_and_as_it_stands(editor, reviewer, draft):
    editor.change(draft, title="Another", stage="review")
    first = Revision.objects.of(draft).order_by("pk")[0]
    confirm(reviewer, url(Visit, "revision", draft.pk, first.pk))
    row = Visit.objects.get()
    assert (row.title, row.stage) == ("State visit to Baku", "review")
    assert errors_of(reviewer.change(draft, stage="published")) == {"stage": [OWN]}


def test_no_version_brings_a_stage_back(editor, reviewer, draft):
    reviewer.change(draft, stage="published")
    reviewer.change(draft, title="Another", reason="clearer")
    reviewer.change(draft, stage="withdrawn", reason="It never took place")
    for version in Revision.objects.of(draft):
        page = url(Visit, "revision", draft.pk, version.pk)
        assert editor.post(page, {"reason": "why not"}).status_code == 403
        assert confirm(reviewer, page, reason="why not").status_code in (200, 302)
        assert stage(draft) == "withdrawn"


@pytest.mark.parametrize("group", ["Reviewer", "superuser"])
def test_the_setting_allows_it(whole, settings, group):
    settings.SELF_PUBLISH = True
    desk = Desk("someone", group, is_superuser=group == "superuser")
    assert desk.offers() == ["draft", "review", "published"]
    assert desk.add(**whole, stage="published").status_code == 302
    assert Visit.objects.get().stage == "published"


def test_the_setting_lets_no_editor_publish(editor, whole, settings):
    settings.SELF_PUBLISH = True
    assert errors_of(editor.add(**whole, stage="published")) == {"stage": [NOT_YOURS]}


def test_what_a_command_made_is_nobodys_own(reviewer, source):
    loaded = factories.VisitFactory(stage="draft", guest="AZ", host="KZ")
    assert reviewer.change(loaded, stage="published").status_code == 302
    assert stage(loaded) == "published"


def test_a_permission_can_be_handed_out_otherwise(editor, reviewer, whole):
    editor.user.user_permissions.add(Permission.objects.get(codename="publish_record"))
    reviewer.add(**whole)
    assert editor.change(Visit.objects.get(), stage="published").status_code == 302
    assert Visit.objects.get().stage == "published"


# What is published ---------------------------------------------------------------------------------------------


def test_an_editor_alters_nothing_published(editor, source):
    visit = factories.VisitFactory(title="Visit")
    page = url(Visit, "change", visit.pk)
    response = editor.get(page)
    assert response.status_code == 200
    assert response.context["has_change_permission"] is False
    assert "Only users who may change what is published can change it" in response.content.decode()
    for sent in ("published", "withdrawn", "draft"):
        data = {"title": "Mine", "stage": sent, "reason": "why not", "date": "2005"}
        assert editor.post(page, data).status_code == 403
    row = Visit.objects.get()
    assert (row.title, row.stage) == ("Visit", "published")


def test_an_editor_alters_no_citation_of_what_is_published(editor, source):
    cited = factories.VisitFactory(title="Visit").citations.get()
    page = url(Citation, "change", cited.pk)
    assert editor.get(page).status_code == 200
    assert editor.post(page, {"locator": "9", "reason": "why not"}).status_code == 403
    form = form_of(editor.get(url(Citation, "add")), Citation)
    data = {**form, "record": cited.record_id, "source": source.pk, "locator": "7", "reason": "x"}
    assert errors_of(editor.post(url(Citation, "add"), data)) == {
        "__all__": [
            "“Visit” was published: only users who may change what is published can do this."
        ]
    }
    assert [row.locator for row in Citation.objects.all()] == ["1"]


def test_a_reviewer_alters_what_is_published_with_a_reason(reviewer):
    visit = factories.VisitFactory(title="Visit")
    assert errors_of(reviewer.change(visit, title="Mine")) == {
        "reason": ["This field is required."]
    }
    assert reviewer.change(visit, title="Theirs", reason="As they call it").status_code == 302
    assert Visit.objects.get().title == "Theirs"


def test_who_is_given_the_permission_alters_it_but_withdraws_nothing(editor):
    visit = factories.VisitFactory(title="Visit")
    editor.user.user_permissions.add(Permission.objects.get(codename="revise_record"))
    assert editor.offers(visit) == ["published"]
    assert errors_of(editor.change(visit, stage="withdrawn", reason="wrong")) == {
        "stage": ["You may not withdraw what is published: ask someone who may."]
    }
    assert editor.change(visit, title="Better", reason="clearer").status_code == 302
    row = Visit.objects.get()
    assert (row.title, row.stage) == ("Better", "published")


@pytest.mark.parametrize("reason", ["", "   "])
def test_withdrawing_asks_why(reviewer, reason):
    visit = factories.VisitFactory()
    response = reviewer.change(visit, stage="withdrawn", reason=reason)
    assert errors_of(response) == {"reason": [WHY]}
    assert form_of(response, Visit)["stage"] == "withdrawn"
    assert stage(visit) == "published"


def test_a_withdrawn_record_leaves_its_tombstone(reviewer, client):
    visit = factories.VisitFactory(
        title="Visit to Baku", summary="Never took place", countries=["AZ", "KZ"]
    )
    address, object_ = visit.get_absolute_url(), f"/api/v1/visits/{visit.slug}/"
    assert [client.get(page).status_code for page in (address, object_)] == [200, 200]
    assert reviewer.change(visit, stage="withdrawn", reason="It was called off").status_code == 302
    page, answer = client.get(address), client.get(object_)
    assert (page.status_code, answer.status_code) == (410, 410)
    assert "It was called off" in page.content.decode()
    assert "Never took place" not in page.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    change = Change.objects.latest("number")
    assert (change.user, change.reason) == (reviewer.user, "It was called off")
    assert change.items[0]["action"] == "withdrawn"

    assert reviewer.offers(visit) == ["published", "withdrawn"]
    assert errors_of(reviewer.change(visit, stage="draft", reason="back")) == {
        "stage": ["A record that was published stays published or is withdrawn."]
    }
    assert reviewer.change(visit, stage="published", reason="It did take place").status_code == 302
    assert client.get(address).status_code == 200


# What it must say ----------------------------------------------------------------------------------------------


def links(response) -> dict[str, str]:
    """The sentences of the list of what is lacking, by where each leads."""
    page = response.content.decode()
    found = re.search(r'<ul class="desk-lacking">(.*?)</ul>', page, re.DOTALL)
    links = dict(re.findall(r'<a href="#([^"]+)">([^<]+)</a>', found[1])) if found else {}
    assert all(f'id="{anchor}"' in page for anchor in links)
    return links


def test_everything_that_is_lacking_is_listed_with_links(reviewer, source):
    bare = factories.VisitFactory(stage="draft", cited=False, guest="AZ")
    assert links(reviewer.get(url(Visit, "change", bare.pk))) == {
        "id_countries": TWO_NEEDED,
        "citations-group": ONE_NEEDED,
    }
    response = reviewer.change(bare, stage="published")
    assert errors_of(response) == {
        "countries": [TWO_NEEDED],
        "stage": [ONE_NEEDED],
        "citations": ["None of these citations has a locator, and the record is published."],
    }
    assert links(response) == {"id_countries": TWO_NEEDED, "citations-group": ONE_NEEDED}
    assert stage(bare) == "draft"


def test_a_row_that_lacks_something_is_led_to(editor, reviewer, draft, source):
    editor.change(draft, guest="", countries=["AZ"], **{"citations-0-locator": ""})
    page = url(Visit, "change", draft.pk)
    assert links(reviewer.get(page)) == {
        "id_countries": TWO_NEEDED,
        "id_citations-0-locator": ONE_NEEDED,
    }
    editor.change(
        draft, **{"citations-0-locator": "5", "citations-0-field": "", "citations-0-value": ""}
    )
    response = reviewer.change(draft, stage="published")
    assert errors_of(response) == {"countries": [TWO_NEEDED], "stage": [DATE_NEEDED]}
    assert links(response) == {"id_countries": TWO_NEEDED, "id_citations-0-field": DATE_NEEDED}


def test_nothing_is_listed_of_what_lacks_nothing(reviewer, draft):
    assert links(reviewer.get(url(Visit, "change", draft.pk))) == {}
    assert links(reviewer.get(url(Visit, "add"))) == {}


def test_a_kind_says_what_it_needs(reviewer, draft, monkeypatch):
    def needed(cls, state):
        return {} if state["occasion"] else {"occasion": "Say at what."}

    monkeypatch.setattr(Visit, "needed_to_publish", classmethod(needed))
    response = reviewer.change(draft, stage="published")
    assert errors_of(response) == {"occasion": ["Say at what."]}
    assert links(response) == {"id_occasion": "Say at what."}


def test_what_is_published_keeps_what_is_needed(reviewer):
    visit = factories.VisitFactory(countries=["AZ", "KZ"])
    response = reviewer.change(visit, countries=["AZ"], reason="only one")
    assert errors_of(response) == {"countries": [TWO_NEEDED]}
    assert links(response) == {"id_countries": TWO_NEEDED}
    assert visit.countries.count() == 2


def test_what_was_published_with_less_can_still_be_mended(reviewer):
    visit = factories.VisitFactory(title="Visit", countries=["AZ"])
    assert reviewer.change(visit, title="Visits", reason="a slip").status_code == 302


def test_all_that_the_data_set_publishes_says_what_is_needed(dataset):
    published = Record.objects.published()
    assert published.count() == 54
    assert [(record.slug, lacking(record.specific)) for record in published] == [
        (record.slug, {}) for record in published
    ]


# What is seen --------------------------------------------------------------------------------------------------


def test_the_form_says_what_comes_next(editor, reviewer, draft):
    def standing(desk):
        page = desk.get(url(Visit, "change", draft.pk)).content.decode()
        found = re.search(r'<div class="desk-standing"[^>]*>\s*<p>(.*?)</p>', page, re.DOTALL)
        return re.sub("<[^>]+>", "", found[1])

    assert standing(editor) == "draft Only the desk sees it. Next: send it to review."
    assert standing(reviewer) == (
        "draft Only the desk sees it. Next: publish it, or pass it on to someone else."
    )
    editor.change(draft, stage="review")
    assert standing(editor) == (
        "in review Only the desk sees it. Next: somebody who may publish it publishes it, or "
        "sends it back."
    )
    reviewer.change(draft, summary="Edited")
    assert standing(reviewer) == (
        "in review Only the desk sees it. It is your own: another person has to publish it."
    )


@pytest.mark.parametrize("model", [Visit, Record], ids=lambda model: model._meta.label)
def test_the_list_says_the_stage_and_what_comes_next(editor, draft, model):
    page = editor.get(url(model, "changelist")).content.decode()
    assert (
        '<span class="desk-stage desk-stage-draft">draft</span> '
        '<span class="desk-next">next: to review</span>'
    ) in page

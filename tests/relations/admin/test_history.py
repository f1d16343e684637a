"""Revisions: kept with every save, and restored whole."""

import pytest

from agreements.models import Agreement
from relations.models import (
    Change,
    Citation,
    Entry,
    Membership,
    Organization,
    Record,
    RecordLink,
    Revision,
)
from relations.work import unit_of_work
from tests import factories
from tests.relations.admin.forms import confirm, errors_of, form_of, url
from tests.relations.admin.test_saving import ONE_NEEDED

FIRST = {"title": "Treaty of friendship", "date": "1996-09-16", "instrument": "treaty"}
EDITED = {"title": "Agreement on friendship", "date": "1997", "instrument": "agreement"}


@pytest.fixture
def treaty(db):
    """A published treaty with a link, parties, a person, an action and a citation; nobody has edited it yet."""
    with unit_of_work():
        factories.RelationFactory()
        treaty = factories.AgreementFactory(
            **FIRST,
            slug="friendship-1996",
            countries=["AZ", "KZ"],
            topics=[factories.TopicFactory(name="Peace")],
        )
        party = factories.PartyFactory(agreement=treaty, country="AZ")
        minister = factories.PersonFactory(name="A minister")
        factories.ParticipationFactory(record=treaty, person=minister)
        factories.AgreementActionFactory(
            agreement=treaty, party=party, citation=treaty.citations.get(), date="1997-01"
        )
        visit = factories.VisitFactory(title="The visit")
        factories.RecordLinkFactory(source=treaty, target=visit)
    assert not Revision.objects.exists()
    return treaty


def content(treaty) -> dict:
    """All a reader can see of the treaty, whatever the keys of its rows."""
    treaty = Agreement.objects.get(pk=treaty.pk)
    return {
        "row": (treaty.title, treaty.date, treaty.instrument, treaty.status, treaty.evidence),
        "sorted": (treaty.sort_date.isoformat(), treaty.sort_end.isoformat(), treaty.precision),
        "countries": sorted(treaty.countries.values_list("pk", flat=True)),
        "topics": [topic.name for topic in treaty.topics.all()],
        "citations": list(treaty.citations.order_by("uid").values_list("uid", "value", "verdict")),
        "people": [str(part) for part in treaty.participations.all()],
        "links": [str(link.target) for link in treaty.links.all()],
        "parties": [str(party) for party in treaty.parties.all()],
        "actions": [
            (action.type, action.date, str(action.party), action.citation.uid)
            for action in treaty.actions.all()
        ],
        "entries": list(Entry.objects.filter(record=treaty).values_list("sort_date", flat=True)),
    }


def edit(desk, treaty, reason="A better reading", **values):
    page = url(Agreement, "change", treaty.pk)
    response = desk.post(page, {**form_of(desk.get(page), Agreement), "reason": reason, **values})
    assert response.status_code == 302, errors_of(response)


def versions(treaty):
    """Addresses of the kept versions, oldest first."""
    found = Revision.objects.of(treaty).order_by("pk")
    return [url(Agreement, "revision", treaty.pk, revision.pk) for revision in found]


def test_the_first_edit_keeps_what_was_there_before_it(desk, editor, treaty):
    edit(desk, treaty, **EDITED)
    assert [(revision.user, revision.comment) for revision in Revision.objects.order_by("pk")] == [
        (None, "As it was before the change that follows."),
        (editor, "A better reading\nChanged Title, Instrument and Date."),
    ]
    edit(desk, treaty, title="Third")
    assert len(versions(treaty)) == 3


def test_an_alteration_by_command_is_kept_before_the_next_edit(desk, treaty):
    edit(desk, treaty, **EDITED)
    with unit_of_work():
        treaty.citations.update(note="loaded anew")
        Agreement.objects.get(pk=treaty.pk).save()
    edit(desk, treaty, title="Third")
    assert len(versions(treaty)) == 4


def test_a_restored_version_is_whole(desk, editor, treaty):
    before = content(treaty)
    number = Change.objects.latest("number").number
    edit(
        desk,
        treaty,
        **EDITED,
        **{
            "citations-0-value": "1997",
            "topics": [],
            "participations-0-DELETE": "on",
            "links-0-DELETE": "on",
        },
    )
    after = content(treaty)
    assert after["row"] == ("Agreement on friendship", "1997", "agreement", "in-force", "single")
    assert (after["topics"], after["people"], after["links"]) == ([], [], [])

    first = versions(treaty)[0]
    assert confirm(desk, first, reason="The first reading was right").url == url(
        Agreement, "change", treaty.pk
    )
    assert content(treaty) == before
    assert [row.pk for row in Record.objects.search("Treaty of friendship").results()] == [
        treaty.pk
    ]
    change = Change.objects.latest("number")
    assert (change.number, change.user, change.reason) == (
        number + 2,
        editor,
        "The first reading was right",
    )
    changed = change.items[0]["fields"]
    assert changed["title"] == ["Agreement on friendship", "Treaty of friendship"]
    assert changed["date"] == ["1997", "1996-09-16"]
    assert Agreement.objects.get().change == change.number
    assert len(versions(treaty)) == 3


def test_removed_parties_and_citations_come_back_with_what_refers_to_them(desk, treaty):
    before = content(treaty)
    edit(desk, treaty, **{"actions-0-DELETE": "on"})
    other = factories.CitationFactory(record=treaty, locator="2", field="date", value="1996-09-16")
    edit(desk, treaty, **{"parties-0-DELETE": "on", "citations-0-DELETE": "on"})
    assert (content(treaty)["parties"], content(treaty)["actions"]) == ([], [])
    confirm(desk, versions(treaty)[0], reason="Too much was removed")
    assert content(treaty) == before
    assert not Citation.objects.filter(pk=other.pk).exists()


def test_a_version_is_compared_before_it_is_restored(desk, treaty):
    edit(desk, treaty, **EDITED)
    before = content(treaty)
    response = desk.get(versions(treaty)[0])
    assert response.context["differences"] == [
        ("Title", "Agreement on friendship", "Treaty of friendship"),
        ("Date", "1997", "1996-09-16"),
        ("Instrument", "agreement", "treaty"),
    ]
    assert content(treaty) == before
    assert desk.get(versions(treaty)[1]).context["differences"] == []


def test_restoring_a_published_record_asks_why(desk, treaty):
    edit(desk, treaty, **EDITED)
    response = confirm(desk, versions(treaty)[0], reason=" ")
    assert response.context["errors"] == [
        "Say why: this has been published, and readers see the change."
    ]
    assert Agreement.objects.get().title == "Agreement on friendship"


def test_neither_stage_nor_address_is_restored(desk, treaty):
    edit(desk, treaty, slug="friendship-1997", stage="withdrawn")
    # Another record cannot take the old address; the old version must not take it from anyone either.
    confirm(desk, versions(treaty)[0], reason="back")
    treaty.refresh_from_db()
    assert (treaty.slug, treaty.stage) == ("friendship-1997", "withdrawn")


def test_a_citation_that_moved_to_another_record_is_not_taken_back(desk, treaty):
    edit(desk, treaty, **EDITED)
    other = factories.VisitFactory()
    moved = factories.CitationFactory(record=treaty, uid="moved", locator="3")
    edit(desk, treaty, title="Third")
    third = versions(treaty)[-1]
    with unit_of_work():
        moved.delete()
        factories.CitationFactory(record=other, uid="moved", locator="3")
    response = desk.get(third)
    assert response.context["refusals"] == ["Uid: Citation with this Uid already exists."]
    response = confirm(desk, third, reason="back")
    assert response.context["errors"] == ["Uid: Citation with this Uid already exists."]
    assert list(Citation.objects.filter(uid="moved").values_list("record", flat=True)) == [other.pk]


def test_a_version_that_names_what_is_gone_is_refused(desk, treaty):
    topic = treaty.topics.get()
    edit(desk, treaty, topics=[])
    topic.delete()
    response = desk.get(versions(treaty)[0])
    assert response.context["refusals"] == [
        "Topics: something that version names has been deleted since."
    ]


def test_a_version_without_its_citation_cannot_be_restored_once_published(desk):
    draft = factories.AgreementFactory(
        title="Draft", stage="draft", cited=False, countries=["AZ", "KZ"]
    )
    edit(desk, draft, title="Still a draft")
    factories.CitationFactory(record=draft, field="date", value=draft.date)
    edit(desk, draft, stage="published")
    response = confirm(desk, versions(draft)[0], reason="back")
    assert response.context["errors"] == [ONE_NEEDED]
    assert Agreement.objects.get().title == "Still a draft"


def test_the_history_of_a_record_that_was_saved_with_another_is_its_own(desk, treaty):
    visit = Record.objects.get(title="The visit").specific
    edit(desk, treaty, **{"links-0-DELETE": "on", "title": "Edited"})
    RecordLink.objects.create(source=visit, target=treaty, type="follows")
    confirm(desk, versions(treaty)[0], reason="back")
    assert Record.objects.get(pk=visit.pk).title == "The visit"
    assert [str(link.target) for link in visit.links.all()] == ["Treaty of friendship"]


def test_an_organization_comes_back_with_names_members_and_their_citations(desk):
    with unit_of_work():
        council = factories.OrganizationFactory(name="Council")
        factories.NameFactory(entity=council, text="The Council")
        member = factories.MembershipFactory(organization=council, country="AZ", role="founder")
        factories.CitationFactory(membership=member, field="role", value="founder")
    page = url(Organization, "change", council.pk)
    data = {**form_of(desk.get(page), Organization), "name": "Committee"}
    gone = {"names-0-DELETE": "on", "memberships-0-DELETE": "on"}
    assert desk.post(page, {**data, **gone}).status_code == 302
    assert not Membership.objects.exists()
    first = Revision.objects.of(council).order_by("pk")[0]
    assert confirm(desk, url(Organization, "revision", council.pk, first.pk)).status_code == 302
    council.refresh_from_db()
    assert council.name == "Council"
    assert [name.text for name in council.names.all()] == ["The Council"]
    assert [(one.role, one.citations.get().verdict) for one in council.memberships.all()] == [
        ("founder", "supports")
    ]


def test_the_history_page_leads_to_each_version(desk, treaty):
    edit(desk, treaty, **EDITED)
    response = desk.get(url(Agreement, "history", treaty.pk))
    assert [row["url"] for row in response.context["versions"]] == versions(treaty)[::-1]
    assert [str(action) for action in response.context["action_list"]] == [
        "Changed “Agreement on friendship” — Changed Title, Instrument and Date."
    ]


@pytest.mark.parametrize("version", ["0", "999999", "9" * 18, "9" * 30])
def test_there_is_no_such_version(desk, treaty, version):
    assert desk.get(f"/admin/agreements/agreement/{treaty.pk}/history/{version}/").status_code in (
        302,
        404,
    )


def test_a_version_of_another_record_is_not_restored_into_this_one(desk, treaty):
    edit(desk, treaty, **EDITED)
    other = factories.AgreementFactory(title="Other")
    revision = Revision.objects.of(treaty).first()
    page = url(Agreement, "revision", other.pk, revision.pk)
    assert desk.post(page, {"reason": "mischief"}).status_code == 404
    assert Agreement.objects.get(pk=other.pk).title == "Other"


def test_a_version_of_another_model_with_the_same_key_is_not_restored(desk, treaty):
    edit(desk, treaty, **EDITED)
    Revision.objects.update(model="relations.source")
    other = Revision.objects.first()
    assert other.subject == str(treaty.pk)
    page = url(Agreement, "revision", treaty.pk, other.pk)
    assert desk.post(page, {"reason": "mischief"}).status_code == 404

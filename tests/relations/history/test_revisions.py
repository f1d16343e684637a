"""Revisions: one for each subject that a unit of work alters, whoever opened the unit."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.admin.authors import authors
from relations.history import changes, restoring
from relations.loading import batch
from relations.models import Change, Record, Revision, Visit
from relations.work import unit_of_work
from tests import factories

pytestmark = pytest.mark.django_db


def told(row) -> list[tuple]:
    """Of each revision its status, user, comment, number of the public change and title; oldest first."""
    return [
        (one.status, one.user, one.comment, one.change_id, one.state["title"])
        for one in Revision.objects.of(row).order_by("pk")
    ]


def altered(visit, title, **unit):
    with unit_of_work(**unit):
        visit.title = title
        visit.save()


def test_what_a_command_makes_is_kept_when_it_is_first_altered():
    visit = factories.VisitFactory(title="First")
    assert not Revision.objects.exists()
    altered(visit, "Second", reason="Mended by a command")
    assert told(visit) == [
        ("found", None, "As it was before the change that follows.", None, "First"),
        ("stored", None, "Mended by a command", changes.latest(), "Second"),
    ]
    assert Revision.objects.of(visit)[0].state == changes.state(Record, visit.pk)
    altered(visit, "Third")
    assert [title for *_about, title in told(visit)] == ["First", "Second", "Third"]


def test_what_a_user_makes_is_theirs_and_a_draft_is_no_public_change(admin_user):
    with unit_of_work(user=admin_user, reason="New"):
        visit = factories.VisitFactory(title="First", stage="draft", cited=False)
    assert told(visit) == [("stored", admin_user, "New", None, "First")]
    assert not Change.objects.filter(items__0__model="relations.record").exists()


def test_a_unit_that_alters_nothing_leaves_no_revision(admin_user):
    visit = factories.VisitFactory()
    with unit_of_work(user=admin_user):
        visit.save()
    assert not Revision.objects.exists()


def test_what_is_deleted_is_kept_as_it_last_was(admin_user):
    topic = factories.TopicFactory(name="Gone")
    key = topic.pk
    with unit_of_work(user=admin_user):
        topic.delete()
    (kept,) = Revision.objects.all()
    assert (kept.model, kept.subject, kept.status) == ("relations.topic", str(key), "found")
    assert kept.state["name"] == "Gone"


def test_what_was_altered_behind_the_units_back_is_found_by_the_next():
    visit = factories.VisitFactory(title="First")
    altered(visit, "Second")
    Record.objects.filter(pk=visit.pk).update(title="By hand")
    altered(Visit.objects.get(), "Third")
    assert [(status, title) for status, *_about, title in told(visit)] == [
        ("found", "First"),
        ("stored", "Second"),
        ("found", "By hand"),
        ("stored", "Third"),
    ]


@pytest.mark.parametrize("size", [1, 30])
def test_revisions_cost_two_queries_a_unit(size):
    visits = factories.VisitFactory.create_batch(size)
    with CaptureQueriesContext(connection) as queries, unit_of_work():
        for visit in visits:
            visit.title += "!"
            visit.save()
    ours = [query for query in queries.captured_queries if "relations_revision" in query["sql"]]
    assert len(ours) == 2
    assert Revision.objects.count() == 2 * size


@pytest.mark.parametrize("by_user", [True, False])
def test_the_batch_writer_keeps_what_a_user_brings_in(admin_user, by_user):
    draft = batch.Draft(Visit(slug="visit", title="Visit", date="1996", stage="draft"))
    (pk,) = batch.write([draft], user=admin_user if by_user else None, comment="From a table")
    visit = Visit.objects.get(pk=pk)
    expected = [("stored", admin_user, "From a table", None, "Visit")] if by_user else []
    assert told(visit) == expected
    assert all(one.state == changes.state(Record, pk) for one in Revision.objects.all())


# Whose it is -----------------------------------------------------------------------------------------------


def test_a_renamed_topic_makes_a_draft_nobody_elses(admin_user, django_user_model):
    other = django_user_model.objects.create_user("other")
    topic = factories.TopicFactory(slug="peace")
    with unit_of_work(user=admin_user):
        visit = factories.VisitFactory(stage="draft", cited=False, topics=[topic])
    altered(visit, "Mine", user=other)
    topic.slug = "peace-and-quiet"
    topic.save()
    with unit_of_work(user=django_user_model.objects.create_user("third")):
        visit.stage = "review"
        visit.save()
    assert authors(visit) == {admin_user.pk, other.pk}


# Restoring -------------------------------------------------------------------------------------------------


def restored(row, number: int) -> None:
    """Bring back the revision of that number, counted from the oldest."""
    revision = list(Revision.objects.of(row).order_by("pk"))[number]
    with unit_of_work():
        restoring.restore(revision, type(row).objects.get(pk=row.pk))


def test_removed_parts_come_back_in_the_order_in_which_they_were_added():
    pact = factories.AgreementFactory()
    with unit_of_work():
        for code, uid in (("TR", "c"), ("AZ", "a"), ("KZ", "b"), ("KG", "d")):
            factories.PartyFactory(agreement=pact, country=code, uid=uid)
    with unit_of_work():
        for party in pact.parties.all():
            party.delete()
    restored(pact, -2)
    assert [party.country_id for party in pact.parties.all()] == ["TR", "AZ", "KZ", "KG"]


def test_a_link_is_found_by_the_address_it_had_then():
    topic = factories.TopicFactory(slug="peace")
    visit = factories.VisitFactory(topics=[topic])
    altered(visit, "Second")
    topic.slug = "peace-and-quiet"
    topic.save()
    with unit_of_work():
        visit.topics.clear()
    restored(visit, 0)
    assert list(visit.topics.all()) == [topic]


def test_a_place_that_is_gone_is_named_in_the_refusal():
    place = factories.PlaceFactory()
    visit = factories.VisitFactory(title="First", place=place)
    with unit_of_work():
        visit.place, visit.title = None, "Second"
        visit.save()
    place.delete()
    with pytest.raises(ValidationError) as refused:
        restored(visit, 0)
    assert refused.value.messages == ["Place: something that version names has been deleted since."]
    assert Visit.objects.get().title == "Second"


def test_numbers_and_amounts_come_back_as_such():
    figure = factories.TradeFigureFactory(
        value="331700000.5", change_kind="percent", change_value=40
    )
    altered(figure, "Second")
    before = changes.state(Record, figure.pk)
    with unit_of_work():
        figure.value, figure.change_kind, figure.change_value = 1, "", None
        figure.save()
    restored(figure, 1)
    assert changes.state(Record, figure.pk) == before


# Room for what is proposed ---------------------------------------------------------------------------------


def test_what_is_only_proposed_is_never_taken_for_what_was_stored(admin_user):
    visit = factories.VisitFactory(title="First", stage="draft", cited=False)
    proposed = changes.state(Record, visit.pk) | {"title": "Proposed"}
    Revision.objects.create(
        model="relations.record",
        subject=str(visit.pk),
        status="proposed",
        user=admin_user,
        state=proposed,
    )
    assert told(visit) == []
    assert authors(visit) == set()
    altered(visit, "Proposed")
    assert [(status, title) for status, *_about, title in told(visit)] == [
        ("found", "First"),
        ("stored", "Proposed"),
    ]

"""The unit of work: everything derived in one transaction, one number a change."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction

from relations.history import changes
from relations.models import Change, Citation, Country, Entry, FormerAddress, Record, Visit
from relations.search import index, query
from relations.work import OutsideUnitOfWork, current, unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    NameFactory,
    OrganizationFactory,
    PlaceFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
    country,
)

pytestmark = pytest.mark.django_db


def test_a_new_published_record_is_one_change():
    before = changes.latest()
    record = AgreementFactory(slug="pact-2005", countries=["AZ", "KZ"])
    change = Change.objects.get(number=changes.latest())
    assert changes.latest() - before == 1
    assert [i for i in change.items if i["model"] == "relations.record"] == [
        {"model": "relations.record", "key": "pact-2005", "action": "published", "fields": {}}
    ]
    assert record.change == change.number


def test_a_draft_is_no_change():
    country("AZ")
    before = changes.latest()
    record = AgreementFactory(stage="draft", cited=False, countries=["AZ"])
    record.title = "Another"
    record.save()
    assert changes.latest() == before
    assert Record.objects.get().change == 0


def test_old_and_new_value_are_kept_with_user_and_reason(admin_user):
    record = AgreementFactory(slug="pact-2005", title="Pact")
    with unit_of_work(user=admin_user, reason="The title was misspelt."):
        record.title = "The Pact"
        record.save()
    change = Change.objects.get(number=changes.latest())
    assert change.user == admin_user
    assert change.reason == "The title was misspelt."
    assert change.items == [
        {
            "model": "relations.record",
            "key": "pact-2005",
            "action": "changed",
            "fields": {"title": ["Pact", "The Pact"]},
        }
    ]


def test_saving_without_altering_is_no_change():
    record = AgreementFactory()
    before, modified = changes.latest(), Record.objects.get().modified
    record.save()
    assert changes.latest() == before
    assert Record.objects.get().modified == modified


def test_reprocessing_is_no_change():
    record = AgreementFactory()
    Record.objects.update(evidence="conflict", field_evidence={"date": "conflict"})
    before = changes.latest()
    record.refresh_from_db()
    record.save()
    assert Record.objects.get().evidence == "single"
    assert changes.latest() == before


def test_one_number_for_all_that_a_transaction_alters():
    first, second = AgreementFactory(slug="first"), AgreementFactory(slug="second")
    topic = TopicFactory()
    before = changes.latest()
    with unit_of_work():
        first.topics.add(topic)
        second.title = "Another"
        second.save()
    assert changes.latest() == before + 1
    items = Change.objects.get(number=changes.latest()).items
    assert sorted(item["key"] for item in items) == ["first", "second"]
    assert set(Record.objects.values_list("change", flat=True)) == {before + 1}


def test_a_part_added_moved_or_taken_away_is_a_change():
    first, second = AgreementFactory(slug="first"), AgreementFactory(slug="second")
    source, place = SourceFactory(), PlaceFactory(slug="baku")
    before = changes.latest()
    citation = CitationFactory(uid="cited", record=first, source=source, locator="9")
    assert changed_fields(before + 1) == {"first": ["citations"]}
    citation.record = second.record_ptr
    citation.save()
    assert changed_fields(before + 2) == {"first": ["citations"], "second": ["citations"]}
    citation.delete()
    assert changed_fields(before + 3) == {"second": ["citations"]}
    NameFactory(entity=place)
    assert changed_fields(before + 4) == {"baku": ["names"]}


def changed_fields(number: int) -> dict[str, list[str]]:
    items = Change.objects.get(number=number).items
    return {item["key"]: list(item["fields"]) for item in items}


def test_a_changed_topic_or_place_is_a_change():
    topic, place = TopicFactory(slug="trade"), PlaceFactory(slug="baku", name="Baku")
    before = changes.latest()
    topic.name = "Trade and economy"
    topic.save()
    place.name = "Bakı"
    place.save()
    assert changes.latest() == before + 2
    assert Change.objects.get(number=changes.latest()).items == [
        {
            "model": "relations.entity",
            "key": "baku",
            "action": "changed",
            "fields": {"name": ["Baku", "Bakı"]},
            "kind": "place",
        }
    ]


def test_links_outside_a_unit_of_work_are_refused():
    record = AgreementFactory()
    topic = TopicFactory()
    with pytest.raises(OutsideUnitOfWork), transaction.atomic():
        record.topics.add(topic)
    with unit_of_work():
        record.topics.add(topic)
    with pytest.raises(OutsideUnitOfWork), transaction.atomic():
        topic.records.clear()
    assert list(record.topics.all()) == [topic]


def test_links_set_from_the_other_side_are_noticed():
    record = AgreementFactory()
    topic = TopicFactory(slug="trade")
    before = changes.latest()
    with unit_of_work():
        topic.records.add(record)
    assert Change.objects.get(number=before + 1).items[0]["fields"] == {"topics": [[], ["trade"]]}
    with unit_of_work():
        topic.records.clear()
    assert Change.objects.get(number=before + 2).items[0]["fields"] == {"topics": [["trade"], []]}


def test_a_failed_unit_leaves_nothing_and_is_closed():
    record = AgreementFactory(title="Pact")
    before = changes.latest()
    record.title = "Lost"

    def save_and_fail():
        with unit_of_work():
            record.save()
            raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        save_and_fail()
    assert Record.objects.get().title == "Pact"
    assert changes.latest() == before
    assert current() is None


def test_the_last_located_citation_of_a_published_record_stays():
    record = AgreementFactory(title="Pact")
    with pytest.raises(
        ValidationError, match="“Pact” is published and needs at least one citation"
    ):
        record.citations.get().delete()
    assert Citation.objects.count() == 1
    citation = record.citations.get()
    citation.locator = ""
    with pytest.raises(ValidationError, match="needs at least one citation with a locator"):
        citation.save()
    assert Citation.objects.get().locator == "1"
    with pytest.raises(ValidationError, match="needs at least one citation with a locator"):
        Citation.objects.all().delete()
    assert Citation.objects.count() == 1


def test_one_of_two_citations_may_go():
    record = AgreementFactory()
    CitationFactory(record=record, locator="2")
    record.citations.get(locator="1").delete()
    assert [c.locator for c in record.citations.all()] == ["2"]


def test_a_record_cannot_be_published_without_a_located_citation():
    record = AgreementFactory(title="Pact", stage="draft", cited=False)
    CitationFactory(record=record, locator="")
    record.stage = "published"
    with pytest.raises(ValidationError, match="needs at least one citation with a locator"):
        record.save()
    assert Record.objects.get().stage == "draft"
    CitationFactory(record=record, locator="4")
    record.save()
    assert Record.objects.get().stage == "published"
    assert Record.objects.get().first_published is not None


def test_named_countries_always_take_part():
    visit = VisitFactory(guest="KZ", host="AZ", countries=["TR"])
    assert {c.pk for c in visit.countries.all()} == {"AZ", "KZ", "TR"}
    with unit_of_work():
        visit.countries.clear()
    assert {c.pk for c in visit.countries.all()} == {"AZ", "KZ"}


def test_entries_follow_countries_date_and_stage():
    relation = RelationFactory()
    both = AgreementFactory(date="1996-09-16", countries=["AZ", "KZ"])
    AgreementFactory(countries=["AZ", "TR"])
    AgreementFactory(countries=["AZ", "KZ"], stage="draft", cited=False)
    assert [e.record_id for e in Entry.objects.all()] == [both.pk]

    both.date = "2005"
    both.save()
    entry = Entry.objects.get()
    assert (str(entry.sort_date), str(entry.sort_end), entry.year) == (
        "2005-01-01",
        "2005-12-31",
        2005,
    )

    with unit_of_work():
        both.countries.remove("KZ")
    assert not Entry.objects.exists()
    with unit_of_work():
        both.countries.add("KZ")
    assert Entry.objects.count() == 1
    both.stage = "withdrawn"
    both.save()
    assert not Entry.objects.exists()
    assert relation.entries.count() == 0


def test_a_new_relation_gets_its_entries():
    record = AgreementFactory(countries=["AZ", "KZ"])
    relation = RelationFactory()
    assert [e.record_id for e in relation.entries.all()] == [record.pk]


def test_search_finds_what_links_name_and_forgets_what_went():
    place = PlaceFactory(name="Almaty")
    record = VisitFactory(title="Talks", place=place)
    other = VisitFactory(title="Elsewhere")
    assert list(Record.objects.filter(query.condition("almaty talks"))) == [record.record_ptr]
    with unit_of_work():
        record.organizations.add(OrganizationFactory(name="Interstate Council"))
    assert list(Record.objects.filter(query.condition("council"))) == [record.record_ptr]
    record.title = "Meeting"
    record.save()
    assert list(Record.objects.filter(query.condition("talks"))) == []
    draft = VisitFactory(title="Unknown draft", stage="draft", cited=False)
    assert list(Record.objects.filter(query.condition("unknown"))) == [draft.record_ptr]
    assert list(Record.objects.published().filter(query.condition("unknown"))) == []
    draft.delete()
    assert list(Record.objects.filter(query.condition("unknown"))) == []
    assert index.problems() == []
    assert Visit.objects.filter(pk=other.pk).exists()


def test_search_follows_a_name_that_changes():
    body, place, topic = (
        OrganizationFactory(name="Interstate Council"),
        PlaceFactory(name="Almaty"),
        TopicFactory(name="Energy"),
    )
    record = VisitFactory(title="Talks", place=place, topics=[topic], countries=["AZ", "KZ"])
    other = VisitFactory(title="Elsewhere")
    with unit_of_work():
        record.organizations.add(body)

    def found(text):
        return list(Record.objects.filter(query.condition(text)).values_list("pk", flat=True))

    body.name = "Supreme Council"
    body.save()
    assert (found("interstate"), found("supreme")) == ([], [record.pk])
    place.name = "Verny"
    place.save()
    assert (found("almaty"), found("verny")) == ([], [record.pk])
    alias = NameFactory(entity=place, text="Alma-Ata")
    assert found("ata") == [record.pk]
    alias.delete()
    assert found("ata") == []
    topic.name = "Oil"
    topic.save()
    assert (found("energy"), found("oil")) == ([], [record.pk])
    state = Country.objects.get(code="KZ")
    state.name = "Qazaqstan"
    state.save()
    assert (found("kazakhstan"), found("qazaqstan")) == ([], [record.pk])
    assert found("elsewhere") == [other.pk]


def test_search_is_left_alone_by_what_changes_no_name():
    place = PlaceFactory(name="Almaty")
    VisitFactory(title="Talks", place=place)
    rows = apps.get_model("modelsearch", "IndexEntry").objects
    assert rows.update(title_norm=1.0) == 1
    place.description = "A city."
    place.save()
    assert list(rows.values_list("title_norm", flat=True)) == [1.0]


def test_indexing_one_record_writes_no_other_row_of_the_index():
    """Else two writers wait for each other's rows, and PostgreSQL ends one of them."""
    VisitFactory(title="Talks")
    rows = apps.get_model("modelsearch", "IndexEntry").objects
    assert rows.update(title_norm=1.0) == 1
    VisitFactory(title="Another, with a far longer title than the first")
    assert list(rows.values_list("title_norm", flat=True)) == [1.0, 1.0]


def test_a_published_slug_is_remembered_and_never_reused():
    record = AgreementFactory(slug="pact-2005")
    record.slug = "pact-of-baku-2005"
    record.save()
    former = FormerAddress.objects.get()
    assert (former.scope, former.slug, former.target) == ("record", "pact-2005", record.pk)
    assert Change.objects.get(number=changes.latest()).items[0]["action"] == "renamed"
    other = VisitFactory.build(slug="pact-2005", title="Visit")
    with pytest.raises(ValidationError) as error:
        other.full_clean()
    assert error.value.message_dict["slug"] == [
        "“pact-2005” was the address of another record and is never reused; choose another."
    ]
    record.slug = "pact-2005"
    record.save()
    assert [f.slug for f in FormerAddress.objects.all()] == ["pact-of-baku-2005"]


def test_a_draft_slug_is_not_remembered():
    record = AgreementFactory(slug="pact-2005", stage="draft", cited=False)
    record.slug = "other-2005"
    record.save()
    assert not FormerAddress.objects.exists()


def test_only_children_are_saved():
    AgreementFactory(title="Pact")
    record = Record.objects.get()
    record.title = "Bare"
    with pytest.raises(TypeError, match="Save the agreement, visit or other child"):
        record.save()
    assert Record.objects.get().title == "Pact"


def test_a_country_edit_is_a_change():
    country("AZ")
    before = changes.latest()
    azerbaijan = Country.objects.get(pk="AZ")
    azerbaijan.official_name = "Republic of Azerbaijan"
    azerbaijan.save()
    assert Change.objects.get(number=before + 1).items[0]["fields"] == {
        "official_name": ["", "Republic of Azerbaijan"]
    }

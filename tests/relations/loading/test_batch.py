"""The batch writer stores what saving one by one would, all or nothing."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from agreements.models import Agreement, AgreementAction, Party
from relations.loading.batch import Draft, write
from relations.loading.checks import check_database
from relations.models import (
    Change,
    Citation,
    Entry,
    FormerAddress,
    Milestone,
    Participation,
    Record,
    RecordLink,
    Visit,
)
from relations.search import query
from relations.work import unit_of_work
from tests.factories import (
    MilestoneFactory,
    OrganizationFactory,
    PersonFactory,
    PlaceFactory,
    ProjectFactory,
    SourceFactory,
    TopicFactory,
    country,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return SourceFactory(slug="paper")


def milestone(slug, source=None, **more):
    columns = {"title": slug, "date": "1993", "stage": "published", "category": "gift"}
    record = Milestone(slug=slug, **{**columns, **more})
    cited = [Citation(record=record, source=source, locator="1", field="date", value="1993")]
    return Draft(record, countries=["AZ", "KZ"], citations=cited if source else ())


def test_everything_is_stored_derived_and_found(relation, source):
    place = PlaceFactory(slug="baku", name="Baku")
    PlaceFactory(slug="almaty", name="Almaty")
    person = PersonFactory(slug="leyla", name="Leyla")
    topic, project = TopicFactory(slug="energy"), ProjectFactory(slug="corridor")
    record = Agreement(
        slug="pact",
        title="Pact",
        date="1996-09",
        place=place,
        stage="published",
        instrument="treaty",
    )
    visit = Visit(
        slug="visit", title="Visit", date="1996", stage="draft", guest_id="AZ", host_id="KZ"
    )
    parties = [Party(agreement=record, country_id=code) for code in ("KZ", "AZ")]
    organization = OrganizationFactory(slug="council", name="Council")
    parties.append(Party(agreement=record, organization=organization))
    said = [
        ("", ""),
        ("date", "1996-09-16"),
        ("date", "1997"),
        ("instrument", "treaty"),
        ("place", "almaty"),
        ("countries", "KZ"),
        ("countries", "TR"),
        ("people", "leyla"),
        ("offices", "Minister"),
        ("parties", "council"),
        ("organizations", "council"),
    ]
    country("TR")
    citations = [
        Citation(record=record, source=source, locator="1", field=field, value=value)
        for field, value in said
    ]
    pks = write(
        [
            Draft(visit),
            Draft(
                record,
                countries=["AZ"],
                organizations=[organization.pk],
                projects=[project.pk],
                topics=[topic.pk, topic.pk],
                participations=[
                    Participation(record=record, person=person, role="signatory", office="Minister")
                ],
                citations=citations,
                related=[
                    *parties,
                    AgreementAction(
                        agreement=record, type="in-force", party=parties[0], citation=citations[1]
                    ),
                    RecordLink(source=record, type="signed-during", target=visit),
                ],
            ),
        ],
        reason="Import",
    )
    stored = Agreement.objects.get(slug="pact")
    assert pks == [Visit.objects.get().pk, stored.pk]
    assert [c.pk for c in stored.countries.all()] == ["AZ", "KZ"]
    assert [t.slug for t in stored.topics.all()] == ["energy"]
    assert [p.slug for p in stored.projects.all()] == ["corridor"]
    assert [p.key for p in stored.parties.all()] == ["KZ", "AZ", "council"]
    assert (stored.status, stored.evidence) == ("in-force", "conflict")
    assert stored.field_evidence == {
        "countries": "single",
        "date": "conflict",
        "instrument": "single",
        "offices": "single",
        "organizations": "single",
        "parties": "single",
        "people": "single",
        "place": "conflict",
    }
    assert list(stored.citations.order_by("pk").values_list("verdict", flat=True)) == [
        "supports",
        "finer",
        "contradicts",
        "supports",
        "contradicts",
        "supports",
        "reading",
        "supports",
        "supports",
        "supports",
        "supports",
    ]
    assert [link.target_id for link in stored.links.all()] == [pks[0]]
    assert list(Entry.objects.values_list("record__slug", "year")) == [("pact", 1996)]
    assert [r.slug for r in Record.objects.filter(query.condition("leyla baku kazakhstan"))] == [
        "pact"
    ]
    change = Change.objects.latest("number")
    assert (change.reason, change.items) == (
        "Import",
        [{"model": "relations.record", "key": "pact", "action": "published", "fields": {}}],
    )
    assert Record.objects.get(slug="visit").change == 0
    assert stored.change == change.number
    assert sorted(c.pk for c in Visit.objects.get().countries.all()) == ["AZ", "KZ"]
    assert check_database().problems == []


def test_many_chunks_are_one_change(relation, source, monkeypatch):
    monkeypatch.setattr("relations.loading.batch.CHUNK", 3)
    before = Change.objects.count()
    pks = write(milestone(f"gift-{number}", source) for number in range(10))
    assert Change.objects.count() == before + 1
    assert list(Entry.objects.order_by("record").values_list("record_id", flat=True)) == pks
    assert check_database().problems == []


def test_one_uncited_record_refuses_the_whole_batch(relation, source):
    with pytest.raises(ValidationError, match="“bare” is published and needs"):
        write([milestone("cited", source), milestone("bare")])
    assert not Record.objects.exists()
    assert not Citation.objects.exists()
    # A draft need not be cited.
    assert len(write([milestone("bare", stage="draft")])) == 1


def test_taken_and_former_addresses_are_refused(relation, source):
    record = MilestoneFactory(slug="old")
    record.slug = "new"
    record.save()
    assert FormerAddress.objects.get().slug == "old"
    with pytest.raises(ValidationError, match=r"never reused: old\."):
        write([milestone("old", source)])
    with pytest.raises(IntegrityError):
        write([milestone("new", source)])


def test_it_is_a_unit_of_work_of_its_own(source):
    with unit_of_work(), pytest.raises(RuntimeError, match="outside of others"):
        write([milestone("gift", source)])


def test_nothing_is_written_for_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert write([]) == []


@pytest.mark.parametrize("size", [1, 30])
def test_queries_do_not_grow_with_the_batch(relation, source, size, django_assert_max_num_queries):
    drafts = [milestone(f"gift-{number}", source) for number in range(size)]
    with django_assert_max_num_queries(60):
        write(drafts)

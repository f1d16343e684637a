"""A copy that only speaks HTTP stays in step with the timeline through whatever is done to it.

How a mirror works, as the README tells it. It remembers the number of the last change that it has taken in: 0
before the first time, which then is a whole download. To come into step

1. it asks for ``changes/?since=NUMBER``, page by page, notes ``latest`` of the first page, and drops what has
   left its address: for each item without ``url`` the object ``resource/key``, and for each that has ``was``
   the object ``resource/was``;
2. it asks for ``timeline/?changed_since=NUMBER``, page by page, and stores each object under its ``url``,
   whether it was there before or not;
3. it remembers ``latest``.

What is altered while it reads has a number above ``latest`` and comes the next time, perhaps once more.
"""

import json
import random

import pytest
from django.core.exceptions import ValidationError

from relations import stored
from relations.models import (
    Citation,
    Country,
    Entity,
    Participation,
    Record,
    RecordLink,
    Source,
    StoredObject,
    Topic,
)
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    MilestoneFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PersonFactory,
    PlaceFactory,
    ProjectFactory,
    RecordLinkFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db
API = "https://entente.example/api/v1/"
STEPS = 36


class Mirror:
    """``objects`` are the records by their address, each as the text that was sent."""

    def __init__(self, client):
        self.client = client
        self.number = 0
        self.objects: dict[str, str] = {}
        # Called before each request: what others do meanwhile.
        self.meanwhile = lambda: None

    def come_into_step(self) -> None:
        latest = None
        for page in self._pages(f"changes/?since={self.number}"):
            latest = page["latest"] if latest is None else latest
            for item in (item for change in page["results"] for item in change["items"]):
                left = [item["was"]] if item["was"] else []
                left += [] if item["url"] else [item["key"]]
                for key in left:
                    self.objects.pop(f"{API}{item['resource']}/{key}/", None)
        self.objects |= self.listed(f"timeline/?changed_since={self.number}")
        self.number = latest

    def listed(self, address: str) -> dict[str, str]:
        return {
            one["url"]: json.dumps(one, ensure_ascii=False, separators=(",", ":"))
            for page in self._pages(address)
            for one in page["results"]
        }

    def _pages(self, address: str):
        address = f"{API}{address}&page_size=4"
        while address:
            self.meanwhile()
            response = self.client.get(address.removeprefix("https://entente.example"), secure=True)
            assert response.status_code == 200, response.content
            yield response.json()
            address = response.json()["next"]


class Desk:
    """An editor who does anything that may be done, at random."""

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.made = 0
        with unit_of_work():
            RelationFactory()
            for number in range(2):
                PlaceFactory(slug=f"place-{number}", country="KZ")
                OrganizationFactory(slug=f"organization-{number}")
                PersonFactory(slug=f"person-{number}")
                ProjectFactory(slug=f"project-{number}")
                TopicFactory(slug=f"topic-{number}")
                SourceFactory(slug=f"source-{number}")

    def any(self, rows):
        return self.rng.choice(list(rows.order_by("pk")))

    def record(self, *stages):
        found = Record.objects.filter(stage__in=stages or ("draft", "published", "withdrawn"))
        return self.any(found).specific

    def new(self, word: str) -> str:
        self.made += 1
        return f"{word}-{self.made}"

    def save(self, row, **values):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()

    # What may be done ---------------------------------------------------------------------------------

    def publish(self, stage="published"):
        factory = self.rng.choice([VisitFactory, AgreementFactory, MilestoneFactory])
        record = factory(
            slug=self.new("record"),
            date=self.rng.choice(["1996", "1996-09", "2005-05-24"]),
            countries=self.rng.sample(["AZ", "KZ", "TR"], 2),
            topics=[self.any(Topic.objects)],
            organizations=[self.any(Entity.objects.filter(kind="organization")).specific],
            place=self.any(Entity.objects.filter(kind="place")).specific,
            source=self.any(Source.objects),
            stage=stage,
        )
        if factory is AgreementFactory:
            PartyFactory(agreement=record, country="KZ")

    def draft(self):
        self.publish(stage="draft")

    def publish_draft(self):
        self.save(self.record("draft"), stage="published")

    def delete_draft(self):
        self.record("draft").delete()

    def withdraw(self):
        self.save(self.record("published"), stage="withdrawn")

    def publish_again(self):
        self.save(self.record("withdrawn"), stage="published")

    def edit(self):
        self.save(self.record(), title=self.new("“Title”"))

    def redate(self):
        self.save(self.record(), date=self.rng.choice(["1991-12", "2025", "1996-09-16"]))

    def rename(self):
        record = self.record()
        # Now and then to what it was before.
        former = record.slug.removesuffix("-again")
        self.save(record, slug=former if former != record.slug else f"{record.slug}-again")

    def rename_and_withdraw(self):
        self.save(self.record("published"), slug=self.new("left"), stage="withdrawn")

    def rename_and_publish(self):
        self.save(self.record("withdrawn"), slug=self.new("back"), stage="published")

    def rename_what_is_shown(self):
        row = self.any(Entity.objects).specific
        self.save(row, name=self.new("Name"))

    def move_what_is_shown(self):
        row = self.any(self.rng.choice([Entity, Topic, Source]).objects)
        row = getattr(row, "specific", row)
        self.save(row, slug=self.new("moved"))

    def rename_a_country_topic_or_source(self):
        self.save(self.any(Country.objects), name=self.new("Land"))
        self.save(self.any(Topic.objects), name=self.new("Topic"))
        self.save(self.any(Source.objects), title=self.new("Source"))

    def cite(self):
        CitationFactory(
            record=self.record().record_ptr,
            source=self.any(Source.objects),
            field="date",
            value=self.rng.choice(["1996", "2005-05-24"]),
        )

    def cite_no_more(self):
        # Where it is the last one, that is refused, and so is all that was to be done at once.
        self.any(Citation.objects.filter(record__isnull=False)).delete()

    def link(self):
        source, target = self.record().record_ptr, self.record().record_ptr
        if (
            source != target
            and not RecordLink.objects.filter(source=source, target=target).exists()
        ):
            RecordLinkFactory(source=source, target=target)

    def link_no_more(self):
        self.any(RecordLink.objects).delete()

    def take_part(self):
        record, person = self.record().record_ptr, self.any(Entity.objects.filter(kind="person"))
        if not Participation.objects.filter(record=record, person=person.specific).exists():
            ParticipationFactory(record=record, person=person.specific)

    def take_part_no_more(self):
        self.any(Participation.objects).delete()

    def other_topics_and_projects(self):
        record = self.record()
        record.topics.set([self.any(Topic.objects)])
        record.projects.set([self.any(Entity.objects.filter(kind="project")).specific])

    def other_countries(self):
        self.record().countries.set(self.rng.sample(["AZ", "KZ", "TR"], 1))

    DONE = (
        *[publish] * 4,
        *[withdraw, rename, edit, publish_again, link, rename_what_is_shown] * 2,
        draft, publish_draft, delete_draft, redate, rename_and_withdraw, rename_and_publish,
        move_what_is_shown, rename_a_country_topic_or_source, cite, cite_no_more, link_no_more, take_part,
        take_part_no_more, other_topics_and_projects, other_countries,
    )  # fmt: skip

    def work(self) -> None:
        """One transaction, of one thing or several."""
        try:
            with unit_of_work():
                for do in self.rng.choices(self.DONE, k=self.rng.choice([1, 1, 2, 5])):
                    try:
                        do(self)
                    except IndexError:
                        """There was nothing to do it to."""
        except ValidationError:
            """All of it was taken back."""


@pytest.mark.parametrize("seed", range(2))
def test_a_mirror_stays_in_step_with_anything(client, seed):
    rng = random.Random(seed)
    desk, mirror = Desk(rng), Mirror(client)
    seen, held = set(), []
    for step in range(1, STEPS + 1):
        desk.work()
        if step % 3 == 0:
            if step % 2 == 0:
                mirror.meanwhile = desk.work
                mirror.come_into_step()
                mirror.meanwhile = lambda: None
            mirror.come_into_step()
            assert mirror.objects == mirror.listed("timeline/?")
            bodies = StoredObject.objects.values_list("body", flat=True)
            assert sorted(mirror.objects.values()) == sorted(bodies)
            held.append(len(mirror.objects))
        seen |= set(Record.objects.values_list("stage", flat=True))
    assert seen == {"draft", "published", "withdrawn"}
    assert max(held) > 5
    assert stored.problems() == []


def test_what_has_not_changed_is_not_asked_for_again(client):
    for _number in range(4):
        AgreementFactory()
    topic = TopicFactory(name="Energy")
    VisitFactory(slug="shown", topics=[topic])
    VisitFactory(slug="draft", stage="draft", topics=[topic])
    mirror = Mirror(client)
    mirror.come_into_step()
    assert len(mirror.objects) == 5
    assert mirror.listed(f"timeline/?changed_since={mirror.number}") == {}
    topic.name = "Oil"
    topic.save()
    found = mirror.listed(f"timeline/?changed_since={mirror.number}")
    assert list(found) == [f"{API}visits/shown/"]
    assert mirror.listed(f"visits/?changed_since={mirror.number}") == found
    assert mirror.listed(f"agreements/?changed_since={mirror.number}") == {}

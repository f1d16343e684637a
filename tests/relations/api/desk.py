"""An editor who does anything that may be done, at random."""

import random

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from relations.models import (
    Citation,
    Country,
    Entity,
    Membership,
    Participation,
    Record,
    RecordLink,
    Relation,
    Source,
    Tenure,
    Topic,
)
from relations.records import merging
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    MembershipFactory,
    MilestoneFactory,
    NameFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PersonFactory,
    PlaceFactory,
    ProjectFactory,
    RecordLinkFactory,
    RelationFactory,
    SourceFactory,
    TenureFactory,
    TopicFactory,
    VisitFactory,
)


class Desk:
    def __init__(self, rng: random.Random):
        self.rng = rng
        self.made = 0
        self.to_do: list = []
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

    def entity(self, kind):
        return self.any(Entity.objects.filter(kind=kind)).specific

    def shown(self, *models):
        """What records show, and what that shows."""
        row = self.any(self.rng.choice(models or (Entity, Topic, Source)).objects)
        return getattr(row, "specific", row)

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
            organizations=[self.entity("organization")],
            place=self.entity("place"),
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
        self.save(self.shown(Entity), name=self.new("Name"))

    def move_what_is_shown(self):
        self.save(self.shown(Entity), slug=self.new("moved"))
        self.save(self.shown(Topic, Source, Relation), slug=self.new("moved"))

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
        # Where it is the last one of a record, that is refused, and so is all that was to be done at once.
        self.any(Citation.objects).delete()

    def link(self):
        source, target = self.record().record_ptr, self.record().record_ptr
        if (
            source != target
            and not RecordLink.objects.filter(source=source, target=target).exists()
        ):
            RecordLinkFactory(source=source, target=target)

    def merge(self):
        merged, kept = self.record("draft", "published"), self.record("published")
        if not merging.refusal(merged, kept):
            merging.merge(merging.plan(merged, kept))

    def link_no_more(self):
        self.any(RecordLink.objects).delete()

    def take_part(self):
        record, person = self.record().record_ptr, self.entity("person")
        if not Participation.objects.filter(record=record, person=person).exists():
            ParticipationFactory(record=record, person=person)

    def take_part_no_more(self):
        self.any(Participation.objects).delete()

    def other_topics_and_projects(self):
        record = self.record()
        record.topics.set([self.any(Topic.objects)])
        record.projects.set([self.entity("project")])

    def other_countries(self):
        self.record().countries.set(self.rng.sample(["AZ", "KZ", "TR"], 1))

    # To what records show ------------------------------------------------------------------------------

    def make(self):
        # Now and then where something was that has been deleted.
        slug = self.rng.choice(["again", self.new("made")])
        if not Entity.objects.filter(slug=slug).exists():
            factories = [OrganizationFactory, PersonFactory, PlaceFactory, ProjectFactory]
            self.rng.choice(factories)(slug=slug)
        TopicFactory(slug=self.new("made"))
        SourceFactory(slug=self.new("made"))

    def delete(self):
        """Of each the last one that nothing links to."""
        for model in (Entity, Topic, Source):
            for row in model.objects.order_by("-pk"):
                try:
                    with transaction.atomic():
                        getattr(row, "specific", row).delete()
                    break
                except ProtectedError:
                    """Something does."""

    def describe(self):
        self.save(self.shown(Entity, Topic), description=self.new("Words"))
        self.save(self.any(Source.objects), note=self.new("Note"))
        self.save(self.any(Relation.objects), introduction=self.new("Words"))

    def save_as_it_is(self):
        self.save(self.shown())
        self.save(self.record())

    def seat(self):
        self.save(self.entity("organization"), seat=self.entity("place"))

    def put_in_a_country(self):
        row = self.rng.choice([self.entity("organization"), self.entity("place")])
        self.save(row, country=self.any(Country.objects))

    def belong(self):
        project = self.entity("project")
        self.save(project, part_of=self.rng.choice([None, self.entity("project")]))
        project.places.set([self.entity("place")])

    def name(self):
        NameFactory(entity=self.shown(Entity))

    def name_no_more(self):
        self.any(self.shown(Entity).names).delete()

    def sit(self):
        MembershipFactory(
            organization=self.entity("organization"),
            country=self.any(Country.objects),
            role=self.new("member"),
        )

    def hold_office(self):
        organization = self.rng.choice([None, self.entity("organization")])
        TenureFactory(person=self.entity("person"), organization=organization)

    def leave(self):
        self.any(self.rng.choice([Membership, Tenure]).objects).delete()

    def cite_what_is_shown(self):
        subject = self.rng.choice(["entity", "membership", "tenure"])
        model = {"entity": Entity, "membership": Membership, "tenure": Tenure}[subject]
        field = {"entity": "name"}.get(subject, "since")
        value = {"entity": "Name"}.get(subject, "1996")
        cited = self.any(model.objects)
        CitationFactory(
            **{subject: cited}, source=self.any(Source.objects), field=field, value=value
        )

    def note(self):
        self.save(self.any(Citation.objects), note=self.new("Note"))

    DEEDS = (
        *[publish] * 8,
        *[withdraw, rename, edit, publish_again, link, merge, rename_what_is_shown] * 2,
        draft, publish_draft, delete_draft, redate, rename_and_withdraw, rename_and_publish,
        rename_a_country_topic_or_source, cite, cite_no_more, link_no_more, take_part,
        take_part_no_more, other_topics_and_projects, other_countries,
        *[make, delete] * 4, *[move_what_is_shown, cite_what_is_shown] * 2,
        describe, save_as_it_is, seat, put_in_a_country, belong, name, name_no_more, sit, hold_office, leave, note,
    )  # fmt: skip

    def next_deed(self):
        """All of them come up, in any order, before any comes up again."""
        self.to_do = self.to_do or self.rng.sample(self.DEEDS, len(self.DEEDS))
        return self.to_do.pop()

    def now_and_then(self) -> None:
        if self.rng.random() < 0.3:
            self.work()

    def work(self) -> None:
        """One transaction, of one thing or several."""
        try:
            with unit_of_work():
                for _number in range(self.rng.choice([1, 1, 2, 5])):
                    try:
                        self.next_deed()(self)
                    except IndexError:
                        """There was nothing to do it to."""
        except ValidationError:
            """All of it was taken back."""

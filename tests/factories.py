"""Factories with no surprises: each required field gets a plain value, nothing optional is filled in.

A record is published and carries the one located citation of its date that publication needs;
``cited=False`` (with ``stage="draft"``) leaves it out. Countries may be given by their codes.
"""

from itertools import count

import factory
from factory.django import DjangoModelFactory

from agreements.models import Agreement, AgreementAction, Party
from relations import models
from relations.work import unit_of_work

KNOWN = {
    "AZ": ("AZE", "031", "azerbaijan", "Azerbaijan"),
    "KZ": ("KAZ", "398", "kazakhstan", "Kazakhstan"),
    "TR": ("TUR", "792", "turkiye", "Türkiye"),
    "KG": ("KGZ", "417", "kyrgyzstan", "Kyrgyzstan"),
}


_numbers = count()


def country(code: str) -> models.Country:
    """The country of that code, made when it is not there yet."""
    found = models.Country.objects.filter(pk=code).first()
    if found:
        return found
    alpha3, numeric, slug, name = KNOWN[code]
    return models.Country.objects.create(
        code=code, alpha3=alpha3, numeric=numeric, slug=slug, name=name
    )


def _country(value):
    return country(value) if isinstance(value, str) else value


class Factory(DjangoModelFactory):
    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        for name, value in kwargs.items():
            if model_class._meta.get_field(name).related_model is models.Country:
                kwargs[name] = _country(value)
        return super()._create(model_class, *args, **kwargs)

    @classmethod
    def create_batch(cls, size, **kwargs):
        """As one change, which is what takes the time."""
        with unit_of_work():
            return super().create_batch(size, **kwargs)


class CountryFactory(Factory):
    class Meta:
        model = models.Country

    code = "AZ"

    @classmethod
    def _create(cls, model_class, *args, code, **kwargs):  # noqa: ARG003 (factory-boy's signature)
        made = country(code)
        for name, value in kwargs.items():
            setattr(made, name, value)
        if kwargs:
            made.save()
        return made


class RelationFactory(Factory):
    class Meta:
        model = models.Relation

    first = "AZ"
    second = "KZ"
    slug = factory.LazyAttribute(
        lambda self: f"{_country(self.first).slug}-{_country(self.second).slug}"
    )


class TopicFactory(Factory):
    class Meta:
        model = models.Topic

    slug = factory.Sequence("topic-{}".format)
    name = factory.Sequence("Topic {}".format)


class SourceFactory(Factory):
    class Meta:
        model = models.Source

    slug = factory.Sequence("source-{}".format)
    kind = "news"
    title = factory.Sequence("Source {}".format)


class PlaceFactory(Factory):
    class Meta:
        model = models.Place

    slug = factory.Sequence("place-{}".format)
    name = factory.Sequence("Place {}".format)


class PersonFactory(Factory):
    class Meta:
        model = models.Person

    slug = factory.Sequence("person-{}".format)
    name = factory.Sequence("Person {}".format)


class OrganizationFactory(Factory):
    class Meta:
        model = models.Organization

    slug = factory.Sequence("organization-{}".format)
    name = factory.Sequence("Organization {}".format)
    type = "intergovernmental"


class ProjectFactory(Factory):
    class Meta:
        model = models.Project

    slug = factory.Sequence("project-{}".format)
    name = factory.Sequence("Project {}".format)
    type = "corridor"


class NameFactory(Factory):
    class Meta:
        model = models.Name

    entity = factory.SubFactory(OrganizationFactory)
    text = factory.Sequence("Name {}".format)
    kind = "variant"


class MembershipFactory(Factory):
    class Meta:
        model = models.Membership

    organization = factory.SubFactory(OrganizationFactory)
    country = "AZ"


class TenureFactory(Factory):
    class Meta:
        model = models.Tenure

    person = factory.SubFactory(PersonFactory)
    office = "President"
    country = "AZ"


class CitationFactory(Factory):
    """Needs its subject: ``record=``, ``entity=``, ``membership=`` or ``tenure=``."""

    class Meta:
        model = models.Citation

    source = factory.SubFactory(SourceFactory)
    locator = "1"


class DecisionFactory(Factory):
    """Needs its ``record=``."""

    class Meta:
        model = models.Decision

    field = "date"
    ruling = "accepted"
    value = "2005-05-24"
    reason = "The text itself says so."


class ParticipationFactory(Factory):
    class Meta:
        model = models.Participation

    person = factory.SubFactory(PersonFactory)
    role = "participant"


class RecordFactory(Factory):
    class Meta:
        abstract = True

    # One count for all kinds: each factory would number its own, and slugs are unique over them all.
    slug = factory.LazyFunction(lambda: f"record-{next(_numbers)}")
    title = factory.LazyAttribute(lambda self: self.slug.replace("-", " ").capitalize())
    date = "2005-05-24"
    stage = "published"

    @classmethod
    def _create(
        cls,
        model_class,
        *args,
        countries=(),
        topics=(),
        organizations=(),
        projects=(),
        cited=True,
        source=None,
        **kwargs,
    ):
        own = {field.name for field in model_class._meta.local_many_to_many} & kwargs.keys()
        links = {name: kwargs.pop(name) for name in own}
        with unit_of_work():
            record = super()._create(model_class, *args, **kwargs)
            for name, linked in links.items():
                getattr(record, name).set(linked)
            record.countries.set([_country(value) for value in countries])
            record.topics.set(topics)
            record.organizations.set(organizations)
            record.projects.set(projects)
            if cited:
                CitationFactory(
                    record=record,
                    source=source or SourceFactory(),
                    field="date",
                    value=record.date,
                    as_written=record.date,
                )
        record.refresh_from_db()
        return record


class VisitFactory(RecordFactory):
    class Meta:
        model = models.Visit


class MilestoneFactory(RecordFactory):
    class Meta:
        model = models.Milestone

    category = "conference"


class TradeFigureFactory(RecordFactory):
    class Meta:
        model = models.TradeFigure

    date = "2024"
    flow = "turnover"
    value = 1000000
    unit = "currency"
    currency = "USD"


class IndicatorFactory(RecordFactory):
    class Meta:
        model = models.Indicator

    date = "2024"
    measure = "diaspora-size"
    value = 1000
    unit = "people"


class AgreementFactory(RecordFactory):
    class Meta:
        model = Agreement


def factory_of(model: type[models.Record]) -> type[RecordFactory]:
    """The factory of a kind's records: its own, else one that fills in what its model requires."""
    for known in RecordFactory.__subclasses__():
        if known._meta.model is model:
            return known
    required = {
        field.name: _plain(field)
        for field in model._meta.local_concrete_fields
        if field.editable and not (field.primary_key or field.blank or field.has_default())
    }
    meta = type("Meta", (), {"model": model})
    return type(f"{model.__name__}Factory", (RecordFactory,), {"Meta": meta, **required})


def _plain(field):
    """A plain value for a required field."""
    if field.related_model is models.Country:
        return "AZ"
    if field.is_relation:
        known = (one for one in Factory.__subclasses__() if one._meta.model is field.related_model)
        return factory.SubFactory(next(known))
    # A number, a text and a year of EDTF: each field reads it as its own.
    return field.choices[0][0] if field.choices else field.to_python("2005")


class PartyFactory(Factory):
    class Meta:
        model = Party

    agreement = factory.SubFactory(AgreementFactory)


class AgreementActionFactory(Factory):
    class Meta:
        model = AgreementAction

    agreement = factory.SubFactory(AgreementFactory)
    type = "in-force"


class RecordLinkFactory(Factory):
    class Meta:
        model = models.RecordLink

    type = "follows"


class ImportFactory(Factory):
    class Meta:
        model = models.Import

    name = factory.Sequence("table-{}.csv".format)
    kind = "visit"
    rows = 1
    table = models.Import.packed(["title"], [[2, ["A visit"], ""]])


class ReportFactory(Factory):
    class Meta:
        model = models.Report

    record = factory.LazyFunction(lambda: AgreementFactory().record_ptr)
    problem = "date"
    text = "It says another day."

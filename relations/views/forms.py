"""The filter form of a list: its controls, offering only values that occur."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from relations import kinds
from relations.models import (
    Citation,
    Country,
    Organization,
    Participation,
    Person,
    Place,
    Project,
    Record,
    Relation,
    Source,
    Topic,
)
from relations.views.readable import source_name

LABELS = {
    "country": _("country"),
    "kind": _("kind"),
    "topic": _("topic"),
    "place": _("place"),
    "person": _("person"),
    "organization": _("organization"),
    "project": _("project"),
    "source": _("source"),
    "date": _("date"),
    "date_after": _("on or after"),
    "date_before": _("on or before"),
    "date_within": _("certainly within"),
    "outcome": _("outcome"),
    "evidence": _("evidence"),
    "party": _("party"),
}
DATES = {
    "date": _("A year, month or day: 1996, 2008-09, 1996-09-16"),
    "date_after": _("For example 2000-01-01"),
    "date_before": _("For example 2013"),
    "date_within": _("Only dates that lie wholly within it"),
}
# Controls that stand outside the disclosure, and those the page sets by links.
COMMON = ("q", "kind")
ELSEWHERE = ("ordering",)


@dataclass
class Option:
    value: str
    label: str
    is_selected: bool = False
    kind: kinds.Kind | None = None


@dataclass
class Control:
    """One filter as a form control. ``selects`` holds one list of options for each value it has."""

    name: str
    label: str
    values: list[str]
    hint: str = ""
    options: list[Option] = field(default_factory=list)
    is_wrong: bool = False

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def selects(self) -> list[list[Option]]:
        return [
            [Option(o.value, o.label, o.value == value, o.kind) for o in self.options]
            for value in (self.values or [""])
        ]

    @property
    def widget(self) -> str:
        return "select" if self.options else "text"


class FilterForm:
    """The controls of a filter set for the published records of a relation, a kind, or all.

    ``model`` is the kind's model on its own address; ``hidden`` are parameters the form must keep.
    """

    def __init__(
        self,
        filterset_class: type,
        data: QueryDict,
        *,
        relation: Relation | None = None,
        model: type[Model] = Record,
    ):
        self.names = [name for name in filterset_class.base_filters if name not in ELSEWHERE]
        self.data = data
        self.relation = relation
        self.model = model

    @cached_property
    def scope(self) -> QuerySet:
        """The records the options are taken from; a subquery matches them to ``OuterRef`` rows."""
        records = self.model.objects.published().order_by()
        return records.filter(entries__relation=self.relation) if self.relation else records

    def occurring(self, queryset: QuerySet, path: str) -> QuerySet:
        """Those that at least one record points at: one look-up each, however many records there are."""
        return queryset.filter(Exists(self.scope.filter(**{path: OuterRef("pk")})))

    def through(self, queryset: QuerySet, link: type[Model], path: str) -> QuerySet:
        """As ``occurring``, from the side of the linking rows, which have an index on what they link."""
        match = {path: OuterRef("pk"), "record__stage": Record.Stage.PUBLISHED}
        if self.relation:
            match["record__entries__relation"] = self.relation
        if self.model is not Record:
            match["record__kind"] = self.model.KIND
        return queryset.filter(Exists(link.objects.filter(**match).order_by()))

    def entities(self, name: str) -> QuerySet | None:
        return {
            "topic": lambda: self.occurring(Topic.objects.all(), "topics"),
            "place": lambda: self.occurring(Place.objects.all(), "place"),
            "person": lambda: self.through(Person.objects.all(), Participation, "person"),
            "organization": lambda: self.occurring(Organization.objects.all(), "organizations"),
            "project": lambda: self.occurring(Project.objects.all(), "projects"),
            "source": lambda: self.through(Source.objects.all(), Citation, "source"),
        }.get(name, lambda: None)()

    @cached_property
    def chosen(self) -> dict[str, dict[str, str]]:
        """Values that occur of every field with choices, by one query of as many existence tests."""
        fields = {name: self._model_field(name) for name in self.names}
        tests, labels = {}, {}
        for name, model_field in fields.items():
            choices = getattr(model_field, "flatchoices", None) or (
                [(kind.name, kind.label_plural) for kind in kinds.every()] if name == "kind" else []
            )
            for number, (value, label) in enumerate(choices):
                tests[f"{name}_{number}"] = Exists(self.scope.filter(**{name: value}))
                labels[f"{name}_{number}"] = (name, value, label)
        row = Record.objects.published().order_by().values(**tests).first() if tests else None
        found: dict[str, dict[str, str]] = {}
        for key, (name, value, label) in labels.items():
            if row and row[key]:
                found.setdefault(name, {})[value] = label
        return found

    def _model_field(self, name: str):
        try:
            return self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return None

    def options(self, name: str) -> list[Option]:
        entities = self.entities(name)
        if entities is not None:
            return [
                Option(row.slug, source_name(row) if name == "source" else row.name) for row in entities
            ]
        if name in self.chosen:
            return [
                Option(value, label, kind=kinds.get(value) if name == "kind" else None)
                for value, label in self.chosen[name].items()
            ]
        if name == "country":
            return [Option(c.code, c.name) for c in self.occurring(Country.objects.all(), "countries")]
        if name == "party":
            return [Option(c.code, c.name) for c in self.occurring(Country.objects.all(), "parties__country")]
        model_field = self._model_field(name)
        if model_field is not None and model_field.related_model is Country:
            return [Option(c.code, c.name) for c in self.occurring(Country.objects.all(), name)]
        return []

    def label(self, name: str) -> str:
        if name in LABELS:
            return LABELS[name]
        model_field = self._model_field(name)
        return model_field.verbose_name if model_field is not None else name.replace("_", " ")

    def control(self, name: str) -> Control:
        values = [value for value in self.data.getlist(name) if value]
        if name in DATES or name == "q":
            return Control(name, self.label(name), values[-1:], hint=DATES.get(name, ""))
        options = self.options(name)
        known = {option.value for option in options}
        options += [Option(value, value) for value in dict.fromkeys(values) if value not in known]
        for option in options:
            option.is_selected = option.value in values
        return Control(name, self.label(name), values, options=options)

    @cached_property
    def query_text(self) -> str:
        return self.data.get("q", "")

    @cached_property
    def kinds(self) -> list[Option]:
        return self.control("kind").options if "kind" in self.names else []

    @cached_property
    def controls(self) -> list[Control]:
        """What the disclosure holds; a list of one relation has no need to choose countries."""
        left_out = {*COMMON, *(["country"] if self.relation else [])}
        controls = [self.control(name) for name in self.names if name not in left_out]
        return [c for c in controls if c.name in DATES or c.options]

    @cached_property
    def is_open(self) -> bool:
        """Whether something inside the disclosure is in use."""
        return any(control.values for control in self.controls)

    @cached_property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters in use that have no control here and that a submitted form must not lose."""
        shown = {*COMMON, *(control.name for control in self.controls)}
        return [
            (name, value)
            for name, values in self.data.lists()
            for value in values
            if name not in shown and value and name not in ("cursor", "at")
        ]

"""The filter form of a list: its controls, offering only values that occur."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from relations import kinds
from relations.filters.parameters import EDTF, Choice, Named, Parameter, Words
from relations.listing import Listing
from relations.models import Citation, Entry, Participation, Record
from relations.views.readable import source_name

DATE_HINTS = {
    "date": _("A year, month or day: 1996, 2008-09, 1996-09-16"),
    "date_after": _("For example 2000 or 2000-06-30"),
    "date_before": _("For example 2013"),
    "date_within": _("Leaves out dates that may lie outside it"),
}
# The rows that link records to objects; they have an index on the object they name.
LINKS = {
    "country": (Record.countries.through, "country"),
    "topic": (Record.topics.through, "topic"),
    "person": (Participation, "person"),
    "organization": (Record.organizations.through, "organization"),
    "project": (Record.projects.through, "project"),
    "source": (Citation, "source"),
}


@dataclass
class Option:
    value: str
    label: str
    is_selected: bool = False


@dataclass
class Control:
    """One filter as a form control."""

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
        """One list of options for each value in use, or one that chooses nothing."""
        return [
            [Option(option.value, option.label, option.value == value) for option in self.options]
            for value in (self.values or [""])
        ]


class FilterForm:
    """The controls of a listing's filters, with the values that its published records have.

    ``fixed`` names filters whose value the page itself gives (a relation has its countries).
    """

    def __init__(self, listing: Listing, *, fixed: tuple[str, ...] = ()):
        self.filters = listing.filterset.filters
        self.data = listing.filterset.data
        self.model: type[Record] = listing.filterset.queryset.model
        self.relation = listing.relation
        self.wrong = {problem.parameter for problem in listing.problems}
        self.fixed = fixed

    @cached_property
    def scope(self) -> QuerySet[Record]:
        """The records that options are taken from."""
        records = self.model.objects.published().order_by()
        return records.filter(entries__relation=self.relation) if self.relation else records

    def occurring(self, name: str, parameter: Named) -> QuerySet:
        """Objects that a record points at: one look-up each, however many records there are.

        Written as a test inside a test, so that a database begins at the few rows that name the object
        and not at all that are published. Of a relation its entries say which those are.
        """
        if name in LINKS:
            link, path = LINKS[name]
            rows, record = link.objects.filter(**{path: OuterRef("pk")}), OuterRef("record")
        else:
            rows = self.model.objects.filter(**{parameter.field_name: OuterRef("pk")})
            record = OuterRef("pk")
        if self.relation:
            shown = Entry.objects.filter(record=record, relation=self.relation)
        else:
            shown = self.model.objects.published().filter(pk=record)
        rows = rows.filter(Exists(shown.order_by()))
        return parameter.field.queryset.filter(Exists(rows.order_by()))

    @cached_property
    def chosen(self) -> dict[str, list[Option]]:
        """The choices that occur of every closed set, by one query of as many existence tests."""
        tests, options = {}, {}
        for name, parameter in self.filters.items():
            if not isinstance(parameter, Choice) or name == "ordering":
                continue
            for number, (value, label) in enumerate(parameter.pairs):
                tests[f"{name}_{number}"] = Exists(
                    self.scope.filter(**{parameter.field_name: value})
                )
                options[f"{name}_{number}"] = (name, Option(value, label))
        row = Record.objects.published().order_by().values(**tests).first() or {}
        found: dict[str, list[Option]] = {}
        for key, (name, option) in options.items():
            if row.get(key):
                found.setdefault(name, []).append(option)
        return found

    def options(self, name: str, parameter: Parameter) -> list[Option]:
        if isinstance(parameter, Choice):
            return self.chosen.get(name, [])
        if isinstance(parameter, Named):
            label = source_name if name == "source" else str
            return [
                Option(getattr(row, parameter.key), label(row))
                for row in self.occurring(name, parameter)
            ]
        return []

    def control(self, name: str) -> Control:
        parameter = self.filters[name]
        values = [value for value in self.data.getlist(name) if value]
        if not isinstance(parameter, (Choice, Named)):
            hint = DATE_HINTS.get(name, "") if isinstance(parameter, EDTF) else parameter.meaning
            return Control(
                name, parameter.label, values[-1:], hint=hint, is_wrong=name in self.wrong
            )
        options = self.options(name, parameter)
        known = {option.value for option in options}
        options += [Option(value, value) for value in dict.fromkeys(values) if value not in known]
        for option in options:
            option.is_selected = option.value in values
        return Control(name, parameter.label, values, options=options, is_wrong=name in self.wrong)

    @property
    def words(self) -> str:
        return self.data.get("q", "")

    @cached_property
    def kinds(self) -> list[tuple[kinds.Kind, bool]]:
        """The kinds to choose from, on a list that holds several, and whether each is chosen."""
        if self.model is not Record:
            return []
        options = self.control("kind").options
        return [
            (kinds.get(option.value), option.is_selected)
            for option in options
            if option.value in kinds.names()
        ]

    @cached_property
    def controls(self) -> list[Control]:
        """What the disclosure holds: the kind's own filters first, then those of every list."""
        own = [name for name in self.filters if name not in RECORD_FILTERS]
        shared = [name for name in RECORD_FILTERS if name in self.filters]
        controls = [
            self.control(name)
            for name in [*own, *shared]
            if name not in ("kind", "ordering", *self.fixed)
            and not isinstance(self.filters[name], Words)
        ]
        return [
            control
            for control in controls
            if control.options or not isinstance(self.filters[control.name], (Choice, Named))
        ]

    @cached_property
    def is_open(self) -> bool:
        """Whether something inside the disclosure is in use."""
        return any(control.values for control in self.controls)

    @cached_property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters in use without a control here, which a submitted form must not lose."""
        shown = {"q", "cursor", "at", *(control.name for control in self.controls)}
        if self.kinds:
            shown.add("kind")
        return [
            (name, value)
            for name, values in self.data.lists()
            for value in values
            if name not in shown and value
        ]


# The order in which readers meet them.
RECORD_FILTERS = (
    "date",
    "date_after",
    "date_before",
    "date_within",
    "country",
    "topic",
    "place",
    "person",
    "organization",
    "project",
    "source",
    "evidence",
    "outcome",
    "kind",
    "q",
    "ordering",
)

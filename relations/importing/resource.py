"""Turn the rows of a table into records of one kind, on top of django-import-export's resources.

A row changes only what its columns name: a missing column leaves its field alone, an empty cell empties it.
Rows are matched by ``slug``; a row without one is new and gets a slug. Nothing is stored here. A row that
passes becomes a ``batch.Draft`` (new), or the changed record with what was read for it.
"""

from __future__ import annotations

from itertools import islice

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource

from relations.importing.columns import Cell, Column, Links, People, Pointer, Several, own, pieces
from relations.importing.keys import Indexes
from relations.loading import batch
from relations.models import Citation, Record, Source
from relations.provenance.comparers import stored_value
from relations.records import slugs

BEFORE = ("slug", "title", "summary", "date", "date_note", "outcome", "place")
AFTER = ("countries", "people", "organizations", "projects", "topics")
CITATION = ("source", "locator_kind", "locator", "cited")


class Known:
    """The state of one import while its rows are checked, chunk by chunk.

    ``taken`` maps the slugs that its rows have taken so far to the row. ``source`` is the source of all
    rows that name none; such a row is cited by its number.
    """

    def __init__(self, user=None, source: Source | None = None) -> None:
        self.indexes = Indexes()
        self.user, self.source = user, source
        self.taken: dict[str, int] = {}


class RecordResource(Resource):
    """The table of one kind of record. A kind with parts of its own adds their columns in ``own_parts``."""

    class Meta:
        instance_loader_class = BaseInstanceLoader
        use_transactions = False
        skip_diff = True
        store_instance = True
        store_row_values = True
        report_skipped = True

    def __init__(self, model: type[Record], known: Known) -> None:
        super().__init__()
        self.model, self.known = model, known
        self.fields = {column.column_name: column for column in self.columns()}
        self.citation_fields = {name: self.fields.pop(name) for name in CITATION}
        self.stored: dict[str, Record] = {}
        self.former: set[str] = set()
        # The database's answer per constraint and the values that it concerns.
        self.answers: dict[tuple, ValidationError | None] = {}

    # Columns -------------------------------------------------------------------------------------------------

    def columns(self) -> list[Column]:
        """All columns of the kind, in their order."""
        indexes, field = self.known.indexes, self.model._meta.get_field
        shared = {name: field(name) for name in (*BEFORE, *AFTER)}
        child = [
            one
            for one in self.model._meta.local_concrete_fields
            if one.editable and not one.primary_key
        ]
        found: list[Column] = []
        for one in (*(shared[name] for name in BEFORE), *child):
            found.append(Pointer(one, indexes) if one.is_relation else own(one))
        for name in AFTER:
            found.append(People(indexes) if name == "people" else Links(shared[name], indexes))
        found += [Links(one, indexes) for one in self._own_links()]
        return [*found, *self.own_parts(), *self._citation_columns()]

    def _own_links(self) -> list[models.ManyToManyField]:
        """The many-to-many fields of the kind itself that are links and nothing else."""
        own = self.model._meta.local_many_to_many
        return [one for one in own if one.remote_field.through._meta.auto_created]

    def own_parts(self) -> list[Column]:
        return []

    def _citation_columns(self) -> list[Column]:
        citable = ", ".join(sorted(self.model.citable))
        return [
            Pointer(Citation._meta.get_field("source"), self.known.indexes),
            own(Citation._meta.get_field("locator_kind")),
            own(Citation._meta.get_field("locator")),
            Column(
                "cited",
                Cell(),
                _("which columns of the row the passage states, joined by “;”: %s") % citable,
            ),
        ]

    # Rows ----------------------------------------------------------------------------------------------------

    def prepare(self, found: list[str]) -> None:
        """Read what is stored under these slugs, before the rows that name them are checked."""
        rows = self.whole().filter(slug__in=found)
        self.stored = {row.slug: row for row in rows}
        self.former = slugs.taken(self.model, found) - self.stored.keys()

    def whole(self) -> models.QuerySet:
        """Records with everything their rows show. The number of queries does not grow with them."""
        return self.model.objects.prefetch_related(
            "countries",
            "organizations",
            "projects",
            "topics",
            "participations",
            "citations",
            *(one.name for one in self._own_links()),
            *self.own_prefetch(),
        )

    def own_prefetch(self) -> list[str]:
        return []

    def get_instance(self, instance_loader, row):
        return self.stored.get(row.get("slug", ""))

    def init_instance(self, row=None):
        return self.model(stage=Record.Stage.DRAFT)

    def after_init_instance(self, instance, new, row, **kwargs):
        instance.imported, instance.row = {}, row["row"]
        instance.before = {} if new else self.texts(instance)

    def texts(self, instance) -> dict[str, str]:
        """The cells of a record, as in its row of an export."""
        return {name: column.export(instance) for name, column in self.fields.items()}

    def import_instance(self, instance, row, **kwargs):
        errors: dict[str, list[ValidationError]] = {}
        self._claim(row, errors)
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors |= error.error_dict
        instance.citing = [] if errors else self._citations(instance, row, errors)
        if errors:
            raise ValidationError(errors)

    def _claim(self, row, errors) -> None:
        """Check that the row's slug is free for its record."""
        slug, taken = row.get("slug", ""), self.known.taken
        if not slug:
            return
        if slug in self.former:
            errors["slug"] = [
                ValidationError(
                    _("“%(slug)s” is or was the address of another record; leave it empty.")
                    % {"slug": slug}
                )
            ]
        elif taken.setdefault(slug, row["row"]) != row["row"]:
            errors["slug"] = [
                ValidationError(
                    _("“%(slug)s” is the slug of row %(row)d as well.")
                    % {"slug": slug, "row": taken[slug]}
                )
            ]

    def _citations(self, instance, row, errors) -> list[Citation]:
        """The citations of a row: one per column that the row's source states."""
        cells, wrong = {}, {}
        for name, column in self.citation_fields.items():
            try:
                cells[name] = column.clean({name: row.get(name, "")})
            except ValueError as error:
                wrong[name] = [ValidationError(str(error))]
        errors |= wrong
        if wrong:
            return []
        source, locator, kind = cells["source"], cells["locator"], cells["locator_kind"]
        if source is None and self.known.source is not None:
            source = self.known.indexes[Source].by_pk[self.known.source.pk]
            if not locator:
                kind, locator = Citation.LocatorKind.ROW, str(row["row"])
        if source is None:
            if locator or cells["cited"]:
                errors["source"] = [ValidationError(_("Say which source the locator counts in."))]
            return []
        names = pieces(cells["cited"]) or self._leading(instance)
        found = []
        for name in names:
            for value in self._values(instance, name, errors):
                one = Citation(
                    record=instance,
                    source_id=source.pk,
                    locator_kind=kind,
                    locator=locator,
                    field=name,
                    value=value,
                )
                try:
                    one.clean_fields(exclude=["record", "source", "uid"])
                except ValidationError as error:
                    for where, texts in error.error_dict.items():
                        errors.setdefault(where if where in CITATION else "cited", []).extend(texts)
                found.append(one)
        there = {_said(one) for one in instance.citations.all()} if instance.pk else set()
        return [one for one in found if _said(one) not in there]

    def _leading(self, instance) -> list[str]:
        """The first field that gives a record its evidence and that the row fills in."""
        filled = (name for name in self.model.leading_fields if self.fields[name].export(instance))
        return list(islice(filled, 1))

    def _values(self, instance, name: str, errors) -> list[str]:
        """What the row says of a citable field, as citations write it."""
        if name not in self.model.citable:
            words = {"name": name[:80], "fields": ", ".join(sorted(self.model.citable))}
            errors.setdefault("cited", []).append(
                ValidationError(_("“%(name)s” cannot be cited; choose one of %(fields)s.") % words)
            )
            return []
        column = self.fields.get(name)
        if name == "offices":
            found = [office for _who, _role, office in self.fields["people"].get_value(instance)]
        elif isinstance(column, Several):
            found = column.keys(instance)
        elif isinstance(column, Pointer):
            found = [column.export(instance)]
        else:
            found = [stored_value(instance, name)]
        found = [value for value in found if value]
        if not found:
            errors.setdefault("cited", []).append(
                ValidationError(_("“%(name)s” is empty in this row.") % {"name": name})
            )
        return found

    # Checks of the whole row ---------------------------------------------------------------------------

    def skip_row(self, instance, original, row, import_validation_errors=None):
        """Whether the row changes nothing."""
        if import_validation_errors or instance.pk is None or instance.citing:
            return False
        return instance.before == self.texts(instance)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        errors = dict(import_validation_errors or {})
        checked = {
            name
            for name, column in self.fields.items()
            if not isinstance(column, Pointer | Several) and name not in errors
        }
        if not instance.slug:
            checked.discard("slug")
        unchecked = {one.name for one in self.model._meta.fields} - checked
        try:
            instance.clean_fields(exclude=unchecked)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for name, column in self.fields.items():
            if isinstance(column, Pointer) and name not in errors and column.is_missing(instance):
                errors[name] = [ValidationError(column.field.error_messages["blank"])]
        if errors:
            raise ValidationError(errors)
        self._validate_constraints(instance)
        instance.clean()
        self._refuse_stage(instance)
        if not instance.slug:
            day = instance.edtf
            year = f"{day.sort_date:%Y}" if day.sort_date.year == day.sort_end.year else ""
            instance.slug = slugs.free(self.model, instance.title, year, self.known.taken)
            self.known.taken[instance.slug] = instance.row

    def _validate_constraints(self, instance) -> None:
        """Check the database's constraints on the row.

        The database is queried once for all rows with the same values. Derived columns are not checked:
        they follow from a date that has been read.
        """
        for model, constraints in instance.get_constraints():
            for constraint in constraints:
                if not isinstance(constraint, models.CheckConstraint):
                    constraint.validate(model, instance)
                    continue
                fields = sorted(constraint.condition.referenced_base_fields)
                if not all(model._meta.get_field(name).editable for name in fields):
                    continue
                values = tuple(
                    model._meta.get_field(name).value_from_object(instance) for name in fields
                )
                key = (constraint.name, values)
                if key not in self.answers:
                    self.answers[key] = None
                    try:
                        constraint.validate(model, instance)
                    except ValidationError as error:
                        self.answers[key] = error
                if self.answers[key] is not None:
                    raise self.answers[key]

    def _refuse_stage(self, instance) -> None:
        """Refuse a stored record that the user may not change."""
        if instance.first_published is None:
            return
        if instance.stage == Record.Stage.WITHDRAWN:
            raise ValidationError({"slug": _("It was withdrawn; a table cannot change it.")})
        user = self.known.user
        if user is not None and not user.has_perm("relations.revise_record"):
            raise ValidationError(
                {
                    "slug": _(
                        "It is published: only users who may change what is published can do this."
                    )
                }
            )
        is_named = "countries" in instance.imported
        if is_named and len(self.countries(instance)) < self.model.fewest_countries:
            raise ValidationError(
                {
                    "countries": _("It is published, and needs at least %(number)d countries.")
                    % {"number": self.model.fewest_countries}
                }
            )

    def save_instance(self, instance, is_create, row, **kwargs):
        """Does nothing: see ``relations.importing.store``."""

    def save_m2m(self, instance, row, **kwargs):
        """Does nothing: see ``relations.importing.store``."""

    # What passed -----------------------------------------------------------------------------------------------

    def draft(self, instance) -> batch.Draft:
        """A new record with everything that its row attaches to it."""
        found = batch.Draft(instance, citations=instance.citing)
        for column in self.several():
            column.put(found, column.get_value(instance))
        return found

    def countries(self, instance) -> set[str]:
        """The codes of all countries that take part, including those that the kind itself names."""
        own = {target.key for target in self.fields["countries"].get_value(instance)}
        return own | self.named_countries(instance)

    def named_countries(self, instance) -> set[str]:
        return instance.named_countries()

    def several(self) -> list[Several]:
        return [column for column in self.fields.values() if isinstance(column, Several)]


def _said(citation: Citation) -> tuple:
    return (
        citation.source_id,
        citation.locator_kind,
        citation.locator,
        citation.field,
        citation.value,
    )

"""Full-text search over the titles, summaries and names of records, kept in step by the unit of work."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from modelsearch.backends import get_search_backend
from modelsearch.conf import get_app_config

from relations import kinds
from relations.models import Country, Entity, Record, Topic
from relations.work import UnitOfWork, finisher

MAX_LENGTH = 200
CHUNK = 1000
# What a record links whose names its entry in the index holds, beside its own title and summary.
NAMED = ("place", "countries", "organizations", "projects", "people", "topics")
_WORD = re.compile(r"\w+")


class SearchError(ValueError):
    """The search text cannot be used; the message says why."""


def words(text: str) -> list[str]:
    """The words looked for. Raises ``SearchError`` when there is none or the text is too long."""
    if len(text) > MAX_LENGTH:
        raise SearchError(
            _("Search for at most %(most)d characters; these are %(count)d.")
            % {"most": MAX_LENGTH, "count": len(text)}
        )
    found = _WORD.findall(text)
    if not found:
        raise SearchError(_("Search for at least one word, for example “pensions”."))
    return found


def matching(queryset: QuerySet[Record], text: str) -> QuerySet[Record]:
    """Those of the records that hold every word of the text. The order of the queryset is kept."""
    found = (
        Record.objects.order_by()
        .search(" ".join(words(text)), order_by_relevance=False)
        .get_queryset()
        .order_by()
    )
    return queryset.filter(pk__in=found.values("pk"))


def index(records: Iterable[Record]) -> None:
    """Add or renew records (child rows, from ``for_search()``) in the index."""
    by_model = defaultdict(list)
    for record in records:
        by_model[type(record)].append(record)
    backend = get_search_backend()
    for model, rows in by_model.items():
        backend.add_bulk(model, rows)


def refresh(pks: Iterable[int]) -> None:
    """Bring the index in step with these records. A deleted row takes its own entry with it."""
    pks = sorted(pks)
    for start in range(0, len(pks), CHUNK):
        for kind in kinds.every():
            index(kind.model.objects.for_search().filter(pk__in=pks[start : start + CHUNK]))


def entries() -> QuerySet:
    """The index's own rows for records of any kind."""
    from django.contrib.contenttypes.models import ContentType

    models = [kind.model for kind in kinds.every()]
    types = ContentType.objects.get_for_models(*models, for_concrete_models=False).values()
    return get_app_config().get_model("IndexEntry").objects.filter(content_type__in=list(types))


def problems() -> list[str]:
    """One line for each record that the index misses, and for each entry without a record."""
    indexed = {int(pk) for pk in entries().values_list("object_id", flat=True)}
    slugs = dict(Record.objects.values_list("pk", "slug"))
    return [f"search index: no entry for {slugs[pk]}" for pk in sorted(slugs.keys() - indexed)] + [
        f"search index: an entry for record {pk}, which is gone"
        for pk in sorted(indexed - slugs.keys())
    ]


def renamed(unit: UnitOfWork, model: type[Model]) -> list:
    """The keys of those rows of a model that had other names before the unit."""
    before = {pk: state for pk in unit.of(model) if (state := unit.before[model, pk])}
    rows = model._base_manager.filter(pk__in=before)
    if issubclass(model, Entity):
        rows = rows.prefetch_related("names")
    return [row.pk for row in rows if _names_now(row) != _names_then(before[row.pk])]


def _names_now(row: Model) -> set[str]:
    more = row.names.all() if isinstance(row, Entity) else ()
    return {row.name, *(name.text for name in more)}


def _names_then(state: dict) -> set[str]:
    return {state["name"], *(name["text"] for name in state.get("names", {}).values())}


def naming(model: type[Model], pks: Iterable) -> set[int]:
    """The records whose entry in the index holds the names of these rows."""
    pks = list(pks)
    return {
        pk
        for field in NAMED
        if issubclass(Record._meta.get_field(field).related_model, model)
        for pk in Record.objects.filter(**{f"{field}__in": pks}).values_list("pk", flat=True)
    }


def finish(unit: UnitOfWork) -> None:
    pks = set(unit.of(Record))
    for model in (Entity, Topic, Country):
        if altered := renamed(unit, model):
            pks |= naming(model, altered)
    refresh(pks)


def connect() -> None:
    finisher(60)(finish)

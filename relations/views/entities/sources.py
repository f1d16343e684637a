"""Sources: what each supports, as a reading list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Model, Q, QuerySet
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from relations import kinds
from relations.filters import RecordFilter
from relations.models import Citation, Entity, Record, Source
from relations.models.citations import locator_numbers
from relations.views.addresses import Moved, find
from relations.views.lists.context import list_context, list_page
from relations.views.readable import Values, field_label, where
from relations.views.records.passages import FieldPassages, by_field

# A longer document is read by its records alone.
MOST_IN_ORDER = 1000
Verdict = Citation.Verdict


class SourceListView(View):
    def get(self, request):
        published = Q(citations__record__stage=Record.Stage.PUBLISHED)
        sources = Source.objects.order_by("title", "slug").annotate(
            record_count=Count("citations__record", filter=published, distinct=True)
        )
        return render(
            request, "relations/source_list.html", {"sources": sources, "api": "/api/v1/sources/"}
        )


@dataclass
class Supported:
    """An entity and what the source says of it."""

    entity: Entity
    fields: list[FieldPassages]


class SourceView(View):
    def get(self, request, slug):
        try:
            source = find(Source.objects.all(), slug)
        except Moved as moved:
            return moved.redirect(request)
        records = RecordFilter().narrowed(Record.objects.published(), {"source": [source]})
        context = list_context(
            request,
            filterset_class=RecordFilter,
            queryset=records.for_timeline(),
            api="/api/v1/timeline/",
            api_pairs=(("source", source.slug),),
            with_form=False,
        )
        about = list(about_entities(source))
        tally = tally_of(source)
        context |= {
            "source": source,
            "tally": tally,
            "in_order": in_order(source, about) if tally.passages <= MOST_IN_ORDER else [],
            "entities": supported_entities(about),
            "source_api": f"/api/v1/sources/{source.slug}/",
        }
        if not context["is_refused"]:
            add_passages(context["years"], source)
        return list_page(request, "relations/source.html", context)


def public(source: Source) -> QuerySet[Citation]:
    """The source's passages about public objects."""
    published = Q(record=None) | Q(record__stage=Record.Stage.PUBLISHED)
    return Citation.objects.filter(published, source=source)


@dataclass
class Tally:
    """The number of passages, in all and by what they say: ``(icon, label, count)``, without zeros."""

    passages: int
    verdicts: list[tuple[str, str, int]]


SAYS = (
    ((Verdict.SUPPORTS,), _("support what the record holds")),
    ((Verdict.FINER, Verdict.COARSER), _("agree, more or less exactly")),
    ((Verdict.CONTRADICTS,), _("contradict it")),
    ((Verdict.READING, ""), _("give another reading")),
    ((Verdict.INCOMPARABLE,), _("measure something else")),
)


def tally_of(source: Source) -> Tally:
    attributed = Count("pk", filter=~Q(attributed_to=""))
    counts = public(source).order_by().values("verdict").annotate(n=Count("pk"), told=attributed)
    found = {row["verdict"]: row["n"] for row in counts}
    says = [
        (str(verdicts[0]), label, sum(found.get(verdict, 0) for verdict in verdicts))
        for verdicts, label in SAYS
    ]
    says.append(
        ("person", _("are what it reports others as saying"), sum(row["told"] for row in counts))
    )
    return Tally(sum(found.values()), [row for row in says if row[2]])


@dataclass
class Paragraph:
    """One place of the document and what it is cited for: each object with the fields in words."""

    where: str
    cited: list[tuple[Model, list[str]]] = field(default_factory=list)


def in_order(source: Source, about: list[tuple[Citation, Entity, type[Model]]]) -> list[Paragraph]:
    """What the document is cited for, in its own order. Passages without a locator come last."""
    found: dict[tuple, dict[Model, dict[str, None]]] = {}
    names: dict[tuple, str] = {}

    def add(citation: Citation, subject: Model, model: type[Model]) -> None:
        numbers = tuple(locator_numbers(citation.locator)) if citation.locator else ()
        key = (not numbers, citation.locator_kind, numbers)
        names[key] = where(citation)
        labels = found.setdefault(key, {}).setdefault(subject, {})
        if citation.field:
            labels[str(field_label(model, citation.field))] = None

    of_records = public(source).filter(record__isnull=False).select_related("record")
    for citation in of_records.order_by("pk"):
        add(citation, citation.record, kinds.get(citation.record.kind).model)
    for citation, entity, model in about:
        add(citation, entity, model)
    return [
        Paragraph(names[key], [(subject, list(labels)) for subject, labels in found[key].items()])
        for key in sorted(found)
    ]


def add_passages(years: list, source: Source) -> None:
    """Set ``row.fields`` to what this source says of each row."""
    shown = [row for year in years for row in year.rows]
    by_record = defaultdict(list)
    cited = Citation.objects.filter(source=source, record__in=[row.record.pk for row in shown])
    for citation in cited.order_by("pk"):
        citation.source = source
        by_record[citation.record_id].append(citation)
    values = Values(
        (row.kind.model, citation) for row in shown for citation in by_record[row.record.pk]
    )
    for row in shown:
        row.fields = by_field(
            row.kind.model, by_record[row.record.pk], row.record.field_evidence, values
        )


def about_entities(source: Source) -> Iterator[tuple[Citation, Entity, type[Model]]]:
    """Passages about entities; those about a membership or tenure with its organization or person."""
    cited = (
        Citation.objects.filter(source=source, record=None)
        .select_related("entity", "membership__organization", "tenure__person")
        .order_by("pk")
    )
    for citation in cited:
        citation.source = source
        if citation.membership_id:
            yield citation, citation.membership.organization, type(citation.membership)
        elif citation.tenure_id:
            yield citation, citation.tenure.person, type(citation.tenure)
        else:
            entity = citation.entity
            yield citation, entity, Entity.child_model(entity.kind)


def supported_entities(about: list[tuple[Citation, Entity, type[Model]]]) -> list[Supported]:
    """The entities that the source is cited for, by name."""
    entities, by_entity = {}, defaultdict(lambda: defaultdict(list))
    for citation, entity, model in about:
        entities[entity.pk] = entity
        by_entity[entity.pk][model].append(citation)
    values = Values((model, citation) for citation, _about, model in about)
    found = []
    for pk, entity in entities.items():
        fields = [f for model, cs in by_entity[pk].items() for f in by_field(model, cs, {}, values)]
        found.append(Supported(entity, fields))
    return sorted(found, key=lambda one: one.entity.name)

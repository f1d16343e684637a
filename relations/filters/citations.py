"""Filters of citations: by source and passage, by subject, by what they say."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from relations.filters.parameters import Choice, Named, NamedAny, Ordering
from relations.filters.passages import Passage
from relations.filters.strict import StrictFilterSet
from relations.models import Citation, Entity, Record, Source


def visible_citations() -> QuerySet[Citation]:
    """Citations of published subjects."""
    published = Record.objects.published().filter(pk=OuterRef("record_id"))
    return Citation.objects.filter(Q(record__isnull=True) | Exists(published))


def citable_fields() -> list[tuple[str, str]]:
    """Every field that a citation of some model can assert."""
    models = [
        model for model in apps.get_models() if isinstance(getattr(model, "citable", None), dict)
    ]
    return [(name, name) for name in sorted({name for model in models for name in model.citable})]


class CitationFilter(StrictFilterSet):
    orderings = {"added": ("pk",)}
    default_ordering = "added"

    source = NamedAny(
        queryset=Source.objects.all(),
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Slug of the source. Repeat it for several: any of them."),
        example="jabbarova-2025",
    )
    locator = Passage(
        label=gettext_lazy("Passage"),
        help_text=gettext_lazy(
            "Numbers of paragraphs (pages, articles, rows) of the source, such as 55, 55-60 or 1,13: "
            "citations of any of these passages, also as part of several."
        ),
        example="55-56",
    )
    record = Named(
        queryset=Record.objects.published(),
        label=gettext_lazy("Record"),
        help_text=gettext_lazy("Slug of the record they are about."),
        example="strategic-partnership-2005",
    )
    entity = Named(
        queryset=Entity.objects.all(),
        label=gettext_lazy("Entity"),
        help_text=gettext_lazy(
            "Slug of the organization, person, place or project they are about."
        ),
        example="organization-of-turkic-states",
    )
    field = Choice(
        choices=citable_fields,
        label=gettext_lazy("Field"),
        help_text=gettext_lazy("The field whose value they state."),
        example="date",
    )
    verdict = Choice(
        choices=Citation.Verdict.choices,
        label=gettext_lazy("Verdict"),
        help_text=gettext_lazy("What they say of the value on record."),
        example="contradicts",
    )
    basis = Choice(
        choices=Citation.Basis.choices,
        label=gettext_lazy("Basis"),
        help_text=gettext_lazy("Whether the value is stated, resolved by a rule or attributed."),
        example="stated",
    )
    ordering = Ordering(
        choices=[
            ("added", gettext_lazy("as added")),
            ("-added", gettext_lazy("last added first")),
        ],
        label=gettext_lazy("Order"),
        help_text=gettext_lazy("The order of the list."),
        example="-added",
    )

    class Meta:
        model = Citation
        fields = []

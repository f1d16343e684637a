"""Permanent addresses: find an object by slug; else redirect (301), withdrawn (410), or 404."""

from django.db.models import Model, QuerySet, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpResponsePermanentRedirect

from relations.models import Entity, FormerAddress, Record, Relation


class Gone(Exception):
    """The address belongs to a withdrawn record; ``record`` is what may still be shown of it."""

    def __init__(self, record: Record):
        super().__init__(record.slug)
        self.record = record


class Moved(Exception):
    """The object has another address now."""

    def __init__(self, address: str):
        super().__init__(address)
        self.address = address

    def redirect(self, request) -> HttpResponsePermanentRedirect:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{self.address}?{query}" if query else self.address)


def _lead_to(record: Record | None) -> None:
    if record is None:
        return
    if record.stage == Record.Stage.PUBLISHED:
        raise Moved(record.get_absolute_url())
    if record.stage == Record.Stage.WITHDRAWN:
        _lead_to(record.merged_into)
        raise Gone(record)


def _former(model: type[Model], slug: str) -> int | None:
    former = FormerAddress.objects.filter(scope=model.address_scope(), slug=slug).first()
    return former.target if former else None


def find_record(queryset: QuerySet[Record], slug: str) -> Record:
    """The published record with that slug. Raises ``Moved``, ``Gone`` or ``Http404``."""
    if record := queryset.published().filter(slug=slug).first():
        return record
    _lead_to(Record.objects.filter(slug=slug).first())
    if target := _former(Record, slug):
        _lead_to(Record.objects.filter(pk=target).first())
    raise Http404


def find(queryset: QuerySet, slug: str) -> Model:
    """An entity, topic, source or relation by its slug. Raises ``Moved`` or ``Http404``."""
    model = queryset.model
    if found := queryset.filter(slug=slug).first():
        return found
    elsewhere = None
    if issubclass(model, Entity):
        elsewhere = Entity.objects.filter(slug=slug).first()
    elif model is Relation:
        reversed_slug = Concat("second__slug", Value("-"), "first__slug")
        elsewhere = Relation.objects.annotate(other=reversed_slug).filter(other=slug).first()
    if elsewhere is None and (target := _former(model, slug)):
        base = Entity if issubclass(model, Entity) else model
        elsewhere = base.objects.filter(pk=target).first()
    if elsewhere is None:
        raise Http404
    raise Moved(elsewhere.get_absolute_url())

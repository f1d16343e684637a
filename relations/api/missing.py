"""404, 410 or a redirect for a key without a visible object."""

from __future__ import annotations

from typing import NoReturn

from django.http import Http404

from relations.api.addresses import address_of
from relations.api.resources import Resource
from relations.http.problem_details import Gone, Moved
from relations.models import FormerAddress, Record
from relations.models.base import Addressed


def explain(resource: Resource, key: str) -> NoReturn:
    """Raise ``Moved``, ``Gone`` or ``Http404``. A record that was never published counts as missing."""
    if issubclass(resource.model, Record):
        _lead_on(resource, slug=key)
    if issubclass(resource.model, Addressed):
        former = FormerAddress.objects.filter(
            scope=resource.model.address_scope(), slug=key
        ).first()
        if former is not None:
            if found := resource.visible().filter(pk=former.target).first():
                raise Moved(address_of(found))
            if issubclass(resource.model, Record):
                _lead_on(resource, pk=former.target)
    raise Http404


def _lead_on(resource: Resource, **which) -> None:
    """For a withdrawn record: redirect to the one it was merged into, or say that it is gone."""
    record = resource.model.objects.filter(stage=Record.Stage.WITHDRAWN, **which).first()
    if record is None:
        return
    if record.merged_into_id:
        if found := resource.visible().filter(pk=record.merged_into_id).first():
            raise Moved(address_of(found))
        _lead_on(resource, pk=record.merged_into_id)
    raise Gone

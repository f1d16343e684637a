"""Addresses in the API: absolute, built from the setting ``SITE_URL`` and never from a Host header."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Model
from django.urls import reverse

from relations import kinds
from relations.models import Change, Citation, Country, Entity, Record, Relation, Source, Topic

PATHS: dict[type[Model], tuple[str, str]] = {
    Change: ("changes", "number"),
    Citation: ("citations", "uid"),
    Country: ("countries", "code"),
    Relation: ("relations", "slug"),
    Source: ("sources", "slug"),
    Topic: ("topics", "slug"),
}
TIMELINE = "timeline"


def absolute(path: str) -> str:
    """The absolute form of a path of this site."""
    return f"{settings.SITE_URL}{path}"


def entity_paths() -> dict[str, str]:
    """The path of each kind of entity, by the kind's name."""
    return {child.KIND: child.PATH for child in Entity.__subclasses__()}


def path_of(instance: Model) -> tuple[str, str]:
    """The endpoint an object belongs to, and the key it has there."""
    if isinstance(instance, Record):
        return kinds.get(instance.kind).path, instance.slug
    if isinstance(instance, Entity):
        return entity_paths()[instance.kind], instance.slug
    path, key = PATHS[type(instance)]
    return path, getattr(instance, key)


def endpoint_of(model: type[Model]) -> tuple[str, str]:
    """The path of a model's endpoint, empty where it has none, and the field that addresses its objects."""
    if issubclass(model, Record):
        # The kind of a deleted record is unknown.
        paths = {kind.model: kind.path for kind in kinds.every()}
        return paths.get(model, TIMELINE), "slug"
    return PATHS.get(model) or (getattr(model, "PATH", ""), "slug")


def address_of(instance: Model) -> str:
    """The address in the API of a record, entity, country, relation, topic, source, citation or change."""
    path, key = path_of(instance)
    return absolute(f"{reverse('api:root')}{path}/{key}/")


def page_of(instance: Model) -> str:
    """The address of an object's page."""
    return absolute(instance.get_absolute_url())


def list_address(path: str, **query: str | list[str]) -> str:
    """The address of an endpoint's list, for example ``list_address("timeline", country=["AZ", "KZ"])``."""
    text = urlencode(query, doseq=True)
    return absolute(f"{reverse('api:root')}{path}/{'?' if text else ''}{text}")

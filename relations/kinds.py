"""The registry of kinds: the one door through which a kind joins the timeline.

A kind lives in its own app: a child model of ``Record``, a filter set, a serializer, a template and an
admin class. Its ``AppConfig.ready`` calls :func:`register`; pages, API, filters, exports and checks read
the registry and never name a kind themselves. ``docs/adding-a-kind.md`` leads through it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from django.db.models import Model
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Kind:
    """One kind of record and where its parts are found.

    ``name`` is the stored and queried value (``visit``), ``path`` the segment of its page and API addresses
    (``visits``), ``icon`` the name of its symbol in ``static/icons.svg``. ``template`` shows a record's own fields on
    its page; templates beside it, ``<name>_row.html`` and ``<name>_more.html``, may say what its row and the rest of
    its page show. ``filterset``, ``serializer``, ``resource`` (its table in imports), ``synthetic`` (the maker of
    records for trials) and ``linked_data`` (a function from a record to its type and properties in schema.org's
    words) are dotted paths, looked up when first used, so that a model's app can register before the layers above it
    are imported. Kinds are listed by ``order``, then as they registered.

    ``relations.system_checks`` says what a kind still lacks: ``manage.py check``.
    """

    name: str
    model: type[Model]
    path: str
    label: str | _StrPromise
    label_plural: str | _StrPromise
    icon: str
    filterset: str
    serializer: str
    template: str
    order: int = 100
    linked_data: str = "relations.exports.linked.event"
    resource: str = "relations.importing.resource.RecordResource"
    synthetic: str = ""

    @property
    def app(self) -> AppConfig:
        """The app that the kind lives in."""
        return apps.get_app_config(self.model._meta.app_label)

    @property
    def resource_class(self) -> type:
        return self.part("resource")

    @property
    def filterset_class(self) -> type:
        return self.part("filterset")

    @property
    def serializer_class(self) -> type:
        return self.part("serializer")

    @property
    def maker(self) -> Any:
        """What drafts synthetic records of the kind; None where nothing does."""
        return self.part("synthetic") if self.synthetic else None

    def describe(self, record: Model) -> dict:
        """A record of this kind in schema.org's words: its ``@type``, and the properties that type has."""
        return self.part("linked_data")(record)

    def part(self, attribute: str) -> Any:
        """What the dotted path in this attribute leads to. Raises ``ImproperlyConfigured`` where it does not."""
        path = getattr(self, attribute)
        try:
            return import_string(path)
        except ImportError as error:
            raise ImproperlyConfigured(
                f"`{path}`, the {attribute} of the kind “{self.name}”, cannot be loaded: {error}."
            ) from error


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind. Raises ``ValueError`` when its name or path is taken by another model."""
    for other in _kinds.values():
        if other.model is not kind.model and (other.name == kind.name or other.path == kind.path):
            raise ValueError(f"The kind {kind.name!r} or its path {kind.path!r} is already taken.")
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    """The kind of that name. Raises ``KeyError`` when there is none."""
    return _kinds[name]


def names() -> list[str]:
    return [kind.name for kind in every()]


def every() -> list[Kind]:
    """All kinds, in the order in which they are listed."""
    return sorted(_kinds.values(), key=lambda kind: kind.order)


def app_configs() -> list[AppConfig]:
    """The apps in which kinds live, each once."""
    return list({kind.app.label: kind.app for kind in every()}.values())

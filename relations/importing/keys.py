"""Look up the rows that cells name by slug, code or name. Each model is read once per import."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _

from relations.filters.problems import nearest_of
from relations.importing.country_names import SEVERAL, SPELLINGS, WITHOUT_CODE
from relations.models import Country, Entity, Name, Place

MOST_COMPARED = 100


@dataclass(frozen=True)
class Target:
    """A row that a cell can name: its primary key, and the key that a table uses for it."""

    pk: object
    key: str
    name: str
    country: str | None = None


class Index:
    """The rows of a model by key and by name. A name shared by several rows finds none of them."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.by_pk: dict[object, Target] = {}
        self.by_key: dict[str, Target] = {}
        names: dict[str, set[Target]] = defaultdict(set)
        for target, others in self._read():
            self.by_pk[target.pk] = target
            self.by_key[target.key.casefold()] = target
            for name in (target.name, *others):
                names[name.casefold()].add(target)
        names.pop("", None)
        self.by_name = {name: next(iter(found)) for name, found in names.items() if len(found) == 1}
        self.ambiguous = {name for name, found in names.items() if len(found) > 1}
        self.refused: dict[str, str] = {}

    def _read(self):
        rows = self.model._default_manager
        if self.model is Country:
            spellings = defaultdict(list)
            for spelling, code in SPELLINGS.items():
                spellings[code].append(spelling)
            for code, alpha3, slug, name, official in rows.values_list(
                "code", "alpha3", "slug", "name", "official_name"
            ):
                yield Target(code, code, name), (alpha3, slug, official, *spellings[code])
            return
        label = "name" if any(f.name == "name" for f in self.model._meta.fields) else "title"
        others = defaultdict(list)
        if issubclass(self.model, Entity):
            for pk, text in Name.objects.values_list("entity_id", "text"):
                others[pk].append(text)
        country = ["country_id"] if self.model is Place else []
        for row in rows.values_list("pk", "slug", label, *country):
            yield Target(*row), others[row[0]]

    def find(self, text: str) -> Target:
        """Find the row with that key or name.

        Raises ``ValueError`` with a sentence that names the nearest one.
        """
        folded = text.casefold()
        found = self.by_key.get(folded) or self.by_name.get(folded)
        if found is not None:
            return found
        if folded not in self.refused:
            self.refused[folded] = self._refusal(text, folded)
        raise ValueError(self.refused[folded])

    def _refusal(self, text: str, folded: str) -> str:
        words = {"kind": self.model._meta.verbose_name, "text": text[:80]}
        if self.model is Country and folded in WITHOUT_CODE:
            return (
                _("“%(text)s” has no code in ISO 3166-1, and is not replaced by another state.")
                % words
            )
        if self.model is Country and folded in SEVERAL:
            codes = ", ".join(SEVERAL[folded])
            return _("“%(text)s” can be any of %(codes)s: give the code.") % {
                **words,
                "codes": codes,
            }
        if folded in self.ambiguous:
            return _("More than one %(kind)s is called “%(text)s”: give the slug.") % words
        # Comparing takes long, and a table with thousands of unknown names is the wrong table.
        nearest = None
        if len(self.refused) < MOST_COMPARED:
            nearest = nearest_of(text[:80], (*self.by_key, *self.by_name))
        if nearest is None:
            return _("No %(kind)s “%(text)s” is on record: add it first.") % words
        near = self.by_key.get(nearest) or self.by_name[nearest]
        return _(
            "No %(kind)s “%(text)s” is on record: add it first, or do you mean “%(near)s”?"
        ) % {
            **words,
            "near": near.key,
        }


class Indexes:
    """One index per model, made on first use."""

    def __init__(self) -> None:
        self._made: dict[type[models.Model], Index] = {}

    def __getitem__(self, model: type[models.Model]) -> Index:
        if model not in self._made:
            self._made[model] = Index(model)
        return self._made[model]

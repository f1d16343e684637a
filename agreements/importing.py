"""The table of agreements in imports: their parties stand in one column."""

from django.utils.translation import gettext as _

from agreements.models import Party
from relations.importing.columns import Cell, KeyCell, Several, pieces
from relations.importing.files import SEPARATOR
from relations.importing.keys import Indexes, Target
from relations.importing.resource import RecordResource
from relations.models import Country, Organization


class PartiesCell(KeyCell):
    """Codes or names of countries, slugs or names of organizations, joined by “;”."""

    def __init__(self, indexes: Indexes) -> None:
        super().__init__(indexes, Country)

    def clean(self, value, row=None, **kwargs):
        found = dict.fromkeys(self._find(text) for text in pieces(Cell.clean(self, value)))
        return sorted(found, key=lambda target: target.key)

    def _find(self, text: str) -> Target:
        try:
            return self.indexes[Organization].find(text)
        except ValueError as no_organization:
            try:
                return self.indexes[Country].find(text)
            except ValueError as no_country:
                raise ValueError(f"{no_country} {no_organization}") from None

    def render(self, value, obj=None, **kwargs):
        return SEPARATOR.join(target.key for target in value or ())


class Parties(Several):
    def __init__(self, indexes: Indexes) -> None:
        meaning = _("parties: codes of countries or slugs of organizations, joined by “;”")
        super().__init__("parties", PartiesCell(indexes), meaning)
        self.indexes = indexes

    def _target(self, party: Party) -> Target:
        if party.country_id:
            return self.indexes[Country].by_pk[party.country_id]
        return self.indexes[Organization].by_pk[party.organization_id]

    def stored(self, instance):
        return sorted(map(self._target, instance.parties.all()), key=lambda target: target.key)

    def keys(self, instance):
        return [target.key for target in self.get_value(instance)]

    def _row(self, record, target: Target) -> Party:
        is_country = self.indexes[Country].by_pk.get(target.pk) is target
        column = "country_id" if is_country else "organization_id"
        return Party(agreement=record, **{column: target.pk})

    def put(self, draft, values):
        rows = [self._row(draft.record, target) for target in values]
        draft.related = [*draft.related, *rows]

    def replace(self, record, values):
        wanted = list(values)
        for party in record.parties.all():
            target = self._target(party)
            if target in wanted:
                wanted.remove(target)
            else:
                party.delete()
        for target in wanted:
            self._row(record, target).save()


class AgreementResource(RecordResource):
    def own_parts(self):
        return [Parties(self.known.indexes)]

    def named_countries(self, instance):
        countries = self.known.indexes[Country].by_key
        return {key for key in self.fields["parties"].keys(instance) if key.casefold() in countries}

    def own_prefetch(self):
        return ["parties"]

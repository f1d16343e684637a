"""Entities and reference data are saved with what belongs to them."""

from relations.models import Organization, Relation
from tests import factories
from tests.relations.admin.forms import form_of, url


def test_a_relation_takes_its_countries_in_either_order(desk):
    for code in ("AZ", "KZ"):
        factories.country(code)
    form = form_of(desk.get(url(Relation, "add")), Relation)
    assert (
        desk.post(url(Relation, "add"), {**form, "first": "KZ", "second": "AZ"}).status_code == 302
    )
    relation = Relation.objects.get()
    assert (relation.first_id, relation.second_id, relation.slug) == (
        "AZ",
        "KZ",
        "azerbaijan-kazakhstan",
    )


def test_an_entity_is_saved_with_its_names(desk):
    form = form_of(desk.get(url(Organization, "add")), Organization)
    data = {
        **form,
        "name": "Islamic Development Bank",
        "type": "fund",
        "names-TOTAL_FORMS": "1",
        "names-0-text": "IsDB",
        "names-0-kind": "abbreviation",
        "names-0-language": "en",
        "names-0-since": "",
        "names-0-until": "",
        "citations-TOTAL_FORMS": "0",
    }
    assert desk.post(url(Organization, "add"), data).status_code == 302
    bank = Organization.objects.get()
    assert (bank.slug, [name.text for name in bank.names.all()]) == (
        "islamic-development-bank",
        ["IsDB"],
    )

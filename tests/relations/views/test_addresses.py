"""Addresses are permanent: moved 301, withdrawn 410, never published 404."""

import pytest

from tests.factories import (
    AgreementFactory,
    OrganizationFactory,
    PersonFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)


def answer(client, address):
    response = client.get(address, secure=True)
    return response.status_code, response.get("Location", "")


@pytest.mark.parametrize("stage", ["draft", "review"])
def test_what_was_never_published_is_not_there(client, db, stage):
    record = AgreementFactory(stage=stage)
    assert answer(client, record.get_absolute_url()) == (404, "")


def test_a_withdrawn_record_says_so_and_nothing_more(get, db):
    record = AgreementFactory(title="A pact", summary="What it said.")
    record.stage = "withdrawn"
    record.save()
    page = get(record.get_absolute_url(), status=410)
    assert page.one("h1").text == "This record was withdrawn"
    assert "“A pact”" in page.one("main").text
    assert "What it said." not in page.text


def test_a_record_moves_with_its_slug(client, db):
    record = AgreementFactory(slug="old-2005")
    record.slug = "new-2005"
    record.save()
    assert answer(client, "/agreements/old-2005/") == (301, "/agreements/new-2005/")
    record.stage = "withdrawn"
    record.save()
    assert answer(client, "/agreements/old-2005/") == (410, "")


def test_a_record_under_another_kinds_path_leads_to_its_own(client, db):
    VisitFactory(slug="a-visit-2005")
    assert answer(client, "/agreements/a-visit-2005/") == (301, "/visits/a-visit-2005/")


@pytest.mark.parametrize(
    ("factory", "path"),
    [
        (OrganizationFactory, "organizations"),
        (PersonFactory, "people"),
        (TopicFactory, "topics"),
        (SourceFactory, "sources"),
    ],
)
def test_entities_topics_and_sources_move_too(client, db, factory, path):
    thing = factory(slug="old")
    thing.slug = "new"
    thing.save()
    assert answer(client, f"/{path}/old/?ordering=date") == (301, f"/{path}/new/?ordering=date")
    assert answer(client, f"/{path}/other/") == (404, "")


def test_an_entity_under_another_path_leads_to_its_own(client, db):
    PersonFactory(slug="somebody")
    assert answer(client, "/places/somebody/") == (301, "/people/somebody/")

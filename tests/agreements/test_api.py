"""One agreement is complete in one request, in exactly this shape."""

import pytest

from tests.factories import (
    AgreementActionFactory,
    AgreementFactory,
    CitationFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PersonFactory,
    PlaceFactory,
    RecordLinkFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db

SITE = "https://entente.example"


def citation(uid, source, **changes):
    return {
        "uid": uid,
        "source": source,
        "locator_kind": "paragraph",
        "locator": "1",
        "field": "",
        "value": "",
        "as_written": "",
        "basis": "stated",
        "rule": "",
        "attributed_to": "",
        "verdict": "supports",
        "set_aside": "",
        "note": "",
        **changes,
    }


def test_an_agreement_is_complete_in_one_request(client):
    agreement = AgreementFactory(
        slug="strategic-partnership-2005",
        title="On strategic partnership",
        summary="Makes them partners.",
        date="2005-05-24",
        place=PlaceFactory(slug="baku", name="Baku", country="AZ"),
        countries=["AZ", "KZ"],
        topics=[TopicFactory(slug="security", name="Security")],
        source=SourceFactory(slug="a", title="A"),
        instrument="treaty",
        level="interstate",
        legal_character="binding",
        official_url="https://texts.example/1",
    )
    agreement.citations.update(uid="first")
    contradicting = CitationFactory(
        uid="second",
        record=agreement,
        source=SourceFactory(slug="b", title="B"),
        locator="71",
        field="instrument",
        value="agreement",
        as_written="Agreement",
    )
    PartyFactory(agreement=agreement, country="AZ")
    ministry = PartyFactory(
        agreement=agreement, organization=OrganizationFactory(slug="ministry", name="Ministry")
    )
    AgreementActionFactory(
        agreement=agreement, party=ministry, date="2006-01", citation=contradicting, note="Noted."
    )
    AgreementActionFactory(agreement=agreement, type="terminated")
    ParticipationFactory(
        record=agreement,
        person=PersonFactory(slug="president", name="A President"),
        role="signatory",
        office="President",
    )
    visit = VisitFactory(slug="visit-2005", title="Visit")
    RecordLinkFactory(source=agreement, target=visit, type="signed-during")
    RecordLinkFactory(source=agreement, target=VisitFactory(slug="draft", stage="draft"))
    protocol = AgreementFactory(slug="protocol-2007", title="Protocol")
    RecordLinkFactory(source=protocol, target=agreement, type="protocol-to")
    agreement.refresh_from_db()

    body = client.get("/api/v1/agreements/strategic-partnership-2005/", secure=True).json()
    assert list(body) == [
        "url", "html_url", "slug", "kind", "title", "summary", "outcome", "date", "place", "countries",
        "people", "organizations", "projects", "topics", "instrument", "level", "parties",
        "legal_character", "status", "official_title", "official_url", "register_numbers", "actions",
        "links", "linked_from", "evidence", "decisions", "citations", "change", "modified",
    ]  # fmt: skip
    body.pop("modified")
    assert body == {
        "url": f"{SITE}/api/v1/agreements/strategic-partnership-2005/",
        "html_url": f"{SITE}/agreements/strategic-partnership-2005/",
        "slug": "strategic-partnership-2005",
        "kind": "agreement",
        "title": "On strategic partnership",
        "summary": "Makes them partners.",
        "outcome": "happened",
        "date": {
            "edtf": "2005-05-24",
            "earliest": "2005-05-24",
            "latest": "2005-05-24",
            "precision": "day",
            "display": "24 May 2005",
            "note": "",
        },
        "place": {"slug": "baku", "name": "Baku", "country": "AZ"},
        "countries": [
            {"code": "AZ", "name": "Azerbaijan"},
            {"code": "KZ", "name": "Kazakhstan"},
        ],
        "people": [
            {
                "slug": "president",
                "name": "A President",
                "role": "signatory",
                "office": "President",
            }
        ],
        "organizations": [],
        "projects": [],
        "topics": [{"slug": "security", "name": "Security"}],
        "instrument": "treaty",
        "level": "interstate",
        "parties": [
            {"type": "country", "key": "AZ", "name": "Azerbaijan"},
            {"type": "organization", "key": "ministry", "name": "Ministry"},
        ],
        "legal_character": "binding",
        "status": "in-force",
        "official_title": "",
        "official_url": "https://texts.example/1",
        "register_numbers": "",
        "actions": [
            {"type": "terminated", "party": None, "date": None, "citation": None, "note": ""},
            {
                "type": "in-force",
                "party": "ministry",
                "date": {
                    "edtf": "2006-01",
                    "earliest": "2006-01-01",
                    "latest": "2006-01-31",
                    "precision": "month",
                    "display": "January 2006",
                },
                "citation": "second",
                "note": "Noted.",
            },
        ],
        "links": [
            {
                "type": "signed-during",
                "kind": "visit",
                "slug": "visit-2005",
                "title": "Visit",
                "url": f"{SITE}/api/v1/visits/visit-2005/",
            }
        ],
        "linked_from": [
            {
                "type": "protocol-to",
                "kind": "agreement",
                "slug": "protocol-2007",
                "title": "Protocol",
                "url": f"{SITE}/api/v1/agreements/protocol-2007/",
            }
        ],
        "evidence": {"overall": "conflict", "date": "single", "instrument": "conflict"},
        "decisions": [],
        "citations": [
            citation(
                "first",
                {"slug": "a", "title": "A"},
                field="date",
                value="2005-05-24",
                as_written="2005-05-24",
            ),
            citation(
                "second",
                {"slug": "b", "title": "B"},
                locator="71",
                field="instrument",
                value="agreement",
                as_written="Agreement",
                verdict="contradicts",
            ),
        ],
        "change": agreement.change,
    }

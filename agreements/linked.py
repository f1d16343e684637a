"""Agreements in the words of schema.org: legislation, signed by its parties."""

from __future__ import annotations

from agreements.models import Agreement
from relations.exports import linked
from relations.exports.days import iso

FORCE = {
    Agreement.Status.IN_FORCE: f"{linked.TERMS}InForce",
    Agreement.Status.TERMINATED: f"{linked.TERMS}NotInForce",
}


def agreement(record: Agreement) -> dict:
    """Only a signed agreement gets the date of a law; a draft or a plan says that it is one."""
    parties = list(record.parties.all())
    is_signed = linked.is_done(record)
    when = record.edtf
    day = iso(when.ranges[0].low) if when.precision in ("day", "month", "year") else ""
    unknown = Agreement.Instrument.UNKNOWN
    return {
        "@type": "Legislation",
        "alternateName": record.official_title if record.official_title != record.title else "",
        "legislationType": ""
        if record.instrument == unknown
        else str(record.get_instrument_display()),
        "legislationIdentifier": record.register_numbers,
        "legislationDate": day if is_signed else "",
        "creativeWorkStatus": "" if is_signed else str(record.get_outcome_display()),
        "legislationLegalForce": FORCE.get(record.status, ""),
        "legislationJurisdiction": [
            linked.country(party.country) for party in parties if party.country_id
        ],
        "legislationPassedBy": [
            linked.named("Organization", party.organization)
            for party in parties
            if party.organization_id
        ],
        "sameAs": record.official_url,
        "locationCreated": record.place and linked.place(record.place),
        "contributor": [*linked.people(record), *linked.organizations(record)],
        "about": linked.about(record),
        "keywords": linked.keywords(record),
        "legislationChanges": [
            linked.named("Legislation", link.target)
            for link in record.links.all()
            if link.type == "amends" and link.target.is_published
        ],
        "isPartOf": [
            linked.named("CreativeWork", link.target)
            for link in record.links.all()
            if link.type == "part-of" and link.target.is_published
        ],
    }

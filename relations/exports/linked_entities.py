"""Entities, countries, topics and sources in the words of schema.org, as page and API show them.

Every function gets a row that was fetched as for the API, makes no query and returns a node.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Model

from relations import dates
from relations.exports import linked
from relations.exports.days import iso_ends
from relations.models import (
    Country,
    Entity,
    Organization,
    Person,
    Place,
    Project,
    Source,
    Topic,
)


def _day(text: str) -> str:
    """A date in ISO 8601, as exact as on record; empty for a date that ISO 8601 cannot state exactly."""
    return iso_ends(dates.parse(text))[0] if text else ""


def _entity(type_: str, entity: Entity, **own) -> dict:
    """What every entity has, then its own properties, then its sources."""
    sources = {one.source_id: linked.source(one.source) for one in entity.citations.all()}
    return linked.named(
        type_,
        entity,
        url=linked.address(entity),
        identifier=entity.slug,
        description=entity.description,
        alternateName=[name.text for name in entity.names.all()],
        **own,
        subjectOf=list(sources.values()),
    )


def _role(since: str, until: str, **what) -> dict:
    """A role that was held for a time; without a time that can be stated, the plain object."""
    return linked.filled(
        {"@type": "Role", **what, "startDate": _day(since), "endDate": _day(until)}
    )


def organization(found: Organization) -> dict:
    members = [
        _role(
            one.since,
            one.until,
            roleName=one.role,
            member=linked.country(one.country),
        )
        for one in found.memberships.all()
    ]
    return _entity(
        "Organization",
        found,
        foundingDate=_day(found.founded),
        location=found.seat and linked.named("Place", found.seat),
        areaServed=found.country and linked.country(found.country),
        member=members,
    )


def person(found: Person) -> dict:
    offices = [
        _role(
            one.since,
            one.until,
            hasOccupation=linked.filled(
                {
                    "@type": "Occupation",
                    "name": one.office,
                    "occupationLocation": one.country and linked.country(one.country),
                }
            ),
        )
        for one in found.tenures.all()
    ]
    bodies = {
        one.organization_id: linked.named("Organization", one.organization)
        for one in found.tenures.all()
        if one.organization
    }
    return _entity("Person", found, hasOccupation=offices, affiliation=list(bodies.values()))


def place(found: Place) -> dict:
    own = linked.place(found)
    return _entity("Place", found, geo=own.get("geo"), containedInPlace=own.get("containedInPlace"))


def project(found: Project) -> dict:
    return _entity(
        "Project",
        found,
        parentOrganization=found.part_of and linked.named("Project", found.part_of),
        location=[linked.named("Place", one) for one in found.places.all()],
    )


def country(found: Country) -> dict:
    return linked.country(found) | linked.filled({"alternateName": found.official_name})


def topic(found: Topic) -> dict:
    return linked.named(
        "DefinedTerm",
        found,
        url=linked.address(found),
        termCode=found.slug,
        description=found.description,
    )


NODES: dict[type[Model], Callable[[Model], dict]] = {
    Organization: organization,
    Person: person,
    Place: place,
    Project: project,
    Country: country,
    Topic: topic,
    Source: linked.source,
}
"""Objects other than records that have a type in schema.org, and the function that makes the node."""

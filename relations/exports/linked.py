"""Records in the words of schema.org: the properties of each kind of this app besides the shared ones.

A kind names its function in its registration (``Kind.linked_data``). The function gets a record with its
links fetched, and returns the type with its properties. ``jsonld`` adds what all kinds share.
"""

from __future__ import annotations

from django.conf import settings

from relations import dates
from relations.exports.days import iso_ends
from relations.models import Country, Entity, Participation, Quantity, Record, Source, Visit

TERMS = "https://schema.org/"


def address(thing) -> str:
    """The absolute address of the page of a record, entity or source."""
    return f"{settings.SITE_URL}{thing.get_absolute_url()}"


def named(type_: str, thing, **more) -> dict:
    """A short node for an object that has a page of its own here."""
    return {"@type": type_, "@id": address(thing), "name": str(thing), **filled(more)}


def filled(properties: dict) -> dict:
    """The properties without the empty ones."""
    return {name: value for name, value in properties.items() if value not in (None, "", [], {})}


def country(found: Country) -> dict:
    return {"@type": "Country", "name": found.name, "identifier": found.code}


def place(found: Entity) -> dict:
    where = {}
    if found.latitude is not None:
        where = {
            "@type": "GeoCoordinates",
            "latitude": float(found.latitude),
            "longitude": float(found.longitude),
        }
    return named(
        "Place", found, geo=where, containedInPlace=found.country and country(found.country)
    )


def source(found: Source) -> dict:
    published = dates.parse(found.published) if found.published else None
    return named(
        "CreativeWork",
        found,
        creditText=found.author,
        publisher=found.publisher and {"@type": "Organization", "name": found.publisher},
        datePublished=iso_ends(published)[0] if published else "",
        inLanguage=found.language,
        url=found.url,
        identifier=found.doi and f"https://doi.org/{found.doi}",
    )


def people(record: Record) -> list[dict]:
    """The people who took part, without those who are only mentioned."""
    shown = {}
    for part in record.participations.all():
        if part.role != Participation.Role.MENTIONED:
            shown[part.person.slug] = named("Person", part.person, jobTitle=part.office)
    return list(shown.values())


def organizations(record: Record) -> list[dict]:
    return [named("Organization", one) for one in record.organizations.all()]


def about(record: Record) -> list[dict]:
    projects = [named("Project", one) for one in record.projects.all()]
    return [*map(country, record.countries.all()), *projects]


def keywords(record: Record) -> list[str]:
    return [topic.name for topic in record.topics.all()]


def is_done(record: Record) -> bool:
    return record.outcome == Record.Outcome.HAPPENED


def event(record: Record) -> dict:
    """Any kind that happens. It gets dates only where they are years, months or days."""
    start, end = iso_ends(record.edtf)
    return {
        "@type": "Event",
        "startDate": start,
        "endDate": end if end != start else "",
        "eventStatus": "" if is_done(record) else f"{TERMS}EventScheduled",
        "location": record.place and place(record.place),
        "attendee": [*people(record), *organizations(record)],
        "about": about(record),
        "keywords": keywords(record),
        "superEvent": [
            named("Event", link.target)
            for link in record.links.all()
            if link.type == "part-of" and link.target.is_published
        ],
    }


def visit(record: Visit) -> dict:
    properties = event(record)
    if record.body is not None:
        body = named("Organization", record.body)
        others = [one for one in properties["attendee"] if one["@id"] != body["@id"]]
        properties["attendee"] = [body, *others]
    if record.occasion:
        properties["superEvent"] = [
            *properties["superEvent"],
            {"@type": "Event", "name": record.occasion},
        ]
    return properties


def figure(record: Quantity) -> dict:
    """A figure that a source states. A limit (“more than”) is marked as one, and so is a target."""
    start, end = iso_ends(record.edtf)
    if end and end != start:
        period, day = f"{start}/{end}", ""
    else:
        period, day = "", start
    value = number(record.value)
    limit = {"more-than": "minValue", "less-than": "maxValue"}.get(record.qualifier, "value")
    notes = [] if record.nature == Quantity.Nature.ACTUAL else [record.get_nature_display()]
    if record.qualifier != Quantity.Qualifier.EXACT:
        notes.append(record.get_qualifier_display())
    return {
        "@type": "Observation",
        "observationDate": day,
        "observationPeriod": period,
        "observationAbout": [*map(country, record.countries.all())],
        limit: value,
        "unitText": record.currency or record.unit,
        "measurementQualifier": ", ".join(map(str, notes)),
    }


def trade_figure(record) -> dict:
    ends = (
        f" from {record.origin}" if record.origin else "",
        f" to {record.destination}" if record.destination else "",
    )
    reporter = f"statistics of {record.reporter}" if record.reporter else ""
    return figure(record) | {
        "variableMeasured": f"{record.get_flow_display()}{''.join(ends)}",
        "measurementTechnique": reporter,
    }


def indicator(record) -> dict:
    return figure(record) | {"variableMeasured": str(record.get_measure_display())}


def number(value) -> int | float | None:
    """A number for JSON; whole numbers have no fraction."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)

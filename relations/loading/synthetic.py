"""Synthetic records for trying the site at size: realistic, marked as synthetic, the same for the same seed.

A kind that can be generated names its ``Maker`` in the registry: how often it comes and the function that drafts
one. Record number *i* of a seed depends on nothing else, so 100 records are the first 100 of 10,000.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from relations import dates, kinds
from relations.chunks import chunks
from relations.loading import batch
from relations.models import (
    Citation,
    Country,
    Indicator,
    Milestone,
    Organization,
    Participation,
    Person,
    Place,
    Project,
    Record,
    RecordLink,
    Relation,
    Source,
    Topic,
    TradeFigure,
    Visit,
)
from relations.work import unit_of_work

MARK = "Synthetic"
FIRST_DAY, LAST_DAY = date(1992, 1, 1), date(2025, 12, 31)
# Written in one transaction each.
BATCH = 10_000

COUNTRIES = {
    "AZ": ("AZE", "031", "azerbaijan", "Azerbaijan", "Baku Ganja Shusha Fuzuli Sumgait"),
    "KZ": ("KAZ", "398", "kazakhstan", "Kazakhstan", "Astana Almaty Aktau Kuryk Turkistan"),
    "TR": ("TUR", "792", "turkiye", "Türkiye", "Ankara Istanbul"),
    "UZ": ("UZB", "860", "uzbekistan", "Uzbekistan", "Tashkent Samarkand"),
    "GE": ("GEO", "268", "georgia", "Georgia", "Tbilisi Batumi"),
}
SUBJECTS = (
    "transport energy pensions education customs agriculture tourism health fisheries aviation ports "
    "culture sport water statistics insurance railways telecommunications standards migration"
).split()
GIVEN = "Aydin Leyla Rashid Dana Murat Saule Timur Nigar Askar Gulnara Emin Aigerim".split()
FAMILY = "Adilov Bekova Sadykov Guliyeva Ospanov Rzayeva Tulegenov Hajili".split()
OFFICES = ("President", "Prime Minister", "Foreign Minister", "Minister of Energy", "Ambassador")


@dataclass(frozen=True)
class Maker:
    """How often a kind comes, beside the others, and what drafts one from a sketch."""

    weight: int
    make: Callable[[Sketch], batch.Draft]


@dataclass(frozen=True)
class World:
    """The synthetic entities that records point at; topics and projects by key, the rest as rows."""

    countries: Sequence[str]
    places: dict[str, list[Place]]
    people: Sequence[Person]
    organizations: Sequence[Organization]
    projects: Sequence[Project]
    topics: Sequence[Topic]
    sources: Sequence[Source]


def makers() -> dict[str, Maker]:
    """The makers of all kinds that have one, by kind."""
    found = ((kind.name, kind.maker) for kind in kinds.every())
    return {name: maker for name, maker in found if maker is not None}


def without_maker() -> list[kinds.Kind]:
    """The kinds of which no records are generated."""
    return [kind for kind in kinds.every() if kind.maker is None]


def holds_real_records() -> bool:
    return Record.objects.filter(synthetic=False).exists()


def generate(count: int, seed: int = 1) -> tuple[int, int]:
    """Store the first ``count`` records of a seed; returns how many are new and how many were there."""
    with unit_of_work(reason="Synthetic reference data"):
        world = build_world()
    slugs = [f"synthetic-{seed}-{number}" for number in range(count)]
    there = {
        record.slug: record
        for record in Record.objects.filter(synthetic=True, slug__startswith=f"synthetic-{seed}-")
    }
    known, written, earlier = makers(), 0, None
    for part in chunks(range(count), BATCH):
        drafts = []
        for number in part:
            if slugs[number] in there:
                earlier = there[slugs[number]]
                continue
            draft = sketch_of(world, seed, number, earlier).drawn(known)
            drafts.append(draft)
            earlier = draft.record
        written += len(batch.write(drafts, reason=f"Synthetic records, seed {seed}"))
    return written, count - written


def sketch_of(world: World, seed: int, number: int, earlier: Record | None) -> Sketch:
    rng = random.Random(f"{seed}:{number}")  # noqa: S311 (a seeded generator is the point)
    return Sketch(rng, world, f"synthetic-{seed}-{number}", number, earlier)


def build_world() -> World:
    """Make or find the synthetic entities; countries and the relation of the first two are real ones."""
    for code, (alpha3, numeric, slug, name, _cities) in COUNTRIES.items():
        defaults = {"alpha3": alpha3, "numeric": numeric, "slug": slug, "name": name}
        Country.objects.get_or_create(pk=code, defaults=defaults)
    Relation.objects.get_or_create(
        first_id="AZ", second_id="KZ", defaults={"slug": "azerbaijan-kazakhstan"}
    )
    places: dict[str, list[Place]] = {}
    for code, (*_columns, cities) in COUNTRIES.items():
        places[code] = [_entity(Place, city, country_id=code) for city in cities.split()]
    return World(
        countries=tuple(COUNTRIES),
        places=places,
        people=[_entity(Person, f"{given} {family}") for family in FAMILY for given in GIVEN[::3]],
        organizations=[
            _entity(Organization, f"Joint Commission on {subject.title()}", type="council")
            for subject in SUBJECTS[:8]
        ],
        projects=[
            _entity(Project, f"{subject.title()} Corridor", type="corridor")
            for subject in SUBJECTS[8:12]
        ],
        topics=[_row(Topic, subject.title()) for subject in SUBJECTS[:12]],
        sources=[
            _row(
                Source,
                f"Document {number}",
                kind="dataset",
                published=f"{1995 + 3 * number}",
                language="en",
            )
            for number in range(1, 11)
        ],
    )


def _entity(model, name: str, **columns):
    columns["description"] = "Made by generate_records."
    return _get(
        model,
        f"synthetic-{model.KIND}-{name.lower().replace(' ', '-')}",
        name=f"{MARK} {name}",
        **columns,
    )


def _row(model, name: str, **columns):
    field = "title" if model is Source else "name"
    slug = f"synthetic-{model._meta.model_name}-{name.lower().replace(' ', '-')}"
    note = (
        {"note": "Made by generate_records; there is no such document."} if model is Source else {}
    )
    return _get(model, slug, **{field: f"{MARK} {name.lower()}"}, **columns, **note)


def _get(model, slug: str, **columns):
    return model.objects.get_or_create(slug=slug, defaults=columns)[0]


class Sketch:
    """What a record has whatever its kind, drawn from one random generator of its own."""

    def __init__(
        self, rng: random.Random, world: World, slug: str, number: int, earlier: Record | None
    ):
        self.rng, self.world, self.slug, self.number, self.earlier = (
            rng,
            world,
            slug,
            number,
            earlier,
        )
        self.day = FIRST_DAY + timedelta(days=rng.randrange((LAST_DAY - FIRST_DAY).days))
        self.subject = rng.choice(SUBJECTS)
        # Most are about the one pair; some about others, some about three.
        pair = ("AZ", "KZ") if rng.random() < 0.8 else tuple(rng.sample(sorted(COUNTRIES), 2))
        self.countries = list(dict.fromkeys((*pair, "TR"))) if rng.random() < 0.08 else list(pair)
        rng.shuffle(self.countries)
        self.place = rng.choice(world.places[self.countries[0]]) if rng.random() < 0.7 else None

    def drawn(self, known: dict[str, Maker]) -> batch.Draft:
        weights = list(accumulate(maker.weight for maker in known.values()))
        return self.rng.choices(list(known.values()), cum_weights=weights)[0].make(self)

    def one_of(self, choices) -> str:
        """One of a model's text choices."""
        return self.rng.choice(choices.values)

    def date(self) -> str:
        """A date in EDTF: mostly a day, sometimes anything else that a source may state."""
        day, rng = self.day, self.rng
        later = min(day + timedelta(days=rng.randrange(1, 300)), LAST_DAY + timedelta(days=300))
        forms = {
            day.isoformat(): 60,
            f"{day:%Y-%m}": 10,
            f"{day:%Y}": 8,
            f"{day:%Y}~": 2,
            f"{day:%Y-%m}?": 2,
            f"[{day.isoformat()},{later.isoformat()}]": 4,
            f"[..{day.isoformat()}]": 3,
            f"[{day.isoformat()}..]": 1,
            f"{day.isoformat()}/{min(later, day + timedelta(days=3)).isoformat()}": 5,
            f"{day.year}-{rng.choice((21, 22, 23, 24))}": 2,
            f"{day.year}-{rng.choice((40, 41))}": 2,
            f"{day.year // 10}X": 1,
        }
        return rng.choices(list(forms), weights=list(forms.values()))[0]

    def columns(self, name: str, date: str) -> dict[str, Any]:
        """The columns every kind has; ``name`` says what it is, the title that it is synthetic."""
        rng = self.rng
        stage = rng.choices(("published", "review", "draft"), weights=(97, 1, 2))[0]
        outcome = rng.choices(("happened", "planned", "proposed"), weights=(94, 4, 2))[0]
        return {
            "slug": self.slug,
            "title": f"{MARK} {name} {self.number}",
            "summary": f"{MARK}: {name}, drawn at random to try the site with many records.",
            "date": date,
            "date_note": "" if len(date) == 10 else "As inexact as a source might state it.",
            "place": self.place,
            "outcome": outcome,
            "stage": stage,
            "synthetic": True,
        }

    def draft(
        self, record: Record, cited: dict[str, tuple[str, str]], related: Sequence = ()
    ) -> batch.Draft:
        """The draft with its citations: of the date, of ``cited`` (value and wording), and of the whole."""
        rng, world = self.rng, self.world
        cited = {"date": (record.date, dates.parse(record.date).display()), **cited}
        if self.place:
            cited["place"] = (self.place.slug, self.place.name)
        citations = [self.cite(record, field, *said) for field, said in cited.items()]
        chance = rng.random()
        if chance < 0.3:
            citations.append(self.cite(record, "date", *cited["date"], other=True))
        elif chance < 0.4:
            year = str(self.day.year + (3 if chance < 0.36 else 0))
            citations.append(self.cite(record, "date", year, year, other=True))
        if rng.random() < 0.5:
            citations.append(self.cite(record, "", "", ""))
        for number, citation in enumerate(citations, 1):
            citation.uid = f"{self.slug}-c{number}"
        person = rng.choice(world.people)
        participation = Participation(
            uid=f"{self.slug}-p1",
            record=record,
            person=person,
            role="participant",
            office=rng.choice(OFFICES),
        )
        if self.earlier is not None and rng.random() < 0.1:
            link = RecordLink(
                uid=f"{self.slug}-l1", source=record, type="follows", target=self.earlier
            )
            related = (*related, link)
        return batch.Draft(
            record,
            countries=self.countries,
            organizations=[rng.choice(world.organizations).pk] if rng.random() < 0.15 else (),
            projects=[rng.choice(world.projects).pk] if rng.random() < 0.1 else (),
            topics=[topic.pk for topic in rng.sample(world.topics, rng.randrange(1, 3))],
            participations=[participation] if rng.random() < 0.5 else (),
            citations=citations,
            related=related,
        )

    def cite(
        self, record: Record, field: str, value: str, wording: str, *, other: bool = False
    ) -> Citation:
        """A citation from this sketch's first or another source."""
        sources, rng = self.world.sources, self.rng
        source = sources[(self.number + (1 + rng.randrange(3) if other else 0)) % len(sources)]
        basis = (
            {"basis": "attributed", "attributed_to": f"{MARK} analyst"}
            if rng.random() < 0.03
            else {}
        )
        return Citation(
            record=record,
            source=source,
            locator=str(rng.randrange(1, 200)),
            field=field,
            value=value,
            as_written=wording[:80],
            **basis,
        )

    def quantity(self, unit: str, *, most: int) -> dict[str, Any]:
        """The columns of a stated amount: money where ``unit`` is a currency code."""
        rng = self.rng
        is_money = unit.isupper()
        columns = {
            "value": rng.randrange(1, most) * (100_000 if is_money else 1),
            "unit": "currency" if is_money else unit,
            "currency": unit if is_money else "",
            "qualifier": rng.choice(("exact", "about", "nearly", "more-than")),
            "nature": rng.choices(("actual", "target", "estimate"), weights=(85, 5, 10))[0],
        }
        if rng.random() < 0.3:
            base = {"change_base": str(self.day.year - 1), "change_qualifier": "exact"}
            columns |= {"change_kind": "percent", "change_value": rng.randrange(1, 90), **base}
        return columns


def make_visit(sketch: Sketch) -> batch.Draft:
    guest, host = sketch.countries[1], sketch.countries[0]
    kind = sketch.one_of(Visit.Type)
    body = sketch.rng.choice(sketch.world.organizations) if kind == Visit.Type.COUNCIL else None
    record = Visit(
        type=kind,
        guest_id=guest,
        host_id=host,
        body=body,
        ordinal=sketch.rng.randrange(1, 20) if body else None,
        **sketch.columns(f"{Visit.Type(kind).label} on {sketch.subject}", sketch.date()),
    )
    return sketch.draft(record, {"guest": (guest, COUNTRIES[guest][3])})


def make_milestone(sketch: Sketch) -> batch.Draft:
    category = sketch.one_of(Milestone.Category)
    name = f"{Milestone.Category(category).label}, {sketch.subject}"
    record = Milestone(category=category, **sketch.columns(name, sketch.date()))
    return sketch.draft(record, {"category": (category, category)})


def make_trade_figure(sketch: Sketch) -> batch.Draft:
    origin, destination = sketch.countries[:2]
    flow = sketch.one_of(TradeFigure.Flow)
    directed = {"origin_id": origin, "destination_id": destination} if flow != "turnover" else {}
    year = sketch.day.year
    record = TradeFigure(
        flow=flow,
        reporter_id=origin,
        **directed,
        **sketch.quantity("USD", most=20_000),
        **sketch.columns(
            f"trade in {sketch.subject}", sketch.rng.choice((f"{year}", f"{year}-40"))
        ),
    )
    return sketch.draft(
        record, {"value": (f"{record.value} USD", f"${record.value}"), "flow": (flow, flow)}
    )


def make_indicator(sketch: Sketch) -> batch.Draft:
    measure = sketch.one_of(Indicator.Measure)
    unit = "instruments" if measure == Indicator.Measure.INSTRUMENTS else "people"
    record = Indicator(
        measure=measure,
        **sketch.quantity(unit, most=200_000),
        **sketch.columns(f"count for {sketch.subject}", str(sketch.day.year)),
    )
    return sketch.draft(record, {"value": (f"{record.value} {unit}", f"{record.value} {unit}")})


VISIT = Maker(30, make_visit)
MILESTONE = Maker(15, make_milestone)
TRADE_FIGURE = Maker(15, make_trade_figure)
INDICATOR = Maker(8, make_indicator)

"""The places of a relation on a map, and one place on a map of its country."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from relations import atlas
from relations.filters import RecordFilter
from relations.lists.listing import Listing
from relations.models import Place, Record, Relation
from relations.views.addresses import Moved, find
from relations.views.lists.forms import FilterForm
from relations.views.map.drawing import Drawing, Spot, drawn
from relations.views.readable import number

LOCATOR = 360  # units a locator map is wide
AROUND = (8, 5)  # degrees to every side of a place whose country has no outline


class MapView(View):
    """``/azerbaijan-kazakhstan/map/``: the places of a relation's records, with any filter of the timeline."""

    def get(self, request, slug):
        try:
            relation = find(Relation.objects.select_related("first", "second"), slug)
        except Moved as moved:
            return Moved(f"{moved.address}map/").redirect(request)
        listing = Listing(
            RecordFilter,
            request.GET,
            queryset=Record.objects.published(),
            default_ordering="-date",
            extra_parameters=(),
            relation=relation,
        )
        is_refused = bool(listing.problems)
        places, total = ([], 0) if is_refused else counted(listing)
        timeline = relation.get_absolute_url()
        query = listing.query()
        context = {
            "relation": relation,
            "listing": listing,
            "problems": listing.problems,
            "is_refused": is_refused,
            "form": FilterForm(listing, fixed=("country",)),
            "places": places,
            "drawing": None if is_refused else relation_map(relation, places),
            "total": total,
            "placed": sum(place.count for place in places),
            "all_query": listing.query(**{chip.parameter: None for chip in listing.active}),
            "timeline": f"{timeline}?{query}" if query else timeline,
        }
        return render(request, "relations/map.html", context, status=400 if is_refused else 200)


def counted(listing: Listing) -> tuple[list[Spot], int]:
    """The places that the listed records name, most records first, and the number of records in all."""
    grouped = listing.filterset.qs.order_by().values("place").annotate(count=Count("pk"))
    counts = dict(grouped.values_list("place", "count"))
    timeline = listing.relation.get_absolute_url()
    places = [
        spot(place, counts[place.pk], f"{timeline}?{listing.query(place=place.slug)}")
        for place in Place.objects.select_related("country").filter(pk__in=filter(None, counts))
    ]
    return by_weight(places), sum(counts.values())


def spot(place: Place, count: int, address: str) -> Spot:
    return Spot(
        slug=place.slug,
        name=place.name,
        country=place.country.name if place.country else "",
        longitude=degrees(place.longitude),
        latitude=degrees(place.latitude),
        count=count,
        address=address,
    )


def by_weight(spots: list[Spot]) -> list[Spot]:
    return sorted(spots, key=lambda spot: (-spot.count, spot.name, spot.slug))


def degrees(value) -> float | None:
    return None if value is None else float(value)


def relation_map(relation: Relation, places: list[Spot]) -> Drawing | None:
    """The two countries with the places in and near them; arrows point to places further away."""
    names = {country.numeric: country.name for country in relation.countries}
    return drawn(places, names, _("Map of %(relation)s") % {"relation": relation})


def places_map(places: list[Place]) -> Drawing | None:
    """All these places (with ``country`` and ``record_count``), each a link to its page; None without any.

    Makes no query besides those of the given places.
    """
    spots = [
        spot(place, place.record_count, place.get_absolute_url())
        for place in places
        if place.record_count
    ]
    return drawn(by_weight(spots), {}, _("Map of places"))


@dataclass(frozen=True)
class PlaceMap:
    """A small map of one place: its country among its neighbours, and a dot."""

    title: str
    coordinates: str
    width: int
    height: int
    land: tuple[atlas.Shape, ...]
    own: tuple[atlas.Shape, ...]
    x: float
    y: float


def place_map(place: Place) -> PlaceMap | None:
    """The map of a place; None without coordinates. Reads ``place.country`` and nothing else."""
    if place.latitude is None or place.longitude is None:
        return None
    longitude, latitude = float(place.longitude), float(place.latitude)
    numeric = place.country.numeric if place.country else ""
    home = atlas.home_points(numeric)
    if not home:
        east, north = AROUND
        home = ((longitude - east, latitude - north), (longitude + east, latitude + north))
    frame = atlas.fitted(
        (home, ((longitude, latitude),)), width=LOCATOR, margin=0.12, flattest=0.5, tallest=0.6
    )
    shapes = atlas.shapes(frame)
    x, y = frame.at(longitude, latitude)
    title = (
        _("%(place)s on a map of %(country)s") % {"place": place, "country": place.country}
        if place.country
        else _("%(place)s on a map") % {"place": place}
    )
    return PlaceMap(
        title=title,
        coordinates=coordinates(latitude, longitude),
        width=frame.width,
        height=frame.height,
        land=tuple(shape for shape in shapes if shape.code != numeric or not numeric),
        own=tuple(shape for shape in shapes if numeric and shape.code == numeric),
        x=round(x, 1),
        y=round(y, 1),
    )


def coordinates(latitude: float, longitude: float) -> str:
    """“40.38° N, 49.89° E”: two decimals are about a kilometre, the precision of a place's point."""
    north = _("%(degrees)s° N") if latitude >= 0 else _("%(degrees)s° S")
    east = _("%(degrees)s° E") if longitude >= 0 else _("%(degrees)s° W")
    return _("%(latitude)s, %(longitude)s") % {
        "latitude": north % {"degrees": number(f"{abs(latitude):.2f}")},
        "longitude": east % {"degrees": number(f"{abs(longitude):.2f}")},
    }

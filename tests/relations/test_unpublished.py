"""What is not published is seen by no route: no answer of the site would differ if it were not there.

Drafts, records in review and withdrawn records of every kind, linked to all that a published record is linked
to, are there while every address is asked; then they are taken out, and every answer must be the same to the
byte: its tag, its count, its error. Only what was once published leaves something behind: its own addresses
answer 410, and the list of changes says that it was withdrawn.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise, product
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db.models import ForeignKey, QuerySet
from django.http import QueryDict
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from relations import kinds
from relations.api import resources
from relations.exports import formats as exports
from relations.filters.parameters import Choice, Named, Parameter
from relations.history import changes
from relations.models import Change, ChangeCounter, Country, Record, StoredObject
from relations.references import formats as references
from relations.work import unit_of_work
from tests import factories
from tests.caches import clear_caches
from tests.relations.exports.readers import xlsx_rows

pytestmark = pytest.mark.django_db

NEEDLE = "xanthic"
HIDDEN_DATE = "1871-03-09"
# The addresses are asked in so many tests, which can run side by side.
PARTS = 6
STAGES = ("draft", "review", "withdrawn")
LINK = re.compile(
    rf"""(?:href|src|action)="(/[^"?#]*)|{re.escape(settings.SITE_URL)}(/[a-z0-9/.-]*)"""
)
NOT_OURS = ("/static/", "/admin/")
OF_THE_MOMENT = ("Expires",)
TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")\w+')
# Pages and feeds of what was done: that something was withdrawn may be known.
HISTORY = re.compile(r"/(api/v1/(schema/tables/)?)?changes[/.]")
# What an address takes: <slug:slug>.
TAKEN = re.compile(r"<(?:\w+:)?(\w+)>")
FACTORIES = {
    one._meta.model: one for one in factories.Factory.__subclasses__() if not one._meta.abstract
}


# The world ------------------------------------------------------------------------------------------


@dataclass
class Linked:
    """What records are linked to, one of each sort."""

    topics: list
    organizations: list
    projects: list
    place: object
    person: object
    source: object

    def of(self, model) -> list:
        """Those that a link of a kind's own can lead to."""
        every = [*self.topics, *self.organizations, *self.projects, self.place, self.person]
        return [one for one in every if isinstance(one, model)]


def linked(name: str) -> Linked:
    return Linked(
        topics=[factories.TopicFactory(slug=f"{name}-topic")],
        organizations=[factories.OrganizationFactory(slug=f"{name}-organization")],
        projects=[factories.ProjectFactory(slug=f"{name}-project")],
        place=factories.PlaceFactory(slug=f"{name}-place", country="AZ", latitude=40, longitude=49),
        person=factories.PersonFactory(slug=f"{name}-person"),
        source=factories.SourceFactory(slug=f"{name}-source"),
    )


def make(model, links: Linked, **options) -> Record:
    """A record with everything that its kind can have."""
    countries = {
        field.name: code
        for code, field in zip(
            ("AZ", "KZ"),
            (one for one in model._meta.local_fields if one.related_model is Country),
            strict=False,
        )
    }
    with unit_of_work():
        record = factories.factory_of(model)(
            countries=["AZ", "KZ"],
            topics=links.topics,
            organizations=links.organizations,
            projects=links.projects,
            place=links.place,
            source=links.source,
            **countries,
            **options,
        )
        factories.ParticipationFactory(record=record, person=links.person)
        for field in model._meta.local_many_to_many:
            getattr(record, field.name).set(links.of(field.related_model))
        for part, factory in FACTORIES.items():
            for field in part._meta.local_fields:
                if isinstance(field, ForeignKey) and field.related_model is model:
                    given = {"country": "AZ"} if hasattr(part, "country") else {}
                    factory(**{field.name: record}, **given)
    return record


@pytest.fixture
def published():
    factories.RelationFactory()
    shared = linked("shared")
    records = [
        make(one.model, shared, slug=f"plain-{one.name}", title=f"Plain {one.name}", date="1996")
        for one in kinds.every()
    ]
    for first, second in pairwise(records):
        factories.RecordLinkFactory(source=first, target=second)
    return shared, records


@pytest.fixture
def hidden(published):
    """Of each kind and stage one, in turn linked to what the published are linked to and to what they are not."""
    shared, records = published
    alone = linked(NEEDLE)
    made = []
    with unit_of_work():
        for number, (kind, stage) in enumerate(product(kinds.every(), STAGES)):
            record = make(
                kind.model,
                (shared, alone)[number % 2],
                slug=f"{NEEDLE}-{kind.name}-{stage}",
                title=f"{NEEDLE} {kind.name}",
                summary=f"{NEEDLE} words",
                date=("1996", HIDDEN_DATE)[number % 2],
                stage="published" if stage == "withdrawn" else stage,
            )
            factories.RecordLinkFactory(source=record, target=records[0])
            factories.RecordLinkFactory(source=records[-1], target=record)
            made.append(record)
    withdrawn = made[STAGES.index("withdrawn") :: len(STAGES)]
    # They were published under another address than they were withdrawn from.
    with unit_of_work():
        for record in withdrawn:
            record.slug = f"{record.slug}-renamed"
            record.save()
    with unit_of_work():
        for record in withdrawn:
            record.stage = "withdrawn"
            record.save()
    return made


def take_out(hidden: list[Record]) -> None:
    """As if they had never been, but for the history, which stays as it is."""
    keys = [record.pk for record in hidden]
    others = list(Record.objects.exclude(pk__in=keys).values("pk", "change", "modified"))
    stored = list(StoredObject.objects.exclude(pk__in=keys))
    counter = ChangeCounter.objects.get()
    # What was published can be deleted in no other way.
    QuerySet.update(
        Record.objects.filter(pk__in=keys), stage=Record.Stage.DRAFT, first_published=None
    )
    with unit_of_work():
        for record in hidden:
            record.refresh_from_db()
            record.delete()
    Change.objects.filter(number__gt=counter.number).delete()
    counter.save()
    # Those that are linked to one of them were changed when the link was taken off.
    for other in others:
        QuerySet.update(Record.objects.filter(pk=other.pop("pk")), **other)
    for one in stored:
        one.save()


# What is asked ---------------------------------------------------------------------------------------


def values(parameter: Parameter, slugs: list[str]) -> Iterator[list[str]]:
    """Of one parameter the values for one request each, so that all that is hidden matches one of them."""
    if isinstance(parameter, Choice):
        every = [value for value, _label in parameter.pairs]
        # The first ones and the last, “unknown”, are what the hidden have.
        some = dict.fromkeys([*every[:2], *every[-1:]])
        yield from [every[:20]] if parameter.repeatable else ([value] for value in some)
    elif isinstance(parameter, Named):
        model = parameter.field.queryset.model
        if issubclass(model, Record):
            yield from ([slug] for slug in (slugs[0], slugs[-1], slugs[0][:-1]))
        else:
            keys = model._base_manager.values_list(parameter.key, flat=True)
            yield from ([key] for key in keys if not key.startswith("plain"))
            yield [slugs[0]]
    else:
        yield from ([text] for text in (HIDDEN_DATE, NEEDLE, slugs[0]))


def queries(resource: resources.Resource, slugs: list[str]) -> Iterator[str]:
    """Every filter of a resource with what the hidden have, every order, and what is no filter."""
    filters = resource.filterset_class(QueryDict(), resource.visible()).filters
    for name, parameter in filters.items():
        for given in values(parameter, slugs):
            yield urlencode([(name, value) for value in given])
    yield from (f"{slugs[0]}=1", f"fields={slugs[0]}", "page_size=2&format=csv")


def routes(found: Iterable | None = None, before: str = "/") -> Iterator[tuple[str, Callable]]:
    """Every address of the site but the staff's, what it takes in angle brackets, and its view."""
    for one in get_resolver().url_patterns if found is None else found:
        address = before + str(one.pattern)
        if isinstance(one, URLPattern):
            if "^" not in address:
                yield address, one.callback
        elif one.namespace != "admin":
            yield from routes(one.url_patterns, address)


def filled(address: str, slugs: list[str]) -> Iterator[str]:
    """The addresses of a route: of what is hidden, of what is misspelt and of what is published."""
    names = {kind.path: kind.name for kind in kinds.every()}
    kind = next((names[part] for part in address.split("/") if part in names), None)
    own = [slug for slug in slugs if slug.startswith(f"{NEEDLE}-{kind}-")] or slugs[:1]
    last = changes.latest()
    formats = references.FORMATS if "/cite." in address else exports.FORMATS
    given = {"format": [*formats], "number": ["1", str(last), str(last + 1)]}
    named = [f"plain-{kind}"] if kind else [f"{NEEDLE}-place", "azerbaijan-kazakhstan", "AZ"]
    others = [*named, *own, own[0][:-1]]
    for parts in product(*(given.get(name, others) for name in TAKEN.findall(address))):
        left = iter(parts)
        yield TAKEN.sub(lambda _taken, left=left: next(left), address)


def addresses(slugs: list[str]) -> Iterator[str]:
    """All that is asked of the site."""
    for address, view in routes():
        yield from filled(address, slugs)
        # What the API makes of a resource.
        resource = getattr(view, "initkwargs", {}).get("resource")
        if resource and not TAKEN.search(address):
            yield from (f"{address}?{query}" for query in queries(resource, slugs))
    # Pages and exports read the same filters: each is asked for all of them together, which only the hidden match,
    # and for some of them.
    some = [
        f"q={NEEDLE}",
        f"date={HIDDEN_DATE}",
        f"topic={NEEDLE}-topic",
        f"source={NEEDLE}-source",
    ]
    lists = ["azerbaijan-kazakhstan", "timeline", *(kind.path for kind in kinds.every())]
    for path, query in product(lists, [*some, "ordering=-modified", "&".join(some)]):
        yield f"/{path}/?{query}"
    for name, query in product(exports.FORMATS, [some[1], "ordering=modified"]):
        yield f"/timeline/timeline.{name}?{query}"
    yield from (f"/azerbaijan-kazakhstan/{view}/?{some[3]}" for view in ("trade", "map"))
    yield from (f"/oembed/?url={settings.SITE_URL}/visits/{slug}/" for slug in slugs[-3:])
    yield from ("/on-this-day/?day=03-09", "/on-this-day/?day=09-16")


def linked_to(answers: dict) -> set[str]:
    """The addresses of this site that the answers name."""
    return {
        one or other
        for _status, _headers, body in answers.values()
        if isinstance(body, bytes)
        for one, other in LINK.findall(body.decode("utf-8", "replace"))
    }


def ask(client, asked: Iterable[str]) -> dict[str, tuple]:
    """The status, what matters of the headers, and the body of each answer."""
    clear_caches()
    answers = {}
    for address in asked:
        response = client.get(address, secure=True)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code < 500, address
        headers = {name: value for name, value in response.items() if name not in OF_THE_MOMENT}
        answers[address] = (response.status_code, headers, lasting(response, body))
    return answers


def lasting(response, body: bytes):
    """A body without what differs each time: the token of a form, the moment in which a workbook was made."""
    if "spreadsheet" in response["Content-Type"]:
        return xlsx_rows(body)
    return TOKEN.sub(b"", body)


# What is seen ----------------------------------------------------------------------------------------


def at_rest() -> None:
    """As if the last change were an hour old: in the second of a change answers do not say when it was."""
    ChangeCounter.objects.update(changed=timezone.now() - timedelta(hours=1))


@pytest.mark.slow("Hundreds of addresses, each asked twice.")
@pytest.mark.parametrize("part", range(PARTS))
def test_no_answer_differs_for_what_is_not_published(client, hidden, monkeypatch, caplog, part):
    caplog.set_level("ERROR", "django.request")
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    slugs = [record.slug for record in hidden]
    at_rest()
    every = dict.fromkeys(addresses(slugs))
    assert len(every) > 1500
    with_them = ask(client, [*every][part::PARTS])
    found = linked_to(with_them) - every.keys()
    with_them |= ask(client, sorted(one for one in found if not one.startswith(NOT_OURS)))
    assert len(with_them) > 1500 / PARTS
    own = [record.slug for record in hidden if record.stage == "withdrawn"]
    take_out(hidden)
    without = ask(client, with_them)
    for address, answer in with_them.items():
        if HISTORY.match(address):
            # That of a withdrawn record is public, that of a draft is not; what was asked for may be repeated.
            said = str(answer[2])
            for slug in slugs:
                said = said.replace(slug, "") if slug in address else said
            assert not re.search(rf"{NEEDLE}-[a-z-]+-(draft|review)\b", said), address
        elif any(f"/{slug}/" in address for slug in own) and answer != without[address]:
            assert (answer[0], without[address][0]) == (410, 404), address
            assert f"{NEEDLE} words" not in str(answer[2]), address
        else:
            assert answer[:2] == without[address][:2], address
            assert answer[2] == without[address][2], address


@pytest.mark.slow("A record of every kind and stage, with all that it can have.")
def test_what_is_not_published_moves_no_number_and_no_tag(client, published):
    shared, records = published
    number = changes.latest()
    at_rest()
    before = ask(client, ["/api/v1/timeline/", "/timeline/"])
    for kind, stage in product(kinds.every(), ("draft", "review")):
        record = make(kind.model, shared, slug=f"{NEEDLE}-{kind.name}-{stage}", stage=stage)
        factories.RecordLinkFactory(source=record, target=records[0])
        record.title = NEEDLE
        record.save()
    assert changes.latest() == number
    assert ask(client, before) == before

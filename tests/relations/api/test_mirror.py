"""A copy that only speaks HTTP stays in step with the site through whatever is done to it.

How a mirror works, as the README tells it. It remembers the number of the last change that it has taken in: 0
before the first time, which then is a whole download. To come into step

1. it asks for ``changes/?since=NUMBER``, page by page, notes ``latest`` of the first page, and drops what has
   left its address: for each item without ``url`` the object ``resource/key``, and for each that has ``was``
   the object ``resource/was``;
2. of each list that it keeps it asks for ``LIST/?changed_since=NUMBER``, page by page, and stores each object
   under its ``url``, whether it was there before or not;
3. it remembers ``latest``.

What is altered while it reads has a number above ``latest`` and comes the next time, perhaps once more.
"""

import json
import random
from itertools import product

import pytest

from relations import kinds
from relations.derived import stored_json
from relations.models import Change, Record, StoredObject
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    MembershipFactory,
    OrganizationFactory,
    PlaceFactory,
    TopicFactory,
    VisitFactory,
)
from tests.relations.api.desk import Desk

pytestmark = pytest.mark.django_db
API = "https://entente.example/api/v1/"
STEPS = 30
# All that there is; citations stand in what they are about.
LISTS = (
    "timeline", "organizations", "people", "places", "projects", "countries", "relations", "topics", "sources",
)  # fmt: skip


class Mirror:
    """``objects`` are those of all lists by their address, each as the text that was sent."""

    def __init__(self, client):
        self.client = client
        self.number = 0
        self.objects: dict[str, str] = {}
        # Called before each request: what others do meanwhile.
        self.meanwhile = lambda: None

    def come_into_step(self) -> None:
        latest = None
        for page in self._pages(f"changes/?since={self.number}"):
            latest = page["latest"] if latest is None else latest
            for item in (item for change in page["results"] for item in change["items"]):
                left = [item["was"]] if item["was"] else []
                left += [] if item["url"] else [item["key"]]
                for key in left:
                    self.objects.pop(f"{API}{item['resource']}/{key}/", None)
        self.objects |= self.altered()
        self.number = latest

    def altered(self) -> dict[str, str]:
        """What reads otherwise since it came into step."""
        return self.whole(f"changed_since={self.number}")

    def whole(self, query: str = "") -> dict[str, str]:
        found = {}
        for name in LISTS:
            found |= self.listed(f"{name}/?{query}")
        return found

    def listed(self, address: str) -> dict[str, str]:
        return {
            one["url"]: json.dumps(one, ensure_ascii=False, separators=(",", ":"))
            for page in self._pages(address)
            for one in page["results"]
        }

    def _pages(self, address: str):
        address = f"{API}{address}&page_size=4"
        while address:
            self.meanwhile()
            response = self.client.get(address.removeprefix("https://entente.example"), secure=True)
            assert response.status_code == 200, response.content
            yield response.json()
            address = response.json()["next"]


@pytest.mark.slow("Thirty rounds of work at the desk, and everything read again after each third.")
@pytest.mark.parametrize("seed", [1])
def test_a_mirror_stays_in_step_with_anything(client, seed):
    rng = random.Random(seed)
    desk, mirror = Desk(rng), Mirror(client)
    seen, held = set(), []
    for step in range(1, STEPS + 1):
        desk.work()
        if step % 3 == 0:
            if step % 2 == 0:
                mirror.meanwhile = desk.now_and_then
                mirror.come_into_step()
                mirror.meanwhile = lambda: None
            mirror.come_into_step()
            assert mirror.objects == mirror.whole()
            bodies = StoredObject.objects.values_list("body", flat=True)
            assert set(bodies) <= set(mirror.objects.values())
            held.append(len(bodies))
        seen |= set(Record.objects.values_list("stage", flat=True))
    assert seen == {"draft", "published", "withdrawn"}
    assert max(held) > 5
    assert stored_json.problems() == []
    done = {
        (one["model"], one["action"]) for change in Change.objects.all() for one in change.items
    }
    every = ("entity", "source", "topic")
    assert done >= set(
        product((f"relations.{name}" for name in every), ("changed", "renamed", "deleted"))
    )


def test_every_list_is_kept(client):
    every = client.get("/api/v1/", secure=True).json().keys()
    others = {"citations", "changes", "schema", "docs", *(kind.path for kind in kinds.every())}
    assert every - others == set(LISTS)


def test_what_has_not_changed_is_not_asked_for_again(client):
    for _number in range(4):
        AgreementFactory()
    topic = TopicFactory(name="Energy")
    VisitFactory(slug="shown", topics=[topic])
    VisitFactory(slug="draft", stage="draft", topics=[topic])
    mirror = Mirror(client)
    mirror.come_into_step()
    assert len(mirror.listed("timeline/?")) == 5
    assert mirror.altered() == {}
    topic.name = "Oil"
    topic.save()
    assert list(mirror.altered()) == [f"{API}visits/shown/", f"{API}topics/{topic.slug}/"]
    found = mirror.listed(f"timeline/?changed_since={mirror.number}")
    assert mirror.listed(f"visits/?changed_since={mirror.number}") == found
    assert mirror.listed(f"agreements/?changed_since={mirror.number}") == {}


def test_what_shows_something_altered_is_asked_for_again(client):
    place = PlaceFactory(slug="baku", country="AZ")
    council = OrganizationFactory(slug="council", seat=place)
    member = MembershipFactory(organization=council, country="KZ")
    said = CitationFactory(membership=member, source__slug="note", field="since", value="1996")
    OrganizationFactory(slug="other")
    mirror = Mirror(client)
    mirror.come_into_step()
    organization = f"{API}organizations/council/"
    for row, values, others in (
        (place, {"name": "Baku"}, [f"{API}places/baku/"]),
        (member.country, {"name": "Qazaqstan"}, [f"{API}countries/KZ/"]),
        (said.source, {"title": "A note"}, [f"{API}sources/note/"]),
        # What is said of a part of it alters no row of its own.
        (said, {"note": "Added."}, []),
    ):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        assert list(mirror.altered()) == [organization, *others]
        mirror.come_into_step()
        assert mirror.objects == mirror.whole()

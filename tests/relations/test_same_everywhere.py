"""One filter, one set: page, API and every export hold the same records, in the same order and number."""

import random
import re

import pytest
from django.core.cache import caches
from django.core.management import call_command

from relations import kinds
from relations.exports.formats import FORMATS
from relations.models import Record
from tests.factories import AgreementFactory, MilestoneFactory, VisitFactory
from tests.relations.exports.readers import READ, fetch

DAY = re.compile(r"\d{4}-\d\d-\d\d(/\d{4}-\d\d-\d\d)?")

# What a reader may combine; every value occurs in the data set.
CHOICES = {
    "country": [["AZ"], ["KZ"], ["AZ", "KZ"]],
    "kind": [["visit"], ["agreement", "visit"], ["milestone", "trade-figure"]],
    "topic": [["energy"], ["energy", "transport"], ["culture"]],
    "place": [["baku"], ["astana", "almaty"]],
    "date": [["1996"], ["2004/2012"], ["199X"], ["2025-10"]],
    "date_after": [["2000-01-01"], ["2008"]],
    "date_before": [["2010"], ["2022-08-24"]],
    "date_within": [["1992/2012"]],
    "outcome": [["happened"], ["planned"]],
    "evidence": [["confirmed"], ["single"], ["conflict"]],
    "q": [["caspian"], ["president"]],
    "ordering": [["date"], ["-date"], ["title"], ["-modified"]],
}


def combinations(number: int) -> list[str]:
    chance = random.Random(20250523)
    found = ["", "date=1996-09-16", "date=1801"]
    while len(found) < number:
        names = chance.sample(sorted(CHOICES), chance.randint(1, 3))
        pairs = [(name, value) for name in names for value in chance.choice(CHOICES[name])]
        query = "&".join(f"{name}={value}" for name, value in pairs)
        # A page asked for twice may come from a cache, and then tells nothing of its listing.
        if query not in found:
            found.append(query)
    return found


def strangers() -> set[str]:
    """Records that would match but for what they are: hidden, withdrawn, or of other countries."""
    hidden = {}
    for number, make in enumerate((AgreementFactory, MilestoneFactory, VisitFactory)):
        for stage in ("draft", "review", "published"):
            made = make(
                slug=f"stranger-{number}-{stage}",
                title="Caspian president",
                date="1996-09-16",
                stage=stage,
                countries=["AZ", "KZ"],
            )
            hidden[made.slug] = made
        hidden[f"stranger-{number}-published"].stage = "withdrawn"
        hidden[f"stranger-{number}-published"].save()
    AgreementFactory(slug="foreign", title="Caspian", date="1996-09-16", countries=["AZ", "TR"])
    return set(hidden)


@pytest.mark.django_db
def test_page_api_and_exports_hold_the_same(client):
    call_command("load_dataset", verbosity=0)
    hidden = strangers()
    assert Record.objects.filter(slug__in=hidden).count() == 9
    lists = ["/azerbaijan-kazakhstan/", "/timeline/", *(f"/{kind.path}/" for kind in kinds.every())]
    found = 0
    for number, query in enumerate(combinations(24)):
        # Every query on the relation, and in turn on one of the other lists.
        for path in (lists[0], lists[1 + number % (len(lists) - 1)]):
            found += compare(client, path, query, hidden)
    assert found > 300


def compare(client, path: str, query: str, hidden: set[str]) -> int:
    asked = f"{path}?{query}"
    caches["pages"].clear()  # a page that is kept has no context to look into
    page = client.get(asked, secure=True)
    if page.status_code == 400:
        # The page has no such filter: no export has it either.
        for name in FORMATS:
            fetch(client, f"{path}timeline.{name}?{query}", status=400)
        return 0
    assert page.status_code == 200, (asked, page.status_code)
    listing = page.context["listing"]
    slugs = [record.slug for record in listing.items]
    assert listing.count == len(slugs), "all on one page, or this test compares too little"
    assert not hidden & set(slugs)
    api = f"/api/v1{path}?" if path != "/azerbaijan-kazakhstan/" else "/api/v1/timeline/?"
    pair = "" if path != "/azerbaijan-kazakhstan/" else "&country=AZ&country=KZ"
    if path == "/azerbaijan-kazakhstan/":
        query_of_api = "&".join(part for part in query.split("&") if not part.startswith("country"))
    else:
        query_of_api = query
    answer = client.get(f"{api}{query_of_api}{pair}&page_size=200", secure=True).json()
    assert ([row["slug"] for row in answer["results"]], answer["count"]) == (slugs, len(slugs)), (
        asked
    )
    exact = [row["slug"] for row in answer["results"] if DAY.fullmatch(row["date"]["edtf"])]
    for name in FORMATS:
        response, body = fetch(client, f"{path}timeline.{name}?{query}")
        carried = READ[name](body)
        if name == "atom" and "ordering" not in query:
            assert sorted(carried) == sorted(slugs), (asked, name)
        elif name == "ics":
            assert carried == exact, (asked, name)
            left_out = len(slugs) - len(exact)
            assert response["X-Entente-Left-Out"] == f"{left_out} of {len(slugs)}"
        else:
            assert carried == slugs, (asked, name)
    return len(slugs)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    ["dat=1996", "date=1996-02-30", "kind=visits", "q=%3F", "date=1996&date=1997", "topic=x"],
)
def test_page_api_and_exports_refuse_the_same(client, query):
    page = client.get(f"/timeline/?{query}", secure=True)
    assert page.status_code == 400
    told = [(problem.parameter, problem.nearest) for problem in page.context["problems"]]
    for name in FORMATS:
        response, _body = fetch(client, f"/timeline/timeline.{name}?{query}", status=400)
        assert [(one.parameter, one.nearest) for one in response.context["problems"]] == told

"""JSON, and the JSON of TimelineJS."""

import json

import pytest
from django.conf import settings

from relations.history import changes
from tests.factories import AgreementFactory, PlaceFactory, SourceFactory, VisitFactory
from tests.relations.exports.readers import fetch

SITE = settings.SITE_URL


@pytest.mark.django_db
def test_json_holds_the_objects_of_the_api(client, relation):
    for slug in ("one", "two"):
        VisitFactory(slug=slug, countries=["AZ", "KZ"], guest="AZ", date="1996")
    AgreementFactory(slug="pact", countries=["AZ", "KZ"], date="1996-09-16")
    VisitFactory(slug="draft", countries=["AZ", "KZ"], date="1996", stage="draft")
    response, body = fetch(client, "/azerbaijan-kazakhstan/timeline.json?date=1996")
    api = client.get("/api/v1/timeline/?country=AZ&country=KZ&date=1996", secure=True).json()
    found = json.loads(body)
    assert response["Content-Type"] == "application/json"
    assert found["results"] == api["results"]
    del found["results"], found["generated"]
    assert found == {
        "title": "Azerbaijan – Kazakhstan",
        "filter": "Date: 1996",
        "source": f"{SITE}/azerbaijan-kazakhstan/?date=1996",
        "url": f"{SITE}/azerbaijan-kazakhstan/timeline.json?date=1996",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "change": changes.latest(),
        "count": 3,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["json", "timelinejs", "jsonld"])
def test_an_empty_set_is_json(client, name):
    _response, body = fetch(client, f"/timeline/timeline.{name}")
    assert json.loads(body)


@pytest.mark.django_db
def test_a_slide_tells_the_record_in_escaped_html(client):
    VisitFactory(
        slug="hostile",
        title="<script>alert(1)</script>",
        summary='<img src="x" onerror="alert(1)">',
        date="1993~",
        place=PlaceFactory(name="Baku & around"),
        source=SourceFactory(author="<b>A</b>", published="2024"),
    )
    _response, body = fetch(client, "/visits/timeline.timelinejs")
    document = json.loads(body)
    assert document["events"] == [
        {
            "unique_id": "hostile",
            "group": "Visit",
            "display_date": "about 1993",
            "start_date": {"year": 1993},
            "text": {
                "headline": (
                    f'<a href="{SITE}/visits/hostile/">&lt;script&gt;alert(1)&lt;/script&gt;</a>'
                ),
                "text": (
                    "<p>&lt;img src=&quot;x&quot; onerror=&quot;alert(1)&quot;&gt;</p>"
                    "<p>Baku &amp; around</p><p>Sources: &lt;b&gt;A&lt;/b&gt;, 2024</p>"
                ),
            },
        }
    ]
    assert document["title"]["text"]["headline"] == "Visits"

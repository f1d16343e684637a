"""Atom and iCalendar, read as feed readers and calendars read them."""

from datetime import UTC, date, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from icalendar import Calendar

from tests.factories import (
    AgreementFactory,
    CitationFactory,
    IndicatorFactory,
    PlaceFactory,
    SourceFactory,
    TopicFactory,
    TradeFigureFactory,
    VisitFactory,
)
from tests.relations.exports.readers import events, feed, fetch

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"


def only_event(client, query=""):
    _response, body = fetch(client, f"/timeline/timeline.ics{query}")
    (event,) = events(body)
    return event


# Atom -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_entry_tells_the_record(client, relation):
    record = AgreementFactory(
        slug="pact",
        title="Pact <b> & “treaty”",
        summary="What it says.",
        date="1993~",
        place=PlaceFactory(name="Baku"),
        topics=[TopicFactory(name="Energy")],
        countries=["AZ", "KZ"],
        source=SourceFactory(author="A. Author", published="2024"),
    )
    AgreementFactory(slug="draft", countries=["AZ", "KZ"], stage="draft")
    _response, body = fetch(client, "/azerbaijan-kazakhstan/timeline.atom?kind=agreement")
    found = feed(body)
    (entry,) = found.entries
    assert entry.title == "Pact <b> & “treaty”"
    assert entry.link == f"{settings.SITE_URL}/agreements/pact/"
    assert entry.summary == "about 1993, Baku. What it says. Sources: A. Author, 2024."
    assert [tag.term for tag in entry.tags] == ["agreement", "Energy"]
    assert entry.updated.startswith(record.modified.astimezone(UTC).isoformat()[:19])
    host = settings.SITE_URL.partition("://")[2].partition(":")[0]
    assert entry.id == f"tag:{host},{record.first_published.date()}:record/{record.pk}"
    links = {link.rel: link.href for link in found.feed.links}
    page = f"{settings.SITE_URL}/azerbaijan-kazakhstan/"
    assert links["self"] == f"{page}timeline.atom?kind=agreement"
    assert links["alternate"] == f"{page}?kind=agreement"
    assert links["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found.feed.title == "Azerbaijan – Kazakhstan (Kind: agreement) · Entente"


@pytest.mark.django_db
def test_a_feed_is_whole_and_in_order_of_modification(client):
    for slug in ("first", "second", "third"):
        VisitFactory(slug=slug, date="2005")
    again = VisitFactory(slug="again", date="1990")
    again.summary = "Now told better."
    again.save()
    _response, body = fetch(client, "/timeline/timeline.atom")
    root = ET.fromstring(body)  # noqa: S314 (our own answer)
    assert root.find(f"{HISTORY}complete") is not None
    titles = [entry.find(f"{ATOM}title").text for entry in root.findall(f"{ATOM}entry")]
    assert titles == ["Again", "Third", "Second", "First"]
    assert root.find(f"{ATOM}updated").text == root.find(f"{ATOM}entry/{ATOM}updated").text
    assert [entry.title for entry in feed(body).entries] == titles


@pytest.mark.django_db
def test_the_id_outlives_the_address(client):
    record = VisitFactory(slug="before")
    _response, body = fetch(client, "/timeline/timeline.atom")
    before = feed(body).entries[0]
    record.slug = "after"
    record.save()
    _response, body = fetch(client, "/timeline/timeline.atom")
    after = feed(body).entries[0]
    assert after.id == before.id
    assert (before.link, after.link) == tuple(
        f"{settings.SITE_URL}/visits/{slug}/" for slug in ("before", "after")
    )


@pytest.mark.django_db
def test_an_empty_feed_is_a_feed(client):
    _response, body = fetch(client, "/timeline/timeline.atom")
    assert feed(body).entries == []


# What has not happened never looks done ---------------------------------------------------------------------


@pytest.mark.django_db
def test_plans_targets_and_opinions_say_what_they_are(client):
    VisitFactory(slug="planned", title="Visit", date="2030-01-01", outcome="planned")
    TradeFigureFactory(slug="target", title="Trade", date="2030-01-02", nature="target")
    opinion = VisitFactory(slug="opinion", title="Meeting", date="2020-01-01")
    opinion.citations.update(basis="attributed", attributed_to="an analyst")
    VisitFactory(slug="done", title="Done", date="2019-01-01")
    expected = ["Target: Trade", "Planned: Visit", "According to an analyst: Meeting", "Done"]
    _response, body = fetch(client, "/timeline/timeline.ics")
    assert [str(event["summary"]) for event in events(body)] == expected
    assert [str(event["status"]) for event in events(body)] == [
        "CONFIRMED", "TENTATIVE", "CONFIRMED", "CONFIRMED",
    ]  # fmt: skip
    _response, body = fetch(client, "/timeline/timeline.atom?ordering=-date")
    assert [entry.title for entry in feed(body).entries] == expected


@pytest.mark.django_db
def test_a_disagreement_is_told(client):
    record = VisitFactory(slug="contested", date="2005-05-24")
    CitationFactory(
        record=record,
        source=SourceFactory(title="Other"),
        field="date",
        value="2005-05-25",
        as_written="25 May 2005",
    )
    assert "they disagree on: date" in str(only_event(client)["description"])


# iCalendar --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_event_lasts_all_day(client):
    record = AgreementFactory(
        slug="pact",
        title="Pact; with, signs\\",
        summary="What it says.",
        date="1896-05-24",
        place=PlaceFactory(name="Baku"),
        topics=[TopicFactory(name="Energy, oil")],
        source=SourceFactory(author="A. Author", published="2024"),
    )
    event = only_event(client)
    assert str(event["summary"]) == "Pact; with, signs\\"
    assert event["dtstart"].dt == date(1896, 5, 24)
    assert event["dtend"].dt == date(1896, 5, 25)
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert event["dtstamp"].dt == record.modified.replace(microsecond=0)
    assert str(event["location"]) == "Baku"
    assert str(event["url"]) == f"{settings.SITE_URL}/agreements/pact/"
    assert [str(one) for one in event["categories"].cats] == ["Agreement", "Energy, oil"]
    assert str(event["description"]) == (
        "24 May 1896\nWhat it says.\nSources: A. Author, 2024\n"
        f"{settings.SITE_URL}/agreements/pact/"
    )
    assert "rrule" not in event


@pytest.mark.django_db
def test_a_span_lasts_until_its_last_day(client):
    VisitFactory(date="2004-03-01/2004-03-03")
    event = only_event(client)
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2004, 3, 1), date(2004, 3, 4))


@pytest.mark.django_db
def test_the_last_day_of_the_calendar_has_no_day_after_it(client):
    VisitFactory(date="9999-12-31")
    event = only_event(client)
    assert event["dtstart"].dt == date(9999, 12, 31)
    assert "dtend" not in event


@pytest.mark.django_db
def test_what_has_no_day_is_left_out_and_counted(client):
    VisitFactory(slug="exact", date="2005-05-24")
    for text in ("2005-05", "2005", "2005-05-24~", "2005-05-24?", "[..2005-05-24]", "2005/2006"):
        VisitFactory(date=text)
    response, body = fetch(client, "/visits/timeline.ics")
    assert [str(event["url"]) for event in events(body)] == [f"{settings.SITE_URL}/visits/exact/"]
    assert response["X-Entente-Left-Out"] == "6 of 7"
    calendar = Calendar.from_ical(body)
    words = "1 of 7 records. 6 have no exact day and are left out."
    assert str(calendar["description"]).startswith(words)
    assert str(calendar["x-wr-caldesc"]) == str(calendar["description"])
    assert calendar["refresh-interval"].dt == timedelta(days=1)


@pytest.mark.django_db
def test_nothing_left_out_is_said_too(client):
    VisitFactory(date="2005-05-24")
    response, body = fetch(client, "/visits/timeline.ics")
    assert response["X-Entente-Left-Out"] == "0 of 1"
    assert str(Calendar.from_ical(body)["description"]).startswith("1 of 1 records. http")


@pytest.mark.django_db
def test_lines_are_folded_at_75_bytes(client):
    title = ("Қазақстан " * 25).strip()
    VisitFactory(title=title, summary="Ağdam " * 80)
    _response, body = fetch(client, "/visits/timeline.ics")
    assert body.endswith(b"END:VEVENT\r\nEND:VCALENDAR\r\n")
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(b"\n" not in line for line in lines)
    assert str(events(body)[0]["summary"]) == title


@pytest.mark.django_db
def test_the_same_record_is_the_same_event(client):
    VisitFactory(slug="one")
    _response, first = fetch(client, "/timeline/timeline.ics")
    _response, second = fetch(client, "/visits/timeline.ics?ordering=title")
    assert events(first)[0].to_ical() == events(second)[0].to_ical()


@pytest.mark.django_db
def test_anniversaries_return_every_year(client):
    VisitFactory(slug="leap", date="2004-02-29")
    event = only_event(client, "?anniversaries=1")
    assert event["rrule"].to_ical() == b"FREQ=YEARLY"
    # RFC 5545 skips days that a year does not have: 29 February returns in leap years.
    assert event["dtstart"].dt == date(2004, 2, 29)
    assert str(event["uid"]) != str(only_event(client)["uid"])


@pytest.mark.django_db
@pytest.mark.parametrize("about", [{"outcome": "planned"}, {"date": "2001-01-01/2003-01-01"}])
def test_what_has_no_anniversary(client, about):
    VisitFactory(**({"date": "2004-05-01"} | about))
    assert "rrule" not in only_event(client, "?anniversaries=1")


@pytest.mark.django_db
def test_a_figure_is_told_with_its_value(client):
    IndicatorFactory(date="2024-05-01", value="155000", qualifier="about")
    assert "about 155,000 people" in str(only_event(client)["description"])

"""Words looked for, marked in a row where the index finds them."""

import pytest
from django.db import connection

from relations.views.timeline_rows.highlight import Highlighter
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    NameFactory,
    OrganizationFactory,
    ParticipationFactory,
    PersonFactory,
    PlaceFactory,
    ProjectFactory,
    TopicFactory,
    VisitFactory,
)

PAIR = ["AZ", "KZ"]
PAGE = "/azerbaijan-kazakhstan/"
is_postgresql = connection.vendor == "postgresql"


def only_row(page):
    return page.one("li", class_="row")


def marked(element):
    return [mark.text for mark in element.every("mark")]


def test_words_are_marked_in_title_and_summary(get, relation):
    AgreementFactory(
        title="Energy and ENERGY-saving", summary="On energy; not energetic.", countries=PAIR
    )
    row = only_row(get(f"{PAGE}?q=energy"))
    assert marked(row.one("h3")) == ["Energy", "ENERGY"]
    assert row.one("h3").text == "Energy and ENERGY -saving"
    assert marked(row.one("p", class_="row-summary"))[0] == "energy"
    assert marked(only_row(get(PAGE))) == []


def test_words_are_marked_where_the_index_finds_them(db):
    highlighter = Highlighter("nazarbáev Agreement", ["Nazarbaev NAZARBÁEV agreements agreed"])
    found = highlighter.mark("Nazarbaev NAZARBÁEV agreements agreed")
    if is_postgresql:
        assert found == "Nazarbaev <mark>NAZARBÁEV</mark> <mark>agreements</mark> agreed"
    else:
        assert found == "<mark>Nazarbaev</mark> <mark>NAZARBÁEV</mark> agreements agreed"


@pytest.mark.skipif(is_postgresql, reason="PostgreSQL's index keeps diacritics")
def test_diacritics_are_read_as_the_letters_they_stand_on(get, relation):
    VisitFactory(title="Nazarbáev in Türkmenbaşy", countries=PAIR)
    assert marked(only_row(get(f"{PAGE}?q=nazarbaev+turkmenbasy"))) == ["Nazarbáev", "Türkmenbaşy"]


@pytest.mark.skipif(not is_postgresql, reason="SQLite's index knows no inflection")
def test_inflected_words_are_marked(get, relation):
    VisitFactory(title="The agreements agreed", countries=PAIR)
    assert marked(only_row(get(f"{PAGE}?q=the+agreement"))) == ["agreements"]


def test_a_word_in_two_parts_is_marked_as_one(db):
    text = "Kazakhstan’s mission"
    assert Highlighter("Kazakhstan’s", [text]).mark(text).startswith("<mark>Kazakhstan")
    text = "oil-gas"
    assert Highlighter("oil gas", [text]).mark(text) == "<mark>oil-gas</mark>"


def test_marking_leaves_nothing_unescaped(get, relation):
    # PostgreSQL's index leaves out tags and what stands in a script: each word stands outside one too.
    title = "<script>alert(1)</script> & <b>oil</b> it's a script alert"
    VisitFactory(title=title, summary="amp <i>oil</i> & lt", countries=PAIR)
    for query in ("oil", "script", "amp", "lt", "alert"):
        page = get(f"{PAGE}?q={query}")
        row = only_row(page)
        assert row.every("script") + row.every("b") + row.every("i") == []
        assert row.one("h3").text.replace(" ", "") == title.replace(" ", "")
    assert marked(row) == ["alert", "alert"]
    page = get(f"{PAGE}?q=%3Cscript%3E%26oil")
    assert marked(only_row(page).one("h3")) == ["script", "script", "oil", "script"]
    highlighter = Highlighter("amp lt quot x27 39", ["a & b < c \" d ' e"])
    assert highlighter.mark("a & b < c \" d ' e") == "a &amp; b &lt; c &quot; d &#x27; e"


def test_a_name_in_which_a_word_is_found_is_shown_and_marked(get, relation):
    with unit_of_work():
        place = PlaceFactory(name="Astana")
        NameFactory(entity=place, text="Nur-Sultan")
        project = ProjectFactory(name="Corridor")
        record = VisitFactory(
            countries=PAIR,
            place=place,
            topics=[TopicFactory(name="Transport")],
            organizations=[OrganizationFactory(name="Port authority")],
            projects=[project],
            date_note="worked out from the week",
        )
        mentioned = PersonFactory(name="Someone")
        ParticipationFactory(record=record, person=mentioned, role="mentioned")

    def found(query):
        row = only_row(get(f"{PAGE}?q={query}"))
        return [item.text for item in row.one("ul", class_="row-about").every("li") if marked(item)]

    assert found("transport") == ["Transport"]
    assert found("authority") == ["Port authority"]
    assert found("astana") == ["Astana"]
    assert found("sultan") == ["Astana “Nur- Sultan ”"]
    assert found("corridor") == ["Corridor"]
    assert found("someone") == ["Someone"]
    assert found("week") == ["worked out from the week"]
    assert found("kazakhstan") == ["Kazakhstan"]
    items = only_row(get(PAGE)).one("ul", class_="row-about").every("li")
    assert [item.text for item in items] == ["Astana", "Port authority", "Transport"]

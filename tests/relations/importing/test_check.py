"""What would become of each row: new, changed, unchanged or refused, and exactly why."""

import io

import pytest
from django.contrib.auth.models import Group, User
from openpyxl import load_workbook

from agreements.models import Agreement
from relations import kinds
from relations.importing import files, tables
from relations.importing.check import Checker, kind_of, twins_among
from relations.importing.resource import Known
from relations.importing.store import store
from relations.models import Change, Citation, Indicator, Record, TradeFigure, Visit
from relations.work import unit_of_work
from tests.factories import (
    OrganizationFactory,
    PersonFactory,
    PlaceFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
    country,
)


@pytest.fixture(autouse=True)
def _countries(db):
    for code in ("AZ", "KZ", "TR"):
        country(code)


def checked(text: str, kind: str = "visit", *, user=None, source=None):
    """The rows of a CSV and what would become of each."""
    table = files.read("t.csv", text.encode())
    checker = Checker(kind_of(table, kind), table.columns, Known(user, source))
    return checker, list(checker.check(table.rows))


def stored(text: str, kind: str = "visit", **known):
    checker, rows = checked(text, kind, **known)
    assert [row.problems for row in rows if row.problems] == []
    return store(checker.resource, rows, reason="A table")


def problems(text: str, kind: str = "visit", **known) -> list[list[tuple[str, str]]]:
    return [row.problems for row in checked(text, kind, **known)[1]]


def test_a_new_row_becomes_a_draft_with_all_it_says():
    place, person = PlaceFactory(slug="baku", name="Baku"), PersonFactory(name="A. Person")
    body, topic = OrganizationFactory(slug="council"), TopicFactory(name="Energy")
    SourceFactory(slug="s1")
    stored(
        "title,summary,date,date_note,outcome,place,countries,people,topics,type,guest,host,body,ordinal,"
        "occasion,source,locator,cited\n"
        "A visit,Words,March 2004,as said,planned,Baku,Türkiye,A. Person: guest: President,energy,"
        "Council Session,KAZ,azerbaijan,council,2,A summit,s1,55-56,date; guest; people; offices\n"
    )
    visit = Visit.objects.get()
    assert (visit.slug, visit.stage, visit.date) == ("a-visit-2004", "draft", "2004-03")
    assert (visit.summary, visit.date_note, visit.outcome) == ("Words", "as said", "planned")
    assert (visit.type, visit.guest_id, visit.host_id) == ("council-session", "KZ", "AZ")
    assert (visit.place, visit.body_id, visit.ordinal) == (place, body.pk, 2)
    assert visit.occasion == "A summit"
    assert {row.code for row in visit.countries.all()} == {"AZ", "KZ", "TR"}
    assert [row.pk for row in visit.topics.all()] == [topic.pk]
    (part,) = visit.participations.all()
    assert (part.person_id, part.role, part.office) == (person.pk, "guest", "President")
    assert sorted(
        (one.field, one.value, one.locator, one.verdict) for one in visit.citations.all()
    ) == [
        ("date", "2004-03", "55-56", "supports"),
        ("guest", "KZ", "55-56", "supports"),
        ("offices", "President", "55-56", "supports"),
        ("people", person.slug, "55-56", "supports"),
    ]
    assert Change.objects.count() == Change.objects.exclude(items=[]).count()


def test_a_source_for_all_rows_is_cited_by_row_and_for_the_leading_field():
    source = SourceFactory()
    stored("title,date,flow,value,unit,currency\nTrade,2024,turnover,8.5,currency,USD\n",
           "trade-figure", source=source)  # fmt: skip
    (citation,) = Citation.objects.all()
    assert (citation.source, citation.locator_kind, citation.locator) == (source, "row", "2")
    assert (citation.field, citation.value) == ("value", "8.5 USD")
    assert TradeFigure.objects.get().evidence == "single"


def test_every_problem_of_a_row_is_told_with_its_column():
    SourceFactory(slug="s1")
    text = (
        "title,date,outcome,place,people,guest,host,ordinal,countries,locator,source\n"
        ",2004-13,hapened,Nowhere,Nobody: guest,Texas,XX,two,AZ; Korea,,\n"
        "B,1996,,,,AZ,AZ,0,,x,s1\n"
        "C,1996,,,,AZ,KZ,1,,5,\n"
    )
    first, second, third = problems(text)
    assert dict(first) == {
        "date": dict(first)["date"],
        "outcome": "“hapened” is not one of happened, planned, proposed; do you mean “happened”?",
        "place": "No place “Nowhere” is on record: add it first.",
        "people": "No person “Nobody” is on record: add it first.",
        "guest": "“Texas” has no code in ISO 3166-1, and is not replaced by another state.",
        "host": "No country “XX” is on record: add it first.",
        "ordinal": "“two” is not a number: write 331700000 or 8.5, without separators or units.",
        "countries": "“Korea” can be any of KP, KR: give the code.",
        "title": "This field cannot be blank.",
    }
    assert "2004-13" in dict(first)["date"]
    assert second == [
        (
            "locator",
            "“x” is not a locator: give numbers counted from 1, for example 55, 55-56 or 1,13.",
        )
    ]
    assert third == [("source", "Say which source the locator counts in.")]


def test_what_the_database_would_refuse_is_told_of_the_row():
    assert problems("title,date,guest,host,ordinal\nA,1996,AZ,AZ,\nB,1996,AZ,KZ,1\n") == [
        [("", "Guest and host must be different countries.")],
        [("body", "Say which body’s session this was, or leave the ordinal empty.")],
    ]
    assert problems("title,date,measure,unit\nA,1996,other,people\n", "indicator") == [
        [("", "Give a value, a change, or both.")]
    ]


def test_a_column_that_is_none_is_refused_with_the_nearest():
    with pytest.raises(
        files.FileRefused, match="“tittle” is not a column here; do you mean “title”"
    ):
        checked("tittle,date\nA,1996\n")


def test_a_kind_has_to_be_named_and_known():
    with pytest.raises(files.FileRefused, match="Say which kind of record the rows are: agreement"):
        checked("title,date\nA,1996\n", "")
    with pytest.raises(files.FileRefused, match="“visits” is not a kind of record; choose one of"):
        checked("title,date\nA,1996\n", "visits")


def test_a_row_changes_the_record_of_its_slug_and_only_what_its_columns_say():
    old = VisitFactory(title="Old", date="1996", summary="Kept", occasion="Gone")
    person = PersonFactory(slug="p1")
    text = f"slug,title,date,occasion,people\n{old.slug},New,1996-09,,p1: host\n"
    _checker, (row,) = checked(text)
    assert (row.outcome, row.differences) == (
        "changed",
        {
            "title": ["Old", "New"],
            "date": ["1996", "1996-09"],
            "occasion": ["Gone", ""],
            "people": ["", "p1: host"],
        },
    )
    done = stored(text)
    assert (done.new, done.changed) == ([], [old.pk])
    visit = Visit.objects.get()
    assert (visit.title, visit.date, visit.summary, visit.occasion) == (
        "New",
        "1996-09",
        "Kept",
        "",
    )
    assert [(part.person_id, part.role) for part in visit.participations.all()] == [
        (person.pk, "host")
    ]
    assert Change.objects.order_by("number").last().reason == "A table"


def test_the_same_table_again_says_nothing_new():
    source = SourceFactory()
    text = "slug,title,date,guest,host\na-visit,A,1996,AZ,KZ\n"
    stored(text, source=source)
    _checker, (row,) = checked(text, source=source)
    assert (row.outcome, row.differences) == ("unchanged", {})
    assert Citation.objects.count() == 1


def test_one_slug_for_two_rows_and_a_former_one_are_refused():
    visit = VisitFactory(slug="before")
    visit.slug = "after"
    visit.save()
    Agreement.objects.create(slug="treaty", title="T", date="1996")
    text = (
        "slug,title,date\nsame,A,1996\nsame,B,1997\nbefore,C,1998\ntreaty,D,1999\nBad Slug,E,1999\n"
    )
    told = problems(text)
    assert told[0] == []
    assert told[1] == [("slug", "“same” is the slug of row 2 as well.")]
    taken = "“%s” is or was the address of another record; leave it empty."
    assert told[2:4] == [[("slug", taken % "before")], [("slug", taken % "treaty")]]
    assert told[4][0][0] == "slug"


def test_slugs_that_are_made_differ_from_one_another_and_from_what_is_there():
    VisitFactory(slug="a-visit-1996")
    stored("title,date\nA visit,1996\nA visit,1996\nA visit,199X\n")
    assert sorted(Visit.objects.values_list("slug", flat=True)) == [
        "a-visit",
        "a-visit-1996",
        "a-visit-1996-2",
        "a-visit-1996-3",
    ]


def test_an_editor_changes_no_published_record_by_a_table():
    editor = User.objects.create_user("ed", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editor"))
    reviewer = User.objects.create_user("rev", is_staff=True)
    reviewer.groups.add(Group.objects.get(name="Reviewer"))
    visit = VisitFactory(title="Old")
    text = f"slug,title\n{visit.slug},New\n"
    assert problems(text, user=editor) == [
        [("slug", "It is published: only users who may change what is published can do this.")]
    ]
    assert problems(text, user=reviewer) == [[]]


def test_a_withdrawn_record_is_altered_by_no_table():
    visit = VisitFactory()
    visit.stage = "withdrawn"
    visit.save()
    assert problems(f"slug,title\n{visit.slug},New\n") == [
        [("slug", "It was withdrawn; a table cannot change it.")]
    ]


def test_a_published_record_keeps_its_countries():
    visit = VisitFactory(slug="v")
    with unit_of_work():
        visit.countries.set(["AZ", "KZ"])
    assert problems("slug,countries\nv,AZ\n") == [
        [("countries", "It is published, and needs at least 2 countries.")]
    ]


def test_parties_are_countries_and_organizations():
    OrganizationFactory(slug="fund", name="The Fund")
    stored(
        "slug,title,date,parties,official_url\nt,T,1996,AZ; The Fund,https://a.example/\n",
        "agreement",
    )
    treaty = Agreement.objects.get()
    assert sorted(party.key for party in treaty.parties.all()) == ["AZ", "fund"]
    assert {row.code for row in treaty.countries.all()} == {"AZ"}
    stored("slug,parties\nt,Kazakhstan; fund\n", "agreement")
    assert sorted(party.key for party in Agreement.objects.get().parties.all()) == ["KZ", "fund"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_an_address_that_is_none_is_refused(address):
    ((column, _sentence),) = problems(
        f'title,date,official_url\nT,1996,"{address}"\n', "agreement"
    )[0]
    assert column == "official_url"


def test_likely_twins_are_told_of_what_is_stored_and_of_the_table():
    visit = VisitFactory(title="State visit to Baku", date="1996-09-16", guest="KZ", host="AZ")
    text = (
        "title,date,guest,host\nState visit to Baku,1996-09-17,KZ,AZ\nA quite other matter,2004,KZ,AZ\n"
        "State visit to Baku,1996-09-16,KZ,AZ\n"
    )
    _checker, rows = checked(text)
    assert [[slug for slug, _why in row.twins] for row in rows] == [[visit.slug], [], [visit.slug]]
    assert twins_among(rows) == {4: [["", "row 2 here: State visit to Baku"]]}


def test_html_is_text():
    stored('title,date\n"<script>alert(1)</script>",1996\n')
    assert Visit.objects.get().title == "<script>alert(1)</script>"


@pytest.mark.parametrize("name", tables.FORMATS)
def test_the_whole_data_set_comes_back_as_it_went_out(dataset, name):
    for kind in kinds.every():
        resource = kind.resource_class(kind.model, Known())
        data = tables.FORMATS[name].write(
            list(resource.fields), tables.lines(resource, kind.model.objects.all())
        )
        table = files.read(f"t.{name}", data)
        rows = list(Checker(kind, table.columns, Known()).check(table.rows))
        assert len(rows) == kind.model.objects.count() > 0
        assert {row.outcome for row in rows} == {"unchanged"}


def test_a_formula_in_a_title_leaves_and_comes_back_as_text():
    VisitFactory(title="=1+1", date="1996")
    kind = kinds.get("visit")
    resource = kind.resource_class(kind.model, Known())
    data = tables.write_csv(list(resource.fields), tables.lines(resource, Visit.objects.all()))
    assert b",'=1+1," in data
    (row,) = files.read("t.csv", data).rows
    assert row.cells["title"] == "=1+1"


def test_the_template_names_every_column_and_its_meaning():
    for kind in kinds.every():
        resource = kind.resource_class(kind.model, Known())
        columns = [*resource.fields, *resource.citation_fields]
        book = load_workbook(io.BytesIO(tables.template(resource)))
        assert [cell.value for cell in book["Records"][1]] == columns
        assert [row[0].value for row in book["Columns"]] == ["Column", *columns]
        assert all(
            column.meaning
            for column in [*resource.fields.values(), *resource.citation_fields.values()]
        )
        assert {"title", "date", "source", "locator", "cited"} <= set(columns)


def test_as_many_queries_for_many_rows_as_for_few(django_assert_max_num_queries):
    text = "title,date,guest,host\n" + "".join(f"Visit {n},1996,KZ,AZ\n" for n in range(100))
    with django_assert_max_num_queries(330):
        checked(text)
    assert Record.objects.count() == 0
    assert Indicator.objects.count() == 0

"""Whatever is wrong in a database is found: each thing is spoilt behind the models' back, and its line is read."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from relations.models import (
    Change,
    ChangeCounter,
    Citation,
    Entry,
    FormerAddress,
    Record,
    RecordLink,
    Source,
    Visit,
)
from relations.work import unit_of_work
from tests.factories import (
    AgreementActionFactory,
    AgreementFactory,
    CitationFactory,
    MembershipFactory,
    MilestoneFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PlaceFactory,
    SourceFactory,
    TenureFactory,
    TradeFigureFactory,
    VisitFactory,
    country,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(relation):
    return VisitFactory(slug="visit", guest="AZ", host="KZ", countries=["AZ", "KZ"])


@pytest.fixture
def citation(visit):
    found = visit.citations.get()
    found.uid = "cited"
    found.save()
    return found


def check(capsys):
    """The lines of problems that the command prints; its exit code is checked by the way."""
    code = 0
    try:
        call_command("check_records")
    except SystemExit as ended:
        code = ended.code
    *problems, last = capsys.readouterr().out.splitlines()
    assert code == (1 if problems else 0)
    count = len(problems)
    assert last.endswith(f" rows checked, {count} problem{'' if count == 1 else 's'}")
    return problems


def spoil(row, **columns):
    """Alter a row as no model would."""
    model = type(row)._base_manager.model
    assert model._base_manager.filter(pk=row.pk).update(**columns) == 1


def test_a_sound_database_has_no_problem(visit, citation, capsys):
    record = AgreementFactory(slug="pact", place=PlaceFactory())
    party = PartyFactory(agreement=record, country="KZ")
    cited = CitationFactory(record=record, field="parties", value="KZ")
    AgreementActionFactory(agreement=record, party=party, citation=cited)
    ParticipationFactory(record=record)
    TradeFigureFactory(origin="AZ", destination="KZ", flow="exports", cited=False, stage="draft")
    for subject in (MembershipFactory(), TenureFactory()):
        name = subject._meta.model_name
        CitationFactory(**{name: subject}, field="since", value="1993")
    CitationFactory(entity=OrganizationFactory(), field="name", value="Other")
    assert check(capsys) == []


def test_it_counts_rows_and_says_so(visit, capsys):
    call_command("check_records")
    # Two countries, the relation, the visit, its source and its citation.
    assert capsys.readouterr().out == "6 rows checked, 0 problems\n"


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        ({"title": ""}, "visit visit: title: This field cannot be blank."),
        (
            {"earliest": None},
            "visit visit: earliest is stored as None, 2005-05-24 gives 2005-05-24",
        ),
        ({"precision": "month"}, "visit visit: precision is stored as month, 2005-05-24 gives day"),
        ({"evidence": "conflict"}, "visit visit: evidence is stored as conflict, it is single"),
        (
            {"field_evidence": {}},
            "visit visit: field_evidence is stored as {}, it is {'date': 'single'}",
        ),
        ({"change": 99}, "record visit: it bears change 99, the counter stands at 2"),
    ],
)
def test_columns_of_a_record(visit, capsys, columns, line):
    ChangeCounter.objects.update(number=2)
    Change.objects.filter(number__gt=2).delete()
    Record.objects.update(change=1)
    spoil(visit.record_ptr, **columns)
    assert check(capsys) == [line]


def test_a_date_that_is_none(visit, capsys):
    spoil(visit.record_ptr, date="2023-02-30")
    (line, *others) = check(capsys)
    assert line.startswith("visit visit: date: “2023-02-30” is not a day of the calendar")
    # What it was compared with cannot be judged either.
    assert all("visit" in other or "cit" in other for other in others)


def test_a_sort_date_and_its_entry(visit, capsys):
    spoil(visit.record_ptr, sort_date=date(2001, 1, 1))
    assert check(capsys) == [
        "visit visit: sort_date is stored as 2001-01-01, 2005-05-24 gives 2005-05-24",
        "entry azerbaijan-kazakhstan: entry for visit has another date",
    ]


def test_participants(visit, capsys):
    country("TR")
    Visit.objects.update(host_id="TR")
    assert check(capsys) == ["visit visit: TR takes part by name and is not among its countries"]


def test_status(capsys):
    record = AgreementFactory(slug="pact")
    AgreementActionFactory(agreement=record, citation=record.citations.get())
    spoil(record, status="unknown")
    assert check(capsys) == ["agreement pact: status is stored as unknown, its links give in-force"]
    assert type(record).objects.get().status == "unknown"  # looked at, not mended


def test_a_published_record_without_a_located_citation(visit, citation, capsys):
    spoil(citation, locator="")
    assert check(capsys) == ["visit visit: it is published without a citation that has a locator"]


def test_a_published_record_whose_date_no_citation_gives(visit, citation, capsys):
    spoil(citation, field="", value="")
    spoil(visit.record_ptr, field_evidence={}, evidence="unsourced")
    assert check(capsys) == ["visit visit: it is published and no citation gives its date"]


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        ({"verdict": "contradicts"}, "verdict is stored as contradicts, it is supports"),
        ({"value": "2023-02-30"}, "2023-02-30 is not a value of date: "),
        ({"field": "weather"}, "field: “weather” cannot be cited here; choose one of "),
        ({"field": "type", "value": "picnic"}, "picnic is not a choice of type"),
        ({"field": "guest", "value": "XX"}, "there is no country XX"),
        ({"field": "countries", "value": "XX"}, "there is no country XX"),
        ({"field": "place", "value": "atlantis"}, "there is no place atlantis"),
        ({"field": "body", "value": "league"}, "there is no organization league"),
        ({"field": "projects", "value": "canal"}, "there is no project canal"),
        ({"field": "people", "value": "nemo"}, "there is no person nemo"),
        ({"field": "ordinal", "value": "two"}, "two is not a value of ordinal: "),
        ({"locator": "0"}, "locator: “0” is not a locator"),
        ({"value": ""}, "value: "),
    ],
)
def test_citations(visit, citation, capsys, columns, line):
    spoil(citation, **columns)
    (found,) = check(capsys)
    assert found.startswith(f"citation cited: {line}")


def test_citations_of_entities_and_their_parts(capsys):
    entity = CitationFactory(
        uid="a", entity=OrganizationFactory(founded="1993"), field="founded", value="1993"
    )
    member = CitationFactory(uid="b", membership=MembershipFactory(), field="since", value="1993")
    tenure = CitationFactory(uid="c", tenure=TenureFactory(), field="since", value="1993")
    spoil(entity, verdict="reading")
    spoil(member, value="1993-13")
    spoil(tenure, field="weather")
    one, two, three = check(capsys)
    assert one == "citation a: verdict is stored as reading, it is supports"
    assert two.startswith("citation b: 1993-13 is not a value of since: ")
    assert three.startswith("citation c: field: “weather” cannot be cited here")


def test_entries(visit, capsys):
    Entry.objects.all().delete()
    assert check(capsys) == ["entry azerbaijan-kazakhstan: no entry for visit"]
    call_command("rebuild_entries")
    assert capsys.readouterr().out == "1 entries of 1 relations, 1 were wrong\n"
    assert check(capsys) == []


def test_search_index(visit, capsys):
    visit.index_entries.all()._raw_delete(using="default")
    assert check(capsys) == ["search index: no entry for visit"]


def test_a_child_that_is_gone_and_a_parent_of_another_kind(visit, capsys):
    other = MilestoneFactory(slug="gift")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM relations_milestone WHERE record_ptr_id = %s", [other.pk])
    assert Record.objects.get(slug="gift").kind == "milestone"
    assert check(capsys)[0] == "record gift: it has no row of its kind, milestone"
    spoil(visit.record_ptr, kind="milestone")
    assert "record visit: it has no row of its kind, milestone" in check(capsys)


def test_former_addresses(visit, capsys):
    FormerAddress.objects.create(scope="record", slug="lost", target=visit.pk + 1)
    FormerAddress.objects.create(scope="record", slug="found", target=visit.pk)
    FormerAddress.objects.create(scope="planet", slug="mars", target=1)
    assert check(capsys) == [
        "former address planet: mars: there are no addresses of that scope",
        f"former address record: lost: it leads to {visit.pk + 1}, which is gone",
    ]
    FormerAddress.objects.all().delete()
    FormerAddress.objects.create(scope="record", slug="visit", target=MilestoneFactory().pk)
    (line,) = check(capsys)
    assert line.startswith("visit visit: slug: “visit” was the address of another")


def test_change_numbers(visit, capsys):
    latest = ChangeCounter.objects.get().number
    Change.objects.create(number=latest + 1)
    assert check(capsys) == [f"change {latest + 1}: the counter stands at {latest}"]


def test_every_tracked_model_is_validated(visit, capsys):
    link = RecordLink.objects.create(
        uid="link", source=visit, target=MilestoneFactory(), type="follows"
    )
    spoil(link, type="knows")
    spoil(Source.objects.first(), url="ftp://x")
    found = check(capsys)
    assert len(found) == 2
    assert found[0].split(": ")[1:] == ["url", "Enter a valid URL."]
    assert found[1].startswith("recordlink link: type: Value 'knows' is not a valid choice.")


@pytest.mark.parametrize("size", [1, 20])
def test_queries_hardly_grow(relation, capsys, size, django_assert_max_num_queries):
    source = SourceFactory()
    with unit_of_work():
        for number in range(size):
            MilestoneFactory(slug=f"gift-{number}", countries=["AZ", "KZ"], source=source)
    with django_assert_max_num_queries(118 + size):  # one a row looks for its former address
        assert check(capsys) == []
    assert Citation.objects.count() == size

"""``manage.py import_records``: all or nothing, and every reason told."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from relations.models import Record, Visit
from tests.factories import SourceFactory, VisitFactory, country


@pytest.fixture(autouse=True)
def _countries(db):
    for code in ("AZ", "KZ"):
        country(code)


@pytest.fixture
def table(tmp_path):
    def write(text: str, name: str = "t.csv"):
        file = tmp_path / name
        file.write_text(text)
        return file

    return write


def run(*arguments, **options) -> str:
    out = StringIO()
    call_command("import_records", *arguments, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def refused(*arguments, **options) -> tuple[str, str]:
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("import_records", *arguments, stdout=out, stderr=StringIO(), **options)
    return str(refusal.value), out.getvalue()


GOOD = "title,date,guest,host\nA visit,1996,AZ,KZ\n"
MIXED = GOOD + "Another,2004-13,AZ,KZ\n"


def test_a_table_is_stored_as_drafts(table):
    source = SourceFactory()
    said = run(str(table(GOOD)), "--kind", "visit", "--source", source.slug)
    assert said.splitlines() == [
        "1 row: 1 new, 0 changed, 0 unchanged, 0 refused; 0 probably on record, or twice in the table.",
        "1 record added as a draft, 0 changed.",
    ]
    visit = Visit.objects.get()
    assert (visit.stage, visit.citations.get().source) == ("draft", source)


def test_a_dry_run_stores_nothing(table):
    said = run(str(table(GOOD)), "--kind", "visit", "--dry-run")
    assert said.endswith("Nothing was stored: this was a dry run.\n")
    assert not Record.objects.exists()


def test_one_bad_row_keeps_all_from_being_stored(table):
    error, said = refused(str(table(MIXED)), "--kind", "visit")
    assert error == (
        "Nothing was stored: some rows are refused. Correct them, or leave them out with "
        "--skip-refused."
    )
    assert "row 3, date: " in said
    assert not Record.objects.exists()


def test_unless_it_is_left_out(table):
    said = run(str(table(MIXED)), "--kind", "visit", "--skip-refused")
    assert said.endswith("1 record added as a draft, 0 changed.\n")
    assert Visit.objects.get().title == "A visit"


def test_likely_twins_are_to_be_decided_on(table):
    VisitFactory(title="A visit", date="1996", guest="AZ", host="KZ")
    file = str(table(GOOD))
    error, said = refused(file, "--kind", "visit")
    assert error.startswith("Nothing was stored: some rows are probably on record already")
    assert "row 2: likely the same as A visit (1996): the same countries and date" in said
    assert run(file, "--kind", "visit", "--twins", "skip").endswith(
        "0 records added as drafts, 0 changed.\n"
    )
    assert run(file, "--kind", "visit", "--twins", "store").endswith(
        "1 record added as a draft, 0 changed.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["none.csv"], "none.csv: No such file or directory"),
        (
            ["--kind", "visit", "--source", "none"],
            "No source “none” is on record. There are: none.",
        ),
        (["--kind", "visits"], "t.csv: “visits” is not a kind of record; choose one of"),
        ([], "t.csv: Say which kind of record the rows are: agreement, visit"),
    ],
)
def test_what_cannot_be_done_is_said(table, arguments, sentence):
    file = str(table(GOOD))
    given = arguments if arguments[:1] == ["none.csv"] else [file, *arguments]
    error, _said = refused(*given)
    assert sentence in error

"""The lie detector: each kind of lie is planted beside its truth, and exactly the lie is found."""

import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from relations.models import Citation
from relations.provenance.rules import CHOICE_WORDINGS, resolve, stands_in
from relations.provenance.verify import Document, verify
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    IndicatorFactory,
    MembershipFactory,
    MilestoneFactory,
    NameFactory,
    OrganizationFactory,
    PartyFactory,
    PersonFactory,
    PlaceFactory,
    SourceFactory,
    TradeFigureFactory,
    VisitFactory,
    country,
)

pytestmark = pytest.mark.django_db

COPY = (
    "date 2025-10-16 08:30\n"
    "\n"
    " \t \n"
    "On May 24, 2005, the *Treaty* on Allied Relations was signed in Baku by President Ilham Aliyev.\n"
    "Trade reached $331.7 million — nearly 40% higher. The diaspora numbers approximately 155,000 people.\n"
    "COP29 was held in November last year. The ministers met in Almaty on May 10 and meet again today.\n"
    "Since 2020, nearly 40 bilateral agreements were signed, most in the past 18 months, it was said by the\n"
    "Embassy of Kazakhstan’s partner and by Azerbai\n"
    "jani experts ([Key](#) Agreement 2006) at the second meeting of the official state visit.\n"
    "Подписание соглашения в 1996 году, договор 2006 года в Казахстане.\n"
)


@pytest.fixture
def source():
    return SourceFactory(slug="paper", document="paper.txt", published="2025-10-16")


@pytest.fixture
def lines(tmp_path, source, capsys):
    """What the command prints about a directory with the one document, and its exit code."""
    (tmp_path / "paper.txt").write_text(COPY, encoding="utf-8")

    def run():
        code = 0
        try:
            call_command("verify_citations", str(tmp_path))
        except SystemExit as ended:
            code = ended.code
        return code, capsys.readouterr().out.splitlines()

    return run


def cite(subject, source, locator, field="", value="", as_written="", **more):
    name = {"Membership": "membership", "Tenure": "tenure"}.get(type(subject).__name__)
    name = name or ("record" if hasattr(subject, "stage") else "entity")
    more.setdefault("uid", "planted")
    return Citation.objects.create(
        **{name: subject},
        source=source,
        locator=locator,
        field=field,
        value=value,
        as_written=as_written,
        **more,
    )


def agreement(**more):
    return AgreementFactory(cited=False, stage="draft", **more)


def planted(lines, what, locator):
    assert lines() == (1, [f"planted: paper ¶{locator}: {what}", "1 citation checked, 1 problem"])


def sound(lines, count=1):
    checked = f"{count} citation{'' if count == 1 else 's'} checked, 0 problems"
    assert lines() == (0, [checked])


# Where it stands


def test_paragraphs_are_lines_that_hold_more_than_white_space():
    document = Document("\n  one \n\t\n\n two\n")
    assert document.paragraphs == ["  one ", " two"]


@pytest.mark.parametrize(
    ("locator", "words"),
    [
        ("2", "May 24, 2005"),
        ("2", "Treaty on Allied Relations"),
        ("3", "million - nearly 40%"),
        ("5-6", "by the Embassy"),
        ("6-7", "by Azerbaijani experts"),
        ("7", "Key Agreement 2006"),
        ("1,6", "Kazakhstan's partner"),
    ],
)
def test_words_are_found_through_page_breaks_markup_and_other_signs(lines, source, locator, words):
    cite(agreement(), source, locator, as_written=words)
    sound(lines)


@pytest.mark.parametrize(
    ("locator", "words", "what"),
    [
        ("3", "May 24, 2005", "“May 24, 2005” does not stand there"),
        ("2", "June 24, 2005", "“June 24, 2005” does not stand there"),
        ("2,7", "by Azerbaijani", "“by Azerbaijani” does not stand there"),
        ("3", "55,000 people", "“55,000 people” does not stand there"),
        ("3", "31.7 million", "“31.7 million” does not stand there"),
        ("2", "treaty", "“treaty” stands there with other capital letters"),
        ("9", "May", "the reference copy ends with paragraph 8"),
        ("8-9", "", "the reference copy ends with paragraph 8"),
    ],
)
def test_words_that_do_not_stand_there_are_found(lines, source, locator, words, what):
    cite(agreement(), source, locator, as_written=words)
    planted(lines, what, locator)


def test_other_counts_and_absent_locators_cannot_be_checked(lines, source):
    citation = cite(agreement(), source, "", as_written="Baku")
    planted(lines, "it has no locator", "?")
    with unit_of_work():
        Citation.objects.filter(pk=citation.pk).update(locator="2", locator_kind="page")
    planted(lines, "it counts in pages, the reference copy in paragraphs", "2")


# What it states


TRUTHS = [
    ("date", "2005-05-24", "2", "May 24, 2005"),
    ("instrument", "treaty", "2", "Treaty on Allied"),
    ("instrument", "agreement", "8", "соглашения"),
    ("instrument", "treaty", "8", "договор"),
    ("title", "Treaty on Allied Relations", "2", "Treaty on Allied Relations"),
    ("title", "Treaty on Allied Relations", "2", "Allied Relations"),
    ("countries", "KZ", "6", "Kazakhstan’s"),
    ("countries", "KZ", "8", "Казахстане"),
    ("parties", "AZ", "6-7", "Azerbaijani"),
    ("place", "baku", "2", "Baku"),
    ("people", "aliyev", "2", "President Ilham Aliyev"),
]


@pytest.mark.parametrize(("field", "value", "locator", "words"), TRUTHS)
def test_what_is_stated_passes(lines, source, field, value, locator, words):
    world()
    cite(agreement(), source, locator, field, value, words)
    sound(lines)


def world():
    PlaceFactory(slug="baku", name="Baku", country="AZ")
    PlaceFactory(slug="almaty", name="Almaty", country="KZ")
    NameFactory(entity=PersonFactory(slug="aliyev", name="Aliyev, I."), text="Ilham Aliyev")
    country("AZ"), country("KZ")


@pytest.mark.parametrize(
    ("field", "value", "locator", "words", "what"),
    [
        (
            "date",
            "2005-05-25",
            "2",
            "May 24, 2005",
            "“May 24, 2005” reads 2005-05-24, not 2005-05-25",
        ),
        ("date", "2005-05", "2", "May 24, 2005", "“May 24, 2005” reads 2005-05-24, not 2005-05"),
        (
            "date",
            "2025-05-10",
            "4",
            "May 10",
            "“May 10” prints no whole date, so 2025-05-10 is not stated: resolve it",
        ),
        ("instrument", "agreement", "2", "Treaty", "“Treaty” does not say agreement"),
        ("instrument", "unknown", "2", "Treaty", "“Treaty” does not say unknown"),
        (
            "title",
            "Treaty on Relations",
            "2",
            "Treaty on Allied Relations",
            "“Treaty on Allied Relations” is not part of “Treaty on Relations”",
        ),
        (
            "title",
            "The Great Treaty on Allied Relations",
            "2",
            "Treaty on Allied Relations",
            "“The Great Treaty on Allied Relations” does not stand there as a whole",
        ),
        ("countries", "AZ", "6", "Kazakhstan", "“Kazakhstan” does not name Azerbaijan"),
        ("countries", "XX", "6", "Kazakhstan", "there is no country XX"),
        ("parties", "KZ", "6-7", "Azerbaijani", "“Azerbaijani” does not name Kazakhstan"),
        ("place", "almaty", "2", "Baku", "“Baku” is not one of the names of Almaty"),
        ("place", "atlantis", "2", "Baku", "there is no entity atlantis"),
        (
            "people",
            "aliyev",
            "2",
            "President Ilham",
            "“President Ilham” is not one of the names of Aliyev, I.",
        ),
        (
            "date",
            "2005-05-24",
            "2",
            "",
            "nothing to check: date is said to be stated, and no words are quoted",
        ),
    ],
)
def test_what_is_not_stated_is_found(lines, source, field, value, locator, words, what):
    world()
    cite(agreement(), source, locator, field, value, words)
    planted(lines, what, locator)


def test_a_value_that_the_field_cannot_hold_is_found(lines, source):
    citation = cite(agreement(), source, "2", "date", "2005-05-24", "May 24, 2005")
    with unit_of_work():
        Citation.objects.filter(pk=citation.pk).update(value="2005-13")
    code, (found, _count) = lines()
    assert code == 1
    assert found.startswith("planted: paper ¶2: 2005-13 is not a value of date: ")


@pytest.mark.parametrize(
    ("field", "value", "words", "what"),
    [
        ("value", "331700000 USD", "$331.7 million", None),
        ("value", "331.7 USD", "$331.7 million", "reads 331700000 USD, not 331.7 USD"),
        ("value", "331700000 EUR", "$331.7 million", "reads 331700000 USD, not 331700000 EUR"),
        ("value", "331700000 USD", "nearly 40%", "reads 40 percent, not 331700000 USD"),
        ("change_value", "40", "nearly 40%", None),
        ("change_value", "41", "nearly 40%", "reads 40, not 41"),
        ("change_value", "40", "approximately", "reads no such number, not 40"),
        ("qualifier", "nearly", "nearly 40%", None),
        ("qualifier", "about", "nearly 40%", "reads nearly, not about"),
        ("flow", "turnover", "Trade reached", None),
        ("flow", "exports", "Trade reached", "does not say exports"),
    ],
)
def test_figures(lines, source, field, value, words, what):
    figure = TradeFigureFactory(cited=False, stage="draft")
    cite(figure, source, "3", field, value, words)
    sound(lines) if what is None else planted(lines, f"“{words}” {what}", "3")


def test_percent_is_not_times(lines, source):
    figure = TradeFigureFactory(cited=False, stage="draft", change_kind="factor", change_value=40)
    cite(figure, source, "3", "change_value", "40", "nearly 40%")
    planted(lines, "“nearly 40%” reads no such number, not 40", "3")


@pytest.mark.parametrize(
    ("value", "locator", "words", "what"),
    [
        ("155000 people", "3", "155,000 people", None),
        (
            "155000 people",
            "3",
            "approximately 155,000",
            "reads 155000 (no unit), not 155000 people",
        ),
        ("40 instruments", "5", "nearly 40 bilateral agreements", None),
        ("40 instruments", "3", "nearly 40% higher", "reads 40 percent, not 40 instruments"),
    ],
)
def test_counted_things(lines, source, value, locator, words, what):
    indicator = IndicatorFactory(cited=False, stage="draft")
    cite(indicator, source, locator, "value", value, words)
    sound(lines) if what is None else planted(lines, f"“{words}” {what}", locator)


@pytest.mark.parametrize(
    ("field", "value", "words", "what"),
    [
        ("ordinal", "2", "second meeting", None),
        ("ordinal", "3", "second meeting", "reads 2, not 3"),
        ("type", "official-state", "official state visit", None),
        ("type", "state", "official state visit", "says official-state, not state"),
        ("type", "official", "official state visit", "says official-state, not official"),
    ],
)
def test_visits(lines, source, field, value, words, what):
    cite(VisitFactory(cited=False, stage="draft"), source, "7", field, value, words)
    sound(lines) if what is None else planted(lines, f"“{words}” {what}", "7")


def test_an_attributed_statement_is_checked_as_a_stated_one(lines, source):
    record = VisitFactory(cited=False, stage="draft")
    cite(
        record, source, "7", "ordinal", "3", "second meeting", basis="attributed", attributed_to="X"
    )
    planted(lines, "“second meeting” reads 2, not 3", "7")


def test_entities_and_memberships_are_checked(lines, source):
    cite(OrganizationFactory(name="Embassy"), source, "6", "name", "Embassy", "Embassy", uid="true")
    cite(MembershipFactory(), source, "2", "since", "2004", "May 24, 2005")
    assert lines() == (
        1,
        [
            "planted: paper ¶2: “May 24, 2005” reads 2005-05-24, not 2004",
            "2 citations checked, 1 problem",
        ],
    )


def test_a_name_in_a_compound_is_another_name(lines, source, tmp_path):
    world()
    (tmp_path / "paper.txt").write_text("2025-10-16 the Baku-Tbilisi pipe\n", encoding="utf-8")
    cite(agreement(), source, "1", "place", "baku", "Baku-Tbilisi pipe")
    with_copy = verify(tmp_path).problems
    assert with_copy == ["planted: paper ¶1: “Baku-Tbilisi pipe” is not one of the names of Baku"]


# What it resolves to


@pytest.mark.parametrize(
    ("rule", "words", "published", "made"),
    [
        ("publication-day", "today", "2025-10-16", {"2025-10-16"}),
        ("publication-day", "today", "2025", set()),
        ("previous-year", "last year", "2025", {"2024"}),
        ("previous-year", "November last year", "2025-02-03", {"2024-11"}),
        ("previous-year", "the previous year", "2025-10-16", {"2024"}),
        ("previous-year", "then", "2025-10-16", set()),
        ("previous-year", "last year", "2024/2025", set()),
        ("same-year", "May 10", "2024-07-04", {"2024-05-10"}),
        ("same-year", "this year", "2024-07-04", {"2024"}),
        ("same-year", "May 10, 2023", "2024-07-04", set()),
        ("no-later-than-source", "", "2025-10-16", {"[..2025-10-16]"}),
        ("no-later-than-source", "", "2025", {"[..2025]"}),
        ("no-later-than-source", "", "[2025-10-30,2025-12-31]", {"[..2025-12-31]"}),
        (
            "months-before-source",
            "in the past 18 months",
            "2025-10-16",
            {"2024-04-16/2025-10-16", "2024-04/2025-10", "2024-04/2025-10-16"},
        ),
        (
            "months-before-source",
            "the past six months",
            "2025-08-31",
            {"2025-02-28/2025-08-31", "2025-02/2025-08", "2025-02/2025-08-31"},
        ),
        ("months-before-source", "recent months", "2025-10-16", set()),
        ("from-year-to-source", "Since 2020", "2025-10-16", {"2020/2025-10-16"}),
        ("from-year-to-source", "Since then", "2025-10-16", set()),
    ],
)
def test_rules(rule, words, published, made):
    assert resolve(rule, words, published) == made


@pytest.mark.parametrize(
    ("rule", "value", "locator", "words", "what"),
    [
        ("publication-day", "2025-10-16", "4", "today", None),
        ("previous-year", "2024-11", "4", "November last year", None),
        ("same-year", "2025-05-10", "4", "May 10", None),
        ("no-later-than-source", "[..2025-10-16]", "2", "", None),
        ("months-before-source", "2024-04-16/2025-10-16", "5", "in the past 18 months", None),
        ("from-year-to-source", "2020/2025-10-16", "5", "Since 2020", None),
        (
            "publication-day",
            "2025-10-15",
            "4",
            "today",
            (
                "the rule publication-day makes 2025-10-16 of “today” in a source of 2025-10-16, "
                "not 2025-10-15"
            ),
        ),
        (
            "previous-year",
            "2023-11",
            "4",
            "November last year",
            (
                "the rule previous-year makes 2024-11 of “November last year” in a source of 2025-10-16, "
                "not 2023-11"
            ),
        ),
        (
            "no-later-than-source",
            "[..2025-10-17]",
            "2",
            "",
            (
                "the rule no-later-than-source makes [..2025-10-16] in a source of 2025-10-16, "
                "not [..2025-10-17]"
            ),
        ),
        (
            "from-year-to-source",
            "2021/2025-10-16",
            "5",
            "Since 2020",
            (
                "the rule from-year-to-source makes 2020/2025-10-16 of “Since 2020” in a source of "
                "2025-10-16, not 2021/2025-10-16"
            ),
        ),
        ("same-year", "2025-05-10", "4", "", "the rule same-year needs the words it resolves"),
        (
            "inference",
            "2025-05-10",
            "4",
            "May 10",
            "an inference needs a note that says how it was made",
        ),
    ],
)
def test_resolved_dates_are_worked_out_again(lines, source, rule, value, locator, words, what):
    cite(agreement(), source, locator, "date", value, words, basis="resolved", rule=rule)
    sound(lines) if what is None else planted(lines, what, locator)


def test_an_inference_with_its_note_passes_and_other_rules_are_for_dates(lines, source):
    record, more = agreement(), {"basis": "resolved", "rule": "inference", "note": "So it was."}
    cite(record, source, "2", "instrument", "agreement", uid="true", **more)
    sound(lines)
    cite(record, source, "2", "instrument", "treaty", "Treaty", basis="resolved", rule="same-year")
    code, printed = lines()
    assert (code, printed[0]) == (
        1,
        "planted: paper ¶2: the rule same-year resolves dates, and instrument is not a date",
    )


def test_a_source_without_a_date_resolves_nothing(lines, source):
    with unit_of_work():
        type(source).objects.filter(pk=source.pk).update(published="")
    cite(
        agreement(), source, "4", "date", "2025", "today", basis="resolved", rule="publication-day"
    )
    planted(lines, "the rule publication-day needs the date of the source, which has none", "4")


# Sources and copying


def test_the_day_of_a_source_is_printed_in_it(lines, source):
    with unit_of_work():
        type(source).objects.filter(pk=source.pk).update(published="2025-10-17")
    assert lines() == (
        1,
        [
            "paper: its date 2025-10-17 is printed nowhere in paper.txt",
            "0 citations checked, 1 problem",
        ],
    )


def test_a_missing_copy_is_a_problem_and_a_source_without_one_is_said(lines, source, tmp_path):
    cite(agreement(), source, "2", as_written="Baku")
    cite(agreement(), SourceFactory(slug="letter"), "2", as_written="Baku", uid="other")
    (tmp_path / "paper.txt").rename(tmp_path / "else.txt")
    assert lines() == (
        1,
        [
            "paper: its reference copy paper.txt is not there",
            "letter: no reference copy, 1 citation not checked",
            "paper: no reference copy, 1 citation not checked",
            "0 citations checked, 1 problem",
        ],
    )
    (tmp_path / "paper.txt").write_bytes(b"\xff\xfe")
    assert lines()[1][0] == "paper: paper.txt is not UTF-8 (invalid start byte at byte 0)"


def test_a_directory_that_is_none_is_refused(tmp_path):
    with pytest.raises(CommandError, match="is not a directory"):
        call_command("verify_citations", str(tmp_path / "nowhere"))


def test_eight_words_in_a_row_are_a_copied_sentence(lines):
    seven = "Was signed in Baku by President Ilham"
    record = AgreementFactory(slug="pact", cited=False, stage="draft", summary=f"{seven}!")
    assert lines() == (0, ["0 citations checked, 0 problems"])
    record.summary = f"It {seven} Aliyev."
    record.save()
    assert lines() == (
        1,
        [
            "agreement pact: summary repeats paper ¶2: “was signed in baku by president ilham aliyev”",
            "0 citations checked, 1 problem",
        ],
    )


def test_names_in_our_words_are_not_copied(lines, source):
    name = "Treaty on Allied Relations was signed in Baku"
    MilestoneFactory(
        title=name, cited=False, stage="draft", summary=f"The {name} by President it was."
    )
    assert lines()[0] == 0


def test_notes_of_citations_and_places_are_our_words_too(lines, source):
    copied = "the ministers met in Almaty on May 10 and"
    cite(agreement(), source, "2", as_written="Baku", note=copied)
    PlaceFactory(slug="almaty", name="Almaty", description=copied)
    printed = lines()[1]
    assert [line.split(" repeats")[0] for line in printed[:-1]] == [
        "place almaty: description",
        "citation planted: note",
    ]


# The tables


def test_every_wording_belongs_to_a_choice_that_is_cited():
    from relations import kinds
    from relations.models import Organization, Project

    choices = set()
    for model in (*(kind.model for kind in kinds.every()), Organization, Project):
        for field, comparer in model.citable.items():
            if comparer == "choice":
                names = dict(model._meta.get_field(field).flatchoices)
                choices |= {(field, choice) for choice in names}
    assert CHOICE_WORDINGS.keys() - choices == set()


@pytest.mark.parametrize(
    ("words", "text", "stands"),
    [
        ("5", "155,000", False),
        ("155", "155,000", False),
        ("155,000", "155,000.", True),
        ("$5", "$5.5", False),
        ("cat", "concat", False),
        ("(cat)", "a (cat)", True),
    ],
)
def test_words_stand_whole(words, text, stands):
    assert stands_in(words, text) is stands


@pytest.mark.skipif(not os.environ.get("SOURCES_DIR"), reason="SOURCES_DIR names no documents")
def test_the_data_set_stands_in_its_documents(dataset):
    assert verify(Path(os.environ["SOURCES_DIR"])).problems == []


def test_party_organizations_are_named_by_their_names(lines, source):
    organization = OrganizationFactory(slug="embassy", name="Embassy of Kazakhstan")
    record = agreement()
    PartyFactory(agreement=record, organization=organization)
    cite(record, source, "6", "parties", "embassy", "Embassy of Kazakhstan’s")
    sound(lines)

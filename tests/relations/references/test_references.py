"""References read back by the readers of the formats: nothing lost, no date more precise than known."""

import json
import re
from datetime import date

import pytest
import rispy
from pybtex.database import parse_string

from relations import dates
from relations.references import FORMATS, Reference, of_record, of_selection
from tests.factories import (
    AgreementFactory,
    MilestoneFactory,
    PartyFactory,
    TradeFigureFactory,
    VisitFactory,
)

HOSTILE = 'Pact & “Treaty” of 100% $5 #1 a_b {x} }{ ~ ^ \\ \\textbf "q" \'s @misc{y, Қазақстан Əliyev ığüşöç ünsiyyət'
CSL_TYPES = {"treaty", "webpage", "dataset"}
CSL_TEXTS = {
    "id", "type", "title", "genre", "authority", "number", "container-title", "publisher", "source", "version",
    "abstract", "language", "URL",
}  # fmt: skip


def reference(**more):
    return Reference(
        **{
            "key": "entente-pact-2005",
            "title": "Pact",
            "url": "https://entente.example/agreements/pact-2005/?a=b_c&d=%D0%9A",
            "version": 17,
            "accessed": date(2026, 11, 22),
            "date": dates.parse("2005-05-24"),
            "genre": "treaty",
            **more,
        }
    )


def written(name, **more):
    return FORMATS[name].write(reference(**more))


def bibtex(**more):
    (entry,) = parse_string(written("bib", **more), "bibtex").entries.values()
    return entry


# What LaTeX prints for a command; pybtex leaves that to it.
TEX = {
    r"{\textbackslash}": "\\", r"{\textbraceleft}": "{", r"{\textbraceright}": "}",
    r"{\textasciitilde}": "~", r"{\textasciicircum}": "^",
    r"\%": "%", r"\&": "&", r"\$": "$", r"\#": "#", r"\_": "_",
}  # fmt: skip


def plain_tex(text):
    """A field as it is printed. Refuses a sign with a meaning to LaTeX that is not one of these."""
    known = "|".join(map(re.escape, TEX))
    rest = re.sub(known, "", text).removeprefix("{").removesuffix("}")
    assert re.search(r"[\\{}%&$#_~^]", rest) is None, rest
    whole = text[1:-1] if text.startswith("{") and not re.match(known, text) else text
    return re.sub(known, lambda match: TEX[match[0]], whole)


def ris(**more):
    (entry,) = rispy.loads(written("ris", **more))
    return entry


def csl(**more):
    (item,) = json.loads(written("json", **more))
    return item


# Every sign of a title survives ---------------------------------------------------------------------------


def test_bibtex_keeps_every_sign():
    entry = bibtex(title=HOSTILE, abstract=HOSTILE)
    assert entry.type == "misc"
    assert entry.key == "entente-pact-2005"
    assert entry.fields["title"].startswith("{")
    assert plain_tex(entry.fields["title"]) == HOSTILE
    assert plain_tex(entry.fields["abstract"]) == HOSTILE


@pytest.mark.parametrize("sign", list('%&$#_{}~^\\"'))
def test_bibtex_survives_a_single_sign(sign):
    entry = bibtex(title=sign)
    assert plain_tex(entry.fields["title"]) == sign
    assert entry.fields["urldate"] == "2026-11-22"


def test_ris_keeps_every_sign():
    entry = ris(title=HOSTILE, abstract=HOSTILE)
    assert (entry["title"], entry["abstract"]) == (HOSTILE, HOSTILE)


def test_csl_keeps_every_sign():
    assert csl(title=HOSTILE)["title"] == HOSTILE


def test_a_title_on_several_lines_is_one(db):
    record = VisitFactory(title="First\nTY  - JOUR\r\nER  - ")
    made = of_record(record)
    assert made.title == "First TY - JOUR ER -"
    (entry,) = rispy.loads(FORMATS["ris"].write(made))
    assert (entry["type_of_reference"], entry["title"]) == ("ELEC", "First TY - JOUR ER -")


# What each format says --------------------------------------------------------------------------------------


def test_text():
    assert written("txt") == (
        "“Pact.” Treaty, 24 May 2005. Entente, version 17. Accessed 22 November 2026. "
        "https://entente.example/agreements/pact-2005/?a=b_c&d=%D0%9A"
    )
    assert written("txt", title="Who signed?").startswith("“Who signed?” Treaty")
    assert "By 16 October 2025. " in written("txt", genre="", date=dates.parse("[..2025-10-16]"))


def test_bibtex_fields():
    fields = dict(bibtex().fields)
    assert fields == {
        "title": "{Pact}",
        "year": "2005",
        "month": "24 May",
        "date": "2005-05-24",
        "howpublished": "Entente",
        "type": "treaty",
        # As it is: what LaTeX needs escaped elsewhere is read verbatim here.
        "url": "https://entente.example/agreements/pact-2005/?a=b_c&d=%D0%9A",
        "urldate": "2026-11-22",
        "note": "Version 17",
        "langid": "english",
    }


def test_ris_fields():
    assert ris() == {
        "type_of_reference": "ELEC",
        "id": "entente-pact-2005",
        "title": "Pact",
        "secondary_title": "Entente",
        "type_of_work": "treaty",
        "year": "2005",
        "date": "2005/05/24/",
        "language": "en",
        "urls": ["https://entente.example/agreements/pact-2005/?a=b_c&d=%D0%9A"],
        "access_date": "2026/11/22/",
        "notes": ["version 17"],
    }


def test_ris_lines_end_as_the_format_wants_them():
    text = written("ris")
    assert text.startswith("TY  - ELEC\r\n")
    assert text.endswith("ER  - \r\n")
    assert text.count("\n") == text.count("\r\n")


def test_csl_fields():
    assert csl() == {
        "id": "entente-pact-2005",
        "type": "webpage",
        "title": "Pact",
        "genre": "treaty",
        "container-title": "Entente",
        "source": "Entente",
        "issued": {"date-parts": [[2005, 5, 24]]},
        "accessed": {"date-parts": [[2026, 11, 22]]},
        "version": "17",
        "language": "en",
        "URL": "https://entente.example/agreements/pact-2005/?a=b_c&d=%D0%9A",
    }


# Dates: never more precise than known -----------------------------------------------------------------------

DATES = {
    # EDTF: CSL, RIS (PY, DA), BibTeX (year, month, date)
    "1993": ({"date-parts": [[1993]]}, ("1993", "1993///"), ("1993", None, "1993")),
    "2008-09": (
        {"date-parts": [[2008, 9]]},
        ("2008", "2008/09//"),
        ("2008", "September", "2008-09"),
    ),
    "1993~": (
        {"date-parts": [[1993]], "circa": True},
        ("1993", "1993///about 1993"),
        ("about 1993", None, "1993~"),
    ),
    "1993?": (
        {"literal": "1993 (uncertain)"},
        ("1993", "1993///1993 (uncertain)"),
        ("1993 (uncertain)", None, "1993?"),
    ),
    "2004-22": (
        {"date-parts": [[2004]], "season": 2},
        ("2004", "2004///summer 2004"),
        ("summer 2004", None, "2004-22"),
    ),
    "2025-40": (
        {"literal": "first half of 2025"},
        ("2025", "2025///first half of 2025"),
        ("first half of 2025", None, None),
    ),
    "199X": ({"literal": "1990s"}, (None, "///1990s"), ("1990s", None, "199X")),
    "19XX": ({"literal": "20th century"}, (None, "///20th century"), ("20th century", None, None)),
    "2004-05-XX": (
        {"date-parts": [[2004, 5]]},
        ("2004", "2004///May 2004 (day unknown)"),
        ("May 2004 (day unknown)", None, "2004-05-XX"),
    ),
    "1993/2013": (
        {"date-parts": [[1993], [2013]]},
        (None, "///1993–2013"),
        ("1993–2013", None, "1993/2013"),
    ),
    "[1993-02-24,1993-12-24]": (
        {"literal": "24 February or 24 December 1993"},
        ("1993", "1993///24 February or 24 December 1993"),
        ("24 February or 24 December 1993", None, None),
    ),
    "[1993,1995]": (
        {"literal": "1993 or 1995"},
        (None, "///1993 or 1995"),
        ("1993 or 1995", None, None),
    ),
    "[..2025-10-16]": (
        {"literal": "by 16 October 2025"},
        (None, "///by 16 October 2025"),
        ("by 16 October 2025", None, None),
    ),
    "2004~/2005": (
        {"literal": "about 2004 – 2005"},
        (None, "///about 2004 – 2005"),
        ("about 2004 – 2005", None, "2004~/2005"),
    ),
}


@pytest.mark.parametrize("text", DATES)
def test_a_date_keeps_its_precision(text):
    in_csl, in_ris, in_bibtex = DATES[text]
    given = {"date": dates.parse(text)}
    entry, fields = ris(**given), bibtex(**given).fields
    assert csl(**given)["issued"] == in_csl
    assert (entry.get("year"), entry["date"]) == in_ris
    assert (fields.get("year"), fields.get("month"), fields.get("date")) == in_bibtex
    assert given["date"].display() in written("txt", **given).replace("“Pact.” Treaty, ", "")


# What a record is taken for ---------------------------------------------------------------------------------


def test_an_agreement_is_a_treaty_with_its_parties(db):
    record = AgreementFactory(
        instrument="treaty", register_numbers="UNTS 12345", summary="It binds."
    )
    PartyFactory(agreement=record, country="AZ")
    PartyFactory(agreement=record, country="KZ")
    made = of_record(record)
    (item,) = json.loads(FORMATS["json"].write(made))
    assert (item["type"], item["genre"], item["authority"], item["number"], item["abstract"]) == (
        "treaty",
        "treaty",
        "Azerbaijan – Kazakhstan",
        "UNTS 12345",
        "It binds.",
    )
    (entry,) = rispy.loads(FORMATS["ris"].write(made))
    assert entry["type_of_reference"] == "STAT"
    assert entry["unknown_tag"] == {"M2": ["Type: treaty"]}
    assert "\r\nM1  - UNTS 12345\r\n" in FORMATS["ris"].write(made)


@pytest.mark.parametrize("what", [{"instrument": "contract"}, {"level": "corporate"}])
def test_a_contract_is_no_treaty(db, what):
    made = of_record(AgreementFactory(**what))
    assert (made.csl, made.ris, made.authority) == ("webpage", "ELEC", "")


def test_a_record_says_which_version_it_is_and_where(db):
    record = VisitFactory(slug="a-visit-2005", type="official")
    made = of_record(record)
    assert made.version == record.change > 0
    assert made.url.endswith("/visits/a-visit-2005/")
    assert made.url.startswith("https://")
    assert (made.key, made.genre, made.csl) == ("entente-a-visit-2005", "official visit", "webpage")


def test_planned_and_target_are_cited_as_such(db):
    assert of_record(VisitFactory(outcome="planned")).genre == "visit (planned)"
    assert of_record(TradeFigureFactory(nature="target")).genre == "trade figure (target)"
    assert of_record(TradeFigureFactory()).genre == "trade figure"
    assert of_record(MilestoneFactory()).genre == "milestone"


def test_sets_cited_in_one_text_have_keys_of_their_own(db):
    keys = {
        of_selection("Timeline", "/timeline/", query).key
        for query in ("", "topic=energy", "topic=trade", "q=%D2%9A")
    }
    assert len(keys) == 4
    assert all(re.fullmatch(r"entente-timeline(-[0-9a-f]{8})?", key) for key in keys)


def test_a_set_is_a_data_set_of_the_last_change(db, django_assert_num_queries):
    record = VisitFactory()
    with django_assert_num_queries(1):
        made = of_selection("Timeline", "/timeline/", "topic=energy")
    assert (made.csl, made.ris, made.version) == ("dataset", "DATA", record.change)
    assert made.date.edtf == record.modified.date().isoformat()


def test_before_any_change_a_set_has_no_date(db):
    made = of_selection("Timeline", "/timeline/", "")
    for one in FORMATS.values():
        assert one.write(made)
    assert (made.version, made.date) == (0, None)


@pytest.mark.parametrize(
    "factory", [AgreementFactory, VisitFactory, MilestoneFactory, TradeFigureFactory]
)
def test_csl_has_the_shape_of_its_schema(db, factory):
    (item,) = json.loads(FORMATS["json"].write(of_record(factory(date="2004-22", title=HOSTILE))))
    assert item["type"] in CSL_TYPES
    assert set(item) - CSL_TEXTS == {"issued", "accessed"}
    assert all(isinstance(item[name], str) for name in set(item) & CSL_TEXTS)
    for name in ("issued", "accessed"):
        assert set(item[name]) <= {"date-parts", "season", "circa", "literal"}
        assert all(type(part) is int for parts in item[name]["date-parts"] for part in parts)

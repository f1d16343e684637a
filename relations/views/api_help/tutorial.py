"""The tutorial of the API: questions, commands and their output. A test runs every command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CUT = "…"
SITE = "SITE"


@dataclass(frozen=True)
class Step:
    """One question. ``SITE`` in ``command`` and ``shown`` stands for the address of the site.

    ``shown`` is what the command prints on the published data set; ``…`` in it stands for what is left out.
    ``language`` is ``sh`` or ``python``.
    """

    name: str
    question: str | _StrPromise
    words: str | _StrPromise
    command: str
    shown: str
    language: str = "sh"

    def at(self, site: str) -> Step:
        """The step with the address of this site."""
        return Step(
            self.name,
            self.question,
            self.words,
            self.command.replace(SITE, site),
            self.shown.replace(SITE, site),
            self.language,
        )


def _step(name, question, words, command, shown, language="sh") -> Step:
    return Step(name, question, words, command.strip("\n"), shown.strip("\n"), language)


STEPS = [
    _step(
        "list",
        _("Which agreements do two countries have?"),
        _(
            "A list answers with how many there are, the addresses of the neighbouring pages, and the "
            "objects. “fields” asks for some of their parts only; without it each is complete."
        ),
        """
curl -s 'SITE/api/v1/agreements/?country=AZ&country=KZ&fields=title,date.edtf&page_size=2' |
  python3 -m json.tool --no-ensure-ascii
""",
        """
{
    "count": 23,
    "next": "SITE/api/v1/agreements/?country=AZ&country=KZ&page_size=2…",
    "previous": null,
    "results": [
        {
            "title": "Memoranda of the digital development ministries",
            "date": {
                "edtf": "[..2025-10-16]"
            }
        },
        {
            "title": "Action plan between the Ministries of Foreign Affairs for 2025-2026",
            "date": {
                "edtf": "[2024-11..2025]"
            }
        }
    ]
}
""",
    ),
    _step(
        "object",
        _("What is known of one of them, and who says so?"),
        _(
            "One request gives everything: the date with its precision, the evidence of every field, and each "
            "passage with where it stands and what it says of the value on record."
        ),
        """
curl -s 'SITE/api/v1/agreements/strategic-partnership-2005/' |
  python3 -m json.tool --no-ensure-ascii
""",
        """
{
    "url": "SITE/api/v1/agreements/strategic-partnership-2005/",
    …
    "title": "Treaty on Strategic Partnership and Allied Relations",
    …
    "date": {
        "edtf": "2005-05-24",
        "earliest": "2005-05-24",
        "latest": "2005-05-24",
        "precision": "day",
        "display": "24 May 2005",
        "note": ""
    },
    …
    "evidence": {
        "overall": "conflict",
        "date": "single",
        "instrument": "conflict",
        …
    },
    "decisions": [],
    "citations": [
        …
        {
            "uid": "strategic-partnership-2005-instrument-j71",
            "source": {
                "slug": "jabbarova-2025",
                "title": "Development of Bilateral Relations Between Azerbaijan and Kazakhstan in 1993-2013"
            },
            "locator_kind": "paragraph",
            "locator": "71",
            "field": "instrument",
            "value": "agreement",
            "as_written": "Agreement on strategic partnership and allied relations",
            "basis": "stated",
            "rule": "",
            "attributed_to": "",
            "verdict": "contradicts",
            "set_aside": "",
            "note": ""
        },
        …
    ],
    …
}
""",
    ),
    _step(
        "filter",
        _("What happened in September 1996?"),
        _(
            "The timeline holds every kind of record. A date is written in EDTF (1996, 1996-09, 1992/1999) "
            "and finds what overlaps it. All filters are those of the pages: the address of any list there, "
            "with /api/v1 before it, is the same list here."
        ),
        """
curl -s 'SITE/api/v1/timeline/?date=1996-09&kind=visit&fields=title,date.display' |
  python3 -m json.tool --no-ensure-ascii
""",
        """
{
    "count": 1,
    "next": null,
    "previous": null,
    "results": [
        {
            "title": "Official visit of President Nursultan Nazarbayev to Azerbaijan",
            "date": {
                "display": "16 September 1996"
            }
        }
    ]
}
""",
    ),
    _step(
        "mistake",
        _("What if the question is wrong?"),
        _(
            "Nothing is ignored: a parameter or value that is not known is refused, with the reason, what is valid "
            "and what was perhaps meant. Every error has this shape (RFC 9457)."
        ),
        """
curl -s 'SITE/api/v1/agreements/?dat=1996-09' | python3 -m json.tool --no-ensure-ascii
""",
        """
{
    "type": "urn:entente:problem:parameters",
    "title": "Bad Request",
    "status": 400,
    "detail": "There is no parameter “dat” here. Did you mean “date”? Valid: country, country_any, …",
    "instance": "/api/v1/agreements/?dat=1996-09",
    "problems": [
        {
            "parameter": "dat",
            "reason": "There is no parameter “dat” here. Did you mean “date”? …",
            "valid": [
                "country",
                …
            ],
            "nearest": "date"
        }
    ]
}
""",
    ),
    _step(
        "pages",
        _("How do I read all pages?"),
        _(
            "Follow “next” until it is null: no page number to count, and nothing is missed or met twice when a record "
            "is added meanwhile. The header Link holds the same addresses."
        ),
        """
import json
from urllib.request import urlopen

address = "SITE/api/v1/timeline/?kind=agreement&kind=visit&fields=kind&page_size=10"
kinds = []
while address:
    with urlopen(address) as answer:
        page = json.load(answer)
    kinds += [record["kind"] for record in page["results"]]
    address = page["next"]
print(len(kinds), "of", page["count"])
print(kinds.count("agreement"), "agreements,", kinds.count("visit"), "visits")
""",
        """
33 of 33
23 agreements, 10 visits
""",
        "python",
    ),
    _step(
        "table",
        _("Can I have a table?"),
        _("With “format=csv”, for a spreadsheet or a data frame. Its columns can be chosen too."),
        """
curl -s 'SITE/api/v1/agreements/?date=1992/1995&fields=date.edtf,title&ordering=date&format=csv'
""",
        """
title,date_edtf
Agreement on the Basic Principles of Relations in the Field of Transport,1993-02-24
Agreement on the Principles of Trade and Economic Cooperation,"[1993-02-24,1993-12-24]"
""",
    ),
    _step(
        "conflicts",
        _("Where do the sources disagree?"),
        _("Records by their evidence, and citations by what they say of the value on record."),
        """
curl -s -G 'SITE/api/v1/citations/' -d record=strategic-partnership-2005 \
  -d verdict=contradicts -d fields=as_written,locator -d page_size=1 |
  python3 -m json.tool --no-ensure-ascii
""",
        """
{
    "count": 3,
    "next": "SITE/api/v1/citations/?…",
    "previous": null,
    "results": [
        {
            "locator": "71",
            "as_written": "Agreement on strategic partnership and allied relations"
        }
    ]
}
""",
    ),
    _step(
        "poll",
        _("Has anything changed since I asked?"),
        _(
            "Keep the ETag of an answer and send it along: 304 means that what you hold is still good, and costs next "
            "to nothing on either side."
        ),
        """
curl -s -o agreements.json --etag-save etag.txt -w '%{http_code}\\n' SITE/api/v1/agreements/
curl -s -o agreements.json --etag-compare etag.txt -w '%{http_code}\\n' SITE/api/v1/agreements/
""",
        """
200
304
""",
    ),
]

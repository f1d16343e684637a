"""Check every citation against the document it names, and all our texts for copied sentences.

The reference copies are not part of the repository. A paragraph is a line of the copy that holds more than
white space, counted from 1. Quoted words must stand there exactly as printed, including letter case. Only
white space, quotation marks and dashes are folded, and the copy's own markup is ignored.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Model

from relations import dates
from relations.models import Citation, Entity, Name, Record, Source, Tracked
from relations.models.citations import locator_numbers
from relations.provenance.rules import check_resolved, check_stated, same_date, stands_in
from relations.provenance.wording import FOLD, date_from_wording, norm

MAX_QUOTATION = 80
# This many words of a source in a row are a copied sentence; a name or a date is shorter.
COPIED_WORDS = 8
# The fields that hold our own words, in whatever model.
OWN_WORDS = ("summary", "description", "introduction", "note", "date_note", "published_basis")
# Names may be the same: where our words name an instrument, a run of words ends.
NAMES = (
    "title",
    "official_title",
    "name",
    "official_name",
    "text",
    "office",
    "occasion",
    "publisher",
)


@dataclass
class Report:
    """The result.

    ``problems`` are lines to print, ``checked`` counts citations, ``unchecked`` counts those of sources
    without a copy, per source.
    """

    problems: list[str] = field(default_factory=list)
    checked: int = 0
    unchecked: Counter = field(default_factory=Counter)


class Document:
    """One reference copy, by paragraphs."""

    def __init__(self, text: str) -> None:
        self.paragraphs = [line for line in text.split("\n") if line.strip()]

    def passages(self, numbers: Iterable[int]) -> list[str]:
        """The texts in which the cited words may stand. Raises ``IndexError`` beyond the end of the
        document.

        Consecutive paragraphs are joined, because a page break may split one, between words or inside a
        word.
        """
        numbers = sorted(set(numbers))
        for number in numbers:
            if number > len(self.paragraphs):
                raise IndexError(number)
        runs: list[list[int]] = []
        for number in numbers:
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        passages = []
        for run in runs:
            lines = [self.paragraphs[number - 1].strip() for number in run]
            for lines_as in (lines, [without_markup(line) for line in lines]):
                passages += [fold(" ".join(lines_as)), fold("".join(lines_as))]
        return passages


def fold(text: str) -> str:
    """The text with spaces, quotation marks and dashes folded; letter case stays."""
    return " ".join(unicodedata.normalize("NFC", text).translate(FOLD).split())


def without_markup(line: str) -> str:
    """A line without the copy's links, emphasis and list marks:

    ``([Key sources](#) include`` as it was printed.
    """
    line = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line)
    return re.sub(r"^\s*- |\*|[<>]", "", line)


def read_documents(directory: Path) -> tuple[dict[str, Document], list[str]]:
    """The reference copies of all sources, by source slug, and one line per copy that cannot be read."""
    documents, problems = {}, []
    for source in Source.objects.exclude(document="").order_by("slug"):
        path = directory / source.document
        try:
            documents[source.slug] = Document(path.read_bytes().decode("utf-8-sig"))
        except OSError:
            problems.append(f"{source.slug}: its reference copy {source.document} is not there")
        except UnicodeDecodeError as error:
            problems.append(
                f"{source.slug}: {source.document} is not UTF-8 ({error.reason} at byte {error.start})"
            )
    return documents, problems


def verify(directory: Path) -> Report:
    """Check every citation and every text of our own against the documents in a directory."""
    report = Report()
    documents, report.problems = read_documents(directory)
    report.problems += check_publication(documents)
    for citation in all_citations():
        document = documents.get(citation.source.slug)
        if document is None:
            report.unchecked[citation.source.slug] += 1
            continue
        report.checked += 1
        place = f"{citation.uid}: {citation.source.slug} ¶{citation.locator or '?'}"
        report.problems += [f"{place}: {what}" for what in check_citation(citation, document)]
    report.problems += check_copying(documents)
    return report


def all_citations() -> Iterator[Citation]:
    return (
        Citation.objects.select_related("source", "record", "entity", "membership", "tenure")
        .order_by("source__slug", "uid")
        .iterator(chunk_size=1000)
    )


def check_citation(citation: Citation, document: Document) -> list[str]:
    """The problems of one citation of a source whose copy is there."""
    if citation.locator_kind != Citation.LocatorKind.PARAGRAPH:
        return [
            f"it counts in {citation.get_locator_kind_display()}s, the reference copy in paragraphs"
        ]
    try:
        passages = document.passages(locator_numbers(citation.locator))
    except ValueError:
        return [
            f"“{citation.locator}” is not a locator" if citation.locator else "it has no locator"
        ]
    except IndexError:
        return [f"the reference copy ends with paragraph {len(document.paragraphs)}"]
    problems: list[str] = []
    if citation.as_written:
        problems += filter(None, [check_quotation(citation.as_written, passages)])
    if citation.field:
        problems += filter(None, [check_value(citation, passages)])
    return problems


def check_quotation(quoted: str, passages: list[str]) -> str | None:
    words = fold(quoted)
    if len(quoted) > MAX_QUOTATION:
        return f"it quotes {len(quoted)} characters, at most {MAX_QUOTATION} are a name, date or number"
    if not words:
        return "it quotes white space"
    if any(stands_in(words, passage) for passage in passages):
        return None
    if any(stands_in(norm(words), norm(passage)) for passage in passages):
        return f"“{quoted}” stands there with other capital letters"
    return f"“{quoted}” does not stand there"


def check_value(citation: Citation, passages: list[str]) -> str | None:
    subject = getattr(citation.subject, "specific", citation.subject)
    if citation.field not in subject.citable:
        return f"“{citation.field}” is not a field that can be cited"
    if not citation.value:
        return f"it cites {citation.field} without saying what the passage gives"
    if citation.basis == Citation.Basis.RESOLVED:
        return check_resolved(citation, subject)
    if not citation.as_written:
        return f"nothing to check: {citation.field} is said to be stated, and no words are quoted"
    quoted = without_markup(citation.as_written)
    found = [check_stated(citation, subject, quoted, passage) for passage in passages]
    return None if None in found else found[0]


def check_publication(documents: dict[str, Document]) -> list[str]:
    """Check that a source's day of publication, from which others are resolved, is printed in its copy."""
    problems = []
    for source in Source.objects.filter(slug__in=documents).order_by("slug"):
        if not source.published or dates.parse(source.published).precision != "day":
            continue
        printed = (date_from_wording(line) for line in documents[source.slug].paragraphs)
        if not any(
            same_date(source.published, reading) for readings in printed for reading in readings
        ):
            problems.append(
                f"{source.slug}: its date {source.published} is printed nowhere in {source.document}"
            )
    return problems


# Copying -------------------------------------------------------------------------------------------------------


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+(?:'\w+)*", norm(text))


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words[i : i + COPIED_WORDS]) for i in range(len(words) - COPIED_WORDS + 1))


def check_copying(documents: dict[str, Document]) -> list[str]:
    """One line per text of ours that repeats a run of a source's words."""
    printed: dict[tuple[str, ...], str] = {}
    for slug, document in documents.items():
        for number, line in enumerate(document.paragraphs, 1):
            for run in _runs(words_of(without_markup(line))):
                printed.setdefault(run, f"{slug} ¶{number}")
    if not printed:
        return []
    names = _names()
    problems = []
    for model, key, name, text in own_texts():
        for run in _runs(_without_names(words_of(text), names)):
            if run in printed:
                problems.append(f"{model} {key}: {name} repeats {printed[run]}: “{' '.join(run)}”")
                break
    return problems


def tracked_models() -> list[type[Model]]:
    """Every concrete tracked model with rows of its own; the parents of child models are left out."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, Tracked) and model not in (Record, Entity)
    ]


def own_texts() -> Iterator[tuple[str, Any, str, str]]:
    """Model, key, field and text of everything in our own words."""
    for model in tracked_models():
        fields = [
            f.name
            for f in model._meta.get_fields()
            if f.name in OWN_WORDS and hasattr(f, "attname")
        ]
        for row in model._base_manager.order_by("pk").iterator() if fields else ():
            key = row.natural_key()[0] if hasattr(row, "natural_key") else row.pk
            for name in fields:
                if text := getattr(row, name):
                    yield str(row._meta.model_name), key, name, text


def _names() -> dict[str, list[list[str]]]:
    """Names of more than two words, keyed by their first word, the longest first."""
    texts: set[str] = set()
    models: list[type[Model]] = [*tracked_models(), Name]
    for model in models:
        for f in model._meta.get_fields():
            if f.name in NAMES and hasattr(f, "attname"):
                texts.update(
                    model._base_manager.order_by().values_list(f.name, flat=True).distinct()
                )
    names: dict[str, list[list[str]]] = {}
    for words in sorted((words_of(text) for text in texts if text), key=len, reverse=True):
        if len(words) > 2:
            names.setdefault(words[0], []).append(words)
    return names


def _without_names(words: list[str], names: dict[str, list[list[str]]]) -> list[str]:
    """The words with each name replaced by a placeholder that occurs in no document."""
    kept, position = [], 0
    while position < len(words):
        for name in names.get(words[position], ()):
            if words[position : position + len(name)] == name:
                kept.append("")
                position += len(name)
                break
        else:
            kept.append(words[position])
            position += 1
    return kept

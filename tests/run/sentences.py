"""Refuse turns of phrase that a reader whose second language is English has to read twice.

    python -m tests.run.sentences

The check reads strings, docstrings and comments of Python, templates, JavaScript and Markdown.
``TURNS`` only grows: a sentence that had to be reworded brings its turn.
"""

import ast
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("relations", "agreements", "templates", "static", "docs", "README.md", "CONTRIBUTING.md")
KINDS = {".py", ".html", ".txt", ".js", ".md"}
LEFT_OUT = {"migrations", "vendor"}

_ROW = (
    "column|facet|field|file|filter|frame|import|kind|line|list|page|panel|process|query|record|request|"
    "resource|row|save|table|thread|transaction|unit|value|worker"
)

# What is refused, and what to write instead. A space stands for any white space.
TURNS = {
    r"(?<!here\s)\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|later\b|earlier\b)[a-z]+": "is not a",
    r"(?<!here\s)\b(?:is|are|was|were) (?-i:none)\b(?! of\b)": "is not one",
    r"\b(?:to|can|could|may) be had\b": "is available",
    r"\basked of\b": "requested from, required of",
    r"\bwhoever\b": "the person who, a user who",
    r"\bof them that\b": "of those that",
    r"\bnothing visible\b": "no visible object",
    r"\bare given again\b": "come from the cache",
    r"\b(?:undoes|makes|says|alters|cancels) (?:it|them|this) not\b": "does not",
    r"\bworked out of\b": "derived from",
    r"\banew\b": "again",
    r"\bbe it (?:that|as|of|by)\b": "even if, including",
    r"\bso many\b": "this many",
    rf"\b(?:date|file|line|number|object|one|queries|query|record|row|stop|unit) an? (?:{_ROW})\b": "per",
    r"\b(?:hangs?|hung) on\b": "belongs to",
    r"\bfor leave\b": "for permission; of a browser: preflight",
    r"\bmend(?:s|ed|ing)?\b": "correct",
    r"\b(?:held|holds?|holding) (?:\w+ ){0,4}against\b": "compare with",
    r"\bsuch as no\b": "that no",
    r"\bthere (?:is|are) none of\b": "unknown",
    r"\bas (?:it is|they are|one is) said\b": "in everyday words",
    r"\basks for nothing\b": "makes no query",
    r"\bhow (?:\w+ ){1,3}(?:is|are) called\b": "the name of",
    r"\bthere twice\b": "twice in the table",
    r"\bthe own of\b": "belongs to",
    r"\bcounts? for no\b": "does not count as",
    r"\b(?:while|where|when|as|after it) one (?:types|watches|goes|asks|would|is)\b": "the user",
    r"\b(?:read|reads|reading) otherwise\b": "reads differently",
    r"\bdo it again\b": "repeat it",
    r"\bnothing but one\b": "only one",
    r"\bby where to\b": "keyed by",
    r"\bto go on from\b": "to continue from",
}

PATTERNS = {
    re.compile(turn.replace(" ", r"\s+"), re.IGNORECASE): better for turn, better in TURNS.items()
}
# Names for programs, which nobody reads as a sentence.
MARKUP = re.compile(r"\b(?:class|id|href|src)=\"[^\"]*\"")
CODE = re.compile(r"`[^`\n]+`")


class Text(NamedTuple):
    line: int
    content: str


class Finding(NamedTuple):
    path: str
    line: int
    turn: str
    better: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: “{self.turn}”: write “{self.better}”"


def texts_of(path: Path) -> Iterator[Text]:
    """The texts of a file in which a sentence may stand, each with its first line."""
    if path.suffix == ".py":
        yield from _strings(ast.parse(path.read_text("utf-8")))
        yield from _comments(path)
    else:
        left_out = CODE if path.suffix == ".md" else MARKUP
        yield Text(1, left_out.sub("", path.read_text("utf-8")))


def _strings(tree: ast.Module) -> Iterator[Text]:
    parts = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts.update(id(part) for part in node.values)
            words = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
            yield Text(node.lineno, "".join(words))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield Text(node.lineno, node.value)


def _comments(path: Path) -> Iterator[Text]:
    """Comments on successive lines are one text."""
    first, last, lines = 0, 0, []
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type != tokenize.COMMENT:
                continue
            if lines and token.start[0] != last + 1:
                yield Text(first, "\n".join(lines))
                lines = []
            first = first if lines else token.start[0]
            last = token.start[0]
            lines.append(token.string.lstrip("# "))
    if lines:
        yield Text(first, "\n".join(lines))


def turns_in(content: str) -> Iterator[tuple[int, str, str]]:
    """The refused turns of a text: how many lines down, the words, and what to write."""
    for pattern, better in PATTERNS.items():
        for match in pattern.finditer(content):
            yield content.count("\n", 0, match.start()), " ".join(match[0].split()), better


def findings(paths: Iterable[Path]) -> Iterator[Finding]:
    for path in paths:
        for text in texts_of(path):
            for down, turn, better in turns_in(text.content):
                yield Finding(path.relative_to(ROOT).as_posix(), text.line + down, turn, better)


def files() -> Iterator[Path]:
    for place in PLACES:
        top = ROOT / place
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix in KINDS and LEFT_OUT.isdisjoint(path.parts):
                yield path


def main() -> int:
    lines = [str(one) for one in findings(files())]
    print("\n".join(lines) if lines else "All sentences are plain.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())

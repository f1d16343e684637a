"""The check of sentences finds every turn it names, where it stands, and lets good English pass."""

from pathlib import Path

import pytest

from tests.run import sentences
from tests.run.sentences import TURNS, files, findings, turns_in

BAD = [
    ("“x” is no number: write 8.5", "is no number"),
    ("and that is none.", "is none"),
    ("None is to be had.", "to be had"),
    ("what is asked of it", "asked of"),
    ("Whoever asks for it", "Whoever"),
    ("the first of them that fits", "of them that"),
    ("When nothing visible has a key", "nothing visible"),
    ("Answers that were given before are given again", "are given again"),
    ("A termination that came before undoes it not", "undoes it not"),
    ("What was worked out of a selection", "worked out of"),
    ("made anew", "anew"),
    ("altered, be it that it only names it", "be it that"),
    ("Of a facet so many values are given", "so many"),
    ("one number a\n    transaction", "number a transaction"),
    ("all that hangs on it", "hangs on"),
    ("Whether a browser asks for leave to ask", "for leave"),
    ("Rows are refused: mend them", "mend"),
    ("Hold the new rows against one another", "Hold the new rows against"),
    ("held the state against it", "held the state against"),
    ("of a type such as no record has", "such as no"),
    ("Refuses those there are none of", "there are none of"),
    ("a date as it is said", "as it is said"),
    ("It asks for nothing", "asks for nothing"),
    ("how a file is called", "how a file is called"),
    ("the row is there twice", "there twice"),
    ("a draft is the own of its author", "the own of"),
    ("it counts for no evidence", "counts for no"),
    ("judged while one types", "while one types"),
    ("what reads otherwise since", "reads otherwise"),
    ("Look at it, then do it again.", "do it again"),
    ("nothing but one source", "nothing but one"),
    ("a sentence by where to say it", "by where to"),
    ("the place to go on from", "to go on from"),
]
GOOD = [
    "“x” is not a number: write 8.5",
    "There is no country XX.",
    "It is no longer there.",
    "An open end is None. None of these is the same.",
    "once a record has been published, once a day",
    "One change number per transaction.",
]


def found(text: str) -> list[str]:
    return [turn for _down, turn, _better in turns_in(text)]


@pytest.mark.parametrize(("sentence", "turn"), BAD)
def test_a_refused_turn_is_found(sentence, turn):
    assert found(sentence) == [turn]


def test_every_turn_has_a_sentence_that_shows_it():
    shown = {better for sentence, _turn in BAD for _down, _words, better in turns_in(sentence)}
    assert shown == set(TURNS.values())


@pytest.mark.parametrize("sentence", GOOD)
def test_plain_sentences_pass(sentence):
    assert found(sentence) == []


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("docs.py", '"""Plain.\n\nThis is no list.\n"""\n', 3),
        ("code.py", 'PLAIN = "is"\n\nsaid = f"{PLAIN} is no number"\n', 3),
        ("parts.py", 'said = (\n    "“%(x)s” is "\n    "no number"\n)\n', 2),
        ("comment.py", "# A comment on two lines: it is\n# no list.\n", 1),
        ("page.html", '<p class="is no list">\n{% translate "This is no list" %}</p>', 2),
        ("script.js", 'const plain = 1;\nconst said = "It is no list";\n', 2),
        ("guide.md", "# Guide\n\nThis is no\nlist; `is no code`.\n", 3),
    ],
)
def test_it_reads_strings_comments_templates_scripts_and_documents(
    tmp_path, monkeypatch, name, text, line
):
    monkeypatch.setattr(sentences, "ROOT", tmp_path)
    (tmp_path / name).write_text(text, "utf-8")
    (one,) = findings([tmp_path / name])
    assert (one.path, one.line, one.better) == (name, line, "is not a")
    assert str(one) == f"{name}:{line}: “{one.turn}”: write “is not a”"


def test_the_product_is_read():
    read = {path.relative_to(sentences.ROOT).as_posix() for path in files()}
    assert {"README.md", "relations/dates/reading.py", "templates/base.html"} <= read
    assert not [path for path in read if "migrations" in Path(path).parts]

"""Private parts of Django and of packages that the code reaches into stand in one list, each with its test."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from django.conf import settings

from relations import kinds

ROOT = settings.BASE_DIR
LIST = ROOT / "docs" / "decisions" / "private-parts.md"
# Names with an underscore that are documented all the same.
DOCUMENTED = {"_base_manager", "_default_manager", "_meta", "_replace"}
BY_NAME = {"getattr", "hasattr", "pop", "setattr", "setdefault"}
# Names of ours that are read in another file than the one that defines them.
OURS = {
    "_by_kind",
    "_is_passed",
    "_kept",
    "_linked_before",
    "_problems",
    "_single",
    "_stored",
    "_was_set",
}


def rows() -> list[list[str]]:
    """The cells of the list's tables."""
    lines = [line for line in LIST.read_text("utf-8").splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def names_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def listed() -> set[tuple[str, str]]:
    """Each file with each name that it reaches for."""
    found = set()
    for where, _why, _test in rows():
        files, names = map(names_in, where.split("<br>"))
        found |= {(file, name) for file in files for name in names}
    return found


def packages() -> tuple[str, ...]:
    """The packages that kinds of record live in."""
    return tuple({kind.model.__module__.partition(".")[0] for kind in kinds.every()})


def modules() -> list[Path]:
    files = [file for package in packages() for file in (ROOT / package).rglob("*.py")]
    assert len(files) > 250
    return sorted(file for file in files if "migrations" not in file.parts)


def defined(tree: ast.AST) -> set[str]:
    """Names that a module defines: its functions, classes, fields and the attributes of its objects."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                found.add(name)
    return found


def reached_for(file: Path) -> set[str]:
    """Private names of others that a module reads, sets or imports."""
    tree = ast.parse(file.read_text("utf-8"))
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) | ast.alias(name=name):
                found.add(name)
            case ast.Call(
                func=ast.Name(id=function) | ast.Attribute(attr=function), args=arguments
            ) if function in BY_NAME:
                found |= {one.value for one in arguments if isinstance(one, ast.Constant)}
    private = {name for name in found if re.fullmatch(r"_[A-Za-z]\w*", str(name))}
    return private - defined(tree) - DOCUMENTED - OURS


def overridden(file: Path) -> Iterator[str]:
    """Private methods of others that a module's classes replace."""
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for one in vars(import_module(name)).values():
        if not isinstance(one, type) or one.__module__ != name:
            continue
        foreign = [base for base in one.__mro__[1:] if not base.__module__.startswith(packages())]
        for attribute, value in vars(one).items():
            is_private = attribute.startswith("_") and not attribute.startswith("__")
            if is_private and callable(value) and any(attribute in vars(base) for base in foreign):
                yield attribute


def test_every_private_part_that_is_reached_for_is_listed():
    found = {
        (str(file.relative_to(ROOT)), name)
        for file in modules()
        for name in [*reached_for(file), *overridden(file)]
    }
    assert ("relations/loading/batch.py", "_insert") in found
    assert found - listed() == set()


def test_the_list_names_nothing_that_is_gone():
    for file, name in sorted(listed()):
        text = "".join(path.read_text("utf-8") for path in ROOT.glob(file))
        assert name in text, (file, name)


def test_each_has_a_test_that_fails_when_it_breaks():
    assert len(rows()) > 10
    for row in rows():
        file, function = names_in(row[2])
        assert f"def {function}(" in (ROOT / file).read_text("utf-8"), row

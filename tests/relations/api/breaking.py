"""What of a change of the description would break a program that was written by the old one.

Only what the API promises is looked at: addresses, parameters, statuses and formats, and the objects that it
answers with. What is new breaks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

RULE = "a breaking change needs v2, or a deprecation that has run out"
# Bounds of what a program may send: none may become tighter.
LOWER, UPPER = ("minimum", "minLength", "minItems"), ("maximum", "maxLength", "maxItems")


def breaking(old: dict, new: dict) -> list[str]:
    """Each breaking change, as a sentence that begins with where it is."""
    return list(dict.fromkeys(_Comparison(old, new).all()))


def differences(old: object, new: object, at: str = "") -> Iterator[str]:
    """Every difference at all, one line each: where, and whether it is new, gone or changed."""
    old, new = _keyed(old), _keyed(new)
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            here = f"{at} > {key}" if at else str(key)
            if key not in new:
                yield f"{here}: gone"
            elif key not in old:
                yield f"{here}: new"
            else:
                yield from differences(old[key], new[key], here)
    elif old != new:
        yield f"{at}: {old!r:.200} is now {new!r:.200}"


def _keyed(value: object) -> object:
    """A list of parameters by their names: one more of them is one difference, not many."""
    if isinstance(value, list) and all(isinstance(one, dict) and "name" in one for one in value):
        return {one["name"]: one for one in value}
    return value


class _Comparison:
    def __init__(self, old: dict, new: dict):
        self.old, self.new = old, new
        self._compared: set[tuple[str, str]] = set()

    def all(self) -> Iterator[str]:
        for path, methods in self.old["paths"].items():
            for method, operation in methods.items():
                now = self.new["paths"].get(path, {}).get(method)
                if now is None:
                    yield f"{method.upper()} {path}: removed"
                else:
                    yield from self._parameters(path, operation, now)
                    yield from self._responses(path, operation, now)

    def _parameters(self, path: str, old: dict, new: dict) -> Iterator[str]:
        before, after = _by_name(old), _by_name(new)
        for name, parameter in after.items():
            was_required = before.get(name, {}).get("required", False)
            if parameter.get("required") and not was_required:
                yield f"{path}?{name}: now required"
        for name, parameter in before.items():
            where = f"{path}?{name}"
            if name not in after:
                yield f"{where}: parameter removed"
            else:
                yield from self._taken(where, parameter["schema"], after[name]["schema"])

    def _taken(self, where: str, old: dict, new: dict) -> Iterator[str]:
        """What may be sent: it may become more, never less."""
        yield from _changed(where, "type", old, new)
        yield from _changed(where, "default", old, new)
        if "pattern" in new:
            yield from _changed(where, "pattern", old, new)
        yield from _removed_values(where, old, new)
        for names, sign in ((LOWER, 1), (UPPER, -1)):
            for name in names:
                bound, was = new.get(name), old.get(name)
                if bound is not None and (was is None or sign * bound > sign * was):
                    yield f"{where}: {name} {was} is now {bound}"
        if "items" in old and "items" in new:
            yield from self._taken(where, old["items"], new["items"])

    def _responses(self, path: str, old: dict, new: dict) -> Iterator[str]:
        for status, response in old["responses"].items():
            before = _resolved(self.old, response)
            if status not in new["responses"]:
                yield f"{path}: no longer answers with {status}"
                continue
            after = _resolved(self.new, new["responses"][status])
            for name in before.get("headers", {}):
                if name not in after.get("headers", {}):
                    yield f"{path} {status}: header {name} removed"
            for media_type, content in before.get("content", {}).items():
                if media_type not in after.get("content", {}):
                    yield f"{path} {status}: format {media_type} removed"
                    continue
                now = after["content"][media_type]["schema"]
                yield from self._shown(f"{path} {status}", content["schema"], now)

    def _shown(self, where: str, old: dict, new: dict) -> Iterator[str]:
        """What is answered: every part that was there stays there and stays what it was."""
        if "$ref" in old and "$ref" in new:
            if (old["$ref"], new["$ref"]) in self._compared:
                return
            self._compared.add((old["$ref"], new["$ref"]))
            where = old["$ref"].rpartition("/")[2]
        old, new = _resolved(self.old, old), _resolved(self.new, new)
        yield from _changed(where, "type", old, new)
        yield from _changed(where, "format", old, new)
        yield from _removed_values(where, old, new)
        for name, part in old.get("properties", {}).items():
            if name not in new.get("properties", {}):
                yield f"{where}.{name}: removed"
                continue
            if name in old.get("required", ()) and name not in new.get("required", ()):
                yield f"{where}.{name}: no longer always there"
            yield from self._shown(f"{where}.{name}", part, new["properties"][name])
        for inner in ("items", "additionalProperties"):
            if isinstance(old.get(inner), dict) and isinstance(new.get(inner), dict):
                yield from self._shown(f"{where}[]", old[inner], new[inner])
        for union in ("oneOf", "anyOf", "allOf"):
            yield from self._united(where, old.get(union, []), new.get(union, []))

    def _united(self, where: str, old: list[dict], new: list[dict]) -> Iterator[str]:
        now = {_name(one): one for one in new}
        for one in old:
            if _name(one) not in now:
                yield f"{where}: no longer {_name(one)}"
            else:
                yield from self._shown(where, one, now[_name(one)])


def _by_name(operation: dict) -> dict[str, dict]:
    return {parameter["name"]: parameter for parameter in operation.get("parameters", ())}


def _resolved(schema: dict, part: dict) -> dict:
    while "$ref" in part:
        found = schema
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def _name(part: dict) -> str:
    return str(part.get("$ref") or part.get("type") or part.get("enum")).rpartition("/")[2]


def _changed(where: str, name: str, old: dict, new: dict) -> Iterator[str]:
    if old.get(name) != new.get(name):
        yield f"{where}: {name} {old.get(name)!r} is now {new.get(name)!r}"


def _removed_values(where: str, old: dict, new: dict) -> Iterator[str]:
    if "enum" in new:
        if "enum" not in old:
            yield f"{where}: only {new['enum']} from now on"
        for value in old.get("enum", ()):
            if value not in new["enum"]:
                yield f"{where}: value {value!r} removed"

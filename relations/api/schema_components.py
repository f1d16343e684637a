"""The description of the API states once what the responses of all endpoints have in common."""

from __future__ import annotations

from typing import Any


def share_answers(result: dict, **_around: Any) -> dict:
    """Move headers and errors to ``components`` (a hook of drf-spectacular, called at the end).

    Two with the same name that differ stay where they are.
    """
    components = result["components"]
    for methods in result["paths"].values():
        for operation in methods.values():
            responses = operation["responses"]
            for status, response in responses.items():
                headers = response.get("headers", {})
                for name in headers:
                    _share(headers, name, components, "headers", name)
                if int(status) >= 400:
                    _share(responses, status, components, "responses", f"Error{status}")
    result["components"] = dict(sorted(components.items()))
    return result


def _share(holder: dict, key: str, components: dict, section: str, name: str) -> None:
    known = components.setdefault(section, {}).setdefault(name, holder[key])
    if known == holder[key]:
        holder[key] = {"$ref": f"#/components/{section}/{name}"}

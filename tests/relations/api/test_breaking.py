"""What breaks a program is told from what does not."""

from copy import deepcopy

import pytest

from tests.relations.api.breaking import breaking, differences

OLD = {
    "paths": {
        "/visits/": {
            "get": {
                "parameters": [
                    {
                        "name": "kind",
                        "in": "query",
                        "schema": {
                            "type": "array",
                            "maxItems": 20,
                            "items": {"type": "string", "enum": ["visit", "treaty"]},
                        },
                    },
                    {
                        "name": "page_size",
                        "in": "query",
                        "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
                    },
                ],
                "responses": {
                    "200": {
                        "headers": {"ETag": {}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Visit"}},
                            "text/csv": {"schema": {"type": "string"}},
                        },
                    },
                    "400": {"$ref": "#/components/responses/Error400"},
                },
            }
        }
    },
    "components": {
        "responses": {
            "Error400": {
                "content": {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                }
            }
        },
        "schemas": {
            "Problem": {"type": "object", "properties": {"detail": {"type": "string"}}},
            "Visit": {
                "type": "object",
                "required": ["slug", "place"],
                "properties": {
                    "slug": {"type": "string"},
                    "place": {"oneOf": [{"$ref": "#/components/schemas/Place"}, {"type": "null"}]},
                    "part_of": {
                        "type": "array",
                        "items": {"$ref": "#/components/schemas/Visit"},
                    },
                },
            },
            "Place": {"type": "object", "properties": {"name": {"type": "string"}}},
        },
    },
}
PARAMETERS = ("paths", "/visits/", "get", "parameters")
ANSWERS = ("paths", "/visits/", "get", "responses")
VISIT = ("components", "schemas", "Visit")
GONE = object()


def changed(*changes):
    """The old description with values put at these places, or taken from them."""
    new = deepcopy(OLD)
    for *way, last, value in changes:
        place = new
        for step in way:
            place = place[step]
        if value is GONE:
            del place[last]
        else:
            place[last] = value
    return new


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("paths", "/visits/", GONE), "GET /visits/: removed"),
        ((*PARAMETERS, 1, GONE), "/visits/?page_size: parameter removed"),
        ((*PARAMETERS, 1, "required", True), "/visits/?page_size: now required"),
        (
            (*PARAMETERS, 1, "schema", "type", "string"),
            "/visits/?page_size: type 'integer' is now 'string'",
        ),
        ((*PARAMETERS, 1, "schema", "default", 20), "/visits/?page_size: default 50 is now 20"),
        ((*PARAMETERS, 1, "schema", "maximum", 100), "/visits/?page_size: maximum 200 is now 100"),
        ((*PARAMETERS, 1, "schema", "minimum", 2), "/visits/?page_size: minimum 1 is now 2"),
        (
            (*PARAMETERS, 0, "schema", "items", "enum", ["visit"]),
            "/visits/?kind: value 'treaty' removed",
        ),
        (
            (*PARAMETERS, 0, "schema", "items", "pattern", "^a$"),
            "/visits/?kind: pattern None is now '^a$'",
        ),
        ((*ANSWERS, "400", GONE), "/visits/: no longer answers with 400"),
        ((*ANSWERS, "200", "headers", GONE), "/visits/ 200: header ETag removed"),
        (
            (*ANSWERS, "200", "content", "text/csv", GONE),
            "/visits/ 200: format text/csv removed",
        ),
        ((*VISIT, "properties", "slug", GONE), "Visit.slug: removed"),
        ((*VISIT, "required", ["place"]), "Visit.slug: no longer always there"),
        (
            (*VISIT, "properties", "slug", "type", ["string", "null"]),
            "Visit.slug: type 'string' is now ['string', 'null']",
        ),
        (
            (*VISIT, "properties", "place", "oneOf", [{"type": "null"}]),
            "Visit.place: no longer Place",
        ),
        (("components", "schemas", "Place", "properties", "name", GONE), "Place.name: removed"),
        (
            ("components", "schemas", "Problem", "properties", "detail", "type", "integer"),
            "Problem.detail: type 'string' is now 'integer'",
        ),
    ],
)
def test_what_breaks_a_program(change, told):
    assert breaking(OLD, changed(change)) == [told]


def test_a_new_parameter_breaks_a_program_only_when_it_is_required():
    parameters = OLD["paths"]["/visits/"]["get"]["parameters"]
    added = {"name": "host", "in": "query", "schema": {"type": "string"}}
    assert breaking(OLD, changed((*PARAMETERS, [*parameters, added]))) == []
    added = {**added, "required": True}
    assert breaking(OLD, changed((*PARAMETERS, [*parameters, added]))) == [
        "/visits/?host: now required"
    ]


def test_what_is_new_or_wider_breaks_nothing():
    new = changed(
        ("paths", "/places/", {"get": {"parameters": [], "responses": {}}}),
        (*PARAMETERS, 1, "schema", "maximum", 500),
        (*PARAMETERS, 1, "description", "More."),
        (*PARAMETERS, 0, "schema", "items", "enum", ["visit", "treaty", "letter"]),
        (*ANSWERS, "200", "headers", "Link", {}),
        (*ANSWERS, "200", "content", "text/plain", {"schema": {"type": "string"}}),
        (*VISIT, "properties", "host", {"type": "string"}),
        (*VISIT, "required", ["slug", "place", "part_of"]),
    )
    assert breaking(OLD, new) == []
    assert "paths > /places/: new" in list(differences(OLD, new))


def test_every_difference_is_told():
    new = changed(
        (*VISIT, "properties", "slug", GONE),
        (*ANSWERS, "200", "description", "Fine."),
        (*PARAMETERS, 1, "schema", "maximum", 500),
        (*PARAMETERS, 0, GONE),
    )
    assert list(differences(OLD, new)) == [
        "paths > /visits/ > get > parameters > kind: gone",
        "paths > /visits/ > get > parameters > page_size > schema > maximum: 200 is now 500",
        "paths > /visits/ > get > responses > 200 > description: new",
        "components > schemas > Visit > properties > slug: gone",
    ]
    assert list(differences(OLD, deepcopy(OLD))) == []

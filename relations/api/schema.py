"""How the API describes itself: OpenAPI 3.1, derived from the resources and their filters."""

from __future__ import annotations

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema_field,
)
from rest_framework import serializers

from relations import kinds
from relations.api.errors import CONTENT_TYPE, ProblemDetailsSerializer
from relations.api.renderers import renderers_of
from relations.api.resources import Resource
from relations.api.trim import LONGEST
from relations.filters.parameters import Parameter

JSON = "application/json"
COMMON_ERRORS = {
    304: "Nothing has changed since the representation with that ETag.",
    400: "A parameter cannot be used: which, why, and what is valid.",
    404: "There is nothing at this address.",
    405: "The API only reads.",
    406: "No format that is accepted can be had.",
    429: "Too many requests; `Retry-After` says when to ask again.",
    500: "Something went wrong here.",
}
DETAIL_ERRORS = {
    308: "It has another address now: see `Location`.",
    410: "The record was published and has been withdrawn.",
}
_page_serializers: dict[str, type[serializers.Serializer]] = {}


def timeline_item() -> PolymorphicProxySerializer:
    """A record in the shape of its kind, told apart by ``kind``."""
    return PolymorphicProxySerializer(
        component_name="TimelineItem",
        serializers={kind.name: kind.serializer_class for kind in kinds.every()},
        resource_type_field_name="kind",
    )


def page_serializer(resource: Resource) -> type[serializers.Serializer]:
    """The shape of one page of a resource."""
    if resource.path not in _page_serializers:
        if resource.is_timeline:
            many = PolymorphicProxySerializer(
                component_name="TimelineItem",
                serializers={kind.name: kind.serializer_class for kind in kinds.every()},
                resource_type_field_name="kind",
                many=True,
            )
            results = extend_schema_field(many)(
                type("TimelineResults", (serializers.ListField,), {})
            )()
            name = "Timeline"
        else:
            results = resource.serializer_class(many=True)
            name = resource.serializer_class.__name__.removesuffix("Serializer")
        members = {
            "__doc__": f"One page of {resource.label_plural}.",
            "count": serializers.IntegerField(
                help_text="How many are selected in all.", min_value=0
            ),
            **resource.standing_fields,
            "next": serializers.URLField(allow_null=True, help_text="The next page, or null."),
            "previous": serializers.URLField(
                allow_null=True, help_text="The page before, or null."
            ),
            "results": results,
        }
        _page_serializers[resource.path] = type(
            f"{name}PageSerializer", (serializers.Serializer,), members
        )
    return _page_serializers[resource.path]


def described(name: str, parameter: Parameter) -> OpenApiParameter:
    """A filter as a query parameter, with its meaning, bounds and an example."""
    schema = parameter.described()
    example = int(parameter.example) if schema["type"] == "integer" else parameter.example
    if parameter.repeatable:
        schema = {"type": "array", "items": schema, "maxItems": 20}
        example = [example]
    # Beside the schema, not beside the parameter: there Swagger UI would send all of them at once.
    schema["examples"] = [example]
    return OpenApiParameter(
        name,
        schema,
        OpenApiParameter.QUERY,
        description=f"{parameter.meaning} Example: `{parameter.example}`.",
        explode=True if parameter.repeatable else None,
        style="form" if parameter.repeatable else None,
    )


PAGING = [
    OpenApiParameter(
        "cursor",
        {"type": "string", "maxLength": 3000},
        OpenApiParameter.QUERY,
        description="The place to go on from: taken from `next` or `previous`, never made up.",
    ),
    OpenApiParameter(
        "page_size",
        {"type": "integer", "minimum": 1, "maximum": 200, "default": 50, "examples": [100]},
        OpenApiParameter.QUERY,
        description="How many results a page holds. Not for `csv` and `jsonl`, which hold all.",
    ),
]
OTHER_FORMATS = {
    "text/csv": ("The columns are described where `Link` says.", {"type": "string"}),
    "application/jsonl": ("An object a line, as in JSON.", {"type": "string"}),
    "application/x-ndjson": ("JSON Lines by its other name.", {"type": "string"}),
    "application/ld+json": (
        "What was asked for, in the words of schema.org.",
        {
            "type": "object",
            "required": ["@context"],
            "properties": {"@context": {"type": "string"}},
        },
    ),
    "application/geo+json": (
        "What was asked for, with its place on the map (RFC 7946).",
        {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"enum": ["Feature", "FeatureCollection"]}},
        },
    ),
}
"""Of each media type besides JSON what it holds, and its schema."""


def format_of(resource: Resource) -> OpenApiParameter:
    return OpenApiParameter(
        "format",
        {"type": "string", "enum": resource.formats, "examples": ["csv"]},
        OpenApiParameter.QUERY,
        description="The format, where the `Accept` header cannot be set. `csv` and `jsonl` (JSON Lines) hold "
        "the whole selection, the others one page of it.",
    )


TRIM = [
    OpenApiParameter(
        "fields",
        {"type": "string", "maxLength": LONGEST, "examples": ["slug,title,date.edtf"]},
        OpenApiParameter.QUERY,
        description="Only these parts of each object: names with commas between them, parts of a part "
        "with dots. Not beside `omit`. Example: `slug,title,date.edtf`.",
    ),
    OpenApiParameter(
        "omit",
        {"type": "string", "maxLength": LONGEST, "examples": ["citations,summary"]},
        OpenApiParameter.QUERY,
        description="All of each object but these parts, named as in `fields`. Example: `citations,summary`.",
    ),
]
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="The `ETag` of the representation you hold: answered with 304 while it is still good.",
)
_SLUG = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
IF_MODIFIED_SINCE = OpenApiParameter(
    "If-Modified-Since",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="The `Last-Modified` of the representation you hold, where you hold no `ETag`: answered with 304 "
    "while it is still good.",
)
KEYS = {
    "slug": ("Its slug, a permanent identifier.", _SLUG),
    "code": ("ISO 3166-1 alpha-2 code.", {"type": "string", "pattern": "^[A-Z]{2}$"}),
    "uid": ("Its uid, a permanent identifier.", _SLUG),
    "number": ("Its number.", {"type": "integer", "minimum": 1}),
}


class EntenteSchema(AutoSchema):
    """Describes the list and the detail of each resource; what stands around them is left out."""

    @property
    def resource(self) -> Resource | None:
        return getattr(self.view, "resource", None)

    @property
    def is_list(self) -> bool:
        return not self.path.endswith("}/")

    def is_excluded(self):
        return self.resource is None

    def _is_list_view(self, serializer=None):
        # A page is an object with its own serializer.
        return False

    def get_operation_id(self):
        name = self.resource.path.replace("-", "_")
        return f"list_{name}" if self.is_list else f"get_{name}"

    def get_tags(self):
        return [self.resource.path]

    def get_auth(self):
        return []

    def get_request_serializer(self):
        return None

    def get_summary(self):
        resource = self.resource
        return f"List {resource.label_plural}" if self.is_list else f"One {resource.label}"

    def get_description(self):
        if not self.is_list:
            return f"One {self.resource.label}, complete."
        return (
            f"Published {self.resource.label_plural}, one page at a time (as CSV or JSON Lines all of them); "
            "each complete, "
            "as at its own address. Unknown parameters and values are refused with 400."
        )

    def get_override_parameters(self):
        if self.is_list:
            filters = self.resource.filterset_class.base_filters.items()
            return [described(*item) for item in filters] + [
                *PAGING,
                *TRIM,
                format_of(self.resource),
                IF_NONE_MATCH,
                IF_MODIFIED_SINCE,
            ]
        description, shape = KEYS[self.resource.key]
        key = OpenApiParameter(
            self.resource.key,
            shape,
            OpenApiParameter.PATH,
            description=description,
            required=True,
        )
        return [key, *TRIM, format_of(self.resource), IF_NONE_MATCH, IF_MODIFIED_SINCE]

    def get_response_serializers(self):
        if self.is_list:
            shape = page_serializer(self.resource)
            errors = COMMON_ERRORS
        else:
            is_union = self.resource.is_timeline
            shape = timeline_item() if is_union else self.resource.serializer_class
            errors = COMMON_ERRORS | DETAIL_ERRORS
        responses = {(200, JSON): OpenApiResponse(shape, description="What was asked for.")}
        for renderer in renderers_of(self.resource)[1:]:
            description, schema = OTHER_FORMATS[renderer.media_type]
            responses[200, renderer.media_type] = OpenApiResponse(schema, description=description)
        for status, description in sorted(errors.items()):
            if status < 400:
                responses[status] = OpenApiResponse(description=description)
            else:
                responses[status, CONTENT_TYPE] = OpenApiResponse(
                    ProblemDetailsSerializer, description=description
                )
        return responses

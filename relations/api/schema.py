"""How the API describes itself: OpenAPI 3.1, derived from the resources and their filters."""

from __future__ import annotations

from functools import cache

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema_field,
)
from rest_framework import serializers

from relations import kinds
from relations.api import include
from relations.api.errors import CONTENT_TYPE, ProblemDetailsSerializer
from relations.api.resources import Resource, every
from relations.api.shapes import TIMELINE
from relations.api.trim import LONGEST
from relations.filters.parameters import Parameter

JSON, CSV = "application/json", "text/csv"
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
            "next": serializers.URLField(allow_null=True, help_text="The next page, or null."),
            "previous": serializers.URLField(
                allow_null=True, help_text="The page before, or null."
            ),
            "results": results,
        }
        if include.names(resource):
            members[include.INCLUDED] = included_serializer()(required=False)
        _page_serializers[resource.path] = type(
            f"{name}PageSerializer", (serializers.Serializer,), members
        )
    return _page_serializers[resource.path]


@cache
def included_serializer() -> type[serializers.Serializer]:
    """The shape of the objects that records of any kind refer to."""
    resources = every()
    members = {
        path: resources[path].serializer_class(many=True, required=False)
        for path in include.names(resources[TIMELINE])
    }
    doc = "The complete objects that the records refer to, of each sort that `include` names."
    return type("IncludedSerializer", (serializers.Serializer,), {"__doc__": doc, **members})


def with_included(name: str) -> dict:
    """The shape of a record alone, of that component, with the member that ``include`` adds."""
    beside = {include.INCLUDED: {"$ref": "#/components/schemas/Included"}}
    whole = {"$ref": f"#/components/schemas/{name}"}
    return {"allOf": [whole, {"type": "object", "properties": beside}]}


def include_parameter(resource: Resource) -> OpenApiParameter:
    names = include.names(resource)
    name = f"(?:{'|'.join(names)})"
    return OpenApiParameter(
        include.INCLUDE,
        {
            "type": "string",
            "maxLength": include.LONGEST,
            "pattern": f"^{name}(?:,{name})*$",
            "examples": ["sources,organizations"],
        },
        OpenApiParameter.QUERY,
        description="Complete objects that the records refer to, in the member `included`, each once: names "
        f"with commas between them, of {', '.join(f'`{one}`' for one in names)}. In JSON only. "
        "Example: `sources,organizations`.",
    )


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
        description="How many results a page holds.",
    ),
]
FORMAT = OpenApiParameter(
    "format",
    {"type": "string", "enum": ["csv", "json"], "examples": ["csv"]},
    OpenApiParameter.QUERY,
    description="The format, where the `Accept` header cannot be set.",
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
KEYS = {
    "slug": ("Its slug, a permanent identifier.", "^[a-z0-9]+(-[a-z0-9]+)*$"),
    "code": ("ISO 3166-1 alpha-2 code.", "^[A-Z]{2}$"),
    "uid": ("Its uid, a permanent identifier.", "^[a-z0-9]+(-[a-z0-9]+)*$"),
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
            f"Published {self.resource.label_plural}, one page at a time; each complete, "
            "as at its own address. Unknown parameters and values are refused with 400."
        )

    def get_override_parameters(self):
        shape = [*TRIM, FORMAT, IF_NONE_MATCH]
        if include.names(self.resource):
            shape.append(include_parameter(self.resource))
        if self.is_list:
            filters = self.resource.filterset_class.base_filters.items()
            return [described(*item) for item in filters] + [*PAGING, *shape]
        description, pattern = KEYS[self.resource.key]
        key = OpenApiParameter(
            self.resource.key,
            {"type": "string", "pattern": pattern},
            OpenApiParameter.PATH,
            description=description,
            required=True,
        )
        return [key, *shape]

    def get_response_serializers(self):
        if self.is_list:
            shape = page_serializer(self.resource)
            errors = COMMON_ERRORS
        else:
            shape = self.resource.serializer_class
            if self.resource.is_of_records:
                name = shape.__name__.removesuffix("Serializer")
                shape = with_included("TimelineItem" if self.resource.is_timeline else name)
            errors = COMMON_ERRORS | DETAIL_ERRORS
        responses = {
            (200, JSON): OpenApiResponse(shape, description="What was asked for."),
            (200, CSV): OpenApiResponse(OpenApiTypes.STR, description="What was asked for."),
        }
        for status, description in sorted(errors.items()):
            if status < 400:
                responses[status] = OpenApiResponse(description=description)
            else:
                responses[status, CONTENT_TYPE] = OpenApiResponse(
                    ProblemDetailsSerializer, description=description
                )
        return responses

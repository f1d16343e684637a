"""How the API describes itself: OpenAPI 3.1, derived from the resources and their filters."""

from __future__ import annotations

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema_field,
)
from rest_framework import serializers

from relations import kinds
from relations.api.answers import ERRORS, HEADERS, LINK, error_example
from relations.api.deprecations import is_deprecated
from relations.api.errors import CONTENT_TYPE, ProblemDetailsSerializer
from relations.api.resources import Resource
from relations.api.trim import LONGEST, paths
from relations.filters.parameters import Parameter
from relations.filters.strict import MOST_VALUES
from relations.pagination import LONGEST as LONGEST_CURSOR

JSON, CSV = "application/json", "text/csv"
NOT_CHANGED = {304: "Nothing has changed since the representation with that ETag."}
MOVED = {308: "It has another address now: see `Location`."}
OF_DETAILS = {410}
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


def described(name: str, parameter: Parameter, path: str = "") -> OpenApiParameter:
    """A filter of the endpoint at ``path`` as a query parameter, with its meaning, bounds and an example."""
    schema = parameter.described()
    example = int(parameter.example) if schema["type"] == "integer" else parameter.example
    if parameter.repeatable:
        schema = {"type": "array", "items": schema, "maxItems": MOST_VALUES}
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
        deprecated=is_deprecated(path, name),
    )


# A cursor has no example: it is signed by the site that gave it.
PAGING = [
    OpenApiParameter(
        "cursor",
        {"type": "string", "maxLength": LONGEST_CURSOR, "pattern": "^[A-Za-z0-9_-]*$"},
        OpenApiParameter.QUERY,
        description="The place to go on from: taken from `next` or `previous`, never made up.",
    ),
    OpenApiParameter(
        "page_size",
        {"type": "integer", "minimum": 1, "maximum": 200, "default": 50, "examples": [100]},
        OpenApiParameter.QUERY,
        description="How many results a page holds: from 1 to 200. Example: `100`.",
    ),
]
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    {"type": "string", "maxLength": 2000, "examples": ['"0f3c2f2a8f7d4f0c9b6e5d4c3b2a1908"']},
    OpenApiParameter.HEADER,
    description="The `ETag` of the representation you hold: answered with 304 while it is still good.",
)
KEYS = {
    "slug": ("Its slug, a permanent identifier.", "^[a-z0-9]+(-[a-z0-9]+)*$"),
    "code": ("ISO 3166-1 alpha-2 code.", "^[A-Z]{2}$"),
    "uid": ("Its uid, a permanent identifier.", "^[a-z0-9]+(-[a-z0-9]+)*$"),
}
# Of the names of an object those that its examples of trimming show, as far as it has them.
BRIEF = ("uid", "code", "slug", "title", "name", "date.edtf", "source.slug")
LENGTHY = ("citations", "summary", "description", "introduction", "official_name", "note")


def trimming(resource: Resource) -> list[OpenApiParameter]:
    """``fields`` and ``omit``, with names that the objects of this resource have."""
    names = set(paths(resource.names))
    brief = ",".join(name for name in BRIEF if name in names)
    lengthy = ",".join(name for name in LENGTHY if name in names)
    return [
        OpenApiParameter(
            "fields",
            {"type": "string", "maxLength": LONGEST, "examples": [brief]},
            OpenApiParameter.QUERY,
            description="Only these parts of each object: names with commas between them, parts of a part "
            f"with dots. Not beside `omit`. Example: `{brief}`.",
        ),
        OpenApiParameter(
            "omit",
            {"type": "string", "maxLength": LONGEST, "examples": [lengthy]},
            OpenApiParameter.QUERY,
            description="All of each object but these parts, named as in `fields`. "
            f"Example: `{lengthy}`.",
        ),
    ]


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

    def is_deprecated(self):
        return is_deprecated(self.resource.path)

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

    @property
    def formats(self) -> list[str]:
        return sorted(renderer.format for renderer in self.view.get_renderers())

    @property
    def example_path(self) -> str:
        """The address itself, or that of one of its objects in the published data set."""
        return self.path.replace(f"{{{self.resource.key}}}", self.resource.example)

    def example_in(self, name: str) -> OpenApiExample:
        """Where an answer in that format is: one that is made when asked for does not grow old."""
        address = f"{self.example_path}?format={name}"
        return OpenApiExample("From the published data set", external_value=address)

    def get_override_parameters(self):
        own = self._list_parameters() if self.is_list else [self._key_parameter()]
        formats = OpenApiParameter(
            "format",
            {"type": "string", "enum": self.formats, "examples": ["csv"]},
            OpenApiParameter.QUERY,
            description="The format, where the `Accept` header cannot be set. Example: `csv`.",
        )
        return [*own, *trimming(self.resource), formats, IF_NONE_MATCH, *HEADERS]

    def _list_parameters(self) -> list[OpenApiParameter]:
        filters = self.resource.filterset_class.base_filters.items()
        path = self.resource.path
        return [*(described(*item, path) for item in filters), *PAGING, LINK]

    def _key_parameter(self) -> OpenApiParameter:
        description, pattern = KEYS[self.resource.key]
        example = self.resource.example
        return OpenApiParameter(
            self.resource.key,
            {"type": "string", "pattern": pattern, "maxLength": 200, "examples": [example]},
            OpenApiParameter.PATH,
            description=f"{description} Example: `{example}`.",
            required=True,
        )

    def get_response_serializers(self):
        if self.is_list:
            shape = page_serializer(self.resource)
        elif self.resource.is_timeline:
            shape = timeline_item()
        else:
            shape = self.resource.serializer_class
        said = "What was asked for."
        responses = {
            (200, JSON): OpenApiResponse(
                shape, description=said, examples=[self.example_in("json")]
            ),
            (200, CSV): OpenApiResponse(
                OpenApiTypes.STR, description=said, examples=[self.example_in("csv")]
            ),
        }
        empty = NOT_CHANGED if self.is_list else NOT_CHANGED | MOVED
        for status, description in empty.items():
            responses[status] = OpenApiResponse(description=description)
        for status, description in ERRORS.items():
            if not self.is_list or status not in OF_DETAILS:
                responses[status, CONTENT_TYPE] = OpenApiResponse(
                    ProblemDetailsSerializer,
                    description=description,
                    examples=[error_example(status)],
                )
        return responses

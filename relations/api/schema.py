"""The API's description of itself: OpenAPI 3.1, derived from the resources and their filters."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema_field,
)
from rest_framework import serializers

from relations import kinds
from relations.api import include
from relations.api.addresses import TIMELINE
from relations.api.answers import ERRORS, HEADERS, LINK, error_example
from relations.api.deprecations import is_deprecated
from relations.api.renderers import renderers_of
from relations.api.resources import Resource, every
from relations.api.sparse_fields import LONGEST, paths
from relations.filters.parameters import Parameter
from relations.filters.strict import MOST_VALUES
from relations.http.problem_details import CONTENT_TYPE, ProblemDetailsSerializer
from relations.lists.pagination import LONGEST as LONGEST_CURSOR

JSON = "application/json"
FOUND = "The requested data."
NOT_CHANGED = {304: "The representation that the client holds is still good."}
MOVED = {308: "It has another address now: see `Location`."}
OF_DETAILS = {410}
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
                help_text="The total number of selected objects.", min_value=0
            ),
            **resource.standing_fields,
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


_TRIMMED_BY = "trimmed by `fields` or `omit`: the remaining parts are as in the complete object"
_ADDRESS = {"type": ["string", "null"], "format": "uri"}
TRIMMED = {
    "Trimmed": {"type": "object", "description": f"An object {_TRIMMED_BY}."},
    "TrimmedPage": {
        "type": "object",
        "description": f"A page of objects each {_TRIMMED_BY}.",
        "required": ["count", "next", "previous", "results"],
        "properties": {
            "count": {"type": "integer", "minimum": 0},
            "next": _ADDRESS,
            "previous": _ADDRESS,
            "results": {"type": "array", "items": {"$ref": "#/components/schemas/Trimmed"}},
        },
    },
}
"""The response when only parts of each object are requested: described beside the complete object, not instead.

No description can make a response depend on a parameter. With the complete object alone, a strict generated client
would refuse the trimmed response that it requested. With nothing required, a client that never trims would have to
check whether each part is there. This way a client gets the complete type, or a plain object where it trims.
"""


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
        description=(
            "The place to continue from: copy it from `next` or `previous`, never construct it."
        ),
    ),
    OpenApiParameter(
        "page_size",
        {"type": "integer", "minimum": 1, "maximum": 200, "default": 50, "examples": [100]},
        OpenApiParameter.QUERY,
        description="How many results a page holds. Not for `csv` and `jsonl`, which hold all. Example: `100`.",
    ),
]
OTHER_FORMATS = {
    "text/csv": ("The `Link` header names the description of the columns.", {"type": "string"}),
    "application/jsonl": (
        "One object per line, as in JSON. Its other name, `application/x-ndjson`, is accepted too.",
        {"type": "string"},
    ),
    "application/ld+json": (
        "The requested data in the words of schema.org.",
        {
            "type": "object",
            "required": ["@context"],
            "properties": {"@context": {"type": "string"}},
        },
    ),
    "application/geo+json": (
        "The requested data with its place on the map (RFC 7946).",
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
        "the whole selection, the others one page of it. Example: `csv`.",
    )


# Without bounds: a condition that cannot be read is ignored, not refused (RFC 9110, section 13.1).
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    {"type": "string", "examples": ['"0f3c2f2a8f7d4f0c9b6e5d4c3b2a1908"']},
    OpenApiParameter.HEADER,
    description=(
        "The `ETag` of the representation you hold. The response is 304 while it is still good."
    ),
)
_SLUG = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 200}
IF_MODIFIED_SINCE = OpenApiParameter(
    "If-Modified-Since",
    {"type": "string", "examples": ["Sun, 06 Nov 1994 08:49:37 GMT"]},
    OpenApiParameter.HEADER,
    description=(
        "The `Last-Modified` of the representation you hold, if you have no `ETag`. "
        "The response is 304 while it is still good."
    ),
)
CONDITIONS = [IF_NONE_MATCH, IF_MODIFIED_SINCE]
KEYS = {
    "slug": ("Its slug, a permanent identifier.", _SLUG),
    "code": ("ISO 3166-1 alpha-2 code.", {"type": "string", "pattern": "^[A-Z]{2}$"}),
    "uid": ("Its uid, a permanent identifier.", _SLUG),
    "number": ("Its number.", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}),
}
# The names that examples of trimming use, as far as an object has them.
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


def live(address: str) -> OpenApiExample:
    """The address of an example that exists when the published data set is loaded."""
    return OpenApiExample("From the published data set", external_value=address)


def others(
    empty: dict[int, str], *, besides: Collection[int] = ()
) -> dict[int | tuple[int, str], OpenApiResponse]:
    """The other responses: those without a body, and the errors except ``besides``."""
    answers = {
        status: OpenApiResponse(description=description) for status, description in empty.items()
    }
    for status, description in ERRORS.items():
        if status not in besides:
            answers[status, CONTENT_TYPE] = OpenApiResponse(
                ProblemDetailsSerializer, description=description, examples=[error_example(status)]
            )
    return answers


class EntenteSchema(AutoSchema):
    """Describes the list and the detail of each resource; other addresses are left out."""

    @property
    def resource(self) -> Resource | None:
        return getattr(self.view, "resource", None)

    @property
    def is_list(self) -> bool:
        return not self.path.endswith("}/")

    def is_excluded(self):
        return self.resource is None

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
            f"Published {self.resource.label_plural}, one page at a time (as CSV or JSON Lines all of them); "
            "each complete, "
            "as at its own address. Unknown parameters and values are refused with 400."
        )

    @property
    def formats(self) -> list[str]:
        return sorted(renderer.format for renderer in self.view.get_renderers())

    @property
    def example_path(self) -> str:
        """The address itself, or that of one of its objects in the published data set."""
        return self.path.replace(f"{{{self.resource.key}}}", str(self.resource.example))

    def get_override_parameters(self):
        own = self._list_parameters() if self.is_list else [self._key_parameter()]
        shape = [*trimming(self.resource), format_of(self.resource)]
        if include.names(self.resource):
            shape.append(include_parameter(self.resource))
        return [*own, *shape, *CONDITIONS, *HEADERS]

    def _get_parameters(self):
        """The parameters as described; an empty value counts as absent."""
        parameters = super()._get_parameters()
        for parameter in parameters:
            if parameter["in"] == OpenApiParameter.QUERY:
                parameter["allowEmptyValue"] = True
        return parameters

    def _list_parameters(self) -> list[OpenApiParameter]:
        return [*self.filters(), *PAGING, LINK]

    def filters(self) -> list[OpenApiParameter]:
        """The filters of the list."""
        filters = self.resource.filterset_class.base_filters.items()
        return [described(*item, self.resource.path) for item in filters]

    def _key_parameter(self) -> OpenApiParameter:
        description, shape = KEYS[self.resource.key]
        example = self.resource.example
        return OpenApiParameter(
            self.resource.key,
            {**shape, "examples": [example]},
            OpenApiParameter.PATH,
            description=f"{description} Example: `{example}`.",
            required=True,
        )

    def get_response_serializers(self):
        if self.is_list:
            shape = page_serializer(self.resource)
        else:
            shape = self.resource.serializer_class
            if self.resource.is_of_records:
                name = shape.__name__.removesuffix("Serializer")
                shape = with_included("TimelineItem" if self.resource.is_timeline else name)
        shape = self._whole_or_trimmed(shape)
        address = f"{self.example_path}?page_size=2" if self.is_list else self.example_path
        good = {(200, JSON): OpenApiResponse(shape, description=FOUND, examples=[live(address)])}
        for renderer in renderers_of(self.resource):
            if renderer.media_type not in OTHER_FORMATS:
                continue
            description, form = OTHER_FORMATS[renderer.media_type]
            other = f"{self.example_path}?format={renderer.format}"
            good[200, renderer.media_type] = OpenApiResponse(
                form, description=description, examples=[live(other)]
            )
        empty = NOT_CHANGED if self.is_list else NOT_CHANGED | MOVED
        return good | others(empty, besides=OF_DETAILS if self.is_list else ())

    def _whole_or_trimmed(self, shape: type[serializers.Serializer] | dict) -> dict:
        whole = shape
        if not isinstance(shape, dict):
            whole = self.resolve_serializer(shape, "response").ref
        for name, described_as in TRIMMED.items():
            self.registry.register_on_missing(
                ResolvedComponent(name, ResolvedComponent.SCHEMA, described_as, name)
            )
        name = "TrimmedPage" if self.is_list else "Trimmed"
        return {"anyOf": [whole, {"$ref": f"#/components/schemas/{name}"}]}

"""The description of the API's responses: headers, and an example of each error."""

from __future__ import annotations

import json

from django.http import QueryDict
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from relations.filters import RecordFilter
from relations.http import problem_details
from relations.models import Record

GOOD = (200, 304)

ERRORS = {
    400: "A parameter cannot be used; the body says which one, why, and what is valid.",
    404: "There is nothing at this address.",
    405: "The API only reads.",
    406: "None of the accepted formats is available.",
    410: "The record was published and has been withdrawn.",
    429: "Too many requests; `Retry-After` says when to ask again.",
    500: "Something went wrong here.",
}
# The addresses at which each error occurs.
EXAMPLES = {
    400: "/api/v1/timeline/?outcome=hapened",
    404: "/api/v1/timeline/nothing/",
    405: "/api/v1/timeline/",
    406: "/api/v1/timeline/",
    410: "/api/v1/timeline/withdrawn-record/",
    429: "/api/v1/timeline/",
    500: "/api/v1/timeline/",
}


def _header(
    name: str, statuses: tuple[int, ...], description: str, example: str | int, **schema
) -> OpenApiParameter:
    schema = {
        "type": "integer" if isinstance(example, int) else "string",
        **schema,
        "examples": [example],
    }
    return OpenApiParameter(
        name, schema, OpenApiParameter.HEADER, response=list(statuses), description=description
    )


HEADERS = [
    _header(
        "ETag",
        GOOD,
        "Names this representation. Send it back as `If-None-Match`: while it is still good the answer "
        "is 304, without a body.",
        '"0f3c2f2a8f7d4f0c9b6e5d4c3b2a1908"',
    ),
    _header(
        "Last-Modified",
        GOOD,
        "When its contents last changed. Send it back as `If-Modified-Since` where the `ETag` "
        "was not stored.",
        "Sun, 06 Nov 1994 08:49:37 GMT",
    ),
    _header(
        "Cache-Control",
        (*GOOD, *ERRORS),
        "How long the response may be cached. Shared caches may store it and must revalidate "
        "it; an error is not stored.",
        "public, max-age=0, must-revalidate",
    ),
    _header("Vary", GOOD, "The request headers that the answer depends on.", "Accept-Encoding"),
    _header(
        "Location",
        (308,),
        "Its present address.",
        "https://entente.example/api/v1/visits/new-slug/",
        format="uri",
    ),
    _header(
        "X-Entente-Count",
        (200,),
        "The total number of selected objects, where the body has no place for it.",
        42,
        minimum=0,
    ),
    _header(
        "X-Entente-Change",
        (200,),
        "The number of the last change when the complete selection began to be sent. Request "
        "later changes with `changed_since`.",
        17,
        minimum=0,
    ),
    _header("Allow", (405,), "The supported methods.", "GET, HEAD, OPTIONS"),
    _header("Retry-After", (429,), "Retry after this many seconds.", 30, minimum=1),
]
LINK = _header(
    "Link",
    (200,),
    "The neighbouring pages, `rel` next and previous (RFC 8288): the same as `next` and `previous`.",
    '<https://entente.example/api/v1/visits/?cursor=abc>; rel="next"',
)


def error_example(status: int) -> OpenApiExample:
    """An example of the error with that status, made by the code that makes the real one."""
    path, problems = EXAMPLES[status], []
    if status == 400:
        query = QueryDict(path.partition("?")[2])
        problems = RecordFilter(query, Record.objects.none()).problems
    detail = problems[0].message if problems else ""
    answer = problem_details.problem(status, detail, instance=path, problems=problems)
    return OpenApiExample(answer.reason_phrase, value=json.loads(answer.content))

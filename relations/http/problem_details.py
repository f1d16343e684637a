"""Errors of the API as problem details (RFC 9457): one shape for all."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict
from http import HTTPStatus

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.encoding import iri_to_uri
from rest_framework import exceptions, serializers

from relations.filters.problems import Problem, shown

CONTENT_TYPE = "application/problem+json"
PARAMETERS_TYPE = "urn:entente:problem:parameters"
_DETAILS = {
    400: "The request cannot be understood.",
    403: "You may not see this.",
    404: "There is nothing at this address.",
    405: "This API only reads: use GET, HEAD or OPTIONS.",
    406: "None of the accepted formats is available here.",
    410: "This record was published and has been withdrawn.",
    413: "The request is too large.",
    415: "This API reads no request bodies.",
    429: "Too many requests: slow down.",
    500: "Something went wrong here. It has been noted.",
}

logger = logging.getLogger("django.request")


class ProblemSerializer(serializers.Serializer):
    """One parameter at fault."""

    parameter = serializers.CharField(help_text="The parameter at fault.")
    reason = serializers.CharField(help_text="What is wrong with it and what is valid.")
    valid = serializers.ListField(
        child=serializers.CharField(),
        help_text="The valid values or parameters, where they are few.",
    )
    nearest = serializers.CharField(
        allow_null=True, help_text="The valid one that was probably meant."
    )


class ProblemDetailsSerializer(serializers.Serializer):
    """Problem details, RFC 9457."""

    type = serializers.CharField(
        help_text="The type of problem; about:blank where the status is enough."
    )
    title = serializers.CharField(help_text="The status in words.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="What went wrong with this request.")
    instance = serializers.CharField(help_text="The requested address.")
    problems = ProblemSerializer(many=True, help_text="Each parameter at fault.")


class Refusal(exceptions.APIException):
    """Parameters that cannot be used."""

    status_code = 400

    def __init__(self, problems: Iterable[Problem]):
        super().__init__()
        self.problems = list(problems)


class Gone(exceptions.APIException):
    """The record was published and has been withdrawn."""

    status_code = 410


class Moved(Exception):
    """The object has another address now."""

    def __init__(self, address: str):
        super().__init__(address)
        self.address = address


def problem(
    status: int,
    detail: str = "",
    *,
    instance: str = "",
    problems: Iterable[Problem] = (),
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """A response with problem details. ``instance`` is the requested address."""
    problems = list(problems)
    body = {
        "type": PARAMETERS_TYPE if problems else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or _DETAILS.get(status, HTTPStatus(status).description),
        "instance": instance,
        "problems": [],
    }
    for one in problems:
        item = asdict(one)
        body["problems"].append(
            {"parameter": item.pop("parameter"), "reason": item.pop("message"), **item}
        )
    response = JsonResponse(
        body,
        status=status,
        content_type=CONTENT_TYPE,
        headers=headers,
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = "no-store"
    return response


def instance_of(request: HttpRequest) -> str:
    """The requested address, as far as it can be repeated."""
    query = request.META.get("QUERY_STRING", "")
    path = iri_to_uri(shown(request.path))
    return f"{path}?{iri_to_uri(shown(query))}" if query else path


def refusal(request: HttpRequest, problems: Iterable[Problem]) -> HttpResponse:
    """400 for parameters at fault. The detail repeats the first reason."""
    problems = list(problems)
    return problem(400, problems[0].message, instance=instance_of(request), problems=problems)


def problem_response(exception: Exception, context: dict) -> HttpResponse:
    """The exception handler of every API view."""
    request = context["request"]._request
    instance = instance_of(request)
    match exception:
        case Moved():
            return HttpResponse(status=308, headers={"Location": exception.address})
        case Refusal():
            return refusal(request, exception.problems)
        case exceptions.NotAcceptable(available_renderers=[*renderers]):
            types = ", ".join(renderer.media_type for renderer in renderers)
            return problem(406, f"{_DETAILS[406]} Available: {types}.", instance=instance)
        case Http404() | exceptions.NotFound():
            return problem(404, instance=instance)
        case PermissionDenied():
            return problem(403, instance=instance)
        case SuspiciousOperation():
            return problem(400, instance=instance)
        case exceptions.APIException():
            return problem(exception.status_code, instance=instance)
    # As Django's own handler would: logged with its traceback, and sent to the signal's receivers.
    logger.error(
        "%s: %s",
        HTTPStatus(500).phrase,
        request.path,
        exc_info=exception,
        extra={"request": request},
    )
    got_request_exception.send(sender=None, request=request)
    return problem(500, instance=instance)

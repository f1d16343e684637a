"""The API besides its resources: the root, the description, and a 404 for unknown addresses."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from relations.api import addresses
from relations.api.endpoint import Endpoint, refuse_parameters
from relations.api.negotiation import FORMAT, Negotiation
from relations.http import conditional
from relations.http.problem_details import Moved


class RootEndpoint(Endpoint):
    """The root: the addresses of all endpoints."""

    renderer_classes = [JSONRenderer]
    paths: tuple[str, ...] = ()

    def answer(self, request):
        refuse_parameters(request)
        found = {path: addresses.list_address(path) for path in self.paths}
        for name in ("schema", "docs"):
            found[name] = addresses.absolute(reverse(f"api:{name}"))
        return Response(found)


class NothingHere(Endpoint):
    """Every other address below the API: 404, or a redirect to the same address with its slash."""

    def get(self, request, *args, **kwargs):
        path = f"{request.path_info}/"
        try:
            match = None if request.path_info.endswith("/") else resolve(path)
        except Resolver404:
            match = None
        if match is None or getattr(match.func, "cls", None) is NothingHere:
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        address = addresses.absolute(f"{request.path}/")
        raise Moved(f"{address}?{query}" if query else address)


class SchemaEndpoint(SpectacularAPIView):
    """The description of the API, OpenAPI 3.1. It is made once, because it changes only with a release."""

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = Negotiation
    renderer_classes = [
        OpenApiJsonRenderer2,
        OpenApiJsonRenderer,
        OpenApiYamlRenderer2,
        OpenApiYamlRenderer,
    ]
    _made: dict | None = None

    def get(self, request, *args, **kwargs):
        refuse_parameters(request)
        translation.activate("en")
        return conditional.unless_known(
            request._request, self._described, "schema", request.accepted_media_type
        )

    def _described(self) -> Response:
        if SchemaEndpoint._made is None:
            made = self.generator_class().get_schema(request=None, public=True)
            SchemaEndpoint._made = made | {"servers": [{"url": settings.SITE_URL}]}
        return Response(SchemaEndpoint._made)

    def options(self, request, *args, **kwargs):
        return HttpResponse(status=204)


class DocsEndpoint(SpectacularSwaggerSplitView):
    """The description as a page to read and try.

    The template is ours, because the packaged one has an inline style.
    """

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = Negotiation
    template_name = "api/docs.html"
    # No badge from a validator elsewhere: the policy forbids requests to another host.
    ui_settings = {"deepLinking": True, "validatorUrl": None, "supportedSubmitMethods": ["get"]}

    def get(self, request, *args, **kwargs):
        refuse_parameters(request, besides=("script", FORMAT))
        response = super().get(request, *args, **kwargs)
        if "settings" in response.data:
            response.data["settings"] = json.dumps(self.ui_settings)
        return response

    def options(self, request, *args, **kwargs):
        return HttpResponse(status=204)

"""Addresses of the API, version 1: a list, its facets and its objects per resource."""

from django.urls import path, re_path

from relations.api import facets, resources, root, views
from relations.api.renderers import renderers_of

app_name = "api"

_resources = resources.every()

urlpatterns = [
    path("", root.RootEndpoint.as_view(paths=tuple(_resources)), name="root"),
    path("schema/", root.SchemaEndpoint.as_view(), name="schema"),
    path("docs/", root.DocsEndpoint.as_view(url_name="api:schema"), name="docs"),
]
for _path, _resource in _resources.items():
    _given = {"resource": _resource, "renderer_classes": renderers_of(_resource)}
    urlpatterns += [
        path(f"{_path}/", views.ListEndpoint.as_view(**_given), name=f"{_path}-list"),
        # Before the objects: none has the key "facets" (see relations.models.base).
        path(
            f"{_path}/{facets.PATH}/",
            facets.FacetsEndpoint.as_view(resource=_resource),
            name=f"{_path}-facets",
        ),
        path(
            f"{_path}/<{_resource.converter}:{_resource.key}>/",
            views.DetailEndpoint.as_view(**_given),
            name=f"{_path}-detail",
        ),
        path(
            f"schema/tables/{_path}.json",
            views.TableEndpoint.as_view(resource=_resource),
            name=f"{_path}-table",
        ),
    ]
urlpatterns += [re_path(r"^.*$", root.NothingHere.as_view(), name="nothing")]

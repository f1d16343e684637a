"""``/data/``: the releases and their files.

They are not pages of the present record: a release appears without anything being published.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views import View

from relations.api import resources
from relations.filters.problems import unknown_parameter
from relations.history import changes
from relations.http import conditional
from relations.http.middleware import refuse
from relations.releases import linked, shelf
from relations.releases.files import (
    CITATION,
    CODEBOOK,
    DATABASE,
    DATASETTE,
    LICENSE,
    PACKAGE,
    README,
    SUMS,
    File,
)
from relations.releases.shelf import Release

LATEST = "latest"
# What stands beside the files of each resource, in the order in which a reader needs it.
BESIDE = (DATABASE, README, CODEBOOK, PACKAGE, DATASETTE, CITATION, LICENSE, SUMS)


@dataclass(frozen=True)
class Line:
    """A resource in a release: its meaning, its count, and its files."""

    path: str
    label: str
    count: int
    files: list[File]


def refusal(request: HttpRequest) -> HttpResponse | None:
    """400 for any parameter: these addresses take none."""
    problems = [unknown_parameter(name, ()) for name in request.GET]
    return refuse(request, problems) if problems else None


def newest() -> Release:
    found = shelf.every()
    if not found:
        raise Http404
    return found[0]


def about(release: Release) -> dict:
    """What the page shows of a release."""
    every = resources.every()
    return {
        "release": release,
        "lines": [
            Line(
                path,
                every[path].label_plural if path in every else path,
                count,
                [release.files[f"{path}.{ending}"] for ending in ("jsonl", "csv")],
            )
            for path, count in release.counts.items()
        ],
        "beside": [release.files[name] for name in BESIDE if name in release.files],
        "dataset": linked.dataset(release),
    }


def page(request: HttpRequest, releases: list[Release], context: dict) -> HttpResponse:
    tag = conditional.etag(
        request, "data", get_language() or "", *(one.sums.sha256 for one in releases)
    )
    if conditional.is_known(request, tag):
        return conditional.not_modified(tag)
    return conditional.stamped(render(request, "relations/data.html", context), tag)


class DataView(View):
    """All releases: the newest in full, the earlier ones by name."""

    def get(self, request):
        if refused := refusal(request):
            return refused
        found = shelf.every()
        context = {"is_list": True, "earlier": found[1:], "command": "manage.py export_release"}
        if found:
            context |= about(found[0])
            context["behind"] = max(changes.latest() - found[0].change, 0)
        return page(request, found, context)


class ReleaseView(View):
    """One release; ``latest`` leads to the newest."""

    def get(self, request, release):
        if refused := refusal(request):
            return refused
        if release == LATEST:
            return redirect("data-release", newest().name)
        found = shelf.find(release)
        if found is None:
            raise Http404
        return page(request, [found], {"is_list": False, **about(found)})


class FileView(View):
    """A file of a release. Only names in its list of checksums are looked up."""

    def get(self, request, release, file):
        if refused := refusal(request):
            return refused
        found = newest() if release == LATEST else shelf.find(release)
        one = found.files.get(file) if found else None
        if one is None:
            raise Http404
        if release == LATEST:
            return redirect("data-file", found.name, file)
        tag = f'"{one.sha256}"'
        if conditional.is_known(request, tag):
            return conditional.not_modified(tag)
        try:
            opened = (found.path / one.name).open("rb")
        except OSError:
            raise Http404 from None
        response = FileResponse(
            opened, as_attachment=True, filename=one.name, content_type=one.media_type
        )
        return conditional.stamped(response, tag)

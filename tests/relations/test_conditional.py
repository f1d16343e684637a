"""304 while nothing has changed, and never after something has."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from relations import conditional
from tests.factories import VisitFactory

pytestmark = pytest.mark.django_db


@conditional.conditional_page
def page(request):
    return HttpResponse("a page")


def ask(path="/timeline/", method="GET", **headers):
    return page(RequestFactory().generic(method, path, headers=headers))


def test_a_known_page_is_not_sent_again():
    first = ask()
    assert first.content == b"a page"
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = ask(**{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], first["Cache-Control"])
    assert ask(**{"If-None-Match": f'"other", W/{first["ETag"]}'}).status_code == 304
    assert ask(method="HEAD", **{"If-None-Match": first["ETag"]}).status_code == 304


def test_a_change_of_what_is_published_makes_it_another():
    tag = ask()["ETag"]
    draft = VisitFactory(stage="draft", cited=False)
    assert ask(**{"If-None-Match": tag}).status_code == 304
    draft.delete()
    VisitFactory()
    assert ask(**{"If-None-Match": tag}).status_code == 200


def test_each_representation_has_a_tag_of_its_own(monkeypatch, settings):
    tags = [
        ask()["ETag"],
        ask("/timeline/?date=1996")["ETag"],
        ask("/visits/")["ETag"],
        ask(**{"HX-Request": "true"})["ETag"],
    ]
    with translation.override("ru"):
        tags.append(ask()["ETag"])
    with monkeypatch.context() as patch:
        patch.setattr(conditional, "revision", lambda: "another release")
        tags.append(ask()["ETag"])
    with monkeypatch.context() as patch:
        tomorrow = timezone.now() + timedelta(days=1)
        patch.setattr(conditional.timezone, "now", lambda: tomorrow)
        tags.append(ask()["ETag"])
    settings.SITE_URL = "https://another.example"
    tags.append(ask()["ETag"])
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("header", ["*", "", "nonsense", '"' * 50, '"a', "W/", "\udcff"])
def test_a_tag_that_is_none_is_ignored(header):
    assert ask(**{"If-None-Match": header}).status_code == 200


def test_what_is_not_a_page_is_not_tagged():
    @conditional.conditional_page
    def missing(request):
        return HttpResponse(status=404)

    response = missing(RequestFactory().get("/"))
    assert not response.has_header("ETag")
    assert not ask(method="POST").has_header("ETag")


def test_not_modified_asks_for_the_number_only(django_assert_num_queries):
    tag = ask()["ETag"]
    with django_assert_num_queries(1) as queries:
        assert ask(**{"If-None-Match": tag}).status_code == 304
    assert "relations_changecounter" in queries[0]["sql"]


def test_vary_names_what_it_depends_on():
    assert ask()["Vary"] == "HX-Request"

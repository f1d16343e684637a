"""304 while nothing has changed, and never after something has."""

from datetime import timedelta

import pytest
from django.http import HttpResponse, StreamingHttpResponse
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
    assert ask()["Vary"] == "Accept-Encoding, HX-Request"


def test_a_page_is_made_once_for_all_who_ask_until_something_changes():
    made = []

    @conditional.conditional_page
    def counted(request):
        made.append(request.path)
        return HttpResponse("a page", headers={"Link": "<x>; rel=y"}, content_type="text/plain")

    first, second = (counted(RequestFactory().get("/timeline/")) for _ in range(2))
    assert made == ["/timeline/"]
    assert (second.content, second.headers) == (first.content, first.headers)
    assert second["Link"] == "<x>; rel=y"
    VisitFactory(stage="draft", cited=False)
    counted(RequestFactory().get("/timeline/"))
    assert len(made) == 1
    VisitFactory()
    counted(RequestFactory().get("/timeline/"))
    counted(RequestFactory().get("/timeline/?kind=visit"))
    assert len(made) == 3


def test_what_is_for_one_reader_streamed_or_large_is_not_kept():
    made = []

    def answers():
        cookie = HttpResponse("a page")
        cookie.set_cookie("who", "me")
        return [
            lambda: cookie,
            lambda: StreamingHttpResponse(iter(["a page"])),
            lambda: HttpResponse("x" * 500_001),
            lambda: HttpResponse("wrong", status=400),
            lambda: HttpResponse("private", headers={"Cache-Control": "no-store"}),
        ]

    for number, answer in enumerate(answers()):

        @conditional.conditional_page
        def view(request, number=number, answer=answer):
            made.append(number)
            return answer()

        view(RequestFactory().get(f"/{number}/"))
        view(RequestFactory().get(f"/{number}/"))
    assert made == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_an_answer_to_head_is_not_kept_for_others():
    @conditional.conditional_page
    def view(request):
        return HttpResponse("" if request.method == "HEAD" else "a page")

    assert view(RequestFactory().head("/timeline/")).content == b""
    assert view(RequestFactory().get("/timeline/")).content == b"a page"

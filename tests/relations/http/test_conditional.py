"""304 while nothing has changed, and never after something has."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.http import http_date

from relations.derived import code_version
from relations.history import changes
from relations.http import conditional
from relations.models import Change, ChangeCounter
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
        patch.setattr(code_version, "digest", lambda: "another release")
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


def test_the_time_of_the_last_change_is_told_and_known(client):
    VisitFactory(slug="visit")
    path = "/api/v1/visits/visit/"

    def get(**headers):
        return client.get(path, secure=True, headers=headers)

    first = get()
    last = changes.last()
    assert first["Last-Modified"] == http_date(int(last.changed.timestamp()))
    assert Change.objects.get(pk=last.number).time == last.changed
    same, later = first["Last-Modified"], http_date(last.changed.timestamp() + 3600)
    for time in (same, later):
        again = get(**{"If-Modified-Since": time})
        assert (again.status_code, again.content) == (304, b"")
        assert (again["ETag"], again["Last-Modified"]) == (first["ETag"], same)
    with CaptureQueriesContext(connection) as asked:
        get(**{"If-Modified-Since": same})
    assert {"relations_changecounter" in one["sql"] for one in asked} == {True}
    earlier = http_date(last.changed.timestamp() - 1)
    for time in (earlier, "yesterday", "", "*"):
        assert get(**{"If-Modified-Since": time}).status_code == 200
    # A tag, even an unknown one, is all that counts where it is given.
    assert get(**{"If-Modified-Since": same, "If-None-Match": '"other"'}).status_code == 200
    assert get(**{"If-Modified-Since": earlier, "If-None-Match": first["ETag"]}).status_code == 304
    head = client.head(path, secure=True, headers={"If-Modified-Since": same})
    assert head.status_code == 304


def test_no_two_changes_have_the_same_second(client):
    VisitFactory(slug="visit")
    known = client.get("/api/v1/visits/", secure=True)["Last-Modified"]
    # As when there were many changes in this second.
    before = timezone.now() + timedelta(minutes=1)
    ChangeCounter.objects.update(changed=before)
    VisitFactory()
    after = changes.last()
    assert int(after.changed.timestamp()) == int(before.timestamp()) + 1
    # A second that is still to come is not told, so nobody can take it for that of what comes next.
    soon = client.get("/api/v1/visits/", secure=True)
    assert not soon.has_header("Last-Modified")
    assert soon.has_header("ETag")
    again = client.get("/api/v1/visits/", secure=True, headers={"If-Modified-Since": known})
    assert (again.status_code, again.json()["count"]) == (200, 2)


def test_a_release_is_no_older_than_its_code(client, monkeypatch):
    VisitFactory()
    now = int(timezone.now().timestamp())
    ChangeCounter.objects.update(changed=timezone.now() - timedelta(days=30))
    monkeypatch.setattr(code_version, "released", lambda: now - 60)
    assert client.get("/api/v1/visits/", secure=True)["Last-Modified"] == http_date(now - 60)


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

"""Who is asking, and whether what is asked can be read at all."""

from ipaddress import ip_network

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from relations.http.middleware import CleanRequestMiddleware, TrustedProxyMiddleware

PROXIES = [ip_network("10.0.0.0/8"), ip_network("127.0.0.1/32"), ip_network("2001:db8::/32")]


def seen_by_view(settings, proxies=PROXIES, **meta) -> dict:
    settings.TRUSTED_PROXIES = proxies
    seen = {}

    def view(request):
        seen.update(
            address=request.META["REMOTE_ADDR"],
            scheme=request.scheme,
            left=[name for name in request.META if "FORWARDED" in name or name == "HTTP_X_REAL_IP"],
        )
        return HttpResponse()

    TrustedProxyMiddleware(view)(RequestFactory().get("/", **meta))
    assert seen["left"] == []
    return seen


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, nonsense, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("2001:db8::1", "2001:db9::7", "2001:db9::7"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("203.0.113.5", "1.2.3.4", "203.0.113.5"),
        ("", "1.2.3.4", ""),
    ],
)
def test_the_rightmost_address_that_is_not_ours_is_the_clients(
    settings, remote, forwarded, address
):
    seen = seen_by_view(settings, REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert seen["address"] == address


@pytest.mark.parametrize(
    ("remote", "proto", "scheme"),
    [
        ("10.0.0.1", "https", "https"),
        ("10.0.0.1", "http, https", "https"),
        ("10.0.0.1", "https, http", "http"),
        ("10.0.0.1", "gopher", "http"),
        ("203.0.113.5", "https", "http"),
    ],
)
def test_only_our_proxies_say_what_the_scheme_was(settings, remote, proto, scheme):
    seen = seen_by_view(settings, REMOTE_ADDR=remote, HTTP_X_FORWARDED_PROTO=proto)
    assert seen["scheme"] == scheme


def test_without_proxies_nobody_is_believed(settings):
    seen = seen_by_view(
        settings,
        [],
        REMOTE_ADDR="127.0.0.1",
        HTTP_X_FORWARDED_FOR="1.2.3.4",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_HOST="evil.example",
        HTTP_X_REAL_IP="1.2.3.4",
        HTTP_FORWARDED="for=1.2.3.4",
    )
    assert (seen["address"], seen["scheme"]) == ("127.0.0.1", "http")


# What can be read -------------------------------------------------------------------------------------


def passed(path, *, method="GET", **meta):
    """What the middleware answers; "through" where the view was reached."""
    request = RequestFactory().generic(method, path, HTTP_HOST="entente.example", **meta)
    return CleanRequestMiddleware(lambda request: HttpResponse("through"))(request)


UNREADABLE = [
    "/api/v1/visits/%00/",
    "/api/v1/visits/%FF/",
    "/api/v1/visits/%ED%A0%80/",
    "/api/v1/visits/a%0Ab/",
    "/api/v1/visits/?q=%00",
    "/api/v1/visits/?q=%1B",
    "/api/v1/visits/?q=%C3",
    "/api/v1/visits/?q=%ED%A0%80",
    "/api/v1/visits/?%00=1",
    "/api/v1/visits/?q=\x7f",
]


@pytest.mark.parametrize("path", UNREADABLE)
def test_unreadable_requests_to_the_api_are_problems(path):
    response = passed(path)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", UNREADABLE)
def test_unreadable_requests_for_pages_show_the_page_for_them(path):
    response = passed(path.removeprefix("/api/v1"))
    assert response.status_code == 400
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert b"control characters" in response.content


@pytest.mark.parametrize(
    "path",
    ["/visits/?q=%D0%94%D1%80%D1%83%D0%B6%D0%B1%D0%B0", "/visits/?q=100%&x=%zz", "/?q=a+b", "/é/"],
)
def test_readable_requests_go_through(path):
    assert passed(path).content == b"through"


def test_a_query_with_too_many_parameters_is_refused():
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    response = passed("/api/v1/visits/?" + "&".join(f"a{number}=1" for number in range(most + 1)))
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_a_host_that_is_not_ours_is_refused(settings):
    settings.ALLOWED_HOSTS = ["entente.example"]
    request = RequestFactory().get("/api/v1/visits/", HTTP_HOST="evil.example")
    response = CleanRequestMiddleware(lambda request: HttpResponse("through"))(request)
    assert response.status_code == 400
    assert b"evil" not in response.content


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/timeline/?utm_source=x", "/timeline/"),
        ("/timeline/?utm_source=x&date=1996&fbclid=1&q=a+b%20c", "/timeline/?date=1996&q=a+b%20c"),
        ("/timeline/?UTM_Campaign=x&date=1996", "/timeline/?date=1996"),
        ("/timeline/?utm%5Fsource=x", "/timeline/"),
        ("/?_ga=1&gclid&date=", "/?date="),
        ("/caf%C3%A9/?ref_src=1", "/caf%C3%A9/"),
    ],
)
def test_tracking_is_redirected_away_from_pages(path, location):
    response = passed(path)
    assert (response.status_code, response["Location"]) == (302, location)
    assert passed(path, method="HEAD").status_code == 302


def test_the_redirect_never_leads_to_another_host():
    response = passed("/?gclid=1", PATH_INFO="//evil.example/")
    assert (response.status_code, response["Location"]) == (302, "/%2Fevil.example/")


def test_tracking_is_left_to_others_where_it_is_not_a_page():
    assert passed("/api/v1/visits/?utm_source=x").content == b"through"
    assert passed("/timeline/?utm_source=x", method="POST").content == b"through"
    assert passed("/timeline/?futm_source=x").content == b"through"


@pytest.mark.django_db
def test_the_api_names_a_tracking_parameter_as_unknown(client):
    response = client.get("/api/v1/visits/?utm_source=x", secure=True)
    assert response.status_code == 400
    assert [problem["parameter"] for problem in response.json()["problems"]] == ["utm_source"]

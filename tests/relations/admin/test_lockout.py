"""Guessing passwords: how soon it ends, for whom, and for how long."""

import re
from ipaddress import ip_network

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from relations.models import AccountEvent
from tests.relations.admin.signing_in import (
    LOGIN,
    PASSWORD,
    from_address,
    give_password,
    is_in,
    let_pass,
)

HOME, ELSEWHERE = "203.0.113.9", "198.51.100.1"


@pytest.fixture(autouse=True)
def _plain_http(settings, editor):
    settings.SECURE_SSL_REDIRECT = False


def guess(client, times, name="editor"):
    """The status of each of so many wrong passwords."""
    return [give_password(client, name, f"wrong-{n}").status_code for n in range(times)]


def test_five_wrong_passwords_lock_the_name_at_that_address():
    attacker = from_address(ELSEWHERE)
    assert guess(attacker, 6) == [200, 200, 200, 200, 429, 429]
    # Right or wrong: it is not looked at.
    assert give_password(attacker).status_code == 429
    assert not is_in(attacker)
    # Another name there, and the same elsewhere, are read.
    assert guess(attacker, 1, "other") == [200]
    assert give_password(from_address(HOME)).status_code == 302


def test_it_says_when_to_try_again():
    attacker = from_address(ELSEWHERE)
    guess(attacker, 4)
    response = give_password(attacker, password="wrong")
    assert response.status_code == 429
    assert 14 * 60 < int(response["Retry-After"]) <= 15 * 60
    page = response.content.decode()
    assert re.search(r"Try again in 15 minutes, at \d\d:\d\d UTC\.", page)
    let_pass(10)
    response = give_password(attacker)
    assert 4 * 60 < int(response["Retry-After"]) <= 5 * 60
    let_pass(5)
    assert give_password(attacker).status_code == 302


def test_trying_on_prolongs_nothing_and_fills_nothing():
    attacker = from_address(ELSEWHERE)
    guess(attacker, 5)
    before = list(AccessAttempt.objects.values())
    logged = AccountEvent.objects.count()
    guess(attacker, 20)
    assert list(AccessAttempt.objects.values()) == before
    assert AccountEvent.objects.count() == logged


def test_after_the_rest_one_failure_locks_again_until_one_succeeds():
    attacker = from_address(ELSEWHERE)
    guess(attacker, 5)
    let_pass(16)
    assert guess(attacker, 2) == [429, 429]
    let_pass(16)
    assert give_password(attacker).status_code == 302
    assert guess(from_address(ELSEWHERE), 4) == [200] * 4


def test_an_address_that_tries_many_names_is_locked():
    attacker = from_address(ELSEWHERE)
    statuses = [give_password(attacker, f"name-{n}", "wrong").status_code for n in range(21)]
    assert statuses == [200] * 19 + [429, 429]
    assert give_password(attacker).status_code == 429
    assert give_password(from_address(HOME)).status_code == 302


def test_a_sign_in_with_an_account_of_ones_own_does_not_let_one_guess_on():
    User.objects.create_user("insider", password=PASSWORD, is_staff=True)
    insider = from_address(ELSEWHERE)
    for _ in range(4):
        guess(insider, 1)
        assert give_password(insider, "insider").status_code == 302
        insider.logout()
    assert guess(insider, 1) == [429]


def test_many_addresses_guess_one_account_only_so_often():
    statuses = [guess(from_address(f"198.51.100.{n}"), 1)[0] for n in range(40)]
    assert statuses == [200] * 29 + [429] * 11
    assert give_password(from_address("198.51.100.99")).status_code == 429
    let_pass(30)
    assert give_password(from_address("198.51.100.99")).status_code == 429
    let_pass(31)
    assert give_password(from_address("198.51.100.99")).status_code == 302


def test_who_attacks_from_elsewhere_does_not_keep_an_editor_from_their_own_desk():
    give_password(from_address(HOME))
    for n in range(40):
        guess(from_address(f"198.51.100.{n}"), 1)
    assert give_password(from_address("198.51.100.99")).status_code == 429
    assert give_password(from_address(HOME)).status_code == 302


def test_one_household_has_one_count():
    statuses = [guess(from_address(f"2001:db8:0:1::{n}"), 1)[0] for n in range(1, 7)]
    assert statuses == [200] * 4 + [429, 429]
    assert guess(from_address("2001:db8:0:2::1"), 1) == [200]


def test_a_header_that_anybody_can_send_makes_no_other_address():
    attacker = from_address(ELSEWHERE)
    statuses = []
    for n in range(6):
        forged = {
            "X-Forwarded-For": f"192.0.2.{n}",
            "X-Real-IP": f"192.0.2.{n}",
            "Forwarded": f"for=192.0.2.{n}",
        }
        data = {"username": "editor", "password": "wrong"}
        statuses.append(attacker.post(LOGIN, data, headers=forged).status_code)
    assert statuses == [200] * 4 + [429, 429]
    assert {row.ip_address for row in AccessAttempt.objects.all()} == {ELSEWHERE}


def test_behind_our_proxy_the_address_is_the_one_it_adds(settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    proxy = from_address("10.0.0.1")

    def give(forwarded, password="wrong"):  # noqa: S107
        headers = {"X-Forwarded-For": forwarded}
        data = {"username": "editor", "password": password}
        return proxy.post(LOGIN, data, headers=headers).status_code

    assert [give(f"192.0.2.{n}, {ELSEWHERE}") for n in range(5)] == [200] * 4 + [429]
    # Pretending to be the editor's own address locks nobody else out, nor lets in.
    assert give(f"{HOME}, {ELSEWHERE}", PASSWORD) == 429
    assert give(HOME, PASSWORD) == 302
    found = AccountEvent.objects.filter(kind="signed-in").latest("pk")
    assert found.address == HOME


def test_what_is_typed_as_a_name_is_not_kept():
    give_password(from_address(ELSEWHERE), "my secret passphrase", "editor")
    kept = [*AccessAttempt.objects.values(), *AccountEvent.objects.values()]
    assert "secret" not in str(kept)
    assert PASSWORD not in str(kept)
    assert [event.name for event in AccountEvent.objects.filter(kind="refused")] == [""]


def test_a_browser_that_calls_itself_otherwise_is_the_same():
    statuses = [
        Client(REMOTE_ADDR=ELSEWHERE, HTTP_USER_AGENT=f"agent {n}")
        .post(LOGIN, {"username": "editor", "password": "wrong"})
        .status_code
        for n in range(6)
    ]
    assert statuses == [200] * 4 + [429, 429]


def test_where_the_server_names_no_address_it_is_counted_all_the_same():
    assert guess(from_address(""), 6) == [200] * 4 + [429, 429]


def test_pages_ask_nothing_of_it(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(LOGIN)
    give_password(client)
    with CaptureQueriesContext(connection) as asked:
        client.get("/about/method/")
        client.get("/api/v1/timeline/")
    tables = ("axes_", "otp_", "django_session", "auth_user", "relations_accountevent")
    assert [
        query for query in asked.captured_queries if re.search("|".join(tables), query["sql"])
    ] == []

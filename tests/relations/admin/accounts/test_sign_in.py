"""Signing in with a password: what it tells whom, and how long it lasts."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.relations.admin.signing_in import LOGIN, PASSWORD, from_address, give_password, is_in

REFUSED = (
    "Please enter the correct username and password for a staff account. "
    "Note that both fields may be case-sensitive."
)


@pytest.fixture(autouse=True)
def _plain_http(settings, editor):
    settings.SECURE_SSL_REDIRECT = False


class CountingHasher(MD5PasswordHasher):
    runs = 0

    def encode(self, password, salt):
        type(self).runs += 1
        return super().encode(password, salt)


@pytest.fixture
def nobody_gets_in(editor):
    """Every way not to be let in, each from an address of its own: name and password."""
    User.objects.create_user("inactive", password=PASSWORD, is_staff=True, is_active=False)
    User.objects.create_user("visitor", password=PASSWORD)
    User.objects.create_user("without", is_staff=True)
    return {
        "203.0.113.1": ("nobody", PASSWORD),
        "203.0.113.2": ("editor", "wrong"),
        "203.0.113.3": ("inactive", PASSWORD),
        "203.0.113.4": ("visitor", PASSWORD),
        "203.0.113.5": ("visitor", "wrong"),
        "203.0.113.6": ("without", PASSWORD),
        "203.0.113.7": ("EDITOR", PASSWORD),
    }


def test_who_is_refused_does_not_learn_why(nobody_gets_in, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    User.objects.get(username="editor")
    for user in User.objects.exclude(username="without"):
        user.set_password(PASSWORD)
        user.save()
    told = {}
    for address, (name, password) in nobody_gets_in.items():
        client, heard = from_address(address), []
        for _ in range(6):
            CountingHasher.runs = 0
            response = give_password(client, name, password)
            context = response.context
            errors = list(context["form"].non_field_errors()) if response.status_code == 200 else []
            heard.append((response.status_code, errors, CountingHasher.runs))
        told[name, password] = heard
    refused, locked = (200, [REFUSED], 1), (429, [], 0)
    # The fifth is read, and reaches the limit.
    assert told == dict.fromkeys(nobody_gets_in.values(), [refused] * 4 + [(429, [], 1), locked])


def test_the_right_password_lets_in(client):
    assert not is_in(client)
    response = give_password(client, next="/admin/relations/visit/")
    assert (response.status_code, response.url) == (302, "/admin/relations/visit/")
    assert is_in(client)
    assert client.get(LOGIN).url == "/admin/"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "\\\\evil.example",
        "http:///evil.example",
    ],
)
def test_one_is_not_led_to_another_site(client, address):
    assert give_password(client, next=address).url == "/admin/"
    client.logout()
    query = client.post(f"{LOGIN}?next={address}", {"username": "editor", "password": PASSWORD})
    assert query.url == "/admin/"


def test_a_session_known_before_is_not_gone_on_with(client):
    session = client.session
    session["theme"] = "of an attacker"
    session.save()
    client.cookies["sessionid"] = fixed = session.session_key
    give_password(client)
    assert client.cookies["sessionid"].value != fixed
    assert is_in(client)
    thief = Client()
    thief.cookies["sessionid"] = fixed
    assert not is_in(thief)


def test_a_session_ends_twelve_hours_after_signing_in_whatever_is_done(client):
    give_password(client)
    session = Session.objects.get()
    left = session.expire_date - timezone.now()
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    store = client.session
    store["touched"] = True
    store.save()
    assert Session.objects.get().expire_date == session.expire_date
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"


def test_another_password_ends_the_other_sessions(client, editor):
    other = Client()
    give_password(client)
    give_password(other)
    new = "a long walk by the Caspian"
    changed = client.post(
        "/admin/password_change/",
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )
    assert changed.url == "/admin/password_change/done/"
    assert (is_in(client), is_in(other)) == (True, False)
    assert give_password(Client()).status_code == 200
    assert give_password(Client(), password=new).status_code == 302


def test_there_is_no_page_that_sends_passwords(client):
    """Superusers give them: no page says whether an address or a name has an account."""
    page = client.get(LOGIN).content.decode()
    assert "reset" not in page
    assert client.get("/admin/password_reset/").url == "/admin/login/?next=/admin/password_reset/"
    give_password(client)
    assert client.get("/admin/password_reset/").status_code == 404


def test_a_name_that_no_user_can_have_is_refused(client):
    for name in ("x" * 151, "a\0b", "", " "):
        response = give_password(client, name)
        assert response.status_code == 200
        assert list(response.context["form"].errors) != []

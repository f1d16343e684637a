"""Who keeps the accounts, and that somebody always can."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from tests.relations.admin.forms import errors_of, form_of, url

LAST = (
    "This is the last superuser who can sign in: without one nobody could keep the accounts. "
    "Make another one first."
)


def change(desk, user, **values):
    page = url(User, "change", user.pk)
    form = {**form_of(desk.get(page), User), **values}
    return desk.post(page, {name: value for name, value in form.items() if value is not None})


@pytest.mark.parametrize("name", ["is_superuser", "is_active", "is_staff"])
def test_the_last_superuser_stays_one(desk, editor, name):
    User.objects.create_superuser("left long ago", is_active=False)
    User.objects.create_user("not of the staff", is_superuser=True)
    assert errors_of(change(desk, editor, **{name: None})) == {name: [LAST]}
    editor.refresh_from_db()
    assert (editor.is_superuser, editor.is_active, editor.is_staff) == (True, True, True)
    User.objects.create_superuser("another")
    assert change(desk, editor, **{name: None}).status_code == 302
    editor.refresh_from_db()
    assert getattr(editor, name) is False


def test_the_last_superuser_is_not_deleted(desk, editor):
    page = url(User, "delete", editor.pk)
    assert desk.get(page).status_code == desk.post(page, {"post": "yes"}).status_code == 403
    other = User.objects.create_superuser("another")
    assert desk.post(url(User, "delete", other.pk), {"post": "yes"}).status_code == 302
    assert list(User.objects.all()) == [editor]


def test_the_last_superuser_is_altered_otherwise(desk, editor):
    assert change(desk, editor, first_name="Edna").status_code == 302
    editor.refresh_from_db()
    assert editor.first_name == "Edna"


def test_no_permission_but_being_superuser_alters_accounts(db, settings):
    settings.SECURE_SSL_REDIRECT = False
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.all())
    client = Client()
    client.force_login(clerk)
    group = Group.objects.create(name="Some")
    for model, pk in ((User, clerk.pk), (Group, group.pk)):
        assert client.get(url(model, "changelist")).status_code == 200
        assert client.get(url(model, "add")).status_code == 403
        for page in (url(model, "add"), url(model, "change", pk), url(model, "delete", pk)):
            response = client.post(page, {"is_superuser": "on", "name": "x", "post": "yes"})
            assert response.status_code == 403, page
    password = f"/admin/auth/user/{clerk.pk}/password/"
    assert client.get(password).status_code == client.post(password).status_code == 403
    clerk.refresh_from_db()
    assert not clerk.is_superuser
    assert Group.objects.filter(name="Some").exists()


def test_a_short_or_common_password_is_refused(desk):
    page = url(User, "add")
    form = {**form_of(desk.get(page), User), "username": "novice", "usable_password": "true"}
    for password in ("short", "password1234", "123456789012"):
        refused = desk.post(page, {**form, "password1": password, "password2": password})
        assert refused.status_code == 200, password
        assert list(errors_of(refused)) == ["password2"], password
    good = "a long walk by the Caspian"
    assert desk.post(page, {**form, "password1": good, "password2": good}).status_code == 302
    assert User.objects.get(username="novice").check_password(good)

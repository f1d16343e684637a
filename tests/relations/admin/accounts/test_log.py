"""The log of accounts: what it notes, whoever alters them and however, and who may read it."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from relations.models import AccountEvent
from tests.relations.admin.forms import form_of, url
from tests.relations.admin.signing_in import (
    CODE,
    PASSWORD,
    code_of,
    from_address,
    give_password,
    switched_on,
    wrong_code,
)

HOME = "203.0.113.9"


@pytest.fixture(autouse=True)
def _plain_http(settings):
    settings.SECURE_SSL_REDIRECT = False


@pytest.fixture
def novice(db):
    return User.objects.create_user("novice", password=PASSWORD, is_staff=True)


def events(*names, after=None):
    """What was noted, oldest first: the named fields of each."""
    found = AccountEvent.objects.order_by("pk")
    if after is not None:
        found = found.filter(pk__gt=after.pk)
    return [tuple(getattr(event, name) for name in names) for event in found]


@pytest.fixture
def since(desk, editor, novice):
    """The newest event when the test begins."""
    return AccountEvent.objects.latest("pk")


def test_signing_in_and_out(novice):
    start = AccountEvent.objects.latest("pk")
    client = from_address(HOME)
    give_password(client, "novice", "wrong")
    give_password(client, "nobody", "wrong")
    give_password(client, "novice")
    client.post("/admin/logout/")
    assert events("kind", "user", "name", "actor", "address", after=start) == [
        ("refused", novice, "novice", None, HOME),
        ("refused", None, "", None, HOME),
        ("signed-in", novice, "novice", novice, HOME),
        ("signed-out", novice, "novice", novice, HOME),
    ]


def test_a_lock_is_noted_once(novice):
    start = AccountEvent.objects.latest("pk")
    client = from_address(HOME)
    for _ in range(8):
        give_password(client, "novice", "wrong")
    assert events("kind", "user", after=start) == [("refused", novice)] * 5 + [
        ("locked-out", novice)
    ]


def test_the_second_step(novice):
    codes = switched_on(novice)
    start = AccountEvent.objects.latest("pk")
    client = from_address(HOME)
    give_password(client, "novice")
    client.post(CODE, {"code": wrong_code(novice)})
    client.post(CODE, {"code": codes[0]})
    assert events("kind", "user", "actor", "address", after=start) == [
        ("code-refused", novice, None, HOME),
        ("recovery-used", novice, novice, HOME),
        ("signed-in", novice, novice, HOME),
    ]
    kept = str(list(AccountEvent.objects.values()))
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]
    assert code_of(novice) not in kept


def test_what_an_account_is_made_with(desk, editor):
    start = AccountEvent.objects.latest("pk")
    form = {
        **form_of(desk.get(url(User, "add")), User),
        "username": "new",
        "usable_password": "true",
    }
    password = "a long walk by the Caspian"
    desk.post(url(User, "add"), {**form, "password1": password, "password2": password})
    flags = {"username": [None, "new"], "is_active": [None, True], "is_staff": [None, False]}
    assert events("kind", "name", "actor", "address", "details", after=start) == [
        ("account-made", "new", editor, "127.0.0.1", {**flags, "is_superuser": [None, False]})
    ]


def test_what_an_editor_of_accounts_alters(desk, editor, novice, since):
    page = url(User, "change", novice.pk)
    group = Group.objects.get(name="Reviewer")
    permission = Permission.objects.get(codename="publish_record")
    form = form_of(desk.get(page), User)
    form |= {"is_superuser": "on", "groups": [group.pk], "user_permissions": [permission.pk]}
    del form["is_staff"]
    assert desk.post(page, form).status_code == 302
    assert events("kind", "user", "actor", "details", after=since) == [
        (
            "account-changed",
            novice,
            editor,
            {"is_staff": [True, False], "is_superuser": [False, True]},
        ),
        ("account-changed", novice, editor, {"groups": [[], ["Reviewer"]]}),
        (
            "account-changed",
            novice,
            editor,
            {"user_permissions": [[], ["relations.publish_record"]]},
        ),
    ]


def test_what_alters_nothing_is_not_noted(desk, novice, since):
    page = url(User, "change", novice.pk)
    form = {**form_of(desk.get(page), User), "first_name": "Nora"}
    assert desk.post(page, form).status_code == 302
    novice.refresh_from_db()
    assert novice.first_name == "Nora"
    assert events("kind", after=since) == []


def test_a_password_that_is_changed_by_oneself_and_by_another(desk, editor, novice, since):
    new = "a long walk by the Caspian"
    desk.post(
        f"/admin/auth/user/{novice.pk}/password/",
        {"usable_password": "true", "password1": new, "password2": new, "set-password": "1"},
    )
    client = Client()
    give_password(client, "novice", new)
    other = "a short walk by the Aral"
    data = {"old_password": new, "new_password1": other, "new_password2": other}
    client.post("/admin/password_change/", data)
    noted = [
        one
        for one in events("kind", "user", "actor", "details", after=since)
        if one[0] == "password"
    ]
    assert noted == [("password", novice, editor, {}), ("password", novice, novice, {})]
    assert novice.password not in str(list(AccountEvent.objects.values()))


class Stronger(MD5PasswordHasher):
    algorithm = "stronger"


def test_a_password_that_is_stored_another_way_is_not_changed(novice, settings):
    start = AccountEvent.objects.latest("pk")
    settings.PASSWORD_HASHERS = [
        f"{__name__}.Stronger",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    give_password(Client(), "novice")
    novice.refresh_from_db()
    assert novice.password.startswith("stronger$")
    assert events("kind", after=start) == [("signed-in",)]


def test_groups_and_their_permissions(desk, editor, novice, since):
    group = Group.objects.create(name="Helpers")
    group.user_set.add(novice)
    page = url(Group, "change", group.pk)
    permission = Permission.objects.get(codename="view_report")
    form = {**form_of(desk.get(page), Group), "name": "Friends", "permissions": [permission.pk]}
    assert desk.post(page, form).status_code == 302
    assert desk.post(url(Group, "delete", group.pk), {"post": "yes"}).status_code == 302
    assert events("kind", "name", "actor", "details", after=since) == [
        ("group-made", "Helpers", None, {}),
        ("account-changed", "novice", None, {"groups": [[], ["Helpers"]]}),
        ("group-changed", "Friends", editor, {"name_was": ["Helpers", "Friends"]}),
        ("group-changed", "Friends", editor, {"permissions": [[], ["relations.view_report"]]}),
        (
            "group-deleted",
            "Friends",
            editor,
            {"members": [["novice"], []], "permissions": [["relations.view_report"], []]},
        ),
    ]


@pytest.mark.parametrize("from_group", [True, False])
def test_links_are_noted_from_either_side(novice, from_group):
    first, second = (Group.objects.create(name=name) for name in ("First", "Second"))
    start = AccountEvent.objects.latest("pk")
    if from_group:
        first.user_set.set([novice])
        second.user_set.add(novice)
        first.user_set.remove(novice)
        second.user_set.clear()
    else:
        novice.groups.set([first])
        novice.groups.add(second)
        novice.groups.remove(first)
        novice.groups.clear()
    novice.groups.clear()
    assert events("user", "details", after=start) == [
        (novice, {"groups": [[], ["First"]]}),
        (novice, {"groups": [["First"], ["First", "Second"]]}),
        (novice, {"groups": [["First", "Second"], ["Second"]]}),
        (novice, {"groups": [["Second"], []]}),
    ]


def test_what_a_command_does_is_done_by_nobody(db):
    call_command("createsuperuser", "--no-input", username="root", email="root@example.org")
    made = AccountEvent.objects.get(kind="account-made")
    assert (made.name, made.actor, made.actor_name, made.address) == ("root", None, "", None)
    assert made.details["is_superuser"] == [None, True]


def test_the_log_outlives_who_is_in_it(desk, editor, novice, since):
    desk.post(url(User, "delete", novice.pk), {"post": "yes"})
    assert events("kind", "user", "name", "actor", after=since) == [
        ("account-deleted", None, "novice", editor)
    ]
    assert not AccountEvent.objects.filter(name="novice").exclude(user=None).exists()
    User.objects.create_superuser("other")
    me = url(User, "delete", editor.pk)
    assert desk.post(me, {"post": "yes"}).status_code == 302
    gone = AccountEvent.objects.filter(kind="account-deleted").latest("pk")
    assert (gone.name, gone.actor, gone.actor_name) == ("editor", None, "editor")


def test_superusers_alone_read_it_and_nobody_alters_it(desk, novice):
    event = AccountEvent.objects.latest("pk")
    pages = [url(AccountEvent, "changelist"), url(AccountEvent, "change", event.pk)]
    novice.user_permissions.set(Permission.objects.all())
    client = Client()
    client.force_login(novice)
    assert [client.get(page).status_code for page in pages] == [403, 403]
    assert [desk.get(page).status_code for page in pages] == [200, 200]
    for page in (url(AccountEvent, "add"), pages[1], url(AccountEvent, "delete", event.pk)):
        assert desk.post(page, {"post": "yes", "name": "x"}).status_code == 403
    assert AccountEvent.objects.get(pk=event.pk).name == event.name


def test_it_is_found_by_kind_account_and_address(desk, editor, novice):
    give_password(from_address(HOME), "novice", "wrong")
    give_password(from_address(HOME), "novice")

    def found(**query):
        response = desk.get(url(AccountEvent, "changelist"), query)
        return [(row.kind, row.name) for row in response.context["cl"].result_list]

    assert found(kind__exact="refused") == [("refused", "novice")]
    assert found(user__id__exact=novice.pk, kind__exact="signed-in") == [("signed-in", "novice")]
    assert found(actor__id__exact=novice.pk) == [("signed-in", "novice")]
    assert found(q=HOME) == [("signed-in", "novice"), ("refused", "novice")]
    assert found(q="novi", kind__exact="account-made") == [("account-made", "novice")]
    assert found(q="nothing of the kind") == []


def test_an_alteration_is_shown_before_and_after(desk, novice):
    novice.is_superuser = True
    novice.save()
    novice.groups.set(Group.objects.filter(name__in=["Editor", "Reviewer"]))
    listed = desk.get(url(AccountEvent, "changelist")).content.decode()
    assert 'account changed<br><span class="desk-next">groups + Editor, + Reviewer</span>' in listed
    assert 'account changed<br><span class="desk-next">superuser no → yes</span>' in listed
    flags = AccountEvent.objects.filter(kind="account-changed").earliest("pk")
    page = desk.get(url(AccountEvent, "change", flags.pk)).content.decode()
    assert '<th scope="row">superuser</th><td>false</td><td>true</td>' in page


def test_what_is_old_is_forgotten(novice, capsys):
    AccountEvent.objects.update(time=timezone.now() - timedelta(days=401))
    novice.is_staff = False
    novice.save()
    call_command("clear_account_log")
    assert capsys.readouterr().out == "1 event older than 400 days was deleted.\n"
    assert events("kind") == [("account-changed",)]
    AccountEvent.objects.update(time=timezone.now() - timedelta(days=2))
    call_command("clear_account_log", "--days=1")
    assert events("kind") == []
    with pytest.raises(CommandError) as told:
        call_command("clear_account_log", "--days=0")
    assert str(told.value) == "--days: give a number of days, 1 or more."

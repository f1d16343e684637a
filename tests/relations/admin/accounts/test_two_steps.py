"""Signing in in two steps: that the password alone gives nothing, and who may set it up and take it off."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import get_resolver
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from relations.accounts import two_steps
from relations.models import AccountEvent
from tests.relations.admin.signing_in import (
    CODE,
    LOGIN,
    PASSWORD,
    SET_UP,
    TWO_STEPS,
    code_of,
    from_address,
    give_password,
    is_in,
    next_half_minute,
    switched_on,
    wrong_code,
)

NO_CODE = (
    "That is not one of your codes, or it was used before. Codes of an app change every 30 "
    "seconds: check the clock of your device, and use the next code."
)


@pytest.fixture(autouse=True)
def _plain_http(settings, editor):
    settings.SECURE_SSL_REDIRECT = False


@pytest.fixture
def codes(editor):
    """The editor signs in in two steps; these are the recovery codes."""
    return switched_on(editor)


def sign_in(client, user, code=None):
    give_password(client, user.username)
    return client.post(CODE, {"code": code or code_of(user)})


def addresses_of_the_desk():
    """Every address below /admin/, with any key."""
    found = []

    def walk(patterns, prefix):
        for one in patterns:
            path = prefix + re.sub(r"<[^>]*>|\(\?P<[^>]*>[^)]*\)", "1", str(one.pattern)).strip(
                "^$"
            )
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, path)
            else:
                found.append(f"/{path}")

    walk([one for one in get_resolver().url_patterns if str(one.pattern) == "admin/"], "")
    return found


def test_the_code_follows_the_password(client, editor, codes):
    response = give_password(client, next="/admin/relations/visit/")
    assert response.url == CODE
    assert not is_in(client)
    response = client.post(CODE, {"code": code_of(editor)})
    assert response.url == "/admin/relations/visit/"
    assert is_in(client)
    # Nothing is left of the way in.
    assert client.get(CODE).url == LOGIN
    assert is_in(client)


def test_the_password_alone_gives_nothing(client, editor, codes):
    give_password(client)
    own = {LOGIN, CODE, SET_UP, "/admin/jsi18n/"}
    paths = addresses_of_the_desk()
    assert {"/admin/", "/admin/date/", TWO_STEPS, "/admin/relations/visit/1/change/"} <= set(paths)
    for path in paths:
        if path in own:
            continue
        for answer in (client.get(path), client.post(path, {"post": "yes"})):
            assert answer.status_code == 302, path
            assert answer.url.startswith((LOGIN, "/admin/")), path
            assert answer.url != path
    assert "_auth_user_id" not in client.session
    assert client.get(SET_UP).url == LOGIN


def test_without_the_password_no_code_is_asked_for(client, editor, codes):
    assert client.get(CODE).url == LOGIN
    assert client.post(CODE, {"code": code_of(editor)}).url == LOGIN
    assert client.post(SET_UP, {"begin": "1"}).url == LOGIN
    assert not is_in(client)


def test_a_code_is_taken_once(client, editor, codes):
    code = code_of(editor)
    assert sign_in(client, editor, code).status_code == 302
    other = Client()
    refused = sign_in(other, editor, code)
    assert refused.context["form"].errors == {"code": [NO_CODE]}
    assert not is_in(other)
    next_half_minute(editor)
    assert sign_in(other, editor, code_of(editor, later=1)).status_code == 302


def test_a_recovery_code_is_taken_once_as_it_is_typed(client, editor, codes):
    first, second = codes[:2]
    assert (len(codes), len(set(codes))) == (10, 10)
    assert all(re.fullmatch(r"[a-z2-7]{5}-[a-z2-7]{5}", code) for code in codes)
    assert sign_in(client, editor, f" {first.upper().replace('-', '  ')} ").url == "/admin/"
    page = client.get(TWO_STEPS).content.decode()
    assert "You have used a recovery code: 9 are left." in page
    assert "You have 9 recovery codes left." in page
    other = Client()
    assert sign_in(other, editor, first).status_code == 200
    assert not is_in(other)
    two_steps.StaticDevice.objects.update(throttling_failure_timestamp=None)
    assert other.post(CODE, {"code": second}).url == "/admin/"


def test_recovery_codes_are_not_kept_as_they_are(codes):
    kept = [token.token for token in StaticToken.objects.all()]
    plain = [code.replace("-", "") for code in codes]
    assert len(kept) == 10
    assert not set(kept) & {*codes, *plain}
    # What is kept is no code either.
    assert all(two_steps.verify(User.objects.get(), token) is None for token in kept[:1])


def test_codes_of_another_are_refused(editor, codes):
    other = User.objects.create_superuser("other", password=PASSWORD)
    others = switched_on(other)
    for user, code in (
        (editor, code_of(other)),
        (other, code_of(editor)),
        (editor, others[0]),
        (other, codes[0]),
    ):
        client = Client()
        assert sign_in(client, user, code).status_code == 200
        assert not is_in(client)


def test_wrong_codes_make_one_wait(client, editor, codes):
    assert sign_in(client, editor, wrong_code(editor)).context["form"].errors == {"code": [NO_CODE]}
    response = client.post(CODE, {"code": code_of(editor)})
    assert (response.status_code, response["Retry-After"]) == (429, "1")
    assert response.context["form"].errors == {
        "code": ["After wrong codes none is accepted for a while: try again in 1 second."]
    }
    assert not is_in(client)


def test_wrong_codes_lock_out_and_so_do_wrong_passwords_between_them(editor, codes):
    attacker = from_address("198.51.100.1")
    give_password(attacker)
    statuses = []
    for _ in range(6):
        next_half_minute(editor)
        statuses.append(attacker.post(CODE, {"code": wrong_code(editor)}).status_code)
        # The right password forgives no wrong code.
        give_password(attacker)
    assert statuses == [200] * 4 + [429, 429]
    next_half_minute(editor)
    assert attacker.post(CODE, {"code": code_of(editor)}).status_code == 429
    assert not is_in(attacker)
    assert AccountEvent.objects.filter(kind="code-refused").count() == 5
    assert AccountEvent.objects.filter(kind="locked-out").count() == 1


@pytest.mark.parametrize(
    "code", ["", "12345", "１２３４５６", "-12345", "a" * 41, "\0", "<b>", "1e5", " "]
)
def test_no_odd_code_is_more_than_wrong(client, editor, codes, code):
    response = sign_in(client, editor, code or " ")
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["code"]
    assert not is_in(client)


def test_the_password_lasts_ten_minutes(client, editor, codes):
    give_password(client)
    session = client.session
    session["second_step"] = {
        **session["second_step"],
        "until": session["second_step"]["until"] - 601,
    }
    session.save()
    response = client.post(CODE, {"code": code_of(editor)}, follow=True)
    assert response.redirect_chain == [(LOGIN, 302)]
    assert "Too much time has passed" in response.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize("change", ["password", "is_active", "is_staff", "device"])
def test_what_was_altered_meanwhile_counts(client, editor, codes, change):
    give_password(client)
    code = code_of(editor)
    if change == "password":
        editor.set_password("a long walk by the Caspian")
    elif change == "device":
        two_steps.remove(editor)
    else:
        setattr(editor, change, False)
    editor.save()
    assert client.post(CODE, {"code": code}).url == LOGIN
    assert not is_in(client)


def test_each_step_gets_a_session_of_its_own(client, editor, codes):
    session = client.session
    session["theme"] = "of an attacker"
    session.save()
    client.cookies["sessionid"] = fixed = session.session_key
    give_password(client)
    between = client.cookies["sessionid"].value
    client.post(CODE, {"code": code_of(editor)})
    assert len({fixed, between, client.cookies["sessionid"].value}) == 3
    for key in (fixed, between):
        thief = Client()
        thief.cookies["sessionid"] = key
        assert not is_in(thief)
        assert thief.get(CODE).url == LOGIN


def test_one_is_not_led_to_another_site(client, editor, codes):
    give_password(client, next="https://evil.example/")
    response = client.post(
        f"{CODE}?next=https://evil.example/", {"code": code_of(editor), "next": "//evil.example"}
    )
    assert response.url == "/admin/"


def test_setting_it_up(client, editor):
    other = Client()
    give_password(client)
    give_password(other)
    assert client.get(TWO_STEPS).context["begun"] is None
    assert not TOTPDevice.objects.exists()
    assert client.post(TWO_STEPS, {"begin": "1"}).url == TWO_STEPS
    shown = client.get(TWO_STEPS)
    page = shown.content.decode()
    assert 'src="data:image/svg+xml' in page
    assert re.search(r'<code class="desk-key">([A-Z2-7]{4} ){7}[A-Z2-7]{4}</code>', page)
    # Not yet on: nobody is asked for it.
    assert give_password(Client()).url == "/admin/"

    code = code_of(editor, confirmed=False)
    for data, errors in (
        ({"code": code}, {"password": ["This field is required."]}),
        ({"code": code, "password": "wrong"}, {"password": ["That is not your password."]}),
        ({"code": "000000x", "password": PASSWORD}, {"code": [NO_CODE]}),
    ):
        response = client.post(TWO_STEPS, {"confirm": "1", **data})
        assert response.context["form"].errors == errors
        assert two_steps.device_of(editor) is None
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    response = client.post(TWO_STEPS, {"confirm": "1", "code": code, "password": PASSWORD})
    codes = response.context["codes"]
    assert [code in response.content.decode() for code in codes] == [True] * 10
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    # Signed in here with it; where only the password was given, no longer.
    assert (is_in(client), is_in(other)) == (True, False)
    assert other.get("/admin/", follow=True).status_code == 200
    assert "sign in again" in other.get(LOGIN).content.decode()
    assert codes[0] not in client.get(TWO_STEPS).content.decode()
    assert give_password(Client()).url == CODE


def test_new_recovery_codes_and_switching_off_ask_for_password_and_code(client, editor, codes):
    sign_in(client, editor)
    for button in ("codes", "off"):
        refused = client.post(TWO_STEPS, {button: "1", "password": "wrong", "code": codes[0]})
        assert refused.context["form"].errors == {"password": ["That is not your password."]}
        refused = client.post(TWO_STEPS, {button: "1", "password": PASSWORD, "code": "nonsense"})
        assert refused.context["form"].errors == {"code": [NO_CODE]}
        two_steps.StaticDevice.objects.update(throttling_failure_timestamp=None)
    assert two_steps.codes_left(editor) == 10
    made = client.post(TWO_STEPS, {"codes": "1", "password": PASSWORD, "code": codes[0]})
    new = made.context["codes"]
    assert (len(new), set(new) & set(codes)) == (10, set())
    assert two_steps.verify(editor, codes[1]) is None
    two_steps.StaticDevice.objects.update(throttling_failure_timestamp=None)
    off = client.post(TWO_STEPS, {"off": "1", "password": PASSWORD, "code": new[0]})
    assert off.url == TWO_STEPS
    assert two_steps.device_of(editor) is None
    assert not StaticToken.objects.exists()
    assert is_in(client)
    assert give_password(Client()).url == "/admin/"


def test_guessing_the_password_from_an_open_desk_locks(client, editor, codes):
    sign_in(client, editor)
    data = {"off": "1", "password": "wrong", "code": code_of(editor, later=1)}
    assert [client.post(TWO_STEPS, data).status_code for _ in range(6)] == [200] * 4 + [429, 429]
    assert two_steps.device_of(editor) is not None


def test_buttons_of_a_page_that_is_no_longer_true_do_nothing(client, editor, codes):
    sign_in(client, editor)
    key = two_steps.device_of(editor).key
    for button in ("begin", "confirm", "nonsense"):
        response = client.post(TWO_STEPS, {button: "1", "code": "1", "password": PASSWORD})
        assert response.url == TWO_STEPS
    assert "Nothing was done" in client.get(TWO_STEPS).content.decode()
    assert [device.key for device in TOTPDevice.objects.all()] == [key]


def test_it_takes_the_token_of_the_form(editor, codes):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(CODE, {"code": "1"}).status_code == 403
    assert strict.post(TWO_STEPS, {"off": "1"}).status_code in (302, 403)
    assert two_steps.device_of(editor) is not None


def test_another_password_does_not_pass_the_second_step_by(client, editor, codes):
    sign_in(client, editor)
    other = Client()
    next_half_minute(editor)
    sign_in(other, editor, code_of(editor, later=1))
    new = "a long walk by the Caspian"
    client.post(
        "/admin/password_change/",
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )
    assert (is_in(client), is_in(other)) == (True, False)
    assert give_password(Client(), password=new).url == CODE


# Where it is required of all ---------------------------------------------------------------------------------------


def test_where_it_is_required_one_sets_it_up_before_anything_else(client, editor, settings):
    give_password(client)
    assert is_in(client)
    settings.REQUIRE_TWO_STEPS = True
    # Signed in before: no longer.
    assert not is_in(client)
    assert give_password(client, next="/admin/relations/visit/").url == SET_UP
    for path in ("/admin/", "/admin/password_change/", "/admin/date/", TWO_STEPS):
        assert client.get(path).url.startswith(LOGIN)
    assert client.get(CODE).url == LOGIN
    give_password(client, next="/admin/relations/visit/")
    assert "Everybody here signs in in two steps" in client.get(SET_UP).content.decode()
    client.post(SET_UP, {"begin": "1"})
    refused = client.post(SET_UP, {"confirm": "1", "code": "nonsense"})
    assert refused.context["form"].errors == {"code": [NO_CODE]}
    assert not is_in(client)
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    done = client.post(SET_UP, {"confirm": "1", "code": code_of(editor, confirmed=False)})
    assert len(done.context["codes"]) == 10
    assert done.context["following"] == "/admin/relations/visit/"
    assert is_in(client)
    assert client.get(SET_UP).url == LOGIN
    event = AccountEvent.objects.get(kind="two-steps-on")
    assert (event.user, event.actor, event.address) == (editor, editor, "127.0.0.1")


def test_where_it_is_required_one_who_switches_it_off_is_led_to_it_again(
    client, editor, codes, settings
):
    settings.REQUIRE_TWO_STEPS = True
    sign_in(client, editor)
    assert is_in(client)
    client.post(TWO_STEPS, {"off": "1", "password": PASSWORD, "code": codes[0]})
    assert not is_in(client)
    assert give_password(client).url == SET_UP


# Lost devices --------------------------------------------------------------------------------------------------------


def remove_page(user):
    return f"/admin/auth/user/{user.pk}/two-steps/"


def test_a_superuser_removes_a_lost_device(client, editor):
    reviewer = User.objects.create_user("reviewer", password=PASSWORD, is_staff=True)
    switched_on(reviewer)
    give_password(client)
    account = client.get(f"/admin/auth/user/{reviewer.pk}/change/").content.decode()
    assert remove_page(reviewer) in account
    assert (
        "will sign in with the password alone" in client.get(remove_page(reviewer)).content.decode()
    )
    assert two_steps.device_of(reviewer) is not None
    assert client.post(remove_page(reviewer)).url == f"/admin/auth/user/{reviewer.pk}/change/"
    assert two_steps.device_of(reviewer) is None
    assert not StaticToken.objects.exists()
    event = AccountEvent.objects.get(kind="two-steps-off")
    assert (event.user, event.actor) == (reviewer, editor)
    assert (
        remove_page(reviewer)
        not in client.get(f"/admin/auth/user/{reviewer.pk}/change/").content.decode()
    )
    client.post(remove_page(reviewer))
    assert AccountEvent.objects.filter(kind="two-steps-off").count() == 1
    assert client.get("/admin/auth/user/999999/two-steps/").url == "/admin/"


def test_ones_own_is_removed_only_with_password_and_code(client, editor, codes):
    sign_in(client, editor)
    assert client.post(remove_page(editor)).url == TWO_STEPS
    assert two_steps.device_of(editor) is not None


def test_nobody_but_superusers_removes_a_device(client, editor, codes):
    clerk = User.objects.create_user("clerk", password=PASSWORD, is_staff=True)
    clerk.user_permissions.set(Permission.objects.all())
    give_password(client, "clerk")
    assert client.get(remove_page(editor)).status_code == 403
    assert client.post(remove_page(editor)).status_code == 403
    page = client.get(f"/admin/auth/user/{editor.pk}/change/")
    assert (page.status_code, remove_page(editor) in page.content.decode()) == (200, False)
    assert two_steps.device_of(editor) is not None


def test_the_keys_are_shown_nowhere(client, editor, codes):
    sign_in(client, editor)
    device = two_steps.device_of(editor)
    key, pages = two_steps.key_text(device), (TWO_STEPS, f"/admin/auth/user/{editor.pk}/change/")
    for page in pages:
        text = client.get(page).content.decode()
        assert device.key not in text
        assert key not in text
    for model in ("otp_totp/totpdevice", "otp_static/staticdevice", "axes/accessattempt"):
        assert client.get(f"/admin/{model}/").status_code == 404


def test_the_last_superuser_is_helped_from_the_command_line(editor, codes, capsys):
    call_command("remove_two_steps", "editor")
    assert capsys.readouterr().out == "editor signs in with the password alone.\n"
    assert two_steps.device_of(editor) is None
    event = AccountEvent.objects.get(kind="two-steps-off")
    assert (event.user, event.actor, event.address) == (editor, None, None)
    for name, sentence in (
        ("editor", "editor has no two-step sign-in."),
        ("nobody", "There is no user 'nobody'."),
    ):
        with pytest.raises(CommandError) as told:
            call_command("remove_two_steps", name)
        assert str(told.value) == sentence

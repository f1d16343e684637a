"""Signs in as a browser does, in one step or two, from any address."""

from datetime import timedelta

from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from relations.accounts import two_steps

PASSWORD = "correct horse battery"
LOGIN, CODE, SET_UP, TWO_STEPS = (
    "/admin/login/",
    "/admin/login/code/",
    "/admin/login/set-up/",
    "/admin/two-steps/",
)


def from_address(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def give_password(client, name="editor", password=PASSWORD, **more):
    return client.post(LOGIN, {"username": name, "password": password, **more})


def switched_on(user: User) -> list[str]:
    """Give the user a second step; the recovery codes."""
    device = two_steps.begin(user)
    device.confirmed = True
    device.save()
    return two_steps.make_codes(user)


def code_of(user: User, *, later: int = 0, confirmed: bool = True) -> str:
    """What the user's app shows now, or so many times half a minute later."""
    device = TOTPDevice.objects.get(user=user, confirmed=confirmed)
    return f"{totp(device.bin_key, drift=later):06}"


def wrong_code(user: User) -> str:
    right = {code_of(user, later=later) for later in range(-2, 4)}
    return next(code for code in map("{:06}".format, range(10)) if code not in right)


def next_half_minute(user: User) -> None:
    """As if the codes used so far were of half a minute ago, and the wait after wrong ones over."""
    TOTPDevice.objects.filter(user=user).update(
        last_t=F("last_t") - 1, throttling_failure_timestamp=None
    )


def is_in(client) -> bool:
    return client.get("/admin/").status_code == 200


def let_pass(minutes: int) -> None:
    """As if what was counted so far had happened so much earlier."""
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=minutes))

"""Two-step sign-in: a code of an authenticator app (TOTP) or a recovery code after the password.

The devices are django-otp's. That package stores recovery codes as they are typed; here they are stored as
keyed hashes, so that somebody who reads the database cannot use them. The key of the app has to be stored
unhashed, because the codes are computed from it.
"""

from __future__ import annotations

import math
import secrets
import unicodedata
from base64 import b32encode, urlsafe_b64encode

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from relations.accounts import log

Kind = log.Kind
CODES = 10
# Of the alphabet of base32, which has no 0, 1, 8 and 9 to be misread: 50 bits.
CODE_LENGTH = 10
DIGITS = 6
# As many bytes as fit, written as base64, into the field of a token.
HASH_BYTES = 12


def device_of(user: User) -> TOTPDevice | None:
    """The authenticator app by which the user signs in; None where the password is enough."""
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).order_by("pk").first()


def _hashed(code: str) -> str:
    digest = salted_hmac("relations.recovery-code", code, algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:HASH_BYTES]).decode()


def _plain(typed: str) -> str:
    """A code without the separators that people type."""
    text = unicodedata.normalize("NFKC", typed).lower()
    return "".join(text.replace("-", " ").split())


class Wait(Exception):
    """Too many wrong codes: none is read for this many ``seconds``."""

    def __init__(self, seconds: int):
        super().__init__(seconds)
        self.seconds = seconds


def _accepts(device: TOTPDevice | StaticDevice, token: str) -> bool:
    allowed, why = device.verify_is_allowed()
    if not allowed:
        left = why["locked_until"] - timezone.now()
        raise Wait(max(1, math.ceil(left.total_seconds())))
    return device.verify_token(token)


def verify(user: User, typed: str) -> TOTPDevice | StaticDevice | None:
    """Use up a code of the user's app, or a recovery code; returns the device that accepted it. Raises
    ``Wait``.

    Each code is accepted once; the row of its device is locked meanwhile.
    """
    code = _plain(typed)
    is_of_app = len(code) == DIGITS and code.isascii() and code.isdigit()
    devices = TOTPDevice.objects.filter(confirmed=True) if is_of_app else StaticDevice.objects
    with transaction.atomic():
        device = devices.filter(user_id=user.pk).select_for_update().order_by("pk").first()
        token = code if is_of_app else _hashed(code)
        return device if device is not None and _accepts(device, token) else None


def begin(user: User) -> TOTPDevice:
    """A new key, not yet in force. A key that was begun before is forgotten."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def begun(user: User) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=False).order_by("pk").last()


def confirm(user: User, typed: str) -> TOTPDevice | None:
    """Put the new key in force if the code belongs to it. Raises ``Wait``."""
    code = _plain(typed)
    with transaction.atomic():
        # Two requests that confirm at once wait for each other here: only one key comes into force.
        User.objects.select_for_update().get(pk=user.pk)
        device = begun(user)
        if device is None or device_of(user) is not None or not _accepts(device, code):
            return None
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        log.record(Kind.TWO_STEPS_ON, user, actor=user)
        return device


def make_codes(user: User) -> list[str]:
    """New recovery codes, which replace the old ones and are shown once."""
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    half = CODE_LENGTH // 2
    codes = ["".join(secrets.choice(alphabet) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="recovery")
        StaticToken.objects.bulk_create(
            StaticToken(device=device, token=_hashed(code)) for code in codes
        )
        log.record(Kind.RECOVERY_CODES_MADE, user)
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user_id=user.pk).count()


def remove(user: User) -> bool:
    """Switch it off for any user; returns whether it was on."""
    with transaction.atomic():
        deleted, _by_model = TOTPDevice.objects.filter(user=user, confirmed=True).delete()
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        if deleted:
            log.record(Kind.TWO_STEPS_OFF, user)
    return bool(deleted)


def key_text(device: TOTPDevice) -> str:
    """The key in the form in which it is typed into an app, in groups of four."""
    text = b32encode(device.bin_key).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def is_passed(request: HttpRequest) -> bool:
    """Whether the signed-in user has taken the second step, or needs none.

    A sign-in from before it was switched on does not count, nor one with another device.
    """
    device = device_of(request.user)
    if device is None:
        return not settings.REQUIRE_TWO_STEPS
    return request.session.get(DEVICE_ID_SESSION_KEY) == device.persistent_id


def note_passed(request: HttpRequest, device: TOTPDevice) -> None:
    """Remember in the session that the user signed in with the device."""
    request.session[DEVICE_ID_SESSION_KEY] = device.persistent_id

"""Signing in at the desk: the password, then a code if the user has set up two-step sign-in or must do so.

Nobody is signed in before the last step. After the password the session holds, for ten minutes, only which
user is asked for the code. A refusal at the password is the same, and takes the server as long, whether the
name, the password or the right to the desk was wrong.
"""

from __future__ import annotations

import math
import time
from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from django_otp.plugins.otp_static.models import StaticDevice

from relations.accounts import lockout, log, two_steps

PENDING = "second_step"
# From the password to the code: long enough to set up an app, too.
PENDING_SECONDS = 10 * 60
BACKEND = "django.contrib.auth.backends.ModelBackend"


def note_failure(request: HttpRequest, user: User, *, code: bool = False) -> None:
    """Count and log a failure that Django's own authentication does not know of."""
    credentials = {User.USERNAME_FIELD: user.get_username(), log.CODE: code}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)


def locked_out(request: HttpRequest, response=None, credentials=None) -> HttpResponse:
    """429 with the time of the next attempt; the same whether or not there is such a user
    (``AXES_LOCKOUT_CALLABLE``).
    """
    end = lockout.ends(request, credentials)
    seconds = max(1, math.ceil((end - timezone.now()).total_seconds()))
    context = {
        **admin.site.each_context(request),
        "title": _("Signing in is locked for a while"),
        "minutes": math.ceil(seconds / 60),
        "end": end + timedelta(minutes=1),  # shown without its seconds
    }
    page = TemplateResponse(request, "admin/entente/locked_out.html", context, status=429)
    page["Retry-After"] = str(seconds)
    add_never_cache_headers(page)
    return page.render()


def finish(request: HttpRequest, user: User, device=None) -> None:
    """Sign the user in for at most the time that the setting allows, even while they are active."""
    login(request, user, backend=BACKEND)
    request.session.pop(PENDING, None)
    request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    if device is not None:
        two_steps.note_passed(request, device)


def _ask_for_code(request: HttpRequest, user: User, target: str) -> None:
    # A session is not continued if somebody else may know its key, or is signed in in it.
    request.session.flush()
    request.session[PENDING] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "until": time.time() + PENDING_SECONDS,
        "next": target,
    }


def pending_user(request: HttpRequest) -> User | None:
    """The user who has given the right password and not yet a code; None if that was too long ago or is not
    valid any more.
    """
    pending = request.session.get(PENDING)
    if pending is None or pending["until"] < time.time():
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(pending["password"], user.get_session_auth_hash()):
        return None
    return user


def following(request: HttpRequest) -> str:
    """The page that the user wanted to reach: an address of this site, checked when it was stored."""
    return request.session.get(PENDING, {}).get("next") or reverse("admin:index")


class SignInForm(AdminAuthenticationForm):
    def confirm_login_allowed(self, user):
        try:
            super().confirm_login_allowed(user)
        except ValidationError:
            # If this were not counted, the right password of a user without access could be told from a wrong one.
            note_failure(self.request, user)
            raise


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "admin/entente/login.html"
    next_page = "admin:index"

    def form_valid(self, form):
        user, target = form.get_user(), self.get_success_url()
        has_device = two_steps.device_of(user) is not None
        if not has_device and not settings.REQUIRE_TWO_STEPS:
            finish(self.request, user)
            return HttpResponseRedirect(target)
        _ask_for_code(self.request, user, target)
        step = "admin:second_step" if has_device else "admin:first_set_up"
        return HttpResponseRedirect(reverse(step))


class CodeField(forms.CharField):
    def __init__(self, **kwargs):
        attributes = {
            "autocomplete": "one-time-code",
            "spellcheck": "false",
            "autocapitalize": "off",
        }
        super().__init__(max_length=40, widget=forms.TextInput(attributes), **kwargs)


class CodeForm(forms.Form):
    required_css_class = "required"
    code = CodeField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Of your authenticator app, or one of your recovery codes."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True

    def refuse(self) -> None:
        self.add_error(
            "code",
            _(
                "That is not one of your codes, or it was used before. Codes of an app change "
                "every 30 seconds: check the clock of your device, and use the next code."
            ),
        )

    def ask_to_wait(self, seconds: int) -> None:
        self.add_error(
            "code",
            ngettext(
                "After wrong codes none is accepted for a while: try again in %d second.",
                "After wrong codes none is accepted for a while: try again in %d seconds.",
                seconds,
            )
            % seconds,
        )


def waiting(response: HttpResponse, wait: two_steps.Wait) -> HttpResponse:
    response.status_code = 429
    response["Retry-After"] = str(wait.seconds)
    return response


@method_decorator([sensitive_post_parameters(), csrf_protect, never_cache], name="dispatch")
class SecondStep(FormView):
    form_class = CodeForm
    template_name = "admin/entente/second_step.html"

    def dispatch(self, request, *args, **kwargs):
        self.user = pending_user(request)
        if self.user is None:
            return start_again(request)
        if two_steps.device_of(self.user) is None:
            # The second step was removed meanwhile: sign in again with the password alone.
            return start_again(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        title = _("Second step")
        return super().get_context_data(
            **admin.site.each_context(self.request), title=title, account=self.user, **kwargs
        )

    def form_valid(self, form):
        request, user = self.request, self.user
        if lockout.is_locked(request, user.get_username()):
            return locked_out(request, None, {User.USERNAME_FIELD: user.get_username()})
        try:
            device = two_steps.verify(user, form.cleaned_data["code"])
        except two_steps.Wait as wait:
            form.ask_to_wait(wait.seconds)
            return waiting(self.form_invalid(form), wait)
        if device is None:
            note_failure(request, user, code=True)
            form.refuse()
            return self.form_invalid(form)
        target = following(request)
        if isinstance(device, StaticDevice):
            log.record(log.Kind.RECOVERY_CODE_USED, user, actor=user, request=request)
            left = two_steps.codes_left(user)
            messages.warning(
                request,
                ngettext(
                    "You have used a recovery code: %d is left. Make new ones in good time.",
                    "You have used a recovery code: %d are left. Make new ones in good time.",
                    left,
                )
                % left,
            )
        finish(request, user, two_steps.device_of(user))
        return HttpResponseRedirect(target)


def start_again(request: HttpRequest) -> HttpResponse:
    if request.session.pop(PENDING, None) is not None:
        messages.warning(
            request, _("Too much time has passed, or your account has changed: sign in again.")
        )
    return HttpResponseRedirect(reverse("admin:login"))

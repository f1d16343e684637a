"""Pages on which a user sets up two-step sign-in, makes new recovery codes, or switches it off."""

from __future__ import annotations

import segno
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import authenticate
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from relations.accounts import log, two_steps
from relations.admin.accounts import sign_in
from relations.admin.accounts.sign_in import CodeForm


class PasswordAndCodeForm(CodeForm):
    """Asks for password and code again, because a desk may be left unattended."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    field_order = ["password", "code"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.pop("autofocus")


@method_decorator([sensitive_post_parameters(), csrf_protect, never_cache], name="dispatch")
class TwoSteps(View):
    """The page of the signed-in user. Buttons name the action: begin, confirm, codes, off."""

    form_class = PasswordAndCodeForm
    page = "admin:two_steps"

    def dispatch(self, request, *args, **kwargs):
        self.user = self.account()
        if self.user is None:
            return sign_in.start_again(request)
        return super().dispatch(request, *args, **kwargs)

    def account(self):
        return self.request.user

    def get(self, request):
        return self.show(self.form_class())

    def post(self, request):
        device = two_steps.device_of(self.user)
        if "begin" in request.POST and device is None:
            two_steps.begin(self.user)
            return HttpResponseRedirect(reverse(self.page))
        if "confirm" in request.POST and device is None and two_steps.begun(self.user):
            return self.checked(self.confirm)
        if "codes" in request.POST and device is not None:
            return self.checked(self.make_codes)
        if "off" in request.POST and device is not None:
            return self.checked(self.switch_off)
        messages.warning(
            request,
            _(
                "Nothing was done, because it was changed elsewhere meanwhile. Its "
                "present state is below."
            ),
        )
        return HttpResponseRedirect(reverse(self.page))

    def checked(self, do):
        """Carry out the action if the form holds the right password and code; else show what is wrong."""
        form = self.form_class(self.request.POST)
        if not form.is_valid():
            return self.show(form)
        if "password" in form.cleaned_data and not self.is_password(form):
            form.add_error("password", _("That is not your password."))
            return self.show(form)
        try:
            answer = do(form)
        except two_steps.Wait as wait:
            form.ask_to_wait(wait.seconds)
            return sign_in.waiting(self.show(form), wait)
        if answer is None:
            sign_in.note_failure(self.request, self.user, code=True)
            form.refuse()
            return self.show(form)
        return answer

    def is_password(self, form) -> bool:
        found = authenticate(
            self.request,
            username=self.user.get_username(),
            password=form.cleaned_data["password"],
        )
        return found is not None and found.pk == self.user.pk

    def confirm(self, form):
        device = two_steps.confirm(self.user, form.cleaned_data["code"])
        if device is None:
            return None
        self.signed_in_with(device)
        return self.show_codes(self.following())

    def signed_in_with(self, device) -> None:
        self.request.session.cycle_key()
        two_steps.note_passed(self.request, device)

    def following(self) -> str:
        return reverse("admin:two_steps")

    def make_codes(self, form):
        if two_steps.verify(self.user, form.cleaned_data["code"]) is None:
            return None
        return self.show_codes(reverse("admin:two_steps"))

    def switch_off(self, form):
        if two_steps.verify(self.user, form.cleaned_data["code"]) is None:
            return None
        two_steps.remove(self.user)
        messages.success(self.request, _("Two-step sign-in is switched off."))
        return HttpResponseRedirect(reverse("admin:two_steps"))

    def context(self, **more) -> dict:
        return {
            **admin.site.each_context(self.request),
            "title": _("Two-step sign-in"),
            "account": self.user,
            **more,
        }

    def show(self, form):
        device = two_steps.device_of(self.user)
        begun = None if device else two_steps.begun(self.user)
        context = self.context(form=form, device=device, begun=begun)
        if device:
            context["codes_left"] = two_steps.codes_left(self.user)
        elif begun:
            context["key"] = two_steps.key_text(begun)
            context["address"] = begun.config_url
            # Dark on white with a margin, which readers of such codes need, whatever the desk's colours.
            code = segno.make(begun.config_url, micro=False)
            context["picture"] = code.svg_data_uri(scale=5, border=4, light="#fff")
            context["side"] = code.symbol_size(scale=5, border=4)[0]
        return TemplateResponse(self.request, "admin/entente/two_steps.html", context)

    def show_codes(self, following: str):
        context = self.context(codes=two_steps.make_codes(self.user), following=following)
        context["title"] = _("Your recovery codes")
        return TemplateResponse(self.request, "admin/entente/recovery_codes.html", context)


class FirstSetUp(TwoSteps):
    """For a user who has given the password and must set it up first: the last step of signing in."""

    form_class = CodeForm
    page = "admin:first_set_up"

    def dispatch(self, request, *args, **kwargs):
        with log.acting(request):
            return super().dispatch(request, *args, **kwargs)

    def account(self):
        user = sign_in.pending_user(self.request)
        # It was set up meanwhile in another window: request the code, and make no other key.
        return None if user is None or two_steps.device_of(user) else user

    def signed_in_with(self, device) -> None:
        self.target = sign_in.following(self.request)
        sign_in.finish(self.request, self.user, device)

    def following(self) -> str:
        return self.target

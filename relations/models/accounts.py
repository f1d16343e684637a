"""AccountEvent: attempts to sign in, and changes to accounts and their rights."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AccountEvent(models.Model):
    """One event of an account or a group, or one attempt at it.

    ``name`` is the user name or the group's name. It is empty for an account that does not exist, since
    people type their password into the wrong field. ``actor`` is who did it; empty where a command did, or
    where nobody was signed in yet. ``details`` is ``{what: [before, after]}``. No password and no code is
    ever stored.
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed-in", _("signed in")
        SIGNED_OUT = "signed-out", _("signed out")
        REFUSED = "refused", _("sign-in refused")
        CODE_REFUSED = "code-refused", _("code refused")
        LOCKED_OUT = "locked-out", _("locked out")
        RECOVERY_CODE_USED = "recovery-used", _("recovery code used")
        PASSWORD_CHANGED = "password", _("password changed")
        TWO_STEPS_ON = "two-steps-on", _("two-step sign-in switched on")
        TWO_STEPS_OFF = "two-steps-off", _("two-step sign-in switched off")
        RECOVERY_CODES_MADE = "recovery-made", _("recovery codes made")
        ACCOUNT_MADE = "account-made", _("account made")
        ACCOUNT_CHANGED = "account-changed", _("account changed")
        ACCOUNT_DELETED = "account-deleted", _("account deleted")
        GROUP_MADE = "group-made", _("group made")
        GROUP_CHANGED = "group-changed", _("group changed")
        GROUP_DELETED = "group-deleted", _("group deleted")

    time = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    name = models.CharField(_("account or group"), max_length=150, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    actor_name = models.CharField(_("done by"), max_length=150, blank=True)
    address = models.GenericIPAddressField(
        _("address"), null=True, help_text=_("Of IPv6 the network, which is the household’s.")
    )
    details = models.JSONField(_("before and after"), default=dict)

    class Meta:
        verbose_name = _("event of an account")
        verbose_name_plural = _("sign-ins and permissions")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.name or '–'}"

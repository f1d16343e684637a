"""Permissions at the desk, where Django's one permission per model is not enough.

A permission on records holds for records of every kind, including later kinds of other apps: a group that
has it needs nothing more when a kind is added. A permission on one kind holds for that kind only.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from relations.models import Record

PUBLISH = "relations.publish_record"
WITHDRAW = "relations.withdraw_record"
REVISE = "relations.revise_record"


def may_revise(user, record: Record) -> bool:
    """Whether the record's stage lets the user change it.

    Only users who may publish may change what was published: readers see every change at once, so anybody
    who could change it alone could publish without review, behind a first version that was reviewed. A
    newsroom with other rules gives its editors ``relations.revise_record``.
    """
    return record.first_published is None or user.has_perm(REVISE)


def refuse_revision(user, record: Record | None) -> None:
    """Raise ``ValidationError`` where the user may not change the content of the record."""
    if record is not None and not may_revise(user, record):
        raise ValidationError(
            _("“%(title)s” was published: only users who may change what is published can do this.")
            % {"title": record.title},
            code="published",
        )


class OfEveryKind:
    """For the form of a kind: a permission on the kind or on records allows it."""

    def _allowed(self, request, action: str) -> bool:
        return request.user.has_perm(f"relations.{action}_record")

    def has_module_permission(self, request):
        return super().has_module_permission(request) or self._allowed(request, "view")

    def has_add_permission(self, request):
        return super().has_add_permission(request) or self._allowed(request, "add")

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj) or self._allowed(request, "change")
        return allowed and (obj is None or may_revise(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) or self._allowed(request, "delete")

    def has_view_permission(self, request, obj=None):
        # A user who may change drafts of the kind may view what they may not change.
        return (
            super().has_view_permission(request, obj)
            or self._allowed(request, "view")
            or self.has_change_permission(request)
        )


class WithOwner:
    """For rows edited with their owner: only users who may change the owner may change them."""

    def _allowed(self, request, obj) -> bool:
        owner = self.admin_site.get_model_admin(self.parent_model)
        if obj is None or obj.pk is None:
            return owner.has_add_permission(request)
        return owner.has_change_permission(request, obj)

    def has_add_permission(self, request, obj):
        return self._allowed(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._allowed(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._allowed(request, obj)

    def has_view_permission(self, request, obj=None):
        owner = self.admin_site.get_model_admin(self.parent_model)
        return owner.has_view_permission(request, obj) or self._allowed(request, obj)

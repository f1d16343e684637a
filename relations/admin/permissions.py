"""Who may do what at the desk, where Django's own answer, a permission a model, is not ours.

A permission on records holds for records of every kind, those of other apps and kinds to come included: a group
that has it needs nothing more when a kind is added. A permission on one kind holds for that kind.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from relations.models import Record

PUBLISH = "relations.publish_record"
WITHDRAW = "relations.withdraw_record"
REVISE = "relations.revise_record"


def may_revise(user, record: Record) -> bool:
    """Whether the user may alter the record as far as its stage goes.

    What was published is altered by those only who may also answer for publishing it: readers see every change at
    once, so that whoever could alter it alone would publish unreviewed whatever they like, behind a first version
    that was reviewed. A newsroom that wants it otherwise gives its editors ``relations.revise_record``.
    """
    return record.first_published is None or user.has_perm(REVISE)


def refuse_revision(user, record: Record | None) -> None:
    """Raises ``ValidationError`` where the user may not alter what is said of the record."""
    if record is not None and not may_revise(user, record):
        raise ValidationError(
            _("“%(title)s” was published: only those who may alter what is published can do this.")
            % {"title": record.title},
            code="published",
        )


class OfEveryKind:
    """For the form of a kind: allowed by a permission on the kind, or by that on records."""

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
        # Whoever may alter drafts of the kind may look at what they may not alter.
        return (
            super().has_view_permission(request, obj)
            or self._allowed(request, "view")
            or self.has_change_permission(request)
        )


class WithOwner:
    """For rows edited with their owner: whoever may alter the owner may alter them, and nobody else."""

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

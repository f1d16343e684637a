"""Parent rows in the admin: read-only lists of every kind. Each row leads to the form of its own kind."""

from django.contrib.admin.utils import quote, unquote
from django.http import HttpResponseRedirect

from relations.admin.addresses import page
from relations.admin.base import DeskAdmin, ReadOnly


class ParentAdmin(ReadOnly, DeskAdmin):
    """For a model whose rows have a child row, ``specific``, with a form of its own."""

    def _at_its_own(self, request, object_id, name):
        parent = self.get_object(request, unquote(object_id))
        if parent is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return HttpResponseRedirect(page(type(parent.specific), name, quote(parent.pk)))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self._at_its_own(request, object_id, "change")

    def delete_view(self, request, object_id, extra_context=None):
        return self._at_its_own(request, object_id, "delete")

    def history_view(self, request, object_id, extra_context=None):
        return self._at_its_own(request, object_id, "history")

    def revision_view(self, request, object_id, revision_id):
        return self._at_its_own(request, object_id, "history")

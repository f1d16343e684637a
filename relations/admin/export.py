"""Actions of the lists of records that export chosen records as a table, which can be edited and imported
again.
"""

from __future__ import annotations

from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relations import kinds
from relations.admin.imports import download
from relations.importing import tables
from relations.importing.files import MOST_ROWS
from relations.importing.resource import Known


def _action(name: str, made: tables.Format):
    @admin.action(
        description=gettext_lazy("Export as %(format)s") % {"format": made.label},
        permissions=["view"],
    )
    def export(desk, request, queryset):
        if queryset.count() > MOST_ROWS:
            text = _("At most %(most)d records make one table: choose fewer.") % {"most": MOST_ROWS}
            desk.message_user(request, text, messages.ERROR)
            return None
        kind = kinds.get(desk.model.KIND)
        resource = kind.resource_class(kind.model, Known())
        data = made.write(list(resource.fields), tables.lines(resource, queryset))
        return download(data, f"{kind.path}.{name}", made.content_type)

    export.__name__ = f"export_{name}"
    return export


ACTIONS = [_action(name, made) for name, made in tables.FORMATS.items()]

"""The desk's form of aid."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from relations.admin.records import RecordAdmin
from tests.newcomer.aid.models import Aid


@admin.register(Aid)
class AidAdmin(RecordAdmin):
    kind_heading = gettext_lazy("The aid")
    kind_fields = ["form", "donor", "channels"]
    kind_autocomplete = ["donor", "channels"]
    kind_list = ["form", "donor"]
    kind_filter = ["form", ("donor", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["donor"]

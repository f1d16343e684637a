"""Every address of the site: the API and the admin first, then the pages, and a relation's slug last."""

from django.contrib import admin
from django.urls import include, path, re_path

from relations.api.root import NothingHere

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("relations.api.urls")),
    # No page stands below it: whatever is wrong there is told to a program.
    path("api/", include([re_path(r"^.*$", NothingHere.as_view())])),
    path("", include("relations.views.urls")),
]

handler400 = "relations.views.errors.bad_request"
handler403 = "relations.views.errors.permission_denied"
handler404 = "relations.views.errors.not_found"
handler500 = "relations.views.errors.server_error"

from django.contrib.admin import AdminSite


class EntenteAdminSite(AdminSite):
    site_header = "Entente"

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class RelationsConfig(AppConfig):
    name = "relations"
    verbose_name = _("Relations")

    def ready(self):
        from relations import kinds, provenance
        from relations.accounts import log
        from relations.api import objects
        from relations.derived import signals, stored_json, timeline_entries
        from relations.history import change_number, changes
        from relations.models import Indicator, Milestone, TradeFigure, Visit
        from relations.search import index, statistics

        signals.connect()
        log.connect()
        statistics.connect(self)
        for part in (provenance, timeline_entries, changes, stored_json, index, change_number):
            part.connect()
        stored_json.made_with(objects.texts)

        for model, path, icon, described in (
            (Visit, "visits", "visit", "visit"),
            (Milestone, "milestones", "milestone", "event"),
            (TradeFigure, "trade-figures", "trade-figure", "trade_figure"),
            (Indicator, "indicators", "indicator", "indicator"),
        ):
            name = model.__name__
            kinds.register(
                kinds.Kind(
                    name=model.KIND,
                    model=model,
                    path=path,
                    label=model._meta.verbose_name,
                    label_plural=model._meta.verbose_name_plural,
                    icon=icon,
                    filterset=f"relations.filters.{name}Filter",
                    serializer=f"relations.api.serializers.{name}Serializer",
                    template=f"relations/kinds/{model.KIND}.html",
                    linked_data=f"relations.exports.linked.{described}",
                )
            )


class EntenteAdminConfig(AdminConfig):
    default_site = "relations.admin.site.EntenteAdminSite"

    def ready(self):
        super().ready()
        from django.contrib.admin import site
        from django_otp.plugins.otp_static.models import StaticDevice
        from django_otp.plugins.otp_totp.models import TOTPDevice

        from relations.admin.accounts import users

        # The keys of two-step sign-in are nobody's to look at; two_steps and accounts show what may be seen.
        for model in (StaticDevice, TOTPDevice):
            site.unregister(model)
        # Django's own forms of accounts are there by now, and make way.
        for model, model_admin in users.ADMINS.items():
            site.unregister(model)
            site.register(model, model_admin)

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class RelationsConfig(AppConfig):
    name = "relations"
    verbose_name = _("Relations")

    def ready(self):
        from relations import kinds, system_checks, work
        from relations.accounts import log
        from relations.derived import pipeline, signals
        from relations.models import Indicator, Milestone, TradeFigure, Visit
        from relations.search import statistics

        system_checks.connect()
        signals.connect()
        log.connect()
        statistics.connect(self)
        work.followed_by(pipeline)

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
                    synthetic=f"relations.loading.synthetic.{model.KIND.upper().replace('-', '_')}",
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

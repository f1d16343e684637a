"""The admin site: Entente's name, its own models, and an index in the order of an editor's work."""

from functools import wraps

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from relations import kinds


class EntenteAdminSite(admin.AdminSite):
    """Registers the models of ``relations`` itself; a kind's own app registers in its ``admin`` module.

    Django makes the site while it looks for admin modules, and importing this module imports its package.
    Registration at import time would need a second site before the first is complete.
    """

    site_header = "Entente"
    site_title = "Entente"
    index_title = _("The staff’s desk")
    enable_nav_sidebar = True

    def __init__(self, name="admin"):
        super().__init__(name)
        from relations.admin import (
            changes,
            citations,
            entities,
            imports,
            records,
            reference,
            reports,
        )
        from relations.admin.accounts import log

        modules = (
            records, imports, entities, citations, reference, reports, changes, log,
        )  # fmt: skip
        for module in modules:
            for model, model_admin in module.ADMINS.items():
                self.register(model, model_admin)
        # One at a time, after a page that lists what else is deleted; in bulk a mistake costs too much.
        self.disable_action("delete_selected")

    def register(self, model_or_iterable, admin_class=None, **options):
        """As Django's; admin classes of other apps, such as the accounts, become as strict as ours."""
        from relations.admin.strict import StrictLists

        admin_class = admin_class or admin.ModelAdmin
        if not issubclass(admin_class, StrictLists):
            admin_class = type(f"Strict{admin_class.__name__}", (StrictLists, admin_class), {})
        super().register(model_or_iterable, admin_class, **options)

    def get_urls(self):
        from relations.admin import contested, date_fields
        from relations.admin.accounts import sign_in, two_steps

        return [
            path("date/", self.admin_view(date_fields.tell), name="date"),
            path("contested/", self.admin_view(contested.contested_view), name="contested"),
            path("two-steps/", self.admin_view(two_steps.TwoSteps.as_view()), name="two_steps"),
            # Before anybody is signed in.
            path("login/code/", sign_in.SecondStep.as_view(), name="second_step"),
            path("login/set-up/", two_steps.FirstSetUp.as_view(), name="first_set_up"),
            *super().get_urls(),
        ]

    def has_permission(self, request):
        """Staff who have passed as many steps of signing in as they must."""
        from relations.accounts.two_steps import is_passed

        if not super().has_permission(request):
            return False
        # It is called several times per page.
        if not hasattr(request, "_is_passed"):
            request._is_passed = is_passed(request)
        return request._is_passed

    def admin_view(self, view, cacheable=False):
        """As Django's; what a page does to accounts is logged with the user of the request."""
        from relations.accounts.log import acting

        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def logged(request, *args, **kwargs):
            with acting(request):
                return inner(request, *args, **kwargs)

        return logged

    @method_decorator(never_cache)
    def login(self, request, extra_context=None):
        from relations.admin.accounts.sign_in import SignIn

        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            **(extra_context or {}),
        }
        return SignIn.as_view(extra_context=context)(request)

    index_template = "admin/entente/index.html"

    def index(self, request, extra_context=None):
        from relations.admin import tasks

        return super().index(request, {"tasks": tasks.waiting(request), **(extra_context or {})})

    def get_app_list(self, request, app_label=None):
        """Records first, then entities, then sources; the usual order on the page of one app."""
        by_app = super().get_app_list(request, app_label)
        if app_label:
            return by_app
        models = {entry["model"]: entry for app in by_app for entry in app["models"]}
        groups = []
        for label, name, members in self._groups():
            entries = [models.pop(model) for model in members if model in models]
            if entries:
                groups.append(self._group(label, name, entries))
        left = [
            {**app, "models": [entry for entry in app["models"] if entry["model"] in models]}
            for app in by_app
        ]
        return groups + [app for app in left if app["models"]]

    @staticmethod
    def _groups():
        from relations.models import (
            AccountEvent,
            Change,
            Citation,
            Country,
            Entity,
            FormerAddress,
            Import,
            Record,
            Relation,
            Report,
            Source,
            Topic,
        )

        entities = sorted(
            Entity.__subclasses__(), key=lambda model: model._meta.verbose_name_plural
        )
        return [
            ("records", _("Records"), [Record, *(kind.model for kind in kinds.every())]),
            ("imports", _("Tables"), [Import]),
            ("readers", _("From readers"), [Report]),
            ("entities", _("Who, where and what"), entities),
            ("provenance", _("Sources"), [Source, Citation]),
            ("reference", _("Reference"), [Relation, Country, Topic]),
            ("log", _("What changed"), [Change, FormerAddress]),
            ("accounts", _("Accounts"), [User, Group, AccountEvent]),
        ]

    def _group(self, label, name, entries):
        return {
            "name": name,
            "app_label": label,
            "app_url": f"{reverse('admin:index', current_app=self.name)}#{label}",
            "has_module_perms": True,
            "models": entries,
        }

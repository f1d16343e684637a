from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AidConfig(AppConfig):
    name = "tests.newcomer.aid"
    verbose_name = _("Aid")

    def ready(self):
        from relations import kinds
        from tests.newcomer.aid.models import Aid

        kinds.register(
            kinds.Kind(
                name=Aid.KIND,
                model=Aid,
                path="aid",
                label=Aid._meta.verbose_name,
                label_plural=Aid._meta.verbose_name_plural,
                icon="aid",
                filterset="tests.newcomer.aid.filters.AidFilter",
                serializer="tests.newcomer.aid.api.AidSerializer",
                template="aid/aid.html",
                synthetic="tests.newcomer.aid.synthetic.AID",
            )
        )

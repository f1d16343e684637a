from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = _("Agreements")

    def ready(self):
        from agreements.models import Agreement
        from relations import kinds

        kinds.register(
            kinds.Kind(
                name=Agreement.KIND,
                model=Agreement,
                path="agreements",
                label=Agreement._meta.verbose_name,
                label_plural=Agreement._meta.verbose_name_plural,
                icon="agreement",
                filterset="agreements.filters.AgreementFilter",
                serializer="agreements.api.AgreementSerializer",
                template="agreements/agreement.html",
                order=10,
                linked_data="agreements.linked.agreement",
                resource="agreements.importing.AgreementResource",
                synthetic="agreements.synthetic.AGREEMENT",
            )
        )

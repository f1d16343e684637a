"""What every page's frame shows. No query: error pages and the admin use it too."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from relations import kinds

NAME = _("Entente")


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def site(request) -> dict:
    """``site``: name, address, menu and footer; ``canonical``: the page's permanent address."""
    return {
        "site": {
            "name": NAME,
            "url": settings.SITE_URL,
            "menu": [(kind.label_plural, _address(f"{kind.name}-list")) for kind in kinds.every()],
            "entities": [
                (label, _address(name))
                for label, name in (
                    (_("Organizations"), "organization-list"),
                    (_("People"), "person-list"),
                    (_("Places"), "place-list"),
                    (_("Projects"), "project-list"),
                    (_("Topics"), "topic-list"),
                    (_("Sources"), "source-list"),
                )
            ],
            "about": [
                (_("Disagreements"), _address("disagreements")),
                (_("How the record is kept"), _address("method")),
            ],
        },
        "canonical": f"{settings.SITE_URL}{request.path}",
    }

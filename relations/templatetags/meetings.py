"""The meetings of the body that met, for the page of a visit."""

from django import template

from relations.models import Visit
from relations.views.records import meetings

register = template.Library()


@register.simple_tag
def meetings_around(visit: Visit) -> meetings.Meetings | None:
    return meetings.meetings_around(visit)

"""Aid as the API shows it."""

from relations.api.fields import CountryRefSerializer, Identifier, OrganizationRefSerializer
from relations.api.serializers import RecordSerializer
from tests.newcomer.aid.models import Aid


class AidSerializer(RecordSerializer):
    """What one country gave another."""

    example = "flood-relief-2000"

    form = Identifier(Aid.Form.choices)
    donor = CountryRefSerializer(help_text="Who gave it.")
    channels = OrganizationRefSerializer(many=True, help_text="Who passed it on.")

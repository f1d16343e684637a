"""The form of a filter set shows what the filter set has read, and reads nothing a second time."""

import pytest
from django.http import QueryDict

from relations.filters import RecordFilter
from relations.models import Record
from tests.factories import PlaceFactory

pytestmark = pytest.mark.django_db


def test_its_values_and_errors_are_those_of_the_filter_set(django_assert_num_queries):
    place = PlaceFactory(slug="baku")
    filters = RecordFilter(QueryDict("place=baku&date=1996-13"), Record.objects.all())
    with django_assert_num_queries(0):
        form = filters.form
        assert list(form.errors) == ["date"]
        assert form.cleaned_data == {"place": [place]}

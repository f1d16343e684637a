"""From records to the rows of their own kinds: what was read already is not read again."""

import pytest

from relations.models import Record, Visit
from relations.models.children import children_of
from tests.factories import MilestoneFactory, PlaceFactory, TopicFactory, VisitFactory

pytestmark = pytest.mark.django_db


def test_a_child_has_the_columns_and_links_that_its_record_was_read_with(
    django_assert_num_queries,
):
    VisitFactory(slug="summit", place=PlaceFactory(name="Baku"), topics=[TopicFactory(name="Oil")])
    records = list(Record.objects.select_related("place").prefetch_related("topics"))
    # That of the visits alone.
    with django_assert_num_queries(1):
        (visit,) = children_of(records)
        assert type(visit) is Visit
        assert (visit.slug, visit.place.name) == ("summit", "Baku")
        assert [topic.name for topic in visit.topics.all()] == ["Oil"]


def test_one_query_per_kind_and_the_order_that_was_given(django_assert_num_queries):
    slugs = ["a", "b", "c", "d"]
    for number, slug in enumerate(slugs):
        (VisitFactory if number % 2 else MilestoneFactory)(slug=slug)
    records = sorted(Record.objects.all(), key=lambda record: record.slug, reverse=True)
    with django_assert_num_queries(2):
        assert [child.slug for child in children_of(records)] == ["d", "c", "b", "a"]


def test_a_row_that_is_a_child_already_is_not_read(django_assert_num_queries):
    visit = VisitFactory()
    with django_assert_num_queries(0):
        assert children_of([visit]) == [visit]

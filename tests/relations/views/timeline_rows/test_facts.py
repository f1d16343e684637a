"""What a page of rows knows of its records."""

import pytest

from relations.models import Record
from relations.views.timeline_rows.facts import marks
from tests.factories import TopicFactory, VisitFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("is_fetched", "queries"), [(True, 0), (False, 1)])
def test_topics_that_were_read_with_the_records_are_not_read_again(
    django_assert_num_queries, is_fetched, queries
):
    VisitFactory(topics=[TopicFactory(name="Oil", slug="oil"), TopicFactory(name="Gas")])
    found = Record.objects.prefetch_related("topics") if is_fetched else Record.objects.all()
    records = list(found)
    with django_assert_num_queries(queries):
        topics = marks(records, "topics")
    assert [one.name for one in topics[records[0].pk]] == ["Gas", "Oil"]

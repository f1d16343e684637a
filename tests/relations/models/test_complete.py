"""Complete rows: what is handed out as read is not read again."""

import pytest

from relations.models.complete import set_fetched
from tests.factories import TopicFactory, VisitFactory

pytestmark = pytest.mark.django_db


def test_rows_that_are_handed_out_are_not_read(django_assert_num_queries):
    visit = VisitFactory()
    topics = [TopicFactory(name="Oil"), TopicFactory(name="Gas")]
    with django_assert_num_queries(1):
        set_fetched(visit, "topics", topics)
        assert list(visit.topics.all()) == topics
        # Filtered, it is asked anew: none of them is stored as a topic of the visit.
        assert list(visit.topics.filter(name="Oil")) == []

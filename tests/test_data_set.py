"""The fixture ``dataset``: the data set is there, and what a test does to it is undone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from relations.models import Record
from tests.factories import TopicFactory, VisitFactory

PUBLISHED = 54


def counted():
    try:
        return Record.objects.published().count()
    finally:
        connections.close_all()


@pytest.mark.parametrize("time", ["first", "again"])
def test_what_a_test_does_to_it_is_undone(dataset, time):
    assert connection.in_atomic_block
    assert Record.objects.published().count() == PUBLISHED
    TopicFactory(slug="mine")
    VisitFactory(slug="mine", countries=["AZ", "KZ"])


@pytest.mark.parametrize("time", ["first", "again"])
@pytest.mark.django_db(transaction=True)
def test_a_test_with_transactions_has_a_copy_that_other_threads_read(dataset, time):
    assert not connection.in_atomic_block
    assert Record.objects.published().count() == PUBLISHED
    VisitFactory(slug="mine", countries=["AZ", "KZ"])
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(counted).result() == PUBLISHED + 1


def test_who_does_not_ask_for_it_has_none_of_it(db):
    assert not Record.objects.exists()

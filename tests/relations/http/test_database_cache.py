"""Counts that several workers raise at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache, caches
from django.db import connections
from django.utils import timezone

from relations.http import database_cache
from relations.http.throttles import count


def test_it_is_the_cache_that_is_used():
    assert isinstance(caches["default"], database_cache.Cache)


@pytest.mark.django_db(transaction=True)
def test_no_count_is_lost():
    def ten(_number):
        try:
            return [count("many", 60) for _time in range(10)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        counted = [number for numbers in pool.map(ten, range(6)) for number in numbers]
    assert sorted(counted) == list(range(1, 61))


@pytest.mark.django_db
def test_a_count_ends_when_it_was_said_to(monkeypatch):
    assert [count("few", 1000), count("few", 1000), cache.get("few")] == [1, 2, 2]
    assert cache.incr("few", 5) == 7
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(seconds=900))
    assert count("few", 1000) == 8
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(seconds=1002))
    with pytest.raises(ValueError, match="no number"):
        cache.incr("few")

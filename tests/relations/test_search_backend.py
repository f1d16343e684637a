"""How words are looked for, beside what is found."""

import pytest
from django.db import connection

from relations import search
from relations.models import Record
from relations.work import unit_of_work
from tests.factories import VisitFactory


@pytest.mark.skipif(connection.vendor != "postgresql", reason="how PostgreSQL plans it")
def test_the_index_is_read_once_a_query_whatever_the_planner_knows(db):
    with unit_of_work():
        for number in range(3):
            VisitFactory(title=f"Oil {number}")
    found = search.matching(Record.objects.all(), "oil")
    assert found.count() == 3
    plan = Record.objects.filter(pk__in=found.values("pk"), countries__in=["AZ"]).explain()
    assert "InitPlan" in plan
    assert plan.count("Scan on modelsearch_indexentry ") == 1

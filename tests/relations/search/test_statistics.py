"""SQLite is told what its tables hold, for it plans by that and never counts of its own accord."""

import pytest
from django.core.management import call_command
from django.db import connection

from relations.loading import batch
from relations.models import Milestone
from tests.factories import MilestoneFactory

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts by itself")


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("DELETE FROM sqlite_stat1")


def counted() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1")
        return {table for (table,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_after_migrations():
    MilestoneFactory()
    forget()
    call_command("migrate", verbosity=0)
    assert {"relations_record", "relations_milestone", "auth_permission"} <= counted()


@pytest.mark.slow("Loads the data set, which is what it tests.")
@pytest.mark.django_db
def test_after_the_data_set_is_loaded():
    forget()
    call_command("load_dataset", verbosity=0)
    assert {"relations_record", "agreements_agreement"} <= counted()


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_after_many_records_are_written(monkeypatch, rows):
    monkeypatch.setattr(batch, "MANY", 3)
    forget()
    batch.write(
        batch.Draft(Milestone(slug=f"m{n}", title="M", date="1993", category="gift"))
        for n in range(rows)
    )
    assert ("relations_record" in counted()) == (rows == 3)

"""What every test may use."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from relations.http import change_number
from tests.factories import RelationFactory


@pytest.fixture
def relation(db):
    return RelationFactory()


@pytest.fixture
def api(client):
    """``api("visits/?date=1996")``: the response of the API, over https."""

    def ask(path="", method="get", **extra):
        return getattr(client, method)(f"/api/v1/{path}", secure=True, **extra)

    return ask


@pytest.fixture(autouse=True)
def _no_page_of_another_test(settings):
    """Change numbers begin anew with each test's database; pages are kept under them."""
    settings.FRESH_FOR = 0
    forget()


def forget() -> None:
    caches["pages"].clear()
    change_number.forget()


# The data set: loaded once per worker, into a database of its own ---------------------------------


# A live server's thread may still be connected to one that is gone: no name is given twice.
_copies = count(1)


@pytest.fixture
def dataset(_database_with_the_data_set, db) -> Iterator[None]:
    """The published data set is there, as ``load_dataset`` leaves it; what the test does to it is undone.

    A test with ``transaction=True`` has a copy to itself, a live server's threads included.
    """
    in_transaction = connection.in_atomic_block
    with connected_to(_database_with_the_data_set):
        if in_transaction:
            with rolled_back():
                yield
        else:
            with copied(f"copy_{next(_copies)}") as copy, connected_to(copy):
                yield


@pytest.fixture(scope="session")
def _database_with_the_data_set(django_db_setup, django_db_blocker) -> Iterator[str]:
    with django_db_blocker.unblock(), copied("dataset") as name:
        with connected_to(name):
            call_command("load_dataset", verbosity=0)
        with django_db_blocker.block():
            yield name


@contextmanager
def copied(suffix: str) -> Iterator[str]:
    """The name of a copy of the database that this thread is connected to."""
    if connection.vendor == "sqlite":
        # Only the main file is copied.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    creation = connection.creation
    creation.clone_test_db(suffix, verbosity=0)
    yield creation.get_test_db_clone_settings(suffix)["NAME"]
    creation.destroy_test_db(suffix=suffix, verbosity=0)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """This thread, and those that connect from now on, use another database of the same server."""
    usual = connections[DEFAULT_DB_ALIAS]
    options = connections.settings[DEFAULT_DB_ALIAS]
    usual_name, options["NAME"] = options["NAME"], name
    connections[DEFAULT_DB_ALIAS] = connections.create_connection(DEFAULT_DB_ALIAS)
    forget()
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connection.close()
        connections[DEFAULT_DB_ALIAS] = usual
        options["NAME"] = usual_name
        forget()
        ContentType.objects.clear_cache()


@contextmanager
def rolled_back() -> Iterator[None]:
    """As Django's TestCase does it: in a transaction that counts as none of the code under test's."""
    outermost = transaction.atomic()
    outermost._from_testcase = True
    with outermost:
        yield
        connection.check_constraints()
        transaction.set_rollback(True)

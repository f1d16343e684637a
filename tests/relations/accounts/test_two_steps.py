"""A code is taken once, however many send it at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections

from relations.accounts import two_steps
from tests.relations.admin.signing_in import code_of, switched_on

pytestmark = pytest.mark.django_db(transaction=True)

SENDERS = 8
PATIENCE = 60  # seconds in which all must have started


@pytest.mark.parametrize("sort", ["app", "recovery"])
def test_a_code_that_is_sent_at_once_is_taken_once(sort):
    user = User.objects.create_user("editor")
    recovery = switched_on(user)[0]
    code = code_of(user) if sort == "app" else recovery
    start = Barrier(SENDERS, timeout=PATIENCE)

    def send(_number):
        try:
            connection.ensure_connection()
            start.wait()
            return two_steps.verify(user, code) is not None
        except two_steps.Wait:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SENDERS) as pool:
        taken = list(pool.map(send, range(SENDERS)))
    assert sorted(taken) == [False] * (SENDERS - 1) + [True]

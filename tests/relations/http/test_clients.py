"""By which address a client is counted."""

import pytest
from django.test import RequestFactory

from relations.http.clients import address_of, reader


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:0:1::7", "2001:db8:0:1::"),
        ("2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::"),
        # How a server that listens to both names one of IPv4: not all of them are one household.
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", None),
        ("unix:", None),
    ],
)
def test_a_client_is_an_address_or_a_network(said, address):
    request = RequestFactory().get("/", REMOTE_ADDR=said)
    assert address_of(request) == address
    assert reader(request) == (address or said)

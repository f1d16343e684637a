"""Identify the client by its address, which ``TrustedProxyMiddleware`` has verified."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

# A household has this many bits of an IPv6 address to choose from.
OWN_BITS = 64


def address_of(request: HttpRequest) -> str | None:
    """The client's address, or its IPv6 network; None where the server knows none, as behind a socket."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    if address.version == 6:
        return str(ipaddress.ip_network((address, OWN_BITS), strict=False).network_address)
    return str(address)


def reader(request: HttpRequest) -> str:
    """The key of the client where requests are counted."""
    return address_of(request) or request.META.get("REMOTE_ADDR", "")

"""Servers of our own on this machine: where they may listen, and when they answer."""

import socket
import time
import urllib.error
import urllib.request


def wait_for(address: str) -> None:
    """Until there is an answer, whatever it is."""
    for _turn in range(120):
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - an address of our own
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"{address} did not answer.")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]

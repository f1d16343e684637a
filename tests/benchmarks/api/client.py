"""The client: wrk where it is installed, else threads of the standard library."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.api import processor
from tests.benchmarks.api.figures import Rate, rate_of

CONNECTIONS = 16
WRK = shutil.which("wrk")
# Each request is the next of the addresses. “%d” in a header is a number that no request has had before.
SCRIPT = """
local paths, headers, number = {PATHS}, {HEADERS}, {NUMBER}
function request()
    number = number + 1
    local path = paths[number % #paths + 1]
    return string.format("GET %s HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n", path)
        .. string.gsub(headers, "%%d", number) .. "\\r\\n"
end
"""
_numbers = count()


class Server(NamedTuple):
    port: int
    pid: int


@dataclass(frozen=True)
class Asked:
    """What is asked over and over: addresses in turn, with these headers."""

    server: Server
    paths: list[str]
    headers: str = ""

    @property
    def port(self) -> int:
        return self.server.port


def rate(asked: Asked, seconds: int, directory: Path) -> Rate:
    """Ends the run where an answer is an error."""
    ask = _wrk if WRK else _threads
    if len(asked.paths) == 1 and "%d" not in asked.headers:
        # Asked again: each process has been asked before.
        ask(asked, 1, next(_numbers) * 1_000_000, directory)
        settle(asked.port)
    before = processor.seconds(asked.server.pid)
    found = ask(asked, seconds, next(_numbers) * 1_000_000, directory)
    settle(asked.port)
    used = processor.seconds(asked.server.pid) - before
    return rate_of(found, seconds, used)


def settle(port: int) -> None:
    """Wait until a server has done with what nobody waits for any more: it takes this up last."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", "/healthz")
    connection.getresponse().read()
    connection.close()


def _wrk(asked: Asked, seconds: int, number: int, directory: Path) -> float:
    script = directory / "wrk.lua"
    paths = ", ".join(json.dumps(path) for path in asked.paths)
    text = SCRIPT.replace("{PATHS}", f"{{{paths}}}").replace("{NUMBER}", str(number))
    script.write_text(text.replace("{HEADERS}", json.dumps(asked.headers)))
    command = [WRK, "--threads", "1", "--connections", str(CONNECTIONS), "--timeout", "30s"]
    command += ["--duration", f"{seconds}s", "--script", script]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{asked.port}"], check=True, capture_output=True, text=True
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise SystemExit(f"Errors at {asked.paths[0]}:\n{done.stdout}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])


def _threads(asked: Asked, seconds: int, number: int, _directory: Path) -> float:
    numbers, done, failed = count(number), count(), []
    stop = time.monotonic() + seconds

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", asked.port, timeout=60)
        while time.monotonic() < stop:
            one = next(numbers)
            lines = asked.headers.replace("%d", str(one)).split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines if line)
            path = asked.paths[one % len(asked.paths)]
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.read()
            if response.status not in (200, 304):
                failed.append(f"{response.status} at {path}")
                return
            next(done)
        connection.close()

    start = time.monotonic()
    threads = [threading.Thread(target=ask) for _connection in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(f"Errors: {failed[0]}")
    return next(done) / (time.monotonic() - start)

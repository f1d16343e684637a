"""How long processes have been at work, as Linux counts it."""

from __future__ import annotations

import math
import os
from pathlib import Path


def seconds(pid: int) -> float:
    """What a process and all that it has started have used of the processors; not a number where none is told."""
    try:
        return sum(map(_used, _with_children(pid))) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return math.nan


def _with_children(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
    return found


def _used(pid: int) -> int:
    # After the name, which may hold anything: state first, user and system time as the 12th and 13th.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])

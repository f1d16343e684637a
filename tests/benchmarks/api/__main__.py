"""How fast the API answers beside a bare Django view, plain REST framework code and Datasette; run by hand:

    python -m tests.benchmarks.api DIRECTORY [--database URL | --postgres] [--rows 100000] [--rounds 5] [--seconds 1]

In DIRECTORY, which is made, stand the data set and Datasette; asked again with the same one nothing is made anew. The
database is a SQLite file there, the PostgreSQL database of the URL, or a PostgreSQL server that lasts for one run.

Ours, the bare view (which returns the bytes that we answer) and the plain code run in gunicorn with two workers, each;
Datasette as its own command runs it, on a file with the same rows. The client keeps 16 connections busy. All are asked
in turns, round after round, and the bare view just before and after each, so that what else the machine does falls on
both alike; printed is how many answers a second each gives for one of the bare view's: the median of the rounds, the
least and the most. Beside it, how long the server is at work on an answer, in milliseconds of processor time, and the
bare view's share of that: what the ratio would be if nothing else was at work on the machine, nor a database in
processes of its own. Who gives no answer in a second is said to give none, and the run goes on. Exits with 1 where a
target is missed, or where we gave no answer.

“First time asked”: every request differs from all before it in a media type that its ``Accept`` adds, so that no
answer that is kept fits, and has the next of many filters, places, texts or slugs. The list is asked for as it is. What
was counted for a topic in one span of years serves for others, as it does readers.
“Asked again”: the same request every time, as all other servers are asked too.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.api import figures, servers
from tests.benchmarks.api.client import CONNECTIONS, WRK, Asked, Server, rate
from tests.benchmarks.api.figures import NO_ANSWER, Rate
from tests.run.postgres import postgres

DIFFERENT = "Accept: application/json, x/%d\r\n"
LIST = "list"
AGAIN = ("list", "filter", "detail")
NOT_MODIFIED = "304"
# How we are asked.
OURS = ("first", "again", NOT_MODIFIED)


def main() -> int:
    arguments = parsed()
    directory = arguments.directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        url = f"sqlite:///{directory / 'site.sqlite3'}"
        if arguments.postgres:
            url = stack.enter_context(postgres())
        env = servers.settings(directory, arguments.database or url)
        making = [sys.executable, "-m", "tests.benchmarks.api.data", str(directory)]
        making += [str(arguments.rows), str(min(arguments.generated, arguments.rows))]
        subprocess.run(making, cwd=servers.ROOT, env=env, check=True)
        asked = servers.questions(directory)
        there = stack.enter_context(servers.serving(directory, env, asked, arguments.without))
        client = "wrk" if WRK else "threads of the standard library (wrk is not installed)"
        print(
            f"{arguments.rows} agreements, {CONNECTIONS} connections, client: {client}, "
            f"{arguments.rounds} rounds of {arguments.seconds} s; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        rates = measured(cells(there, asked), arguments, directory)
    return report(rates)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, help="where the data set is kept")
    parser.add_argument("--database", metavar="URL", help="PostgreSQL, as in DATABASE_URL")
    parser.add_argument("--postgres", action="store_true", help="on a server for this run only")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument(
        "--generated", type=int, default=10_000, help="how many of them are no copies"
    )
    parser.add_argument(
        "--without", nargs="*", default=[], choices=("plain", "datasette"), help="leave them out"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=1, help="for each figure of a round")
    arguments = parser.parse_args()
    if min(arguments.rounds, arguments.seconds) < 1:
        parser.error("rounds and seconds: at least 1")
    return arguments


Cells = dict[tuple[str, str], Asked]
"""What is asked, by question and by who is asked and how."""
Rates = dict[tuple[str, str], list[tuple[Rate, Rate]]]
"""Of each cell, and of the bare view beside it, round by round."""


def cells(there: dict[str, Server], asked: dict[str, dict[str, list[str]]]) -> Cells:
    found: Cells = {}
    for question, paths in asked.items():
        bare = [f"/{servers.name_of(question)}/"]
        found[question, "bare"] = Asked(there["bare"], bare)
        found[question, "first"] = Asked(there["ours"], paths["ours"], DIFFERENT)
        found[question, "again"] = Asked(there["ours"], paths["ours"][:1])
        for name in ("plain", "datasette"):
            if name in there:
                found[question, name] = Asked(there[name], paths[name])
    first = asked[LIST]["ours"][0]
    address = f"http://127.0.0.1:{there['ours'].port}{first}"
    with urllib.request.urlopen(address, timeout=60) as response:
        tag = response.headers["ETag"]
    found[LIST, NOT_MODIFIED] = Asked(there["ours"], [first], f"If-None-Match: {tag}\r\n")
    return found


def measured(cells: Cells, arguments: argparse.Namespace, directory: Path) -> Rates:
    """Each cell and the bare view just before and after, after a round that warms up."""
    rates: Rates = {cell: [] for cell in cells if cell[1] != "bare"}
    for number in range(arguments.rounds + 1):
        seconds = arguments.seconds if number else 1
        for cell, found in rates.items():
            bare = cells[cell[0], "bare"]
            before = rate(bare, seconds, directory)
            one = rate(cells[cell], seconds, directory)
            after = rate(bare, seconds, directory)
            if number:
                found.append((one, figures.mean((before, after))))
    return rates


def report(rates: Rates) -> int:
    ratios, silent = {}, 0
    columns = ("a second", "bare", "ratio", "least", "most", "work", "bare", "share")
    print(f"\n{'':11}{''.join(f'{column:>9}' for column in columns)}")
    for (question, who), rounds in rates.items():
        found = figures.summary(rounds)
        one, bare = found.one, found.bare
        ratios[question, who] = found.ratio
        told = f"  {NO_ANSWER} in {found.silent} of {len(rounds)} rounds" if found.silent else ""
        silent += bool(found.silent and who in OURS)
        print(
            f"{who:11}{one.a_second:9.0f}{bare.a_second:9.0f}{found.ratio:9.3f}{found.least:9.3f}"
            f"{found.most:9.3f}{one.work:9.2f}{bare.work:9.2f}"
            f"{figures.ratio(bare.work, one.work):9.3f}  {question}{told}"
        )
    missed = 0
    print(f"\n{'reached':>11}{'at least':>10}")
    for name, reached, least in targets(ratios):
        is_missed = figures.is_missed(reached, least)
        missed += is_missed
        print(f"{reached:11.3f}{least:10.3f}  {name}{'  MISSED' if is_missed else ''}")
    return 1 if missed or silent else 0


def targets(ratios: dict[tuple[str, str], float]) -> list[tuple[str, float, float]]:
    found = [(f"{question}, asked again", ratios[question, "again"], 0.8) for question in AGAIN]
    found.append(("304 for the list", ratios[LIST, NOT_MODIFIED], 1.0))
    found.append(("list, first time asked", ratios[LIST, "first"], 0.3))
    for (question, who), ratio in ratios.items():
        if who == "datasette" and question != LIST:
            name = f"{question}, first time asked, beside twice Datasette's"
            found.append((name, ratios[question, "first"], 2 * ratio))
    return found


if __name__ == "__main__":
    sys.exit(main())

"""Every check there is, one after the other, then what failed.

    python -m tests.run                              all of it: what `make test` calls
    python -m tests.run style postgresql             only these steps
    python -m tests.run browser -- -k year           what follows `--` is for pytest
    python -m tests.run coverage                     a step that is run only when it is named

Each step gets an environment of its own (see `environment`), so that what lies about in the
caller's (DATABASE_URL, DEBUG...) decides nothing. Read from the caller: SOURCES_DIR, SKIP_BROWSER,
CHROME_PATH and TEST_POSTGRES_URL.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.run import browser, costs, newcomer
from tests.run.environment import environment

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
TOOLS = Path(sys.executable).parent
PATIENCE_SECONDS = 10
NOT_COMPARED = "SOURCES_DIR is not set: the citations were NOT compared with their documents."
RESULTS = {True: "ok", False: "FAILED", None: "NOT RUN"}


class Run:
    """One run: a scratch directory, the steps' environment and what is passed on to pytest."""

    def __init__(self, scratch: Path, pytest_arguments: list[str]) -> None:
        self.scratch = scratch
        self.pytest_arguments = pytest_arguments
        self.environment = environment(scratch)
        self.costs: dict[str, list[costs.Cost]] = {}

    # The steps, in order. Each returns whether it passed, or None where it was not run.

    def style(self) -> bool:
        return all(
            [
                self.call(TOOLS / "ruff", "check"),
                self.call(TOOLS / "ruff", "format", "--check", "--output-format=concise"),
                self.templates(),
                self.call(PYTHON, "-m", "tests.run.sentences"),
                self.call(TOOLS / "mypy"),
            ]
        )

    def templates(self) -> bool:
        files = sorted(ROOT.glob("**/templates/**/*.html"))
        files = [file for file in files if not file.relative_to(ROOT).parts[0].startswith(".")]
        return self.call(TOOLS / "djade", "--check", "--target-version", "5.2", *files)

    def imports(self) -> bool:
        return self.call(TOOLS / "lint-imports", "--no-cache", "--no-logo")

    def migrations(self) -> bool:
        return self.manage("makemigrations", "--check", "--dry-run")

    def deploy(self) -> bool:
        """Under the settings of a site in production."""
        return self.manage(
            "check", "--deploy", "--fail-level=WARNING", ALLOWED_HOSTS="entente.example"
        )

    def quick(self) -> bool:
        """What a desk waits for: SQLite, without the browser and what is marked as slow."""
        return self.pytest("quick", "not browser and not slow")

    def sqlite(self) -> bool:
        return self.pytest("sqlite", "not browser")

    def postgresql(self) -> bool:
        """What touches no database is the same on each: it is left to SQLite."""
        named = os.environ.get("TEST_POSTGRES_URL")
        if named:
            return self.pytest("postgresql", "database and not browser", DATABASE_URL=named)
        # Only here: no other step needs the wheel.
        from tests.run.postgres import postgres

        with postgres() as url:
            return self.pytest("postgresql", "database and not browser", DATABASE_URL=url)

    def browser(self) -> bool | None:
        """On one database: what is sent to a browser is compared on both without it."""
        if browser.skipped():
            return None
        chrome = browser.obtain()
        if chrome is None:
            shout(browser.NONE_TO_BE_HAD)
            return False
        return self.pytest("browser", "browser", CHROME_PATH=chrome)

    def coverage(self) -> bool:
        """The share of lines that the suite runs, on SQLite and without the browser."""
        options = [f"--cov={package}" for package in COVERED]
        file = str(self.scratch / "coverage")
        return self.pytest("coverage", "not browser", *options, COVERAGE_FILE=file)

    def newcomer(self) -> bool:
        """A kind in an app of its own, which nothing else knows, passes what every kind passes."""

        def run(*, generic: bool, **changes: str) -> bool:
            command = [PYTHON, "-m", "pytest", "-q", f"--numprocesses={os.cpu_count() or 1}"]
            command += newcomer.arguments(generic=generic)
            return self.call(*command, SKIP_BROWSER="1", **changes)

        if not run(generic=True):
            return False
        if named := os.environ.get("TEST_POSTGRES_URL"):
            return run(generic=False, DATABASE_URL=named)
        from tests.run.postgres import postgres

        with postgres() as url:
            return run(generic=False, DATABASE_URL=url)

    def citations(self) -> bool | None:
        """Every citation against the documents themselves, which the repository does not hold."""
        named = os.environ.get("SOURCES_DIR")
        if not named:
            shout(NOT_COMPARED)
            return None
        sources = Path(named).resolve()
        if not sources.is_dir():
            shout(f"SOURCES_DIR is {named}, and that is no directory.")
            return False
        url = f"sqlite:///{self.scratch / 'citations.sqlite3'}"
        return all(
            self.manage(*command, DATABASE_URL=url)
            for command in (
                ("migrate", "--verbosity=0"),
                ("createcachetable",),
                ("load_dataset",),
                ("verify_citations", str(sources)),
            )
        )

    # What the steps are made of.

    def pytest(self, step: str, marks: str, *options: str, **changes: str) -> bool:
        file = self.scratch / f"costs-{step}.jsonl"
        # Handed out in order, none stolen: a test that empties the database comes last on every worker.
        passed = self.call(
            *(PYTHON, "-m", "pytest", f"--numprocesses={os.cpu_count() or 1}", "--dist=load"),
            *("-m", marks, f"--costs={file}", *options, *self.pytest_arguments),
            **changes,
        )
        self.costs[step] = costs.read(file)
        return passed

    def manage(self, *arguments: str, **changes: str) -> bool:
        return self.call(PYTHON, "manage.py", *arguments, **changes)

    def call(self, *command: str | Path, **changes: str) -> bool:
        """Whether the command exits 0. It is never left behind, however this one ends."""
        sys.stdout.flush()
        with subprocess.Popen(command, cwd=ROOT, env={**self.environment, **changes}) as process:
            try:
                return process.wait() == 0
            except BaseException as ended:
                # Ctrl-C has reached the command too, so it gets time before it is told again.
                stop(process, at_once=not isinstance(ended, KeyboardInterrupt))
                raise


STEPS: dict[str, tuple[str, Callable[[Run], bool | None]]] = {
    "style": ("style of code and templates", Run.style),
    "imports": ("import contracts", Run.imports),
    "migrations": ("no migration is missing", Run.migrations),
    "deploy": ("ready for production", Run.deploy),
    "sqlite": ("the suite on SQLite", Run.sqlite),
    "postgresql": ("the suite on PostgreSQL", Run.postgresql),
    "newcomer": ("a kind of record in an app of its own", Run.newcomer),
    "browser": ("the suite in a browser", Run.browser),
    "citations": ("the citations against their documents", Run.citations),
    "quick": ("the suite on SQLite, without what is slow", Run.quick),
    "coverage": ("the lines that the suite runs", Run.coverage),
}
# Parts of the others, or of no use to a change that is to land.
ONLY_WHEN_NAMED = {"quick", "coverage"}
COVERED = ("relations", "agreements")


def stop(process: subprocess.Popen, *, at_once: bool) -> None:
    for tell in (process.terminate if at_once else None, process.terminate, process.kill):
        if tell is not None:
            tell()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def shout(sentence: str) -> None:
    rule = "!" * 100
    print(f"{rule}\n!!! {sentence}\n{rule}", flush=True)


def processor_seconds() -> float:
    """Of all that was started and has ended."""
    times = os.times()
    return times.children_user + times.children_system


def on_sqlite_only(ran: list[costs.Cost]) -> str:
    if not ran:
        return "Tests that touch no database are left to the step sqlite: they did NOT run."
    left = sum(not cost.database for cost in ran)
    return (
        f"{left} of {len(ran)} tests touch no database and ran on SQLite only, the others on both."
    )


def headline(text: str) -> None:
    print(f"\n=== {text} {'=' * max(3, 95 - len(text))}", flush=True)


def end_by_signal(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def main(arguments: list[str]) -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end_by_signal)
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    every = [name for name in STEPS if name not in ONLY_WHEN_NAMED]
    wanted, pytest_arguments = arguments[:cut] or every, arguments[cut + 1 :]
    unknown = [name for name in wanted if name not in STEPS]
    if unknown:
        print(f"No such step: {', '.join(unknown)}. There are: {', '.join(STEPS)}.")
        return 2
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="entente-tests-") as scratch:
        run = Run(Path(scratch), pytest_arguments)
        for name in wanted:
            title, step = STEPS[name]
            headline(title)
            start, spent = time.monotonic(), processor_seconds()
            passed = step(run)
            took = time.monotonic() - start, processor_seconds() - spent
            outcomes.append((name, title, passed, took))
    if run.costs:
        headline(f"the {costs.SHOWN} slowest tests, by processor time (the browser's own left out)")
        print(*costs.told(costs.slowest(run.costs)), sep="\n")
    headline("what came of it")
    for name, title, passed, (seconds, spent) in outcomes:
        print(f"{RESULTS[passed]:<9}{name:<12}{title} ({seconds:.0f} s; processor {spent:.0f} s)")
    seconds, spent = (sum(took[part] for *_, took in outcomes) for part in (0, 1))
    print(f"In all {int(seconds) // 60} min {int(seconds) % 60} s; processor {spent:.0f} s.")
    if "postgresql" in run.costs:
        print(on_sqlite_only(run.costs.get("sqlite", [])))
    if not os.environ.get("SOURCES_DIR") and "citations" in wanted:
        print(f"!!! {NOT_COMPARED}")
    if browser.skipped():
        print(f"!!! {browser.LEFT_OUT}")
    return 1 if any(passed is False for _, _, passed, _ in outcomes) else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

"""How soon a reader sees the first record, against TimelineJS3 and a bare list; run by hand:

    npm pack @knight-lab/timelinejs && tar xzf knight-lab-timelinejs-*.tgz
    python -m tests.benchmarks.first_view --timelinejs package [--records 10000] [--rounds 7]

A scratch database is filled with generated records and served as in production (gunicorn, hashed static files).
Beside it a plain file server has a bare list of 50 rows and, when its package is named, TimelineJS3 with 300
events. Headless Chromium opens them in turns, each time with an empty cache, so that what else the machine does
falls on all alike. Printed are the medians: milliseconds until the first record is painted, bytes sent (as
compressed), layout shift, and the longest time the main thread was blocked. Exits with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.run import browser as chrome
from tests.run.environment import environment
from tests.run.ports import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
RELATION = "/azerbaijan-kazakhstan/"
# The first record is there when an element of it has a size, one frame later it is painted.
WATCH = """
window.seen = {first: 0, shift: 0, blocked: 0};
new PerformanceObserver(list => list.getEntries().forEach(e => {
    if (!e.hadRecentInput) window.seen.shift += e.value;
})).observe({type: "layout-shift", buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => {
    window.seen.blocked = Math.max(window.seen.blocked, e.duration);
})).observe({type: "longtask", buffered: true});
(function look() {
    const found = document.querySelector(SELECTOR);
    if (found && found.getBoundingClientRect().height) {
        requestAnimationFrame(() => { window.seen.first = performance.now(); });
    } else requestAnimationFrame(look);
})();
"""
SENT = """() => [performance.getEntriesByType("navigation")[0], ...performance.getEntriesByType("resource")]
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""
DRAG = """async () => {
    const times = []; let running = true;
    (function frame(now) { times.push(now); if (running) requestAnimationFrame(frame); })(performance.now());
    await new Promise(done => setTimeout(done, 1500));
    running = false;
    return times.slice(2).map((time, i) => time - times[i + 1]);
}"""


def main() -> int:
    arguments = parsed()
    path = chrome.find()
    if path is None:
        raise SystemExit(chrome.NONE_TO_BE_HAD)
    with tempfile.TemporaryDirectory(prefix="entente-benchmark-") as scratch:
        plain = Path(scratch, "plain")
        plain.mkdir()
        bare_list(plain)
        if arguments.timelinejs:
            timelinejs(plain, arguments.timelinejs)
        with (
            site(Path(scratch), arguments.records) as ours,
            files(plain) as theirs,
            sync_playwright() as playwright,
        ):
            chromium = playwright.chromium.launch(executable_path=path, args=chrome.arguments())
            return compare(chromium, ours, theirs, arguments)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--timelinejs", metavar="DIRECTORY", type=Path, help="its unpacked package")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    return parser.parse_args()


def compare(chromium: Browser, ours: str, theirs: str, arguments: argparse.Namespace) -> int:
    kept = f"{ours}{RELATION}"
    # Another day each round: an address that nobody has asked for since the last change.
    fresh = f"{ours}{RELATION}?date_before=2090-01-{{round:02}}"
    pages = {
        "the timeline": (kept, ".row"),
        "the timeline, never asked for": (fresh, ".row"),
        "a bare list of 50": (f"{theirs}/bare.html", "li"),
    }
    if arguments.timelinejs:
        pages["TimelineJS3, 300 events"] = (f"{theirs}/timelinejs.html", ".tl-slide .tl-headline")
    # Each worker keeps what it has made: until all have, a first visitor waits.
    for _turn in range(12):
        with urllib.request.urlopen(kept, timeout=60):  # noqa: S310 - an address of our own
            pass
    seen: dict[str, list[dict]] = {name: [] for name in pages}
    for number in range(1, arguments.rounds + 1):
        for name, (address, selector) in pages.items():
            seen[name].append(view(chromium, address.format(round=number), selector))
    print(f"{'first record':>14}{'sent':>10}{'shift':>8}{'blocked':>9}")
    medians = {}
    for name, views in seen.items():
        middle = {key: statistics.median(one[key] for one in views) for key in views[0]}
        medians[name] = middle
        print(
            f"{middle['first']:11.0f} ms{middle['sent'] / 1024:7.1f} KB{middle['shift']:8.3f}"
            f"{middle['blocked']:6.0f} ms  {name}"
        )
    frames = drag(chromium, kept)
    print(
        f"\nwhile a range of years is drawn: {1000 / statistics.median(frames):.0f} frames a second, "
        f"the slowest {max(frames):.0f} ms"
    )
    return judge(medians, frames)


def judge(medians: dict[str, dict], frames: list[float]) -> int:
    own, bare = medians["the timeline"], medians["a bare list of 50"]
    targets = [
        ("twice the bare list", own["first"] / bare["first"], 2.0),
        ("60 KB in all", own["sent"] / 1024 / 60, 1.0),
        ("no layout shift", own["shift"], 0.0),
        ("no block over 50 ms", own["blocked"] / 50, 1.0),
        ("50 frames a second", statistics.median(frames) / 20, 1.0),
    ]
    if other := medians.get("TimelineJS3, 300 events"):
        targets.insert(0, ("a quarter of TimelineJS3's time", own["first"] / other["first"], 0.25))
    missed = 0
    print(f"\n{'ratio':>8}{'at most':>9}")
    for name, ratio, most in targets:
        missed += ratio > most
        print(f"{ratio:8.2f}{most:9.2f}  {name}{'  MISSED' if ratio > most else ''}")
    return 1 if missed else 0


def view(chromium: Browser, address: str, selector: str) -> dict:
    """One view with an empty cache."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH.replace("SELECTOR", json.dumps(selector)))
    page = context.new_page()
    page.goto(address, wait_until="load")
    page.wait_for_function("window.seen.first > 0", timeout=60_000)
    page.wait_for_timeout(300)
    found = {**page.evaluate("window.seen"), "sent": page.evaluate(SENT)}
    context.close()
    return found


def drag(chromium: Browser, address: str) -> list[float]:
    """The lengths of the frames, in ms, while a range is drawn over the overview and back."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address, wait_until="load")
    box = page.locator("[data-overview]").first.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.2, middle)
    page.mouse.down()
    page.evaluate("window.frames_ = (" + DRAG + ")().then(times => { window.times = times; }); 0")
    until = time.monotonic() + 1.5
    step = 0
    while time.monotonic() < until:
        step += 1
        page.mouse.move(box["x"] + box["width"] * (0.3 + 0.5 * abs(step % 80 - 40) / 40), middle)
    page.wait_for_function("window.times")
    frames = page.evaluate("window.times")
    context.close()
    return frames


def bare_list(directory: Path) -> None:
    rows = "".join(
        f'<li><a href="#{n}">{1990 + n % 35}: Agreement number {n} on a matter of common interest'
        "</a><p>It provides for this and that, in a sentence of ordinary length.</p></li>"
        for n in range(50)
    )
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>List</title><ol>{rows}</ol>'
    )
    (directory / "bare.html").write_text(page)


def timelinejs(directory: Path, package: Path) -> None:
    shutil.copytree(package / "dist", directory / "dist")
    events = [
        {
            "start_date": {"year": str(1992 + n % 34), "month": str(1 + n % 12)},
            "text": {"headline": f"Event {n}", "text": "A sentence of ordinary length about it."},
        }
        for n in range(300)
    ]
    (directory / "events.json").write_text(json.dumps({"events": events}))
    (directory / "timelinejs.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>TimelineJS3</title>'
        '<link rel="stylesheet" href="dist/css/timeline.css"><div id="t" style="height:600px"></div>'
        '<script src="dist/js/timeline.js"></script>'
        "<script>new TL.Timeline('t', 'events.json', {font: null})</script>"
    )


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def files(directory: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(directory))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def site(scratch: Path, records: int) -> Iterator[str]:
    """Our own, as in production but for https, with that many generated records."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = {
        **environment(scratch),
        "DATABASE_URL": f"sqlite:///{scratch}/site.sqlite3",
        "STATIC_ROOT": f"{scratch}/static",
        "CACHE_URL": "locmemcache://",
        "SITE_URL": address,
    }
    for command in (
        ["migrate", "--verbosity", "0"],
        ["collectstatic", "--no-input", "--verbosity", "0"],
        ["load_dataset"],
        ["generate_records", str(records), "--force"],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, stdout=2
        )
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "relations.wsgi"),
            *("--workers", "3", "--threads", "4", "--bind", f"127.0.0.1:{port}"),
        ],
        cwd=ROOT,
        env=env,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"{address}/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(30)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())

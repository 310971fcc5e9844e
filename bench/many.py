"""What a line for many costs: a row through a fake remote engine, and a million rows taken in, stopped and cancelled.

Run it with `make bench` or `python -m bench.many` (`--rows 2000`, `--many 1000000`, `--only row` or `million`). CPU
seconds are those of a process of its own; over PostgreSQL those of the server are added, which is one of its own, as in
the tests (`tests/postgres.py`). The engine answers at once, so nearly all of a row is the store's and the line's.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests import postgres, world
from tests.world import LEASE_SECONDS, World

#: CPU milliseconds of a row.
ROW_TARGETS = {world.SQLITE: 2.1, world.POSTGRES: 3.4}
#: What is done with the million → CPU seconds it may take over SQLite; and the memory of all of it, MB.
TARGETS = {"take": 20.0, "status": 0.1, "admit": 0.012, "pause": 0.01, "cancel": 20.0}
MEMORY_MB = 300
_CHUNK, _ADMITTED = 5_000, 20
#: How often what takes milliseconds is done.
_TIMES = 5
#: Calls that the lane lets through at once: what a busy worker has under way.
_WINDOW = 100


def main() -> None:
    """Measure each in a process of its own, or one of them here."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["row", "million"])
    parser.add_argument("--here", metavar="DATABASE", help="measure in this process")
    given = parser.parse_args()
    if given.here:
        _measure(given)
        return
    for only in ("row", "million"):
        for kind in (world.SQLITE, world.POSTGRES) if given.only in (None, only) else ():
            asked = ["--here", kind, "--only", only, "--rows", str(given.rows), "--many", str(given.many)]
            subprocess.run([sys.executable, "-m", "bench.many", *asked], check=True)


def _measure(given: argparse.Namespace) -> None:
    world.kind = given.here
    with tempfile.TemporaryDirectory(prefix="clipmill-many-") as folder:
        made = World(Path(folder), lane=_WINDOW)
        (through if given.only == "row" else million)(made, given.rows if given.only == "row" else given.many)
        world.close_databases()


def through(made: World, count: int) -> None:
    """Carry rows from ready to done; CPU milliseconds of one, of this process and of the server."""
    made.batch(count)
    before = time.process_time(), _server_seconds()
    made.run()
    ours, theirs = time.process_time() - before[0], _server_seconds() - before[1]
    each, target = (ours + theirs) / count * 1000, ROW_TARGETS[world.kind]
    server = f" ({ours / count * 1000:.2f} here, {theirs / count * 1000:.2f} in the server)" if theirs else ""
    print(f"a row through a fake remote engine, {world.kind:<11}{each:7.2f} ms{_judged(each, target, ' ms')}{server}",
          flush=True)  # fmt: skip


def million(made: World, count: int) -> None:
    """Take that many rows in as they are, look at them, let a few go, stop, and cancel all."""
    from clipmill.domain.row import Row
    from clipmill.store.line.unchecked import SqlUnchecked

    unchecked = SqlUnchecked(made.database, made.clock, LEASE_SECONDS)
    made.batch(0)

    def take() -> None:
        chunk: list[Row] = []
        for number in range(1, count + 1):
            fields = {"sku": f"SKU-{number}", "title": f"A product with number {number}", "price": "19.99",
                      "image": f"pictures/{number}.jpg"}  # fmt: skip
            chunk.append(Row(number, fields, number + 1))
            if len(chunk) == _CHUNK:
                unchecked.take("bat_1", chunk)
                chunk = []
        unchecked.take("bat_1", chunk)

    print(f"{count:,} rows, {world.kind}")
    _timed("take", take)
    made.batch(_TIMES * _ADMITTED, batch_id="bat_2")
    _timed("status", lambda: made.batches.progress("bat_1"), _TIMES)
    _timed("admit", lambda: made.queue.admit("wrk_a", ["fake"], _ADMITTED), _TIMES)
    _timed("pause", lambda: made.verbs.pause("bat_1"), _TIMES)
    _timed("cancel", lambda: made.verbs.cancel("bat_1"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {'memory':<10}{peak:9.0f} MB{_judged(peak, MEMORY_MB, ' MB')}", flush=True)


def _timed(name: str, work: Callable[[], Any], times: int = 1) -> None:
    """Of several times the median: a worker has asked the same before."""
    taken = []
    before = _server_seconds()
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    ours, theirs = statistics.median(taken), (_server_seconds() - before) / times
    target = TARGETS[name] if world.kind == world.SQLITE else None
    in_server = f" ({theirs:.2f} in the server)" if theirs >= 0.01 else ""
    print(f"  {name:<10}{ours + theirs:9.3f} s {_judged(ours + theirs, target, ' s')}{in_server}", flush=True)


def _judged(found: float, target: float | None, unit: str) -> str:
    return "" if target is None else f"   ≤ {target:g}{unit} {'✓' if found <= target else '✗'}"


def _server_seconds() -> float:
    """CPU seconds of the server that is ours, those of its processes that ended included; 0 where there is none."""
    return sum(map(_seconds_of, _processes())) if world.kind == world.POSTGRES else 0.0


def _processes() -> Iterator[Path]:
    server = postgres.process()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == server or stat.parent.name == str(server):
            yield stat


def _seconds_of(stat: Path) -> float:
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:  # it ended: its parent has its seconds
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()

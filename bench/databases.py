"""What the store costs: fake rows through one worker, over SQLite and over PostgreSQL, in one run.

Run it with `python -m bench.databases` (`--rows 600`). Both write to the disk before they answer. The engine is a fake
behind a job API that answers at once, so nearly all of the time is the store's. PostgreSQL is a server of its own, as
in the tests (`tests/postgres.py`), but for the disk.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from sqlalchemy import event

from tests import postgres, world


def main() -> None:
    """Print a line for each database, and how many times longer the second took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=600)
    rows = parser.parse_args().rows
    postgres.DISK.update(fsync="on", full_page_writes="on")
    seconds = {kind: measured(kind, rows) for kind in (world.SQLITE, world.POSTGRES)}
    print(f"ratio       {seconds[world.POSTGRES] / seconds[world.SQLITE]:6.2f}")


def measured(kind: str, rows: int) -> float:
    """Seconds that a worker took for that many rows."""
    world.kind = kind
    with tempfile.TemporaryDirectory() as folder:
        made = world.World(Path(folder))
        made.batch(rows)
        statements: list[str] = []
        commits: list[None] = []
        event.listen(made.database._engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
        event.listen(made.database._engine, "commit", lambda _connection: commits.append(None))
        began, began_cpu = time.perf_counter(), time.process_time()
        made.run()
        seconds, cpu = time.perf_counter() - began, time.process_time() - began_cpu
        world.close_databases()
    print(f"{kind:10}  {seconds:6.2f} s   {cpu:6.2f} CPU-s   {len(statements) / rows:5.1f} statements and "
          f"{len(commits) / rows:4.2f} transactions a row")  # fmt: skip
    return seconds


if __name__ == "__main__":
    main()

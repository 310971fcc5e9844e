"""Several processes, each of several threads, that do the same to one database at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from clipmill.store.database import Database

_BEGIN = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from clipmill.store.database import Database
from clipmill.testing import FrozenClock
from tests.world import TEMPLATE, order

def work(thread):
    database = Database(sys.argv[1])
    database.revision
    both.wait()
    exec(sys.argv[3], {"database": database, "me": sys.argv[2] + thread, "FrozenClock": FrozenClock,
                       "TEMPLATE": TEMPLATE, "order": order, "say": said.append})
    database.close()

said, both = [], threading.Barrier(2)
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(2) as pool:
    list(pool.map(work, "xy"))
for line in said:
    print(line)
"""


def together(database: Database, code: str) -> list[str]:
    """What two processes of two threads `say` that run this with a `database` of their own, all begun at once.

    Each thread is called otherwise (`me`).
    """
    url = database._engine.url.render_as_string(hide_password=False)
    processes = [
        subprocess.Popen([sys.executable, "-c", _BEGIN, url, name, code], cwd=Path(__file__).parents[1], text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for name in "ab"
    ]  # fmt: skip
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("begin\n")
        process.stdin.flush()
    told = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    return [line for text in told for line in text.splitlines()]

"""Real processes tell a real receiver of their batch: killed at any moment, it is told once or more, under one id."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from clipmill.app import App
from clipmill.deliver.signing import new_secret
from clipmill.domain.line.delivery import DeliveryState, Endpoint
from clipmill.settings import Settings
from tests import postgres, world
from tests.e2e.commands import clipmill, make_table, make_template, start
from tests.e2e.test_worker import until

ROWS = 6


class Receiver(BaseHTTPRequestHandler):
    """Takes its time, then everything."""

    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["content-length"]))
        server.got.append((dict(self.headers.items()), body))
        time.sleep(server.seconds)
        try:
            self.send_response(server.status)
            self.end_headers()
        except OSError:  # the sender was killed
            pass

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Any]:
    """A receiver on this machine."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.seconds, server.status = [], 0.0, 200
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path, server: Any) -> Path:
    """A folder with a small template and a table, whose settings let the receiver be reached."""
    make_template(tmp_path / "small")
    make_table(tmp_path / "rows.csv", ROWS)
    return tmp_path


def told(server: Any) -> dict[str, str]:
    """Settings of the processes."""
    return {"CLIPMILL_EGRESS_ALLOW": f"127.0.0.1:{server.server_port}", "CLIPMILL_WEBHOOK_SECRET": SECRET}


SECRET = new_secret()


def ended(process: Any) -> tuple[str, str]:
    """What a process that ends well has said."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out, err


def test_run_tells_its_webhook_that_it_is_finished_and_lists_it(folder: Path, server: Any) -> None:
    url = f"http://127.0.0.1:{server.server_port}/hook?token=hush"
    ended(start(folder, "run", "rows.csv", "-t", "small", "--webhook", url, **told(server)))
    ((headers, body),) = server.got
    found = Webhook(SECRET).verify(body, headers)
    assert (found["type"], found["data"]["outcome"], found["data"]["rows"]) == ("batch.finished", "all", {"done": ROWS})
    listed = clipmill(folder, "deliveries", "--json").stdout
    (line,) = json.loads(listed)["deliveries"]
    assert (line["state"], [each["status"] for each in line["log"]]) == ("sent", [200])
    people = clipmill(folder, "deliveries").stdout
    assert line["id"] in people
    assert "hush" not in listed + people
    clipmill(folder, "deliveries", "--again", line["id"])
    ended(start(folder, "worker", "--until-idle", **told(server)))
    assert server.got[1][1] == body
    assert server.got[1][0]["webhook-id"] == headers["webhook-id"]


def test_private_address_makes_no_batch(folder: Path, server: Any) -> None:
    url = f"http://127.0.0.1:{server.server_port}/"
    words = clipmill(folder, "run", "rows.csv", "-t", "small", "--webhook", url, expect=2).stderr
    assert "private address" in words
    assert not (folder / "out" / "results.jsonl").exists()
    assert not (folder / ".clipmill" / "clipmill.db").exists()


@pytest.mark.parametrize("kind", [world.SQLITE, pytest.param(world.POSTGRES, marks=pytest.mark.long)])
def test_workers_that_are_killed_while_they_send_lose_nothing(folder: Path, server: Any, kind: str) -> None:
    server.seconds = 0.15
    url = postgres.new_database(f"clipmill_{os.getpid()}_deliveries") if kind == world.POSTGRES else ""
    own = told(server) | ({"CLIPMILL_DATABASE": url} if url else {})
    ended(start(folder, "run", "rows.csv", "-t", "small", **own))
    app = App(Settings(home=folder / ".clipmill", database=url))
    app.endpoints.add(Endpoint(id="ep_1", url=f"http://127.0.0.1:{server.server_port}/", secret=SECRET,
                               types=("row.done", "batch.finished")))  # fmt: skip
    app.verbs.deliver_again(app.batches.find().id, range(1, ROWS + 1))
    kills = 0
    while kills < 4 and settled(app) <= ROWS:
        seen = len(server.got)
        process = start(folder, "worker", **own)
        until(partial(_has_more, server, seen, process))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += 1
    ended(start(folder, "worker", "--until-idle", **own))
    lines = {line.id: line.body.encode() for line in app.outbox.deliveries()}
    assert settled(app) == len(lines) == ROWS + 1
    app.database.close()
    assert kills, "nobody was killed"
    assert {headers["webhook-id"] for headers, _ in server.got} == set(lines)
    assert all(lines[headers["webhook-id"]] == body for headers, body in server.got)
    assert len(server.got) <= len(lines) + 4 * kills, "only what was under way is sent twice"


def settled(app: App) -> int:
    """How many were sent."""
    return sum(line.state is DeliveryState.SENT for line in app.outbox.deliveries())


def _has_more(server: Any, seen: int, process: Any) -> bool:
    return len(server.got) > seen or process.poll() is not None

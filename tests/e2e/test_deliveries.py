"""Real processes tell a real receiver of their batch: killed at any moment, it is told once or more, under one id."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from clipmill.deliver.signing import new_secret
from clipmill.domain.delivery import Endpoint
from clipmill.settings import Settings
from tests.e2e.commands import clipmill, make_table, make_template, start
from tests.e2e.test_worker import asked, until

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


def test_workers_that_are_killed_while_they_send_lose_nothing(folder: Path, server: Any) -> None:
    server.seconds = 0.15
    clipmill(folder, "run", "rows.csv", "-t", "small")
    from clipmill.app import App

    app = App(Settings(home=folder / ".clipmill"))
    app.endpoints.add(Endpoint(id="ep_1", url=f"http://127.0.0.1:{server.server_port}/", secret=SECRET,
                               types=("row.cancelled", "row.done", "batch.finished")))  # fmt: skip
    batch = app.batches.find()
    app.verbs.deliver_again(batch.id, range(1, ROWS + 1))
    kills, seen = 0, -1
    while kills < 4 and len(server.got) > seen:
        seen = len(server.got)
        process = start(folder, "worker", **told(server))
        until(lambda: len(server.got) > seen or process.poll() is not None)  # noqa: B023
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += 1
        if asked(folder, "SELECT count(*) FROM outbox WHERE state != 'waiting'")[0][0] > ROWS:
            break
    assert kills
    ended(start(folder, "worker", "--until-idle", **told(server)))
    lines = {line.id: line.body.encode() for line in app.outbox.deliveries()}
    app.database.close()
    assert len(lines) == ROWS + 1
    assert asked(folder, "SELECT DISTINCT state FROM outbox") == [("sent",)]
    assert {headers["webhook-id"] for headers, _ in server.got} == set(lines)
    assert all(lines[headers["webhook-id"]] == body for headers, body in server.got)
    assert len(server.got) <= len(lines) + 4 * kills, "only what was under way is sent twice"

"""Signed addresses and passwords: nobody who is told of a row gets them, and the row can be fed back all the same."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.commands import environment, json_lines
from tests.e2e.test_media_in import photo

SECRET = "S3CRET"
TEMPLATE = """name: shown
contract:
  sku: {kind: text, required: true}
  image: {kind: image, required: true}
  title: {kind: text, required: true}
  html: {kind: text}
payload:
  type: image
  width: 64
  height: 48
  visuals: [{type: IMAGE, src: "{{image}}", width: 64, height: 48}]
output: {name: "{{sku}}"}
"""


class Site(ThreadingHTTPServer):
    """A server that gives a picture to whoever has the signature, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Answering)


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site: Any = self.server
        site.asked.append(self.path)
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", f"http://user:{SECRET}@127.0.0.1:{site.server_port}/k?sig={SECRET}")
            self.end_headers()
            return
        self.send_response(200 if f"sig={SECRET}" in self.path and "gone" not in self.path else 403)
        self.end_headers()
        self.wfile.write(photo())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def clipmill(folder: Path, site: Site, *arguments: str, expect: int) -> str:
    """All that a command says."""
    own = environment() | {"CLIPMILL_EGRESS_ALLOW": f"127.0.0.1:{site.server_port}"}
    ended = subprocess.run([sys.executable, "-m", "clipmill.cli.main", *arguments], cwd=folder, env=own, text=True,
                           capture_output=True, check=False)  # fmt: skip
    assert ended.returncode == expect, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def write_table(folder: Path, site: Site) -> None:
    (folder / "shown").mkdir()
    (folder / "shown" / "template.yaml").write_text(TEMPLATE)
    at = f"127.0.0.1:{site.server_port}"
    link = f'<a href="https://shop.example/x?token={SECRET}#k">see</a> url(https://shop.example/y?sig={SECRET})'
    rows = [
        ("fine", f"http://{at}/k.jpg?sig={SECRET}&X-Amz-Credential={SECRET}", "Fine", link),
        ("untitled", f"http://{at}/k.jpg?sig={SECRET}&X-Amz-Credential={SECRET}", "", link),
        ("gone", f"http://{at}/gone.jpg?sig={SECRET}", "Gone", ""),
        ("user", f"HTTP://me:{SECRET}@{at}/k.jpg", "User", ""),
        ("moved", f"http://{at}/moved.jpg?sig={SECRET}", "Moved", ""),
        ("half", f"www.shop.example/k.jpg?{SECRET}=1", "Half", ""),
        ("broken", f"http://{at}/gone\n.jpg?a=b&sig=\n{SECRET}1", "Broken", ""),
        ("ftp", f"ftp://me:{SECRET}@[::1]:2121/k.jpg;sig={SECRET}", "Ftp", ""),
    ]
    with (folder / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("sku", "image", "title", "html"), *rows])


def test_a_secret_is_told_to_nobody_and_not_lost(tmp_path: Path, site: Site) -> None:
    write_table(tmp_path, site)
    said = [clipmill(tmp_path, site, "run", "rows.csv", "-t", "shown", expect=4)]
    csv_there = ["results", "--format", "csv", "-o", "out/results.csv"]
    for command in (["failures"], ["failures", "--json"], ["results"], csv_there):
        said.append(clipmill(tmp_path, site, *command, expect=0))
    assert SECRET not in "".join(said)
    for path in (tmp_path / "out").rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
    with sqlite3.connect(tmp_path / ".clipmill" / "clipmill.db") as database:
        assert SECRET not in str(database.execute("SELECT * FROM events").fetchall())
        assert SECRET not in str(database.execute("SELECT * FROM batches").fetchall())
    assert f"127.0.0.1:{site.server_port}/k.jpg?…" in "".join(said)  # the row can still be told from others

    with (tmp_path / "out" / "blocked.csv").open(encoding="utf-8-sig", newline="") as file:
        blocked = list(csv.DictReader(file))
    assert blocked[0]["image"] == f"http://127.0.0.1:{site.server_port}/k.jpg?…"
    blocked[0]["title"] = "Now it has one"
    with (tmp_path / "back.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, blocked[0])
        table.writeheader()
        table.writerows(blocked[:1])
    site.asked.clear()
    batch = json.loads(clipmill(tmp_path, site, "status", "--json", expect=0))["batch"]
    told = clipmill(tmp_path, site, "run", "back.csv", "--into", batch, expect=4)
    assert site.asked == [f"/k.jpg?sig={SECRET}&X-Amz-Credential={SECRET}"]
    assert SECRET not in told
    assert [line["state"] for line in json_lines(tmp_path / "out" / "results.jsonl")][:2] == ["done", "done"]


def test_check_tells_no_secret(tmp_path: Path, site: Site) -> None:
    write_table(tmp_path, site)
    for more in ([], ["--json"]):
        assert SECRET not in clipmill(tmp_path, site, "check", "rows.csv", "-t", "shown", *more, expect=4)
    with (tmp_path / "blocked.csv").open(encoding="utf-8-sig", newline="") as file:
        assert SECRET not in "".join(row["_reason"] + row["_fix"] for row in csv.DictReader(file))


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
@pytest.mark.parametrize("mask", [0o022, 0o000, 0o077])
def test_the_state_folder_is_its_owners_alone(tmp_path: Path, site: Site, mask: int) -> None:
    write_table(tmp_path, site)
    whole = (tmp_path / "rows.csv").read_text().splitlines()
    (tmp_path / "rows.csv").write_text("\n".join(whole[:3]) + "\n")
    before = os.umask(mask)
    try:
        clipmill(tmp_path, site, "run", "rows.csv", "-t", "shown", "-o", "a/out", "--zip", "b/all.zip", expect=4)
    finally:
        os.umask(before)
    home = tmp_path / ".clipmill"
    kept = [home, *home.rglob("*")]
    assert {path.relative_to(home).parts[0] for path in kept[1:]} >= {"clipmill.db", "files", "scratch"}
    assert [(path, oct(path.stat().st_mode)) for path in kept if path.stat().st_mode & 0o077] == []
    given = [*(tmp_path / "a").rglob("*"), tmp_path / "a", *(tmp_path / "b").rglob("*"), tmp_path / "b"]
    wrong = [(path, oct(path.stat().st_mode)) for path in given
             if path.stat().st_mode & 0o777 != (0o777 if path.is_dir() else 0o666) & ~mask]  # fmt: skip
    assert wrong == []

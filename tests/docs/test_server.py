"""The guide to the server is followed, line by line, against a server of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.e2e.commands import environment

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "server.md").read_text()
LINE = re.compile(r"^\$ (.+?)(?:\s+# exit (\d+))?$", re.MULTILINE)


@dataclass
class Served:
    """A server in a process of its own, and what the guide has made by now."""

    folder: Path
    process: subprocess.Popen[str]
    url: str
    key: str
    made: dict[str, str] = field(default_factory=dict)

    @property
    def own(self) -> Mapping[str, str]:
        """The environment of a line."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {**environment(), "PATH": path, "KEY": self.key, "URL": self.url}

    def run(self, line: str, expected: int = 0) -> str:
        """Run a line of the guide; its output."""
        for word, value in self.made.items():
            line = line.replace(word, value)
        done = subprocess.run(line, shell=True, check=False, cwd=self.folder, env=self.own, capture_output=True,
                              text=True, timeout=120)  # fmt: skip
        assert done.returncode == expected, f"{line}\nexit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def get(self, path: str) -> dict[str, object]:
        """An answer."""
        request = Request(f"{self.url}{path}", headers={"x-api-key": self.key})
        with urlopen(request) as answer:
            found: dict[str, object] = json.load(answer)
        return found

    def wait(self, path: str, **wanted: object) -> dict[str, object]:
        """The answer, once these of its fields are so."""
        for _ in range(1_200):
            told = self.get(path)
            if wanted.items() <= told.items():
                return told
            time.sleep(0.1)
        raise AssertionError(told)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    table = tmp_path / "examples" / "product-promo" / "products.csv"
    lines = table.read_text().splitlines()[:3]
    table.write_text("".join(re.sub(r",\d+$", ",3", line) + "\n" for line in lines))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "clipmill.cli.main", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)  # fmt: skip
    try:
        assert process.stdout is not None
        key = process.stdout.readline().strip()
        found = Served(tmp_path, process, f"http://127.0.0.1:{port}/v1", key)
        _answers(found)
        yield found
    finally:
        process.kill()
        process.communicate()


def _answers(served: Served) -> None:
    for _ in range(300):
        try:
            served.get("/key")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("it does not answer")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the guide asks with curl")
def test_the_guide_is_followed(served: Served) -> None:
    assert served.key.startswith("cm_live_")
    lines = [(line, int(code or 0)) for line, code in LINE.findall(GUIDE)]
    assert lines[0][0] == "clipmill serve"
    told = [_follow(served, line, code) for line, code in lines[1:]]
    assert (served.folder / "frame.png").read_bytes()[:4] == b"\x89PNG"
    stream = next(text for text in told if text.startswith("retry:"))
    assert "event: snapshot" in stream and re.search(r"\nid: \d+\nevent: (row|batch)\n", stream)
    batch = served.wait(f"/batches/{served.made['BATCH']}", state="finished")
    assert batch["counts"] == {"done": 2}
    _stopped_while_listening(served)


def _follow(served: Served, line: str, code: int) -> str:
    if "/start" in line:
        served.wait(f"/batches/{served.made['BATCH']}", counts={"ready": 2})
    if "/archive" in line:
        served.wait(f"/batches/{served.made['BATCH']}", state="finished")
    told = served.run(line, code)
    for name, word in (("asset.json", "ASSET"), ("batch.json", "BATCH")):
        if name in line:
            served.made[word] = json.loads((served.folder / name).read_text())["id"]
    return told


def _stopped_while_listening(served: Served) -> None:
    """Whoever listens is told to come again, and the process ends in order; the key is nowhere."""
    line = 'curl -sS -N -H "Authorization: Bearer $KEY" -H "Accept: text/event-stream" $URL/events'
    listening = subprocess.Popen(line, shell=True, cwd=served.folder, env=served.own, stdout=subprocess.PIPE, text=True)
    assert listening.stdout is not None
    assert listening.stdout.readline() == "retry: 2000\n"
    served.process.send_signal(signal.SIGTERM)
    rest, _ = listening.communicate(timeout=60)
    assert rest.endswith("event: bye\ndata: {}\n\n")
    _, said = served.process.communicate(timeout=60)
    assert served.process.returncode == 0, said
    assert "handed back" in said or "nothing left" in said
    _nowhere(served.folder, served.key.encode())
    assert served.key not in said


def _nowhere(folder: Path, key: bytes) -> None:
    """The key is in no file that the server wrote."""
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "clipmill.db" for path in written)
    assert not [path for path in written if key in path.read_bytes()]

"""`clipmill serve` as a process: its first key, loopback alone while there is none, and an end in order."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.commands import environment


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def command(home: Path, *arguments: str) -> list[str]:
    """A command of ours over this state folder."""
    return [sys.executable, "-m", "clipmill.cli.main", "--home", str(home), *arguments]


def get(url: str, **headers: str) -> tuple[int, Any]:
    """Status and JSON of an answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server, and the address it is at."""
    port = free_port()
    process = subprocess.Popen(command(tmp_path / "home", "serve", "--port", str(port)), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, env=environment())  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            get(f"{url}/health")
            break
        except OSError:
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.1)
    yield process, url
    process.kill()
    process.communicate()


def test_it_tells_its_first_key_once_and_ends_in_order(serving: tuple[subprocess.Popen[str], str]) -> None:
    process, url = serving
    assert process.stdout is not None
    key = process.stdout.readline().strip()
    assert key.startswith("cm_live_")
    assert get(f"{url}/ready") == (200, {"status": "ready", "workers": 1})
    assert get(f"{url}/v1/nothing", Authorization=f"Bearer {key}")[0] == 404
    process.send_signal(signal.SIGTERM)
    rest, told = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "")
    assert key not in told
    assert "Ended   nothing left under way" in told


def test_it_is_not_there_for_others_while_there_is_no_key(tmp_path: Path) -> None:
    ended = subprocess.run(command(tmp_path / "home", "serve", "--host", "0.0.0.0"), capture_output=True, text=True,
                           env=environment(), check=False, timeout=60)  # fmt: skip
    assert ended.returncode == 2
    assert "there is no key yet" in ended.stderr
    assert "clipmill keys create" in ended.stderr

"""A server with two tiny uploads, spoken to as sync.so's clients do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from httpx2 import Response

from tests.movies import Movie, write_movie
from tests.served import Server, server
from tests.sounds import speech, write_wav

BASE = "/compat/sync"
#: 20 pictures in 2 s, and a voice of 1 s.
TALK = Movie(seconds=2.0, fps=10, width=160, height=96)


@dataclass
class Speaker:
    """What a test speaks with."""

    server: Server
    folder: Path

    def ask(self, method: str, path: str, key: str = "", **more: Any) -> Response:
        """One request below `/compat/sync`."""
        headers = {"x-api-key": key or self.server.key, **more.pop("headers", {})}
        return self.server.client.request(method, BASE + path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Response:
        """GET it."""
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any, **more: Any) -> Response:
        """POST JSON."""
        return self.ask("POST", path, json=body, **more)

    def upload(self, content: bytes, **fields: str) -> Response:
        """A batch as a file, its fields before it, as the Python client sends them."""
        return self.ask("POST", "/v2/batch", data=fields, files={"input": ("in.jsonl", content)})

    @property
    def talk(self) -> bytes:
        """A video with sound."""
        path = self.folder / "talk.mp4"
        return (path if path.is_file() else write_movie(path, TALK)).read_bytes()

    @property
    def voice(self) -> bytes:
        """A sound."""
        path = self.folder / "voice.wav"
        return (path if path.is_file() else write_wav(path, speech(1.0))).read_bytes()

    def assets(self) -> tuple[str, str]:
        """The ids of a video and a voice, uploaded."""
        files = {"video": ("talk.mp4", self.talk), "audio": ("voice.wav", self.voice)}
        made = self.ask("POST", "/v2/generate", files=files, data={"model": "lipsync-2"})
        assert made.status_code == 201, made.text
        video, audio = made.json()["input"]
        return video["assetId"], audio["assetId"]


def line(request_id: str = "r1", **changes: Any) -> dict[str, Any]:
    """A good line of a batch."""
    return {"request_id": request_id, "endpoint": "/v2/generate", "payload": request(), **changes}


def request(**changes: Any) -> dict[str, Any]:
    """A good request."""
    media = [
        {"type": "video", "url": "https://example.com/v.mp4"},
        {"type": "audio", "url": "https://example.com/a.wav"},
    ]
    return {"model": "lipsync-2", "input": media, **changes}


def jsonl(*lines: Any) -> bytes:
    """Lines of a batch; texts as they are."""
    return b"".join((each if isinstance(each, str) else json.dumps(each)).encode() + b"\n" for each in lines)


@contextmanager
def speaking(home: Path, **settings: Any) -> Iterator[Speaker]:
    """A server over this state folder."""
    with server(home, **settings) as found:
        yield Speaker(found, home)

"""Fetching ahead: several downloads at once, each address once, refusals included."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from clipmill.errors import MediaError
from clipmill.media.outside.ahead import FetchAhead
from clipmill.media.outside.fetch import Fetched

AT_ONCE = 4


class Meeting:
    """A fetcher whose downloads end only when enough of them are under way together."""

    def __init__(self, barrier: threading.Barrier) -> None:
        self._barrier = barrier
        self.closed = False

    def fetch(self, url: str, limit_bytes: int | None = None) -> Fetched:
        if url.endswith("refused"):
            raise MediaError("it is refused", hint="Use another.")
        self._barrier.wait(timeout=10)
        return Fetched(url, limit_bytes or 0, url)

    def close(self) -> None:
        self.closed = True


def test_downloads_begun_ahead_run_at_once_and_close_with_their_owner() -> None:
    fetchers: list[Meeting] = []
    barrier = threading.Barrier(AT_ONCE)

    def make() -> Any:
        fetchers.append(Meeting(barrier))
        return fetchers[-1]

    ahead = FetchAhead(make, threads=AT_ONCE)
    for number in range(AT_ONCE):
        ahead.begin(f"https://example.com/{number}", 10)
    assert [ahead.fetch(f"https://example.com/{number}", 10).size for number in range(AT_ONCE)] == [10] * AT_ONCE
    ahead.close()
    assert len(fetchers) == AT_ONCE
    assert all(fetcher.closed for fetcher in fetchers)


def test_same_address_is_one_download(site: Any, fetcher: Any, tmp_path: Path) -> None:
    site.pages["/a.png"] = (200, {}, b"picture")
    ahead = FetchAhead(lambda: fetcher(egress_allow=(f"127.0.0.1:{site.port}",)))
    for _ in range(3):
        ahead.begin(site.url("/a.png"), 100)
    assert ahead.fetch(site.url("/a.png"), 100).size == len(b"picture")
    ahead.close()
    assert site.paths() == ["/a.png"]


def test_refusal_comes_when_the_file_is_asked_for() -> None:
    ahead = FetchAhead(lambda: Meeting(threading.Barrier(1)))  # type: ignore[arg-type,return-value]
    ahead.begin("https://example.com/refused", 10)
    for _ in range(2):
        with pytest.raises(MediaError, match="refused"):
            ahead.fetch("https://example.com/refused", 10)
    ahead.close()

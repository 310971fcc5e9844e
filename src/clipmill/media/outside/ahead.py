"""Fetching ahead: downloads begun before their rows are checked, several at a time, each address once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from clipmill.media.outside.fetch import Fetched, Fetcher

#: Downloads at once.
THREADS = 12
_REMEMBERED = 50_000


class FetchAhead:
    """Downloads on threads of its own, each with a fetcher of its own; asked from one thread."""

    def __init__(self, make_fetcher: Callable[[], Fetcher], threads: int = THREADS) -> None:
        self._make_fetcher = make_fetcher
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="fetch")
        self._own = threading.local()
        self._fetchers: list[Fetcher] = []
        #: (address, byte limit) → what comes of it; refusals are remembered too.
        self._begun: OrderedDict[tuple[str, int], Future[Fetched]] = OrderedDict()

    def begin(self, url: str, limit_bytes: int) -> Future[Fetched]:
        """Begin a download that will be asked for soon; one that was begun before is the same one."""
        key = (url, limit_bytes)
        if key not in self._begun:
            self._begun[key] = self._threads.submit(self._fetch, url, limit_bytes)
            if len(self._begun) > _REMEMBERED:
                self._begun.popitem(last=False)
        return self._begun[key]

    def fetch(self, url: str, limit_bytes: int) -> Fetched:
        """The file behind an http(s) address, at most `limit_bytes` long. Raises MediaError."""
        return self.begin(url, limit_bytes).result()

    def forget(self) -> None:
        """Download anew whatever is asked for from now on."""
        self._begun.clear()

    def close(self) -> None:
        """Give up what has not begun, wait for the rest, and close every connection."""
        self._threads.shutdown(cancel_futures=True)
        for fetcher in self._fetchers:
            fetcher.close()

    def _fetch(self, url: str, limit_bytes: int) -> Fetched:
        fetcher: Fetcher | None = getattr(self._own, "fetcher", None)
        if fetcher is None:
            fetcher = self._own.fetcher = self._make_fetcher()
            self._fetchers.append(fetcher)
        return fetcher.fetch(url, limit_bytes)

"""Sending: a body or a file goes out in one request over the checked way, and whatever comes of it is an answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from clipmill.domain.line.delivery import Answer
from clipmill.errors import MediaError
from clipmill.media.outside.egress import (
    CheckedNetwork,
    Deadline,
    Resolve,
    open_client,
    parse_allowed,
    resolve_by_system,
)
from clipmill.media.outside.fetch import parsed
from clipmill.settings import Settings
from clipmill.shown import shortened, shown

#: Connections are not kept: each send is to an address that was checked for it.
_HEADERS = {"User-Agent": "clipmill", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
#: How much of an answer is read, bytes, and told, characters.
_READ_BYTES, _TOLD = 2_048, 200
_PORTS = {"http": 80, "https": 443}


@dataclass(slots=True)
class _Way:
    """One client, for one thread at a time."""

    deadline: Deadline
    client: httpx.Client


class HttpSender:
    """Sends through the egress transport (ports.Sender); any number of threads may."""

    def __init__(
        self,
        settings: Settings,
        *,
        resolve: Resolve = resolve_by_system,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect_seconds = settings.limits.connect_seconds
        self._allowed = parse_allowed(settings.egress_allow)
        self._resolve, self._monotonic = resolve, monotonic
        self._free: list[_Way] = []
        self._busy: list[_Way] = []

    def check(self, url: str) -> None:
        """Refuse an address that nothing may be sent to. Raises MediaError."""
        address = parsed(url)
        self._network(Deadline(self._monotonic)).checked(address.host, address.port or _PORTS[address.scheme])

    def send(self, url: str, headers: Mapping[str, str], content: bytes | Path, seconds: float) -> Answer:
        """POST a body, or PUT a file, in one request that follows no redirect; whatever goes wrong is the answer."""
        began = self._monotonic()
        status, text, retry_after = 0, "", 0.0
        try:
            address = parsed(url)
            with self._way() as way:
                way.deadline.start(seconds)
                status, text, retry_after = self._ask(way, address, headers, content)
        except MediaError as error:
            text = str(error)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            text = _told(error, seconds)
        told = shortened(shown(text.strip()), _TOLD)
        return Answer(status, round(self._monotonic() - began, 3), told, retry_after)

    def close(self) -> None:
        """Break off what is under way, and close every client."""
        for way in [*self._busy]:
            way.deadline.start(0.0)
        while self._free:
            self._free.pop().client.close()

    def _ask(
        self, way: _Way, address: httpx.URL, headers: Mapping[str, str], content: bytes | Path
    ) -> tuple[int, str, float]:
        if isinstance(content, bytes):
            return _answered(way.client, "POST", address, headers, content)
        with content.open("rb") as file:  # whose length httpx tells
            return _answered(way.client, "PUT", address, headers, file)

    def _network(self, deadline: Deadline) -> CheckedNetwork:
        return CheckedNetwork(self._allowed, self._resolve, deadline)

    @contextmanager
    def _way(self) -> Iterator[_Way]:
        try:
            way = self._free.pop()
        except IndexError:
            deadline = Deadline(self._monotonic)
            timeout = httpx.Timeout(None, connect=self._connect_seconds)  # the deadline cuts every wait
            way = _Way(deadline, open_client(self._network(deadline), _HEADERS, timeout))
        self._busy.append(way)
        try:
            yield way
        finally:
            self._busy.remove(way)
            self._free.append(way)


def _answered(
    client: httpx.Client, method: str, address: httpx.URL, headers: Mapping[str, str], content: object
) -> tuple[int, str, float]:
    """Status, the beginning of the text, and how long the receiver wants to be left alone."""
    with client.stream(method, address, headers=dict(headers), content=content) as response:  # type: ignore[arg-type]
        status, after = response.status_code, response.headers.get("retry-after", "")
        retry_after = float(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0.0
        if response.has_redirect_location:
            return status, "it redirects, which is not followed", retry_after
        read = b""
        try:
            for piece in response.iter_raw():
                read += piece
                if len(read) >= _READ_BYTES:
                    break
        except httpx.HTTPError:  # the status has come, and says all that matters
            pass
        return status, read[:_READ_BYTES].decode("utf-8", "replace"), retry_after


def _told(error: Exception, seconds: float) -> str:
    """Why nobody answered, in words of ours."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        why = ": its certificate is not valid" if "CERTIFICATE_VERIFY" in str(error) else ""
        return f"no connection{why}"
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {seconds:g} s"
    if isinstance(error, FileNotFoundError):
        return "the file is gone from the state folder"
    return "the connection broke off"

"""Runners: flows carried out over httpx, with keys of their own for what may be asked twice, and patience."""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from clipmill.client.failures import ApiFailure, Unreachable, failure_of
from clipmill.client.flows import AsyncRunner, Fetch, Flow, Question, Step, SyncRunner, Wait
from clipmill.making import becoming

T = TypeVar("T")
#: Answers after which the same request is sent again.
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server, and how patient to be with it."""

    url: str
    key: str
    #: How long one answer may take, seconds, and how often a request that failed is sent again.
    timeout: float = 60.0
    retries: int = 3

    def request(self, ask: Question) -> dict[str, Any]:
        """A request as httpx takes it; the same, byte for byte, however often it is sent."""
        once = {} if ask.method != "POST" else {"Idempotency-Key": f"cl_{uuid.uuid4().hex}"}
        headers = {"Authorization": f"Bearer {self.key}", **once}
        return {"method": ask.method, "url": f"{self.url}{ask.path}", "headers": headers,
                "params": {name: value for name, value in ask.params.items() if value not in (None, "")},
                "json": ask.json, "data": ask.data, "files": ask.files}  # fmt: skip

    def wait(self, tried: int, answer: httpx.Response | None) -> float | None:
        """Seconds until a request is sent again that failed so often; None: it is not."""
        if tried > self.retries or (answer is not None and answer.status_code not in _AGAIN):
            return None
        asked = answer.headers.get("Retry-After", "") if answer is not None else ""
        seconds = float(asked) if asked.isdecimal() else 0.5 * 2 ** (tried - 1)
        return min(seconds, _LONGEST_WAIT)


def value_of(answer: httpx.Response) -> Any:
    """The JSON value of an answer. Raises ApiFailure."""
    try:
        body = answer.json() if answer.content else None
    except ValueError:
        body = None
    if answer.status_code >= 400:
        raise failure_of(answer.status_code, body)
    return body


@contextmanager
def _written(into: Path) -> Iterator[Path]:
    """A file in the making, which takes its place when it is whole."""
    into.parent.mkdir(parents=True, exist_ok=True)
    with becoming(into) as part:
        yield part


def _check_file(answer: httpx.Response, url: str) -> None:
    if answer.status_code >= 400:
        raise ApiFailure(f"{url} answered {answer.status_code}", status=answer.status_code, code="download")


def _lost(error: httpx.HTTPError, url: str) -> Unreachable:
    return Unreachable(f"{url} did not answer: {str(error) or type(error).__name__}")


class WaitingRunner(SyncRunner):
    """Carries flows out, and waits meanwhile."""

    def __init__(self, server: Server, http: httpx.Client) -> None:
        self._server = server
        self._http = http

    def now(self) -> float:
        """Seconds of a clock that only goes forward."""
        return time.monotonic()

    def run(self, flow: Flow[T]) -> T:
        """The result of a flow."""
        answer: Any = None
        while True:
            try:
                step = flow.send(answer)
            except StopIteration as ended:
                result: T = ended.value
                return result
            try:
                answer = self._step(step)
            except ApiFailure as error:
                answer = flow.throw(error)

    def _step(self, step: Step) -> Any:
        if isinstance(step, Wait):
            return time.sleep(step.seconds)
        return self._fetch(step) if isinstance(step, Fetch) else self._ask(step)

    def _ask(self, ask: Question) -> Any:
        request, tried = self._server.request(ask), 0
        while True:
            tried, answer, lost = tried + 1, None, None
            try:
                answer = self._http.request(**request)
            except httpx.HTTPError as error:
                lost = _lost(error, request["url"])
            if answer is not None and answer.status_code < 400:
                return value_of(answer)
            wait = self._server.wait(tried, answer)
            if wait is None:
                raise lost or _refused(answer)
            time.sleep(wait)

    def _fetch(self, fetch: Fetch) -> str:
        found = hashlib.sha256()
        try:
            with self._http.stream("GET", fetch.url) as answer, _written(fetch.into) as part, part.open("wb") as file:
                _check_file(answer, fetch.url)
                for piece in answer.iter_bytes():
                    found.update(piece)
                    file.write(piece)
        except httpx.HTTPError as error:
            raise _lost(error, fetch.url) from error
        return found.hexdigest()


class AwaitingRunner(AsyncRunner):
    """Carries flows out under asyncio."""

    def __init__(self, server: Server, http: httpx.AsyncClient) -> None:
        self._server = server
        self._http = http

    def now(self) -> float:
        """Seconds of a clock that only goes forward."""
        return time.monotonic()

    async def run(self, flow: Flow[T]) -> T:
        """The result of a flow."""
        answer: Any = None
        while True:
            try:
                step = flow.send(answer)
            except StopIteration as ended:
                result: T = ended.value
                return result
            try:
                answer = await self._step(step)
            except ApiFailure as error:
                answer = flow.throw(error)

    async def _step(self, step: Step) -> Any:
        if isinstance(step, Wait):
            return await asyncio.sleep(step.seconds)
        return await (self._fetch(step) if isinstance(step, Fetch) else self._ask(step))

    async def _ask(self, ask: Question) -> Any:
        request, tried = self._server.request(ask), 0
        while True:
            tried, answer, lost = tried + 1, None, None
            try:
                answer = await self._http.request(**request)
            except httpx.HTTPError as error:
                lost = _lost(error, request["url"])
            if answer is not None and answer.status_code < 400:
                return value_of(answer)
            wait = self._server.wait(tried, answer)
            if wait is None:
                raise lost or _refused(answer)
            await asyncio.sleep(wait)

    async def _fetch(self, fetch: Fetch) -> str:
        found = hashlib.sha256()
        try:
            async with self._http.stream("GET", fetch.url) as answer:
                _check_file(answer, fetch.url)
                with _written(fetch.into) as part, part.open("wb") as file:
                    async for piece in answer.aiter_bytes():
                        found.update(piece)
                        file.write(piece)
        except httpx.HTTPError as error:
            raise _lost(error, fetch.url) from error
        return found.hexdigest()


def _refused(answer: httpx.Response | None) -> ApiFailure:
    try:
        value_of(answer) if answer is not None else None
    except ApiFailure as error:
        return error
    return ApiFailure("the server gave no answer that can be read")


def opened(server: Server, transport: Any = None) -> Mapping[str, Any]:
    """What both kinds of httpx clients are made with; the key goes with requests alone, for links need none."""
    return {"headers": {"User-Agent": "clipmill-client"}, "timeout": server.timeout, "transport": transport}

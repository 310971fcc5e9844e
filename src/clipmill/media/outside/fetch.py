"""Fetching of media by address: checked, limited in size and time, each address once in a process's life."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import httpx

from clipmill.errors import MediaError
from clipmill.hints import FEED_BACK
from clipmill.making import name_in_the_making
from clipmill.media.outside.egress import (
    CheckedNetwork,
    Deadline,
    Resolve,
    no_network,
    open_client,
    parse_allowed,
    resolve_by_system,
)
from clipmill.ports import Files
from clipmill.settings import Settings
from clipmill.shown import discreet, megabytes, shortened

_REMEMBERED = 50_000
_URL_CHARACTERS = 2048
_SHOWN_CHARACTERS = 100
_HEADERS = {"User-Agent": "clipmill", "Accept": "*/*", "Accept-Encoding": "identity"}
_STATUS_HINTS = {
    401: "Make the file public, or use a signed address.", 403: "Make the file public, or use a signed address.",
    404: "Correct the address.", 410: "Correct the address.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fetched:
    """A download in Files: sha256 (hex), size in bytes, and its address as it may be printed."""

    digest: str
    size: int
    name: str


class Fetcher:
    """Downloads into Files through the egress transport; for one thread. The same address is asked once."""

    def __init__(
        self,
        files: Files,
        settings: Settings,
        *,
        resolve: Resolve = resolve_by_system,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._files = files
        self._limits = settings.limits
        self._deadline = Deadline(monotonic)
        self._network = CheckedNetwork(parse_allowed(settings.egress_allow), resolve, self._deadline)
        self._opened: httpx.Client | None = None
        #: (address, byte limit) → what came of it; refusals are remembered too.
        self._known: OrderedDict[tuple[str, int], Fetched | MediaError] = OrderedDict()

    def fetch(self, url: str, limit_bytes: int | None = None) -> Fetched:
        """The file behind an http(s) address, at most `limit_bytes` long (default: the limit `media_bytes`).

        Raises MediaError with a sentence for the data owner and what to do in `hint`.
        """
        key = (url, self._limits.media_bytes if limit_bytes is None else limit_bytes)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._outcome(*key)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        if isinstance(known, MediaError):
            raise type(known)(str(known), hint=known.hint)
        return known

    def close(self) -> None:
        """Close every connection."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _outcome(self, url: str, limit_bytes: int) -> Fetched | MediaError:
        scratch = self._files.scratch(name_in_the_making("download"))
        self._deadline.start(self._limits.fetch_seconds)
        try:
            address = parsed(url)
            size = self._download(address, scratch, limit_bytes)
            return Fetched(self._files.put(scratch), size, shown(address))
        except MediaError as error:
            return error
        finally:
            scratch.unlink(missing_ok=True)

    def _download(self, url: httpx.URL, into: Path, limit_bytes: int) -> int:
        """Follow redirects up to the limit, write the body; its size."""
        client = self._client()
        for _ in range(self._limits.redirects + 1):
            try:
                with client.stream("GET", url) as response:
                    if not response.has_redirect_location:
                        return _write_body(response, into, limit_bytes)
                    url = parsed(str(url.join(response.headers["location"])))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                self._translate(error, url)
        raise MediaError(f"{shown(url)} redirects more than {self._limits.redirects} times",
                         hint="Use the address of the file itself.")  # fmt: skip

    def _client(self) -> httpx.Client:
        if self._opened is None:
            timeout = httpx.Timeout(self._limits.fetch_seconds, connect=self._limits.connect_seconds)
            self._opened = open_client(self._network, _HEADERS, timeout)
        return self._opened

    def _translate(self, error: Exception, url: httpx.URL) -> NoReturn:
        """The one place where httpx's errors become ours."""
        where = shown(url)
        if isinstance(error, httpx.ConnectTimeout):
            text = f"{url.host} did not answer within {self._limits.connect_seconds:g} s"
        elif isinstance(error, httpx.TimeoutException):
            text = f"{where} took longer than {self._limits.fetch_seconds:g} s"
        elif isinstance(error, httpx.ConnectError) and "unreachable" in str(error):
            raise no_network(url.host) from error
        elif isinstance(error, httpx.ConnectError):
            why = ": its certificate is not valid" if "CERTIFICATE_VERIFY" in str(error) else ""
            text = f"no connection to {url.host}{why}"
        elif isinstance(error, httpx.InvalidURL):
            text = f"{where} redirects to something that is no address"
        else:
            text = f"the download of {where} broke off"
        raise MediaError(text, hint="Try again later, or use another address.") from error


def shown(url: httpx.URL) -> str:
    """An address as it may be printed: host and path, without the query that may hold a signature."""
    return shortened(f"{url.host}{url.path}", _SHOWN_CHARACTERS)


def parsed(text: str) -> httpx.URL:
    """A URL that may be asked for. Raises MediaError."""
    if len(text) > _URL_CHARACTERS:
        raise MediaError(f"the address has {len(text)} characters; at most {_URL_CHARACTERS} are allowed",
                         hint="Use a shorter address.")  # fmt: skip
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise MediaError(
            f"{shortened(discreet(text), _SHOWN_CHARACTERS)} is no address", hint="Use an http or https address."
        ) from error
    if url.scheme not in {"http", "https"} or not url.host:
        kind = f"{url.scheme} addresses" if url.scheme else "addresses without http or https"
        raise MediaError(f"{kind} cannot be fetched", hint="Use an http or https address.")
    if "…" in text:
        raise MediaError(
            f"{discreet(text)} is not whole: its secrets are kept in the batch it comes from",
            hint=f"Feed the row back with `{FEED_BACK}`, or write the whole address.",
        )
    if url.userinfo:
        raise MediaError("addresses with a user name or password cannot be fetched",
                         hint="Use an address without them.")  # fmt: skip
    return url


def _write_body(response: httpx.Response, into: Path, limit_bytes: int) -> int:
    """Write a good answer's body as it comes, never more than the limit; its size."""
    where = shown(response.request.url)
    if response.status_code != 200:
        hint = _STATUS_HINTS.get(response.status_code, "Try again later, or use another address.")
        raise MediaError(f"{where} answered {response.status_code} {response.reason_phrase}".rstrip(), hint=hint)
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise MediaError(f"{where} came compressed although it was not asked to", hint="Use another address.")
    too_large = MediaError(f"{where} is larger than {megabytes(limit_bytes)}", hint="Use a smaller file.")
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length) > limit_bytes:
        raise too_large
    size = 0
    with into.open("wb") as file:
        for piece in response.iter_raw():
            size += len(piece)
            if size > limit_bytes:
                raise too_large
            file.write(piece)
    return size

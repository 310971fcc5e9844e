"""The one way out: an httpx transport that looks a name up once, checks every address, and connects to a checked one.

Python's own `is_global` calls multicast, IPv4-compatible, NAT64, 6to4 and site-local addresses public; `is_public` does
not. The check sits where the connection is made, so that redirects, odd spellings of an address and a name server that
changes its mind all meet it. TLS still checks the certificate against the name.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from clipmill.errors import MediaError, NoNetworkError, SettingsError

#: Looks a host name up: every address it has.
Resolve = Callable[[str, int], Sequence[str]]

_PORTS = frozenset({80, 443})
#: Global unicast (RFC 4291) is the only IPv6 that may be public…
_UNICAST = IPv6Network("2000::/3")
#: … without what carries an IPv4 address inside (Teredo, ORCHID and the like; 6to4) or is for documents only.
_NOT_PUBLIC = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
#: The retired 6to4 relays.
_RELAY_PREFIX = "192.88.99."
_ADDRESSES_TRIED = 3
_FOREIGN: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.TimeoutException, httpx.ReadTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.NetworkError, httpx.ReadError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.ProtocolError, httpx.RemoteProtocolError),
)


def is_public(address: str) -> bool:
    """Whether an IP address lies on the public internet."""
    try:
        ip = ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped
        return _public_v4(inner) if inner else ip in _UNICAST and not any(ip in network for network in _NOT_PUBLIC)
    return _public_v4(ip)


def _public_v4(ip: IPv4Address) -> bool:
    return ip.is_global and not (ip.is_multicast or ip.is_reserved) and not str(ip).startswith(_RELAY_PREFIX)


def parse_allowed(pairs: Iterable[str]) -> frozenset[tuple[str, int]]:
    """The setting `egress_allow` as (host, port) pairs. Raises SettingsError."""
    allowed = set()
    for pair in pairs:
        host, _, port = pair.strip().rpartition(":")
        if not host or not (port.isascii() and port.isdigit()) or not 0 < int(port) < 65_536:
            raise SettingsError(f"setting egress_allow: {pair!r} is no `host:port`", hint="Write `media.intern:8080`.")
        allowed.add((_plain(host), int(port)))
    return frozenset(allowed)


def _plain(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Every address the system's resolver knows for a name. Raises MediaError when it knows none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:  # nobody answers questions for names
            raise no_network(host) from error
        raise _not_found(host) from error
    return [str(entry[4][0]) for entry in found]


def no_network(host: str) -> NoNetworkError:
    """The error where not the host but the way out is missing."""
    return NoNetworkError(f"no network: {host} cannot be reached", hint="Connect this machine, then run again.")


def _not_found(host: str) -> MediaError:
    return MediaError(f"{host} cannot be found", hint="Check the address for typing mistakes.")


class Deadline:
    """The moment by which everything on the network must be over; each wait is cut to what is left."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._at = float("inf")

    def start(self, seconds: float) -> None:
        """Begin anew, `seconds` from now."""
        self._at = self._monotonic() + seconds

    def cut(self, timeout: float | None) -> float:
        """A timeout that ends by the deadline. Raises httpcore.ReadTimeout when it has passed."""
        left = self._at - self._monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole time is over")
        return left if timeout is None else min(timeout, left)


class CheckedNetwork(httpcore.NetworkBackend):
    """Connections to checked addresses only. `allowed` pairs may lie anywhere and on any port."""

    def __init__(self, allowed: frozenset[tuple[str, int]], resolve: Resolve, deadline: Deadline) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to one of the host's addresses. Raises MediaError for a forbidden one, httpcore's errors."""
        lost: Exception = httpcore.ConnectError("no address")
        for address in self.checked(host, port)[:_ADDRESSES_TRIED]:
            wait = self._deadline.cut(timeout)
            try:
                stream = self._sockets.connect_tcp(address, port, wait, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                lost = error
            else:
                return _TimedStream(stream, self._deadline)
        raise lost

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Refused: media never comes from a socket of this machine."""
        raise MediaError("local sockets cannot be fetched from")

    def checked(self, host: str, port: int) -> Sequence[str]:
        """Every address of a host that may be connected to. Raises MediaError for one that may not."""
        addresses = self._resolve(host, port)
        if not addresses:
            raise _not_found(host)
        if (_plain(host), port) in self._allowed:
            return addresses
        private = next((address for address in addresses if not is_public(address)), None)
        if private is not None:
            raise _private(host, port, private)
        if port not in _PORTS:
            raise MediaError(f"port {port} of {host} is not allowed; 80 and 443 are", hint=_ask_operator(host, port))
        return addresses


def _private(host: str, port: int, address: str) -> MediaError:
    leads = f"{address} is" if _plain(host) == address else f"{host} leads to {address},"
    return MediaError(f"{leads} a private address, and fetching from those is not allowed",
                      hint=_ask_operator(host, port))  # fmt: skip


def _ask_operator(host: str, port: int) -> str:
    pair = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return f"Use a public address, or ask the operator to list {pair} in the setting egress_allow."


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends by the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.cut(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.cut(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.cut(timeout))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class EgressTransport(httpx.BaseTransport):
    """httpx over checked connections; raises MediaError for what may not be reached, httpx's errors for the rest."""

    def __init__(self, network: CheckedNetwork) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=network, keepalive_expiry=15.0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; redirects are the caller's, each a request of its own."""
        url = httpcore.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port,
                           target=request.url.raw_path)  # fmt: skip
        with _translated():
            response = self._pool.handle_request(
                httpcore.Request(request.method, url, headers=request.headers.raw, content=request.stream,
                                 extensions=request.extensions)
            )  # fmt: skip
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


def open_client(network: CheckedNetwork, headers: Mapping[str, str], timeout: httpx.Timeout) -> httpx.Client:
    """A client that goes out over checked connections, follows no redirect and keeps no cookie."""
    return httpx.Client(
        transport=EgressTransport(network), trust_env=False, follow_redirects=False, headers=dict(headers),
        timeout=timeout, cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )  # fmt: skip


class _Body(httpx.SyncByteStream):
    """A response body with its errors translated."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


@contextmanager
def _translated() -> Iterator[None]:
    """httpcore's errors as httpx's."""
    try:
        yield
    except tuple(foreign for foreign, _ in _FOREIGN) as error:
        ours = next(ours for foreign, ours in _FOREIGN if isinstance(error, foreign))
        raise ours(str(error)) from error

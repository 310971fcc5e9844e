"""What may be connected to, and what may not, in every spelling."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

import httpcore
import pytest

from clipmill.errors import MediaError, SettingsError
from clipmill.media.outside.egress import CheckedNetwork, Deadline, is_public, parse_allowed, resolve_by_system
from clipmill.media.outside.fetch import Fetcher

PUBLIC = ["93.184.216.34", "1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:2800:220:1::1", "2a00:1450:4001::1"]
FORBIDDEN = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1",
    "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "not an address",
]  # fmt: skip
SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "0", "0.0.0.0",
    "localhost", "LOCALHOST", "localhost.", "10.0.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "[::1]", "[::]",
    "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fec0::1]",
    "[fe80::1]", "[fd00::1]", "[ff02::1]",
]  # fmt: skip
SCHEMES = [
    "file:///etc/passwd", "ftp://93.184.216.34/a.png", "gopher://93.184.216.34/a", "data:image/png;base64,AAAA",
    "unix:///run/app.sock", "//93.184.216.34/a.png", "93.184.216.34/a.png", "http://", "http:///a.png", "javascript:1",
]  # fmt: skip


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses somebody tried to connect to; no connection is ever made."""
    tried: list[str] = []

    def connect(_: Any, host: str, *__: Any) -> httpcore.NetworkStream:
        tried.append(host)
        raise httpcore.ConnectError("no network in tests")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return tried


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", FORBIDDEN)
def test_every_other_address_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_a_private_address_is_connected_to(
    fetcher: Callable[..., Fetcher], connections: list[str], host: str
) -> None:
    with pytest.raises(MediaError, match=r"private address|cannot be found|is no address"):
        fetcher().fetch(f"http://{host}/a.png")
    assert connections == []


@pytest.mark.parametrize("url", SCHEMES)
def test_only_http_addresses_are_fetched(fetcher: Callable[..., Fetcher], connections: list[str], url: str) -> None:
    with pytest.raises(MediaError) as caught:
        fetcher().fetch(url)
    assert "http" in caught.value.hint
    assert connections == []


def test_a_name_is_looked_up_once_and_the_checked_address_is_connected_to(
    fetcher: Callable[..., Fetcher], connections: list[str]
) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    with pytest.raises(MediaError, match=r"no connection to rebind\.example"):
        fetcher(resolve=lambda host, port: next(answers)).fetch("http://rebind.example/a.png")
    assert connections == ["93.184.216.34"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    fetcher: Callable[..., Fetcher], connections: list[str]
) -> None:
    mixed = fetcher(resolve=lambda host, port: ["93.184.216.34", "10.0.0.5"])
    with pytest.raises(MediaError, match=r"mixed\.example leads to 10\.0\.0\.5, a private address"):
        mixed.fetch("http://mixed.example/a.png")
    assert connections == []


def test_a_second_address_is_tried_when_the_first_is_silent(
    fetcher: Callable[..., Fetcher], connections: list[str]
) -> None:
    with pytest.raises(MediaError, match="no connection"):
        fetcher(resolve=lambda host, port: ["2606:2800:220:1::1", "93.184.216.34"]).fetch("http://two.example/a.png")
    assert connections == ["2606:2800:220:1::1", "93.184.216.34"]


def test_a_name_without_addresses_cannot_be_found(fetcher: Callable[..., Fetcher]) -> None:
    with pytest.raises(MediaError, match=r"gone\.example cannot be found"):
        fetcher(resolve=lambda host, port: []).fetch("http://gone.example/a.png")


@pytest.mark.parametrize("port", [22, 25, 6379, 8080])
def test_ports_other_than_80_and_443_need_permission(
    fetcher: Callable[..., Fetcher], connections: list[str], port: int
) -> None:
    with pytest.raises(MediaError, match=f"port {port}") as caught:
        fetcher(resolve=lambda host, port: ["93.184.216.34"]).fetch(f"http://shop.example:{port}/a.png")
    assert f"shop.example:{port}" in caught.value.hint
    assert connections == []


def test_an_allowed_pair_is_that_host_and_that_port_only(
    fetcher: Callable[..., Fetcher], connections: list[str]
) -> None:
    inside = fetcher(egress_allow=("Media.Intern.:8080", "[::1]:81"), resolve=lambda host, port: ["10.0.0.7"])
    for url in ("http://media.intern:8080/a", "http://[::1]:81/a"):
        with pytest.raises(MediaError, match="no connection"):
            inside.fetch(url)
    assert connections == ["10.0.0.7", "10.0.0.7"]
    for url in ("http://media.intern/a", "http://other.intern:8080/a", "http://media.intern:8081/a"):
        with pytest.raises(MediaError, match="private address"):
            inside.fetch(url)
    assert len(connections) == 2


@pytest.mark.parametrize("pair", ["media.intern", ":80", "a:0", "a:99999", "a:b", ""])
def test_a_pair_that_is_none_is_refused(pair: str) -> None:
    with pytest.raises(SettingsError, match="egress_allow"):
        parse_allowed([pair])


def test_the_system_is_asked_and_its_no_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    assert resolve_by_system("127.0.0.1", 80) == ["127.0.0.1"]
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(MediaError, match="cannot be found"):
        resolve_by_system("x.example", 80)


def test_local_sockets_are_refused() -> None:
    network = CheckedNetwork(frozenset(), lambda host, port: [], Deadline())
    with pytest.raises(MediaError):
        network.connect_unix_socket("/run/app.sock")


def test_every_wait_ends_by_the_deadline() -> None:
    now = [100.0]
    deadline = Deadline(lambda: now[0])
    deadline.start(60.0)
    assert deadline.cut(10.0) == 10.0
    now[0] = 155.0
    assert deadline.cut(10.0) == 5.0
    assert deadline.cut(None) == 5.0
    now[0] = 160.0
    with pytest.raises(httpcore.ReadTimeout):
        deadline.cut(10.0)


def test_tls_asks_for_the_name_although_it_connects_to_the_address(fetcher: Callable[..., Fetcher]) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def listen() -> None:
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(4096))

        thread = threading.Thread(target=listen)
        thread.start()
        secure = fetcher(egress_allow=(f"shop.example:{port}",), resolve=lambda host, port: ["127.0.0.1"])
        with pytest.raises(MediaError, match=r"no connection to shop\.example"):
            secure.fetch(f"https://shop.example:{port}/a.png")
        thread.join()
    assert b"shop.example" in heard[0]

"""Downloads from a real server on loopback."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpcore
import pytest

from clipmill.errors import MediaError
from clipmill.media.outside.fetch import Fetcher
from clipmill.store.files import DiskFiles

BODY = b"\x89PNG\r\n\x1a\n" + bytes(5000)


@pytest.fixture
def allowed(site: Any, fetcher: Callable[..., Fetcher]) -> Fetcher:
    """A fetcher that may reach the site."""
    return fetcher(egress_allow=(f"127.0.0.1:{site.port}",), limits={"media_bytes": 10_000})


def leftovers(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "scratch").glob("*/*"))


def test_an_allowed_pair_is_fetched_into_files(site: Any, allowed: Fetcher, files: DiskFiles, tmp_path: Path) -> None:
    site.pages["/a.png"] = (200, {}, BODY)
    fetched = allowed.fetch(site.url("/a.png"))
    assert (fetched.digest, fetched.size) == (hashlib.sha256(BODY).hexdigest(), len(BODY))
    assert files.path(fetched.digest).read_bytes() == BODY
    assert leftovers(tmp_path) == []


def test_loopback_is_refused_without_permission_and_never_asked(site: Any, fetcher: Callable[..., Fetcher]) -> None:
    with pytest.raises(MediaError, match=r"127\.0\.0\.1 is a private address") as caught:
        fetcher().fetch(site.url("/a.png"))
    assert f"127.0.0.1:{site.port}" in caught.value.hint
    assert site.asked == []


def test_an_address_is_asked_once(site: Any, allowed: Fetcher) -> None:
    site.pages["/a.png"] = (200, {}, BODY)
    assert allowed.fetch(site.url("/a.png")) == allowed.fetch(site.url("/a.png"))
    for _ in range(2):
        with pytest.raises(MediaError, match=r"127\.0\.0\.1/gone\.png answered 404 Not Found") as caught:
            allowed.fetch(site.url("/gone.png"))
        assert caught.value.hint == "Correct the address."
    assert site.paths() == ["/a.png", "/gone.png"]


def test_the_oldest_address_is_forgotten_first(site: Any, allowed: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clipmill.media.outside.fetch._REMEMBERED", 2)
    for path in ("/1", "/2", "/3", "/3", "/1"):
        site.pages[path] = (200, {}, path.encode())
        allowed.fetch(site.url(path))
    assert site.paths() == ["/1", "/2", "/3", "/1"]


def test_redirects_are_followed_up_to_the_limit(site: Any, allowed: Fetcher) -> None:
    for hop in range(5):
        site.pages[f"/{hop}"] = (302, {"Location": f"/{hop + 1}"}, b"")
    site.pages["/5"] = (200, {}, BODY)
    assert allowed.fetch(site.url("/2")).size == len(BODY)
    with pytest.raises(MediaError, match="redirects more than 3 times"):
        allowed.fetch(site.url("/1"))


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data", "http://localhost/", "http://2130706433/", "file:///etc/passwd",
     "http://127.0.0.1:9/", "https://[::1]/", "http://user:password@127.0.0.1/", "http://["],
)  # fmt: skip
def test_redirects_are_checked_like_first_addresses(site: Any, allowed: Fetcher, target: str) -> None:
    site.pages["/a"] = (302, {"Location": target}, b"")
    with pytest.raises(MediaError):
        allowed.fetch(site.url("/a"))
    assert site.paths() == ["/a"]


def test_a_redirect_to_a_name_that_changed_its_mind_is_refused(
    site: Any, fetcher: Callable[..., Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first answer is public and serves a redirect to the same name on another port; the second is loopback."""
    site.pages["/a"] = (302, {"Location": "https://rebind.example/a"}, b"")
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    connect = httpcore.SyncBackend.connect_tcp
    monkeypatch.setattr(
        httpcore.SyncBackend,
        "connect_tcp",
        lambda self, host, port, *rest: connect(self, "127.0.0.1", site.port, *rest),
    )
    with pytest.raises(MediaError, match=r"rebind\.example leads to 127\.0\.0\.1"):
        fetcher(resolve=lambda host, port: next(answers)).fetch("http://rebind.example/a")
    assert site.paths() == ["/a"]


def test_a_file_that_says_it_is_too_large_is_not_read(site: Any, allowed: Fetcher, tmp_path: Path) -> None:
    site.pages["/big"] = (200, {}, bytes(10_001))
    with pytest.raises(MediaError, match="is larger than 10,000 bytes"):
        allowed.fetch(site.url("/big"))
    with pytest.raises(MediaError, match="is larger than 4,000 bytes"):
        allowed.fetch(site.url("/big"), 4000)
    assert leftovers(tmp_path) == []


def test_a_file_that_does_not_say_so_is_cut_off(site: Any, allowed: Fetcher, tmp_path: Path) -> None:
    chunks = b"".join(b"1000\r\n" + bytes(0x1000) + b"\r\n" for _ in range(8)) + b"0\r\n\r\n"
    site.pages["/big"] = (200, {"Transfer-Encoding": "chunked"}, chunks)
    with pytest.raises(MediaError, match="is larger than"):
        allowed.fetch(site.url("/big"))
    assert leftovers(tmp_path) == []


def test_exactly_the_limit_is_allowed(site: Any, allowed: Fetcher) -> None:
    site.pages["/full"] = (200, {}, bytes(10_000))
    assert allowed.fetch(site.url("/full")).size == 10_000


def test_compressed_answers_are_refused(site: Any, allowed: Fetcher) -> None:
    site.pages["/a"] = (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")
    with pytest.raises(MediaError, match="compressed"):
        allowed.fetch(site.url("/a"))
    assert site.asked[0][1]["Accept-Encoding"] == "identity"


def test_an_answer_that_breaks_off_is_an_error(site: Any, allowed: Fetcher) -> None:
    site.pages["/a"] = (200, {"Content-Length": "5000", "Connection": "close"}, b"short")
    with pytest.raises(MediaError, match="broke off"):
        allowed.fetch(site.url("/a"))


def test_cookies_are_neither_kept_nor_sent(site: Any, allowed: Fetcher) -> None:
    site.pages["/1"] = (200, {"Set-Cookie": "a=b"}, b"1")
    site.pages["/2"] = (200, {}, b"2")
    allowed.fetch(site.url("/1"))
    allowed.fetch(site.url("/2"))
    assert "Cookie" not in site.asked[1][1]


def test_proxies_of_the_environment_are_ignored(site: Any, allowed: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    site.pages["/a"] = (200, {}, BODY)
    assert allowed.fetch(site.url("/a")).size == len(BODY)


def test_a_silent_server_is_given_up(fetcher: Callable[..., Fetcher]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        patient = fetcher(egress_allow=(f"127.0.0.1:{port}",), limits={"fetch_seconds": 0.05})
        with pytest.raises(MediaError, match=r"took longer than 0\.05 s"):
            patient.fetch(f"http://127.0.0.1:{port}/a")


def test_a_server_that_drips_is_given_up_after_the_whole_time(site: Any, fetcher: Callable[..., Fetcher]) -> None:
    site.pages["/a"] = (200, {}, BODY)
    moments = iter(range(0, 10_000, 25))
    slow = fetcher(egress_allow=(f"127.0.0.1:{site.port}",), monotonic=lambda: float(next(moments)))
    with pytest.raises(MediaError, match="took longer than 60 s"):
        slow.fetch(site.url("/a"))


def test_a_dead_server_is_a_sentence(fetcher: Callable[..., Fetcher]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(MediaError, match=r"no connection to 127\.0\.0\.1"):
        fetcher(egress_allow=(f"127.0.0.1:{port}",)).fetch(f"http://127.0.0.1:{port}/a")


def test_an_endless_address_is_refused(fetcher: Callable[..., Fetcher]) -> None:
    with pytest.raises(MediaError, match="characters"):
        fetcher().fetch("http://shop.example/" + "a" * 2048)


def test_a_signature_in_an_address_is_never_printed(site: Any, allowed: Fetcher) -> None:
    with pytest.raises(MediaError) as caught:
        allowed.fetch(site.url("/a.png?X-Amz-Signature=secret"))
    assert "secret" not in f"{caught.value} {caught.value.hint}"

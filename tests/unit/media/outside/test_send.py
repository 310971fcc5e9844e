"""Sending to a real server on this machine, which answers well, badly, late, with a redirect, or not at all."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from clipmill.errors import MediaError
from clipmill.media.outside.send import HttpSender
from clipmill.settings import Settings


class Receiver(BaseHTTPRequestHandler):
    """Answers by its path: `/500`, `/to?http://elsewhere`, `/silent`, `/endless`."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        server: Any = self.server
        server.got.append((self.command, self.path, dict(self.headers.items()), body))
        if self.path == "/silent":
            server.over.wait(20)
            return
        if self.path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "50")
            self.end_headers()
            return
        name, _, where = self.path.lstrip("/").partition("?")
        self.send_response({"to": 307, "endless": 200}.get(name, 0) or int(name))
        if where:
            self.send_header("Location", where)
        if name == "429":
            self.send_header("Retry-After", "17")
        if name == "503":
            self.send_header("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT")
        self.end_headers()
        try:
            for _ in range(200 if name == "endless" else 1):
                self.wfile.write(b"it is said \x1b[31m" + b"." * (1_000 if name == "endless" else 1))
        except OSError:  # who sent it has heard enough
            pass

    do_PUT = do_POST  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Any]:
    """A server on this machine."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.over = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sender(server: Any, tmp_path: Path) -> Iterator[HttpSender]:
    """One that may send there."""
    sender = HttpSender(Settings(home=tmp_path, egress_allow=(f"127.0.0.1:{server.server_port}",)))
    yield sender
    sender.close()


def url(server: Any, path: str) -> str:
    """An address there."""
    return f"http://127.0.0.1:{server.server_port}/{path}"


def test_body_goes_out_as_it_is_with_its_headers(server: Any, sender: HttpSender) -> None:
    answer = sender.send(url(server, "200"), {"webhook-id": "msg_1"}, '{"a":"ü"}'.encode(), 10)
    assert (answer.status, answer.is_good, answer.text) == (200, True, r"it is said \x1b[31m.")
    ((command, _, headers, body),) = server.got
    assert (command, headers["webhook-id"], headers["User-Agent"], body.decode()) == (
        "POST", "msg_1", "clipmill", '{"a":"ü"}')  # fmt: skip


def test_file_is_put_with_its_length(server: Any, sender: HttpSender, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(bytes(range(256)) * 4_000)
    answer = sender.send(url(server, "201"), {"Content-Digest": "x"}, tmp_path / "a.mp4", 30)
    ((command, _, headers, body),) = server.got
    assert (answer.status, command, headers["Content-Length"]) == (201, "PUT", "1024000")
    assert "Transfer-Encoding" not in headers
    assert hashlib.sha256(body).digest() == hashlib.sha256((tmp_path / "a.mp4").read_bytes()).digest()
    assert sender.send(url(server, "201"), {}, tmp_path / "none", 30).text == "the file is gone from the state folder"


@pytest.mark.parametrize("status", [400, 410, 500])
def test_refusal_is_an_answer(server: Any, sender: HttpSender, status: int) -> None:
    answer = sender.send(url(server, str(status)), {}, b"{}", 10)
    assert (answer.status, answer.is_good, answer.retry_after) == (status, False, 0.0)


def test_wish_to_be_left_alone_is_heard_where_it_is_a_number(server: Any, sender: HttpSender) -> None:
    assert sender.send(url(server, "429"), {}, b"{}", 10).retry_after == 17
    assert sender.send(url(server, "503"), {}, b"{}", 10).retry_after == 0


def test_redirect_is_followed_nowhere(server: Any, sender: HttpSender) -> None:
    answer = sender.send(url(server, "to?http://169.254.169.254/latest"), {}, b"{}", 10)
    assert (answer.status, answer.is_good, answer.text) == (307, False, "it redirects, which is not followed")
    assert len(server.got) == 1


def test_receiver_that_says_nothing_is_waited_for_no_longer_than_said(server: Any, sender: HttpSender) -> None:
    answer = sender.send(url(server, "silent"), {}, b"{}", 0.3)
    assert (answer.status, answer.text) == (0, "no answer within 0.3 s")


def test_long_answer_is_cut_and_one_that_breaks_off_has_said_what_matters(server: Any, sender: HttpSender) -> None:
    assert len(sender.send(url(server, "endless"), {}, b"{}", 10).text) <= 200
    assert sender.send(url(server, "short"), {}, b"{}", 10).is_good


def test_where_nobody_listens_nobody_answers(server: Any, tmp_path: Path) -> None:
    sender = HttpSender(Settings(home=tmp_path, egress_allow=("127.0.0.1:9",)))
    answer = sender.send("http://127.0.0.1:9/", {}, b"{}", 5)
    assert (answer.status, answer.text) == (0, "no connection")


@pytest.mark.parametrize("where", ["http://127.0.0.1/hook", "http://2130706433/", "https://[::1]/", "http://10.0.0.7/"])
def test_private_address_is_refused_when_it_is_registered_and_when_it_is_sent_to(tmp_path: Path, where: str) -> None:
    sender = HttpSender(Settings(home=tmp_path))
    with pytest.raises(MediaError, match="private address"):
        sender.check(where)
    answer = sender.send(where, {}, b"{}", 5)
    assert answer.status == 0
    assert "private address" in answer.text


def test_name_that_leads_elsewhere_by_now_is_refused_when_it_is_sent_to(tmp_path: Path) -> None:
    leads = ["93.184.216.34", "127.0.0.1"]
    sender = HttpSender(Settings(home=tmp_path), resolve=lambda _host, _port: [leads.pop(0)])
    sender.check("https://shop.example/hook?token=hush")
    answer = sender.send("https://shop.example/hook?token=hush", {}, b"{}", 5)
    assert (answer.status, "private address" in answer.text, "hush" in answer.text) == (0, True, False)


def test_address_that_is_none_is_refused(tmp_path: Path) -> None:
    sender = HttpSender(Settings(home=tmp_path))
    for wrong in ("ftp://shop.example/", "shop", "https://user:pass@shop.example/", "http://shop.example:99999/"):
        with pytest.raises(MediaError):
            sender.check(wrong)
        assert sender.send(wrong, {}, b"{}", 5).status == 0


def test_many_threads_send_at_once(server: Any, sender: HttpSender) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: sender.send(url(server, "200"), {}, b"{}", 10), range(40)))
    assert all(answer.is_good for answer in answers)
    assert len(server.got) == 40


def test_what_is_under_way_is_broken_off_at_the_end(server: Any, sender: HttpSender, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as thread:
        sending = thread.submit(sender.send, url(server, "silent"), {}, b"{}", 1.0)
        while not server.got:
            threading.Event().wait(0.01)
        sender.close()
        assert not sending.result(timeout=20).is_good

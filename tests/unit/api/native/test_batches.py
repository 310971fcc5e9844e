"""Batches are begun however their table comes, checked and priced first where that is asked for, and steered."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from tests.native import PIXEL, ROWS, call, get, new_batch, new_template, post, read_in, refused, zipped
from tests.served import Server

CSV = "sku,title\nA1,One\nB2,Two\n"


@pytest.fixture(scope="module", autouse=True)
def _template(served: Server) -> None:
    new_template(served)


def sent(served: Server, **asked: Any) -> Any:
    answer = call(served, "POST", "/batches", **asked)
    assert answer.status_code == 201, answer.text
    return read_in(served, answer.json()["id"])


def asset(served: Server, name: str, content: bytes) -> str:
    kept = call(served, "POST", f"/assets?purpose=table&name={name}", content=content,
                headers={"Content-Type": "application/octet-stream"})  # fmt: skip
    found: str = kept.json()["id"]
    return found


def test_it_is_begun_from_json_rows(served: Server) -> None:
    told = sent(served, json={"template": "card", "rows": ROWS, "name": "Rows", "metadata": {"for": "us"}})
    assert (told["name"], told["rows"], told["state"], told["metadata"]) == ("Rows", 2, "running", {"for": "us"})


@pytest.mark.parametrize(("kind", "body"), [("text/csv", CSV), ("application/x-ndjson", '{"sku":"A"}\n{"sku":"B"}\n'),
                                            ("text/tab-separated-values", CSV.replace(",", "\t"))])  # fmt: skip
def test_it_is_begun_from_a_body_that_is_a_table(served: Server, kind: str, body: str) -> None:
    told = sent(served, content=body, headers={"Content-Type": kind}, params={"template": "card", "budget": "2.5"})
    assert (told["rows"], told["credits"]["budget"]) == (2, 2.5)


def test_it_is_begun_from_a_zip_of_table_and_pictures(served: Server) -> None:
    packed = zipped({"in/rows.csv": "sku,image\nA,pictures/one.png\n", "in/pictures/one.png": PIXEL})
    told = sent(served, content=packed, headers={"Content-Type": "application/zip"},
                params={"template": "card", "options": json.dumps({"dry_run": True})})  # fmt: skip
    served.work()
    assert get(served, f"/batches/{told['id']}")["counts"] == {"ready": 1}


def test_it_is_begun_from_a_form_of_table_and_pictures(served: Server) -> None:
    files = [("table", ("rows.csv", "sku,image\nA,p/one.png\nB,p/two.png\n")), ("files", ("p/one.png", PIXEL))]
    told = sent(served, data={"template": "card", "dry_run": "true"}, files=files)
    served.work()
    assert get(served, f"/batches/{told['id']}")["counts"] == {"ready": 1, "blocked": 1}


def test_it_is_begun_from_an_upload(served: Server) -> None:
    kept = asset(served, "rows.csv", CSV.encode())
    assert sent(served, json={"template": "card", "asset": kept})["rows"] == 2
    packed = asset(served, "rows.zip", zipped({"rows.csv": CSV}))
    assert sent(served, json={"template": "card", "asset": packed})["rows"] == 2


@pytest.mark.parametrize("more", [{}, {"rows": [], "url": "https://example.org/a.csv"}])
def test_it_has_one_table(served: Server, more: Any) -> None:
    refused(call(served, "POST", "/batches", json={"template": "card", **more}), 400, "invalid_request")


def test_a_dry_run_is_checked_and_priced_and_waits_for_a_start(served: Server) -> None:
    batch = new_batch(served, dry_run=True, rows=[{"sku": "A"}, {"sku": ""}])
    served.work()
    told = get(served, f"/batches/{batch}")
    assert (told["state"], told["dry_run"], told["counts"]) == ("paused", True, {"ready": 1, "blocked": 1})
    assert told["credits"]["to_come"] == 1
    started = post(served, f"/batches/{batch}/start")
    assert (started["state"], started["dry_run"]) == ("running", False)
    refused(call(served, "POST", f"/batches/{batch}/start"), 409, "conflict")


def test_a_dry_run_that_is_corrected_goes_on_waiting(served: Server) -> None:
    batch = new_batch(served, dry_run=True, rows=[{"sku": "", "title": "kept"}])
    served.work()
    assert post(served, f"/batches/{batch}/amend", {"rows": [{"_row": 1, "sku": "New"}]})["taken"] == 1
    assert get(served, f"/batches/{batch}")["dry_run"] is True
    assert get(served, f"/batches/{batch}/rows/1")["fields"] == {"sku": "New", "title": "kept"}


def test_it_is_steered(served: Server) -> None:
    batch = new_batch(served, window=1, priority=3, stop_rows=4)
    assert post(served, f"/batches/{batch}/pause")["reason"] == "user"
    told = post(served, f"/batches/{batch}/resume", {"window": 7, "budget": 12.5})
    assert (told["state"], told["steering"]["window"], told["credits"]["budget"]) == ("running", 7, 12.5)
    changed = call(served, "PATCH", f"/batches/{batch}", json={"priority": 9, "name": "First"}).json()
    assert (changed["steering"]["priority"], changed["steering"]["stop_rows"], changed["name"]) == (9, 4, "First")
    assert post(served, f"/batches/{batch}/cancel")["state"] == "cancelled"
    for verb in ("pause", "resume", "start", "retry"):
        refused(call(served, "POST", f"/batches/{batch}/{verb}"), 409, "conflict")


def test_a_sample_is_made_first(served: Server) -> None:
    batch = new_batch(served, rows=[{"sku": f"{number}"} for number in range(5)], sample=2)
    told = get(served, f"/batches/{batch}")
    assert (told["sample"], told["rows"]) == (2, 5)
    assert served.app.batches.progress(batch).admissible == 2


def test_lists_are_read_page_by_page(served: Server) -> None:
    wanted = [new_batch(served, rows=[{"sku": "A"}]) for _ in range(3)][::-1]
    first = get(served, "/batches?limit=2")
    assert ([each["id"] for each in first["data"]], first["has_more"]) == (wanted[:2], True)
    assert get(served, f"/batches?limit=1&after={first['next']}")["data"][0]["id"] == wanted[2]
    refused(call(served, "GET", "/batches?after=bat_nothing"), 404, "not_found")


def test_an_unknown_option_or_template_is_refused(served: Server) -> None:
    error = refused(call(served, "POST", "/batches", json={"template": "card", "rows": [{}], "buget": 5}), 400,
                    "invalid_request")  # fmt: skip
    assert error["param"] == "buget"
    refused(call(served, "POST", "/batches", json={"template": "none", "rows": [{"sku": "A"}]}), 404, "not_found")


def test_a_webhook_of_one_batch_is_checked_before_there_is_a_batch(served: Server) -> None:
    before = len(get(served, "/batches?limit=200")["data"])
    body = {"template": "card", "rows": [{"sku": "A"}], "webhook_url": "http://127.0.0.1/"}
    refused(call(served, "POST", "/batches", json=body), 400, "media_unusable")
    assert len(get(served, "/batches?limit=200")["data"]) == before


def test_the_same_key_is_the_same_batch(served: Server) -> None:
    body, headers = {"template": "card", "rows": [{"sku": "A"}]}, {"Idempotency-Key": "once"}
    first = call(served, "POST", "/batches", json=body, headers=headers)
    again = call(served, "POST", "/batches", json=body, headers=headers)
    assert first.json()["id"] == again.json()["id"] and again.headers["idempotent-replayed"] == "true"
    other = call(served, "POST", "/batches", json={**body, "name": "other"}, headers=headers)
    refused(other, 422, "idempotency_key_reused")
    wrong = {"Idempotency-Key": "corrected"}
    assert call(served, "POST", "/batches", json={**body, "template": "no"}, headers=wrong).status_code == 404
    assert call(served, "POST", "/batches", json=body, headers=wrong).status_code == 201


def test_a_request_that_is_being_answered_is_told_to_wait(served: Server) -> None:
    body = json.dumps({"template": "card", "rows": [{"sku": "A"}]}).encode()

    served.app.answers.begin("POST /v1/batches", "busy", hashlib.sha256(body).hexdigest(), 60)
    answer = call(served, "POST", "/batches", content=body, headers={"Idempotency-Key": "busy",
                                                                     "Content-Type": "application/json"})  # fmt: skip
    refused(answer, 409, "in_progress")
    assert answer.headers["retry-after"] == "1"

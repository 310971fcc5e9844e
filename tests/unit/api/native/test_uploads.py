"""Uploads are looked at and named by their ids; a path of the server is never read for somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.native import PIXEL, call, get, new_batch, new_template, post, refused
from tests.served import Server


@pytest.fixture(scope="module", autouse=True)
def _template(served: Server) -> None:
    new_template(served)


def upload(served: Server, content: bytes = PIXEL, key: str = "") -> Any:
    return call(served, "POST", "/assets?name=one.png", key, content=content, headers={"Content-Type": "image/png"})


def test_a_picture_is_measured_and_kept_by_its_content(served: Server) -> None:
    told = upload(served).json()
    assert (told["kind"], told["width"], told["height"], told["name"]) == ("image", 1, 1, "one.png")
    form = call(served, "POST", "/assets", files={"file": ("two.png", PIXEL)}).json()
    assert (form["sha256"], form["name"]) == (told["sha256"], "two.png")
    assert served.client.get(told["url"]).content == PIXEL
    listed = [each["id"] for each in get(served, "/assets")["data"]]
    assert listed[:2] == [form["id"], told["id"]]
    assert get(served, f"/assets?after={form['id']}&limit=1")["data"][0]["id"] == told["id"]
    assert get(served, "/assets?purpose=table")["data"] == []
    assert call(served, "DELETE", f"/assets/{told['id']}").json() == {"id": told["id"], "deleted": True}
    refused(call(served, "GET", f"/assets/{told['id']}"), 404, "not_found")


@pytest.mark.parametrize("content", [b"", b"<html>", b"#!/bin/sh", b"#EXTM3U\nhttp://127.0.0.1/x.ts"])
def test_what_is_no_media_is_refused(served: Server, content: bytes) -> None:
    assert upload(served, content).status_code == 400
    assert call(served, "POST", "/assets", files={"other": ("x", b"x")}).status_code == 400


@pytest.mark.parametrize("way", ["rows", "table"])
def test_a_cell_names_an_upload_by_id_or_reference(served: Server, way: str) -> None:
    told = upload(served).json()
    names = [told["id"], told["reference"]]
    if way == "rows":
        batch = new_batch(served, dry_run=True, rows=[{"sku": f"{at}", "image": name} for at, name in enumerate(names)])
    else:
        table = "sku,image\n" + "".join(f"{at},{name}\n" for at, name in enumerate(names))
        batch = call(served, "POST", "/batches?template=card&dry_run=true", content=table,
                     headers={"Content-Type": "text/csv"}).json()["id"]  # fmt: skip
        get(served, f"/batches/{batch}")
        while get(served, f"/batches/{batch}")["state"] == "importing":
            pass
    served.work()
    assert get(served, f"/batches/{batch}")["counts"] == {"ready": 2}


def test_an_upload_of_somebody_else_is_not_there(served: Server) -> None:
    other = served.new_key("other", tenant="other")
    theirs = upload(served, PIXEL + b"theirs", other).json()
    mine = served.new_key("third", tenant="third")
    call(served, "POST", "/templates", mine, json={**get(served, "/templates/card"), "id": None})
    for name in (theirs["id"], theirs["reference"]):
        answer = call(served, "GET", f"/assets/{name}", mine)
        refused(answer, 404, "not_found")


@pytest.mark.parametrize("cell", ["/etc/passwd", "../../../etc/passwd", "file:///etc/passwd", "lamp.png", "C:\\x.png",
                                  "~/x.png", "\\\\host\\x.png", "./x.png"])  # fmt: skip
def test_a_path_in_a_cell_blocks_the_row(served: Server, cell: str) -> None:
    batch = new_batch(served, dry_run=True, rows=[{"sku": "A", "image": cell}])
    served.work()
    row = get(served, f"/batches/{batch}/rows/1")
    assert row["state"] == "blocked" and row["problems"][0]["code"].startswith("media."), row["problems"]
    if cell in ("/etc/passwd", "lamp.png", "../../../etc/passwd"):
        assert row["problems"][0]["code"] == "media.local"


def test_a_preview_is_drawn_before_anything_is_paid(served: Server) -> None:
    body = {"template": "card", "row": {"sku": "A", "image": upload(served).json()["id"]}}
    answer = call(served, "POST", "/previews", json=body)
    assert answer.headers["content-type"] == "image/png" and answer.content[:4] == b"\x89PNG", answer.text
    batch = new_batch(served, dry_run=True, rows=[{"sku": "A"}, {"sku": ""}])
    refused(call(served, "GET", f"/batches/{batch}/rows/1/preview"), 409, "conflict")
    served.work()
    assert call(served, "GET", f"/batches/{batch}/rows/1/preview?at=0.1").content[:4] == b"\x89PNG"
    refused(call(served, "GET", f"/batches/{batch}/rows/2/preview"), 409, "conflict")
    refused(call(served, "GET", f"/batches/{batch}/rows/1/preview?at=99"), 400, "invalid_request")
    blocked = refused(call(served, "POST", "/previews", json={"template": "card", "row": {"title": "x"}}), 400,
                      "table_unreadable")  # fmt: skip
    assert "sku" in blocked["message"]
    assert post(served, f"/batches/{batch}/cancel")["credits"]["spent"] == 0

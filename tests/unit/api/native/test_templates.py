"""Templates come as zip, as JSON or from a batch; editions are kept; nothing of a template leaves its folder."""

from __future__ import annotations

import json
import stat
import zipfile
from io import BytesIO
from typing import Any

import pytest

from tests.native import CARD, call, get, new_batch, new_template, post, refused, zipped
from tests.served import Server

_ZIP = {"Content-Type": "application/zip"}


def send(served: Server, content: bytes) -> Any:
    return call(served, "POST", "/templates", content=content, headers=_ZIP)


def test_a_document_is_a_template(served: Server) -> None:
    told = post(served, "/templates", CARD)
    assert (told["name"], told["edition"], told["engine"], told["output"]) == ("card", 1, "render", "{{sku}}.mp4")
    assert [rule["name"] for rule in told["contract"]] == ["sku", "title", "image"]
    assert get(served, f"/templates/{told['id']}")["payload"]["width"] == 64
    assert get(served, "/templates/card")["id"] == told["id"]


@pytest.mark.parametrize("below", ["", "card/"])
def test_a_folder_is_sent_as_zip(served: Server, below: str) -> None:
    files = {f"{below}template.yaml": json.dumps({**CARD, "name": f"zip{below[:4]}", "payload": "body.json"}),
             f"{below}body.json": json.dumps(CARD["payload"])}  # fmt: skip
    assert send(served, zipped(files)).json()["payload"]["width"] == 64
    form = call(served, "POST", "/templates", files={"template": ("t.zip", zipped(files))}, data={"name": "called"})
    assert form.json()["name"] == "called"


def test_an_edition_is_added_and_the_first_stays(served: Server) -> None:
    name = new_template(served, name="twice")
    second = post(served, f"/templates/{name}/editions", {**CARD, "name": "twice", "output": {"name": "{{sku}}-b"}})
    assert (second["id"], second["edition"]) == (name, 2)
    assert get(served, f"/templates/{name}?edition=1")["output"] == "{{sku}}.mp4"
    first = get(served, f"/templates/{name}/editions?limit=1")
    assert ([each["edition"] for each in first["data"]], first["has_more"]) == ([2], True)
    assert [each["edition"] for each in get(served, f"/templates/{name}/editions?after={first['next']}")["data"]] == [1]
    refused(call(served, "GET", f"/templates/{name}?edition=3"), 404, "not_found")


def test_templates_are_listed_by_the_page_until_they_are_archived(served: Server) -> None:
    wanted = [new_template(served, name=f"page{number}") for number in range(3)][::-1]
    first = get(served, "/templates?limit=2")
    rest = get(served, f"/templates?limit=200&after={first['next']}")
    listed = [each["id"] for each in first["data"] + rest["data"]]
    assert listed[:3] == wanted and len(set(listed)) == len(listed)
    assert call(served, "DELETE", f"/templates/{wanted[0]}").json()["archived_at"]
    assert wanted[0] not in [each["id"] for each in get(served, "/templates?limit=200")["data"]]
    assert get(served, f"/templates/{wanted[0]}")["id"] == wanted[0]


def test_what_a_batch_was_made_with_is_kept(served: Server) -> None:
    new_template(served, name="source")
    batch = new_batch(served, "source", budget=5, map={"Article": "sku"}, rows=[{"Article": "A"}], names="x-{{sku}}")
    told = post(served, "/templates", {"batch": batch, "name": "weekly"})
    assert (told["name"], told["defaults"]["budget"], told["output"]) == ("weekly", 5, "x-{{sku}}")
    assert told["map"] == {"Article": "sku"}
    again = new_batch(served, "weekly", rows=[{"Article": "B"}])
    assert get(served, f"/batches/{again}")["credits"]["budget"] == 5


def test_what_is_wrong_is_said_with_its_place(served: Server) -> None:
    error = refused(call(served, "POST", "/templates", json={**CARD, "contract": {"sku": {"kind": "colr"}}}), 400,
                    "template_wrong")  # fmt: skip
    assert "contract.sku.kind" in error["message"] and "colour" in error["hint"]


@pytest.mark.parametrize("payload", ["../../../../etc/passwd.json", "/etc/passwd.json"])
def test_a_payload_outside_of_the_folder_is_refused(served: Server, payload: str) -> None:
    refused(call(served, "POST", "/templates", json={**CARD, "payload": payload}), 400, "template_wrong")
    refused(send(served, zipped({"template.yaml": json.dumps({**CARD, "payload": payload})})), 400, "template_wrong")


@pytest.mark.parametrize("source", ["../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd"])
def test_so_is_a_file_that_its_payload_names(served: Server, source: str) -> None:
    body = {**CARD["payload"], "visuals": [{"type": "IMAGE", "src": source}]}
    refused(call(served, "POST", "/templates", json={**CARD, "payload": body}), 400, "template_wrong")


@pytest.mark.parametrize("name", ["../template.yaml", "/template.yaml", "a/../../template.yaml", "..\\template.yaml",
                                  "c:/template.yaml", "x/" * 13 + "template.yaml"])  # fmt: skip
def test_an_entry_that_leads_elsewhere_is_refused(served: Server, name: str) -> None:
    error = refused(send(served, zipped({name: json.dumps(CARD)})), 400, "table_unreadable")
    assert "leads elsewhere" in error["message"]


def test_so_is_a_link(served: Server) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("template.yaml")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert "a link" in refused(send(served, packed.getvalue()), 400, "table_unreadable")["message"]


def test_so_is_a_bomb(served: Server) -> None:
    bomb = zipped({"template.yaml": json.dumps(CARD), "zeros": bytes(300 * 1024**2)})
    assert len(bomb) < 400_000
    assert "times its size" in refused(send(served, bomb), 400, "table_unreadable")["message"]
    many = zipped({f"{number}": "" for number in range(501)})
    assert "501 entries" in refused(send(served, many), 400, "table_unreadable")["message"]


def test_a_bomb_whose_sizes_are_made_up_is_noticed_as_it_unpacks(served: Server) -> None:
    honest = bytearray(zipped({"template.yaml": json.dumps(CARD) + " " * 5_000}))
    size = (len(json.dumps(CARD)) + 5_000).to_bytes(4, "little")
    lying = honest.replace(size, (10).to_bytes(4, "little"))
    assert lying != honest
    refused(send(served, bytes(lying)), 400, "table_unreadable")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"no zip at all"])
def test_what_is_no_zip_is_refused(served: Server, content: bytes) -> None:
    refused(send(served, content), 400, "table_unreadable")


def test_nothing_is_left_of_what_was_refused(served: Server) -> None:
    send(served, zipped({"template.yaml": "name: x"}))
    left = [path for path in (served.app.home / "tables").rglob("*") if path.name.startswith("tpl_")]
    assert not left and not list((served.app.home / "scratch").glob("received*"))

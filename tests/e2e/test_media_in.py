"""Media on its way in: broken pictures are blocked before anything is made, and made once they are replaced."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.e2e.commands import clipmill, json_lines

TEMPLATE = """name: shown
contract: {sku: {kind: text}, image: {kind: image, required: true}}
payload:
  type: image
  width: 64
  height: 48
  visuals: [{type: IMAGE, src: "{{image}}", width: 64, height: 48}]
output: {name: "{{sku}}"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shown").mkdir()
    (tmp_path / "shown" / "template.yaml").write_text(TEMPLATE)
    return tmp_path


def photo() -> bytes:
    noise = np.random.default_rng(5).integers(0, 255, (48, 64, 3), np.uint8)
    return bytes(cv2.imencode(".jpg", noise)[1].tobytes())


def test_a_cut_off_picture_is_blocked_and_made_once_it_is_replaced(folder: Path) -> None:
    (folder / "k.jpg").write_bytes(photo()[:1500])
    (folder / "rows.csv").write_text("sku,image\n1,k.jpg\n2,k.jpg\n")
    assert "k.jpg is cut off or damaged" in clipmill(folder, "check", "rows.csv", "-t", "shown", expect=4).stderr
    run = clipmill(folder, "run", "rows.csv", "-t", "shown", expect=4)
    with (folder / "out" / "blocked.csv").open(encoding="utf-8-sig", newline="") as file:
        blocked = list(csv.DictReader(file))
    assert [(row["_row"], row["_state"]) for row in blocked] == [("1", "blocked"), ("2", "blocked")]
    assert "asset:" not in run.stderr + blocked[0]["_reason"]
    (folder / "k.jpg").write_bytes(photo())
    batch = json.loads(clipmill(folder, "status", "--json").stdout)["batch"]
    clipmill(folder, "run", "out/blocked.csv", "--into", batch)
    assert [line["state"] for line in json_lines(folder / "out" / "results.jsonl")] == ["done", "done"]
    assert not (folder / "out" / "blocked.csv").exists()


def test_a_table_of_addresses_is_made_from_a_folder_and_goes_on_from_it(folder: Path) -> None:
    (folder / "photos").mkdir()
    (folder / "photos" / "Lamp.jpeg").write_bytes(photo())
    rows = "sku,image\n1,https://cdn.shop.example/s/lamp.jpg?v=3\n2,LAMP\n3,//cdn.shop.example/mug.jpg\n"
    (folder / "rows.csv").write_text(rows)
    run = clipmill(folder, "run", "rows.csv", "-t", "shown", "--media-folder", "photos", "--json", expect=4)
    (folder / "photos" / "mug.png").write_bytes(photo())
    clipmill(folder, "run", "out/blocked.csv", "--into", json.loads(run.stdout)["batch"])
    lines = json_lines(folder / "out" / "results.jsonl")
    assert [line["state"] for line in lines] == ["done"] * 3
    assert all(f"image: taken from the folder {folder / 'photos'}" in line["warnings"] for line in lines)
    clipmill(folder, "check", "rows.csv", "-t", "shown", "--media-folder", "nowhere", expect=2)

"""Real exports of shops become one video per product, with the bundled template and no script."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import av
import pytest

from clipmill.cli.new import EXAMPLES
from tests.e2e.commands import clipmill

FEEDS = Path(__file__).resolve().parents[3] / "shared" / "data" / "feeds"
TEMPLATE = EXAMPLES / "shop-export"


@pytest.fixture(params=["shopify-apparel.csv", "shopify-jewelery.csv"])
def export(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A shop's export as it is; its pictures lie in a folder, for the shop itself is not reached from here."""
    feed = FEEDS / str(request.param)
    if not feed.exists():
        pytest.skip(f"{feed.name} is not there")
    shutil.copy(feed, tmp_path)
    (tmp_path / "pictures").mkdir()
    for row in rows_of(feed):
        if row["Image Src"]:
            shutil.copy(TEMPLATE / "pictures" / "mug.jpg", tmp_path / "pictures" / row["Image Src"].rsplit("/", 1)[1])
    return tmp_path / feed.name


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_product_of_an_export_is_one_video(export: Path, tmp_path: Path) -> None:
    rows = rows_of(export)
    products = {row["Handle"] for row in rows}
    common = [export.name, "-t", str(TEMPLATE), "--first-of", "Handle", "--media-folder", "pictures"]
    told = json.loads(clipmill(tmp_path, "check", *common, "--json").stdout)
    assert (told["rows"], told["blocked"]) == (20, 0)
    assert told["warnings"] == {f"Image Src: taken from the folder {tmp_path / 'pictures'}": 20}
    assert len(products) == 20
    assert told["notes"] == [f"{len(rows) - 20} rows were left out by --first-of 'Handle': not the first of its value."]
    dearest = max(float(row["Variant Price"]) for row in rows if row["Title"])
    chosen = ["--where", f"[Variant Price] >= {dearest} and Title contains ' '"]
    made = json.loads(clipmill(tmp_path, "run", *common, *chosen, "--json").stdout)
    assert made["rows"] == made["done"] >= 1
    first = next((tmp_path / "out").glob("*.mp4"))
    with av.open(str(first)) as video:
        stream = video.streams.video[0]
        assert (stream.width, stream.height, stream.frames) == (1080, 1350, 150)
    assert first.stem in products


def test_bundled_table_says_how_it_is_read(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATE, tmp_path / "shop")
    told = json.loads(clipmill(tmp_path, "check", "shop/products.csv", "-t", "shop", "--json").stdout)
    assert (told["rows"], told["blocked"], told["warnings"]) == (3, 0, {})
    assert told["notes"] == ["3 rows were left out by --first-of 'Handle': not the first of its value."]


def test_columns_said_once_are_kept_for_the_next_time(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATE, tmp_path / "shop")
    shop = tmp_path / "shop"
    table = shop / "products.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("Image Src", "Bild groß"), encoding="utf-8")
    (shop / "products.csv.map.yaml").unlink()
    refused = clipmill(tmp_path, "check", "shop/products.csv", "-t", "shop", expect=2)
    assert "Use --map 'Image Position=image'" in refused.stderr
    assert "Columns that feed nothing: Type, Tags, Published, Option1 Name" in refused.stderr
    assert "Bild groß" in refused.stderr
    told = ["--map", "Bild groß=image", "--first-of", "Handle"]
    clipmill(tmp_path, "check", "shop/products.csv", "-t", "shop", *told, "--save-map")
    assert "Bild groß: image" in (shop / "products.csv.map.yaml").read_text(encoding="utf-8")
    again = json.loads(clipmill(tmp_path, "check", "shop/products.csv", "-t", "shop", "--json").stdout)
    assert (again["rows"], again["blocked"]) == (3, 0)
    shutil.copy(table, tmp_path / "next week.csv")
    shutil.copytree(shop / "pictures", tmp_path / "pictures")
    kept = ["--map", "shop/products.csv.map.yaml"]
    other = json.loads(clipmill(tmp_path, "check", "next week.csv", "-t", "shop", *kept, "--json").stdout)
    assert (other["rows"], other["blocked"]) == (3, 0)

"""The main job, as a user does it: a table and a template in, verified named files out, the rest explained."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from pathlib import Path

import av
import pytest

from clipmill.media.fonts.library import FontLibrary
from tests.e2e.commands import clipmill, json_lines

ROOT = Path(__file__).parents[2]
PROMO = ROOT / "examples" / "product-promo"
DATA = ROOT.parent / "shared" / "data"
real_data = pytest.mark.skipif(not DATA.exists(), reason="the real inputs in ../shared/data are not here")


def check_video(path: Path, seconds: float) -> None:
    """H.264 and AAC, 1280 × 720 at 30, as long as asked."""
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec.name, audio.codec.name) == ("h264", "aac")
        assert (video.width, video.height, video.average_rate) == (1280, 720, 30)
        assert sum(1 for _ in container.decode(video)) == round(seconds * 30)
        assert container.duration / av.time_base == pytest.approx(seconds, abs=0.03)


def test_bundled_example_renders_whole(tmp_path: Path) -> None:
    shutil.copytree(PROMO, tmp_path / "promo")
    run = clipmill(tmp_path, "run", "promo/products.csv", "-t", "promo", "--out", "out", "--zip", "all.zip", "--json")
    told = json.loads(run.stdout)
    rows = list(csv.DictReader((PROMO / "products.csv").read_text(encoding="utf-8").splitlines()))
    assert (told["done"], told["rows"], told["accounted"]) == (12, 12, True)
    assert told["credits"]["spent"] == sum(int(row["seconds"]) for row in rows)
    results = json_lines(tmp_path / "out" / "results.jsonl")
    for row, line in zip(rows, results, strict=True):
        assert line["file"].startswith(f"{row['sku']}-")
        check_video(tmp_path / "out" / line["file"], float(row["seconds"]))
    assert "12 of 12 rows are done" in (tmp_path / "out" / "report.html").read_text()
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted(line["file"] for line in results)


def test_same_table_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    shutil.copytree(PROMO, tmp_path / "promo")
    table = tmp_path / "promo" / "products.csv"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:2]))
    digests = []
    for home in ("one", "two"):
        clipmill(tmp_path, "--home", home, "run", "promo/products.csv", "-t", "promo", "--out", f"out-{home}")
        digests.append(json_lines(tmp_path / f"out-{home}" / "results.jsonl")[0]["sha256"])
    assert digests[0] == digests[1]


@real_data
def test_catalog_with_bad_rows_blocks_exactly_those_and_renders_the_rest(tmp_path: Path) -> None:
    run = clipmill(tmp_path, "run", str(DATA / "catalog-with-bad-rows.csv"), "-t", str(PROMO), expect=4)
    results = {line["row"]: line for line in json_lines(tmp_path / "out" / "results.jsonl")}
    blocked = {number: line["problems"][0] for number, line in results.items() if line["state"] == "blocked"}
    # Row 10 has Arabic, Hindi, Chinese and an emoji in its title: the last two need fonts of the machine.
    unwritable = FontLibrary().missing_glyphs(results[10]["fields"]["title"])
    wrong = {2: "title", 3: "price", 4: "image", 5: "seconds", 6: "title", 7: "accent", 8: "image", 11: "sku"}
    expected = wrong | ({10: "title"} if unwritable else {})
    assert {number: problem["column"] for number, problem in blocked.items()} == expected
    for problem in blocked.values():
        assert all(problem[part] for part in ("reason", "fix", "who"))
    assert {number for number, line in results.items() if line["state"] == "done"} == set(range(1, 13)) - set(expected)
    assert all(char in results[10]["problems"][0]["reason"] for char in unwritable)
    assert results[9]["fields"]["title"] == '=HYPERLINK("http://x","y")'
    assert f"{len(expected)} blocked" in run.stderr
    _feed_back(tmp_path, set(range(1, 13)) - set(expected) | {2, 3})


def _feed_back(folder: Path, done: set[int]) -> None:
    """Two rows of `blocked.csv` corrected and fed back into the same batch, with pictures beside the original table."""
    path = folder / "out" / "blocked.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns, rows = list(reader.fieldnames or ()), list(reader)
    assert columns[-4:] == ["_row", "_state", "_reason", "_fix"]
    rows[0]["title"], rows[1]["price"] = "Chunky Knit Beanie", "19.90"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    status = json.loads(clipmill(folder, "status", "--json").stdout)
    clipmill(folder, "run", str(path), "--into", status["batch"], expect=4)
    results = json_lines(folder / "out" / "results.jsonl")
    assert len(results) == 12
    assert {line["row"] for line in results if line["state"] == "done"} == done
    check_video(folder / "out" / "SKU-1002-chunky-knit-beanie.mp4", 3)


@real_data
def test_real_catalogue_is_ready_as_it_is(tmp_path: Path) -> None:
    told = json.loads(clipmill(tmp_path, "check", str(DATA / "catalog.csv"), "-t", str(PROMO), "--json").stdout)
    assert (told["rows"], told["blocked"], told["credits"]) == (50, 0, 264)

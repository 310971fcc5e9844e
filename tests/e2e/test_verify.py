"""Files one already has, held to what a template promises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.commands import clipmill, make_table, make_template
from tests.rendering import photo, write_picture


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two videos of a small template, 160 × 90, two seconds at 25 frames."""
    folder = tmp_path_factory.mktemp("made")
    make_template(folder / "t")
    clipmill(folder, "run", str(make_table(folder / "rows.csv", 2)), "-t", "t")
    return folder


def test_what_a_template_made_is_what_it_promises(made: Path) -> None:
    told = clipmill(made, "verify", "out/sku-001.mp4", "out/sku-002.mp4", "--like", "t").stdout.splitlines()
    assert told == [f"ok     out/sku-00{n}.mp4   2.00 s, 160 × 90, 50 frames at 25 fps, H.264, yuv420p" for n in (1, 2)]


def test_of_every_file_that_is_wrong_one_sentence_says_what(made: Path) -> None:
    whole = (made / "out" / "sku-001.mp4").read_bytes()
    (made / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    (made / "empty.mp4").write_bytes(b"")
    (made / "words.txt").write_text("no video")
    write_picture(made / "still.png", photo(64, 48))
    files = ["out/sku-001.mp4", "cut.mp4", "empty.mp4", "words.txt", "gone.mp4", "out", "still.png"]
    told = clipmill(made, "verify", *files, "--like", "t", expect=3).stdout.splitlines()
    assert [line.split()[0] for line in told] == ["ok", *["WRONG"] * 6]
    assert [line.split()[1] for line in told] == files
    assert "the file cannot be decoded" in told[1]
    assert "it is empty" in told[2]
    assert "there is no such file" in told[4]
    assert "a folder" in told[5]
    assert "it is no MP4" in told[6]
    assert (made / "out" / "sku-001.mp4").read_bytes() == whole
    assert not list((made / ".clipmill" / "scratch").rglob("verify.*"))


@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        ([], 0, ""),
        (["--seconds", "2", "--size", "160x90", "--fps", "25"], 0, ""),
        (["--seconds", "3"], 3, "2.00 s long, 3.00 s asked"),
        (["--size", "160x91"], 3, "160×90 pixels, 160×91 asked"),
        (["--fps", "30"], 3, "50 frames at 25 a second, any number at 30 asked"),
        (["--like", "t", "--seconds", "2.5"], 3, "2.00 s long, 2.50 s asked"),
    ],
)
def test_a_person_may_say_what_files_must_be(made: Path, options: list[str], code: int, reason: str) -> None:
    told = json.loads(clipmill(made, "verify", "out/sku-001.mp4", *options, "--json", expect=code).stdout)
    (one,) = told["files"]
    assert (told["exit"], one["file"], one["reason"]) == (code, "out/sku-001.mp4", reason)
    assert (one["facts"]["width"], one["facts"]["frames"]) == (160, 50)


def test_pictures_sounds_and_text_are_told_by_their_content(made: Path) -> None:
    write_picture(made / "photo.png", photo(64, 48)).rename(made / "photo.mp4")
    (made / "page.html").write_text("<html></html>")
    told = json.loads(clipmill(made, "verify", "photo.mp4", "page.html", "--json", expect=3).stdout)
    assert [one["ruling"] for one in told["files"]] == ["pass", "fail"]
    assert "a web page" in told["files"][1]["reason"]
    assert "--size 10: it is no size" in clipmill(made, "verify", "photo.mp4", "--size", "10", expect=2).stderr

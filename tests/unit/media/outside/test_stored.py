"""Media taken into Files once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from clipmill.errors import MediaError, NotFoundError
from clipmill.media.outside.ahead import FetchAhead
from clipmill.media.outside.fetch import Fetcher
from clipmill.media.outside.stored import MediaStore
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles

LIMIT = 1_000_000


class CountingFiles(DiskFiles):
    """Files that count what they are asked to take in."""

    puts = 0

    def put(self, path: Path, *, keep: bool = False) -> str:
        self.puts += 1
        return super().put(path, keep=keep)


@pytest.fixture
def files(tmp_path: Path) -> CountingFiles:
    return CountingFiles(tmp_path / "files", tmp_path / "scratch")


@pytest.fixture
def store(files: CountingFiles) -> MediaStore:
    return MediaStore(files, Settings(home=files.root.parent))


def picture(path: Path, width: int = 30, height: int = 20, shade: int = 7) -> str:
    assert cv2.imwrite(str(path), np.full((height, width, 3), shade, np.uint8))
    return str(path)


def test_a_file_is_stored_and_measured(store: MediaStore, files: CountingFiles, tmp_path: Path) -> None:
    path = picture(tmp_path / "cap.png")
    stored = store.from_path(path, LIMIT)
    assert stored.reference.startswith("asset:")
    assert stored.reference.endswith(".png")
    assert stored.measures() == {"bytes": Path(path).stat().st_size, "width": 30, "height": 20, "milliseconds": 0}
    assert files.path(stored.reference[6:70]).read_bytes() == Path(path).read_bytes()
    assert Path(path).exists()


def test_the_suffix_is_that_of_the_content(store: MediaStore, tmp_path: Path) -> None:
    path = Path(picture(tmp_path / "cap.png")).rename(tmp_path / "cap.jpg")
    assert store.from_path(str(path), LIMIT).reference.endswith(".png")


def test_many_rows_read_a_picture_once_and_a_changed_one_anew(
    store: MediaStore, files: CountingFiles, tmp_path: Path
) -> None:
    path = picture(tmp_path / "cap.png")
    first = [store.from_path(path, LIMIT) for _ in range(50)]
    assert (files.puts, len(set(map(id, first)))) == (1, 1)
    picture(tmp_path / "cap.png", width=31)
    os.utime(path, ns=(1, 1))
    assert store.from_path(path, LIMIT).facts.width == 31
    assert files.puts == 2


def test_a_reference_finds_what_is_stored(store: MediaStore, tmp_path: Path) -> None:
    stored = store.from_path(picture(tmp_path / "cap.png"), LIMIT)
    assert store.from_reference(stored.reference) is stored
    for unknown in ("asset:" + "0" * 64, "cap.png"):
        with pytest.raises(NotFoundError):
            store.from_reference(unknown)


def test_an_address_is_stored_and_measured(
    site: Any, fetcher: Callable[..., Fetcher], files: CountingFiles, tmp_path: Path
) -> None:
    site.pages["/cap.png"] = (200, {}, Path(picture(tmp_path / "cap.png")).read_bytes())
    site.pages["/page?key=secret"] = (200, {}, b"<!doctype html>")
    store = MediaStore(
        files, Settings(home=files.root.parent), FetchAhead(lambda: fetcher(egress_allow=(f"127.0.0.1:{site.port}",)))
    )
    assert store.from_url(site.url("/cap.png"), LIMIT).facts.width == 30
    with pytest.raises(MediaError, match=r"^127\.0\.0\.1/page is a web page"):
        store.from_url(site.url("/page?key=secret"), LIMIT)


def test_a_missing_file_is_named_as_the_row_names_it(store: MediaStore, tmp_path: Path) -> None:
    for path in (tmp_path / "none.png", tmp_path / "none" / "a.png", "\0", "\ud800"):
        with pytest.raises(NotFoundError, match=r"catalog/none\.png does not exist"):
            store.from_path(str(path), LIMIT, "catalog/none.png")


def test_folders_devices_and_endless_names_are_no_files(store: MediaStore, tmp_path: Path) -> None:
    for path in (str(tmp_path), os.devnull):
        with pytest.raises(MediaError, match="is not a file"):
            store.from_path(path, LIMIT)
    with pytest.raises(MediaError, match="cannot be read"):
        store.from_path(str(tmp_path / ("a" * 5000)), LIMIT)


def test_a_file_over_its_limit_is_not_taken_in(store: MediaStore, files: CountingFiles, tmp_path: Path) -> None:
    path = tmp_path / "big.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(3 * 1024**2))
    with pytest.raises(MediaError, match=r"big\.png has 3 MB; at most 2 MB are allowed"):
        store.from_path(str(path), 2 * 1024**2, "big.png")
    assert files.puts == 0


def test_what_is_no_media_is_not_taken_in(store: MediaStore, files: CountingFiles, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("<!doctype html>")
    with pytest.raises(MediaError, match=r"a\.png is a web page"):
        store.from_path(str(tmp_path / "a.png"), LIMIT, "a.png")
    assert files.puts == 0


def test_a_drawing_has_a_limit_of_its_own(files: CountingFiles, tmp_path: Path) -> None:
    store = MediaStore(files, Settings(limits={"svg_bytes": 50}))  # type: ignore[arg-type]
    (tmp_path / "a.svg").write_text('<svg width="9" height="9">' + " " * 50 + "</svg>")
    with pytest.raises(MediaError, match="an SVG may have 50 bytes"):
        store.from_path(str(tmp_path / "a.svg"), LIMIT)


def test_memory_is_bounded(store: MediaStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clipmill.media.outside.stored._REMEMBERED", 2)
    paths = [picture(tmp_path / f"{shade}.png", shade=shade) for shade in range(4)]
    stored = [store.from_path(path, LIMIT) for path in paths]
    assert [store.from_path(path, LIMIT).reference for path in paths] == [one.reference for one in stored]

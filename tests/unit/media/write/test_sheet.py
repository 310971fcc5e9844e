"""Where the pictures of a contact sheet stand: rows by moments as a table, one row or one moment as a grid."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from clipmill.media.write.sheet import Cell, write_sheet


def sheet_of(folder: Path, places: list[tuple[int, int]], width: int, height: int) -> np.ndarray:
    """A sheet of grey pictures that size at these rows and columns; its pixels."""
    grey = folder / "grey.png"
    cv2.imwrite(str(grey), np.full((height, width, 3), 120, np.uint8))
    write_sheet([Cell(str(grey), f"row {row}", row, column) for row, column in places], folder / "sheet.png")
    return cv2.imread(str(folder / "sheet.png"))


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (1080, 1080)])
@pytest.mark.parametrize("count", [5, 12, 41])
@pytest.mark.parametrize("down", [True, False])
def test_one_moment_or_one_row_is_a_grid(tmp_path: Path, width: int, height: int, count: int, *, down: bool) -> None:
    sheet = sheet_of(tmp_path, [(n, 0) if down else (0, n) for n in range(count)], width, height)
    assert 0.75 < sheet.shape[1] / sheet.shape[0] < 2.6
    lines = (sheet == 120).all(2)
    pictures = cv2.connectedComponents(lines.astype(np.uint8))[0] - 1
    assert pictures >= count, "every picture stands on the sheet"


def test_rows_by_moments_and_a_few_moments_stay_where_they_are(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, [(n, m) for n in range(5) for m in range(2)], 200, 200).shape[:2] == (
        16 + 5 * (34 + 200 + 16),
        16 + 2 * (240 + 16),
    )
    assert sheet_of(tmp_path, [(0, m) for m in range(4)], 200, 200).shape[:2] == (16 + 34 + 200 + 16, 16 + 4 * 256)

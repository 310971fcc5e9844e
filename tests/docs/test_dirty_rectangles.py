"""The picture of what a frame draws anew tells the truth: the compositor touches what changes and nothing else."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from tools import dirty_rectangles
from tools.dirty_rectangles import FRAME, OUT, Seen

PAGE = OUT.parent / "rendering.md"
#: As GitHub shows it: a picture larger than this makes a page wait.
MOST_BYTES = 150_000


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    """Every frame of the promo."""
    return list(dirty_rectangles.promo(tmp_path_factory.mktemp("promo")))


def test_every_pixel_that_changed_lies_in_a_rectangle(seen: list[Seen]) -> None:
    changed = 0
    for before, now in pairwise(seen):
        for plane, (old, new) in enumerate(zip(before.planes, now.planes, strict=True)):
            differs = old != new
            changed += np.count_nonzero(differs)
            for part in now.redrawn:
                differs[part.rect.window(plane)] = False
            assert not differs.any(), (now.number, plane)
    assert changed > 0


def test_rectangles_do_not_overlap_and_hold_what_moves(seen: list[Seen]) -> None:
    for each in seen[1:]:
        covered = np.zeros_like(each.planes[0])
        for part in each.redrawn:
            covered[part.rect.window(0)] += 1
            assert part.layers
        assert covered.max() == 1
        assert each.share == np.count_nonzero(covered) / covered.size < 0.34


def test_the_page_says_what_is_counted(seen: list[Seen]) -> None:
    page, shares = PAGE.read_text(encoding="utf-8"), [each.share for each in seen]
    frames = {"1–15": slice(1, 16), "16–33": slice(16, 34), "37–54": slice(37, 55), "181–195": slice(181, 196)}
    for name, part in frames.items():
        line = next(line for line in page.splitlines() if line.startswith(f"| {name}"))
        least, most = (f"{100 * share:.1f}" for share in (min(shares[part]), max(shares[part])))
        assert line.endswith(f" {least} % |" if least == most else f" {least} to {most} % |"), (line, least, most)
    mean = f"{100 * float(np.mean(shares[1:])):.1f} % on average"
    assert mean in page
    assert mean in dirty_rectangles.sentence(shares)


def test_the_picture_shows_the_frame(seen: list[Seen], tmp_path: Path) -> None:
    dirty_rectangles.draw(seen[FRAME], len(seen), tmp_path / "drawn.png")
    drawn, kept = (cv2.imread(str(path)).astype(int) for path in (tmp_path / "drawn.png", OUT))
    assert drawn.shape == kept.shape
    assert np.abs(drawn - kept).mean() < 8, "run: python -m tools.dirty_rectangles"
    assert OUT.stat().st_size <= MOST_BYTES

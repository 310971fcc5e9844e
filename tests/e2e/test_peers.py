"""What the others are measured with makes the same promo, and what is not the promo is found."""

from __future__ import annotations

import csv
import importlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

BENCH = Path(__file__).parents[2] / "bench"
imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="needs the extra `peers`")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A row of P1 made by ffmpeg: `media`, and what it should look like, `gold`."""
    with pytest.MonkeyPatch.context() as patch:
        for folder in (BENCH, BENCH / "p1", BENCH / "peers"):
            patch.syspath_prepend(folder)
        checks, gold, prepare, inputs, with_ffmpeg = (
            importlib.import_module(name) for name in ("checks", "gold", "prepare", "make_inputs", "with_ffmpeg")
        )
        found = inputs.make_inputs()
        rows = list(csv.DictReader(found.rows.read_text(encoding="utf-8").splitlines()))[:2]
        folder = tmp_path_factory.mktemp("peers")
        sheet = prepare.prepare(rows, found.fonts, imageio_ffmpeg.get_ffmpeg_exe(), folder)
        with_ffmpeg.make(sheet, sheet.videos[0], "perspective")
    return SimpleNamespace(checks=checks, gold=gold.Gold(sheet, sheet.videos[0]), media=Path(sheet.videos[0].into))


def test_ffmpeg_makes_the_same_promo(made: Any) -> None:
    assert list(made.checks.faults(made.media, made.gold)) == []


def test_a_smooth_zoom_hardly_steps_back(made: Any) -> None:
    assert made.checks.steps_back(made.media) < 20


def test_another_row_is_found_out(made: Any) -> None:
    other = replace(made.gold, video=made.gold.sheet.videos[1])
    found = "; ".join(made.checks.faults(made.media, other))
    for part in ("the photograph", "the headline", "the price"):
        assert part in found

"""Every kind of element and animation looks as it was recorded."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.golden.cases import HERE, VERSIONS, case_names, draw, versions
from tests.rendering import ssim


@pytest.mark.parametrize("name", case_names())
def test_frames_look_as_they_were_recorded(name: str, tmp_path: Path) -> None:
    same_libraries = json.loads(VERSIONS.read_text(encoding="utf-8")) == versions()
    for recorded, path in draw(name, tmp_path).items():
        expected, seen = (cv2.imread(str(file)) for file in (HERE / name / recorded, path))
        assert expected is not None
        assert seen is not None
        assert seen.shape == expected.shape
        assert ssim(cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY), cv2.cvtColor(expected, cv2.COLOR_BGR2GRAY)) >= 0.99
        assert np.abs(seen.astype(int) - expected).mean() < 1
        assert not same_libraries or np.array_equal(seen, expected)


def test_every_kind_and_animation_has_its_case() -> None:
    said = "".join((HERE / name / "timeline.json").read_text(encoding="utf-8") for name in case_names())
    for word in ("SVG", "IMAGE", "TEXT", "fade", "slideleft", "slideright", "slideup", "slidedown", "zoom", "radius",
                 "cover", "contain", "minFontSize", "backgroundColor", "opacity", "track", "resize"):  # fmt: skip
        assert f'"{word}' in said, word

"""Golden cases of looks: every filter at several strengths, and the chroma key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.golden.case import Case, project
from tests.golden.themes.placing import picture

TITLE = "Filters and keys"


def _filtered(*filters: Mapping[str, Any]) -> dict[str, Any]:
    """One picture four times, each with another filter."""
    return project(*(picture(6 + 78 * place, 6, 74, 88, fit="cover", filter=dict(each))
                     for place, each in enumerate(filters)), height=100)  # fmt: skip


def _steps(name: str, *values: Any) -> dict[str, Any]:
    return _filtered(*({name: value} for value in values))


def _keys() -> dict[str, Any]:
    keys: tuple[dict[str, Any], ...] = ({}, {"similarity": 10}, {"similarity": 20, "blend": 0},
                                        {"similarity": 12, "blend": 8})  # fmt: skip
    boxes = []
    for place, key in enumerate(keys):
        box = {"type": "IMAGE", "src": "screen.png", "x": 6 + 160 * (place % 2), "y": 4 + 88 * (place // 2),
               "width": 112, "height": 84}  # fmt: skip
        boxes.append(box | ({"chromaKey": {"color": "#10be28", **key}} if key else {}))
    return project({"type": "IMAGE", "src": "day.png", "resize": "cover"}, *boxes)


CASES = (
    Case("filter-brightness", "Brightness -60, 0, 40 and 100.", _steps("brightness", -60, 0, 40, 100)),
    Case("filter-contrast", "Contrast -60, 0, 40 and 100.", _steps("contrast", -60, 0, 40, 100)),
    Case("filter-saturate", "Saturation -100, -50, 0 and 100.", _steps("saturate", -100, -50, 0, 100)),
    Case("filter-hue-rotate", "Colours turned by 0, 90, 180 and -60 degrees.",
         _steps("hue-rotate", "0deg", "90deg", "180deg", "-60deg")),
    Case("filter-blur", "Blurred by 0, 1.5, 4 and 10 pixels.", _steps("blur", "0px", "1.5px", "4px", "10px")),
    Case("filter-invert", "Inverted, as it is, both ends of one switch; then half of it.",
         _steps("invert", True, False, 1, 0.5)),
    Case("filter-tint", "Tinted in red, blue, gold and grey.",
         _steps("colorTint", "#d7263d", "#1b4dff", "#d9a404", "#808080")),
    Case("filter-mixed", "Several at once, in one order whatever the order they are written in.",
         _filtered({"brightness": 20, "contrast": 30, "saturate": 40}, {"saturate": -100, "blur": 2},
                   {"hue-rotate": 60, "invert": True}, {"colorTint": "#1b4dff", "brightness": 30})),
    Case("filter-drawing", "Filters on a cut-out: what is transparent stays so; a blur stays inside its box.",
         project(*({"type": "IMAGE", "src": "disc.png", "x": 6 + 78 * place, "y": 12, "width": 74, "height": 74,
                    "filter": each} for place, each in enumerate(
                        ({"brightness": 50}, {"hue-rotate": 120}, {"blur": "5px"}, {"invert": True}))), height=100,
                 backgroundColor="#f4f1ea")),
    Case("chroma-key", "A green wall: as it is, keyed, keyed wider, and keyed with soft edges.", _keys()),
)  # fmt: skip

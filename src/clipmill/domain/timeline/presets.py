"""Presets of the project form: named resolutions and the nine positions."""

from __future__ import annotations

import re
from enum import StrEnum

#: Resolution preset → width × height, pixels (`custom` means the project's own width and height).
RESOLUTIONS: dict[str, tuple[int, int]] = {
    "sd": (640, 480), "hd": (1280, 720), "full-hd": (1920, 1080), "youtube-video": (1920, 1080),
    "youtube-short": (1080, 1920), "tiktok": (1080, 1920), "instagram-reel": (1080, 1920),
    "instagram-story": (1080, 1920), "facebook-video": (1080, 1920), "facebook-story": (1080, 1920),
    "snapchat": (1080, 1920), "snapshat": (1080, 1920), "twitter-landscape": (1200, 675),
    "twitter-portrait": (1080, 1350), "twitter-square": (1080, 1080), "squared": (1080, 1080),
    "facebook-post": (1080, 1080), "instagram-post": (1080, 1080), "instagram-feed": (1080, 1080),
}  # fmt: skip


def preset_name(value: object) -> str:
    """A resolution as the presets are called: `Full HD` as full-hd."""
    return re.sub(r"[\s_]+", "-", str(value).strip().lower())


class Position(StrEnum):
    """A point of the canvas, or of an element as its anchor."""

    TOP_LEFT = "top-left"
    TOP_CENTER = "top-center"
    TOP_RIGHT = "top-right"
    CENTER_LEFT = "center-left"
    CENTER_CENTER = "center-center"
    CENTER_RIGHT = "center-right"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM_CENTER = "bottom-center"
    BOTTOM_RIGHT = "bottom-right"
    CUSTOM = "custom"

    @classmethod
    def _missing_(cls, value: object) -> Position | None:
        """`Top Centre` means top-center, `left` means center-left and `bottom` means bottom-center."""
        words = re.split(r"[\s_-]+", value.lower().strip()) if isinstance(value, str) else []
        words = ["center" if word in ("centre", "middle") else word for word in words]
        if words == ["custom"]:
            return cls.CUSTOM
        if len(words) == 1:
            words = ["center", *words] if words[0] in ("left", "right", "center") else [*words, "center"]
        return next((position for position in cls if position.value == "-".join(words)), None)

    @property
    def shares(self) -> tuple[float, float]:
        """Where the point lies, as shares of width and height: top-left (0, 0), bottom-right (1, 1)."""
        vertical, _, horizontal = self.value.partition("-")
        return _SHARE.get(horizontal, 0.0), _SHARE.get(vertical, 0.0)


_SHARE = {"top": 0.0, "left": 0.0, "center": 0.5, "bottom": 1.0, "right": 1.0}

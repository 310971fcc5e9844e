"""P1 drawn for no one's benefit: the frames that every tool's picture is compared to.

The photograph is sampled by Lanczos straight from its 1600 pixels, at places between pixels; letters and round corners
are drawn eight times as large and brought down, without hinting; everything is mixed in floating point and rounded
once, to BT.709. No code of clipmill draws here, and none of the others' but Pillow's resampling and letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import composition as p1
import numpy as np
import numpy.typing as npt
from composition import Sheet, Video
from PIL import Image, ImageColor, ImageDraw, ImageFont
from prepare import rounded

Floats = npt.NDArray[np.floating]
_FINER = 8
#: Letters are measured at this size.
_EM = 2048
#: Y, U and V of BT.709 in the range of television, from R, G and B of 0 to 255.
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_TO_YUV = np.stack([
    _LUMA * 219 / 255,
    (np.array([0, 0, 1], np.float32) - _LUMA) / (2 * (1 - _LUMA[2])) * 224 / 255,
    (np.array([1, 0, 0], np.float32) - _LUMA) / (2 * (1 - _LUMA[0])) * 224 / 255,
])  # fmt: skip


@dataclass(frozen=True)
class Gold:
    """One video of P1, to be drawn frame by frame."""

    sheet: Sheet
    video: Video

    def frame(self, number: int) -> npt.NDArray[np.uint8]:
        """A frame as raw yuv420p: rows of Y, then of U and V; 1080 × 1280."""
        return _planes(self._picture(number))

    def write(self, path: Path) -> None:
        """All frames, one after the other."""
        with path.open("wb") as target:
            for number in range(p1.FRAMES):
                target.write(self.frame(number).tobytes())

    def _picture(self, number: int) -> Floats:
        """Red, green and blue, 0 to 255."""
        seconds, picture = number / p1.FPS, self._background.copy()
        _mix(picture, p1.BOX_LEFT, p1.BOX_TOP, self._photo_at(number), self._box)
        for line, words in enumerate(self.video.headline):
            baseline = p1.HEADLINE_TOP + self._stands(p1.HEADLINE_SIZE, p1.LINE_HEIGHT) + line * p1.LINE_HEIGHT
            left = _left_over(seconds, p1.HEADLINE_AT)
            self._text(picture, words, (p1.HEADLINE_SIZE, p1.WHITE), (p1.LEFT, baseline + p1.SLIDE * left), 1 - left)
        left = _left_over(seconds, p1.PRICE_AT)
        baseline = p1.PRICE_TOP + self._stands(p1.PRICE_SIZE, p1.PRICE_HEIGHT)
        self._text(
            picture, self.video.price, (p1.PRICE_SIZE, p1.YELLOW), (p1.LEFT - p1.SLIDE * left, baseline), 1 - left
        )
        _mix(picture, p1.LEFT, p1.BUTTON_TOP, *self._button_at(seconds))
        return picture

    @cached_property
    def _background(self) -> Floats:
        return np.asarray(Image.open(self.sheet.background_png).convert("RGB"), np.float32)

    @cached_property
    def _photo(self) -> Image.Image:
        return Image.open(self.video.photo).convert("RGB")

    @cached_property
    def _box(self) -> Floats:
        return np.asarray(rounded(p1.BOX_SIDE, p1.BOX_SIDE, p1.BOX_RADIUS), np.float32) / 255

    def _photo_at(self, number: int) -> Floats:
        side = self._photo.width
        edge = (side - side / (1 + p1.GROWTH * number / p1.FRAMES)) / 2
        seen = (edge, edge, side - edge, side - edge)
        return np.asarray(self._photo.resize((p1.BOX_SIDE, p1.BOX_SIDE), Image.Resampling.LANCZOS, seen), np.float32)

    def _button_at(self, seconds: float) -> tuple[Floats, Floats]:
        """The button, and how much of it is to be seen."""
        shown = min(1.0, max(0.0, (seconds - p1.BUTTON_AT) / p1.BUTTON_SECONDS))
        button = np.empty((p1.BUTTON_HEIGHT, p1.BUTTON_WIDTH, 3), np.float32)
        button[:] = ImageColor.getrgb(p1.TEAL)
        length = self._font(p1.BUTTON_SIZE).getlength(self.video.button) / _FINER
        baseline = self._stands(p1.BUTTON_SIZE, p1.BUTTON_HEIGHT)
        self._text(button, self.video.button, (p1.BUTTON_SIZE, p1.INK), ((p1.BUTTON_WIDTH - length) / 2, baseline), 1)
        shape = np.asarray(rounded(p1.BUTTON_WIDTH, p1.BUTTON_HEIGHT, p1.BUTTON_HEIGHT // 2), np.float32) / 255
        return button, shape * shown

    def _stands(self, size: int, height: int) -> float:
        """Where letters stand in a line of this height, their ascent and descent in its middle, as in CSS."""
        ascent, descent = ImageFont.truetype(self.sheet.font, _EM).getmetrics()
        return height / 2 + size * (ascent - descent) / 2 / _EM

    def _font(self, size: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(self.sheet.font, size * _FINER)

    def _text(
        self, picture: Floats, words: str, look: tuple[int, str], place: tuple[float, float], shown: float
    ) -> None:
        """Letters of a size and colour; the first begins at `place` and all stand on it, both between pixels."""
        if shown <= 0:
            return
        (size, color), (x, y), font = look, place, self._font(look[0])
        left, top = int(x) - size // 2, int(y) - size * 2
        wide, high = int(font.getlength(words) / _FINER) + size, size * 3
        drawn = Image.new("L", (wide * _FINER, high * _FINER))
        pen = (round((x - left) * _FINER), round((y - top) * _FINER))
        ImageDraw.Draw(drawn).text(pen, words, fill=255, font=font, anchor="ls")
        covered = np.asarray(drawn.resize((wide, high), Image.Resampling.BOX), np.float32) / 255
        seen = covered[max(-top, 0) : picture.shape[0] - top] * shown
        _mix(picture, left, max(top, 0), np.array(ImageColor.getrgb(color), np.float32), seen)


def _left_over(seconds: float, start: float) -> float:
    """What is left of a slide: 1 before it begins, 0 when it is done; cubic ease-out."""
    return (1 - min(1.0, max(0.0, (seconds - start) / p1.SLIDE_SECONDS))) ** 3


def _mix(picture: Floats, left: int, top: int, over: Floats, covered: Floats) -> None:
    """Lay colours over a part of a picture, so much of them as is covered."""
    part = picture[top : top + covered.shape[0], left : left + covered.shape[1]]
    part += (over - part) * covered[:, :, None]


def _planes(picture: Floats) -> npt.NDArray[np.uint8]:
    """Raw yuv420p; a colour stands for the mean of four pixels."""
    y, u, v = np.moveaxis(picture @ _TO_YUV.T, 2, 0)
    halves = [plane.reshape(p1.HEIGHT // 2, 2, p1.WIDTH // 2, 2).mean((1, 3)) + 128 for plane in (u, v)]
    rows = np.concatenate([(y + 16).reshape(-1), *(half.reshape(-1) for half in halves)]).reshape(-1, p1.WIDTH)
    whole: npt.NDArray[np.uint8] = np.clip(np.rint(rows), 0, 255).astype(np.uint8)
    return whole

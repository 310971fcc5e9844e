"""A canvas: a picture with opacity that masks and other pictures are laid on, one over another."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np

from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.planes import Bytes, stripes


class PictureFiles(Protocol):
    """Pictures by their source, as stylesheets name them."""

    def size_of(self, source: str) -> Size:
        """Width and height. Raises ProjectError, MediaError."""

    def tile(self, source: str, width: int, height: int) -> Bytes:
        """The whole picture at this size, multiplied by its opacity. Raises ProjectError, MediaError."""


class Canvas:
    """sRGB multiplied by opacity, shape (height, width, 4), beginning at (x, y) of the element around it."""

    def __init__(self, x: int, y: int, width: int, height: int, files: PictureFiles | None = None) -> None:
        self.x = x
        self.y = y
        #: Where the pictures behind boxes come from.
        self.files = files
        self.pixels: Bytes = np.zeros((max(1, height), max(1, width), 4), np.uint8)

    def like(self) -> Canvas:
        """An empty canvas in the same place."""
        return Canvas(self.x, self.y, self.pixels.shape[1], self.pixels.shape[0], self.files)

    def lay_mask(self, mask: Bytes, x: int, y: int, colour: Colour) -> None:
        """Lay a colour through a mask (0–255) whose first pixel lies at (x, y)."""
        if colour.alpha <= 0:
            return
        solid = np.array((colour.red, colour.green, colour.blue, 255), np.float32) / 255
        for rows in stripes(len(mask)):
            part = mask[rows]
            coverage = cv2.convertScaleAbs(part, alpha=min(1.0, colour.alpha)) if colour.alpha < 1 else part
            painted = cv2.merge([cv2.convertScaleAbs(coverage, alpha=float(share)) for share in solid])
            self.lay(painted, x, y + rows.start)

    def lay(self, picture: Bytes, x: int, y: int) -> None:
        """Lay a picture, multiplied by its opacity, with its first pixel at (x, y)."""
        top, left = y - self.y, x - self.x
        height, width = self.pixels.shape[:2]
        source = picture[max(0, -top) : max(0, height - top), max(0, -left) : max(0, width - left)]
        if not source.size:
            return
        rows = slice(max(0, top), max(0, top) + source.shape[0])
        target = self.pixels[rows, max(0, left) : max(0, left) + source.shape[1]]
        for part in stripes(len(source)):
            above, below = source[part], target[part]
            clear = cv2.merge([cv2.bitwise_not(np.ascontiguousarray(above[..., 3]))] * 4)
            below[:] = cv2.add(cv2.multiply(np.ascontiguousarray(below), clear, scale=1 / 255), above)

    def faded(self, opacity: float) -> None:
        """Make everything more transparent."""
        self.pixels = cv2.convertScaleAbs(self.pixels.reshape(-1, 4), alpha=opacity).reshape(self.pixels.shape)

    def cut(self, mask: Bytes, x: int, y: int) -> None:
        """Leave only what a mask at (x, y) lets through."""
        whole = np.zeros(self.pixels.shape[:2], np.uint8)
        lower = Canvas(self.x, self.y, self.pixels.shape[1], self.pixels.shape[0])
        lower.lay(cv2.merge([mask] * 4), x, y)
        whole[:] = lower.pixels[..., 3]
        self.pixels = cv2.multiply(self.pixels, cv2.merge([whole] * 4), scale=1 / 255)


def multiplied(rgba: Bytes) -> Bytes:
    """A picture with its colours multiplied by its opacity."""
    alpha = np.ascontiguousarray(rgba[..., 3])
    return cv2.multiply(rgba, cv2.merge([alpha, alpha, alpha, np.full_like(alpha, 255)]), scale=1 / 255)  # type: ignore[no-any-return]


def divided(pixels: Bytes) -> Bytes:
    """The reverse: the colours as they are where the picture is opaque."""
    found = pixels.copy()
    for rows in stripes(len(pixels)):
        alpha = pixels[rows, :, 3:].astype(np.float32)
        colours = pixels[rows, :, :3].astype(np.float32) * 255 / np.maximum(alpha, 1)
        found[rows, :, :3] = np.clip(np.rint(colours), 0, 255).astype(np.uint8)
    return found


def blurred(mask: Bytes, sigma: float) -> Bytes:
    """A mask blurred by a standard deviation in pixels; it must have room around for that."""
    if sigma <= 0.05:
        return mask
    if sigma < 12:
        return cv2.GaussianBlur(mask, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)  # type: ignore[no-any-return]
    step = int(sigma / 6)
    size = (max(1, mask.shape[1] // step), max(1, mask.shape[0] // step))
    small = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), sigma / step, borderType=cv2.BORDER_CONSTANT)
    return cv2.resize(soft, (mask.shape[1], mask.shape[0]), interpolation=cv2.INTER_CUBIC)  # type: ignore[no-any-return]

"""The reader of a GIF or an animated WebP: its pictures by number, each as it is seen, disposal and all done."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from clipmill.errors import MediaError
from clipmill.media.draw.crop import WHOLE, Crop
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import Bytes, from_rgb, from_rgba
from clipmill.media.draw.vips import pyvips
from clipmill.media.facts.gif import MOST_PICTURES
from clipmill.media.facts.sniff import recognise
from clipmill.media.footage.convert import EvenSize, resized

#: Files that may hold several pictures.
SEVERAL = frozenset({".gif", ".webp"})


class GifReader:
    """Pictures by number, the fastest in rising order; going back reads the file anew. Nothing is kept."""

    def __init__(self, path: str, *, where: str, part: Crop = WHOLE, full_colour: bool = False) -> None:
        """Open a GIF or a WebP: `part` is what of the picture is seen. Raises MediaError, which calls it `where`."""
        self._path = path
        self._where = where
        self._part = part
        self._full_colour = full_colour
        self._open()

    def _open(self) -> None:
        if recognise(Path(self._path), self._where)[1] not in SEVERAL:
            raise MediaError(f"{self._where}: the file is no GIF", hint="Use an IMAGE or VIDEO element.")
        try:
            image = pyvips.Image.new_from_file(self._path, n=-1, access="sequential", fail_on="truncated")
            #: How many pictures there are.
            self.pictures: int = image.get("n-pages") if image.get_typeof("n-pages") else 1
            self._height = image.height // self.pictures
            if image.interpretation != "srgb":
                image = image.colourspace("srgb")
            self._region = pyvips.Region.new(image.cast("uchar"))
        except pyvips.Error as error:
            raise self._broken(error) from error
        if self.pictures > MOST_PICTURES:
            raise MediaError(f"{self._where}: the GIF has {self.pictures:,} pictures; at most {MOST_PICTURES:,}",
                             hint="Save it as a video instead.")  # fmt: skip
        self._image = image
        self._place = 0

    def picture(self, number: int, size: EvenSize) -> Level:
        """The picture of this number, or the last one, the seen part scaled to `size` (even pixels).

        Raises MediaError when it cannot be decoded.
        """
        pixels = self._pixels(min(number, self.pictures - 1))
        x, y, width, height = self._part.pixels(pixels.shape[1], pixels.shape[0])
        pixels = pixels[y : y + height, x : x + width]
        if pixels.shape[2] == 3 or pixels[..., 3].min() == 255:
            opaque = resized(np.ascontiguousarray(pixels[..., :3]), size)
            return Level(from_rgb(opaque, full_colour=self._full_colour), None)
        planes, alpha = from_rgba(_scaled(pixels, size), full_colour=self._full_colour)
        return Level(planes, alpha)

    def close(self) -> None:
        """Let go of the file."""
        del self._region, self._image

    def _pixels(self, number: int) -> Bytes:
        """A whole picture, shape (height, width, 3 or 4). Files are read forwards only."""
        if number < self._place:
            self._open()
        width = self._image.width
        try:
            fetched = self._region.fetch(0, number * self._height, width, self._height)
        except pyvips.Error as error:
            raise self._broken(error) from error
        self._place = number + 1
        return np.frombuffer(fetched, np.uint8).reshape(self._height, width, self._image.bands)

    def _broken(self, error: pyvips.Error) -> MediaError:
        reason = " ".join(str(error).split())[:200]
        return MediaError(f"{self._where}: the GIF cannot be decoded: {reason}", hint="Save the file anew.")


def _scaled(rgba: Bytes, size: EvenSize) -> Bytes:
    """A picture with opacity at another size; colours of what is not there have no part in it."""
    alpha = np.ascontiguousarray(rgba[..., 3])
    full = cv2.multiply(np.ascontiguousarray(rgba[..., :3]), cv2.merge((alpha, alpha, alpha)), scale=1 / 255)
    small, opacity = resized(full, size), resized(alpha, size)
    colours = cv2.divide(small, cv2.merge((opacity, opacity, opacity)), scale=255)
    return np.dstack((colours, opacity))

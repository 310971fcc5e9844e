"""Single pictures: PNG, JPEG and WebP files without dates, names or profiles in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from clipmill.domain.files.formats import Shape
from clipmill.errors import MediaError
from clipmill.media.draw.planes import Bytes, Planes, to_rgb, to_rgba
from clipmill.media.draw.vips import pyvips
from clipmill.media.write.writer import Writer, translated

DEFAULT_QUALITY = 90
#: How hard zlib tries, and which filters it may choose from: a single picture is worth more work than one of hundreds.
_THOROUGH, _QUICK = (6, "all"), (3, "up")


def write_still(
    picture: Bytes, into: Path, fmt: str, quality: int = DEFAULT_QUALITY, crop: tuple[int, int] | None = None
) -> None:
    """Write an sRGB picture, (height, width, 3) or (height, width, 4) with opacity not multiplied.

    `fmt` is png, jpg, jpeg or webp; `quality` 1 to 100 counts for all but png; `crop` is the width and height that
    stay of it, from the top left. Raises MediaError, StoreError.
    """
    if crop is not None:
        picture = picture[: crop[1], : crop[0]]
    with translated():
        into.write_bytes(_encoded(picture, fmt, quality))


def picture_of(planes: Planes, shape: Shape) -> Bytes:
    """The planes as sRGB at the shape's size, with opacity where the shape has it."""
    picture = to_rgba(planes.parts) if shape.transparent else to_rgb(planes)
    return picture[: shape.height, : shape.width]


def png_quickly(picture: Bytes) -> bytes:
    """PNG of one picture of many."""
    return _png(picture, *_QUICK)


class StillWriter(Writer):
    """A picture in the making: the first one that is written; what comes after it leaves no trace."""

    def __init__(self, path: Path, fmt: str, shape: Shape, quality: int) -> None:
        super().__init__(path)
        self._fmt, self._shape, self._quality = fmt, shape, quality
        self._picture: Bytes | None = None

    def _take(self, planes: Planes, *, key: bool) -> None:
        if self._picture is None:
            self._picture = picture_of(planes, self._shape)

    def _finish(self) -> None:
        if self._picture is None:
            raise MediaError("there is no picture to write")
        write_still(self._picture, self._path, self._fmt, self._quality)

    def _give_up(self) -> None:
        self._picture = None


def _encoded(picture: Bytes, fmt: str, quality: int) -> bytes:
    if fmt == "png":
        return _png(picture, *_THOROUGH)
    image = _image(picture)
    if fmt == "webp":
        return bytes(image.webpsave_buffer(Q=quality, alpha_q=100, effort=4, keep="none"))
    if fmt not in ("jpg", "jpeg") or picture.shape[2] == 4:
        raise MediaError(f"a picture with opacity cannot become {fmt}" if picture.shape[2] == 4
                         else f"{fmt!r} is no format of a picture", hint="Use png or webp.")  # fmt: skip
    return bytes(image.jpegsave_buffer(Q=quality, optimize_coding=True, keep="none"))


def _png(picture: Bytes, compression: int, filters: str) -> bytes:
    return bytes(_image(picture).pngsave_buffer(compression=compression, filter=filters, keep="none"))


def _image(picture: Bytes) -> pyvips.Image:
    height, width, bands = picture.shape
    memory = np.ascontiguousarray(picture)
    return pyvips.Image.new_from_memory(memory, width, height, bands, "uchar").copy(interpretation="srgb")

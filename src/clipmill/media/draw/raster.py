"""Rasters: SVG drawings, pictures and coverage masks drawn once, by libvips with librsvg."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from clipmill.domain.timeline.layout import Box, Size
from clipmill.errors import MediaError, ProjectError
from clipmill.media.draw.crop import WHOLE, Crop
from clipmill.media.draw.opened import PictureFile
from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.svg import Drawing, read_svg
from clipmill.media.draw.vector.prepared import prepared
from clipmill.media.draw.vips import pyvips
from clipmill.media.facts.sniff import HEAD_BYTES, sniff

#: No picture is drawn larger than twice a 4K frame.
MOST_DRAWN_PIXELS = 16_600_000
#: How an SVG path is written for a box with rounded corners.
_ROUNDED = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}"><path d="M{tl} 0H{a}A{tr} {tr} 0 0 1 {w} {tr}'
    'V{b}A{br} {br} 0 0 1 {c} {h}H{bl}A{bl} {bl} 0 0 1 0 {d}V{tl}A{tl} {tl} 0 0 1 {tl} 0Z"/></svg>'
)

#: The name of an operation before what went wrong in it: `VipsJpeg: `.
_OPERATION = re.compile(r"^[A-Za-z]\w*: ")


def draw_svg(text: str, pictures: Mapping[str, str], *, where: str) -> Bytes:
    """The drawing as sRGB with opacity, shape (height, width, 4); `asset:` references become the pictures they name.

    Raises MediaError when it cannot be drawn.
    """
    for reference, path in pictures.items():
        if reference in text:
            text = text.replace(reference, _data_url(Path(path), where))
    text, room = prepared(text)
    try:
        pixels = _drawn_here(pyvips.Image.svgload_buffer(text.encode(), unlimited=False))
        return np.ascontiguousarray(pixels[room:-room, room:-room]) if room else pixels
    except pyvips.Error as error:
        raise MediaError(f"{where}: the drawing cannot be drawn: {reason_of(error)}") from error


def picture_size(path: str, *, pixels: int, where: str) -> Size:
    """Width and height of a picture as it is seen, its EXIF orientation applied; at most `pixels` in all.

    Raises MediaError.
    """
    drawing = _drawing(path, where)
    if drawing is not None:
        return Size(drawing.width, drawing.height)
    try:
        image = PictureFile(path).opened(access="sequential")
    except pyvips.Error as error:
        raise _damaged(error, where) from error
    if image.width * image.height > pixels:
        raise MediaError(f"{where}: the picture has {image.width} × {image.height} pixels; at most {pixels:,} in all")
    return upright_size(image)


def upright_size(image: pyvips.Image) -> Size:
    """Width and height of a picture as it is seen: EXIF orientations 5 to 8 stand it on its side."""
    turned = image.get_typeof("orientation") and image.get("orientation") >= 5
    return Size(image.height, image.width) if turned else Size(image.width, image.height)


def load_picture(path: str, width: int, height: int, *, where: str, cut: bool = False, part: Crop = WHOLE) -> Bytes:
    """A part of a picture at exactly this size, in sRGB, upright: shape (height, width, 3), or 4 with opacity.

    With `cut` it keeps its shape and its middle fills the size; else it is stretched to it.
    Raises MediaError when it cannot be decoded to its end, or would be too large.
    """
    if width * height > MOST_DRAWN_PIXELS:
        raise MediaError(f"{where}: the picture would be drawn {width} × {height} pixels large",
                         hint="Use a smaller box, or a picture of a more usual shape.")  # fmt: skip
    drawing = _drawing(path, where)
    if drawing is not None and not part.is_whole:
        return _drawn_part(drawing, width, height, part, where=where)
    if drawing is not None:
        return draw_svg(drawing.at_size(width, height, cut=cut, where=where), {}, where=where)
    try:
        image = _shrunk(path, width, height, part, cut=cut)
        image = _enlarged(image, width, height, cut=cut)
        if image.interpretation != "srgb":
            image = image.colourspace("srgb")
        pixels = _pixels(image.cast("uchar"))
    except pyvips.Error as error:
        raise _damaged(error, where) from error
    if pixels.shape[2] == 4 and pixels[..., 3].min() == 255:
        return np.ascontiguousarray(pixels[..., :3])
    return pixels


def _shrunk(path: str, width: int, height: int, part: Crop, *, cut: bool) -> pyvips.Image:
    """The picture at this size, but along no side larger than it is; with `cut` whole where it is too small for it."""
    file = PictureFile(path)
    header = file.opened(access="sequential")
    how = _colour_conversion(header)
    if not part.is_whole:
        image = _cut_out(file, part)
        return image.thumbnail_image(min(width, image.width), height=min(height, image.height), size="force", **how)
    own = upright_size(header)
    if cut and own.width >= width and own.height >= height:
        return file.thumbnail(width, height=height, crop="centre", **how)
    if not cut:
        own = Size(min(width, own.width), min(height, own.height))
    return file.thumbnail(int(own.width), height=int(own.height), size="force", **how)


def _enlarged(image: pyvips.Image, width: int, height: int, *, cut: bool) -> pyvips.Image:
    """The picture stretched to this size, which is not smaller; with `cut` its middle fills it.

    Every point stays where it was: what libvips enlarges by itself lies half a pixel too far to the right and below,
    and would jump in a zoom from a shrunk copy to an enlarged one.
    """
    across, down = width / image.width, height / image.height
    if across == down == 1:
        return image
    if cut:
        across = down = max(across, down)
    left, top = (image.width - width / across) / 2, (image.height - height / down) / 2
    return image.affine(
        [across, 0, 0, down], oarea=[0, 0, width, height], extend="copy",
        idx=(1 - 1 / across) / 2 - left, idy=(1 - 1 / down) / 2 - top, interpolate=pyvips.Interpolate.new("bicubic"),
    )  # fmt: skip


def _cut_out(file: PictureFile, part: Crop) -> pyvips.Image:
    """A part of the upright picture, at its own size."""
    image = file.opened().autorot()
    return image.crop(*part.pixels(image.width, image.height))


def _drawn_part(drawing: Drawing, width: int, height: int, part: Crop, *, where: str) -> Bytes:
    """A part of a drawing stretched to this size; what it costs grows with the size of the whole at that scale."""
    wide, high = width / (part.right - part.left), height / (part.bottom - part.top)
    if wide * high > MOST_DRAWN_PIXELS:
        raise MediaError(f"{where}: the drawing would be drawn {round(wide)} × {round(high)} pixels large",
                         hint="Use a smaller box, or cut the drawing less.")  # fmt: skip
    return draw_svg(drawing.part_at_size(part, width, height, where=where), {}, where=where)


def _drawing(path: str, where: str) -> Drawing | None:
    """The checked drawing in an SVG file, None for pictures of other kinds: no drawing is opened by its path."""
    with Path(path).open("rb") as file:
        found = sniff(file.read(HEAD_BYTES))
    if found is None or found[1] != ".svg":
        return None
    try:
        return read_svg(Path(path).read_bytes(), path=where)
    except ProjectError as error:
        raise MediaError(str(error)) from error


def _colour_conversion(image: pyvips.Image) -> dict[str, str]:
    """What brings a picture to sRGB: its own profile where it has one. Most have none, and are sRGB already."""
    return {"output_profile": "srgb"} if image.get_typeof("icc-profile-data") else {}


def rounded_mask(width: int, height: int, radii: tuple[float, float, float, float]) -> Bytes:
    """Coverage 0–255 of a box with these corner radii: top left, top right, bottom right, bottom left (pixels)."""
    top_left, top_right, bottom_right, bottom_left = _fitting(width, height, radii)
    drawing = _ROUNDED.format(
        w=width, h=height, tl=top_left, tr=top_right, br=bottom_right, bl=bottom_left,
        a=width - top_right, b=height - bottom_right, c=width - bottom_right, d=height - bottom_left,
    )  # fmt: skip
    return np.ascontiguousarray(_pixels(pyvips.Image.svgload_buffer(drawing.encode()))[..., 3])


def box_mask(rect_width: int, rect_height: int, box: Box, radii: tuple[float, float, float, float]) -> Bytes:
    """The mask of a box of whole pixels lying inside a larger rectangle; `box.x` and `box.y` are relative to it."""
    mask = np.zeros((rect_height, rect_width), np.uint8)
    x, y, width, height = int(box.x), int(box.y), int(box.width), int(box.height)
    mask[y : y + height, x : x + width] = rounded_mask(width, height, radii) if max(radii) > 0 else 255
    return mask


def _fitting(width: int, height: int, radii: tuple[float, ...]) -> tuple[float, ...]:
    """The radii, all shrunk alike where two would overlap, as CSS has it."""
    top_left, top_right, bottom_right, bottom_left = radii
    sides = ((width, top_left + top_right), (width, bottom_left + bottom_right),
             (height, top_left + bottom_left), (height, top_right + bottom_right))  # fmt: skip
    factor = min([1.0, *(side / total for side, total in sides if total > 0)])
    return tuple(radius * factor for radius in radii)


def _pixels(image: pyvips.Image) -> Bytes:
    return np.ndarray((image.height, image.width, image.bands), np.uint8, image.write_to_memory())


def _drawn_here(image: pyvips.Image) -> Bytes:
    """The pixels, drawn by this thread, whose time is limited (`workers.clock`)."""
    drawn = pyvips.Region.new(image).fetch(0, 0, image.width, image.height)
    return np.frombuffer(drawn, np.uint8).reshape(image.height, image.width, image.bands)


def _data_url(path: Path, where: str) -> str:
    content = path.read_bytes()
    kind = {b"\x89PNG": "png", b"\xff\xd8\xff\xe0": "jpeg"}.get(
        content[:4], "jpeg" if content[:2] == b"\xff\xd8" else ""
    )
    if not kind:
        raise MediaError(f"{where}: only PNG and JPEG pictures can be used inside a drawing")
    return f"data:image/{kind};base64,{b64encode(content).decode()}"


def _damaged(error: pyvips.Error, where: str) -> MediaError:
    """The error for a picture that cannot be decoded to its end."""
    return MediaError(f"{where}: the picture is cut off or damaged: {reason_of(error)}",
                      hint="Save or download it again, or use another picture.")  # fmt: skip


def reason_of(error: pyvips.Error) -> str:
    """The library's own words, without the names of its functions."""
    told = str(error.detail or error.message).strip().splitlines()
    return _OPERATION.sub("", told[0].strip() if told else "")[:200]

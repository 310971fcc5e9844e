"""One decode of a finished picture, or of a zip of them."""

from __future__ import annotations

import struct
from pathlib import Path
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import cv2
import numpy as np

from clipmill.domain.media import MediaSpec
from clipmill.media.draw.vips import pyvips
from clipmill.media.facts.decoded import LARGEST_SIDE, DecodedFacts
from clipmill.media.facts.snapshot import SNAPSHOT_WIDTH, Picture, width_of

#: Container → the one loader that may open it.
_LOADERS = {"png": "pngload_buffer", "jpg": "jpegload_buffer", "webp": "webpload_buffer"}
_PIXEL_FORMATS = {1: "gray", 2: "ya8", 3: "rgb24", 4: "rgba"}
#: The squares behind what is transparent: their side, and their two greys.
_SQUARE, _GREYS = 8, (204, 255)
#: Bytes of a PNG up to the end of its size (its signature, and half of its header).
_PNG_HEAD = 24


def decode_picture(media: Path, seen: DecodedFacts) -> None:
    """Decode a PNG, JPEG or WebP to its end. Raises OSError."""
    if seen.container not in _LOADERS:
        seen.error = "it is no PNG, JPEG or WebP picture"
        return
    pixels = _decoded(media.read_bytes(), seen)
    if pixels is None:
        return
    seen.frames = seen.promised = 1
    height, width, bands = pixels.shape
    seen.size, seen.pixel_format = (width, height), _PIXEL_FORMATS[bands]
    shown = _before_squares(pixels)
    seen.watch.see(cv2.cvtColor(shown, cv2.COLOR_BGR2GRAY), 0.0)
    seen.pictures["first"] = _small(shown)


def decode_archive(media: Path, spec: MediaSpec, seen: DecodedFacts) -> None:
    """Check every picture of a zip for damage and size, and decode those that are kept."""
    try:
        with ZipFile(media) as archive:
            _look_through(archive, spec, seen)
    except (BadZipFile, EOFError, NotImplementedError, ValueError):
        seen.error = "it is no zip of pictures, or it was cut off while it was written"


def _look_through(archive: ZipFile, spec: MediaSpec, seen: DecodedFacts) -> None:
    entries = archive.infolist()
    seen.promised = len(entries)
    if not entries:
        seen.error = "there is no picture in it"
    moments = spec.kept(len(entries))
    for number, entry in enumerate(entries):
        wanted = f"frame_{number + 1:05}.png"
        if entry.filename != wanted or entry.compress_type != ZIP_STORED:
            seen.error = f"{wanted} is not where it must be in it"
            return
        data = archive.read(entry)  # which compares its checksum
        size = struct.unpack(">II", data[16:_PNG_HEAD]) if len(data) >= _PNG_HEAD else (0, 0)
        seen.size = seen.size if number else size
        if size != seen.size:
            seen.error = f"{wanted} is {size[0]}×{size[1]} pixels, the first one is {seen.size[0]}×{seen.size[1]}"
            return
        if number in moments:
            pixels = _decoded(data, seen, "png")
            if pixels is None:
                return
            seen.pixel_format = _PIXEL_FORMATS[pixels.shape[2]]
            shown = _before_squares(pixels)
            seen.pictures |= {name: _small(shown, width_of(name)) for name in moments[number]}
        seen.frames += 1


def _decoded(data: bytes, seen: DecodedFacts, container: str = "") -> Picture | None:
    """Pixels of shape (height, width, bands), uint8; None with the error noted."""
    try:
        load = getattr(pyvips.Image, _LOADERS[container or seen.container])
        image = load(data, fail_on="truncated")
        if max(image.width, image.height) > LARGEST_SIDE:
            seen.error = f"it is {image.width}×{image.height} pixels, {LARGEST_SIDE} a side at most are decoded"
            return None
        pixels = image.cast("uchar").write_to_memory()
    except pyvips.Error:
        seen.error = "its picture is damaged, or it was cut off while it was written"
        return None
    return np.ndarray((image.height, image.width, image.bands), np.uint8, pixels)


def _before_squares(pixels: Picture) -> Picture:
    """BGR; what is transparent shows grey squares."""
    bands = pixels.shape[2]
    if bands in (2, 4):
        colour = pixels[..., :3][..., ::-1] if bands == 4 else np.repeat(pixels[..., :1], 3, axis=2)
        rows, columns = np.indices(pixels.shape[:2]) // _SQUARE
        ground = np.where((rows + columns) % 2, *_GREYS)[..., None]
        share = pixels[..., -1:].astype(np.float32) / 255
        return np.asarray(np.rint(colour * share + ground * (1 - share)), np.uint8)
    return np.ascontiguousarray(pixels[..., ::-1] if bands == 3 else np.repeat(pixels, 3, axis=2))


def _small(picture: Picture, most: int = SNAPSHOT_WIDTH) -> Picture:
    height, width = picture.shape[:2]
    wanted = min(most, width)
    size = (wanted, max(1, round(height * wanted / width)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)

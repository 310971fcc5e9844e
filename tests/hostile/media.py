"""Pictures, videos and sounds that mean harm."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np

from tests.faults.corpus import good_files
from tests.hostile.case import Corpus, render_media

CASES = Corpus()
_MB = 1_000_000


@lru_cache(maxsize=1)
def good() -> dict[str, bytes]:
    """One small sound file of every kind, by suffix."""
    with TemporaryDirectory() as folder:
        return good_files(Path(folder))


def _file(name: str, means: str, content: bytes | Callable[[], bytes], says: str = "", **fields: Any) -> None:
    def make(folder: Path) -> list[str]:
        return render_media(folder, name, content if isinstance(content, bytes) else content(), **fields)

    CASES.add(name.replace(".", "-"), means, make, says)


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, data: bytes, *more: bytes, depth: int = 8, colour: int = 2, laced: int = 0) -> bytes:
    """A PNG that says it is so large."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, laced))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _zeros(count: int) -> bytes:
    packed = zlib.compressobj(9)
    return b"".join([packed.compress(bytes(_MB)) for _ in range(count // _MB)]) + packed.flush()


_file("billion.png", "a thousand million pixels from nothing", png(1, 10**9, zlib.compress(b"\0")), "error")
_file("wide.png", "one row of a thousand million", png(10**9, 1, zlib.compress(b"\0")), "error")
_file("largest.png", "the largest there may be", png(0x7FFFFFFF, 0x7FFFFFFF, b""), "error")
_file("nothing.png", "a picture without pixels", png(0, 0, b""), "error")
_file("bomb.png", "a hundred and forty megabytes from as many kilobytes", lambda: png(7000, 7000, _zeros(147 * _MB)))
_file("laced-bomb.png", "the same, again and again", lambda: png(6900, 6900, _zeros(143 * _MB), laced=1))
_file("deep.png", "as many bits as there may be", lambda: png(5000, 5000, _zeros(200 * _MB), depth=16, colour=6))
_file("text-bomb.png", "a note of two gigabytes in a small picture", lambda: png(8, 8, zlib.compress(bytes(200)), *(
    chunk(b"zTXt", b"a\0\0" + _zeros(100 * _MB)) for _ in range(8))))  # fmt: skip
_file(
    "profile-bomb.png",
    "a colour profile of a gigabyte",
    lambda: png(8, 8, zlib.compress(bytes(200)), chunk(b"iCCP", b"a\0\0" + _zeros(200 * _MB))),
)
_file(
    "chunks.png",
    "a hundred thousand chunks",
    png(8, 8, zlib.compress(bytes(200)), *(chunk(b"tEXt", b"a\0b") for _ in range(80_000))),
)
_file("crc.png", "a sum that is wrong", png(8, 8, zlib.compress(bytes(200)))[:-6] + b"abcdef")
_file(
    "lying.png",
    "a chunk as long as the disk",
    b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 0xFFFFFFFF) + b"IHDR" + bytes(99),
)


def _jpeg(width: int, height: int) -> bytes:
    small = cv2.imencode(".jpg", np.zeros((16, 16, 3), np.uint8))[1].tobytes()
    at = small.index(b"\xff\xc0")
    return small[: at + 5] + struct.pack(">HH", height, width) + small[at + 9 :]


def _progressive(scans: int) -> bytes:
    """A JPEG whose last scan comes again and again: each goes over the whole picture."""
    whole = cv2.imencode(".jpg", np.zeros((4000, 4000, 3), np.uint8), [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1].tobytes()
    at = whole.rindex(b"\xff\xda")
    return whole[:at] + whole[at:-2] * scans + whole[-2:]


_file("largest.jpg", "65,535 times 65,535 pixels from nothing", lambda: _jpeg(65535, 65535), "error")
_file("nothing.jpg", "a picture without pixels", lambda: _jpeg(0, 0))
_file("progressive.jpg", "a scan over all of the picture, a thousand times", lambda: _progressive(3000))
_file("restarts.jpg", "marks and nothing between", lambda: good()[".jpg"][:600] + b"\xff\xd0" * 400_000)
_file("comments.jpg", "comments and nothing else", b"\xff\xd8" + (b"\xff\xfe\xff\xff" + bytes(65533)) * 100)
_file("tables.jpg", "a table again and again", b"\xff\xd8" + (b"\xff\xdb\x00\x43\x00" + bytes([1] * 64)) * 40_000)
_file(
    "exif.jpg",
    "turned by a note that points at itself",
    lambda: b"\xff\xd8\xff\xe1\x00\x40Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(50) + good()[".jpg"][2:],
)


def _gif(frames: int, width: int = 4000, height: int = 4000, delay: int = 0) -> bytes:
    """A GIF of as many frames, each one pixel of a large canvas."""
    head = (
        b"GIF89a"
        + struct.pack("<HHBBB", width, height, 0x80, 0, 0)
        + bytes(6)
        + b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    )
    frame = (
        b"\x21\xf9\x04\x08"
        + struct.pack("<H", delay)
        + b"\0\0\x2c"
        + struct.pack("<HHHHB", 0, 0, 1, 1, 0)
        + b"\x02\x02\x44\x01\0"
    )
    return head + frame * frames + b"\x3b"


_file("endless.gif", "an animation without an end", _gif(60_000))
_file("many-frames.gif", "a canvas of sixteen million pixels for each of two thousand frames", _gif(2000))
_file("largest.gif", "65,535 times 65,535 pixels", _gif(1, 65535, 65535))
_file("no-frames.gif", "an animation of nothing", _gif(0))
_file("slow.gif", "a frame for eleven minutes", _gif(2, 9, 9, 65535))
_file("open.gif", "a block that never closes", _gif(1, 9, 9)[:-1] + b"\x21\xff" + b"\xff" * 300_000)
_file(
    "largest.webp",
    "16,384 times 16,384 pixels",
    b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\xff\xff\xff\xff\xff\xff" + bytes(9),
    "error",
)
_file("lying.webp", "a file as long as the disk", b"RIFF\xff\xff\xff\xffWEBPVP8L\xff\xff\xff\xff/" + bytes(99), "error")
_file(
    "animated.webp",
    "frames and nothing in them",
    b"RIFF\0\0\x10\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x09\0\0\x09\0\0ANIM\x06\0\0\0"
    + bytes(6)
    + (b"ANMF\x10\0\0\0" + bytes(16)) * 30_000,
)
for _suffix in (
    ".png",
    ".jpg",
    ".webp",
    ".gif",
    ".mp4",
    ".mov",
    ".webm",
    ".mkv",
    ".wav",
    ".mp3",
    ".m4a",
    ".ogg",
    ".flac",
):
    _file(f"cut{_suffix}", "end in the middle", lambda suffix=_suffix: good()[suffix][: len(good()[suffix]) * 2 // 3])


def box(kind: bytes, content: bytes = b"", *, size: int | None = None) -> bytes:
    """A box of an MP4; `size` where it is to lie."""
    return struct.pack(">I", len(content) + 8 if size is None else size) + kind + content


_FTYP = box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41")
_MVHD = box(b"mvhd", bytes(12) + struct.pack(">II", 1, 36_000) + bytes(80))


def _nested(depth: int, kind: bytes = b"moov") -> bytes:
    inner = b""
    for _ in range(depth):
        inner = box(kind, inner)
    return inner


def _changed(find: bytes, change: Callable[[bytes], bytes], suffix: str = ".mp4") -> bytes:
    """A good file, what follows a mark changed, its length as it was."""
    whole = good()[suffix]
    at = whole.index(find) + len(find)
    changed = change(whole[at:])
    return whole[:at] + changed[: len(whole) - at]


_file("no-tracks.mp4", "a video without a track", _FTYP + box(b"moov", _MVHD) + box(b"mdat", bytes(99)), "error")
_file("nothing.mp4", "a name and nothing else", _FTYP, "error")
_file("nested.mp4", "boxes in boxes", _FTYP + _nested(5000))
_file("nested-tracks.mp4", "tracks in tracks", _FTYP + box(b"moov", _MVHD + _nested(3000, b"trak")))
_file(
    "many-tracks.mp4",
    "a hundred thousand tracks",
    _FTYP + box(b"moov", _MVHD + box(b"trak", box(b"tkhd", bytes(84))) * 9000),
)
_file(
    "box-of-itself.mp4",
    "a box as long as nothing",
    _FTYP + box(b"moov", bytes(99), size=0) + box(b"free", size=1) * 9000,
)
_file(
    "box-of-the-disk.mp4",
    "a box as long as the disk",
    _FTYP + struct.pack(">I4sQ", 1, b"moov", 2**63 - 1) + bytes(99),
    "error",
)
_file(
    "small-boxes.mp4", "a hundred thousand boxes before the first", _FTYP + box(b"free") * 100_000 + box(b"moov", _MVHD)
)
_file(
    "ten-hours.mp4",
    "a millisecond that says it is ten hours",
    lambda: _changed(b"mvhd", lambda b: b[:12] + struct.pack(">II", 1, 36_000) + b[20:]),
)
_file(
    "ten-hours-of-track.mp4",
    "the same in a track",
    lambda: _changed(b"mdhd", lambda b: b[:12] + struct.pack(">II", 1, 36_000) + b[20:]),
)
_file(
    "no-rate.mp4",
    "a second without parts",
    lambda: _changed(b"mdhd", lambda b: b[:12] + struct.pack(">II", 0, 0) + b[20:]),
)
_file(
    "endless-edits.mp4",
    "a list of edits as long as memory",
    lambda: _changed(b"elst", lambda b: b[:4] + struct.pack(">I", 0xFFFFFFFF) + b[8:]),
)
_file(
    "edits-back.mp4",
    "an edit that goes before the beginning",
    lambda: _changed(b"elst", lambda b: b[:8] + struct.pack(">Ii", 0x7FFFFFFF, -2_000_000_000) + b[16:]),
)
_file(
    "many-samples.mp4",
    "as many pictures as there are numbers",
    lambda: _changed(b"stsz", lambda b: b[:4] + struct.pack(">II", 0, 0xFFFFFFFF) + b[12:]),
)
_file(
    "equal-samples.mp4",
    "a billion pictures of one size",
    lambda: _changed(b"stsz", lambda b: b[:4] + struct.pack(">II", 1, 1_000_000_000) + b[12:]),
)
_file(
    "times.mp4",
    "pictures that last for ever",
    lambda: _changed(b"stts", lambda b: b[:8] + struct.pack(">II", 0x7FFFFFFF, 0x7FFFFFFF) + b[16:]),
)
_file(
    "large-frames.mp4",
    "a video as wide as it can be said",
    lambda: _changed(b"avc1", lambda b: b[:24] + struct.pack(">HH", 65535, 65535) + b[28:]),
)
_file(
    "back-in-time.mkv",
    "a cluster before the beginning",
    lambda: _changed(b"\x1f\x43\xb6\x75", lambda b: b[:1] + b"\xff" * 7 + b[8:], ".mkv"),
)
_file(
    "endless.mkv",
    "an element without an end",
    lambda: good()[".mkv"][:60] + b"\xec\x01\xff\xff\xff\xff\xff\xff\xff" + bytes(99),
)
_file(
    "void.webm",
    "nothing, a hundred thousand times",
    lambda: good()[".webm"][:40] + b"\xec\x80" * 100_000 + good()[".webm"][40:],
)
_file(
    "playlist.mp4",
    "a list of what to fetch",
    b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nfile:///etc/passwd\n",
    "error",
)
_file(
    "hidden-playlist.mp4",
    "the same behind a name",
    _FTYP + b"#EXTM3U\n#EXTINF:1,\nconcat:/etc/passwd|/etc/hosts\n",
    "error",
)
_file("concat.mov", "a list of files", b"ffconcat version 1.0\nfile '/etc/passwd'\n", "error")
_file(
    "reference.mov",
    "a video that lies elsewhere",
    box(b"ftyp", b"qt  \0\0\0\0qt  ")
    + box(b"moov", box(b"rmra", box(b"rmda", box(b"rdrf", b"\0\0\0\0url \0\0\0\x18http://127.0.0.1:1/a.mov\0")))),
    "error",
)
_file("alias.mov", "samples in somebody's file", lambda: good()[".mov"].replace(b"url \0\0\0\1", b"alis\0\0\0\0"))
_file(
    "session.mp4",
    "a stream from the network",
    b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
    "error",
)
_file("page.mp4", "a web page", b"<!doctype html><title>404</title>", "error")
_file("speed.mp4", "as quick as it can be said", lambda: good()[".mp4"], speed=1e9)
_file("nan.mp4", "from no time to no time", lambda: good()[".mp4"], videoBegin=-1e300, videoEnd=1e300)


def _wav(
    rate: int = 48_000, channels: int = 2, bits: int = 16, size: int = 0x7FFFFFFF, data: bytes = bytes(999)
) -> bytes:
    form = struct.pack(
        "<HHIIHH", 1, channels, rate, rate * channels * bits // 8 & 0xFFFFFFFF, channels * bits // 8 & 0xFFFF, bits
    )
    return (
        b"RIFF"
        + struct.pack("<I", 0xFFFFFFFF)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", size)
        + data
    )


_file("ten-hours.wav", "a millisecond that says it is ten hours", _wav())
_file("quick.wav", "four billion samples a second", _wav(rate=0xFFFFFFFF))
_file("still.wav", "no samples a second", _wav(rate=0))
_file("channels.wav", "sixty-five thousand channels", _wav(channels=65535))
_file("no-channels.wav", "no channel", _wav(channels=0))
_file("bits.wav", "a sample of as many bits", _wav(bits=65535))
_file("nothing.wav", "a sound of nothing", _wav(size=0, data=b""))
_file("tags.mp3", "a tag as long as the disk", lambda: b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(999) + good()[".mp3"])
_file("tags-in-tags.mp3", "ten thousand tags", lambda: b"ID3\x04\0\0\0\0\0\x0a" * 20_000 + good()[".mp3"])
_file("syncs.mp3", "a megabyte of beginnings", b"\xff\xfb\x90\x64" * 250_000)
_file(
    "picture.flac",
    "a picture of two gigabytes in a sound",
    lambda: b"fLaC\x06\xff\xff\xff" + bytes(99) + good()[".flac"],
)
_file(
    "pages.ogg",
    "pages and nothing in them",
    b"OggS\0\2" + bytes(20) + b"\0" + (b"OggS\0\0" + bytes(20) + b"\0") * 30_000,
)
_file("loud.wav", "as loud as it can be said", lambda: good()[".wav"], volume=1e308, speed=1e-308)
_file("font.png", "a font in the clothes of a picture", lambda: good()[".ttf"], "error")
_file("zip.png", "an archive in the clothes of a picture", b"PK\x03\x04" + bytes(999), "error")


def _avif() -> bytes:
    return io.BytesIO(
        box(b"ftyp", b"avif\0\0\0\0avifmif1miaf")
        + box(b"meta", bytes(4) + box(b"iloc", b"\x44\0\0\0\xff\xff" + bytes(99)))
    ).read()


_file("items.avif", "sixty-five thousand pictures in one", _avif(), "error")

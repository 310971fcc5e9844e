"""What a media file truly is, told by its first bytes and by nothing else: kind and suffix. Subtitles count."""

from __future__ import annotations

import re
from pathlib import Path

from clipmill.domain.media import MediaKind
from clipmill.errors import MediaError
from clipmill.media.facts.drawing import head_of
from clipmill.opening import read_regular

#: As many bytes from the beginning of a file as `sniff` looks at.
HEAD_BYTES = 4096

#: Fixed first bytes → kind and suffix. Everything else is decided by one of the functions below.
_SIGNATURES: tuple[tuple[bytes, MediaKind, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", MediaKind.IMAGE, ".png"),
    (b"\xff\xd8\xff", MediaKind.IMAGE, ".jpg"),
    (b"GIF87a", MediaKind.IMAGE, ".gif"),
    (b"GIF89a", MediaKind.IMAGE, ".gif"),
    (b"fLaC", MediaKind.AUDIO, ".flac"),
    (b"ID3", MediaKind.AUDIO, ".mp3"),
)  # fmt: skip
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_WEB_PAGE = re.compile(rb"\s*<(!doctype html|html|head|body)\b", re.I)
#: What names of subtitle files end in → the suffix of such files here.
_SUBTITLES = {".srt": ".srt", ".vtt": ".vtt", ".ass": ".ass", ".ssa": ".ass"}
#: What to use instead of a file that is no media, and instead of one that should hold subtitles.
USE_MEDIA = "Use a PNG, JPEG, WebP, GIF or SVG picture, an MP4, MOV or WebM video, or an MP3, WAV or M4A sound."
USE_SUBTITLES = "Use an SRT, WebVTT or ASS file."
#: What is usually delivered in the place of a missing file, or is media that clipmill does not open.
_OTHERS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (_WEB_PAGE, "a web page"),
    (re.compile(rb"%PDF-"), "a PDF document"),
    (re.compile(rb"PK\x03\x04"), "a zip archive or an office document"),
    (re.compile(rb"\s*#EXTM3U"), "a playlist"),
    (re.compile(rb"....ftyp(avif|avis)", re.S), "an AVIF picture"),
    (re.compile(rb"....ftyp(heic|heix|mif1|msf1)", re.S), "a HEIC picture"),
    (re.compile(rb"II\*\x00|MM\x00\*"), "a TIFF picture"),
    (re.compile(rb"BM....\x00\x00\x00\x00", re.S), "a BMP picture"),
    (re.compile(rb"RIFF....AVI ", re.S), "an AVI video"),
    (re.compile(rb"\s*[\[{]"), "JSON text"),
    (re.compile(rb"\s*<"), "an XML document"),
)  # fmt: skip
#: ISO base media brands of pictures; a file of any other brand is a video, or a sound for `M4A`/`M4B`.
_PICTURE_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"jp2 ", b"jpx "})
_QUICKTIME_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})
#: `00:00:01,000 --> 00:00:02,500` at the beginning of a line.
_TIME_OF_SRT = re.compile(rb"^[^\S\n]*(?:\d+:)?\d\d:\d\d[,.]\d{1,3}\s*-->\s*(?:\d+:)?\d\d:\d\d", re.M)
_BEFORE_SVG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE\s+svg[^>\[]*(?:\[.*?\])?\s*>)*",
                         re.S | re.I)  # fmt: skip


def sniff(head: bytes) -> tuple[MediaKind, str] | None:
    """Kind (image, video, audio, subtitle) and suffix with its dot, None for what is not media clipmill opens."""
    for signature, kind, suffix in _SIGNATURES:
        if head.startswith(signature):
            return kind, suffix
    media = _riff(head) or _iso_media(head) or _matroska(head) or _ogg(head) or _mpeg_audio(head) or _svg(head)
    return media or _subtitle(head)


def recognise(path: Path, name: str = "") -> tuple[MediaKind, str]:
    """Kind and suffix of a file; errors call it `name`. Raises MediaError when it is unreadable or no such media."""
    name = name or path.name
    try:
        head = read_regular(path, HEAD_BYTES)
    except OSError as error:
        hint = "Check that the file may be read."
        raise MediaError(f"{name} cannot be read: {error.strerror}", hint=hint) from error
    found = sniff(head)
    if found is not None:
        return found
    suffix = next((suffix for suffix in _SUBTITLES if name.lower().endswith(suffix)), "")
    if suffix and _is_text(head):
        # What is wrong with it, and in which line, is told by who reads it.
        return MediaKind.SUBTITLE, _SUBTITLES[suffix]
    raise MediaError(f"{name} is {_other(head, suffix)}", hint=USE_SUBTITLES if suffix else USE_MEDIA)


def _other(head: bytes, suffix: str) -> str:
    """What something that is not usable media looks like."""
    if not head:
        return "an empty file"
    unknown = "no subtitles" if suffix else "neither a picture, a video nor a sound"
    kind = next((kind for pattern, kind in _OTHERS if pattern.match(head)), "")
    if not kind and not suffix and head.isascii() and _is_text(head):
        kind = "plain text without a line of times as subtitles have, 00:00:01,500 --> 00:00:04,000"
    return f"{kind}, {unknown} that can be used" if kind else unknown


def _is_text(head: bytes) -> bool:
    """Whether a file can be read as text that is not written for browsers; in UTF-16 every other byte is nothing."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    text = head.replace(b"\0", b"") if head.count(0) in range(len(head) // 3, len(head) // 2 + 1) else head
    return bool(text) and not (_CONTROLS.search(text) or _WEB_PAGE.match(text) or text.startswith(b"%PDF-"))


def _riff(head: bytes) -> tuple[MediaKind, str] | None:
    if head[:4] != b"RIFF":
        return None
    return {b"WEBP": (MediaKind.IMAGE, ".webp"), b"WAVE": (MediaKind.AUDIO, ".wav")}.get(head[8:12])


def _iso_media(head: bytes) -> tuple[MediaKind, str] | None:
    """MP4 and QuickTime (ISO/IEC 14496-12): a `ftyp` box, or an old QuickTime box in its place."""
    box, brand = head[4:8], head[8:12]
    if box == b"ftyp" and brand not in _PICTURE_BRANDS:
        if brand in {b"M4A ", b"M4B "}:
            return MediaKind.AUDIO, ".m4a"
        return MediaKind.VIDEO, ".mov" if brand == b"qt  " else ".mp4"
    return (MediaKind.VIDEO, ".mov") if box in _QUICKTIME_BOXES and head[0] < 0x20 else None


def _matroska(head: bytes) -> tuple[MediaKind, str] | None:
    if head[:4] != b"\x1aE\xdf\xa3":
        return None
    start = head[:256]
    return (
        (MediaKind.VIDEO, ".webm") if b"webm" in start else (MediaKind.VIDEO, ".mkv") if b"matroska" in start else None
    )


def _ogg(head: bytes) -> tuple[MediaKind, str] | None:
    if head[:4] != b"OggS":
        return None
    return (MediaKind.VIDEO, ".ogv") if b"\x80theora" in head[:128] else (MediaKind.AUDIO, ".ogg")


def _mpeg_audio(head: bytes) -> tuple[MediaKind, str] | None:
    """A first MPEG audio frame without a tag: 11 sync bits, then version, layer, bit rate and sample rate in use."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    sound = version != 1 and layer == 1 and bit_rate not in {0, 15} and sample_rate != 3
    return (MediaKind.AUDIO, ".mp3") if sound else None


def _subtitle(head: bytes) -> tuple[MediaKind, str] | None:
    """WebVTT and ASS by their first line, SRT by its first time; in UTF-16 every other byte is nothing."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe").replace(b"\0", b"")
    if re.match(rb"WEBVTT\b", text):
        return MediaKind.SUBTITLE, ".vtt"
    if re.match(rb"\s*\[(script info|v4\+? styles)\]", text, re.I):
        return MediaKind.SUBTITLE, ".ass"
    if _TIME_OF_SRT.search(text):
        return MediaKind.SUBTITLE, ".srt"
    return None


def _svg(head: bytes) -> tuple[MediaKind, str] | None:
    """A drawing in any encoding, packed or not; a comment that goes on behind the head may be the beginning of one."""
    head = head_of(head)
    start = _BEFORE_SVG.match(head)
    rest = head[start.end() :] if start else head
    is_long = len(head) >= HEAD_BYTES - 3 and re.match(rb"<!--(?!.*-->)|<!DOCTYPE\s+svg\b", rest, re.S | re.I)
    return (MediaKind.IMAGE, ".svg") if is_long or re.match(rb"<(?:\w+:)?svg[\s>/]", rest) else None

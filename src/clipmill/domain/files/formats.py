"""Output formats: every name a project's `outputFormat` may have, and what the finished file then is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.errors import ProjectError


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One output format, as far as it can be seen from outside. How it is written: `media.write.formats`."""

    name: str
    #: How a file of it is called, with the dot.
    suffix: str
    kind: MediaKind
    #: By content, as the finished file is measured: `mp4`, `zip`, …
    container: str
    video_codec: str = ""
    #: As decoded.
    pixel_format: str = ""
    #: Whether its pictures can be transparent, and their pixel format if they are; empty: it depends on the picture.
    transparent: bool = False
    transparent_format: str = ""
    #: Empty: the format has no sound.
    audio_codec: str = ""
    #: The container's times are multiples of this; 0: exact.
    tick_seconds: float = 0.0
    #: More frames a second are not shown by players; 0: as many as one likes.
    most_fps: int = 0
    #: Whether a cover picture can be put into the file.
    takes_cover: bool = False

    def every(self, fps: Fraction) -> int:
        """1 when every frame is written, 2 when every second one, and so on."""
        return -(-fps // self.most_fps) if self.most_fps else 1


_ALL = (
    Format(name="mp4", suffix=".mp4", kind=MediaKind.VIDEO, container="mp4", video_codec="h264",
           pixel_format="yuv420p", audio_codec="aac", takes_cover=True),
    Format(name="mov", suffix=".mov", kind=MediaKind.VIDEO, container="mov", video_codec="h264",
           pixel_format="yuv420p", audio_codec="aac"),
    Format(name="webm", suffix=".webm", kind=MediaKind.VIDEO, container="webm", video_codec="vp9",
           pixel_format="yuv420p", audio_codec="opus", tick_seconds=0.001),
    Format(name="avi", suffix=".avi", kind=MediaKind.VIDEO, container="avi", video_codec="mpeg4",
           pixel_format="yuv420p", audio_codec="mp3"),
    Format(name="prores", suffix=".mov", kind=MediaKind.VIDEO, container="mov", video_codec="prores",
           pixel_format="yuv422p10le", transparent=True, transparent_format="yuva444p12le", audio_codec="pcm_s16le"),
    Format(name="gif", suffix=".gif", kind=MediaKind.VIDEO, container="gif", video_codec="gif",
           pixel_format="bgra", tick_seconds=0.01, most_fps=50),
    Format(name="png-sequence", suffix=".zip", kind=MediaKind.ARCHIVE, container="zip",
           pixel_format="rgb24", transparent=True, transparent_format="rgba"),
    Format(name="mp3", suffix=".mp3", kind=MediaKind.AUDIO, container="mp3", audio_codec="mp3"),
    Format(name="wav", suffix=".wav", kind=MediaKind.AUDIO, container="wav", audio_codec="pcm_s16le"),
    Format(name="m4a", suffix=".m4a", kind=MediaKind.AUDIO, container="m4a", audio_codec="aac"),
    Format(name="png", suffix=".png", kind=MediaKind.IMAGE, container="png", pixel_format="rgb24",
           transparent=True, transparent_format="rgba"),
    Format(name="jpg", suffix=".jpg", kind=MediaKind.IMAGE, container="jpg", pixel_format="rgb24"),
    Format(name="jpeg", suffix=".jpeg", kind=MediaKind.IMAGE, container="jpg", pixel_format="rgb24"),
    Format(name="webp", suffix=".webp", kind=MediaKind.IMAGE, container="webp", pixel_format="rgb24",
           transparent=True),
)  # fmt: skip

#: Name → format.
FORMATS = {each.name: each for each in _ALL}
#: Every suffix a finished file can have.
SUFFIXES = frozenset(each.suffix for each in _ALL)


def format_called(suffix: str) -> Format | None:
    """The usual format of files whose names end so; None where there is none."""
    return next((each for each in _ALL if each.suffix == suffix.lower()), None)


def format_of(name: str) -> Format:
    """The format of this name. Raises ProjectError naming those there are."""
    found = FORMATS.get(name)
    if found is None:
        raise ProjectError(f"{name!r} is no format a file can be written in", path="outputFormat",
                           hint=f"Use one of {', '.join(FORMATS)}.")  # fmt: skip
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The pictures of a file in the making."""

    #: Of the file, in pixels: an image, a GIF or a PNG may be odd where its planes are one row or column larger.
    width: int
    height: int
    fps: Fraction = Fraction(30)
    frames: int = 1
    #: Whether the planes carry opacity and the file is to keep it.
    transparent: bool = False


def promised(name: str, shape: Shape, *, sound: bool) -> MediaSpec:
    """What a file of this format and shape must be. Raises ProjectError for what the format cannot be."""
    wanted = format_of(name)
    if shape.transparent and not wanted.transparent:
        able = ", ".join(each.name for each in _ALL if each.transparent)
        raise ProjectError(f"{name} files cannot be transparent", path="transparent", hint=f"Use one of {able}.")
    if wanted.kind is MediaKind.AUDIO and not sound:
        raise ProjectError(f"there is no sound in the project, and {name} files have nothing else", path="outputFormat",
                           hint="Add an audio, or use a format with pictures.")  # fmt: skip
    still, timed = wanted.kind is MediaKind.IMAGE, wanted.kind in (MediaKind.VIDEO, MediaKind.AUDIO)
    seen, every = wanted.kind is not MediaKind.AUDIO, wanted.every(shape.fps)
    heard = sound and bool(wanted.audio_codec)
    return MediaSpec(
        kind=wanted.kind,
        suffix=wanted.suffix,
        container=wanted.container,
        tick_seconds=wanted.tick_seconds,
        seconds=float(shape.frames / shape.fps) if timed else 0.0,
        frames=0 if not seen else 1 if still else -(-shape.frames // every),
        fps=float(shape.fps / every) if wanted.kind is MediaKind.VIDEO else 0.0,
        width=shape.width if seen else 0,
        height=shape.height if seen else 0,
        pixel_format=wanted.transparent_format if shape.transparent else wanted.pixel_format,
        has_audio=heard,
        video_codec=wanted.video_codec,
        audio_codec=wanted.audio_codec if heard else "",
    )


def thumbnail_warning(name: str) -> str:
    """What happens to a project's `thumbnail` in this format, as a sentence; empty when it becomes the file's cover."""
    if format_of(name).takes_cover:
        return ""
    able = " or ".join(each.name for each in _ALL if each.takes_cover)
    return f"thumbnail: left out, for {name} files hold no cover picture; use {able}"


def sound_warning(name: str) -> str:
    """What happens to a project's sound in this format, as a sentence; empty when it is heard."""
    return "" if format_of(name).audio_codec else f"audios: left out, for {name} files have no sound"


def quality_warning(name: str) -> str:
    """What happens to a video's `quality` in this format, as a sentence; empty when there are several."""
    if format_of(name).video_codec == "h264":
        return ""
    able = " or ".join(each.name for each in _ALL if each.video_codec == "h264")
    return f"quality: left out, for {name} files have one quality; use {able}"

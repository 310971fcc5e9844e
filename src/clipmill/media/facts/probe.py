"""What a stored media file measures: pixels of pictures, pixels, length and tracks of videos and sounds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
from av.error import FFmpegError

from clipmill.domain.template import FieldKind
from clipmill.errors import MediaError
from clipmill.media.facts.picture_size import picture_size
from clipmill.media.facts.sniff import recognise

#: Suffix → the only demuxers that may open it; playlists and lists of other files are never among them.
DEMUXERS = {
    ".mp4": "mov,mp4,m4a,3gp,3g2,mj2", ".mov": "mov,mp4,m4a,3gp,3g2,mj2", ".m4a": "mov,mp4,m4a,3gp,3g2,mj2",
    ".webm": "matroska,webm", ".mkv": "matroska,webm", ".ogg": "ogg", ".ogv": "ogg",
    ".mp3": "mp3", ".wav": "wav", ".flac": "flac",
}  # fmt: skip
#: More streams than this are not a clip.
_STREAMS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was measured in one media file. Zero where the kind has no such measure."""

    kind: FieldKind
    #: By content, with its dot.
    suffix: str
    width: int = 0
    height: int = 0
    milliseconds: int = 0
    has_video: bool = False
    has_audio: bool = False


def probe(path: Path, name: str = "") -> Facts:
    """Measure a file; errors call it `name`. Raises MediaError when it is no media clipmill opens, or damaged."""
    name = name or path.name
    kind, suffix = recognise(path, name)
    if kind is FieldKind.IMAGE:
        width, height = picture_size(path, suffix, name)
        return Facts(kind=kind, suffix=suffix, width=width, height=height)
    return _probe_streams(path, kind, suffix, name)


def _probe_streams(path: Path, kind: FieldKind, suffix: str, name: str) -> Facts:
    """Open by path, never as a Python file: only then FFmpeg's own rules about what it may open hold."""
    demuxers = DEMUXERS[suffix]
    options = {"format_whitelist": demuxers, "protocol_whitelist": "file"}
    try:
        with av.open(str(path.absolute()), options=options) as container:
            facts = _facts(container, kind, suffix)
    except (FFmpegError, ValueError, OSError) as error:
        raise MediaError(f"{name} is damaged: it cannot be opened", hint="Save the file anew.") from error
    if not (facts.has_video or facts.has_audio):
        raise MediaError(f"{name} has neither pictures nor sound")
    return facts


def _facts(container: av.container.InputContainer, kind: FieldKind, suffix: str) -> Facts:
    if len(container.streams) > _STREAMS:
        raise ValueError("too many streams")
    video = container.streams.video[0].codec_context if container.streams.video else None
    return Facts(
        kind=kind, suffix=suffix,
        width=video.width if video else 0, height=video.height if video else 0,
        milliseconds=max(0, (container.duration or 0) // 1000),
        has_video=video is not None, has_audio=bool(container.streams.audio),
    )  # fmt: skip

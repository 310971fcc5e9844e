"""The probe of a video or a sound: what its container and its first picture say; runs in a sandboxed worker process."""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from av.stream import Disposition

from clipmill.errors import MediaError
from clipmill.media.facts.facts import Facts
from clipmill.media.facts.shown import pixel_aspect, shown_size, turn_of
from clipmill.media.facts.sniff import recognise

#: Suffix → the only demuxers that may open it; playlists and lists of other files are never among them.
DEMUXERS = {
    ".mp4": "mov,mp4,m4a,3gp,3g2,mj2", ".mov": "mov,mp4,m4a,3gp,3g2,mj2", ".m4a": "mov,mp4,m4a,3gp,3g2,mj2",
    ".webm": "matroska,webm", ".mkv": "matroska,webm", ".ogg": "ogg", ".ogv": "ogg",
    ".mp3": "mp3", ".wav": "wav", ".flac": "flac",
}  # fmt: skip
#: Codecs that are decoded, by their common names; the long tail of old ones is where decoders are broken into.
VIDEO_CODECS = frozenset({"h264", "hevc", "av1", "vp8", "vp9", "mpeg4", "mpeg2video", "mpeg1video", "prores", "dnxhd",
                          "mjpeg", "theora", "h263", "png", "qtrle"})  # fmt: skip
SOUND_CODECS = frozenset({
    "aac", "mp3", "mp2", "opus", "vorbis", "flac", "alac", "ac3", "eac3", "pcm_u8", "pcm_s16le", "pcm_s16be",
    "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_mulaw", "pcm_alaw",
})  # fmt: skip
#: Their decoders by other names.
_DECODERS = frozenset({"libdav1d", "libvpx", "libvpx-vp9", "mp3float", "mp2float", "libopus", "ac3_fixed", "aac_fixed"})
#: More than any clip has.
_MOST_STREAMS, _LONGEST_SIDE, _MOST_HOURS, _HIGHEST_RATE = 16, 8192, 12, 500
#: So many packets without a picture, and there is none.
_MOST_BARREN = 300
#: How Matroska's writers note how long a track is, among its tags.
_TAGGED = re.compile(r"(\d{1,4}):(\d\d):(\d\d(?:\.\d{1,9})?)\s*")
#: Outside of these a rate is made up, and converting it takes minutes.
_SAMPLE_RATES = range(4_000, 384_001)


def options_of(suffix: str) -> dict[str, str]:
    """What FFmpeg is told when it opens a file of this suffix: which containers and decoders, and local files alone.

    It holds for files opened by their path only, never for a Python file object.
    """
    decoders = ",".join(sorted(VIDEO_CODECS | SOUND_CODECS | _DECODERS))
    return {"format_whitelist": DEMUXERS[suffix], "protocol_whitelist": "file", "codec_whitelist": decoders}


def probe_stored(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Asked of a worker: `path` and `name`; answers Facts as JSON. Raises MediaError."""
    return probe(Path(arguments["path"]), arguments["name"]).as_dict()


def probe(path: Path, name: str = "") -> Facts:
    """Measure a video or a sound; errors call it `name`. Raises MediaError when it is none, or damaged."""
    name = name or path.name
    kind, suffix = recognise(path, name)
    if suffix not in DEMUXERS:
        raise MediaError(f"{name} is neither a video nor a sound")
    try:
        with av.open(str(path.absolute()), options=options_of(suffix), metadata_errors="ignore") as container:
            if len(container.streams) > _MOST_STREAMS:
                raise MediaError(f"{name} has {len(container.streams)} tracks; at most {_MOST_STREAMS} are read")
            measures = {**_picture(container, name), **_sound(container, name)}
            if not measures:
                raise MediaError(f"{name} has neither pictures nor sound")
            return Facts(kind=kind, suffix=suffix, milliseconds=_milliseconds(container, name), **measures)
    except (FFmpegError, ValueError, ArithmeticError, OSError) as error:
        if getattr(error, "errno", None) == errno.EACCES:
            raise MediaError(f"{name} cannot be read: permission denied", hint="Check that it may be read.") from error
        raise MediaError(f"{name} is damaged: it cannot be opened", hint="Save the file anew.") from error


def _picture(container: av.container.InputContainer, name: str) -> dict[str, Any]:
    """What the first moving track says, cover pictures aside. Its first picture is decoded: it alone tells its turn."""
    stream = next((one for one in container.streams.video if not one.disposition & Disposition.attached_pic), None)
    if stream is None:
        return {}
    codec = _codec_of(stream, VIDEO_CODECS, name, "pictures")
    _check_sides(stream.codec_context, name)
    stream.codec_context.thread_count = 1
    frame = _first_frame(container, stream)
    if frame is None:
        raise MediaError(f"{name} is damaged: it has no picture that can be decoded", hint="Save the file anew.")
    _check_sides(frame, name)
    turn = turn_of(frame)
    width, height = shown_size(frame.width, frame.height, pixel_aspect(stream), turn)
    return {"width": width, "height": height, "fps": _rate(stream), "rotation": turn.quarters * 90,
            "video_codec": codec, "has_video": True,
            "picture_seconds": _picture_seconds(container, stream)}  # fmt: skip


def picture_origin(container: av.container.InputContainer, stream: av.VideoStream) -> float:
    """What the file's own clock shows when its pictures are counted from 0, seconds.

    Sound that begins a moment before zero, as coders make it, moves no picture.
    """
    began = (container.start_time or 0) / av.time_base
    first, base = stream.start_time, stream.time_base
    return max(0.0, began) if first is None or base is None else min(float(first * base), max(0.0, began))


def _picture_seconds(container: av.container.InputContainer, stream: av.VideoStream) -> float:
    """Until when a track has pictures, as its header or its tags say; 0 where neither does."""
    base, seconds = stream.time_base, 0.0
    if stream.duration is not None and base is not None:
        seconds = float((stream.start_time or 0) * base) - picture_origin(container, stream)
        seconds += float(stream.duration * base)
    else:
        said = next((text for name, text in stream.metadata.items() if name.upper().startswith("DURATION")), "")
        if found := _TAGGED.match(said):  # it counts from the clock's zero
            seconds = int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) - picture_origin(container, stream)
    return seconds if 0 < seconds <= _MOST_HOURS * 3600 else 0.0


def _first_frame(container: av.container.InputContainer, stream: av.VideoStream) -> av.VideoFrame | None:
    """The first picture that can be decoded: what a cut left before it is passed over."""
    for packet in islice(container.demux(stream), _MOST_BARREN):
        with suppress(FFmpegError):
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    return frame
    return None


def _sound(container: av.container.InputContainer, name: str) -> dict[str, Any]:
    if not container.streams.audio:
        return {}
    stream = container.streams.audio[0]
    codec = _codec_of(stream, SOUND_CODECS, name, "sound")
    rate = stream.codec_context.sample_rate or 0
    if rate not in _SAMPLE_RATES:
        raise MediaError(f"{name} has sound of {rate:,} samples a second; {_SAMPLE_RATES.start:,} to "
                         f"{_SAMPLE_RATES.stop - 1:,} are read", hint="Save the file anew.")  # fmt: skip
    return {"audio_codec": codec, "has_audio": True}


def _codec_of(stream: Any, allowed: frozenset[str], name: str, what: str) -> str:
    context = stream.codec_context
    codec: str = context.codec.canonical_name if context is not None else "something unknown"
    if codec not in allowed:
        hint = "Save it as MP4 with H.264 and AAC, or a sound as MP3 or WAV."
        raise MediaError(f"{name} has {what} coded as {codec}, which is not read", hint=hint)
    return codec


def _check_sides(sized: Any, name: str) -> None:
    if not (0 < sized.width <= _LONGEST_SIDE and 0 < sized.height <= _LONGEST_SIDE):
        has = f"{name} is {sized.width} × {sized.height} pixels; 1 to {_LONGEST_SIDE} a side are read"
        raise MediaError(has, hint="Scale it down.")


def _rate(stream: av.VideoStream) -> str:
    """Frames a second as a fraction; empty where the file makes no sensible claim."""
    claims: tuple[Fraction | None, ...] = (stream.guessed_rate, stream.average_rate)
    rate = next((claim for claim in claims if claim is not None and 0 < claim <= _HIGHEST_RATE), None)
    return "" if rate is None else f"{rate.numerator}/{rate.denominator}"


def _milliseconds(container: av.container.InputContainer, name: str) -> int:
    """What the container says, else when the last packet ends: recordings of browsers say nothing."""
    milliseconds = container.duration // 1000 if container.duration is not None else _last_packet_ends(container)
    if milliseconds > _MOST_HOURS * 3_600_000:
        raise MediaError(f"{name} says it lasts {milliseconds / 3_600_000:,.0f} hours; at most {_MOST_HOURS} are read",
                         hint="Cut it, or save the file anew.")  # fmt: skip
    return max(0, milliseconds)


def _last_packet_ends(container: av.container.InputContainer) -> int:
    ends = (
        (packet.pts + (packet.duration or 0)) * packet.time_base
        for packet in container.demux()
        if packet.pts is not None and packet.time_base is not None
    )
    return int(max(ends, default=Fraction(0)) * 1000)

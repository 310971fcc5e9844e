"""The inspection of a finished file: one decode of everything in it, and the plain facts that came out.

`inspect` runs in a worker process with JSON in and out; a file that cannot be decoded is an answer, never an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from clipmill.domain.media import MediaSpec
from clipmill.domain.verdict import MediaFacts
from clipmill.errors import StoreError
from clipmill.media.facts.snapshot import Picture, drift_percent, small_picture, write_jpeg
from clipmill.media.facts.stillness import Watch, luma

#: Only these containers are opened, only as local files: a playlist cannot make the decoder fetch anything.
_OPEN_OPTIONS = {"format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm", "protocol_whitelist": "file"}
_LARGEST_SIDE = 8192
#: Frames decoded at most of a file nothing is known about; of others twice what was asked for, and this much more.
_FRAMES_UNKNOWN = 36_000
_FRAMES_MORE = 100
#: Spans of one or two equal frames are no news.
_SHORTEST_STILL_SECONDS = 0.25
#: Sound below this share of full scale (−80 dB) is silence.
_SILENCE = 1e-4


@dataclass(slots=True)
class _Seen:
    """What the decode has seen so far."""

    frames: int = 0
    packets: int = 0
    #: Frames the decoder could only patch up.
    damaged: int = 0
    discarded: int = 0
    samples: int = 0
    sample_rate: int = 0
    audible: bool = False
    start: float = 0.0
    end: float = 0.0
    pixel_format: str = ""
    size: tuple[int, int] = (0, 0)
    error: str = ""
    watch: Watch = field(default_factory=Watch)
    pictures: dict[str, Picture] = field(default_factory=dict)
    last: av.VideoFrame | None = None


def inspect(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What is in a file: `facts` (MediaFacts), `error`, `damaged_frames`, `missing_frames`, `stills`, `audible`.

    Arguments: `media`, a path; `spec`, MediaSpec as JSON; `reference`, path of the picture the first frame is compared
    to, or ""; `frames_into`, a folder that gets `first.jpg`, `middle.jpg` and `last.jpg`, or "". `stills` are
    (start, end) in seconds. `error` is a sentence, empty for a file that could be decoded to its end.
    Raises StoreError where the three frames cannot be written.
    """
    cv2.setNumThreads(1)
    media = Path(arguments["media"])
    spec = MediaSpec.from_dict(arguments["spec"])
    seen, facts, promised = _Seen(), MediaFacts(size_bytes=_size(media)), 0
    try:
        with av.open(str(media.absolute()), options=_OPEN_OPTIONS) as container:
            promised = _watch_all(container, spec, seen)
            seen.error = seen.error or _cut_off(media)
            facts = _facts(container, seen, facts.size_bytes)
    except (av.FFmpegError, OSError, ValueError) as error:
        seen.error = _sentence(facts.size_bytes, error)
    drift = _pictures(seen, arguments)
    stills = [span for span in seen.watch.stills(seen.end - seen.start) if span[1] - span[0] >= _SHORTEST_STILL_SECONDS]
    return {
        "facts": {**asdict(facts), "drift_percent": drift},
        "error": seen.error,
        "damaged_frames": seen.damaged,
        "missing_frames": 0 if seen.discarded else max(0, promised - seen.frames, seen.packets - seen.frames),
        "stills": stills,
        "audible": seen.audible,
    }


def _size(media: Path) -> int:
    """Bytes of the file, 0 where there is none."""
    return media.stat().st_size if media.is_file() else 0


def _cut_off(media: Path) -> str:
    """What is missing of an MP4 or MOV whose last box reaches beyond the end of the file; empty when it is whole."""
    size, at = media.stat().st_size, 0
    with media.open("rb") as file:
        if file.read(8)[4:] != b"ftyp":
            return ""
        while at < size:
            file.seek(at)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            length = int.from_bytes(head[8:16], "big") if length == 1 else length or size - at
            if length < 8 or at + length > size:
                return f"{max(at + length - size, 1):,} bytes of it are missing at its end"
            at += length
    return ""


def _sentence(size_bytes: int, error: Exception) -> str:
    """Why a file cannot be read, in words."""
    if not size_bytes:
        return "it is empty"
    if isinstance(error, av.InvalidDataError | av.ArgumentError):
        return "it is no MP4, MOV, MKV or WebM video, or it was cut off while it was written"
    return str(getattr(error, "strerror", "") or error)


def _watch_all(container: av.container.InputContainer, spec: MediaSpec, seen: _Seen) -> int:
    """Decode the first video and the first sound to their ends; the number of frames the container promises."""
    if not container.streams.video:
        seen.error = "there is no picture in it"
        return 0
    video = container.streams.video[0]
    if max(video.width, video.height) > _LARGEST_SIDE:
        seen.error = f"its picture is {video.width}×{video.height} pixels, {_LARGEST_SIDE} a side at most are decoded"
        return 0
    middle = (video.frames or spec.frames) // 2
    limit = 2 * spec.frames + _FRAMES_MORE if spec.frames else _FRAMES_UNKNOWN
    for frame in _decoded(container, seen):
        if isinstance(frame, av.AudioFrame):
            _hear(frame, seen)
            continue
        if not _see(frame, seen, middle):
            break
        if seen.frames >= limit:
            seen.error = f"decoding was stopped after {seen.frames} frames, {spec.frames or 'far fewer'} are asked for"
            break
    return video.frames


def _decoded(container: av.container.InputContainer, seen: _Seen) -> Iterator[av.VideoFrame | av.AudioFrame]:
    """Every frame that can be decoded; packets that cannot are only counted."""
    streams = [*container.streams.video[:1], *container.streams.audio[:1]]
    for stream in streams:
        stream.codec_context.thread_count = 1
    for packet in container.demux(streams):
        if packet.stream.type == "video" and packet.size:
            seen.packets += 1
            seen.discarded += packet.is_discard
        try:
            frames = packet.decode()
        except av.FFmpegError:
            continue
        yield from (frame for frame in frames if isinstance(frame, av.VideoFrame | av.AudioFrame))


def _see(frame: av.VideoFrame, seen: _Seen, middle: int) -> bool:
    """Take in a picture; False when nothing after it can be trusted."""
    at = float(frame.time or 0.0)
    if not seen.frames:
        seen.start, seen.size, seen.pixel_format = at, (frame.width, frame.height), frame.format.name
        seen.pictures["first"] = small_picture(frame)
    if (frame.width, frame.height) != seen.size:
        seen.error = f"the picture changes its size after {seen.frames} frames"
        return False
    if seen.frames == middle:
        seen.pictures["middle"] = small_picture(frame)
    seen.watch.see(luma(frame), at - seen.start)
    seen.end = at + _shown_for(frame, at, seen)
    seen.frames += 1
    seen.damaged += frame.is_corrupt
    seen.last = frame
    return True


def _shown_for(frame: av.VideoFrame, at: float, seen: _Seen) -> float:
    """Seconds the frame is on screen: as it says, else as long as the one before it."""
    if frame.duration and frame.time_base:
        return float(frame.duration * frame.time_base)
    return at - float(seen.last.time or 0.0) if seen.last is not None else 0.0


def _hear(frame: av.AudioFrame, seen: _Seen) -> None:
    """Take in some sound."""
    seen.samples += frame.samples
    seen.sample_rate = frame.sample_rate
    if seen.audible:
        return
    samples = frame.to_ndarray()
    full_scale = 1.0 if samples.dtype.kind == "f" else 2.0 ** (8 * samples.dtype.itemsize - 1)
    seen.audible = bool(np.abs(samples.astype(np.float64)).max(initial=0.0) > _SILENCE * full_scale)


def _facts(container: av.container.InputContainer, seen: _Seen, size_bytes: int) -> MediaFacts:
    """The measured values of what was decoded."""
    seconds = seen.end - seen.start
    stills = seen.watch.stills(seconds)
    codecs = [streams[0].codec_context.codec.canonical_name if streams else ""
              for streams in (container.streams.video, container.streams.audio)]  # fmt: skip
    return MediaFacts(
        seconds=round(seconds, 4),
        frames=seen.frames,
        fps=round(seen.frames / seconds, 3) if seconds > 0 else 0.0,
        width=seen.size[0],
        height=seen.size[1],
        pixel_format=seen.pixel_format,
        video_codec=codecs[0],
        audio_codec=codecs[1],
        audio_seconds=round(seen.samples / seen.sample_rate, 4) if seen.sample_rate else 0.0,
        size_bytes=size_bytes,
        black_frames=seen.watch.black_frames,
        longest_still_seconds=round(max((end - start for start, end in stills), default=0.0), 3),
    )


def _pictures(seen: _Seen, arguments: Mapping[str, Any]) -> float:
    """Write the three frames; the first one's drift from the reference, -1 without one."""
    if seen.last is None:
        return -1.0
    seen.pictures["last"] = small_picture(seen.last)
    seen.pictures.setdefault("middle", seen.pictures["last"])
    if arguments["frames_into"]:
        _write(seen.pictures, Path(arguments["frames_into"]))
    reference = arguments["reference"]
    return drift_percent(seen.pictures["first"], Path(reference)) if reference else -1.0


def _write(pictures: Mapping[str, Picture], folder: Path) -> None:
    """Write the pictures as `<name>.jpg`."""
    try:
        for name, picture in pictures.items():
            write_jpeg(picture, folder / f"{name}.jpg")
    except OSError as error:
        raise StoreError(
            f"the pictures of a video could not be written to {folder}: {error.strerror}",
            hint="Check space and rights of the state folder, then `clipmill resume`.",
        ) from error

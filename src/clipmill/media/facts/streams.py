"""One decode of everything in a video or a sound file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import av
import numpy as np
from av.stream import Disposition

from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.errors import MediaError
from clipmill.media.facts.decoded import LARGEST_SIDE, DecodedFacts
from clipmill.media.facts.pixels.stillness import luma
from clipmill.media.facts.repeats import Packet, Repeats
from clipmill.media.facts.shown import pixel_aspect
from clipmill.media.facts.snapshot import small_picture, width_of

#: Only these containers are opened, only as local files: a playlist cannot make the decoder fetch anything.
_OPEN_OPTIONS = {
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mp3,wav", "protocol_whitelist": "file",
}  # fmt: skip
#: Frames decoded at most of a file nothing is known about; of others twice what was asked for, and this much more.
_FRAMES_UNKNOWN = 36_000
_FRAMES_MORE = 100
#: Sound below this share of full scale (−80 dB) is silence.
_SILENCE = 1e-4
#: Damaged sound may say that it has any number; PyAV reads on behind the eighth of those that lie one by one.
_MOST_CHANNELS = 8
#: Less than this of a sound may be lost in a coder.
_LOST_SECONDS = 0.1
_NO_MEDIA = {
    MediaKind.VIDEO: "it is no MP4, MOV, MKV, WebM, AVI or GIF video, or it was cut off while it was written",
    MediaKind.AUDIO: "it is no MP3, WAV or M4A sound, or it was cut off while it was written",
}


def decode_streams(media: Path, spec: MediaSpec, seen: DecodedFacts) -> None:
    """Decode the first video and the first sound to their ends; of a sound file only the sound. Raises OSError.

    Pictures that are proven to repeat the one before them are counted and not decoded, in a file with nothing wrong in
    it; of any other everything is decoded.
    """
    try:
        _decode(media, spec, seen, sparing=True)
        doubtful = seen.spared > 0 and not seen.is_flawless
    except MediaError:
        doubtful = True
    if doubtful:
        seen.begin_again()
        _decode(media, spec, seen, sparing=False)


def _decode(media: Path, spec: MediaSpec, seen: DecodedFacts, *, sparing: bool) -> None:
    """Take in everything; `sparing`: but for repeated pictures. Raises OSError, MediaError where that went wrong."""
    try:
        with av.open(str(media.absolute()), options=_OPEN_OPTIONS) as container:
            video = next((stream for stream in container.streams.video if not _is_cover(stream)), None)
            audio = next(iter(container.streams.audio), None)
            streams = [each for each in (video, audio) if each is not None]
            if any(each.codec_context is None for each in streams):
                seen.error = "it is coded in a way that nothing here can decode"
                return
            if spec.kind is MediaKind.AUDIO:
                _hear_all(container, audio, seen)
            else:
                _watch_all(container, streams, Repeats(video if sparing else None), spec, seen)
            seen.video_codec = video.codec_context.codec.canonical_name if video and seen.frames else ""
            seen.audio_codec = audio.codec_context.codec.canonical_name if audio else ""
    except (av.InvalidDataError, av.ArgumentError):
        seen.error = _NO_MEDIA[MediaKind.AUDIO if spec.kind is MediaKind.AUDIO else MediaKind.VIDEO]
    except (av.FFmpegError, ValueError) as error:
        seen.error = str(getattr(error, "strerror", "") or error)


def _is_cover(stream: av.VideoStream) -> bool:
    """Whether it is a picture shown for the file, and no part of the film."""
    return bool(stream.disposition & Disposition.attached_pic)


def _hear_all(container: av.container.InputContainer, audio: av.AudioStream | None, seen: DecodedFacts) -> None:
    if audio is None:
        seen.error = "there is no sound in it"
        return
    promised = (container.duration or 0) / av.time_base
    for frame in _decoded(container, [audio], seen, Repeats(None)):
        if isinstance(frame, av.AudioFrame):
            hear(frame, seen)
    if promised - seen.audio_seconds > _LOST_SECONDS:
        seen.error = f"only {seen.audio_seconds:.2f} s of its {promised:.2f} s can be heard"


def _watch_all(
    container: av.container.InputContainer,
    streams: list[av.VideoStream | av.AudioStream],
    repeats: Repeats,
    spec: MediaSpec,
    seen: DecodedFacts,
) -> None:
    video = next((stream for stream in streams if isinstance(stream, av.VideoStream)), None)
    if video is None:
        seen.error = "there is no picture in it"
        return
    if max(video.width, video.height) > LARGEST_SIDE:
        seen.error = f"its picture is {video.width}×{video.height} pixels, {LARGEST_SIDE} a side at most are decoded"
        return
    seen.promised, seen.aspect = video.frames, pixel_aspect(video)
    wanted = spec.kept(video.frames or spec.frames)
    limit = 2 * spec.frames + _FRAMES_MORE if spec.frames else _FRAMES_UNKNOWN
    last: av.VideoFrame | None = None
    for frame in _decoded(container, streams, seen, repeats):
        if isinstance(frame, av.AudioFrame):
            hear(frame, seen)
            continue
        if not _see(frame, repeats.of(frame), seen, wanted):
            break
        last = frame
        if seen.frames >= limit:
            seen.error = f"decoding was stopped after {seen.frames} frames, {spec.frames or 'far fewer'} are asked for"
            break
    if last is not None:
        seen.pictures.setdefault("last", small_picture(last, seen.aspect))
        seen.pictures.setdefault("middle", seen.pictures["last"])


def _decoded(
    container: av.container.InputContainer,
    streams: Sequence[av.VideoStream | av.AudioStream],
    seen: DecodedFacts,
    repeats: Repeats,
) -> Iterator[av.VideoFrame | av.AudioFrame]:
    """Every frame that can be decoded; packets that cannot are only counted. Raises MediaError as `repeats` does."""
    for stream in streams:
        stream.codec_context.thread_count = 1
    for packet in container.demux(streams):
        wanted: Packet | None = packet
        if packet.stream.type == "video" and packet.size:
            seen.packets += 1
            seen.discarded += packet.is_discard
            wanted = repeats.to_decode(packet)
        if wanted is None:
            seen.spared += 1
            continue
        try:
            frames = wanted.decode()
        except av.FFmpegError:
            seen.refused += 1
            continue
        yield from (frame for frame in frames if isinstance(frame, av.VideoFrame | av.AudioFrame))


def _see(
    frame: av.VideoFrame, again: Sequence[Packet], seen: DecodedFacts, wanted: Mapping[int, Sequence[str]]
) -> bool:
    """Take in a picture and the packets that show it again; False when nothing after it can be trusted.

    `wanted`: the frames that are kept as pictures, each with its names.
    """
    at, size = _seconds(frame.pts, frame), (frame.width, frame.height)
    if not seen.frames:
        seen.start, seen.size, seen.pixel_format = at, size, frame.format.name
        seen.pictures["first"] = small_picture(frame, seen.aspect)
    if size != seen.size:
        seen.error = f"the picture changes its size after {seen.frames} frames"
        return False
    shown: list[av.VideoFrame | Packet] = [frame, *again]
    seen.watch.see(luma(frame), at - seen.start, len(shown))
    seen.damaged += frame.is_corrupt * len(shown)
    for each in shown:
        for name in wanted.get(seen.frames, ()):
            seen.pictures[name] = small_picture(frame, seen.aspect, width_of(name))
        _count(each, seen)
    return True


def _count(shown: av.VideoFrame | Packet, seen: DecodedFacts) -> None:
    """Count a frame, which is shown when and as long as it says, else as long as the one before it."""
    before, seen.at = seen.at, _seconds(shown.pts, shown)
    lasting = _seconds(shown.duration, shown) or (seen.at - before if seen.frames else 0.0)
    seen.end = seen.at + lasting
    seen.frames += 1


def _seconds(ticks: int | None, clock: av.VideoFrame | Packet) -> float:
    """A time by the clock of a picture, in seconds; 0 where it has none."""
    base = clock.time_base
    return float(ticks or 0) * base.numerator / base.denominator if base else 0.0


def hear(frame: av.AudioFrame, seen: DecodedFacts) -> None:
    """Take in some sound. What has more channels than anybody makes is counted and not listened to."""
    seen.samples += frame.samples
    seen.sample_rate = frame.sample_rate
    if seen.audible or (frame.format.is_planar and frame.layout.nb_channels > _MOST_CHANNELS):
        return
    samples = frame.to_ndarray()
    full_scale = 1.0 if samples.dtype.kind == "f" else 2.0 ** (8 * samples.dtype.itemsize - 1)
    seen.audible = bool(np.abs(samples.astype(np.float64)).max(initial=0.0) > _SILENCE * full_scale)

"""The table of writers: how each output format is made, and the one way to begin a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from clipmill.domain.files.formats import FORMATS, Shape, format_of
from clipmill.domain.media import MediaKind
from clipmill.errors import ClipmillError, MediaError
from clipmill.media.sound.decode import Samples
from clipmill.media.write.gif import GifWriter
from clipmill.media.write.h264.parts import PartedEncoder
from clipmill.media.write.mp4.file import Mp4File
from clipmill.media.write.mp4.writer import Mp4Writer
from clipmill.media.write.sequence import SequenceWriter
from clipmill.media.write.sound import AAC, MP3, OPUS, PCM, TIMELESS_MP3, EncodedSound, SoundCoding, encode_sound
from clipmill.media.write.soundfile import SoundWriter
from clipmill.media.write.still import DEFAULT_QUALITY, StillWriter
from clipmill.media.write.stream import Coding, StreamWriter
from clipmill.media.write.writer import Writer, translated

Sound = EncodedSound | Iterable[Samples]

#: Format → how libav encodes its pictures and its sound. The options of H.264 come from the renderer's profile.
_STREAMS: Mapping[str, Coding] = {
    # The index first: a player need not read to the end.
    "mov": Coding(container="mov", encoder="libx264", sound=AAC, container_options={"movflags": "+faststart"}),
    # Realtime 6 costs a fourth of good 4; at crf 34 the picture is that of the MP4, in fewer bytes. Looking ahead
    # brings nothing there, and takes 60 MB.
    "webm": Coding(container="webm", encoder="libvpx-vp9", sound=OPUS,
                   options={"deadline": "realtime", "cpu-used": "6", "crf": "34", "b": "0", "g": "240",
                            "lag-in-frames": "0"}),
    # One quantiser for all and no B frames: what every player of AVI files can do.
    "avi": Coding(container="avi", encoder="mpeg4", sound=TIMELESS_MP3, tag="XVID",
                  options={"qmin": "3", "qmax": "3", "b": "100M", "g": "60"}),
    "prores": Coding(container="mov", encoder="prores_aw", sound=PCM, pixels="yuv422p10le",
                     transparent="yuva444p10le", options={"profile": "3", "vendor": "apl0"},
                     transparent_options={"profile": "4", "vendor": "apl0"}),
}  # fmt: skip

#: Format → container and coding of a file with sound alone.
_SOUNDS: Mapping[str, tuple[str, SoundCoding]] = {"mp3": ("mp3", MP3), "wav": ("wav", PCM), "m4a": ("ipod", AAC)}


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """What a format may be told besides its pictures and its sound."""

    #: x264's, for mp4 and mov.
    profile: Mapping[str, str] = field(default_factory=dict)
    #: First picture → x264's from there on, for formats that can change them; none: `profile` for all.
    parts: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    #: 1 to 100, of a jpg or webp.
    quality: int = DEFAULT_QUALITY
    #: A JPEG shown for the file, for formats that take one (`media.write.cover`); empty: none.
    cover: bytes = b""
    #: Whether pictures that stay may be repeated without being encoded, in formats that can do so.
    holds: bool = True


_NOTHING_SAID = WriteOptions()


def open_writer(
    into: Path, fmt: str, shape: Shape, sound: Sound | None, options: WriteOptions = _NOTHING_SAID
) -> Writer:
    """Begin a file of a format by its name. The same pictures, sound and options give the same bytes.

    `sound` is 48 kHz stereo as blocks of any length, or encoded as AAC for mp4, mov and m4a; formats without sound
    leave it aside (`formats.sound_warning`). Raises ProjectError for an unknown format, MediaError, StoreError.
    """
    wanted = format_of(fmt)
    try:
        with translated():
            return _BEGIN[wanted.name](into, shape, _ready(wanted.name, sound), options)
    except ClipmillError:
        into.unlink(missing_ok=True)
        raise


Begin = Callable[[Path, Shape, Sound | None, WriteOptions], Writer]


def _ready(name: str, sound: Sound | None) -> Sound | None:
    """The sound as the format's writer takes it."""
    if sound is None or not FORMATS[name].audio_codec:
        return None
    if FORMATS[name].audio_codec == "aac":
        return sound if isinstance(sound, EncodedSound) else encode_sound(sound)
    if isinstance(sound, EncodedSound):
        raise MediaError(f"AAC sound cannot go into {name} files: they take samples")
    return sound


def _stream(name: str) -> Begin:
    def begin(into: Path, shape: Shape, sound: Sound | None, options: WriteOptions) -> Writer:
        coding = _STREAMS[name]
        if coding.encoder == "libx264":
            coding = replace(coding, options=options.profile)
        return StreamWriter(into, coding, shape, sound)

    return begin


def _mp4(into: Path, shape: Shape, sound: Sound | None, options: WriteOptions) -> Writer:
    assert sound is None or isinstance(sound, EncodedSound)
    encoder = PartedEncoder(shape, options.profile, options.parts, holds=options.holds)
    return Mp4Writer(encoder, Mp4File(into, shape, sound, options.cover), into)


def _sound(name: str) -> Begin:
    def begin(into: Path, shape: Shape, sound: Sound | None, options: WriteOptions) -> Writer:
        if sound is None:
            raise MediaError(f"there is no sound to write, and {name} files have nothing else")
        return SoundWriter(into, *_SOUNDS[name], sound)

    return begin


def _still(name: str) -> Begin:
    return lambda into, shape, sound, options: StillWriter(into, name, shape, options.quality)


def _gif(into: Path, shape: Shape, sound: Sound | None, options: WriteOptions) -> Writer:
    return GifWriter(into, shape, FORMATS["gif"].every(shape.fps))


def _sequence(into: Path, shape: Shape, sound: Sound | None, options: WriteOptions) -> Writer:
    return SequenceWriter(into, shape)


#: Format → how a file of it is begun.
_BEGIN: Mapping[str, Begin] = {
    "mp4": _mp4,
    **{name: _stream(name) for name in _STREAMS},
    **{name: _sound(name) for name in _SOUNDS},
    **{name: _still(name) for name, each in FORMATS.items() if each.kind is MediaKind.IMAGE},
    "gif": _gif,
    "png-sequence": _sequence,
}

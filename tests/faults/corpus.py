"""A corpus of broken media: small good files made here, and their mutations, the same ones in every run."""

from __future__ import annotations

import random
import wave
from collections.abc import Callable, Iterator
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import av
import cv2
import numpy as np
import pyvips
from numpy.typing import NDArray

from tests.rendering import photo

#: Lengths that parsers fall over.
_LENGTHS = (0, 1, 7, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48" viewBox="0 0 64 48"><defs>
<linearGradient id="g"><stop offset="0" stop-color="#f40"/><stop offset="1" stop-color="#04f"/></linearGradient>
<filter id="f"><feGaussianBlur stdDeviation="2"/></filter></defs><rect width="64" height="48" fill="url(#g)"/>
<g transform="rotate(12 32 24)" filter="url(#f)"><circle cx="32" cy="24" r="14" fill="#fff" opacity=".7"/></g>
<path d="M4 40C20 8 44 8 60 40Z" stroke="#222" stroke-width="2" fill="none"/>
<text x="8" y="20" font-size="10">Grüße</text><use href="#g"/></svg>
"""


def good_files(folder: Path) -> dict[str, bytes]:
    """One small sound file of every kind, by suffix."""
    makers: dict[str, Callable[[Path], None]] = {
        ".png": _picture, ".jpg": _picture, ".webp": _picture, ".gif": _animation, ".svg": _drawing,
        ".mp4": lambda path: _movie(path, "libx264", "aac"), ".mov": lambda path: _movie(path, "mpeg4", "pcm_s16le"),
        ".webm": lambda path: _movie(path, "libvpx-vp9", "libopus"),
        ".mkv": lambda path: _movie(path, "libx265", "libmp3lame"),
        ".wav": _tone, ".mp3": lambda path: _sound(path, "libmp3lame"), ".m4a": lambda path: _sound(path, "aac"),
        ".ogg": lambda path: _sound(path, "libopus"), ".flac": lambda path: _sound(path, "flac"), ".ttf": _font,
    }  # fmt: skip
    made = {}
    for suffix, make in makers.items():
        path = folder / f"good{suffix}"
        make(path)
        made[suffix] = path.read_bytes()
    return made


def mutations(good: dict[str, bytes], each: int) -> Iterator[tuple[str, bytes]]:
    """`each` mutated files of every kind: a name that says what was done, and the bytes."""
    for suffix, content in good.items():
        for number in range(each):
            chance = random.Random(f"{suffix}/{number}")
            mutate = MUTATIONS[number % len(MUTATIONS)]
            other = good[chance.choice(sorted(good))]
            yield f"{number:02}-{mutate.__name__.strip('_')}{suffix}", mutate(content, chance, other)


def _truncated(content: bytes, chance: random.Random, _other: bytes) -> bytes:
    return content[: chance.randrange(len(content))]


def _flipped(content: bytes, chance: random.Random, _other: bytes) -> bytes:
    return _flip(content, chance, len(content), chance.choice((1, 4, 16, 64)))


def _head_flipped(content: bytes, chance: random.Random, _other: bytes) -> bytes:
    return _flip(content, chance, min(256, len(content)), chance.choice((1, 3, 8)))


def _flip(content: bytes, chance: random.Random, within: int, bits: int) -> bytes:
    changed = bytearray(content)
    for _ in range(bits):
        changed[chance.randrange(within)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _chunk_doubled(content: bytes, chance: random.Random, _other: bytes) -> bytes:
    begin, end = sorted(chance.randrange(len(content)) for _ in range(2))
    return content[:end] + content[begin:end] * chance.choice((1, 3)) + content[end:]


def _chunk_removed(content: bytes, chance: random.Random, _other: bytes) -> bytes:
    begin = chance.randrange(len(content))
    return content[:begin] + content[begin + chance.choice((1, 2, 4, 64, 1024)) :]


def _chunk_zeroed(content: bytes, chance: random.Random, _other: bytes) -> bytes:
    begin = chance.randrange(len(content))
    length = min(chance.choice((4, 64, 1024)), len(content) - begin)
    return content[:begin] + bytes(length) + content[begin + length :]


def _length_blown_up(content: bytes, chance: random.Random, _other: bytes) -> bytes:
    """Numbers of four bytes, in either order, replaced; rather in the first part, where most of them are."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 2, 5))):
        within = chance.choice((64, 600, len(content)))
        at = chance.randrange(max(1, min(within, len(content)) - 4))
        changed[at : at + 4] = chance.choice(_LENGTHS).to_bytes(4, chance.choice(("big", "little")))
    return bytes(changed)


def _head_swapped(content: bytes, chance: random.Random, other: bytes) -> bytes:
    cut = chance.choice((4, 12, 32, 200))
    return other[:cut] + content[cut:]


def _spliced(content: bytes, chance: random.Random, other: bytes) -> bytes:
    return content[: chance.randrange(len(content))] + other[chance.randrange(len(other)) :]


MUTATIONS = (_truncated, _flipped, _head_flipped, _chunk_doubled, _chunk_removed, _chunk_zeroed, _length_blown_up,
              _head_swapped, _spliced, _length_blown_up)  # fmt: skip


def _picture(path: Path) -> None:
    assert cv2.imwrite(str(path), cv2.cvtColor(photo(96, 64), cv2.COLOR_RGB2BGR))


def _animation(path: Path) -> None:
    frames = [pyvips.Image.new_from_array(np.roll(photo(48, 32), step * 4, 1)) for step in range(4)]
    whole = pyvips.Image.arrayjoin(frames, across=1).copy()
    whole.set_type(pyvips.GValue.gint_type, "page-height", 32)
    whole.write_to_file(str(path))


def _drawing(path: Path) -> None:
    path.write_text(_SVG, encoding="utf-8")


def _font(path: Path) -> None:
    spec = find_spec("font_manrope")
    assert spec
    assert spec.origin
    fonts = sorted(Path(spec.origin).parent.rglob("*.ttf"))
    path.write_bytes(min(fonts, key=lambda font: font.stat().st_size).read_bytes())


def _samples(seconds: float = 0.5) -> NDArray[np.float32]:
    time = np.arange(round(seconds * 48_000)) / 48_000
    return np.stack((np.sin(2 * np.pi * 440 * time), np.sin(2 * np.pi * 660 * time))).astype(np.float32) * 0.5


def _tone(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((_samples(0.2).T * 32767).astype("<i2").tobytes())


def _sound(path: Path, codec: str) -> None:
    options = {"page_duration": "50000"} if path.suffix == ".ogg" else {}
    with av.open(str(path), "w", options=options) as container:
        _write_sound(container, container.add_stream(codec, rate=48_000))


def _movie(path: Path, pictures: str, sound: str) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(pictures, rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.codec_context.gop_size = 5
        if pictures == "libx265":
            stream.codec_context.options = {"x265-params": "log-level=none"}
        track = container.add_stream(sound, rate=48_000)
        for step in range(10):
            frame = av.VideoFrame.from_ndarray(np.roll(photo(96, 64), step * 5, 1), "rgb24")
            container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode(None))
        _write_sound(container, track)


def _write_sound(container: av.container.OutputContainer, track: av.AudioStream) -> None:
    layout = "stereo"
    frame = av.AudioFrame.from_ndarray(_samples(), "fltp", layout)
    frame.sample_rate = 48_000
    wanted = track.codec_context.format.name if track.codec_context.format else "fltp"
    size = {"libopus": 960, "libmp3lame": 1152}.get(track.codec_context.name, 1024)
    resampler = av.AudioResampler(wanted, layout, 48_000, frame_size=size)
    for part in [*resampler.resample(frame), *resampler.resample(None)]:
        container.mux(track.encode(part))
    container.mux(track.encode(None))

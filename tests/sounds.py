"""Sounds for tests, drawn with numpy, and what is measured in them."""

from __future__ import annotations

import wave
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000
Sound = NDArray[np.float32]


def tone(seconds: float, level: float = 0.5, pitch: float = 440.0, rate: int = RATE) -> Sound:
    """A steady tone on both channels."""
    time = np.arange(round(seconds * rate)) / rate
    return np.tile((np.sin(2 * np.pi * pitch * time) * level).astype(np.float32), (2, 1))


def clicks(seconds: float, *moments: float, rate: int = RATE) -> Sound:
    """Silence with short dying pings at these moments."""
    sound = np.zeros((2, round(seconds * rate)), np.float32)
    length = rate // 50
    ping = np.sin(np.arange(length) * 9600 / rate) * np.exp(-np.arange(length) * 160 / rate)
    for moment in moments:
        begin = round(moment * rate)
        sound[:, begin : begin + length] += ping[: sound.shape[1] - begin].astype(np.float32)
    return sound


def speech(seconds: float, level: float = 0.5, seed: int = 1) -> Sound:
    """Something as uneven as speech: syllables of noise with pauses, and peaks far above the mean."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * time) * np.sin(2 * np.pi * 0.37 * time + 1), 0, 1) ** 3
    noise = random.normal(0, 0.25, len(time)) * syllables
    return np.tile((noise * level / max(1e-9, np.abs(noise).max())).astype(np.float32), (2, 1))


def write_wav(path: Path, sound: NDArray[np.floating], rate: int = RATE) -> Path:
    """Any number of channels as WAV with 16 bits."""
    with wave.open(str(path), "wb") as target:
        target.setnchannels(sound.shape[0])
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes((np.clip(sound.T, -1, 1) * 32767).round().astype("<i2").tobytes())
    return path


def write_sound(path: Path, sound: Sound, codec: str, *, rate: int = RATE, layout: str = "stereo") -> Path:
    """A sound by any encoder, in the container its suffix names."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        mux_sound(container, stream, sound, rate, layout)
    return path


def mux_sound(
    container: av.container.OutputContainer, stream: av.AudioStream, sound: Sound, rate: int = RATE,
    layout: str = "stereo", first: int = 0,
) -> None:  # fmt: skip
    """Encode a sound whose first sample has this time."""
    for begin in range(0, sound.shape[1], 960):
        part = np.ascontiguousarray(sound[:, begin : begin + 960].astype(np.float32))
        frame = av.AudioFrame.from_ndarray(part, "fltp", layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, first + begin, Fraction(1, rate)
        for packet in stream.encode(frame):
            container.mux(packet)
    container.mux(stream.encode(None))


def in_blocks(sound: Sound, length: int = 4800) -> Iterator[Sound]:
    """The sound cut into blocks."""
    for begin in range(0, sound.shape[1], length):
        yield sound[:, begin : begin + length]


def joined(blocks: Iterable[Sound]) -> Sound:
    """Blocks as one sound."""
    return np.concatenate([np.zeros((2, 0), np.float32), *blocks], axis=1)


def part(sound: Sound, begin: float, end: float) -> Sound:
    """A span in seconds."""
    return sound[:, round(begin * RATE) : round(end * RATE)]


def peak(sound: Sound) -> float:
    """The largest sample."""
    return float(np.abs(sound).max(initial=0))


def decibels(sound: Sound) -> float:
    """The mean level, dB."""
    return float(10 * np.log10(np.square(sound, dtype=np.float64).mean() + 1e-20))


def pitch_of(sound: Sound) -> float:
    """The strongest frequency, Hz."""
    spectrum = np.abs(np.fft.rfft(sound[0] * np.hanning(sound.shape[1])))
    return float(np.argmax(spectrum) * RATE / sound.shape[1])


def onset(sound: Sound, around: float, reach: float) -> float:
    """When something is first loud within `reach` of a moment, seconds."""
    begin = max(0, round((around - reach) * RATE))
    loud = np.flatnonzero(np.abs(sound[0, begin : round((around + reach) * RATE)]) > 0.15)
    return float(begin + loud[0]) / RATE


def ebur128(sound: Sound) -> tuple[float, float]:
    """Integrated loudness (LUFS) and true peak (dBTP), measured by FFmpeg."""
    graph = av.filter.Graph()
    entry = graph.add_abuffer(sample_rate=RATE, format="fltp", layout="stereo", time_base=Fraction(1, RATE))
    meter, leave = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
    entry.link_to(meter)
    meter.link_to(leave)
    graph.configure()
    told: dict[str, str] = {}
    # A last hundredth too many completes the filter's own last window.
    for begin, block in zip(range(0, 1 << 62, 4800), in_blocks(np.pad(sound, ((0, 0), (0, 4800)))), strict=False):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, begin, Fraction(1, RATE)
        entry.push(frame)
        while True:
            try:
                told = dict(leave.pull().metadata) or told
            except av.error.BlockingIOError:
                break
    return float(told["lavfi.r128.I"]), 20 * np.log10(max(1e-9, float(told["lavfi.r128.true_peak"])))

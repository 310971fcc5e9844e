"""Makes the music of the example: eight bars of electric piano, pad, bass and brushes, `python examples/make_music.py`.

Every sound is a sum of sines or filtered noise from a seed. Notes and reverberation wrap around the end, so it loops.
"""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

FILE = Path(__file__).parent / "product-promo" / "music.m4a"
RATE = 48_000
SECONDS = 16
BEAT = 0.5
LENGTH = RATE * SECONDS
LOUDNESS_LUFS = -16.0
#: One chord a bar, as MIDI notes: bass first, then the voices of pad and piano.
CHORDS = (
    (41, (57, 60, 64, 67)), (43, (55, 59, 62, 64)), (40, (55, 59, 62, 67)), (45, (55, 60, 64, 67)),
    (41, (57, 60, 64, 69)), (43, (55, 59, 62, 69)), (36, (55, 59, 62, 64)), (36, (55, 60, 64, 67)),
)  # fmt: skip
#: The piano's figure in eighths: which voice of the chord, an octave higher from 4 on; None rests.
FIGURE = (0, 2, 1, 3, 5, 3, None, 2)
DRAW = np.random.default_rng(11)


def main() -> None:
    """Write the file and say how loud it is."""
    mix = normalised(reverberated(dry_mix()))
    encode(mix, FILE)
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB, {loudness(mix):.1f} LUFS, peak {np.abs(mix).max():.2f}")


def dry_mix() -> dict[str, Samples]:
    """Every instrument as a stereo track of the whole length, before the room."""
    tracks = {name: np.zeros((2, LENGTH)) for name in ("piano", "pad", "bass", "drums")}
    for bar, (root, voices) in enumerate(CHORDS):
        start = bar * 4 * BEAT
        for number, voice in enumerate(voices):
            place(tracks["pad"], pad(hertz(voice), 4 * BEAT), start, pan=(number - 1.5) * 0.4)
        for at, length in ((0.0, 1.4), (1.5, 0.9), (3.0, 0.5)):
            place(tracks["bass"], bass(hertz(root), length * BEAT), start + at * BEAT, pan=0.0)
        for eighth, step in enumerate(FIGURE):
            if step is not None:
                note = voices[step % 4] + 12 * (step // 4) + 12
                force = DRAW.uniform(0.55, 0.85) * (1.15 if eighth % 4 == 0 else 1.0)
                late = DRAW.uniform(0.0, 0.012)
                place(
                    tracks["piano"],
                    piano(hertz(note), force),
                    start + eighth * BEAT / 2 + late,
                    DRAW.uniform(-0.4, 0.4),
                )
        add_drums(tracks["drums"], start)
    return tracks


def add_drums(track: Samples, start: float) -> None:
    """One bar of kick, snap and shaker."""
    for beat in (0.0, 2.0, 2.75):
        place(track, kick() * (0.9 if beat < 2.5 else 0.5), start + beat * BEAT, pan=0.0)
    for beat in (1.0, 3.0):
        place(track, noise(0.11, 1600, 6500, 34) * 0.5, start + beat * BEAT, pan=0.12)
    for sixteenth in range(16):
        force = (0.30, 0.12, 0.21, 0.12)[sixteenth % 4] * DRAW.uniform(0.85, 1.15)
        swing = 0.018 if sixteenth % 2 else 0.0
        place(track, noise(0.05, 6500, 13000, 75) * force, start + sixteenth * BEAT / 4 + swing, pan=-0.35)


def piano(frequency: float, force: float) -> Samples:
    """A soft electric piano: a sine bent by its own octave, and a short bell on top."""
    t = np.arange(int(1.6 * RATE)) / RATE
    bend = 1.5 * force * np.exp(-t * 6)
    body = np.sin(2 * np.pi * frequency * t + bend * np.sin(2 * np.pi * frequency * t)) * np.exp(-t * 3.2)
    bell = 0.17 * force * np.sin(2 * np.pi * frequency * 6.0 * t) * np.exp(-t * 22)
    return (body + bell) * force * np.minimum(t / 0.004, 1) * ending(t, 0.2)


def pad(frequency: float, seconds: float) -> Samples:
    """Three slightly detuned voices with few overtones that swell and overlap the next chord."""
    t = np.arange(int((seconds + 0.7) * RATE)) / RATE
    sound = np.zeros_like(t)
    for cents in (-6, 0, 7):
        tuned = frequency * 2 ** (cents / 1200)
        start = DRAW.uniform(0, 2 * np.pi)
        for overtone in range(1, 6):
            sound += np.sin(2 * np.pi * tuned * overtone * t + start * overtone) / overtone**2.1
    return sound / 3 * np.minimum(t / 0.45, 1) ** 1.5 * ending(t, 0.8)


def bass(frequency: float, seconds: float) -> Samples:
    """A round bass note."""
    t = np.arange(int((seconds + 0.12) * RATE)) / RATE
    tone = np.sin(2 * np.pi * frequency * t) + 0.35 * np.sin(4 * np.pi * frequency * t) * np.exp(-t * 5)
    return tone * np.minimum(t / 0.012, 1) * np.exp(-t * 1.1) * ending(t, 0.12)


def kick() -> Samples:
    """A soft bass drum: a sine that falls."""
    t = np.arange(int(0.32 * RATE)) / RATE
    return np.sin(2 * np.pi * (46 * t + 52 * (1 - np.exp(-t * 30)) / 30)) * np.exp(-t * 11) * np.minimum(t / 0.003, 1)


def noise(seconds: float, low: float, high: float, fall: float) -> Samples:
    """A burst of noise between two frequencies, dying away."""
    count = int(seconds * RATE)
    spectrum = np.fft.rfft(DRAW.normal(size=count))
    pitch = np.fft.rfftfreq(count, 1 / RATE)
    spectrum *= 1 / (1 + (low / np.maximum(pitch, 1)) ** 4) / (1 + (pitch / high) ** 4)
    t = np.arange(count) / RATE
    burst = np.fft.irfft(spectrum, count) * np.exp(-t * fall) * np.minimum(t / 0.002, 1)
    return burst * ending(t, 0.01)


def place(track: Samples, sound: Samples, at: float, pan: float) -> None:
    """Add a sound at a time (seconds) and a side (-1 to 1); what passes the end comes round to the start."""
    where = (int(at * RATE) + np.arange(sound.size)) % LENGTH
    angle = (pan + 1) * np.pi / 4
    np.add.at(track[0], where, sound * np.cos(angle))
    np.add.at(track[1], where, sound * np.sin(angle))


def reverberated(tracks: dict[str, Samples]) -> Samples:
    """The mix with a small warm hall around it."""
    levels = {"piano": (0.34, 0.40), "pad": (0.10, 0.45), "bass": (0.30, 0.02), "drums": (0.36, 0.10)}
    t = np.arange(int(1.9 * RATE)) / RATE
    hall = np.zeros((2, LENGTH))
    hall[:, : t.size] = DRAW.normal(size=(2, t.size)) * np.exp(-t * 3.6) * np.minimum(t / 0.02, 1)
    pitch = np.fft.rfftfreq(LENGTH, 1 / RATE)
    colour = 1 / (1 + (pitch / 3800) ** 2) * np.minimum(pitch / 250, 1)
    room = np.fft.rfft(hall) * colour
    room /= np.sqrt(np.mean(np.abs(room) ** 2))
    mix = np.zeros((2, LENGTH))
    for name, (level, wet) in levels.items():
        mix += level * (tracks[name] + wet * np.fft.irfft(np.fft.rfft(tracks[name]) * room, LENGTH))
    return mix


def normalised(mix: Samples) -> Samples:
    """At the wanted loudness, with the highest peaks rounded off."""
    for _ in range(4):
        mix = mix * 10 ** ((LOUDNESS_LUFS - loudness(mix)) / 20)
        mix = np.where(np.abs(mix) > 0.6, np.sign(mix) * (0.6 + 0.28 * np.tanh((np.abs(mix) - 0.6) / 0.28)), mix)
    return mix


def loudness(mix: Samples) -> float:
    """Ungated loudness by ITU-R BS.1770's K weighting, LUFS."""
    z = np.exp(2j * np.pi * np.fft.rfftfreq(mix.shape[1], 1 / RATE) / RATE)
    shelf = (1.53512485958697 - 2.69169618940638 / z + 1.19839281085285 / z**2) / (
        1 - 1.69065929318241 / z + 0.73248077421585 / z**2
    )
    high_pass = (1 - 2 / z + 1 / z**2) / (1 - 1.99004745483398 / z + 0.99007225036621 / z**2)
    weighted = np.fft.irfft(np.fft.rfft(mix) * shelf * high_pass, mix.shape[1])
    return float(-0.691 + 10 * np.log10(np.sum(np.mean(weighted**2, axis=1))))


def encode(mix: Samples, file: Path) -> None:
    """Write AAC in an MP4 container, the same bytes every time."""
    with av.open(str(file), "w", format="ipod", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        stream = container.add_stream("aac", rate=RATE)
        stream.codec_context.bit_rate = 160_000
        stream.codec_context.layout = "stereo"
        stream.codec_context.options = {"flags": "+bitexact"}
        frame = av.AudioFrame.from_ndarray(mix.astype(np.float32), format="fltp", layout="stereo")
        frame.sample_rate = RATE
        for piece in (frame, None):
            container.mux(stream.encode(piece))


def hertz(note: int) -> float:
    """The frequency of a MIDI note."""
    return float(440 * 2 ** ((note - 69) / 12))


def ending(t: Samples, seconds: float) -> Samples:
    """A fade over the last seconds of a sound."""
    return np.clip((t[-1] - t) / seconds, 0, 1)


if __name__ == "__main__":
    main()

"""Photographs, a clip and sounds of the cases: the pictures of the examples made camera-like, the rest from seeds.

`media()` makes them once, into a folder that is named by this file's content.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "p1")]
from make_inputs import write_music  # noqa: E402 - it lies in the folder of P1

EXAMPLES = HERE.parents[1] / "examples"
FPS, CLIP_SECONDS = 30, 6
RATE = 48_000
#: A word's beginning and end, seconds.
Spoken = tuple[float, float]
Image = np.ndarray[Any, Any]
#: Photograph of a case → picture of an example, size, seed.
_PHOTOS = {
    "table.jpg": ("scene-ad/table-wide.jpg", (1600, 900), 1),
    "tall-table.jpg": ("scene-ad/table-tall.jpg", (1080, 1920), 2),
    "tall-lamp.jpg": ("product-promo/pictures/lamp.jpg", (1080, 1920), 3),
    "tall-plant.jpg": ("product-promo/pictures/plant.jpg", (1080, 1920), 4),
    "tall-bottle.jpg": ("product-promo/pictures/bottle.jpg", (1080, 1920), 5),
}


def media(spoken: Sequence[Spoken]) -> Path:
    """The folder with every file; `spoken` are the words of the voice."""
    name = hashlib.sha256(Path(__file__).read_bytes() + repr(spoken).encode()).hexdigest()[:12]
    folder = HERE / "inputs" / name
    if not folder.is_dir():
        print("Drawing the inputs of the cases, once.", file=sys.stderr, flush=True)
        shutil.rmtree(folder.parent, ignore_errors=True)
        making = folder.with_suffix(".part")
        making.mkdir(parents=True)
        for photo, (source, size, seed) in _PHOTOS.items():
            picture = photograph(EXAMPLES / source, size, np.random.default_rng(seed))
            cv2.imwrite(str(making / photo), picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
        write_clip(making / "clip.mp4")
        write_voice(making / "voice.wav", spoken)
        write_music(making / "music.wav")
        making.rename(folder)
    return folder


def photograph(source: Path, size: tuple[int, int], random: np.random.Generator) -> Image:
    """A picture of an example cut to width × height, with the texture and the grain of a camera's, BGR."""
    picture = cv2.imread(str(source))
    wanted, (height, width) = size[0] / size[1], picture.shape[:2]
    across, down = min(width, round(height * wanted)), min(height, round(width / wanted))
    left, top = (width - across) // 2, (height - down) // 2
    picture = cv2.resize(picture[top : top + down, left : left + across], size, interpolation=cv2.INTER_LANCZOS4)
    textured = picture * (1 + 0.03 * clouds(size, 1.0, random)[:, :, None])
    grain = cv2.GaussianBlur(random.normal(0, 4, (size[1], size[0], 3)).astype(np.float32), (0, 0), 0.7)
    return np.clip(textured + grain, 0, 255).astype(np.uint8)


def clouds(size: tuple[int, int], fall: float, random: np.random.Generator) -> Image:
    """Noise of width × height whose detail falls off with its fineness, of mean 0 and deviation 1."""
    width, height = size
    spectrum = np.fft.rfft2(random.standard_normal((height, width)))
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    noise = np.fft.irfft2(spectrum / np.maximum(frequency, 1 / width) ** fall, s=(height, width))
    return (noise / noise.std()).astype(np.float32)


def write_clip(path: Path) -> None:
    """Six seconds out of a hand held camera, 1280 × 720 at 30, H.264 of high quality without sound."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.options = {"preset": "fast", "crf": "16"}
        for picture in filmed():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "bgr24")))
        container.mux(stream.encode(None))


def filmed() -> Iterator[Image]:
    """The frames of the clip, BGR: the camera sways and comes nearer, shade moves, the sensor is noisy."""
    random = np.random.default_rng(11)
    room = photograph(EXAMPLES / "scene-ad" / "table-wide.jpg", (1800, 1012), random).astype(np.float32)
    shade = cv2.GaussianBlur(clouds((2400, 900), 1.4, random), (0, 0), 9)
    noise = [cv2.GaussianBlur(random.normal(0, 5.5, (800, 1400, 3)).astype(np.float32), (0, 0), 0.6) for _ in range(6)]
    for number in range(FPS * CLIP_SECONDS):
        light = 1 + 0.085 * np.tanh(shade[90 : 90 + 720, number * 3 : number * 3 + 1280] + 0.3 * np.sin(number / 19))
        picture = cv2.warpAffine(room, _camera(number), (1280, 720), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
        down, across = random.integers(0, 80), random.integers(0, 120)
        grain = noise[number % len(noise)][down : down + 720, across : across + 1280]
        yield np.clip(picture * light[:, :, None] + grain, 0, 255).astype(np.uint8)


def _camera(number: int) -> Image:
    """Where each pixel of a frame is found in the room, 2 × 3."""
    time = number / FPS
    sway = np.array(
        [9 * np.sin(1.1 * time) + 3 * np.sin(4.7 * time + 1), 6 * np.sin(1.7 * time + 2) + 2 * np.sin(6.1 * time)]
    )
    scale, turn = 1.36 - 0.022 * time, 0.004 * np.sin(1.3 * time + 0.5)
    turned = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    centre = np.array([900 - 14 * time, 506 + 5 * time]) + sway
    return np.hstack([turned, (centre - turned @ [640, 360])[:, None]])


def write_voice(path: Path, spoken: Sequence[Spoken]) -> None:
    """What sounds like somebody talking in the next room: buzzing vowels in the time of the words. 48 kHz, mono."""
    random = np.random.default_rng(5)
    samples = np.zeros(round((max(end for _, end in spoken) + 0.3) * RATE), np.float32)
    for begin, end in spoken:
        word = _word(end - begin, random)
        place = round(begin * RATE)
        samples[place : place + len(word)] += word
    samples *= 0.6 / np.abs(samples).max()
    with wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE)
        target.writeframes((samples * 32767).astype("<i2").tobytes())


#: Where the first three formants of five vowels lie, Hz.
_VOWELS = ((730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240))


def _word(seconds: float, random: np.random.Generator) -> Image:
    """A hiss and then vowels, one each fifth of a second."""
    time = np.arange(round(seconds * RATE)) / RATE
    syllables = max(1, round(seconds / 0.2))
    sound = np.zeros_like(time)
    vowels = [_VOWELS[place] for place in random.integers(0, len(_VOWELS), syllables)]
    pitch = 2 * np.pi * np.cumsum(118 - 18 * time / seconds + 2 * np.sin(31 * time)) / RATE
    for number, formants in enumerate(vowels):
        envelope = np.clip(1 - np.abs((time / seconds * syllables - number - 0.55) / 0.5), 0, 1) ** 0.6
        sound += envelope * _vowel(pitch, formants)
    hiss = 0.05 * random.standard_normal(len(time)) * np.exp(-time / 0.03)
    return (sound + hiss) * np.clip((seconds - time) / 0.02, 0, 1)


def _vowel(pitch: Image, formants: Sequence[int]) -> Image:
    """Harmonics of a falling voice, strongest near the formants."""
    sound = np.zeros_like(pitch)
    for harmonic in range(1, 32):
        near = sum(np.exp(-(((harmonic * 110 - formant) / (60 + 0.05 * formant)) ** 2)) for formant in formants)
        sound += (near + 0.02) / harmonic**0.5 * np.sin(harmonic * pitch)
    return sound

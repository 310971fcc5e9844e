"""The inputs of P1, photographs, music and rows: from the shared folder where there is one, else made from seeds."""

from __future__ import annotations

import colorsys
import csv
import shutil
import wave
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

HERE = Path(__file__).resolve().parent
#: Inputs that several benchmarks share, beside the repository.
SHARED = HERE.parents[2] / "shared" / "bench" / "p1"
SIDE = 1600
HEADLINES = (
    "Trail Runner|Pro 2", "Aurora Desk|Lamp", "Canvas Weekender|Bag", "Ceramic Pour-|Over Set", "Nimbus Travel|Pillow",
    "Summit Down|Jacket", "Echo Wireless|Earbuds", "Walnut Watch|Stand", "Glacier Water|Bottle", "Pixel Art|Notebook",
    "Orbit Standing|Desk", "Solar Garden|Lights", "Copper Chef|Pan 28", "Merino Base|Layer", "Titan Camp|Stove",
    "Velvet Reading|Chair", "Retro Bluetooth|Radio", "Bamboo Cutting|Board", "Storm Umbrella|XL", "Kids Balance|Bike",
)  # fmt: skip
CALLS = ("Shop now", "Buy today", "See details", "Order now")


@dataclass(frozen=True)
class Inputs:
    """Where the inputs lie."""

    #: Rows whose `photo` is a path.
    rows: Path
    #: Folders with the font of P1, empty where there is none.
    fonts: tuple[Path, ...]


def make_inputs() -> Inputs:
    """Bring the inputs into this folder; what is there already is kept."""
    rows, fonts = HERE / "rows.csv", SHARED / "fonts"
    if SHARED.is_dir():
        shutil.copyfile(SHARED / "music.wav", HERE / "music.wav")
        with (SHARED / "rows.csv").open(encoding="utf-8", newline="") as source:
            table = list(csv.DictReader(source))
        (HERE / "photos").mkdir(exist_ok=True)
        for row in table:  # a table names files beneath its own folder
            shutil.copyfile(SHARED / "photos" / row["photo"], HERE / "photos" / row["photo"])
            row["photo"] = str(HERE / "photos" / row["photo"])
        _write_rows(rows, table)
        return Inputs(rows, (fonts,) if fonts.is_dir() else ())
    if not rows.exists():
        (HERE / "photos").mkdir(exist_ok=True)
        write_music(HERE / "music.wav")
        _write_rows(rows, [_made_row(number) for number in range(len(HEADLINES))])
    return Inputs(rows, ())


def _write_rows(path: Path, table: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, fieldnames=["id", "photo", "headline", "price", "cta"])
        writer.writeheader()
        writer.writerows(table)


def _made_row(number: int) -> dict[str, str]:
    photo = HERE / "photos" / f"p{number + 1:02d}.jpg"
    photo.write_bytes(cv2.imencode(".jpg", product_photo(number), [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes())
    return {
        "id": f"sku-{number + 1:03d}",
        "photo": str(photo),
        "headline": HEADLINES[number],
        "price": f"${19 + number * 7}.99",
        "cta": CALLS[number % len(CALLS)],
    }


def product_photo(number: int) -> np.ndarray:
    """A product on a textured backdrop, BGR: noise with the spectrum of natural pictures, a shadow, flat shapes."""
    random = np.random.default_rng(100 + number)
    hue = number * 0.618 % 1
    light, dark = _bgr(hue, 0.25, 0.95), _bgr(hue + 0.08, 0.55, 0.55)
    down = np.linspace(0, 1, SIDE)[:, None, None]
    picture = light * (1 - down) + dark * down + 14 * _natural_noise(random)[:, :, None]
    shadow = np.zeros((SIDE, SIDE), np.float32)
    cv2.ellipse(shadow, (810, 1280), (480, 100), 0, 0, 360, 0.5, -1)
    picture *= 1 - cv2.GaussianBlur(shadow, (0, 0), 40)[:, :, None]
    body, base, cap = _bgr(hue + 0.5, 0.7, 0.8), _bgr(hue + 0.5, 0.7, 0.48), (48, 40, 40)
    cv2.rectangle(picture, (640, 240), (960, 380), cap, -1)
    cv2.rectangle(picture, (450, 360), (1150, 1290), body.tolist(), -1)
    cv2.rectangle(picture, (450, 1060), (1150, 1290), base.tolist(), -1)
    cv2.rectangle(picture, (520, 440), (610, 1180), (body + 70).tolist(), -1)
    for bar in range(24):
        cv2.rectangle(picture, (660 + bar * 12, 900), (663 + bar * 12 + (bar * 7 + number) % 6, 1000), (20, 20, 20), -1)
    picture += random.normal(0, 4, (SIDE, SIDE, 1))
    return np.clip(picture, 0, 255).astype(np.uint8)


def _bgr(hue: float, saturation: float, value: float) -> np.ndarray:
    return np.array(colorsys.hsv_to_rgb(hue % 1, saturation, value))[::-1] * 255


def _natural_noise(random: np.random.Generator) -> np.ndarray:
    spectrum = np.fft.rfft2(random.standard_normal((SIDE, SIDE)))
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None, :])
    noise = np.fft.irfft2(spectrum / np.maximum(frequency, 1 / SIDE) ** 1.1, s=(SIDE, SIDE))
    return noise / noise.std()


def write_music(path: Path) -> None:
    """Twelve seconds of four chords, 48 kHz stereo, 16 bit."""
    rate, seconds = 48_000, 12
    time = np.arange(rate * seconds) / rate
    left, right = np.zeros_like(time), np.zeros_like(time)
    for step in range(24):
        root = (220.0, 174.61, 261.63, 196.0)[step // 6]
        since = np.clip(time - step * 0.5, 0, None)
        for voice, ratio in enumerate((1.0, 1.25, 1.5)):
            tone = np.sin(2 * np.pi * root * ratio * since) * np.exp(-4 * since) * (since > 0)
            left += tone * (0.10 + 0.03 * voice)
            right += tone * (0.16 - 0.03 * voice)
    samples = np.stack((left, right), 1)
    samples *= 0.7 / np.abs(samples).max()
    with wave.open(str(path), "wb") as target:
        target.setnchannels(2)
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes((samples * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    print(make_inputs().rows)

"""Whether an output is P1: its frames, its size, its length, its sound, and that every part is where it belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import av
import composition as p1
import numpy as np
import numpy.typing as npt
from gold import Gold
from PIL import Image

Plane = npt.NDArray[np.uint8]
#: Frames that are looked at: the headline comes, everything but the button is there, the button comes, the end.
LOOKED_AT = (22, 150, 186, 269)
#: Parts of the picture, left, top, width, height, and how like the drawn one each must be, decibels: letters are
#: hinted by one tool and not by another, and a zoom by whole pixels is half a pixel off; a missing part has under 15.
PARTS: Mapping[str, tuple[int, int, int, int, float]] = {
    "the photograph": (p1.BOX_LEFT, p1.BOX_TOP, p1.BOX_SIDE, p1.BOX_SIDE, 24),
    "the headline": (p1.LEFT, p1.HEADLINE_TOP, 400, 2 * p1.LINE_HEIGHT, 20),
    "the price": (p1.LEFT, p1.PRICE_TOP, 300, p1.PRICE_HEIGHT, 20),
    "the button": (p1.LEFT, p1.BUTTON_TOP, p1.BUTTON_WIDTH, p1.BUTTON_HEIGHT, 20),
    "the whole": (0, 0, p1.WIDTH, p1.HEIGHT, 28),
}
#: The sound may be so much longer or shorter than the picture, seconds: two packets of AAC.
_SOUND_TOLERANCE = 2 * 1024 / 48_000
#: An edge of the photograph's product is looked for in this band: left, right, top, bottom.
_BAND = (190, 250, 300, 370)
#: A step back that can be seen, pixels.
_STEP_BACK = 0.05


def faults(media: Path, gold: Gold) -> Iterator[str]:
    """What is wrong with a file, in words; nothing where it is P1."""
    with av.open(str(media)) as container:
        video = container.streams.video[0]
        size, rate = (video.codec_context.width, video.codec_context.height), video.average_rate
        if size != (p1.WIDTH, p1.HEIGHT) or rate != p1.FPS or video.codec_context.name != "h264":
            yield f"{video.codec_context.name}, {size[0]} × {size[1]} at {rate}"
    planes = list(_brightness(media))
    if len(planes) != p1.FRAMES:
        yield f"{len(planes)} frames instead of {p1.FRAMES}"
        return
    for number in LOOKED_AT:
        yield from _misplaced(number, planes[number], gold.frame(number)[: p1.HEIGHT])
    yield from _sound_faults(media)


def _brightness(media: Path) -> Iterator[Plane]:
    """The Y plane of every frame, 720 × 1280."""
    with av.open(str(media)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="yuv420p")[: p1.HEIGHT], np.uint8)


def _misplaced(number: int, plane: Plane, drawn: Plane) -> Iterator[str]:
    for part, (left, top, width, height, least) in PARTS.items():
        place = np.s_[top : top + height, left : left + width]
        error = float(np.mean((plane[place].astype(float) - drawn[place]) ** 2))
        likeness = 10 * np.log10(255**2 / max(error, 1e-9))
        if likeness < least:
            yield f"frame {number}: {part} is not as it should be ({likeness:.1f} dB of {least:.0f})"


def _sound_faults(media: Path) -> Iterator[str]:
    """Sound as long as the picture, that fades out."""
    with av.open(str(media)) as container:
        if not container.streams.audio:
            yield "no sound"
            return
        rate = container.streams.audio[0].codec_context.sample_rate
        samples = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    if rate != 48_000 or len(samples) != 2:
        yield f"the sound has {len(samples)} channels at {rate} Hz"
    if abs(samples.shape[1] / rate - p1.SECONDS) > _SOUND_TOLERANCE:
        yield f"the sound is {samples.shape[1] / rate:.3f} s long"
    before = _loudness(samples, rate, p1.SECONDS - 2 * p1.FADE_SECONDS, p1.SECONDS - p1.FADE_SECONDS)
    last = _loudness(samples, rate, p1.SECONDS - p1.FADE_SECONDS / 4, p1.SECONDS)
    if before < 0.01 or last > before / 4:
        yield f"the sound does not fade out ({before:.3f} before, {last:.3f} at the end)"


def _loudness(samples: npt.NDArray[np.float32], rate: int, start: float, end: float) -> float:
    return float(np.sqrt(np.mean(samples[:, round(start * rate) : round(end * rate)] ** 2)))


def steps_back(media: Path) -> int:
    """In how many of 269 steps an edge of the photograph moves back, though it only ever grows."""
    left, right, top, bottom = _BAND
    places = []
    for plane in _brightness(media):
        profile = plane[top:bottom, left:right].mean(axis=0)
        middle = (profile[:8].mean() + profile[-8:].mean()) / 2
        over = profile > middle
        at = int(np.argmax(over != over[0]))
        places.append(at - 1 + (middle - profile[at - 1]) / (profile[at] - profile[at - 1]))
    return int(np.sum(np.diff(places) > _STEP_BACK))


def write_frames(media: Path, folder: Path, name: str) -> None:
    """The frames that are looked at, as PNG: `name-022.png` …"""
    folder.mkdir(parents=True, exist_ok=True)
    with av.open(str(media)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number in LOOKED_AT:
                picture = frame.to_ndarray(format="rgb24", src_colorspace="ITU709")
                Image.fromarray(picture).save(folder / f"{name}-{number:03}.png")

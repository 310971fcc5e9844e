"""The law of cycles: every frame of a clip that goes round shows the picture that belongs to it, and no other."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clipmill.engines.render.clips import clip_facts
from clipmill.engines.render.worker import render
from clipmill.media.facts.probe import probe
from clipmill.media.sound.decode import sound_blocks
from tests.footage import number_in, numbered, write_talkie
from tests.rendering import reference, worker_arguments
from tests.sounds import decibels, joined, part, tone

RATE, PICTURES = 20, 30


@lru_cache(maxsize=1)
def _clip() -> bytes:
    """Thirty numbered pictures, with a tone that goes on after the last of them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        return write_talkie(path, (numbered(n) for n in range(PICTURES)), RATE, tone(1.7)).read_bytes()


def _made(folder: Path, seconds: float, rate: int, **fields: Any) -> Path:
    """A video in which nothing but the clip is seen."""
    clip = folder / "clip.mp4"
    clip.write_bytes(_clip())
    visual = {"type": "VIDEO", "src": reference(clip), "width": 160, "height": 64, **fields}
    body = {"width": 160, "height": 64, "frameRate": rate, "duration": seconds, "visuals": [visual]}
    facts = {reference(clip): clip_facts(probe(clip), clip).as_dict()}
    render(worker_arguments(body, folder / "made.mp4", {reference(clip): str(clip)}, clips=facts))
    return folder / "made.mp4"


def _numbers(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [number_in(frame.to_ndarray()[:64]) for frame in container.decode(video=0)]


@settings(max_examples=5, deadline=None)
@given(
    loop=st.sampled_from(["repeat", "bounce"]),
    ends=st.lists(st.integers(0, PICTURES), min_size=2, max_size=2, unique=True).map(sorted),
    speed=st.sampled_from([1, 0.5, 1.5, 4]),
    rate=st.sampled_from([10, 20, 25]),
    late=st.sampled_from([0, 0.4]),
)
@example(loop="bounce", ends=[0, PICTURES], speed=1, rate=20, late=0)
@example(loop="repeat", ends=[0, PICTURES], speed=1, rate=20, late=0)
@example(loop="bounce", ends=[7, 8], speed=1, rate=20, late=0)
def test_every_frame_shows_its_picture(loop: str, ends: list[int], speed: float, rate: int, late: float) -> None:
    way = list(range(*ends))
    way += way[-2:0:-1] if loop == "bounce" else []
    begin, end = (count / RATE for count in ends)
    with TemporaryDirectory() as folder:
        shown = _numbers(_made(Path(folder), 3.2, rate, loop=loop, speed=speed, videoBegin=begin, videoEnd=end,
                               enterBegin=late, hasAudio=False))  # fmt: skip
    first = round(late * rate)
    assert len(shown) == round(3.2 * rate)
    assert shown[first:] == [way[int(n * Fraction(str(speed)) * RATE / rate) % len(way)]
                             for n in range(len(shown) - first)]  # fmt: skip


def test_the_whole_clip_is_as_long_as_its_pictures_and_its_sound_goes_with_them(tmp_path: Path) -> None:
    for loop, way in (("repeat", [*range(30)]), ("bounce", [*range(30), *range(28, 0, -1)])):
        made = _made(tmp_path, 6, RATE, loop=loop)
        assert _numbers(made) == [way[n % len(way)] for n in range(6 * RATE)]
        sound = joined(sound_blocks(str(made), where="it"))
        quiet = [decibels(part(sound, n / RATE + 0.01, (n + 1) / RATE - 0.01)) < -60 for n in range(6 * RATE)]
        assert [n for n in range(6 * RATE) if quiet[n] != (n % len(way) >= PICTURES)] == []

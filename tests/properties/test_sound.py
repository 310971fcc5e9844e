"""The mix's laws: any sounds give exactly the samples asked for, none beyond full scale, and the same ones again."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clipmill.domain.timeline.sounds import Sound
from clipmill.engines.render.shelf import Shelf
from clipmill.engines.render.sound.mix import mix_sounds
from tests.sounds import clicks, joined, speech, tone, write_wav

_FOLDER = Path(mkdtemp(prefix="clipmill-sounds-"))
ASSETS = {
    "asset:tone": str(write_wav(_FOLDER / "tone.wav", tone(1.3, 1.0))),
    "asset:speech": str(write_wav(_FOLDER / "speech.wav", speech(2, 1.0)[:1], 32_000)),
    "asset:clicks": str(write_wav(_FOLDER / "clicks.wav", clicks(0.7, 0, 0.3))),
    "asset:empty": str(write_wav(_FOLDER / "empty.wav", np.zeros((2, 0), np.float32))),
}
MOMENTS = st.fractions(0, 3, max_denominator=1000)
SECONDS = st.decimals(0, 2, places=3).map(float)


@st.composite
def sounds(draw: st.DrawFn) -> Sound:
    """Any part of any sound, anywhere, at any speed."""
    begin, end = sorted((draw(MOMENTS), draw(MOMENTS)))
    first = draw(SECONDS)
    return Sound(
        src=draw(st.sampled_from(sorted(ASSETS))), where="x", begin=begin, end=end, source_begin=first,
        source_end=draw(st.none() | SECONDS.map(lambda more: first + more)),
        speed=draw(st.just(1.0) | st.floats(0.1, 10)), volume=draw(st.floats(0, 1)), fade_in=draw(SECONDS),
        fade_out=draw(SECONDS), ducked_by=draw(st.sampled_from([0.0, 0.0, 6.0, 40.0])),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(sounds(), max_size=5), st.integers(0, 150_000), st.none() | st.floats(-30, -6))
def test_any_sounds_give_exactly_the_samples_asked_for(heard: list[Sound], total: int, loudness: float | None) -> None:
    mixed = joined(mix_sounds(heard, total, ASSETS, Shelf(), loudness=loudness))
    assert mixed.shape == (2, total)
    assert mixed.dtype == np.float32
    assert np.isfinite(mixed).all()
    assert np.abs(mixed).max(initial=0) <= 1
    assert np.array_equal(joined(mix_sounds(heard, total, ASSETS, Shelf(), loudness=loudness)), mixed)


@settings(max_examples=25, deadline=None)
@given(sounds(), st.integers(1, 100_000))
def test_a_sound_is_nowhere_but_in_its_span(sound: Sound, total: int) -> None:
    mixed = joined(mix_sounds([sound], total, ASSETS, Shelf()))
    begin, end = (round(moment * 48_000) for moment in (sound.begin, sound.end))
    assert not mixed[:, :begin].any()
    assert not mixed[:, end:].any()

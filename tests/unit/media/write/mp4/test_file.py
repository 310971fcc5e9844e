"""Finished files: whole, exact in time, seekable, the same every time, and of any size."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.domain.files.formats import Shape, promised
from clipmill.media.facts.inspect import inspect
from clipmill.media.write.mp4 import boxes as mp4_boxes
from clipmill.media.write.mp4 import table, waiting
from tests.boxes import boxes_of, words_in
from tests.unit.media.write.mp4.conftest import FRAMES, KEYS, brightness_of

Film = Callable[..., Path]
STRICT = {"err_detect": "explode"}
#: Decoders give the last packet of the sound whole, samples.
LAST_PACKET = 1024
RATES = (Fraction(25), Fraction(30_000, 1001), Fraction(60), Fraction(1), Fraction(599_401, 10_000))


def _tone(samples: int) -> np.ndarray:
    return np.tile(np.sin(np.arange(samples) * 0.05).astype(np.float32) * 0.3, (2, 1))


def _decoded(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path), options=STRICT) as container:
        container.streams.video[0].codec_context.options = STRICT
        return list(container.decode(video=0))


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("holds", [True, False])
def test_every_picture_is_shown_at_its_time(film: Film, fps: Fraction, holds: bool) -> None:
    frames = _decoded(film(fps=fps, holds=holds))
    assert [Fraction(frame.pts) * frame.time_base for frame in frames] == [number / fps for number in range(FRAMES)]
    for number, frame in enumerate(frames):
        assert np.abs(frame.to_ndarray()[:48].astype(int) - brightness_of(number)).max() <= 6


@pytest.mark.parametrize("sounding", [0.0, 1.0, 3.96, 4.0])
def test_the_file_is_what_was_promised(film: Film, sounding: float) -> None:
    path = film(sound=_tone(round(sounding * 48_000)) if sounding else None)
    spec = promised("mp4", Shape(width=64, height=48, fps=Fraction(25), frames=FRAMES), sound=bool(sounding))
    answer = inspect({"media": str(path), "spec": spec.as_dict(), "reference": "", "frames_into": ""})
    assert (answer["error"], answer["damaged_frames"], answer["missing_frames"]) == ("", 0, 0)
    facts = answer["facts"]
    assert (facts["container"], facts["frames"], facts["seconds"]) == ("mp4", FRAMES, 4.0)
    assert facts["audio_seconds"] == pytest.approx(sounding, abs=LAST_PACKET / 48_000)


def test_both_tracks_are_exactly_as_long_as_they_are(film: Film) -> None:
    with av.open(str(film(sound=_tone(4 * 48_000)))) as container:
        assert container.duration == 4 * av.time_base
        for stream in (container.streams.video[0], container.streams.audio[0]):
            assert stream.duration is not None
            assert stream.duration * stream.time_base == 4


def test_a_click_is_heard_with_the_picture_it_belongs_to(film: Film) -> None:
    sound = np.zeros((2, 4 * 48_000), np.float32)
    sound[:, 48_000:48_008] = 0.9
    with av.open(str(film(sound=sound))) as container:
        frames = list(container.decode(audio=0))
    begin = float(frames[0].time or 0.0)
    levels = np.concatenate([np.abs(frame.to_ndarray()).max(axis=0) for frame in frames])
    assert begin + int(np.argmax(levels)) / 48_000 == pytest.approx(1.0, abs=1e-3)
    assert 0 <= sum(frame.samples for frame in frames) - 4 * 48_000 < LAST_PACKET


def test_one_can_jump_to_every_key_frame_and_go_on(film: Film) -> None:
    with av.open(str(film()), options=STRICT) as container:
        stream = container.streams.video[0]
        for key in KEYS:
            container.seek(int(key / 25 / stream.time_base), stream=stream, any_frame=False)
            frames = list(container.decode(stream))
            assert round(frames[0].time * 25) == key
            assert len(frames) == FRAMES - key
            assert abs(int(frames[0].to_ndarray()[10, 10]) - brightness_of(key)) <= 6


def test_players_find_everything_at_the_beginning_and_side_by_side(film: Film) -> None:
    path = film(sound=_tone(4 * 48_000))
    content = path.read_bytes()
    assert content.index(b"ftyp") < content.index(b"moov") < content.index(b"mdat")
    found = boxes_of(path)
    pictures, sound = (words_in(each)[1:] for each in found["moov/trak/mdia/minf/stbl/stco"])
    assert len(pictures) > 4
    assert sorted([*pictures, *sound]) == [each for both in zip(pictures, sound, strict=False) for each in both]


def test_nothing_in_it_says_when_or_by_what_it_was_made(film: Film) -> None:
    path = film(sound=_tone(48_000))
    assert not any(word in path.read_bytes() for word in (b"x264", b"Lavf", b"Lavc", b"options:"))
    found = boxes_of(path)
    for name in ("moov/mvhd", "moov/trak/tkhd", "moov/trak/mdia/mdhd"):
        assert all(words_in(content)[:2] == [0, 0] for content in found[name])
    assert path.read_bytes() == film("again.mp4", sound=_tone(48_000)).read_bytes()


def test_many_samples_wait_on_disk_and_the_file_is_the_same(film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = film(sound=_tone(48_000)).read_bytes()
    monkeypatch.setattr(waiting, "_MOST_IN_MEMORY", 1000)
    again = film("again.mp4", sound=_tone(48_000))
    assert again.read_bytes() == whole
    assert sorted(path.name for path in again.parent.iterdir()) == ["again.mp4", "film.mp4"]


def test_a_file_of_more_than_four_gigabytes_is_read_as_well(film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = [frame.to_ndarray() for frame in _decoded(film(sound=_tone(48_000)))]
    monkeypatch.setattr(mp4_boxes, "MOST_32_BITS", 2000)
    monkeypatch.setattr(table, "MOST_32_BITS", 2000)
    path = film("large.mp4", sound=_tone(48_000))
    found = boxes_of(path)
    assert "moov/trak/mdia/minf/stbl/co64" in found
    assert path.read_bytes().index(b"mdat") == path.read_bytes().index(b"\0\0\0\1mdat") + 4
    assert all(np.array_equal(one, two.to_ndarray()) for one, two in zip(plain, _decoded(path), strict=True))
    spec = promised("mp4", Shape(width=64, height=48, fps=Fraction(25), frames=FRAMES), sound=True)
    answer = inspect({"media": str(path), "spec": spec.as_dict(), "reference": "", "frames_into": ""})
    assert (answer["error"], answer["missing_frames"], answer["audible"]) == ("", 0, True)

"""A table of videos and voices becomes videos: each mode is as long as it says, and every frame is the right one."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from clipmill.media.sound.decode import sound_blocks
from tests.conftest import ROOT
from tests.e2e.commands import clipmill, json_lines
from tests.footage import number_in, numbered, write_talkie
from tests.sounds import RATE, Sound, decibels, joined, part, tone, write_wav

#: The template of the guide.
TEMPLATE = (ROOT / "docs" / "guides" / "lipsync.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
PICTURES, FPS = 12, 10
THERE_AND_BACK = [*range(PICTURES), *range(PICTURES - 2, 0, -1)]
#: Voice and mode → the picture of every frame.
EXPECTED = {
    ("long.wav", "cut_off"): [*range(12)],
    ("long.wav", "loop"): [n % 12 for n in range(30)],
    ("long.wav", "bounce"): [THERE_AND_BACK[n % 22] for n in range(30)],
    ("long.wav", "silence"): [*range(12)],
    ("long.wav", "remap"): [n * 12 // 30 for n in range(30)],
    ("short.wav", "cut_off"): [*range(7)],
    ("short.wav", "bounce"): [*range(7)],
    ("short.wav", "silence"): [*range(12)],
    ("short.wav", "remap"): [n * 12 // 7 for n in range(7)],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A table of every mode, run: its folder, and what was said."""
    work = tmp_path_factory.mktemp("dub")
    (work / "t").mkdir()
    (work / "t" / "template.yaml").write_text(TEMPLATE)
    pictures = (numbered(n, 96, 64) for n in range(PICTURES))
    write_talkie(work / "clip.mp4", pictures, FPS, _speech(1.3, 300.0))
    write_wav(work / "long.wav", tone(3.0, pitch=900.0))
    late = np.roll(_speech(0.7, 300.0), RATE // 10, axis=1)
    late[:, : RATE // 10] = 0
    write_wav(work / "short.wav", late)
    with (work / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("clip", "voice", "mode"), *(("clip.mp4", *each) for each in EXPECTED)])
    return work, clipmill(work, "run", "rows.csv", "-t", "t").stderr


def _speech(seconds: float, pitch: float) -> Sound:
    """A tone in syllables of their own lengths."""
    place = np.arange(round(seconds * RATE)) / RATE
    shape = np.clip(np.sin(2 * np.pi * (2.3 * place + 1.1 * place**2)), 0, 1)
    return (tone(seconds, 0.5, pitch) * shape).astype(np.float32)


def _numbers(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [number_in(frame.to_ndarray()[:64]) for frame in container.decode(video=0)]


@pytest.mark.parametrize(("row", "case"), list(enumerate(EXPECTED, 1)), ids=str)
def test_every_frame_is_the_right_one(made: Any, row: int, case: tuple[str, str]) -> None:
    path = made[0] / "out" / f"{row}.mp4"
    assert _numbers(path) == EXPECTED[case]
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (96, 64, FPS)


@pytest.mark.parametrize(("row", "heard", "seconds"), [(1, 1.2, 1.2), (2, 3.0, 3.0), (8, 0.65, 1.2)])
def test_the_voice_is_heard_and_the_videos_own_sound_is_not(made: Any, row: int, heard: float, seconds: float) -> None:
    sound = joined(sound_blocks(str(made[0] / "out" / f"{row}.mp4"), where="it"))
    assert sound.shape[1] == pytest.approx(seconds * RATE, abs=2048)
    if row != 8:
        spectrum = np.abs(np.fft.rfft(part(sound, 0.1, heard - 0.1)[0]))
        own, voice = (spectrum[round((pitch - 60) * (heard - 0.2)) : round((pitch + 60) * (heard - 0.2))].max()
                      for pitch in (300, 900))  # fmt: skip
        assert own < voice / 100
    else:
        assert decibels(part(sound, 0.15, heard)) > -30
        assert decibels(part(sound, 0.75, seconds)) < -60


def test_every_row_is_done_and_says_what_it_is(made: Any) -> None:
    work, said = made
    assert [line["state"] for line in json_lines(work / "out" / "results.jsonl")] == ["done"] * len(EXPECTED)
    assert "mouth_unmodified" in said
    assert "offset_measured: 100 ms: the new sound comes 100 ms after the picture" in said

"""The prober: facts of stored media for a process that opens none."""

from __future__ import annotations

import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from clipmill.domain.media import MediaKind
from clipmill.errors import MediaError, WorkerCrash
from clipmill.media.facts import prober as module
from clipmill.media.facts.prober import Prober
from clipmill.media.workers import solo
from clipmill.media.workers.solo import SoloWorker

ATTEMPTS = "tests.unit.media.workers.attempts"


@pytest.fixture
def worker() -> SoloWorker:
    return SoloWorker(None)


@pytest.fixture
def prober(worker: SoloWorker) -> Iterator[Prober]:
    made = Prober(worker)
    yield made
    made.close()


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(8000))
    return tmp_path / "a.wav"


def test_sound_is_measured_by_a_worker(prober: Prober, sound: Path) -> None:
    facts = prober.probe(sound)
    assert (facts.kind, facts.milliseconds, facts.audio_codec) == (MediaKind.AUDIO, 500, "pcm_s16le")


def test_picture_is_measured_by_what_it_is_and_not_by_its_name(prober: Prober, tmp_path: Path) -> None:
    assert cv2.imwrite(str(tmp_path / "a.png"), np.zeros((20, 30, 3), np.uint8))
    (tmp_path / "a.png").rename(tmp_path / "named.wrongly")
    facts = prober.probe(tmp_path / "named.wrongly")
    assert (facts.kind, facts.suffix, facts.width, facts.height) == (MediaKind.IMAGE, ".png", 30, 20)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("die", "is damaged: reading it stopped the process that tried"),
        ("linger", "is damaged: reading it took too long"),
        ("no_such_function", r"is damaged: reading it failed \(AttributeError"),
        ("grow", "is damaged: reading it stopped the process"),
    ],
)
def test_file_that_breaks_its_reader_is_a_damaged_file(
    prober: Prober, worker: SoloWorker, sound: Path, monkeypatch: pytest.MonkeyPatch, function: str, reason: str
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(worker, "job_seconds", 1.0 if function == "linger" else worker.job_seconds)
        broken.setattr(module, "_PROBE", f"{ATTEMPTS}:breaks_over_media")
        (sound.parent / "how").write_text(function)
        with pytest.raises(MediaError, match=rf"^clip\.wav {reason}"):
            prober.probe(sound, "clip.wav")
    assert prober.probe(sound).milliseconds == 500


def test_one_crash_is_not_blamed_on_the_file(
    prober: Prober, sound: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "_PROBE", f"{ATTEMPTS}:die_once")
    assert prober.probe(sound).milliseconds == 500


def test_machine_on_which_no_worker_works_is_not_blamed_on_the_file(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solo, "COMMAND", (sys.executable, "-c", ""))
    with pytest.raises(WorkerCrash):
        Prober(SoloWorker(None)).probe(sound)


def test_main_process_does_not_even_load_the_codecs() -> None:
    code = "import sys, clipmill.app, clipmill.media.outside.stored; print('av' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"

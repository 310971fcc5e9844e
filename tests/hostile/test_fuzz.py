"""Mutated inputs, a few of each kind; `python -m tests.hostile.fuzz --inputs 10000` takes as many as there is time for."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipmill.domain.failure import Failure, FailureKind
from clipmill.errors import BUG, EngineError, OverTime, WorkerCrash
from tests.hostile import fuzz
from tests.hostile.mutate import KINDS, good, mutated
from tests.hostile.parsing import Parsers

EACH = 12


@pytest.fixture(scope="module")
def parsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parsers]:
    made = Parsers(tmp_path_factory.mktemp("parsers"))
    yield made
    made.close()


@pytest.mark.parametrize("kind", KINDS)
def test_mutated_inputs_end_in_a_result_or_a_sentence(parsers: Parsers, kind: str) -> None:
    faults = {number: parsers.fault(kind, *mutated(kind, "each time", number)) for number in range(EACH)}
    assert not {number: fault for number, fault in faults.items() if fault}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "media"])
def test_what_they_begin_as_is_good(parsers: Parsers, kind: str) -> None:
    for content in good()[kind]:
        suffix = ".jsonl" if content.startswith(b"{") and kind == "tables" else {"tables": ".csv"}.get(kind, ".x")
        assert parsers.fault(kind, f"good{suffix}", content) == ""


def test_a_seed_gives_the_same_inputs() -> None:
    for kind in KINDS:
        assert [mutated(kind, "a", number) for number in range(5)] == [
            mutated(kind, "a", number) for number in range(5)
        ]
        assert [mutated(kind, "a", number) for number in range(5)] != [
            mutated(kind, "b", number) for number in range(5)
        ]


def test_a_foreign_error_is_a_finding(parsers: Parsers, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_name: str, _data: bytes) -> str:
        raise ZeroDivisionError("made for the test")

    monkeypatch.setattr(parsers, "_table", broken)
    assert parsers.fault("tables", "a.csv", b"").startswith("foreign ZeroDivisionError")


@pytest.mark.parametrize(
    ("error", "finding"),
    [
        (OverTime("visuals[0]: drawing it took more than 6 seconds of a processor and was stopped"), ""),
        (EngineError(Failure(FailureKind.DATA, "no such font")), ""),
        (WorkerCrash("killed by signal 9"), "WorkerCrash: killed by signal 9"),
        (TimeoutError("no answer"), "TimeoutError: no answer"),
        (EngineError(Failure(FailureKind.DATA, BUG)), f"EngineError: {BUG}"),
    ],
)
def test_the_clock_and_the_engine_end_an_input_in_a_sentence(
    parsers: Parsers, monkeypatch: pytest.MonkeyPatch, error: Exception, finding: str
) -> None:
    def ending(_name: str, _data: bytes) -> str:
        raise error

    monkeypatch.setattr(parsers, "_html", ending)
    assert parsers.fault("html", "a.html", b"").strip() == finding


def _found(folder: Path, capsys: pytest.CaptureFixture[str], inputs: int) -> str:
    told = [
        "--inputs",
        str(inputs),
        "--kind",
        "html",
        "--processes",
        "1",
        "--seed",
        "a",
        "--keep",
        str(folder / "kept"),
    ]
    assert fuzz.main(told) == 1
    assert len(list((folder / "kept").iterdir())) == 1
    return capsys.readouterr().out


def test_a_process_that_dies_is_a_finding_and_the_next_input_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fuzz, "_serve", _dying)
    said = _found(tmp_path, capsys, 3)
    assert "html 1: its process ended with -9" in said
    assert "3 inputs of 1 kinds, 1 findings" in said


@pytest.mark.long
def test_a_process_that_hangs_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fuzz, "_serve", _hanging)
    monkeypatch.setattr(fuzz, "_PATIENCE", 20.0)
    assert "html 0: it did not come back" in _found(tmp_path, capsys, 1)


def _dying(pipe: fuzz.Connection, work: list[tuple[str, int]], _seed: str) -> None:
    for _, number in work:
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        pipe.send("")


def _hanging(_pipe: fuzz.Connection, _work: list[tuple[str, int]], _seed: str) -> None:
    time.sleep(100)


def test_kinds_and_shares_belong_together() -> None:
    assert (set(fuzz.SHARES), sum(fuzz.SHARES.values())) == (set(KINDS), 100)
    assert json.loads(good()["projects"][0])

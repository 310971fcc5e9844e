"""Work on a batch ends with what it leaves in its folder, whoever ends it."""

from __future__ import annotations

import asyncio
import json
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from clipmill.deliver.archive import write_zip
from clipmill.domain.batch import BatchState, PauseReason
from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.line.delivery import Receipt
from clipmill.domain.row import RowState
from clipmill.pipeline.use_cases.ending import Ended, call_off, end_batch, work_on
from clipmill.pipeline.use_cases.going_on import resume
from clipmill.pipeline.use_cases.opening import Opened, open_batch
from clipmill.pipeline.use_cases.wishes import RunOptions
from tests.unit.pipeline.use_cases.conftest import Asking
from tests.world import World


def opened(parts: Any, given: Asking, *cells: str, **wishes: Any) -> Opened:
    """A batch of a table with these cells."""
    return open_batch(parts, given(*cells), RunOptions("rows", parts.home / "out", **wishes))


def work(parts: Any, batch: Opened) -> Ended:
    """A worker's process, from beginning to end."""
    return asyncio.run(work_on(parts, parts.batches.find(batch.batch.id)))


def left(folder: Path) -> dict[str, bytes]:
    """Every file in a folder."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_batch_at_rest_has_left_results_report_and_rows_to_correct(parts: Any, given: Asking) -> None:
    ended = work(parts, opened(parts, given, "1", "2", "too long"))
    assert (ended.progress.count(RowState.DONE), ended.progress.count(RowState.BLOCKED)) == (2, 1)
    assert (ended.again, ended.lost, ended.archive, ended.receipt) == ([], [], None, None)
    assert {"1.txt", "2.txt", "results.jsonl", "report.html", "blocked.csv"} <= set(left(parts.home / "out"))


def test_archive_is_packed_by_whoever_ends_the_batch(parts: Any, given: Asking, tmp_path: Path) -> None:
    batch = opened(parts, given, "1", "2", archive=tmp_path / "all.zip").batch
    asyncio.run(parts.worker().run(batch.id))  # and this process is killed before anything is written
    receipt = end_batch(parts, batch.id)  # by another, that knows the batch's id and nothing else
    assert receipt is not None
    assert receipt.files == 2
    assert zipfile.ZipFile(tmp_path / "all.zip").namelist() == ["1.txt", "2.txt"]


def test_archive_is_made_once_a_round_and_kept_to_be_handed_out(
    parts: Any, given: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[Path]()

    def note(path: Path, entries: Any) -> Receipt:
        made.append(path)
        return write_zip(path, entries)

    monkeypatch.setattr("clipmill.pipeline.outputs.write_zip", note)
    opening = opened(parts, given, "1", "2", archive=tmp_path / "all.zip")
    ended = work(parts, opening)
    kept = parts.archives.kept(ended.progress.batch.id, 1)
    assert kept == ended.receipt
    assert parts.files.path(kept.sha256).read_bytes() == (first := (tmp_path / "all.zip").read_bytes())
    assert parts.files.path(kept.sha256).stat().st_mode & 0o077 == 0, "the state folder is its owner's alone"
    (tmp_path / "all.zip").unlink()
    assert end_batch(parts, ended.progress.batch.id) == kept
    assert parts.outputs.pack(ended.progress.batch, tmp_path / "more" / "again.zip") == kept
    assert (tmp_path / "all.zip").read_bytes() == (tmp_path / "more" / "again.zip").read_bytes() == first
    assert len(made) == 1
    parts.files.path(kept.sha256).unlink()  # as somebody does whose disk is full
    assert parts.outputs.pack(ended.progress.batch, tmp_path / "lost.zip") == kept
    assert (tmp_path / "lost.zip").read_bytes() == first
    parts.verbs.reject(ended.progress.batch.id, [2])
    second = end_batch(parts, ended.progress.batch.id)
    assert second is not None
    assert zipfile.ZipFile(tmp_path / "all.zip").namelist() == ["1.txt"]
    assert parts.archives.kept(ended.progress.batch.id, 2) == second != kept
    assert parts.archives.kept(ended.progress.batch.id, 1) == kept
    assert len(made) == 3
    assert not list((tmp_path / "scratch").glob("*/*archive*"))


def test_archive_of_a_batch_that_stands_still_is_not_kept(parts: Any, given: Asking, tmp_path: Path) -> None:
    ended = work(parts, opened(parts, given, *"123", sample=1, archive=tmp_path / "all.zip"))
    assert ended.receipt is not None
    assert len(zipfile.ZipFile(tmp_path / "all.zip").namelist()) == 1
    assert parts.archives.kept(ended.progress.batch.id, 1) is None


def test_ending_twice_and_at_once_leaves_the_same_files(parts: Any, given: Asking, tmp_path: Path) -> None:
    batch = opened(parts, given, "1", "2", "too long", archive=tmp_path / "out" / "all.zip")
    work(parts, batch)
    before = left(tmp_path / "out")
    with ThreadPoolExecutor(4) as processes:
        list(processes.map(lambda _: end_batch(parts, batch.batch.id), range(8)))
    assert left(tmp_path / "out") == before


def test_sample_is_stopped_once_and_the_rest_made_by_going_on(parts: Any, given: Asking) -> None:
    batch = opened(parts, given, *"12345", sample=2)
    ended = work(parts, batch)
    assert (ended.progress.count(RowState.DONE), ended.progress.count(RowState.READY)) == (2, 3)
    assert (ended.progress.batch.state, ended.progress.batch.reason) == (BatchState.PAUSED, PauseReason.SAMPLE)
    end_batch(parts, batch.batch.id)
    assert [event.kind for event in parts.rows.events(batch.batch.id)].count("sampled") == 1
    resume(parts, ended.progress.batch)
    assert work(parts, batch).progress.count(RowState.DONE) == 5


@pytest.mark.parametrize("sample", [2, None])
def test_batch_that_stands_still_and_is_called_off_leaves_what_it_came_to(
    parts: Any, given: Asking, sample: int | None
) -> None:
    batch = opened(parts, given, *"1234", "too long", sample=sample)
    parts.engine("fake").failures = [Failure(FailureKind.CREDITS, "none left")] if sample is None else []
    before = work(parts, batch).progress
    assert before.is_at_rest
    assert (before.batch.state is BatchState.PAUSED, len(before.halts)) == ((True, 0) if sample else (False, 1))
    out = parts.home / "out"
    assert '"cancelled"' not in (out / "results.jsonl").read_text()
    moved = asyncio.run(call_off(parts, before.batch, attended=False))
    told = [json.loads(line)["state"] for line in (out / "results.jsonl").read_text().splitlines()]
    assert told.count("cancelled") == moved == before.count(RowState.READY) + 1
    assert not (out / "blocked.csv").exists()
    assert parts.batches.unwritten("wrk_x") == []


def test_batch_that_is_called_off_while_somebody_is_at_work_on_it_is_written_by_him(parts: Any, given: Asking) -> None:
    batch = opened(parts, given, "1", "2").batch
    assert asyncio.run(call_off(parts, batch, attended=True)) == 2
    assert not (parts.home / "out" / "results.jsonl").exists()
    assert parts.batches.unwritten("wrk_x") == [batch.id]


def test_batch_that_is_called_off_leaves_alone_what_a_later_one_left_there(
    parts: Any, given: Asking, world: World
) -> None:
    first = opened(parts, given, "1", "2").batch
    parts.verbs.pause(first.id)
    world.clock.advance(1)
    work(parts, opened(parts, given, "1", "2", "3"))
    before = left(parts.home / "out")
    assert asyncio.run(call_off(parts, first, attended=False)) == 2
    assert left(parts.home / "out") == before


def test_files_that_are_gone_are_delivered_again_or_told(parts: Any, given: Asking, world: World) -> None:
    batch = opened(parts, given, "1", "2", "3")
    work(parts, batch)
    (third,) = (record for record in parts.rows.records(batch.batch.id) if record.number == 3)
    world.files.path(third.media).unlink()
    shutil.rmtree(parts.home / "out")
    ended = work(parts, batch)
    assert (ended.again, ended.lost) == ([1, 2], [3])
    assert {"1.txt", "2.txt", "results.jsonl"} <= set(left(parts.home / "out"))
    assert len(world.engine.made) == 3, "nothing is made again"

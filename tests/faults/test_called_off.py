"""Whatever is done with a batch, one that is cancelled, or opened to its rest, between two transactions stays so."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from clipmill.domain.batch import EVERY_PRIORITY, Batch, BatchState, Reading
from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.row import RowState
from clipmill.errors import InputError, NotFoundError
from clipmill.pipeline.use_cases.ending import end_batch
from clipmill.pipeline.use_cases.going_on import reject, resume, retry
from clipmill.pipeline.use_cases.opening import amend, open_batch
from clipmill.pipeline.use_cases.table import Given
from clipmill.pipeline.use_cases.wishes import RunOptions
from tests.unit.pipeline.use_cases.conftest import TEMPLATE
from tests.world import World, parts_of

#: What is done with a batch.
Does = Callable[[Any, Any], object]


@contextmanager
def before(world: World, moment: int, does: Callable[[], object]) -> Iterator[list[int]]:
    """Do something before a transaction, the first being 0, or before the next one where it can be done; if it was."""
    database, write, read = world.database, world.database.write, world.database.read
    coming, done, busy = itertools.count(), list[int](), [False]

    def look() -> None:
        if not busy[0] and next(coming) >= moment and not done:
            busy[0] = True
            with suppress(NotFoundError):
                does()
                done.append(moment)
            busy[0] = False

    def writing(work: Callable[[Connection], Any]) -> Any:
        look()
        return write(work)

    def reading() -> AbstractContextManager[Connection]:
        look()
        return read()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "write", writing)
        patch.setattr(database, "read", reading)
        yield done


def table(folder: Path, *cells: str, header: str = "n") -> Given:
    """A table with these cells in its only column of meaning, for the small template."""
    (folder / "small").mkdir(exist_ok=True)
    (folder / "small" / "template.yaml").write_text(TEMPLATE)
    (folder / "rows.csv").write_text("\n".join([header, *cells]) + "\n")
    return Given(folder / "rows.csv", folder / "small", Reading())


def opened(parts: Any, **wishes: Any) -> Batch:
    """A batch of five rows, one of them blocked; two rows are taken in at once."""
    given = table(parts.home, "1", "2", "too long", "4", "5")
    return open_batch(parts, given, RunOptions("rows", parts.home / "out", anyway=True, **wishes)).batch


def interrupted(parts: Any) -> Batch:
    """The same with its reader killed after the first rows."""
    add = parts.rows.add
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(parts.rows, "add", lambda *rows: killed() if parts.batches.progress(rows[0]).rows else add(*rows))
        opened(parts)
    return parts.batches.find()


def killed() -> int:
    """The end of a process."""
    raise KeyboardInterrupt


def made(parts: Any, **wishes: Any) -> Batch:
    """The same with what may be made made, but for a row that failed."""
    batch = opened(parts, **wishes)
    parts.line.engines["fake"].failures = [Failure(FailureKind.DATA, "no")]
    asyncio.run(parts.worker().run(batch.id))
    return batch


def corrected(parts: Any, batch: Batch) -> None:
    """Both rows that can be corrected are."""
    numbers = [record.number for record in parts.rows.records(batch.id, RowState.FAILED, RowState.BLOCKED)]
    amend(parts, batch, table(parts.home, *(f"{number},{number}" for number in numbers), header="_row,n"))


DOINGS: dict[str, tuple[Callable[[Any], Batch | None], Does]] = {
    "run": (lambda _: None, lambda parts, _: opened(parts)),
    "run --into": (made, corrected),
    "resume a read": (interrupted, resume),
    "resume": (made, resume),
    "resume a sample": (
        lambda parts: made(parts, sample=2),
        lambda parts, batch: resume(parts, batch, everything=True),
    ),
    "pause": (opened, lambda parts, batch: parts.verbs.pause(batch.id)),
    "retry": (made, retry),
    "reject --again": (made, lambda parts, batch: reject(parts, batch, [1, 2, 4], again=True)),
    "end a sample": (lambda parts: made(parts, sample=2), lambda parts, batch: end_batch(parts, batch.id)),
}


def at_every_moment(
    folder: Path, monkeypatch: pytest.MonkeyPatch, doing: str, meanwhile: Callable[[Any], object]
) -> Iterator[tuple[World, int]]:
    """The worlds in which something was done meanwhile, a transaction later each time."""
    monkeypatch.setattr("clipmill.pipeline.importing.CHUNK_ROWS", 2)
    prepare, does = DOINGS[doing]
    for moment in itertools.count():
        (folder / str(moment)).mkdir()
        world = World(folder / str(moment), remote=False)
        parts = parts_of(world)
        batch = prepare(parts)
        with before(world, moment, partial(meanwhile, parts)) as done, suppress(InputError):
            does(parts, batch)
        if not done:
            assert moment, "something was done in between"
            return
        yield world, moment


@pytest.mark.parametrize("doing", DOINGS)
def test_a_batch_that_is_cancelled_at_any_moment_is_cancelled_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, doing: str
) -> None:
    def cancel(parts: Any) -> None:
        parts.verbs.cancel(parts.batches.find().id)

    for world, moment in at_every_moment(tmp_path, monkeypatch, doing, cancel):
        now = world.check_laws(world.batches.find().id)
        assert now.batch.state is BatchState.CANCELLED, moment
        assert (now.count(RowState.READY), now.count(RowState.BLOCKED), now.is_over) == (0, 0, True), moment


def test_a_sample_whose_rest_is_wanted_at_any_moment_of_its_end_is_not_stopped_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def go_on(parts: Any) -> None:
        parts.verbs.resume(parts.batches.find().id, everything=True)

    for world, moment in at_every_moment(tmp_path, monkeypatch, "end a sample", go_on):
        now = world.batches.progress("")
        assert (now.batch.state, now.batch.priority_limit) == (BatchState.RUNNING, EVERY_PRIORITY), moment

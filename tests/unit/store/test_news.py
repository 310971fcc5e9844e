"""News of work that was opened: told when the transaction is done, by a PostgreSQL server, to whoever listens."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from clipmill.domain.batch import Move
from clipmill.domain.row import RowState
from clipmill.store import news
from tests.world import POSTGRES, World

_PATIENCE_SECONDS = 60


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world on a PostgreSQL server."""
    monkeypatch.setattr("tests.world.kind", POSTGRES)
    return World(tmp_path)


def hear(world: World, *does: tuple[Callable[[], object], int]) -> None:
    """Do each of these, and hear of it as often as it says."""
    heard: queue.Queue[None] = queue.Queue()
    with world.queue.recover("wrk_0", [], lambda: heard.put(None)):
        heard.get(timeout=_PATIENCE_SECONDS)  # it has begun
        for do, times in does:
            do()
            world.database.write(news.tell)  # what is told now comes after what was told before
            for _ in range(times + 1):
                heard.get(timeout=_PATIENCE_SECONDS)
            with pytest.raises(queue.Empty):
                heard.get(timeout=0.2)


def test_a_batch_that_runs_and_rows_made_again_are_news_and_nothing_else_is(world: World) -> None:
    world.batch(2)
    world.run()
    again = Move("bat_1", RowState.DONE, RowState.READY, "made again")
    hear(
        world,
        (lambda: world.batch(1, batch_id="bat_2"), 1),
        (lambda: world.rows.move(again, [1]), 1),
        (lambda: world.batches.progress("bat_1"), 0),
        (lambda: world.queue.renew("wrk_1", {}), 0),
    )


def test_what_was_not_done_is_no_news(world: World) -> None:
    def told_in_vain(connection: Connection) -> None:
        news.tell(connection)
        raise RuntimeError

    def undone() -> None:
        with pytest.raises(RuntimeError):
            world.database.write(told_in_vain)

    hear(world, (undone, 0))


def test_listener_whose_connection_was_ended_listens_again_and_tells_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(news, "_AGAIN_SECONDS", 0.01)
    ended = text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                 "WHERE query LIKE 'LISTEN%' AND datname = current_database()")  # fmt: skip
    heard: queue.Queue[None] = queue.Queue()
    with world.queue.recover("wrk_0", [], lambda: heard.put(None)):
        heard.get(timeout=_PATIENCE_SECONDS)
        with world.database.read() as connection:
            assert connection.execute(ended).scalar_one() == 1
        heard.get(timeout=_PATIENCE_SECONDS)  # of what may have come meanwhile
        world.database.write(news.tell)
        heard.get(timeout=_PATIENCE_SECONDS)
    assert not caplog.records


def test_sqlite_tells_nobody_and_nothing_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.world.kind", "sqlite")
    world, heard = World(tmp_path), list[None]()
    with world.queue.recover("wrk_0", [], lambda: heard.append(None)):
        assert "clipmill-news" not in [thread.name for thread in threading.enumerate()]
        world.batch(1)
    assert not heard

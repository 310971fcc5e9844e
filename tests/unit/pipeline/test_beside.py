"""What a worker does beside carrying rows does not end it."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

from clipmill.errors import StoreAway
from clipmill.pipeline.worker import Beside, Worker
from tests.world import World


def test_store_that_goes_away_while_rows_are_checked_is_asked_again_later(
    tmp_path: Path, log_lines: list[dict[str, Any]]
) -> None:
    world, asked, stop = World(tmp_path), list[float](), asyncio.Event()

    def check(_worker: str, _batch: str, _stop: threading.Event) -> bool:
        asked.append(world.clock.now())
        if len(asked) == 1:
            raise StoreAway("the server is gone")
        stop.set()
        return False

    line = world.worker()._line
    worker = Worker("wrk_a", world.queue, world.batches, line, world.pace, Beside(check=check))
    assert asyncio.run(asyncio.wait_for(worker.serve(["fake"], stop), 60)) == 0
    assert len(asked) == 2
    assert [line["reason"] for line in log_lines] == ["the server is gone"]

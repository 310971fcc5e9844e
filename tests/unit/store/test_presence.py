"""Who is at work, by locks that go with their owners; what the killed left is swept by whoever comes next."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from clipmill import locks
from clipmill.store.presence import Presence

_KILLED = """
import os, sys
from pathlib import Path
from clipmill.store.presence import Presence
presence = Presence(Path(sys.argv[1]))
with presence.announce("bat_killed"), presence.turn("opening"), presence.hold("wrk_killed"):
    os.kill(os.getpid(), 9)
"""


def test_what_the_killed_left_is_gone_at_the_next_start_and_what_the_living_hold_is_not(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _KILLED, tmp_path], check=False)
    assert {path.name for path in tmp_path.iterdir()} == {"bat_killed.lock", "opening.turn", "wrk_killed.worker"}
    presence = Presence(tmp_path)
    with presence.announce("bat_1"), presence.turn("bat_1.outputs"):
        assert presence.dead(["bat_killed", "bat_1"]) == ["bat_killed"]
        with presence.announce("bat_2"):
            assert {path.name for path in tmp_path.iterdir()} == {
                "bat_1.lock", "bat_2.lock", "bat_1.outputs.turn", "wrk_killed.worker"
            }  # fmt: skip
    presence.forget(["wrk_killed"])
    assert presence.is_gone("wrk_killed", presence.host, presence.boot)
    presence.forget([])
    assert not any(tmp_path.iterdir())


def test_only_a_lock_that_lies_here_and_is_free_proves_a_worker_of_this_host_gone(tmp_path: Path) -> None:
    presence = Presence(tmp_path)
    here = (presence.host, presence.boot)
    (tmp_path / "wrk_killed.worker").touch()
    with presence.hold("wrk_1"):
        assert not presence.is_gone("wrk_1", *here), "somebody holds it"
        assert presence.is_gone("wrk_1", presence.host, "another boot"), "this machine was started anew since"
    assert presence.is_gone("wrk_killed", *here)
    assert not presence.is_gone("wrk_killed", "another host", presence.boot)
    assert not presence.is_gone("wrk_of_another_folder", *here)
    assert not presence.is_gone("wrk_of_another_folder", presence.host, "another boot")


def test_turns_that_are_removed_are_still_one_at_a_time(tmp_path: Path) -> None:
    inside, most = [0], [0]

    def take_turns() -> None:
        presence = Presence(tmp_path)
        for _ in range(50):
            with presence.turn("opening"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=take_turns) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert not any(tmp_path.iterdir())


def test_who_comes_to_a_name_that_is_taken_asks_once_and_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    waits, wait_for = threading.Event(), locks.wait_for

    def waiting(handle: Any) -> None:
        asked.append(threading.get_ident())
        if len(asked) == 2:
            waits.set()
        wait_for(handle)

    def come() -> int:
        with Presence(tmp_path).announce("bat_1"):
            return threading.get_ident()

    monkeypatch.setattr(locks, "wait_for", waiting)
    with ThreadPoolExecutor(1) as pool:
        with Presence(tmp_path).announce("bat_1"):
            other = pool.submit(come)
            assert waits.wait(10), "it never waited for the lock"
            assert not other.done()
        assert asked.count(other.result(60)) <= 2, "once for the lock that was taken, once for a new one"
    assert not any(tmp_path.iterdir())

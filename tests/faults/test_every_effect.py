"""Cut the power before and after every effect, start again, and see that the laws still hold (as SQLite is tested)."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.call import Recovery
from clipmill.domain.row import RowState
from clipmill.errors import AnswerLost, StoreError
from clipmill.pipeline.batch import Verbs
from clipmill.testing import FakeRemoteEngine
from tests.world import LEASE_SECONDS, World, close_databases, order

pytestmark = pytest.mark.usefixtures("each_database")

ROWS = 3
EFFECTS = {
    "engine": {"prepare", "send", "poll", "fetch", "make"},
    "deliverer": {"place"},
    "files": {"put"},
    "queue": {"admit", "claim_due", "apply"},
}


class PowerCut(BaseException):
    """The process is gone: nothing may catch this."""


class Fuse:
    """Counts effects and blows at one of them, before it happens or after."""

    def __init__(self, at: int, *, after: bool, error: Callable[[str], BaseException] = PowerCut) -> None:
        self.at, self.after, self.effects, self.error = at, after, 0, error

    def wrap(self, name: str, part: Any) -> Any:
        return Fused(part, EFFECTS[name], self)

    def count(self) -> int:
        """The number of the effect that now begins."""
        self.effects += 1
        return self.effects

    def blow(self, effect: int, name: str, *, after: bool) -> None:
        """Cut the power, or fail, if this is the moment."""
        if effect == self.at and self.after is after:
            raise self.error(name)


class Fused:
    """A part whose effects go through the fuse."""

    def __init__(self, part: Any, effects: set[str], fuse: Fuse) -> None:
        self._part, self._effects, self._fuse = part, effects, fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if name not in self._effects:
            return found
        fuse = self._fuse

        async def cut_async(*arguments: Any, **options: Any) -> Any:
            effect = fuse.count()
            fuse.blow(effect, name, after=False)
            answer = await found(*arguments, **options)
            fuse.blow(effect, name, after=True)
            return answer

        def cut(*arguments: Any, **options: Any) -> Any:
            effect = fuse.count()
            fuse.blow(effect, name, after=False)
            answer = found(*arguments, **options)
            fuse.blow(effect, name, after=True)
            return answer

        return cut_async if inspect.iscoroutinefunction(found) else cut


class FusedEngine(Fused):
    """A fused engine is still an engine for whoever asks by protocol: what a protocol names must be there by name."""

    @property
    def name(self) -> str:
        return str(self._part.name)

    @property
    def remembers_keys(self) -> bool:
        return bool(self._part.remembers_keys)

    @property
    def first_poll_seconds(self) -> float:
        return float(self._part.first_poll_seconds)

    @property
    def patience_seconds(self) -> float:
        return float(self._part.patience_seconds)

    def quote(self, payload: Any) -> Any:
        return self._part.quote(payload)

    def expect(self, payload: Any) -> Any:
        return self._part.expect(payload)

    async def prepare(self, *arguments: Any, **options: Any) -> Any:
        return await self.__getattr__("prepare")(*arguments, **options)

    async def send(self, *arguments: Any, **options: Any) -> Any:
        return await self.__getattr__("send")(*arguments, **options)

    async def poll(self, *arguments: Any) -> Any:
        return await self.__getattr__("poll")(*arguments)

    async def fetch(self, *arguments: Any) -> Any:
        return await self.__getattr__("fetch")(*arguments)

    async def make(self, *arguments: Any, **options: Any) -> Any:
        return await self.__getattr__("make")(*arguments, **options)


def run_with_a_cut(world: World, fuse: Fuse) -> bool:
    """One worker that may die, and its successor. Whether the fuse blew."""

    try:
        asyncio.run(world.worker(wrapped(fuse), dies=True).run("bat_1"))
    except PowerCut:
        world.check_laws()
        world.clock.advance(LEASE_SECONDS + 1)
        asyncio.run(world.worker().run("bat_1"))
        return True
    return False


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", ["local", "remote-with-keys", "remote-without-keys"])
def test_laws_hold_whichever_effect_fails(tmp_path: Path, kind: str, after: bool) -> None:
    blown, at = True, 0
    while blown:
        at += 1
        folder = tmp_path / str(at)
        folder.mkdir()
        world = World(folder, remote=kind != "local", remembers_keys=kind != "remote-without-keys")
        world.batch(ROWS)
        blown = run_with_a_cut(world, Fuse(at, after=after))
        progress = world.check_laws()
        unknown = progress.count(RowState.UNKNOWN)
        assert progress.count(RowState.DONE) + unknown == ROWS
        assert unknown == 0 or kind == "remote-without-keys"
        assert len(world.out()) == ROWS - unknown
        if isinstance(world.engine, FakeRemoteEngine):
            assert len(world.engine.charges) == len(set(world.engine.charges)), "paid twice"
        close_databases()
    assert at > 3 * ROWS, "the loop must have passed every effect of every row"


def wrapped(fuse: Fuse) -> Callable[[str, Any], Any]:
    """What puts the fuse between a worker and its parts."""

    def wrap(name: str, part: Any) -> Any:
        return FusedEngine(part, EFFECTS[name], fuse) if name == "engine" else fuse.wrap(name, part)

    return wrap


def failing(name: str) -> BaseException:
    """How each effect fails in the world: an engine does not answer, a disk or a database refuses."""
    return AnswerLost(f"{name} was not answered") if name in EFFECTS["engine"] else StoreError(f"{name} was refused")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", ["remote-with-keys", "remote-without-keys"])
def test_nothing_is_paid_twice_whichever_effect_fails(tmp_path: Path, kind: str, after: bool) -> None:
    at, blown = 0, True
    while blown:
        at += 1
        folder = tmp_path / str(at)
        folder.mkdir()
        world = World(folder, remembers_keys=kind == "remote-with-keys")
        world.batch(ROWS)
        fuse = Fuse(at, after=after, error=failing)
        with suppress(StoreError):
            asyncio.run(world.worker(wrapped(fuse)).run("bat_1"))
        blown = fuse.effects >= at
        world.check_laws()
        world.clock.advance(LEASE_SECONDS + 1)
        Verbs(world.batches, world.rows, world.lanes).resume("bat_1")
        world.run()
        progress = world.check_laws()
        unknown = progress.count(RowState.UNKNOWN)
        assert progress.count(RowState.DONE) + unknown == ROWS, f"effect {at}"
        assert len(world.engine.charges) <= ROWS, f"paid twice at effect {at}"
        assert unknown <= (0 if kind == "remote-with-keys" else ROWS)
        close_databases()
    assert at > 3 * ROWS


async def naive(engine: Any, done: set[int]) -> None:
    """What one writes first: send, fetch, then remember that it is done."""
    for number in range(1, ROWS + 1):
        if number not in done:
            payload = order(number, "bat_1").checked.payload
            assert payload is not None
            await engine.send({"text": payload.text, "seed": 0}, key=f"{number}.1")
            done.add(number)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_naive_worker_is_caught_paying_twice(after: bool) -> None:
    """Negative control: the same cuts and count must convict a worker that writes down too late."""
    paid_twice = 0
    for at in range(1, ROWS + 1):
        engine, done = FakeRemoteEngine(recovery=Recovery.NONE), set[int]()
        with pytest.raises(PowerCut):
            asyncio.run(naive(FusedEngine(engine, EFFECTS["engine"], Fuse(at, after=after)), done))
        asyncio.run(naive(engine, done))
        paid_twice += len(engine.charges) - len(set(engine.charges))
    assert paid_twice == (ROWS if after else 0)

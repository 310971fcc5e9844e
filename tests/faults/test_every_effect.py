"""Cut the power before and after every effect, start again, and see that the laws still hold (as SQLite is tested)."""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.line.call import Call, Item, Recovery
from clipmill.domain.row import RowState
from clipmill.errors import AnswerLost, StoreError
from clipmill.pipeline.batch import Verbs
from clipmill.ports import Preparing
from clipmill.testing import FakeLocalEngine, FakePromptEngine, FakeRemoteEngine, FakeUploadingEngine
from tests import world as worlds
from tests.world import LEASE_SECONDS, World, close_databases, order, part, planned

pytestmark = pytest.mark.usefixtures("each_database")

ROWS = 3


@pytest.fixture(params=[worlds.SQLITE, pytest.param(worlds.POSTGRES, marks=pytest.mark.long)])
def each_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """SQLite whenever tests are run; PostgreSQL with those that take minutes."""
    monkeypatch.setattr(worlds, "kind", request.param)
    return str(request.param)


EFFECTS = {
    "engine": {"prepare", "submit", "recover", "poll", "fetch", "make"},
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

    def quote(self, payload: Any) -> Any:
        return self._part.quote(payload)

    def expect(self, payload: Any) -> Any:
        return self._part.expect(payload)


class FusedLocal(FusedEngine):
    """The same on this machine."""

    async def make(self, *arguments: Any, **options: Any) -> Any:
        return await self.__getattr__("make")(*arguments, **options)


class FusedRemote(FusedEngine):
    """The same behind a job API."""

    @property
    def recovery(self) -> Recovery:
        return Recovery(self._part.recovery)

    @property
    def first_poll_seconds(self) -> float:
        return float(self._part.first_poll_seconds)

    @property
    def patience_seconds(self) -> float:
        return float(self._part.patience_seconds)

    async def submit(self, call: Any) -> Any:
        return await self.__getattr__("submit")(call)

    async def recover(self, call: Any) -> Any:
        return await self.__getattr__("recover")(call)

    async def poll(self, handle: Any) -> Any:
        return await self.__getattr__("poll")(handle)

    async def fetch(self, *arguments: Any) -> Any:
        return await self.__getattr__("fetch")(*arguments)

    async def cancel(self, handle: Any) -> Any:
        return await self.__getattr__("cancel")(handle)


class FusedUploading(FusedRemote):
    """The same with something to do before it sends."""

    async def prepare(self, call: Any) -> Any:
        return await self.__getattr__("prepare")(call)


def fused(engine: Any, fuse: Fuse) -> FusedEngine:
    """The engine behind the fuse, as what it is."""
    if isinstance(engine, FakeLocalEngine):
        return FusedLocal(engine, EFFECTS["engine"], fuse)
    kind = FusedUploading if isinstance(engine, Preparing) else FusedRemote
    return kind(engine, EFFECTS["engine"], fuse)


def everything(folder: Path) -> World:
    """An engine that is asked for lost sends, wants what it needs uploaded, and takes two rows a call."""
    return World(folder, engine=FakeUploadingEngine("fake", recovery=Recovery.LOOKUP), rows_per_call=2)


#: Name → how a world of that kind is made.
REMOTE: dict[str, Callable[[Path], World]] = {
    "remote-with-keys": World,
    "remote-without-keys": partial(World, recovery=Recovery.NONE),
    "remote-prompt": lambda folder: World(folder, engine=FakePromptEngine(folder / "prompt")),
    "remote-everything": everything,
}
KINDS: dict[str, Callable[[Path], World]] = {"local": partial(World, remote=False), **REMOTE}


def begun(folder: Path, kind: str, number: int) -> World:
    """A world of this kind with its batch, in a folder of its own."""
    folder /= str(number)
    folder.mkdir()
    world, logo = KINDS[kind](folder), {"logo": part("logo")}
    needing = [planned(1, logo), planned(2, logo)]  # one part, which is made once for both
    world.batch(ROWS, orders=[*needing, order(ROWS, "bat_1")] if kind == "remote-everything" else ())
    return world


def stride(kind: str) -> int:
    """How many effects lie between two that are cut: where there are many, and a server is slow, some are left out."""
    return 5 if kind == "remote-everything" and worlds.kind == worlds.POSTGRES else 1


def made_twice(world: World) -> list[str]:
    """What the engine took money for more than once, whatever it was sent as."""
    asked = Counter(text.splitlines()[0] for job in world.engine.jobs.values() for text in job.values())
    return [text for text, times in asked.items() if times > 1]


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
@pytest.mark.parametrize("kind", KINDS)
def test_laws_hold_whichever_effect_fails(tmp_path: Path, kind: str, after: bool) -> None:
    blown, at = True, 0
    while blown:
        at += stride(kind)
        world = begun(tmp_path, kind, at)
        blown = run_with_a_cut(world, Fuse(at, after=after))
        progress = world.check_laws()
        unknown = progress.count(RowState.UNKNOWN)
        assert progress.count(RowState.DONE) + unknown == ROWS
        assert unknown == 0 or world.engine.recovery is Recovery.NONE
        assert len(world.out()) == ROWS - unknown
        if isinstance(world.engine, FakeRemoteEngine):
            assert len(world.engine.charges) == len(set(world.engine.charges)), "paid twice"
            assert made_twice(world) == []
        close_databases()
    assert at > 3 * ROWS, "the loop must have passed every effect of every row"


def wrapped(fuse: Fuse) -> Callable[[str, Any], Any]:
    """What puts the fuse between a worker and its parts."""

    def wrap(name: str, part: Any) -> Any:
        return fused(part, fuse) if name == "engine" else fuse.wrap(name, part)

    return wrap


def failing(name: str) -> BaseException:
    """How each effect fails in the world: an engine does not answer, a disk or a database refuses."""
    return AnswerLost(f"{name} was not answered") if name in EFFECTS["engine"] else StoreError(f"{name} was refused")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", REMOTE)
def test_nothing_is_paid_twice_whichever_effect_fails(tmp_path: Path, kind: str, after: bool) -> None:
    at, blown = 0, True
    while blown:
        at += stride(kind)
        world = begun(tmp_path, kind, at)
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
        assert made_twice(world) == [], f"paid twice at effect {at}"
        assert unknown <= (ROWS if world.engine.recovery is Recovery.NONE else 0)
        close_databases()
    assert at > 3 * ROWS


async def naive(engine: Any, done: set[int]) -> None:
    """What one writes first: send, fetch, then remember that it is done."""
    for number in range(1, ROWS + 1):
        if number not in done:
            payload = order(number, "bat_1").checked.payload
            assert payload is not None
            key = f"{number}.1"
            await engine.submit(Call(key=key, lane="fake", items=[Item(key, payload, 0)]))
            done.add(number)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_naive_worker_is_caught_paying_twice(after: bool) -> None:
    """Negative control: the same cuts and count must convict a worker that writes down too late."""
    paid_twice = 0
    for at in range(1, ROWS + 1):
        engine, done = FakeRemoteEngine(recovery=Recovery.NONE), set[int]()
        with pytest.raises(PowerCut):
            asyncio.run(naive(fused(engine, Fuse(at, after=after)), done))
        asyncio.run(naive(engine, done))
        paid_twice += len(engine.charges) - len(set(engine.charges))
    assert paid_twice == (ROWS if after else 0)

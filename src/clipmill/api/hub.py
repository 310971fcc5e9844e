"""The hub: one reader of the audit trail for all who listen, so that a listener costs no query."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from clipmill import log
from clipmill.domain.asked import Heard
from clipmill.errors import ClipmillError
from clipmill.server_ports import Tail

#: Seconds between two looks, and those after which a listener is told that nothing came.
_LOOK_SECONDS, _QUIET_SECONDS = 0.4, 15.0
#: Events that are read at once, and that a slow listener may lag behind before it reads them from the trail again.
_PAGE, _LAG = 2_000, 5_000
#: Numbers are drawn before lines are written: one that is missing may still come to light, within so many looks.
_LOOKS = 75
#: Numbers that a listener remembers, for two ways lead to it.
_TOLD = 8_192
#: Reads events after a number from the trail.
Missed = Callable[[int], Sequence[Heard]]


@dataclass(eq=False, slots=True)
class _Listener:
    tenant: str
    batch_id: str
    #: What it has not taken yet, and that there is some.
    waiting: list[Heard] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    #: It was too slow, and has to read the trail again.
    lags: bool = False

    def put(self, heard: Heard) -> None:
        if heard.tenant != self.tenant or self.batch_id not in ("", heard.event.batch_id):
            return
        if len(self.waiting) < _LAG:
            self.waiting.append(heard)
        else:
            self.lags = True
        self.arrived.set()

    def take(self) -> list[Heard]:
        found, self.waiting = self.waiting, []
        self.arrived.clear()
        return found


class _Told:
    """The events that a listener was told last."""

    def __init__(self) -> None:
        self._order: deque[int] = deque()
        self._numbers: set[int] = set()

    def new(self, found: Sequence[Heard]) -> list[Heard]:
        """Those that it was not told yet, which it is now."""
        fresh = [heard for heard in found if heard.id not in self._numbers]
        for heard in fresh:
            self._numbers.add(heard.id)
            self._order.append(heard.id)
        while len(self._order) > _TOLD:
            self._numbers.discard(self._order.popleft())
        return fresh


class Hub:
    """Hands events on as they are written."""

    def __init__(self, tail: Callable[[], Tail], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._tail = tail
        self._sleep = sleep
        self._listeners: set[_Listener] = set()
        #: Every event up to this number was handed on; None before the first look.
        self._whole: int | None = None
        #: Those beyond it that were, and how often the number after it was looked for in vain.
        self._beyond: set[int] = set()
        self._vain = 0
        self._said: OrderedDict[int, bytes] = OrderedDict()

    async def serve(self) -> None:
        """Read the trail until cancelled; a store that is away is asked again."""
        while True:
            try:
                while await self.look() == _PAGE:
                    pass
            except ClipmillError as error:
                log.warning("events cannot be read, which is tried again", reason=str(error))
            await self._sleep(_LOOK_SECONDS)

    async def look(self) -> int:
        """Hand on what was written since the last look; how many lines were read."""
        if self._whole is None:
            self._whole = await asyncio.to_thread(self._tail().newest)
            return 0
        found = await asyncio.to_thread(self._tail().since, self._whole, _PAGE)
        for heard in found:
            if heard.id not in self._beyond:
                self._beyond.add(heard.id)
                for listener in self._listeners:
                    listener.put(heard)
        self._close_up()
        return len(found)

    def _close_up(self) -> None:
        """Move on over what was handed on without a gap, and over a gap that has stayed one for long."""
        assert self._whole is not None
        before = self._whole
        self._vain += 1
        if self._beyond and self._vain > _LOOKS:
            self._whole = min(self._beyond) - 1
        while self._whole + 1 in self._beyond:
            self._whole += 1
            self._beyond.discard(self._whole)
        if self._whole != before or not self._beyond:
            self._vain = 0

    def said(self, heard: Heard, word: Callable[[Heard], bytes]) -> bytes:
        """What is sent of an event: the same to all who listen, and made for the first of them."""
        if heard.id not in self._said:
            self._said[heard.id] = word(heard)
            while len(self._said) > _PAGE:
                self._said.popitem(last=False)
        return self._said[heard.id]

    async def listen(self, tenant: str, batch_id: str, after: int, missed: Missed) -> AsyncIterator[Sequence[Heard]]:
        """Events of a tenant, or of a batch of it, after that number, each once, as many together as have come.

        What was written before is read from the trail. None of them where nothing came for a while.
        """
        listener, told = _Listener(tenant, batch_id), _Told()
        self._listeners.add(listener)
        try:
            while True:
                listener.lags = False
                while found := await asyncio.to_thread(missed, after):
                    after = found[-1].id
                    if fresh := told.new(found):
                        yield fresh
                while not listener.lags:
                    try:
                        await asyncio.wait_for(listener.arrived.wait(), _QUIET_SECONDS)
                    except TimeoutError:
                        yield ()
                        continue
                    if fresh := told.new(listener.take()):
                        after = max(after, *(heard.id for heard in fresh))
                        yield fresh
        finally:
            self._listeners.discard(listener)

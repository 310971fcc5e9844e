"""The hub: one reader of the audit trail for all who listen, so that a listener costs no query."""

from __future__ import annotations

import asyncio
from collections import deque
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
    queue: asyncio.Queue[Heard] = field(default_factory=lambda: asyncio.Queue(_LAG))
    #: It was too slow, and has to read the trail again.
    lags: bool = False

    def put(self, heard: Heard) -> None:
        if heard.tenant != self.tenant or self.batch_id not in ("", heard.event.batch_id):
            return
        try:
            self.queue.put_nowait(heard)
        except asyncio.QueueFull:
            self.lags = True


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

    async def listen(self, tenant: str, batch_id: str, after: int, missed: Missed) -> AsyncIterator[Heard | None]:
        """Events of a tenant, or of a batch of it, after that number, each once, as they come; what was written before
        is read from the trail. None where nothing came for a while.
        """
        listener = _Listener(tenant, batch_id)
        self._listeners.add(listener)
        told: deque[int] = deque(maxlen=_TOLD)
        try:
            while True:
                listener.lags = False
                async for heard in _from_trail(missed, after):
                    after = max(after, heard.id)
                    if heard.id not in told:
                        told.append(heard.id)
                        yield heard
                while not listener.lags:
                    try:
                        heard = await asyncio.wait_for(listener.queue.get(), _QUIET_SECONDS)
                    except TimeoutError:
                        yield None
                        continue
                    if heard.id not in told:
                        told.append(heard.id)
                        after = max(after, heard.id)
                        yield heard
        finally:
            self._listeners.discard(listener)


async def _from_trail(missed: Missed, after: int) -> AsyncIterator[Heard]:
    while found := await asyncio.to_thread(missed, after):
        for heard in found:
            yield heard
        after = found[-1].id

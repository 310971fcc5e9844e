"""What the routes of every surface share: the parts of each tenant, links, a worker to wake, tables being read in."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clipmill import log
from clipmill.api.sharing import Sharing
from clipmill.pipeline.use_cases.serving.starting import read_in, unread

if TYPE_CHECKING:
    from clipmill.api.hub import Hub
    from clipmill.app import App
    from clipmill.deliver.links import Links


@dataclass
class Served:
    """A running server."""

    #: The parts under which everything is made; those of requests are `of(tenant)`.
    app: App
    hub: Hub
    #: Wakes whoever checks and makes rows; from any thread.
    wake: Callable[[], object] = lambda: None
    #: Set when the server is told to stop: no new requests, and streams come to their end.
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    #: Surface → what goes on with a batch of it that is of no table.
    readers: Mapping[str, Callable[[App, str], None]] = field(default_factory=dict)
    #: What many who listen are told first.
    sharing: Sharing = field(default_factory=Sharing)
    _of: dict[str, App] = field(default_factory=dict)
    _locks: dict[str, threading.RLock] = field(default_factory=dict)
    _making: threading.Lock = field(default_factory=threading.Lock)
    _reading: set[asyncio.Task[None]] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop | None = None

    @property
    def links(self) -> Links:
        """Makes and reads links to files."""
        return self.app.links

    def of(self, tenant: str) -> App:
        """The parts of a tenant for requests; what is for one thread (media) only within `alone`."""
        with self._making:
            if tenant not in self._of:
                self._of[tenant] = self.app.beside(tenant)
                self._locks[tenant] = threading.RLock()
            return self._of[tenant]

    @contextmanager
    def alone(self, tenant: str) -> Iterator[App]:
        """The parts of a tenant while no other request of it uses them: for whatever touches media."""
        parts = self.of(tenant)
        with self._locks[tenant]:
            yield parts

    def begin(self) -> None:
        """Note the loop that the server runs in; once."""
        self._loop = asyncio.get_running_loop()

    def read_in(self, tenant: str, batch_id: str) -> None:
        """Have the table of a batch read in, beside everything else; from any thread."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._begin_reading, tenant, batch_id)

    def _begin_reading(self, tenant: str, batch_id: str) -> None:
        task = asyncio.ensure_future(self._read_in(tenant, batch_id))
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def _read_in(self, tenant: str, batch_id: str) -> None:
        parts = self.app.beside(tenant)  # whose media are this thread's own
        try:
            await asyncio.to_thread(self._go_on, parts, batch_id)
        except Exception as error:  # whoever starts next goes on with it
            log.error("a table was not read in", batch=batch_id, reason=str(error), traceback=log.traceback_of(error))
        finally:
            if "media" in parts.__dict__:
                parts.media.close()
        self.wake()

    def _go_on(self, parts: App, batch_id: str) -> None:
        batch = parts.batches.find(batch_id)
        reader = None if batch.source else self.readers.get(batch.surface)
        (reader or read_in)(parts, batch_id)

    def go_on_reading(self) -> None:
        """Have those tables read in whose readers have ended; at the start."""
        for record in {record.tenant for record in self.app.keys.all()}:
            parts = self.of(record)
            for batch_id in unread(parts, parts.asked.batches(1_000)):
                self.read_in(record, batch_id)

    async def close(self) -> None:
        """End what is under way in the background, and close what requests opened."""
        if self._reading:
            await asyncio.wait(self._reading, timeout=10)
        for parts in self._of.values():
            for name in ("media", "sender"):
                if name in parts.__dict__:
                    getattr(parts, name).close()


def served_of(request: Any) -> Served:
    """The server that a request came to."""
    found: Served = request.app.state.served
    return found

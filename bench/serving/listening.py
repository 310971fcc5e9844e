"""Clients of server-sent events, as bare sockets: what they cost must not be taken for what the server costs."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, field

_ID = re.compile(rb"^id: (\d+)\nevent: (\w+)$", re.MULTILINE)


@dataclass(eq=False)
class Listener:
    """A client that notes the number of every event, and comes again where it left off."""

    port: int
    key: str
    path: str
    #: Numbers in the order in which they came, those that came twice too.
    heard: list[int] = field(default_factory=list)
    #: The number of its first snapshot: it hears what is later.
    began: int = -1
    #: The number of the last event, as a browser would remember it.
    last: int = -1
    snapshots: int = 0
    #: Why it was not served.
    refused: str = ""
    _there: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Listen, from where it left off if it has listened before."""
        self._task = asyncio.create_task(self._listen())

    async def served(self) -> None:
        """Wait until it has its first snapshot, or was refused."""
        await self._there.wait()

    async def end(self) -> None:
        """Break off, wherever it is."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        again = f"Last-Event-ID: {self.last}\r\n" if self.last >= 0 else ""
        writer.write(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
                     f"Authorization: Bearer {self.key}\r\n{again}\r\n".encode())  # fmt: skip
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                self.refused = head.partition(b"\r\n")[0].decode()
                return
            await self._read(reader)
        except (asyncio.IncompleteReadError, OSError) as error:
            self.refused = f"the stream ended: {error!r}"
        finally:
            self._there.set()
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        pending = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            pending += (await reader.readexactly(size + 2))[:-2]
            whole, mark, pending = pending.rpartition(b"\n\n")
            if mark:
                self._note(whole)
        self.refused = "the server ended the stream"

    def _note(self, told: bytes) -> None:
        for number, kind in _ID.findall(told):
            self.last = int(number)
            if kind != b"snapshot":
                self.heard.append(self.last)
                continue
            self.snapshots += 1
            if self.began < 0:
                self.began = self.last
                self._there.set()

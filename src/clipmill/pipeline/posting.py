"""Posting: what the outbox holds is sent by whoever has time, a few at once, beside the rows that a worker carries."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from clipmill import log
from clipmill.deliver.signing import SIGNERS, Signer
from clipmill.domain.line.delivery import Answer, Delivery, DeliveryKind
from clipmill.errors import ClipmillError
from clipmill.ports import Clock, Files, Outbox, Sender

#: Sends at once, each in a thread of its own, which waits more than it works.
_AT_ONCE = 4
#: Seconds between two looks at the outbox, and how long a worker that is done with its rows sends what is due still.
_LOOK_SECONDS, _FINISH_SECONDS = 1.0, 20.0
#: What a delivery says when it is sent: its body, or that in the words of the surface it is told in.
Words = Callable[[Delivery], str]


def _as_it_is(delivery: Delivery) -> str:
    return delivery.body


#: Asks the store: the function, its arguments.
Ask = Callable[..., Coroutine[Any, Any, Any]]


class Posting:
    """Takes what is due, signs it, sends it and writes what came of it.

    A send that is cut off is made again by whoever comes next, under the same id: receivers get it once or more.
    """

    def __init__(self, outbox: Outbox, sender: Callable[[], Sender], files: Files, clock: Clock,
                 signers: Mapping[str, Signer] = SIGNERS, words: Words = _as_it_is) -> None:  # fmt: skip
        self._words = words
        self._outbox = outbox
        self._sender = sender
        self._files = files
        self._clock = clock
        self._signers = signers
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="send")
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, worker: str, ask: Ask) -> None:
        """Send whatever is due, until cancelled; what is under way then is left to others."""
        try:
            while True:
                try:
                    await self.serve_once(worker, ask)
                except ClipmillError as error:  # the store, which is asked again
                    log.warning("nothing can be sent", reason=str(error))
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            for task in self._tasks:
                task.cancel()

    async def serve_once(self, worker: str, ask: Ask) -> int:
        """Begin to send what is due and there is room for; how many are under way."""
        room = _AT_ONCE - len(self._tasks)
        for delivery in await ask(self._outbox.take, worker, room) if room else ():
            task = asyncio.create_task(self._send(delivery, ask))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(self._tasks)

    async def finish(self, worker: str, ask: Ask, seconds: float = _FINISH_SECONDS) -> None:
        """Send what is due still and wait for what is under way, for so long at most."""
        with suppress(TimeoutError, ClipmillError):
            async with asyncio.timeout(seconds):
                while await self.serve_once(worker, ask):
                    await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def _send(self, delivery: Delivery, ask: Ask) -> None:
        """Try once, and write it down; what nobody expected is logged, and tried again when its lease has ended."""
        with log.keyed(batch=delivery.batch_id, delivery=delivery.id):
            try:
                loop = asyncio.get_running_loop()
                answer = await loop.run_in_executor(self._threads, self._try, delivery)
                await ask(self._outbox.settle, delivery, answer)
            except Exception as error:
                log.warning("a delivery was not settled", reason=str(error), traceback=log.traceback_of(error))

    def _try(self, delivery: Delivery) -> Answer:
        try:
            headers, content = self._request(delivery)
        except ClipmillError as error:  # its file is gone
            return Answer(0, 0.0, str(error))
        answer = self._sender().send(delivery.target, headers, content, delivery.schedule.timeout)
        return replace(answer, text=_without_secrets(answer.text, delivery))

    def _request(self, delivery: Delivery) -> tuple[dict[str, str], bytes | Path]:
        if delivery.wording:
            delivery = replace(delivery, body=self._words(delivery))
        signed = dict(self._signers[delivery.signing](delivery, int(self._clock.now())))
        if delivery.kind is DeliveryKind.UPLOAD:
            digest = base64.b64encode(bytes.fromhex(delivery.media)).decode()
            return {"Content-Digest": f"sha-256=:{digest}:"}, self._files.path(delivery.media)
        return {"Content-Type": "application/json", **signed}, delivery.body.encode()


def _without_secrets(text: str, delivery: Delivery) -> str:
    """What a receiver answered, without what we sent it to know us by."""
    for secret in filter(None, (*delivery.secret.split(), delivery.target)):
        text = text.replace(secret, "…")
    return text

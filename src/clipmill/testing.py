"""Shipped fakes behind the ports: for our tests, and for yours."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from clipmill.domain.credits import Quote
from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.line.call import Call, Handle, Output, Recovery
from clipmill.domain.line.delivery import Answer
from clipmill.domain.line.lane import Lane
from clipmill.domain.line.parts import Made, Missing, Order
from clipmill.domain.line.report import Finished, Report
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, MediaFacts, Ruling, Verdict
from clipmill.errors import AnswerLost, EngineError, MediaError


class FrozenClock:
    """A clock that moves only when it is told to, or slept on (ports.Clock)."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        """Seconds since the epoch, as set."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Move on by this much, letting others run."""
        self._now += seconds
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        """Move on."""
        self._now += seconds


class InProcessCrew:
    """A crew that works in this process, one job after the other (ports.Crew)."""

    async def run(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """Call `module:function` here, with arguments and answer going through JSON as they would between processes."""
        module, _, function = call.partition(":")
        answer = getattr(importlib.import_module(module), function)(json.loads(json.dumps(arguments)))
        return json.loads(json.dumps(answer))


def fake_spec(payload: Payload) -> MediaSpec:
    """What the fake engines promise: `seconds` of the payload at 10 fps, 16 × 16."""
    seconds = float(payload.body.get("seconds", 1))
    return MediaSpec(seconds=seconds, frames=round(seconds * 10), fps=10, width=16, height=16)


class FakeLocalEngine:
    """A local engine whose file is the payload's text: instant and deterministic (ports.LocalEngine)."""

    def __init__(self, name: str = "render") -> None:
        self.name = name
        self.made: list[str] = []
        #: Failures to raise, one per make, before it works again.
        self.failures: list[Failure] = []

    def quote(self, payload: Payload) -> Quote:
        """`credits` of the payload in thousandths, 1 by default."""
        return Quote(int(payload.body.get("credits", 1)))

    def expect(self, payload: Payload) -> MediaSpec:
        """See `fake_spec`."""
        return fake_spec(payload)

    def sidecars(self, payload: Payload) -> Mapping[str, str]:
        """`sidecars` of the payload, none by default."""
        return dict(payload.body.get("sidecars", {}))

    async def make(self, payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        """Write the payload's text and the seed."""
        await asyncio.sleep(0)
        if self.failures:
            raise EngineError(self.failures.pop(0))
        self.made.append(payload.text)
        into.write_text(f"{payload.text}\n{seed}\n")
        return fake_spec(payload)


class FakeRemoteEngine:
    """A paid engine behind a job API that keeps books, so that tests see what was paid twice (ports.RemoteEngine).

    Its `jobs` and `charges` outlive the worker that calls it, as a real provider's would. Rows of equal `size` in their
    payloads may share a call, as many as their lane lets; a payload that is `filtered` fails for itself.
    """

    first_poll_seconds = 1.0
    patience_seconds = 0.0

    def __init__(self, name: str = "fake", *, recovery: Recovery = Recovery.KEY, lane: Lane | None = None) -> None:
        self.name = name
        self.recovery = recovery
        self._lane = lane
        #: Job id → attempt's key → what its file will say.
        self.jobs: dict[str, dict[str, str]] = {}
        #: Every charge, as the key of the call it was for.
        self.charges: list[str] = []
        #: How many of the next sends are carried out but never answered.
        self.answers_to_lose = 0
        #: How many sends arrived, charged or not.
        self.sends = 0
        self.polls_until_done = 1
        #: Thousandths of a credit that a job is charged in the end; None: it does not say.
        self.charged: int | None = None
        self._by_key: dict[str, str] = {}
        self._filtered: set[str] = set()
        self._polls: dict[str, int] = {}

    def quote(self, payload: Payload) -> Quote:
        """`credits` of the payload in thousandths, 1 by default, in the lane of its `model`, if it names one."""
        model = str(payload.body.get("model", ""))
        lane = replace(self._lane or Lane(engine=self.name, window=10), model=model) if model else self._lane
        return Quote(int(payload.body.get("credits", 1)), lane=lane, together=str(payload.body.get("size", "")))

    def expect(self, payload: Payload) -> MediaSpec:
        """See `fake_spec`."""
        return fake_spec(payload)

    async def submit(self, call: Call) -> Handle | Finished:
        """Take the job and charge for it, once per key if this engine remembers keys."""
        await asyncio.sleep(0)
        self.sends += 1
        if not (self.recovery is Recovery.KEY and call.key in self._by_key):
            job = f"job-{len(self.jobs) + 1}"
            self.jobs[job] = {item.key: f"{item.payload.text}\n{item.seed}\n" for item in call.items}
            self._filtered |= {item.key for item in call.items if item.payload.body.get("filtered")}
            self.charges.append(call.key)
            self._by_key[call.key] = job
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            raise AnswerLost(f"no answer for {call.key}")
        return Handle(self._by_key[call.key])

    async def recover(self, call: Call) -> Handle | Finished | None:
        """The job that was begun under this key."""
        await asyncio.sleep(0)
        return Handle(self._by_key[call.key]) if call.key in self._by_key else None

    async def poll(self, handle: Handle) -> Report:
        """Done after `polls_until_done` polls."""
        await asyncio.sleep(0)
        polls = self._polls[handle.job] = self._polls.get(handle.job, 0) + 1
        if polls < self.polls_until_done:
            return Report(progress=polls / self.polls_until_done)
        return self._report(handle.job)

    def _report(self, job: str) -> Report:
        refused = Failure(FailureKind.FILTER_INPUT, "it is not to be shown")
        keys = self.jobs[job].keys()
        return Report(
            finished=True, progress=1.0, charged=self.charged,
            outputs={key: Output(f"{job}/{key}") for key in sorted(keys - self._filtered)},
            failures=dict.fromkeys(sorted(keys & self._filtered), refused),
        )  # fmt: skip

    async def fetch(self, output: Output, into: Path) -> None:
        """Write the attempt's file."""
        await asyncio.sleep(0)
        job, _, key = output.url.partition("/")
        into.write_text(self.jobs[job][key])

    async def cancel(self, handle: Handle) -> None:
        """Forget it."""
        await asyncio.sleep(0)


class FakePromptEngine(FakeRemoteEngine):
    """A paid engine whose answer to a send brings the files, written into a folder (ports.RemoteEngine)."""

    def __init__(self, folder: Path, name: str = "fake", *, recovery: Recovery = Recovery.KEY,
                 lane: Lane | None = None) -> None:  # fmt: skip
        super().__init__(name, recovery=recovery, lane=lane)
        self._folder = folder

    async def submit(self, call: Call) -> Handle | Finished:
        """Take the job, charge for it and do it."""
        handle = await super().submit(call)
        return self._answer(handle) if isinstance(handle, Handle) else handle

    async def recover(self, call: Call) -> Handle | Finished | None:
        """The same answer, where the job was done under this key."""
        handle = await super().recover(call)
        return self._answer(handle) if isinstance(handle, Handle) else handle

    def _answer(self, handle: Handle) -> Finished:
        self._folder.mkdir(parents=True, exist_ok=True)
        outputs = {key: Output(path=str(self._folder / key)) for key in self._report(handle.job).outputs}
        for key, output in outputs.items():
            Path(output.path).write_text(self.jobs[handle.job][key])
        return Finished(replace(self._report(handle.job), outputs=outputs), handle)


class FakeUploadingEngine(FakeRemoteEngine):
    """A paid engine that takes no payload that was not uploaded before (ports.RemoteEngine, ports.Preparing)."""

    async def prepare(self, call: Call) -> Mapping[str, Any]:
        """Where each attempt's payload was uploaded to."""
        await asyncio.sleep(0)
        return {item.key: hashlib.sha256(item.payload.text.encode()).hexdigest() for item in call.items}

    async def submit(self, call: Call) -> Handle | Finished:
        """Take the job; refused without what `prepare` gave."""
        if call.request != await self.prepare(call):
            raise EngineError(Failure(FailureKind.DATA, f"{call.key} was not uploaded"))
        return await super().submit(call)


class FakeMaker:
    """A maker whose `needs` are other payloads, by name, made by the engines that they name (ports.Maker)."""

    def plan(self, payload: Mapping[str, Any], made: Mapping[str, Made]) -> Missing | Order:
        """What is missing of `needs`; then `payload` for `engine`, with the made files under `made`."""
        orders = {name: Order(**need) for name, need in payload.get("needs", {}).items()}
        missing = {name: order for name, order in orders.items() if order.digest not in made}
        if missing:
            return Missing(missing)
        files = {name: made[order.digest].reference for name, order in orders.items()}
        return Order(payload["engine"], {**payload["payload"], "made": files})


class FakeSender:
    """Takes what is sent, and answers as told (ports.Sender)."""

    def __init__(self) -> None:
        #: Address, headers and content of every send.
        self.sent: list[tuple[str, Mapping[str, str], bytes]] = []
        #: Answers for the next sends, before it takes everything again.
        self.answers: list[Answer] = []
        #: Addresses that nothing may be sent to.
        self.refused: set[str] = set()

    def check(self, url: str) -> None:
        """Refuse what is refused."""
        if url in self.refused:
            raise MediaError(f"{url} is refused")

    def send(self, url: str, headers: Mapping[str, str], content: bytes | Path, seconds: float) -> Answer:
        """Take it, whatever is answered."""
        body = content if isinstance(content, bytes) else content.read_bytes()
        self.sent.append((url, headers, body))
        return self.answers.pop(0) if self.answers else Answer(200, 0.1, "thanks")


class FakeVerifier:
    """Passes every file unless told otherwise (ports.Verifier)."""

    def __init__(self) -> None:
        #: Rulings for the next files, before it passes again.
        self.rulings: list[Ruling] = []

    async def verify(self, media: Path, spec: MediaSpec, limits: VerifyLimits) -> Verdict:
        """The next ruling over a file that is there."""
        await asyncio.sleep(0)
        ruling = self.rulings.pop(0) if self.rulings else Ruling.PASS
        facts = MediaFacts(seconds=spec.seconds, frames=spec.frames, fps=spec.fps, width=spec.width,
                           height=spec.height, size_bytes=media.stat().st_size)  # fmt: skip
        return Verdict((Finding("fake", ruling, "" if ruling is Ruling.PASS else f"told to {ruling}"),), facts)

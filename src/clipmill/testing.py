"""Shipped fakes behind the ports: for our tests, and for yours."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clipmill.domain.credits import Quote
from clipmill.domain.delivery import Answer
from clipmill.domain.failure import Failure
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
        """`credits` of the payload, 1 by default."""
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

    Its `jobs` and `charges` outlive the worker that calls it, as a real provider's would.
    """

    first_poll_seconds = 1.0
    patience_seconds = 0.0

    def __init__(self, name: str = "fake", *, remembers_keys: bool = True) -> None:
        self.name = name
        self.remembers_keys = remembers_keys
        #: Job id → payload text.
        self.jobs: dict[str, str] = {}
        #: Every charge, as the key it was sent under.
        self.charges: list[str] = []
        #: How many of the next sends are carried out but never answered.
        self.answers_to_lose = 0
        #: How many sends arrived, charged or not.
        self.sends = 0
        self.polls_until_done = 1
        self._by_key: dict[str, str] = {}
        self._polls: dict[str, int] = {}

    def quote(self, payload: Payload) -> Quote:
        """`credits` of the payload, 1 by default."""
        return Quote(int(payload.body.get("credits", 1)))

    def expect(self, payload: Payload) -> MediaSpec:
        """See `fake_spec`."""
        return fake_spec(payload)

    async def prepare(self, payload: Payload, *, seed: int) -> Mapping[str, Any]:
        """The payload's text and the seed."""
        await asyncio.sleep(0)
        return {"text": payload.text, "seed": seed}

    async def send(self, request: Mapping[str, Any], *, key: str) -> str:
        """Take the job and charge for it, once per key if this engine remembers keys."""
        await asyncio.sleep(0)
        self.sends += 1
        if not (self.remembers_keys and key in self._by_key):
            job = f"job-{len(self.jobs) + 1}"
            self.jobs[job] = f"{request['text']}\n{request['seed']}\n"
            self.charges.append(key)
            self._by_key[key] = job
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            raise AnswerLost(f"no answer for {key}")
        return self._by_key[key]

    async def poll(self, job: str) -> bool:
        """Done after `polls_until_done` polls."""
        await asyncio.sleep(0)
        self._polls[job] = self._polls.get(job, 0) + 1
        return self._polls[job] >= self.polls_until_done

    async def fetch(self, job: str, into: Path) -> None:
        """Write the job's file."""
        await asyncio.sleep(0)
        into.write_text(self.jobs[job])


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

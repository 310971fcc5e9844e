"""The lipsync engine: a request is compiled to a timeline, which the render engine makes.

It moves no lips, and says so.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from clipmill.domain.credits import Quote
from clipmill.domain.media import Doubt, MediaSpec
from clipmill.domain.payload import Payload, asset_digest
from clipmill.domain.timeline.clip import ClipFacts
from clipmill.engines.failing import failures
from clipmill.engines.lipsync.compile import CompiledRequest, compile_request
from clipmill.engines.lipsync.offsets import Offsets
from clipmill.engines.lipsync.request import read_request
from clipmill.engines.render.engine import RenderEngine
from clipmill.errors import EngineError, MediaError, ProjectError
from clipmill.media.workers.crew import asker
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.solo import SoloWorker
from clipmill.ports import Crew, Files
from clipmill.settings import Settings

#: What is said of every request.
MOUTH_UNMODIFIED = ("mouth_unmodified: the sound is replaced and the mouth moves as it was filmed; "
                    "what moves lips is a model of another engine")  # fmt: skip
#: So many requests are kept as they were compiled.
_KEPT = 64


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request as the render engine gets it."""

    compiled: CompiledRequest
    payload: Payload
    facts: Mapping[str, ClipFacts]

    def said(self, text: str) -> str:
        """A sentence with the path of the request in the place of the timeline's."""
        for path, place in self.compiled.places:
            if text.startswith(path):
                return place + text[len(path) :]
        return text

    def is_meant(self, doubt: Doubt) -> bool:
        """Whether a silence is what was asked for: the video is longer than its sounds are."""
        return doubt.check == "early_silence" and any(
            doubt.message.startswith(f"audios[{number}].")
            for number, heard in enumerate(self.compiled.heard)
            if heard.own or (heard.exit is None and self.compiled.request.sync_mode == "silence")
        )

    def told(self, spec: MediaSpec) -> MediaSpec:
        """A spec in the words of the request."""
        doubts = (replace(doubt, message=self.said(doubt.message)) for doubt in spec.doubts if not self.is_meant(doubt))
        shots = (replace(shot, about=self.said(shot.about)) for shot in spec.shots)
        return replace(spec, remarks=tuple(map(self.said, spec.remarks)), doubts=tuple(doubts), shots=tuple(shots))

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Errors in the words of the request."""
        try:
            yield
        except ProjectError as error:
            if type(error) is not ProjectError:
                raise
            raise ProjectError(str(error).removeprefix(f"{error.path}: "), hint=error.hint,
                               path=self.said(error.path)) from error  # fmt: skip
        except MediaError as error:
            raise MediaError(self.said(str(error)), hint=error.hint) from error
        except EngineError as error:
            raise EngineError(replace(error.failure, message=self.said(error.failure.message))) from error


class LipsyncEngine:
    """Puts a voice in the place of a video's own sound, or over a picture, on this machine."""

    name = "lipsync"

    def __init__(self, settings: Settings, crew: Crew, files: Files, render: RenderEngine | None = None) -> None:
        self._settings = settings
        self._crew = crew
        self._files = files
        self._render = render or RenderEngine(settings, crew, files)
        #: Requests by the text of their payloads, the latest last.
        self._known: dict[str, _Asked] = {}
        self._reading = threading.Lock()

    @cached_property
    def _worker(self) -> Any:
        return asker(self._crew, Sandbox.looking(self._settings), self._settings.worker_jobs)

    @cached_property
    def _offsets(self) -> Offsets:
        return Offsets(self._worker.ask)

    def quote(self, payload: Payload) -> Quote:
        """The price of a render, and what must be read. Raises InputError for what it cannot make."""
        asked = self._asked(payload)
        with asked.translated():
            quote = self._render.quote(asked.payload)
        offsets = self._offsets.told(asked.compiled, asked.facts, self._path)
        own = (*asked.compiled.remarks, *map(asked.said, quote.own), *offsets)
        others = [asked.said(warning) for warning in quote.warnings if warning not in quote.own]
        return replace(quote, warnings=(MOUTH_UNMODIFIED, *others, *own), own=own)

    def expect(self, payload: Payload) -> MediaSpec:
        """What the finished file must be. Raises ProjectError, MediaError."""
        asked = self._asked(payload)
        with asked.translated():
            return self._render.expect(asked.payload)

    async def make(self, payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        """Render into `into` in a worker process; the spec as it was drawn. Raises EngineError, WorkerCrash."""
        asked = await self._asked_now(payload)
        with asked.translated():
            return asked.told(await self._render.make(asked.payload, seed=seed, into=into))

    def progress_of(self, into: Path) -> float | None:
        """How much of a file is made, 0 to 1; None where nobody makes it, or the crew does not tell."""
        return self._render.progress_of(into)

    def sidecars(self, payload: Payload) -> dict[str, str]:
        """Nothing lies beside its files."""
        return {}

    async def preview(self, payload: Payload, at: float, into: Path) -> tuple[str, ...]:
        """Write the one frame shown at `at` (seconds) as PNG; what was noticed. Raises EngineError, WorkerCrash."""
        asked = await self._asked_now(payload)
        with asked.translated():
            return tuple(map(asked.said, await self._render.preview(asked.payload, at, into)))

    async def sheet(self, cells: Sequence[Mapping[str, Any]], into: Path) -> None:
        """Put written frames on one PNG: each a `path`, its `words`, its `row` and `column`. Raises EngineError."""
        await self._render.sheet(cells, into)

    def close(self) -> None:
        """End the processes that measure."""
        self._render.close()
        worker = self.__dict__.get("_worker")
        if isinstance(worker, SoloWorker):
            worker.close()

    async def _asked_now(self, payload: Payload) -> _Asked:
        with failures():
            return await asyncio.to_thread(self._asked, payload)

    def _asked(self, payload: Payload) -> _Asked:
        """The request compiled, once for every payload asked about lately. Raises ProjectError, MediaError."""
        with self._reading:
            asked = self._known.pop(text := payload.text, None)
        if asked is None or asked.payload.template_version != payload.template_version:
            asked = self._read(payload)
        with self._reading:
            self._known[text] = asked
            while len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]
        return asked

    def _read(self, payload: Payload) -> _Asked:
        request = read_request(payload.body)
        named = {voice.src: f"audio[{place}].src" for place, voice in enumerate(request.audio)}
        named[request.visual.src] = "visual.src"
        facts = {source: self._render.facts(source, path) for source, path in named.items()}
        compiled = compile_request(request, facts, self._settings.limits)
        return _Asked(compiled, Payload(payload.template_version, compiled.timeline), facts)

    def _path(self, reference: str) -> Path:
        return self._files.path(asset_digest(reference) or "")

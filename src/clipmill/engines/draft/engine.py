"""The draft engine: the port between the line and the renderer, for clips and stills that need no account.

What it is asked for is compiled to a timeline, which the render engine makes; it runs in the main process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from clipmill.domain.credits import Quote
from clipmill.domain.files.formats import format_of
from clipmill.domain.line.lane import Lane
from clipmill.domain.media import MediaSpec
from clipmill.domain.models import ModelOffer
from clipmill.domain.payload import Payload, asset_digest
from clipmill.engines.draft.asked import Asked, read_payload
from clipmill.engines.draft.build import Draft
from clipmill.engines.draft.offers import ENGINE, offers
from clipmill.engines.render.engine import RenderEngine
from clipmill.errors import EngineError, NotFoundError, ProjectError
from clipmill.media.fonts.characters import named
from clipmill.ports import Crew, Files
from clipmill.settings import Settings

#: The last part of a place in the timeline → the field of the payload that stands there, for errors.
_FIELDS = {"src": "reference", "text": "prompt"}
_NEGATIVE = "negative_prompt: a draft shows nothing that could be left out; it has no effect"
_CUT = "prompt: the title shows its beginning, as much as is legible"
_NO_GLYPHS = "prompt: no font has {}; the title is without, see `clipmill fonts`"


class DraftEngine:
    """Makes each clip and each still on this machine: stands in for models that are far away, and says so."""

    name = ENGINE

    def __init__(self, settings: Settings, crew: Crew, files: Files, render: RenderEngine | None = None) -> None:
        self._files = files
        self._offers = offers(settings)
        self._render = render or RenderEngine(settings, crew, files)

    def offers(self) -> Sequence[ModelOffer]:
        """Its own model, and those it may stand in for."""
        return self._offers

    def quote(self, payload: Payload) -> Quote:
        """What its model costs, and what must be read. Raises ProjectError for what it cannot make."""
        asked = self._read(payload)
        draft = self._draft(asked, asked.seed)
        lost, own = self._render.fonts.missing_glyphs(asked.prompt), []
        if lost:
            own.append(_NO_GLYPHS.format(named(lost)))
        if draft.card.title is not None and draft.card.title.is_cut:
            own.append(_CUT)
        told = (*own, _NEGATIVE) if asked.is_negative else tuple(own)
        lane = Lane(engine=self.name, model=asked.offer.id)
        price = asked.offer.credits(asked.seconds)
        return Quote(price, told, format_of(asked.format).suffix, tuple(own), lane=lane)

    def expect(self, payload: Payload) -> MediaSpec:
        """What the finished file must be. Raises ProjectError."""
        asked = self._read(payload)
        return self._render.expect(self._compiled(payload, asked, asked.seed))

    async def make(self, payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        """Draw it into `into` in a worker process; the spec as it was drawn. Raises EngineError, WorkerCrash.

        What stands in for a model is charged as often as that would be, though an equal file were there.
        """
        asked = self._read(payload)
        with _in_our_words():
            spec = await self._render.make(self._compiled(payload, asked, seed), seed=seed, into=into)
        return replace(spec, reused=spec.reused and not asked.offer.stands_in)

    def progress_of(self, into: Path) -> float | None:
        """How much of a file is made, 0 to 1; None where nobody makes it."""
        return self._render.progress_of(into)

    async def preview(self, payload: Payload, at: float, into: Path) -> Sequence[str]:
        """Write the frame shown at `at` (seconds) as PNG, with the seed of the payload; what was noticed in it.

        Raises EngineError, WorkerCrash.
        """
        asked = self._read(payload)
        with _in_our_words():
            return await self._render.preview(self._compiled(payload, asked, asked.seed), at, into)

    async def sheet(self, cells: Sequence[Mapping[str, Any]], into: Path) -> None:
        """Put written frames on one PNG: each a `path`, its `words`, its `row` and `column`. Raises EngineError."""
        await self._render.sheet(cells, into)

    def close(self) -> None:
        """End the processes of the renderer."""
        self._render.close()

    def _read(self, payload: Payload) -> Asked:
        """What is asked for, its reference there and no larger than its model takes. Raises ProjectError."""
        asked = read_payload(payload.body, self._offers)
        if not asked.reference:
            return asked
        try:
            size = self._files.path(asset_digest(asked.reference) or "").stat().st_size
        except (NotFoundError, OSError) as error:
            raise ProjectError("the picture it names is not in the state folder, or not any more", path="reference",
                               hint="Name it by its path or address; then it is stored again.") from error  # fmt: skip
        most = asked.offer.reference_bytes
        if most and size > most:
            raise ProjectError(f"the picture has {size:,} bytes; {asked.offer.name} takes at most {most:,}",
                               path="reference", hint="Make it smaller, or save it as a JPEG.")  # fmt: skip
        return asked

    def _compiled(self, payload: Payload, asked: Asked, seed: int) -> Payload:
        """The timeline of one attempt."""
        return Payload(payload.template_version, self._draft(asked, seed).body())

    def _draft(self, asked: Asked, seed: int) -> Draft:
        lost = frozenset(self._render.fonts.missing_glyphs(asked.prompt))
        words = "".join(char for char in asked.prompt if char not in lost) if lost else asked.prompt
        return Draft(asked, seed, words)


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Failures that name fields of the timeline as failures that name those of the payload."""
    try:
        yield
    except EngineError as error:
        failure = error.failure
        place, _, told = failure.message.partition(": ")
        field = _FIELDS.get(place.rpartition(".")[2]) if place.startswith("visuals[") else None
        if field is None:
            raise
        raise EngineError(replace(failure, message=f"{field}: {told}")) from error

"""The draft engine: the port between the line and the renderer, for clips and stills that need no account.

What is asked of it is compiled to a timeline, which the render engine makes; it runs in the main process.
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
from clipmill.engines.draft.build import Draft
from clipmill.engines.draft.offers import ENGINE, offers
from clipmill.engines.draft.wanted import Wanted, read_payload
from clipmill.engines.render.engine import RenderEngine
from clipmill.errors import EngineError, NotFoundError, ProjectError
from clipmill.media.fonts.characters import named
from clipmill.ports import Crew, Files
from clipmill.settings import Settings

#: The last part of a place in the timeline → the field of the payload that stands there, for errors.
_FIELDS = {"src": "reference", "text": "prompt"}
_NEGATIVE = "negative_prompt: a draft shows nothing that could be left out; it has no effect"
_CUT = "prompt: the title shows its beginning, as much of it as can be read at a glance"
_NO_GLYPHS = "prompt: no font has {}; the title is without; add one that has them"


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
        wanted = self._read(payload)
        own = tuple(self._remarks(wanted))
        told = (*own, _NEGATIVE) if wanted.is_negative else own
        price, lane = wanted.offer.credits(wanted.seconds), Lane(engine=self.name, model=wanted.offer.id)
        return Quote(price, told, format_of(wanted.format).suffix, own, lane=lane)

    def _remarks(self, wanted: Wanted) -> Iterator[str]:
        """Sentences about what of the prompt the title does not show."""
        title, lost = self._draft(wanted, wanted.seed).card.title, self._render.fonts.missing_glyphs(wanted.prompt)
        if lost:
            yield _NO_GLYPHS.format(named(lost))
        if title is not None and title.is_cut:
            yield _CUT

    def expect(self, payload: Payload) -> MediaSpec:
        """What the finished file must be. Raises ProjectError."""
        wanted = self._read(payload)
        return self._render.expect(self._compiled(payload, wanted, wanted.seed))

    async def make(self, payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        """Draw it into `into` in a worker process; the spec as it was drawn. Raises EngineError, WorkerCrash.

        What stands in for a model is charged as often as that would be, though an equal file were there.
        """
        wanted = self._read(payload)
        with _in_our_words():
            spec = await self._render.make(self._compiled(payload, wanted, seed), seed=seed, into=into)
        return replace(spec, reused=spec.reused and not wanted.offer.stands_in)

    def progress_of(self, into: Path) -> float | None:
        """How much of a file is made, 0 to 1; None where nobody makes it."""
        return self._render.progress_of(into)

    async def preview(self, payload: Payload, at: float, into: Path) -> Sequence[str]:
        """Write the frame shown at `at` (seconds) as PNG, with the seed of the payload; what was noticed in it.

        Raises EngineError, WorkerCrash.
        """
        wanted = self._read(payload)
        with _in_our_words():
            return await self._render.preview(self._compiled(payload, wanted, wanted.seed), at, into)

    async def sheet(self, cells: Sequence[Mapping[str, Any]], into: Path) -> None:
        """Put written frames on one PNG: each a `path`, its `words`, its `row` and `column`. Raises EngineError."""
        await self._render.sheet(cells, into)

    def close(self) -> None:
        """End the processes of the renderer."""
        self._render.close()

    def _read(self, payload: Payload) -> Wanted:
        """What is wanted, its reference there and no larger than its model takes. Raises ProjectError."""
        wanted = read_payload(payload.body, self._offers)
        if not wanted.reference:
            return wanted
        try:
            size = self._files.path(asset_digest(wanted.reference) or "").stat().st_size
        except (NotFoundError, OSError) as error:
            raise ProjectError("the picture it names is not in the state folder, or not any more", path="reference",
                               hint="Name it by its path or address; then it is stored again.") from error  # fmt: skip
        most = wanted.offer.reference_bytes
        if most and size > most:
            raise ProjectError(f"the picture has {size:,} bytes; {wanted.offer.name} takes at most {most:,}",
                               path="reference", hint="Make it smaller, or save it as a JPEG.")  # fmt: skip
        return wanted

    def _compiled(self, payload: Payload, wanted: Wanted, seed: int) -> Payload:
        """The timeline of one attempt."""
        return Payload(payload.template_version, self._draft(wanted, seed).body())

    def _draft(self, wanted: Wanted, seed: int) -> Draft:
        lost = frozenset(self._render.fonts.missing_glyphs(wanted.prompt))
        words = "".join(char for char in wanted.prompt if char not in lost) if lost else wanted.prompt
        return Draft(wanted, seed, words)


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

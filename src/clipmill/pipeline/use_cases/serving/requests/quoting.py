"""Quoting: what a single request would come to, its media fetched and measured; nothing is taken in."""

from __future__ import annotations

from dataclasses import dataclass

from clipmill.domain.files.names import safe_name
from clipmill.domain.verdict import Problem
from clipmill.errors import InputError
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.requests.single import Kind, Wish
from clipmill.templates.given import GivenChecker


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What would be made, or why nothing can be."""

    frames: int = 0
    seconds: float = 0.0
    #: Thousandths of a credit for one attempt.
    credits: int = 0
    problems: tuple[Problem, ...] = ()


def quoted(parts: ServerParts, kind: Kind, wish: Wish) -> Quoted:
    """What a request would come to. For whoever has the tenant's media alone."""
    checked = GivenChecker(kind.template, parts.media, safe_name).check(wish.row)
    if checked.payload is None:
        return Quoted(problems=checked.problems)
    engine = parts.engine(kind.engine)
    try:
        quote, spec = engine.quote(checked.payload), engine.expect(checked.payload)
    except InputError as error:
        return Quoted(problems=(Problem("payload.refused", str(error), error.hint or "Correct the request."),))
    return Quoted(frames=spec.frames, seconds=spec.seconds, credits=quote.credits)

"""Offsets: by how much a given sound is later than the video's own, measured by a worker and told in sentences."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.engines.lipsync.compile import CompiledRequest
from clipmill.errors import ClipmillError
from clipmill.media.workers.wire import understood

_MEASURE = "clipmill.media.sound.offset:measure_offset"
#: Sounds that are less alike than this do not say the same (Pearson's r of their envelopes).
_ALIKE = 0.8
#: Less than this is no offset: it is how exactly one is measured, milliseconds.
_EXACT = 5
#: Answers that are kept; a batch asks for the same ones over and over.
_KEPT = 10_000

#: `module:function`, arguments → the answer of a worker process.
Ask = Callable[[str, Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class SoundPair:
    """A given sound and the place in the video's own where it is to be; seconds."""

    own: str
    own_begin: float
    given: str
    given_begin: float
    seconds: float
    #: The segment it is about; empty: all of it.
    segment: str = ""


class Offsets:
    """Sentences on the offsets of what was compiled; safe for several threads at once."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[tuple[Any, ...], str] = {}
        self._asking = threading.Lock()

    def told(
        self, compiled: CompiledRequest, facts: Mapping[str, ClipFacts], path: Callable[[str], Path]
    ) -> tuple[str, ...]:
        """A sentence for each sound that is given, measured where that can be done; `path`: reference → stored file."""
        reason = _unmeasurable(compiled, facts)
        if reason:
            return (f"offset_unmeasured: {reason}",)
        return tuple(self._sentence(comparison, path) for comparison in comparisons(compiled))

    def _sentence(self, asked: SoundPair, path: Callable[[str], Path]) -> str:
        key = asked.own, asked.own_begin, asked.given, asked.given_begin, asked.seconds
        with self._asking:
            if key not in self._known:
                if len(self._known) >= _KEPT:
                    self._known.clear()
                self._known[key] = self._measured(asked, path)
            code, _, rest = self._known[key].partition(": ")
        return f"{code}: {asked.segment}: {rest}" if asked.segment else f"{code}: {rest}"

    def _measured(self, asked: SoundPair, path: Callable[[str], Path]) -> str:
        try:
            answer = self._ask(_MEASURE, {
                "own": {"path": str(path(asked.own)), "begin": asked.own_begin},
                "given": {"path": str(path(asked.given)), "begin": asked.given_begin},
                "seconds": asked.seconds,
            })  # fmt: skip
            with understood():
                milliseconds, likeness = answer["milliseconds"], answer["likeness"]
                if milliseconds is None:
                    return "offset_unmeasured: a sound is too short or too even to be found again in the other"
                return _said(round(milliseconds), float(likeness))
        except (ClipmillError, TimeoutError) as error:
            return f"offset_unmeasured: the two sounds could not be compared ({error})"


def _said(milliseconds: int, likeness: float) -> str:
    if likeness < _ALIKE:
        return "offset_unmeasured: the new sound does not say what the source's own does"
    if abs(milliseconds) <= _EXACT:
        return f"offset_measured: {milliseconds} ms: the new sound is where the source's own was"
    side = "after" if milliseconds > 0 else "before"
    return f"offset_measured: {milliseconds} ms: the new sound comes {abs(milliseconds)} ms {side} the picture"


def _unmeasurable(compiled: CompiledRequest, facts: Mapping[str, ClipFacts]) -> str:
    """Why nothing can be compared; empty where something can."""
    if compiled.request.visual.type == "image" or not facts[compiled.request.visual.src].has_audio:
        return "the source has no sound of its own"
    if compiled.picture.stretched:
        return "the video is stretched, and its own sound is not in step with it any more"
    return ""


def comparisons(compiled: CompiledRequest) -> Iterator[SoundPair]:
    """What is to be compared: each given sound with the video's own, as far as that goes, where it is heard."""
    picture = compiled.picture
    for heard in compiled.heard:
        end = picture.seconds if heard.exit is None else heard.exit
        seconds = min(end, picture.own) - heard.enter
        if not heard.own and seconds > 0:
            yield SoundPair(compiled.request.visual.src, float(heard.enter), heard.src, float(heard.begin),
                             float(seconds), heard.segment)  # fmt: skip

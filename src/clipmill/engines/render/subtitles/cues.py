"""Cues: SubRip and WebVTT as people and programs really write them, read line by line into captions.

Forgiven: no counters, no blank lines between cues, points for commas, hours left out, tags and styles (left out too).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from clipmill.domain.css.entities import without_entities
from clipmill.domain.timeline.elements.subtitle import Caption, Word
from clipmill.domain.timeline.timing import exact
from clipmill.engines.render.subtitles.words import atoms, clean, spread
from clipmill.errors import MediaError

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s.*)?")
#: Two times with something else than an arrow between them; where there is no arrow at all they must be exact.
_EXACT = r"((?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3})"
_ANY = r"((?:\d{1,4}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?)"
_ALMOST = re.compile(rf"\s*(?:{_EXACT}[^\w<]*+{_EXACT}|{_ANY}[^\w<>→]*+[>→][^\w<]*+{_ANY})\s*")
_INLINE = re.compile(rf"<{_CLOCK}>")
#: `<b>`, `</c.loud>`, `<v Ann>`, `<font color="red">`, and `{\an8}` of ASS.
_TAGS = re.compile(r"</?[A-Za-z][^<>]*>|\{\\[^{}]*\}")
#: The latest time of a caption, seconds.
_LATEST = 1_000_000
#: Blocks of WebVTT that are no cues, by what they begin with.
_NO_CUE = re.compile(r"(WEBVTT|NOTE|STYLE|REGION)(\s.*)?")
_LONGEST = 1000


@dataclass
class _Cue:
    """What stands under one line of times."""

    line: int
    start: float
    end: float
    lines: list[str] = field(default_factory=list)


def read_cues(text: str, where: str) -> Iterator[Caption]:
    """The captions of a text in SRT or WebVTT. Raises MediaError with the number of the line that is wrong."""
    for cue in _cues(text.splitlines(), where):
        caption = _caption(cue, where)
        if caption is not None:
            yield caption


def _cues(lines: list[str], where: str) -> Iterator[_Cue]:
    cue: _Cue | None = None
    apart = False
    for number, line in enumerate(lines, 1):
        if not apart and _has_arrow(line, number, where):
            if cue is not None:
                yield _without_counter(cue)
            cue = _Cue(number, *_times(line, number, where))
        elif not line.strip():
            apart = False
        elif _NO_CUE.fullmatch(line.strip()) and (cue is None or not lines[number - 2].strip()):
            apart = line.strip()[:6] != "WEBVTT"
        if cue is not None and not apart and number > cue.line:
            cue.lines.append(line)
    if cue is not None:
        yield cue


def _without_counter(cue: _Cue) -> _Cue:
    """A cue without the number or name of the one that follows it: the line after a blank one, or a number."""
    lines = cue.lines
    if len(lines) > 1 and lines[-1].strip() and (not lines[-2].strip() or lines[-1].strip().isdigit()):
        lines.pop()
    return cue


def _has_arrow(line: str, number: int, where: str) -> bool:
    """Whether it is a line of times. Raises MediaError where its arrow is another one, or missing."""
    if "-->" in line:
        return True
    found = _ALMOST.fullmatch(line)
    if found is not None:
        start, end = (part for part in found.groups() if part)
        raise MediaError(f"{where}: line {number} is no pair of times: {line.strip()[:60]!r}",
                         hint=f"Write it as {start} --> {end}.")  # fmt: skip
    return False


def _times(line: str, number: int, where: str) -> tuple[float, float]:
    found = _TIMES.fullmatch(line)
    if found is None:
        raise MediaError(f"{where}: line {number} is no pair of times: {line.strip()[:60]!r}",
                         hint="Write it as 00:00:01,500 --> 00:00:04,000.")  # fmt: skip
    start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
    if end < start:
        raise MediaError(f"{where}: line {number}: the caption ends before it begins: {line.strip()[:60]!r}",
                         hint="Swap the two times.")  # fmt: skip
    if end > _LATEST:
        raise MediaError(f"{where}: line {number}: the caption is later than any video: {line.strip()[:60]!r}",
                         hint="Correct its hours.")  # fmt: skip
    return start, end


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    milliseconds = int((fraction or "0").ljust(3, "0"))
    return (int(hours or 0) * 3600_000 + int(minutes or 0) * 60_000 + int(seconds or 0) * 1000 + milliseconds) / 1000


def _caption(cue: _Cue, where: str) -> Caption | None:
    """The caption of a cue, its words timed where it says so; None for one that says nothing."""
    marked = "\n".join(cue.lines).strip()
    pieces = _INLINE.split(marked)
    # Between the texts stand the four parts of each time.
    said = [clean(_plain(piece)) for piece in pieces[::5]]
    text = clean(_plain(_INLINE.sub("", marked)))
    if not text:
        return None
    if len(text) > _LONGEST:
        raise MediaError(f"{where}: the caption in line {cue.line} has {len(text):,} characters, "
                         f"over the limit of {_LONGEST:,}", hint="Break it into several captions.")  # fmt: skip
    begins = [cue.start, *(_seconds(tuple(pieces[n : n + 4])) for n in range(1, len(pieces), 5))]
    if len(begins) == 1 or any(len(part) > 100 for piece in said for part in piece.split()):
        return Caption(start=cue.start, end=cue.end, text=text)
    return Caption(start=cue.start, end=cue.end, text=text, words=tuple(_words(said, begins, cue)))


def _words(said: list[str], begins: list[float], cue: _Cue) -> Iterator[Word]:
    for place, piece in enumerate(said):
        start = min(max(begins[place], cue.start), cue.end)
        end = min(begins[place + 1] if place + 1 < len(begins) else cue.end, cue.end)
        for word in spread(atoms(piece), exact(start), exact(max(start, end))):
            yield Word(start=float(word.start), end=float(word.end), text=word.text)


def _plain(text: str) -> str:
    return without_entities(_TAGS.sub("", text))

"""Voices: what is heard when, from which part of which file: the given sounds, and the video's own between segments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.timing import exact
from clipmill.engines.lipsync.lengths import Shown
from clipmill.engines.lipsync.request import Request
from clipmill.errors import ProjectError

#: So much silence before a segment is over is worth a word, seconds.
_SILENT = 0.1


@dataclass(frozen=True, slots=True)
class HeardVoice:
    """One sound of the timeline."""

    src: str
    #: Where the request names it, and what says when it is heard; empty: all the time.
    place: str
    segment: str
    #: From when to when it is heard, None: until the end; and from where in its file. Seconds.
    enter: Fraction = Fraction(0)
    exit: Fraction | None = None
    begin: Fraction = Fraction(0)
    #: Whether it is the video's own.
    own: bool = False

    @property
    def audio(self) -> dict[str, Any]:
        """It as JSON."""
        told: dict[str, Any] = {"src": self.src, "enter": _number(self.enter), "audioBegin": _number(self.begin)}
        return told if self.exit is None else {**told, "exit": _number(self.exit)}


def voices(request: Request, facts: Mapping[str, ClipFacts], picture: Shown) -> tuple[HeardVoice, ...]:
    """Everything that is heard, in order. Raises ProjectError for a segment of which nothing would be."""
    if not request.segments:
        return (HeardVoice(request.audio[0].src, "audio[0].src", ""),)
    found = list(_segments(request, facts, picture))
    if facts[request.visual.src].has_audio:
        found += _between(request, picture)
    return tuple(sorted(found, key=lambda each: each.enter))


def _segments(request: Request, facts: Mapping[str, ClipFacts], picture: Shown) -> Iterator[HeardVoice]:
    for number, segment in enumerate(request.segments):
        where, said = f"segments[{number}]", segment.audio_input
        place = request.voice(said.ref_id)
        source = request.audio[place].src
        begin, length = exact(said.start_time), exact(facts[source].seconds)
        if exact(segment.start_time) >= picture.seconds:
            raise ProjectError(f"it begins at {segment.start_time:g} s and the video is {float(picture.seconds):.4g} s "
                               "long; it would never be heard", path=f"{where}.startTime")  # fmt: skip
        if begin >= length:
            raise ProjectError(f"{said.start_time:g} s is after the end of the sound, which is {float(length):.4g} s "
                               "long", path=f"{where}.audioInput.startTime")  # fmt: skip
        end = length if said.end_time is None else min(length, exact(said.end_time))
        enter = exact(segment.start_time)
        leave = min(exact(segment.end_time), enter + end - begin, picture.seconds)
        yield HeardVoice(source, f"audio[{place}].src", where, enter, leave, begin)


def _between(request: Request, picture: Shown) -> Iterator[HeardVoice]:
    """The video's own sound where no segment is, forwards as often as the video plays forwards."""
    back = max(Fraction(0), picture.own - 2 / picture.rate) if picture.loop == "bounce" else Fraction(0)
    taken = sorted((exact(segment.start_time), exact(segment.end_time)) for segment in request.segments)
    free, place = [], Fraction(0)
    for begin, end in taken:
        free.append((place, begin))
        place = end
    free.append((place, picture.seconds))
    leg = Fraction(0)
    while leg < picture.seconds:
        for begin, end in free:
            first, last = max(begin, leg), min(end, leg + picture.own, picture.seconds)
            if first < last:
                yield HeardVoice(request.visual.src, "visual.src", "", first, last, first - leg, own=True)
        leg += picture.own + back


def remarks(
    request: Request, heard: tuple[HeardVoice, ...], facts: Mapping[str, ClipFacts], picture: Shown
) -> Iterator[str]:
    """Sentences on what will not be heard, or not as long as it was asked for."""
    used = {each.place for each in heard}
    for number in range(len(request.audio)):
        if f"audio[{number}].src" not in used:
            yield f"audio[{number}]: no segment names it; it is never heard"
    for each in heard:
        if each.segment:
            yield from _on_segment(each, request, picture)
    length = exact(facts[request.audio[0].src].seconds)
    if request.segments:
        if request.sync_mode == "remap":
            yield "sync_mode: with segments no video is stretched; it keeps its length"
    elif request.sync_mode == "silence" and picture.own and length > picture.seconds + 1 / picture.fps:
        yield (f"sync_mode: the sound is {float(length):.4g} s long and the video {float(picture.seconds):.4g} s; "
               "silence makes no video longer, and the rest of the sound is not heard")  # fmt: skip


def _on_segment(heard: HeardVoice, request: Request, picture: Shown) -> Iterator[str]:
    end = exact(request.segments[int(heard.segment[len("segments[") : -1])].end_time)
    if end > picture.seconds + 1 / picture.fps:
        yield (f"{heard.segment}.endTime: {float(end):.4g} s is after the end of the video, which is "
               f"{float(picture.seconds):.4g} s long; what comes later is not heard")  # fmt: skip
    end = min(end, picture.seconds)
    if heard.exit is not None and heard.exit < end - exact(_SILENT):
        yield (f"{heard.segment}.endTime: the sound is over at {float(heard.exit):.4g} s, "
               f"{float(end - heard.exit):.3g} s before; from there on the segment is silent")  # fmt: skip


def _number(seconds: Fraction) -> float:
    return round(float(seconds), 6)

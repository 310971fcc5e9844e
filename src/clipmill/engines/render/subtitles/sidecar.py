"""Sidecars: the subtitle of a project as a file beside the video, SRT or WebVTT, page by page as it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.timing import exact
from clipmill.engines.render.subtitles.pages import programme_of

#: Between the times of a caption: must not occur inside a text.
_ARROW = re.compile("-->")


def sidecar(project: Project, kind: Literal["srt", "vtt"], seconds: float | Fraction | None = None) -> str:
    """The subtitle file of a project whose captions are there; nothing that begins after `seconds` is in it.

    Empty of captions where the project has no subtitle.
    """
    pieces = ["WEBVTT\n"] if kind == "vtt" else []
    point = "." if kind == "vtt" else ","
    for number, (start, end, text) in enumerate(_captions(project, seconds), 1):
        written = _escaped(text) if kind == "vtt" else _ARROW.sub("→", text)
        pieces.append(f"{number}\n{_clock(start, point)} --> {_clock(end, point)}\n{written}\n")
    return "\n".join(pieces)


def _captions(project: Project, seconds: float | Fraction | None) -> Iterator[tuple[int, int, str]]:
    """(beginning, end, text) of everything that is shown, milliseconds."""
    if project.subtitle is None:
        return
    programme = programme_of(project.subtitle)
    last = None if seconds is None else round(exact(seconds) * 1000)
    for airing in programme.airings:
        start, end = round(airing.start * 1000), round(airing.end * 1000)
        if last is not None:
            end = min(end, last)
        if start < end and programme.pages[airing.page].words:
            yield start, end, programme.pages[airing.page].text


def _clock(milliseconds: int, point: str) -> str:
    seconds, fraction = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{fraction:03d}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

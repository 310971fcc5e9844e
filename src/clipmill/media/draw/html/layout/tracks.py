"""Tracks: how wide the columns, or how high the rows of a grid become (CSS Grid Layout 1, 11)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clipmill.domain.css.grids import Track, Tracks
from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Length

_AUTO = Track()


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one item asks of the tracks it lies in: its first, how many, and its sizes, pixels."""

    first: int
    span: int
    #: The size it cannot go below, and the one it would like.
    least: Callable[[], float]
    most: Callable[[], float]


def spread_out(tracks: Tracks, look: Look, room: float | None, gap: float) -> list[Track]:
    """The tracks of a template, those repeated as often as there is room for them."""
    if not tracks.repeated:
        return list(tracks.tracks)
    count = 1
    if room is not None:
        once = sum(_fixed(track, look, room) + gap for track in tracks.repeated)
        rest = room + gap - sum(_fixed(track, look, room) + gap for track in tracks.tracks)
        count = min(200, max(1, int((rest + 0.01) / once))) if once > 0 else 1
    return [*tracks.tracks[: tracks.at], *(tracks.repeated * count), *tracks.tracks[tracks.at :]]


def cycled(tracks: Sequence[Track], implicit: Tracks, count: int) -> list[Track]:
    """So many tracks: those of the template, then those that come by themselves."""
    more = implicit.tracks or (_AUTO,)
    rest = max(0, count - len(tracks))
    return [*tracks, *(more[number % len(more)] for number in range(rest))]


def track_sizes(
    tracks: Sequence[Track],
    contents: Sequence[Contribution],
    look: Look,
    room: float | None,
    gap: float,
    *,
    stretch: bool,
) -> list[float]:
    """The size of every track; `room` is None where the content decides, `stretch`: what is left goes to `auto`."""
    sizes = [_least(track, look, room) for track in tracks]
    limits = [_most(track, look, room) for track in tracks]
    for content in sorted(contents, key=lambda content: content.span):
        _make_room(tracks, sizes, limits, content, gap)
    limits = [max(size, limit) for size, limit in zip(sizes, limits, strict=True)]
    gaps = gap * max(0, len(tracks) - 1)
    if room is None:
        return _without_room(tracks, contents, sizes, limits)
    more = [0.0 if track.share else limit - size for track, size, limit in zip(tracks, sizes, limits, strict=True)]
    _grow(sizes, more, room - gaps - sum(sizes))
    if any(track.share for track in tracks):
        return _shared(tracks, sizes, room - gaps)
    free = room - gaps - sum(sizes)
    autos = [number for number, track in enumerate(tracks) if track.most == "auto"]
    if stretch and free > 0 and autos:
        for number in autos:
            sizes[number] += free / len(autos)
    return sizes


def _make_room(
    tracks: Sequence[Track], sizes: list[float], limits: list[float], content: Contribution, gap: float
) -> None:
    """Widen the tracks an item lies in for what it needs, and for what it would like."""
    over = range(content.first, content.first + content.span)
    flexible = [number for number in over if tracks[number].share]
    if flexible and content.span > 1:
        return
    open_least = [number for number in over if isinstance(tracks[number].least, str)]
    if open_least:
        wants_most = all(tracks[number].least == "max-content" for number in open_least)
        need = content.most() if wants_most else content.least()
        more = (need - gap * (content.span - 1) - sum(sizes[number] for number in over)) / len(open_least)
        for number in open_least:
            sizes[number] += max(0.0, more)
    open_most = [number for number in over if isinstance(tracks[number].most, str) and not tracks[number].share]
    if open_most:
        need = content.least() if all(tracks[number].most == "min-content" for number in open_most) else content.most()
        now = [max(sizes[number], limits[number]) for number in over]
        more = (need - gap * (content.span - 1) - sum(now)) / len(open_most)
        for number in open_most:
            limits[number] = max(sizes[number], limits[number]) + max(0.0, more)


def _without_room(
    tracks: Sequence[Track], contents: Sequence[Contribution], sizes: list[float], limits: list[float]
) -> list[float]:
    """Where the content decides: every track as large as it would like, flexible ones in their proportions."""
    share = 0.0
    for content in contents:
        if content.span == 1 and (part := tracks[content.first].share):
            share = max(share, content.most() / part)
    return [max(size, share * track.share) if track.share else limit
            for track, size, limit in zip(tracks, sizes, limits, strict=True)]  # fmt: skip


def _grow(sizes: list[float], room: list[float], free: float) -> None:
    """Give free room to tracks that would like more, to all alike until each has what it wants."""
    waiting = [number for number, more in enumerate(room) if more > 0]
    while free > 0.001 and waiting:
        each = min(free / len(waiting), *(room[number] for number in waiting))
        for number in waiting:
            sizes[number] += each
            room[number] -= each
        free -= each * len(waiting)
        waiting = [number for number in waiting if room[number] > 0.001]


def _shared(tracks: Sequence[Track], sizes: list[float], room: float) -> list[float]:
    """What is left goes to the flexible tracks; one whose content needs more than its share is left out of it."""
    fixed = {number for number, track in enumerate(tracks) if not track.share}
    while True:
        rest = room - sum(sizes[number] for number in fixed)
        shares = sum(track.share for number, track in enumerate(tracks) if number not in fixed)
        one = max(0.0, rest) / max(1.0, shares)
        over = {number for number, track in enumerate(tracks)
                if number not in fixed and sizes[number] > one * track.share + 0.001}  # fmt: skip
        if not over:
            return [size if number in fixed else one * tracks[number].share for number, size in enumerate(sizes)]
        fixed |= over


def _least(track: Track, look: Look, room: float | None) -> float:
    return look.pixels(track.least, room or 0.0) if isinstance(track.least, Length) else 0.0


def _most(track: Track, look: Look, room: float | None) -> float:
    if track.share or not isinstance(track.most, Length):
        return 0.0
    return look.pixels(track.most, room or 0.0)


def _fixed(track: Track, look: Look, room: float) -> float:
    """The size of a repeated track, which must be known beforehand."""
    sizes = [look.pixels(size, room) for size in (track.least, track.most) if isinstance(size, Length)]
    return max(sizes) if sizes else math.inf

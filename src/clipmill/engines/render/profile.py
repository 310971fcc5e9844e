"""Encoder profiles: how x264 is set for what kind of picture, in three grades of quality.

`graphics` is for stills, text and slow zooms: half the time of the preset and a third fewer bytes at equal quality.
Cuts are known from the timeline; x264 does not look for them. On camera pictures it would cost a fifth to three fifths
more bytes: those have `footage`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from clipmill.engines.render.plan import Plan

Profile = Mapping[str, str]

#: What all have, so that their streams have the same headers. Eight B pictures are for slow zooms: where there is more
#: to see, each picture is told how many may lie before it (`media.write.rhythm`). `ref=1` and `b-pyramid=none` keep a
#: stream simple enough for pictures to be repeated in it without encoding; `stitchable=1` makes headers independent of
#: the quality.
_STRUCTURE = "b-adapt=0:b-pyramid=none:bframes=8:ref=1:stitchable=1:weightp=1"
#: Fewer frames of graphics after camera pictures are encoded like these: another encoder is not worth it.
_SHORTEST_PART = 30


#: Pictures of more pixels are encoded with fewer at hand: x264 keeps 67 bytes a pixel otherwise, 560 MB of 4K.
_LARGE, _SPARING = 4_000_000, "bframes=5:rc-lookahead=5"


def _profile(preset: str, crf: float, more: str = "") -> Profile:
    parameters = f"{_STRUCTURE}:{more}" if more else _STRUCTURE
    return {"preset": preset, "crf": str(crf), "forced-idr": "1", "flags": "+bitexact", "x264-params": parameters}


@dataclass(frozen=True, slots=True)
class Grade:
    """The profiles of one quality."""

    graphics: Profile
    footage: Profile


_QUICK = "subme=1:me=dia"
#: A project's `quality` → its profiles. A step of 5 in crf is about half of the bytes.
GRADES: Mapping[str, Grade] = {
    "draft": Grade(_profile("veryfast", 27, f"{_QUICK}:scenecut=0"), _profile("veryfast", 28, _QUICK)),
    "standard": Grade(_profile("veryfast", 21.5, f"{_QUICK}:scenecut=0"), _profile("veryfast", 22.5)),
    "high": Grade(_profile("veryfast", 18, f"{_QUICK}:scenecut=0"), _profile("faster", 18)),
}
GRAPHICS, FOOTAGE = GRADES["standard"].graphics, GRADES["standard"].footage


def profile_of(plan: Plan, grade: Grade = GRADES["standard"]) -> Profile:
    """The profile of a whole video: one camera picture that moves makes it footage."""
    return _sized(grade.footage if plan.footage() else grade.graphics, plan)


def parts_of(plan: Plan, grade: Grade = GRADES["standard"]) -> dict[int, Profile]:
    """First frame → profile from there on. It changes only at cuts, where a key frame is anyway."""
    footage = plan.footage()
    between = itertools.pairwise((0, *sorted(plan.cuts), plan.frames))
    moving = [(begin, any(first < end and begin < last for first, last in footage)) for begin, end in between]
    changes = [next(same) for _, same in itertools.groupby(moving, key=lambda each: each[1])]
    ends = [begin for begin, _ in changes[1:]] + [plan.frames]
    parts: dict[int, Profile] = {}
    graphics, footage_profile = _sized(grade.graphics, plan), _sized(grade.footage, plan)
    for (begin, moves), end in zip(changes, ends, strict=True):
        if moves:
            parts[begin] = footage_profile
        elif not parts or end - begin >= _SHORTEST_PART:
            parts[begin] = graphics
    return parts


def is_large(plan: Plan) -> bool:
    """Whether the encoder is given fewer pictures to choose from, for they are so large."""
    return plan.width * plan.height > _LARGE


def _sized(profile: Profile, plan: Plan) -> Profile:
    """A profile as it is for pictures of a plan's size."""
    if not is_large(plan):
        return profile
    return {**profile, "x264-params": f"{profile['x264-params']}:{_SPARING}"}

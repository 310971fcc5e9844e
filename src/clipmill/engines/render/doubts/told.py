"""What a worker tells of the video it drew, as what its file must be: where it moves, what is doubted, what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from clipmill.domain.media import Doubt, MediaKind, MediaSpec, Shot

#: How many frames are kept for what is doubted of a file.
_DOUBTS_SHOWN = 4


def as_drawn(spec: MediaSpec, drawn: Mapping[str, Any]) -> MediaSpec:
    """What a file must be, with what the worker that drew it tells."""
    moving = tuple((float(start), float(end)) for start, end in drawn["moving"])
    doubts = tuple(_in_file(Doubt(**doubt), drawn["frames"], spec.frames) for doubt in drawn["doubts"])
    shots = {name: _frame(frame, drawn["frames"], spec.frames) for name, frame in drawn["shots"].items()}
    return replace(spec, moving=moving, black_percent=float(drawn["black_percent"]), doubts=doubts,
                   remarks=tuple(map(str, drawn["remarks"])), shots=_shots(spec, shots, doubts))  # fmt: skip


def _frame(drawn: int, of: int, frames: int) -> int:
    """The frame of a file that shows what was drawn as this one: some formats hold every second one."""
    return max(0, min(drawn * frames // max(1, of), frames - 1))


def _in_file(doubt: Doubt, of: int, frames: int) -> Doubt:
    return doubt if doubt.frame is None else replace(doubt, frame=_frame(doubt.frame, of, frames))


def _shots(spec: MediaSpec, rests: Mapping[str, int], doubts: Sequence[Doubt]) -> tuple[Shot, ...]:
    """The frames that are kept as pictures: what is doubted where it can be seen, the first, and two at rest."""
    if spec.kind in (MediaKind.AUDIO, MediaKind.IMAGE):
        return ()
    about = {doubt.frame: doubt.message for doubt in reversed(doubts) if doubt.frame is not None}
    doubted = (
        Shot(f"doubt{number}", frame, about[frame]) for number, frame in enumerate(sorted(about)[:_DOUBTS_SHOWN], 1)
    )
    return (*doubted, Shot("first", 0), *(Shot(name, frame) for name, frame in rests.items()))

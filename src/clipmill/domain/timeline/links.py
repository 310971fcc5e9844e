"""Links: transitions from one clip into another that begins while the first is still there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from clipmill.domain.timeline.elements.visual import VideoVisual, Visual
from clipmill.domain.timeline.timing import exact, first_frame


def links(visuals: Sequence[Visual]) -> Mapping[int, int]:
    """Place of a clip with a transition → place of the clip it leads into."""
    names = {visual.id: index for index, visual in enumerate(visuals) if visual.id and isinstance(visual, VideoVisual)}
    return {
        index: names[visual.transition_id]
        for index, visual in enumerate(visuals)
        if isinstance(visual, VideoVisual) and visual.transition is not None and visual.transition_id in names
        and names[visual.transition_id] != index
    }  # fmt: skip


def fitted(visuals: Sequence[Visual], fps: Fraction) -> Sequence[Visual]:
    """The visuals, with transitions shortened that would not be over when the next one begins.

    A clip has a frame of its own between the transition into it and the one out of it, so that both are drawn.
    """
    found = links(visuals)
    changed: dict[int, Visual] = {}
    for index, follower in found.items():
        visual, after = visuals[index], found.get(follower)
        begin = first_frame(visuals[follower].enter_begin, fps)
        if after is None or not isinstance(visual, VideoVisual):
            continue
        room = first_frame(visuals[after].enter_begin, fps) - begin - 1
        if 0 <= room < round(exact(visual.transition_duration) * fps):
            changed[index] = visual.model_copy(update={"transition_duration": float(room / fps)})
    return [changed.get(index, visual) for index, visual in enumerate(visuals)] if changed else visuals

"""Fields that nothing reads, and what an element asks for that its kind does not do."""

from __future__ import annotations

from collections.abc import Iterator

from clipmill.domain.timeline.elements.visual import SvgVisual, TextVisual
from clipmill.domain.timeline.loading import unknown_fields
from clipmill.engines.render.remarks.brief import Brief


def remarks(brief: Brief) -> Iterator[str]:
    """A sentence for each of them."""
    yield from unknown_fields(brief.project)
    for path, visual in brief.project.every_visual():
        if isinstance(visual, TextVisual) and visual.resize:
            yield f"{path}.resize: a text keeps its size; use width and fontSize"
        if isinstance(visual, SvgVisual) and visual.custom_code:
            yield f"{path}.customCode: nothing runs inside a drawing; it is left out"
        if isinstance(visual, TextVisual) and visual.custom_code is not None and visual.custom_code.js.strip():
            yield f"{path}.customCode.js: scripts are not run; it is left out"

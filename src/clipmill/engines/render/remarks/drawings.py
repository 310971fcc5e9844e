"""What browsers show of drawings and pictures and we do not: what moves in them, and parts of drawings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.elements.visual import ImageVisual, SvgVisual
from clipmill.engines.render.remarks.brief import Brief
from clipmill.media.draw.svg import check_svg

_UNKNOWN = ClipFacts()
_ANIMATED = re.compile(r"<(?:\w+:)?(?:animate(?:Motion|Transform|Color)?|set)[\s/>]|@keyframes\b")


def remarks(brief: Brief) -> Iterator[str]:
    """A sentence for each of them."""
    for path, visual in brief.project.every_visual():
        if isinstance(visual, ImageVisual) and len(brief.clips.get(visual.src, _UNKNOWN).delays) > 1:
            yield f"{path}.src: the file is a moving GIF, and an IMAGE element stands still; use a GIF element"
        if isinstance(visual, SvgVisual):
            if _ANIMATED.search(visual.svg):
                yield f"{path}.svg: a drawing stands still; its animation is left out"
            yield from (f"{path}.svg: {remark}" for remark in check_svg(visual.svg, path=path).remarks)

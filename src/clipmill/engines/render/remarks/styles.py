"""What the texts of a project ask for that is not drawn: properties, tags and rules, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clipmill.domain.css.undrawn import undrawn
from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.engines.render.remarks.brief import Brief
from clipmill.media.draw.html.reading import read_document
from clipmill.shown import shortened

#: Names in a style that are ours.
_WISHES = ("minFontSize", "maxLines")


def remarks(brief: Brief) -> Iterator[str]:
    """Every such sentence, naming its field. Raises ProjectError for html that may not be drawn at all."""
    for path, visual in brief.project.every_visual():
        if isinstance(visual, TextVisual):
            custom: Mapping[str, str] = {}
            if visual.html:
                css = visual.custom_code.css if visual.custom_code is not None else ""
                document = read_document(visual.html, css, where=f"{path}.html", css_where=f"{path}.customCode.css",
                                         canvas=(brief.project.width, brief.project.height))  # fmt: skip
                custom = document.custom
                yield from document.unsupported
            for name in (*visual.style.unsupported, *visual.style.unread(custom)):
                yield f"{path}.style: {undrawn(shortened(name), own=_WISHES, camel='-' not in name)}"

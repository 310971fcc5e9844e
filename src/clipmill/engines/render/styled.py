"""What the texts of a project ask for that is not drawn: properties, tags and rules, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clipmill.domain.css.declarations import pictures_of
from clipmill.domain.css.undrawn import undrawn
from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.domain.timeline.project import Project
from clipmill.media.draw.html.reading import assets_in, read_document

#: Names in a style that are ours.
_WISHES = ("minFontSize", "maxLines")


def unstyled(project: Project) -> Iterator[str]:
    """Every such sentence, naming its field. Raises ProjectError for html that may not be drawn at all."""
    for path, visual in project.every_visual():
        if isinstance(visual, TextVisual):
            custom: Mapping[str, str] = {}
            if visual.html:
                css = visual.custom_code.css if visual.custom_code is not None else ""
                document = read_document(visual.html, css, where=f"{path}.html", css_where=f"{path}.customCode.css",
                                         canvas=(project.width, project.height))  # fmt: skip
                custom = document.custom
                yield from document.unsupported
            for name in (*visual.style.unsupported, *visual.style.unread(custom)):
                yield f"{path}.style: {undrawn(name, own=_WISHES, camel='-' not in name)}"


def pictures_in_texts(project: Project) -> Iterator[str]:
    """`asset:` references of the pictures in and behind texts."""
    for _, visual in project.every_visual():
        if isinstance(visual, TextVisual):
            css = visual.custom_code.css if visual.custom_code is not None else ""
            behind = (picture.source for picture in pictures_of(visual.style.declared.values))
            yield from assets_in("\n".join((visual.html or "", css, *behind)))

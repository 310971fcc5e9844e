"""White space: which blanks and line breaks of a source are seen (CSS Text 3, 4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from clipmill.media.draw.html.content import Item, Space, TextRun
from clipmill.media.draw.text import clean_text

#: A line break that is meant, while blanks are being collapsed.
NEW_LINE = "\u2028"
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_SPACES = re.compile(r"[ \t]*\n[ \t]*")
_TAB = " " * 8


def collapsed(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items with blanks as they are seen; line breaks are `\\n`."""
    found: list[Item] = []
    at_start = True
    for item in items:
        if isinstance(item, Space):
            at_start = at_start and item.atom is None
            found.append(item)
            continue
        text = item.text if item.text == NEW_LINE else _seen(item)
        if item.look.white_space not in ("pre", "pre-wrap"):
            text = re.sub(f" *({NEW_LINE}) *", r"\1", text)
            text = text.lstrip(" ") if at_start else text
        if text:
            at_start = text[-1] in (" ", NEW_LINE)
            if text[0] == NEW_LINE:
                _strip_end(found)
            found.append(replace(item, text=text))
    _strip_end(found)
    _drop_last_break(found)
    kept = (
        item if isinstance(item, Space) else replace(item, text=item.text.replace(NEW_LINE, "\n")) for item in found
    )
    return tuple(item for item in kept if isinstance(item, Space) or item.text)


def _seen(run: TextRun) -> str:
    space = run.look.white_space
    text = run.text.replace(NEW_LINE, " ").replace("\r\n", "\n").replace("\r", "\n")
    if space in ("pre", "pre-wrap"):
        text = text.replace("\t", _TAB)
    elif space == "pre-line":
        text = re.sub(r"[ \t]+", " ", _SPACES.sub("\n", text))
    else:
        text = _BLANKS.sub(" ", text)
    return clean_text(text, run.look.text_transform).replace("\n", NEW_LINE)


def _strip_end(items: list[Item]) -> None:
    """Blanks at the end of a line are not seen."""
    for place in range(len(items) - 1, -1, -1):
        item = items[place]
        if isinstance(item, Space):
            if item.atom is not None:
                return
            continue
        if item.look.white_space in ("pre", "pre-wrap"):
            return
        items[place] = replace(item, text=item.text.rstrip(" "))
        if items[place].text:  # type: ignore[union-attr]
            return


def _drop_last_break(items: list[Item]) -> None:
    """A break at the very end begins no line, unless the text is nothing but breaks."""
    for place in range(len(items) - 1, -1, -1):
        item = items[place]
        if isinstance(item, Space):
            if item.atom is not None:
                return
        elif item.text:
            if item.text.endswith(NEW_LINE) and item.look.white_space not in ("pre", "pre-wrap"):
                items[place] = replace(item, text=item.text[:-1] or "\u2060")
            return

"""Lines made to fit: cut with an ellipsis, or evened out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clipmill.media.draw.html.content import Item, TextRun
from clipmill.media.draw.html.inline import TextLines

_ELLIPSIS = "…"
#: Texts of more lines are not evened out.
_MOST_BALANCED = 6


def shortened(lines: TextLines, most: int | None) -> TextLines:
    """A text cut after as many letters as fit into its width, with an ellipsis; or into so many lines, the last of
    them where it would be broken.
    """
    if _fits(lines, most):
        return lines
    text = "".join(item.text for item in lines.items if isinstance(item, TextRun))
    longest = len(text)
    if most is not None:
        ends = [0, *(place for place, char in enumerate(text) if char.isspace()), longest]
        longest = ends[last(len(ends) - 1, lambda number: _fits(_cut(lines, ends[number], ""), most))]
        if longest and _fits(_cut(lines, longest), most):
            return _cut(lines, longest)
    return _cut(lines, last(longest or len(text), lambda count: _fits(_cut(lines, count), most)))


def balanced(lines: TextLines) -> TextLines:
    """The same lines, as many, in the least width: about alike long."""
    if lines.width is None or not 1 < lines.count <= _MOST_BALANCED:
        return lines
    low, high = lines.width / lines.count * 0.9, lines.width
    while high - low > 1:
        middle = (low + high) / 2
        fits = replace(lines, width=middle, whole=None).height <= lines.height
        low, high = (low, middle) if fits else (middle, high)
    return replace(lines, width=high, whole=None)


def last(high: int, fits: Callable[[int], bool]) -> int:
    """The last number up to `high` that fits, where all before it do; 0 where none does."""
    low = 0
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _fits(lines: TextLines, most: int | None) -> bool:
    if most is not None:
        return lines.count <= most
    return lines.width is None or lines.natural_width <= lines.width + 0.5


def _cut(lines: TextLines, count: int, dots: str = _ELLIPSIS) -> TextLines:
    kept: list[Item] = []
    for item in lines.items:
        if isinstance(item, TextRun):
            kept.append(replace(item, text=item.text[:count]))
            count -= len(item.text)
            if count <= 0:
                end = kept.pop()
                assert isinstance(end, TextRun)
                kept.append(replace(end, text=end.text.rstrip() + dots))
                break
        else:
            kept.append(item)
    return TextLines(tuple(kept), lines.look, lines.width, lines.where)

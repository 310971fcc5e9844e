"""Stacking: boxes out of the flow put in their places, and what is painted over what (CSS Positioned Layout 3)."""

from __future__ import annotations

from dataclasses import dataclass, field

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import INTRINSIC, Length
from clipmill.media.draw.html.boxes import holds_items
from clipmill.media.draw.html.placed import ConstraintSpace, Loose, Nesting, Placed, edges_of


@dataclass(slots=True, eq=False)
class _Stack:
    """A box whose content is painted together, and where it lies; `whole`: nothing inside may leave it."""

    placed: Placed
    x: float
    y: float
    above: _Stack | None = None
    whole: bool = True
    lifted: list[Placed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Holder:
    """A box that others are placed in, where it lies, and the stack they are painted in."""

    placed: Placed
    x: float
    y: float
    stack: _Stack


def settle(layout: Nesting, root: Placed) -> None:
    """Place what is out of the flow of a laid out text, and put everything into the order it is painted in."""
    if not _has_positions(root):
        return
    stack = _Stack(root, 0.0, 0.0)
    holder = _Holder(root, 0.0, 0.0, stack)
    _Settling(layout, holder).visit(root, 0.0, 0.0, holder, stack)


class _Settling:
    """One walk through the boxes, from the outermost."""

    def __init__(self, layout: Nesting, root: _Holder) -> None:
        self._layout = layout
        self._root = root

    def visit(self, placed: Placed, x: float, y: float, holder: _Holder, stack: _Stack) -> None:
        """Settle what is in a box that lies at (x, y) of the whole."""
        look = placed.box.look
        inside = stack
        if placed is not self._root.placed and (is_whole(look) or look.overflow == "hidden"):
            inside = _Stack(placed, x, y, stack, is_whole(look))
        if look.position != "static" or look.moves:
            holder = _Holder(placed, x, y, inside)
        kept = []
        for child in placed.children:
            dx, dy = _moved(child, placed)
            child.x, child.y = child.x + dx, child.y + dy
            at = x + child.x, y + child.y
            own = child.box.look
            if own.position == "relative" or (own.z_index is not None and holds_items(look)):
                self._lift(child, *at, inside)
            else:
                kept.append(child)
            self.visit(child, *at, holder, inside)
        placed.children = kept
        for loose in placed.loose:
            self._place(loose, (x, y), holder, inside)
        if inside is not stack or placed is self._root.placed:
            placed.children = _in_order(kept, inside.lifted)

    def _place(self, loose: Loose, at: tuple[float, float], holder: _Holder, stack: _Stack) -> None:
        if loose.box.look.position == "fixed":
            holder = self._root
        while stack is not holder.stack and not stack.whole and stack.above is not None:
            stack = stack.above
        found = _placed_in(self._layout, loose, holder, at)
        x, y = found.x, found.y
        self._lift(found, x, y, stack)
        self.visit(found, x, y, holder, stack)

    def _lift(self, placed: Placed, x: float, y: float, stack: _Stack) -> None:
        placed.x, placed.y = x - stack.x, y - stack.y
        placed.level = placed.box.look.z_index or 0
        stack.lifted.append(placed)


def is_whole(look: Look) -> bool:
    """Whether what is in an element is painted together, nothing of the outside between it."""
    positioned = look.position == "fixed" or (look.position != "static" and look.z_index is not None)
    return (
        positioned
        or look.opacity < 1
        or bool(look.moves or look.filter or look.backdrop_filter or look.clip_path or look.mask_image)
    )


def _in_order(kept: list[Placed], lifted: list[Placed]) -> list[Placed]:
    ordered = sorted(lifted, key=lambda placed: (placed.level, placed.box.number))
    behind = [placed for placed in ordered if placed.level < 0]
    return [*behind, *kept, *ordered[len(behind) :]]


def _moved(child: Placed, around: Placed) -> tuple[float, float]:
    """How far an element that is `relative` stands from where it would."""
    look = child.box.look
    if look.position != "relative":
        return 0.0, 0.0
    inner = around.inner
    left, right = (_pixels(look, side, inner.width) for side in (look.left, look.right))
    top, bottom = (_pixels(look, side, inner.height) for side in (look.top, look.bottom))
    dx = left if left is not None else -(right or 0.0)
    return dx, top if top is not None else -(bottom or 0.0)


def _pixels(look: Look, length: Length | None, whole: float) -> float | None:
    return None if length is None or length.unit in INTRINSIC else look.pixels(length, whole)


def _placed_in(layout: Nesting, loose: Loose, holder: _Holder, at: tuple[float, float]) -> Placed:
    """A box out of the flow, laid out in the padding box of its holder: x and y are of the whole."""
    look, around = loose.box.look, holder.placed
    top_edge, right_edge, bottom_edge, left_edge = around.border
    wide, high = around.width - left_edge - right_edge, around.height - top_edge - bottom_edge
    left, right = (_pixels(look, side, wide) for side in (look.left, look.right))
    top, bottom = (_pixels(look, side, high) for side in (look.top, look.bottom))
    margin, _, _ = edges_of(look, wide)
    across = None if left is None or right is None else wide - left - right - margin[1] - margin[3]
    down = None if top is None or bottom is None else high - top - bottom - margin[0] - margin[2]
    room = wide - (left or 0.0) - (right or 0.0)
    fills = loose.box.node is None and look.display != "table"
    sized = look.aspect_ratio is not None and down is not None
    width = across if across is not None and look.width is None and fills and not sized else None
    height = down if down is not None and look.height is None and fills else None
    width, height = (None if size is None else max(0.0, size) for size in (width, height))
    room = room if look.width is None else wide
    given = ConstraintSpace(room, width, height, shrinks=True, whole_height=high, apart=True)
    one = layout.place(loose.box, given)
    own = loose.x + loose.shares[0] * (loose.field.width - one.outer.width) + at[0] + margin[3]
    autos = look.margin_left is None, look.margin_right is None
    rtl = look.direction == "rtl" and left is not None and right is not None
    one.x = _where((right, left) if rtl else (left, right), wide, one.width, (margin[3], margin[1]), autos, turned=rtl)
    one.x = own if left is None and right is None else one.x + holder.x + left_edge
    field_height = loose.field.height if loose.field.height >= 0 else one.outer.height
    own = loose.y + loose.shares[1] * (field_height - one.outer.height) + at[1] + margin[0]
    autos = look.margin_top is None, look.margin_bottom is None
    one.y = _where((top, bottom), high, one.height, (margin[0], margin[2]), autos)
    one.y = own if top is None and bottom is None else one.y + holder.y + top_edge
    return one


def _where(
    insets: tuple[float | None, float | None], room: float, size: float, margins: tuple[float, float],
    autos: tuple[bool, bool], *, turned: bool = False,
) -> float:  # fmt: skip
    """Where a box of this size begins between its insets; margins that are `auto` share what is left."""
    first, last = insets
    if first is not None and last is not None and any(autos):
        begin, end = (last, first) if turned else (first, last)
        rest = room - begin - end - size - sum(margins)
        return begin + margins[0] + max(0.0, rest) * autos[0] / sum(autos)
    if turned:
        first, last = None, first
    if first is not None:
        return first + margins[0]
    return room - (last or 0.0) - margins[1] - size


def _has_positions(placed: Placed) -> bool:
    look = placed.box.look
    if placed.loose or look.position == "relative" or look.z_index is not None:
        return True
    return any(_has_positions(child) for child in placed.children)

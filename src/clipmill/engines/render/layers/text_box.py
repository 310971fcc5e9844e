"""What the two ways of drawing a TEXT share: the layer, its room, and what its author is told."""

from __future__ import annotations

from clipmill.domain.css.look import Look
from clipmill.domain.media import Doubt
from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.domain.timeline.layout import Box, Size
from clipmill.domain.timeline.presets import Position
from clipmill.engines.render.layers.layer import StillLayer
from clipmill.errors import RoomError
from clipmill.media.draw.html.boxes import border_widths
from clipmill.media.draw.sprite import Sprite


class TextLayer(StillLayer):
    """A text that stands still."""

    def __init__(self, sprite: Sprite, box: Box, doubts: tuple[Doubt, ...] = ()) -> None:
        super().__init__(sprite, box)
        #: What a person should look at.
        self.doubts = doubts

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return self._sprite.nbytes


def room_for(visual: TextVisual, look: Look, canvas: Size) -> float:
    """How wide the content of a text without a width may become: from its anchor to the edge of the canvas."""
    padding, border = look.sides("padding_{}"), border_widths(look)
    room = canvas.width
    if visual.position is Position.CUSTOM:
        across = (visual.anchor or Position.TOP_LEFT).shares[0]
        room = {0.0: canvas.width - visual.x, 1.0: visual.x}.get(across, 2 * min(visual.x, canvas.width - visual.x))
    around = sum(look.pixels(side, canvas.width) for side in (padding[1], padding[3])) + border[1] + border[3]
    return max(1.0, room - around)


def is_set_height(visual: TextVisual, look: Look) -> bool:
    """Whether the box of a text has a height of its own, whatever stands in it."""
    return visual.height is not None or look.height is not None or look.max_height is not None


def check_lines(lines: int, visual: TextVisual, where: str) -> None:
    """Raises RoomError for more lines than the style allows."""
    most = visual.style.max_lines
    if most is not None and lines > most:
        raise RoomError(f"the text takes {lines} lines; maxLines allows {most}", path=where,
                        hint="Shorten the text, or give minFontSize so that it may shrink.",
                        text=visual.text or visual.html)  # fmt: skip


def too_long(visual: TextVisual, smallest: float, where: str) -> RoomError:
    """What to tell of a text that does not fit at its smallest size."""
    return RoomError(
        f"{(visual.text or visual.html)[:60]!r} does not fit its box at the smallest size of {smallest:g} px",
        path=where,
        hint="Shorten the text, enlarge the box, or lower minFontSize.",
        text=visual.text or visual.html,
    )


def told_cut(visual: TextVisual, where: str) -> Doubt:
    """What to tell of a text that was cut off at the edge of its box."""
    told = (f"{where}: {(visual.text or visual.html)[:60]!r} is larger than its box and was cut off; "
            "enlarge the box, shorten the text, or give minFontSize so that it may shrink")  # fmt: skip
    return Doubt("cut_text", told)

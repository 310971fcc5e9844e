from dataclasses import replace

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Length
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import CssBox
from clipmill.media.draw.html.placed import Placed, edges_of


def test_a_placed_box_has_an_inside_and_an_outside() -> None:
    placed = Placed(CssBox(Look()), 100, 60, margin=(1, 2, 3, 4), border=(1, 1, 1, 1), padding=(5, 6, 7, 8))
    assert placed.outer == Size(106, 64)
    assert placed.inner == Size(84, 46)
    assert placed.corner == (9, 6)


def test_edges_are_pixels_and_shares_of_the_room() -> None:
    look = replace(Look(font_size=10), margin_left=None, margin_top=Length(2, "em"), padding_right=Length(10, "%"),
                   border_top_style="solid")  # fmt: skip
    assert edges_of(look, 200) == ((20, 0, 0, 0), (3, 0, 0, 0), (0, 20, 0, 0))

from typing import Any

import numpy as np
import pytest

from clipmill.domain.timeline.elements.style import TextStyle
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.drawing import Constraints, HtmlSource, LaidOut, lay_out
from clipmill.media.draw.html.paint.reach import ink_of, reach_of
from clipmill.media.draw.html.reading import read_document

_CARD = "<div style='height:60px;background:#000;{}'>{}</div>"
_LIST = "<ul><li>one</li></ul>"


def _laid_out(html: str, **style: Any) -> LaidOut:
    document, model = read_document(html), TextStyle.model_validate(style)
    source = HtmlSource(document.root, document.sheet, lambda shrink: model.look(html=True, shrink=shrink), {}, 10**6)
    return lay_out(source, Constraints(120, 60, 300, Size(400, 200)))


@pytest.mark.parametrize(
    ("html", "style"),
    [
        (_CARD.format("box-shadow:0 0 20px #000", ""), {}), (_CARD.format("transform:rotate(-10deg)", ""), {}),
        (_CARD.format("transform:translate(70px,-50px) scale(1.5)", "x"), {}), (_LIST, {}),
        (_CARD.format("", "<span style='padding:20px;background:#f00;box-shadow:9px 9px 4px red'>x</span>"), {}),
        ("gypsy Ǻ", {"lineHeight": 0.8, "fontSize": 40, "-webkit-text-stroke": "9px red"}),
        ("fjf", {"fontStyle": "italic", "fontSize": 80, "textShadow": "-30px 40px 12px #000, 50px -20px 0 #000"}),
        (_CARD.format("filter:blur(9px)", "x"), {}), (_CARD.format("rotate:20deg;outline:9px solid red", "x"), {}),
        (_CARD.format("filter:drop-shadow(30px 40px 4px #000)", "x"), {}), ("x", {"filter": "blur(6px)"}),
        ("a<br>b<br>c<br>d", {"fontSize": 30}), ("wide" * 20, {}), ("x <b style='font-size:90px'>gÅ</b>", {}),
    ],
)  # fmt: skip
def test_nothing_is_painted_beyond(html: str, style: dict[str, Any]) -> None:
    laid_out = _laid_out(html, **style)
    rgba, x, y = laid_out.draw()
    reach = reach_of(laid_out.placed)
    assert rgba.max() > 0
    assert reach.left < x
    assert reach.top < y
    assert x + rgba.shape[1] < reach.right
    assert y + rgba.shape[0] < reach.bottom


def test_a_box_that_hides_what_leaves_it_reaches_no_farther_than_its_frame() -> None:
    reach = reach_of(_laid_out("wide" * 20, overflow="hidden").placed)
    assert tuple(reach) == (-1, -1, 121, 61)


def test_the_ink_of_letters_is_known_exactly() -> None:
    laid_out = _laid_out("<p>Ågj</p><p>gj</p>", fontSize=30)
    rgba, x, y = laid_out.draw()
    ink = ink_of(laid_out.placed)
    assert ink is not None
    seen = np.nonzero(rgba[..., 3].max(axis=1))[0] + y
    assert (ink.top, ink.bottom) == (seen[0], seen[-1] + 1)
    assert ink.left == pytest.approx(x, abs=1)
    assert ink_of(_laid_out("").placed) is None

from typing import Any

import pytest

from clipmill.domain.timeline.elements.style import TextStyle
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.drawing import Constraints, HtmlSource, LaidOut, lay_out
from clipmill.media.draw.html.paint.outside import cuts_letters, kept_of
from clipmill.media.draw.html.paint.reach import ink_of
from clipmill.media.draw.html.reading import read_document


def _laid_out(html: str, height: float | None = 60, **style: Any) -> LaidOut:
    document = read_document(html)
    model = TextStyle.model_validate({"fontSize": 20, "lineHeight": "20px", **style})
    source = HtmlSource(
        document.root, document.sheet, lambda shrink: model.look(html=True, shrink=shrink), {}, 10**6, model.drop
    )
    return lay_out(source, Constraints(120, height, 300, Size(400, 200)))


def _rows(html: str, **style: Any) -> tuple[int, bool]:
    """How many lines keep their ink, about, and whether any was left out."""
    placed, lost = kept_of(_laid_out(html, **style).placed)
    ink = ink_of(placed)
    drawn = LaidOut(placed, _laid_out(html, **style).source).draw()[0]
    assert ink is not None
    return round(len(drawn) / 20 + 0.3), lost


@pytest.mark.parametrize(
    ("html", "lines", "lost"),
    [
        ("H<br>H<br>H", 3, False), ("H<br>H<br>H<br>H", 3, True), ("<p style='margin:0'>H</p>" * 2, 2, False),
        ("<div>H</div>" * 5, 3, True), ("<div>H<br>H</div><div>H<br>H<br>H</div>", 3, True),
        ("<b>H</b> H <i>H</i><br>H<br><b>H<br>H</b>H<br>H", 3, True), ("HHHHHHHHHH " * 9, 3, True),
    ],
)  # fmt: skip
def test_lines_that_lie_wholly_outside_are_left_out(html: str, lines: int, lost: bool) -> None:
    assert _rows(html) == (lines, lost)


@pytest.mark.parametrize(("align", "lines"), [("top", 3), ("middle", 3), ("bottom", 3)])
def test_above_and_below(align: str, lines: int) -> None:
    assert _rows("H<br>" * 7 + "H", verticalAlign=align)[0] in (lines, lines + 1)


def test_padding_holds_a_line_too() -> None:
    assert _rows("H<br>H<br>H<br>H", padding=25) == (4, False)


def test_what_was_turned_moved_or_positioned_stays() -> None:
    for style in ("transform:translateY(90px)", "translate:0 90px", "position:absolute;top:90px"):
        assert not kept_of(_laid_out(f"H<div style='{style}'>H</div>").placed)[1]


def test_a_box_without_anything_to_see_is_no_loss() -> None:
    assert not kept_of(_laid_out("H<div style='height:90px'></div><div style='height:20px'></div>").placed)[1]
    assert kept_of(_laid_out("H<div style='height:90px'></div><div style='height:9px;background:red'></div>").placed)[1]


@pytest.mark.parametrize(
    ("html", "style", "told"),
    [
        ("gypsy", {"overflow": "hidden", "fontSize": 60, "lineHeight": 1}, True),
        ("gypsy", {"overflow": "hidden"}, False), ("gypsy", {"fontSize": 60, "lineHeight": 1}, False),
        ("<div style='overflow:hidden;width:20px'>gypsy</div>", {}, True),
        ("<div style='overflow:hidden;width:20px'></div>gypsy", {}, False),
    ],
)  # fmt: skip
def test_letters_that_a_box_cuts_itself_are_told(html: str, style: dict[str, Any], told: bool) -> None:
    assert cuts_letters(_laid_out(html, **style).placed) is told

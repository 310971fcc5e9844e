import pytest

from clipmill.domain.css.look import Look
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import Builder
from clipmill.media.draw.html.layout.blocks import Layout
from clipmill.media.draw.html.layout.stacking import is_whole, settle
from clipmill.media.draw.html.placed import ConstraintSpace, Placed
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import read_tree

LOOSE = "<div style='position:absolute;{}'></div>"


def _settled(html: str, style: str = "") -> Placed:
    text = f"<div style='position:relative;width:300px;height:200px;{style}'>{html}</div>"
    box = Builder(Sheet()).root(read_tree(text).root, Look(display="block"))
    layout = Layout(lambda node: Size(40, 20), "html")
    placed = layout.place(box, ConstraintSpace(400, 400))
    settle(layout, placed)
    return placed


def _where(html: str, style: str = "") -> tuple[float, float, float, float]:
    one = _settled(html, style).children[-1]
    return one.x, one.y, one.width, one.height


@pytest.mark.parametrize(
    ("style", "place"),
    [("left:10px;top:20px;width:30px;height:40px", (10, 20, 30, 40)),
     ("right:10px;bottom:20px;width:30px;height:40px", (260, 140, 30, 40)),
     ("inset:0", (0, 0, 300, 200)), ("inset:10px 20px 30px 40px", (40, 10, 240, 160)),
     ("inset:0;margin:auto;width:100px;height:50px", (100, 75, 100, 50)),
     ("left:50%;top:25%;width:50%;height:10%", (150, 50, 150, 20)),
     ("left:0;right:0;top:0;height:20px", (0, 0, 300, 20)),
     ("left:10px;top:0;margin:5px;width:30px;height:30px", (15, 5, 30, 30)),
     ("left:0;width:80px;aspect-ratio:2", (0, 0, 80, 40))],
)  # fmt: skip
def test_a_box_lies_where_its_insets_say(style: str, place: tuple[float, float, float, float]) -> None:
    assert _where(LOOSE.format(style)) == place


def test_insets_are_from_the_padding_box() -> None:
    assert _where(LOOSE.format("inset:0"), "border:5px solid;padding:7px") == (5, 5, 314, 214)


def test_without_insets_it_stands_where_it_would() -> None:
    assert _where("<div style='height:30px'></div>" + LOOSE.format("width:10px;height:10px"))[:2] == (0, 30)
    centred = "display:flex;align-items:center;justify-content:flex-end"
    assert _where(LOOSE.format("width:10px;height:10px"), centred)[:2] == (290, 95)


def test_it_takes_no_room() -> None:
    root = _settled(LOOSE.format("height:50px") + "<div style='height:30px'></div>", "height:auto")
    assert root.height == 30


def test_relative_boxes_move_and_leave_their_room() -> None:
    root = _settled("<div style='position:relative;left:10px;top:-5px;height:20px'></div><p style='margin:0'>a</p>")
    text, moved = root.children[0].children[0], root.children[-1]
    assert (moved.x, moved.y) == (10, -5)
    assert text.y == 20


def test_what_lies_over_what() -> None:
    boxes = [
        LOOSE.format(f"width:{number}px;z-index:{level}") for number, level in ((1, 2), (2, -1), (3, 1), (4, "auto"))
    ]
    root = _settled("".join(boxes), "z-index:0")
    around = root.children[-1]
    assert [(child.width, child.level) for child in around.children] == [(2, -1), (4, 0), (3, 1), (1, 2)]


def test_what_is_painted_together_keeps_what_is_in_it() -> None:
    inner = LOOSE.format("z-index:9;width:7px")
    together = _settled(f"<div style='opacity:0.5'>{inner}</div><div style='position:relative;z-index:1'></div>")
    assert [child.width for child in together.children] == [300, 300]
    apart = _settled(f"<div>{inner}</div><div style='position:relative;z-index:1'></div>")
    assert [child.width for child in apart.children] == [300, 300, 7]
    assert is_whole(Look(opacity=0.5))
    assert not is_whole(Look(position="relative"))


def test_a_part_of_a_line_holds_others() -> None:
    root = _settled("<span style='position:relative'>word" + LOOSE.format("inset:0") + "</span>", "height:auto")
    word, bar = root.children[-2:]
    assert (bar.x, bar.width) == (word.x, word.width)

import pytest

from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.layers.text_box import check_lines, room_for, told_cut, too_long
from clipmill.errors import RoomError


def _visual(**fields: object) -> TextVisual:
    return TextVisual.model_validate({"type": "TEXT", "text": "Hello", **fields})


@pytest.mark.parametrize(
    ("fields", "room"),
    [({}, 320), ({"x": 100}, 220), ({"x": 100, "anchor": "top-right"}, 100), ({"x": 100, "anchor": "top-center"}, 200),
     ({"position": "top-left"}, 320), ({"style": {"padding": "0 10px", "border": "2px solid"}}, 296), ({"x": 400}, 1)],
)  # fmt: skip
def test_a_text_may_reach_to_the_edge_of_the_canvas(fields: dict[str, object], room: float) -> None:
    visual = _visual(**fields)
    assert room_for(visual, visual.style.look(), Size(320, 180)) == room


def test_lines_are_held_to_their_limit() -> None:
    check_lines(9, _visual(), "x")
    with pytest.raises(RoomError, match="x: the text takes 3 lines; maxLines allows 2") as caught:
        check_lines(3, _visual(style={"maxLines": 2}), "x")
    assert caught.value.text == "Hello"


def test_what_is_told_names_the_text_and_what_to_do() -> None:
    assert "'Hello'" in told_cut(_visual(), "visuals[1]").message
    assert "minFontSize" in told_cut(_visual(), "visuals[1]").message
    assert "12 px" in str(too_long(_visual(), 12, "visuals[1]"))

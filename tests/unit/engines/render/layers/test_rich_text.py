from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.layers.rich_text import rich_layer
from clipmill.engines.render.layers.text_box import TextLayer
from clipmill.engines.render.motion import State
from clipmill.errors import ProjectError
from clipmill.media.draw.html import drawing
from clipmill.media.draw.html.layout.blocks import Layout
from clipmill.media.draw.planes import Planes, to_rgb
from clipmill.media.draw.sprite import blend


def _layer(stage: Stage, **fields: Any) -> TextLayer:
    layer = rich_layer(TextVisual.model_validate({"type": "TEXT", **fields}), stage, "visuals[0]")
    assert isinstance(layer, TextLayer)
    return layer


def _picture(stage: Stage, **fields: Any) -> np.ndarray:
    """The element on white, 320 × 180."""
    planes = Planes(320, 180)
    for part, value in zip(planes.parts, (235, 128, 128), strict=True):
        part[:] = value
    blend(_layer(stage, **fields).sprite(State(1.0)), planes, planes.rect)
    return to_rgb(planes)


def _near(pixel: np.ndarray, *colour: int) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() < 12)


def test_padding_and_border_lie_outside_of_the_size_of_the_element(stage: Stage) -> None:
    style = {"padding": "10px", "border": "4px solid #0000ff", "background": "#ff0000"}
    assert _layer(stage, text="x", x=20, y=20, width=100, height=40, style=style).box == Box(20, 20, 128, 68)
    seen = _picture(stage, text="x", x=20, y=20, width=100, height=40, style=style)
    assert _near(seen[22, 80], 0, 0, 255)
    assert _near(seen[27, 130], 255, 0, 0)
    assert _near(seen[100, 160], 255, 255, 255)


def test_html_wins_over_text_and_its_rules_are_followed(stage: Stage) -> None:
    code = {"css": ".box { background: #00ff00; height: 50px }"}
    seen = _picture(stage, text="never", html="<div class='box'></div>", width=60, customCode=code)
    assert _near(seen[25, 30], 0, 255, 0)
    assert _near(seen[60, 30], 255, 255, 255)


def test_a_stored_picture_stands_in_the_text(stage: Stage, named: Callable[[str], str]) -> None:
    seen = _picture(stage, html=f"<img src='{named('cutout.png')}' width=60 height=60>")
    assert _near(seen[30, 30], 230, 40, 40)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"html": "<script>x</script>"}, "visuals[0].html"),
        ({"html": "<img src='asset:" + "0" * 64 + "'>"}, "visuals[0].html"),
        ({"html": "x", "customCode": {"css": "@import 'x';"}}, "visuals[0].customCode.css"),
    ],
)
def test_what_is_refused_names_its_field(stage: Stage, fields: dict[str, Any], path: str) -> None:
    with pytest.raises(ProjectError) as caught:
        _layer(stage, **fields)
    assert caught.value.path == path


def test_what_is_larger_than_its_box_is_cut_and_told(stage: Stage) -> None:
    layer = _layer(stage, html="<b>word</b> " * 30, x=10, y=10, width=100, height=30)
    assert 30 < layer.rect.height <= 44  # two lines of 22, the second whole though it begins inside
    assert "was cut off" in layer.doubts[0].message
    assert layer.doubts[0].message.startswith("visuals[0]: ")


@pytest.mark.parametrize("style", [{}, {"minFontSize": 4}, {"textOverflow": "ellipsis", "overflow": "hidden"}])
def test_what_fits_is_not_told(stage: Stage, style: dict[str, Any]) -> None:
    assert _layer(stage, html="<b>word</b>", width=100, height=30, style=style).doubts == ()


def test_html_shrinks_into_its_box(stage: Stage) -> None:
    style = {"fontSize": 60, "minFontSize": 6}
    layer = _layer(stage, html="<b>A headline</b> that must fit", x=10, y=10, width=120, height=50, style=style)
    assert layer.rect.height <= 52
    with pytest.raises(ProjectError, match="smallest size of 50 px"):
        _layer(stage, html="Donaudampfschifffahrt", width=60, height=50, style=style | {"minFontSize": 50})


def test_more_lines_than_allowed_are_refused(stage: Stage) -> None:
    with pytest.raises(ProjectError, match="takes 2 lines; maxLines allows 1"):
        _layer(stage, html="<p>a</p><p>b</p>", style={"maxLines": 1})


def test_an_element_is_placed_by_its_whole_box(stage: Stage) -> None:
    style = {"border": "2px solid #000", "padding": 3}
    layer = _layer(stage, html="x", width=50, height=20, position="bottom-right", style=style)
    assert (layer.box.x + layer.box.width, layer.box.y + layer.box.height) == (320, 180)


def test_a_turned_element_keeps_its_middle(stage: Stage) -> None:
    fields = {"text": "", "html": "&nbsp;", "x": 100, "y": 60, "width": 80, "height": 20}
    upright = _layer(stage, **fields, style={"background": "#f00"}).rect
    turned = _layer(stage, **fields, style={"background": "#f00", "transform": "rotate(90deg)"}).rect
    assert (turned.x + turned.width / 2, turned.y + turned.height / 2) == pytest.approx(
        (upright.x + upright.width / 2, upright.y + upright.height / 2), abs=1
    )
    assert turned.height > turned.width


def test_a_size_in_percent_is_of_the_canvas(stage: Stage) -> None:
    assert _layer(stage, html="x", style={"width": "50%", "height": "50%"}).box == Box(0, 0, 160, 90)


def test_a_picture_with_more_pixels_than_allowed_is_refused(stage: Stage, named: Callable[[str], str]) -> None:
    small = replace(stage, limits=stage.limits.model_copy(update={"image_pixels": 10}))
    with pytest.raises(Exception, match="at most 10"):
        _layer(small, html=f"<img src='{named('photo.png')}'>")


EVERYTHING = {"background": "linear-gradient(red, blue)", "textShadow": "1px 1px 2px red", "transform": "rotate(5deg)",
              "fontFamily": "Manrope, serif", "textDecoration": "underline", "border": "1px solid #00f"}  # fmt: skip


def test_a_text_is_drawn_once_for_all_videos_it_stands_in(stage: Stage) -> None:
    first, again = (_layer(stage, html="<b>a</b>", style=EVERYTHING, enterEnd=end) for end in (1, 2))
    assert again is first


@pytest.mark.parametrize(
    "other",
    [{"html": "<b>b</b>"}, {"text": "b", "html": ""}, {"customCode": {"css": "b{color:red}"}}, {"x": 1},
     {"width": 50}, {"style": {"color": "red", **EVERYTHING}}, {"anchor": "center-center"}],
)  # fmt: skip
def test_a_text_that_differs_in_anything_seen_is_drawn_anew(stage: Stage, other: dict[str, Any]) -> None:
    fields = {"html": "<b>a</b>", "style": EVERYTHING}
    assert _layer(stage, **(fields | other)) is not _layer(stage, **fields)


def test_a_text_is_fitted_in_a_dozen_layouts_and_one_that_takes_long_in_fewer(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    monkeypatch.setattr(drawing, "Layout", lambda *given: tried.append(given) or Layout(*given))
    fields = {"width": 300, "height": 170, "style": {"fontSize": 400, "minFontSize": 4}}
    html = "<span style='padding:0 1px'>a</span> " * 40
    _layer(stage, html=html, **fields)
    assert 4 < len(tried) <= 12
    tried.clear()
    monkeypatch.setattr(drawing, "_EFFORT", 8)
    _layer(stage, html=f"{html}!", **fields)
    assert 1 < len(tried) <= 4

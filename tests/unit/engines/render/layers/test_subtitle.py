from dataclasses import replace
from fractions import Fraction

import pytest

from clipmill.domain.timeline.elements.subtitle import Subtitle
from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.layers.subtitle import SubtitleLayer, subtitle_layer
from clipmill.engines.render.motion import State
from clipmill.engines.render.subtitles.content import SubtitleContent

CAPTIONS = [{"start": 0, "end": 2, "text": "left words"}, {"start": 3, "end": 4, "text": "x"}]


@pytest.fixture
def content() -> SubtitleContent:
    """Two captions, said as karaoke, at 10 frames a second."""
    fields = {"captions": CAPTIONS, "animation": "karaoke", "font": {"size": 30}}
    return SubtitleContent(Subtitle.model_validate(fields), Fraction(10))


@pytest.fixture
def layer(content: SubtitleContent, stage: Stage) -> SubtitleLayer:
    made = subtitle_layer(content, stage, "subtitle")
    assert isinstance(made, SubtitleLayer)
    return made


def _state(content: SubtitleContent, frame: int) -> State:
    return State(1.0, content=content.at(frame))


def test_nothing_is_drawn_between_captions(layer: SubtitleLayer, content: SubtitleContent) -> None:
    assert layer.sprite(_state(content, 25)).tiles == ()


def test_each_caption_has_its_own_picture(layer: SubtitleLayer, content: SubtitleContent) -> None:
    first = layer.sprite(_state(content, 5)).rect
    second = layer.sprite(_state(content, 35)).rect
    assert second.width < first.width
    assert layer.sprite(_state(content, 5)).rect == first


def test_a_sprite_stays_inside_the_layer(layer: SubtitleLayer, content: SubtitleContent) -> None:
    rect = layer.sprite(_state(content, 5)).rect
    assert rect.meet(layer.rect) == rect
    assert (layer.rect.width, layer.rect.height) == (320, 180)


def test_a_page_is_laid_out_once_while_it_is_shown(
    layer: SubtitleLayer, content: SubtitleContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer.sprite(_state(content, 0))
    monkeypatch.setattr("clipmill.engines.render.layers.subtitle.PagePicture", None)
    assert layer.sprite(_state(content, 19)).tiles
    layer.close()
    with pytest.raises(TypeError):
        layer.sprite(_state(content, 19))


def test_a_canvas_of_any_shape_is_served(content: SubtitleContent, stage: Stage) -> None:
    tall = subtitle_layer(content, replace(stage, canvas=Size(90, 160)), "subtitle")
    assert tall.sprite(_state(content, 5)).rect.width <= 90


def test_captions_drawn_smaller_than_asked_are_told_once(stage: Stage) -> None:
    long = [{"start": n, "end": n + 1, "text": "Donaudampfschifffahrtsgesellschaft"} for n in range(3)]
    fields = {"captions": [*long, {"start": 3, "end": 4, "text": "x"}], "font": {"size": 40}}
    told: list[str] = []
    content = SubtitleContent(Subtitle.model_validate(fields), Fraction(10))
    made = subtitle_layer(content, replace(stage, told=told.append), "subtitle")
    for frame in range(0, 40, 5):
        made.sprite(_state(content, frame))
    made.close()
    (sentence,) = told
    assert sentence.startswith("subtitle.font.size: 'Donaudampfschifffahrtsge")
    assert "px, not 40: it would not fit; likewise 2 more" in sentence

import numpy as np
import pytest

from clipmill.domain.timeline.elements.visual import GifVisual
from clipmill.domain.timeline.layout import Box, Size
from clipmill.engines.render.layers.framing import Framing
from clipmill.engines.render.layers.moving import KeptFootage, MovingLayer
from clipmill.engines.render.motion import State
from clipmill.media.draw.crop import WHOLE
from clipmill.media.draw.level import Level


class Counted:
    """Grey pictures whose brightness is their number, and which of them were asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, tuple[int, int]]] = []
        self.closed = False

    def picture(self, number: int, size: tuple[int, int]) -> Level:
        self.asked.append((number, size))
        y = np.full(size[::-1], 100 + number, np.uint8)
        chroma = np.full((size[1] // 2, size[0] // 2), 128, np.uint8)
        return Level((y, chroma, chroma), None)

    def close(self) -> None:
        self.closed = True


def _layer(source: Counted, zooms: tuple[float, float] = (1.0, 1.0), budget: int = 0, **fields: object) -> MovingLayer:
    size = Size(40, 20)
    box = Box(0, 0, 40, 20)
    visual = GifVisual.model_validate({"type": "GIF", "src": "asset:a", **fields})
    return MovingLayer(source, visual, Framing("v", box, (0,) * 4, WHOLE, size, size, zooms, True), budget)


def test_the_state_says_which_picture_is_shown() -> None:
    layer = _layer(Counted())
    assert [int(layer.sprite(State(1.0, content=number)).planes[0][0, 0]) for number in (0, 7, 3)] == [100, 107, 103]
    assert (layer.box, layer.rect.width, layer.rect.height) == (Box(0, 0, 40, 20), 40, 20)


def test_nothing_is_asked_for_while_nothing_changes() -> None:
    source = Counted()
    layer = _layer(source)
    sprites = [layer.sprite(State(alpha, dx=alpha, content=4)) for alpha in (1.0, 0.5, 0.2)]
    assert sprites[0] is sprites[1] is sprites[2]
    assert len(source.asked) == 1


def test_a_zoom_asks_for_no_larger_pictures_than_there_are() -> None:
    source = Counted()
    layer = _layer(source, zooms=(1.0, 4.0))
    for scale in (1.0, 2.5, 4.0):
        layer.sprite(State(1.0, scale=scale))
    assert {size for _, size in source.asked} == {(40, 20)}


def test_looks_are_put_on_once_for_each_picture() -> None:
    source = Counted()
    layer = _layer(source, zooms=(1.0, 1.2), filter={"invert": 1})
    bright = [int(layer.sprite(State(1.0, scale=scale, content=9)).planes[0][5, 5]) for scale in (1.0, 1.1, 1.2)]
    assert bright == [pytest.approx(251 - 109, abs=2)] * 3
    assert len(source.asked) == 1


def test_a_loop_is_decoded_once_as_far_as_memory_is_given() -> None:
    source = Counted()
    layer = _layer(source, budget=3 * 1200 + 10, filter={"invert": 1})
    for _ in range(2):
        for number in range(5):
            layer.sprite(State(1.0, content=number))
    assert [number for number, _ in source.asked] == [0, 1, 2, 3, 4, 3, 4]


def test_closing_closes_the_source() -> None:
    source = Counted()
    _layer(source, budget=10_000, filter={"invert": 1}).close()
    assert source.closed
    other = Counted()
    KeptFootage(other, 10).close()
    assert other.closed

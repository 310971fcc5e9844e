import numpy as np
import pytest

from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.layers.layer import StillLayer
from clipmill.engines.render.layers.turned import TurnedLayer
from clipmill.engines.render.motion import State
from clipmill.media.draw.planes import Rect
from clipmill.media.draw.sprite import sprite_from_mask


def _layer() -> StillLayer:
    mask = np.zeros((40, 80), np.uint8)
    mask[:, :20] = 255
    return StillLayer(sprite_from_mask(mask, Rect(100, 100, 80, 40), Colour(255, 255, 255)))


@pytest.mark.parametrize("angle", [0, 17, 45, 90, 181.5, 333])
@pytest.mark.parametrize(("across", "down"), [(False, False), (True, False), (False, True), (True, True)])
def test_a_turned_picture_stays_inside_its_reach_and_keeps_its_area(angle: float, across: bool, down: bool) -> None:
    layer = TurnedLayer(_layer(), angle=angle, across=across, down=down)
    sprite = layer.sprite(State(1.0))
    assert layer.rect.meet(sprite.rect) == sprite.rect
    assert sprite.alpha[0].sum() / 255 == pytest.approx(800, rel=0.01)


def test_a_mirrored_picture_changes_sides() -> None:
    sprite = TurnedLayer(_layer(), angle=0, across=True, down=False).sprite(State(1.0))
    assert sprite.rect == Rect(100, 100, 80, 40)
    assert (sprite.alpha[0][:, 60:] == 255).all()
    assert not sprite.alpha[0][:, :60].any()


def test_it_turns_clockwise_about_the_middle_of_its_box() -> None:
    sprite = TurnedLayer(_layer(), angle=90, across=False, down=False).sprite(State(1.0))
    ys, xs = np.nonzero(sprite.alpha[0] > 128)
    assert (sprite.rect.y + ys.min(), sprite.rect.y + ys.max()) == (80, 99)
    assert (sprite.rect.x + xs.min(), sprite.rect.x + xs.max()) == (120, 159)


def test_a_still_picture_is_turned_once() -> None:
    layer = TurnedLayer(_layer(), angle=10, across=False, down=False)
    assert layer.sprite(State(1.0)) is layer.sprite(State(0.5))
    assert layer.box == Box(100, 100, 80, 40)
    layer.close()

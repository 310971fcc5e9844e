from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.layers.layer import StillLayer, snapped
from clipmill.engines.render.motion import State
from clipmill.media.draw.sprite import empty_sprite


def test_edges_are_put_on_whole_pixels() -> None:
    assert snapped(Box(1.4, 1.6, 10.2, 0.2)) == Box(1, 2, 11, 1)


def test_a_still_layer_has_one_picture_for_every_zoom() -> None:
    layer = StillLayer(empty_sprite())
    assert layer.sprite(State(1.0)) is layer.sprite(State(0.5, scale=2.0))
    assert layer.rect.is_empty
    layer.close()

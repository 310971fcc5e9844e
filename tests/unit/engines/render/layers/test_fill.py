from clipmill.domain.timeline.colour import Colour
from clipmill.engines.render.layers.fill import fill_layer
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.motion import State
from clipmill.media.draw.planes import Planes
from clipmill.media.draw.sprite import blend


def test_a_ground_covers_the_canvas_with_one_colour(stage: Stage) -> None:
    layer = fill_layer(Colour(20, 40, 60), stage, "scenes[0].backgroundColor")
    picture, expected = Planes(320, 180), Planes(320, 180)
    blend(layer.sprite(State(1.0)), picture, picture.rect)
    expected.fill(Colour(20, 40, 60))
    assert (picture.buffer == expected.buffer).all()

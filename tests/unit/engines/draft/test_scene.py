import pytest

from clipmill.domain.timeline.layout import Size
from clipmill.engines.draft.chance import Chance
from clipmill.engines.draft.scene import PALETTES, bleed_of, scene
from clipmill.media.draw.svg import check_svg

SIZES = [Size(1280, 720), Size(1080, 1080), Size(1080, 1920), Size(256, 256), Size(1920, 258)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("seed", range(6))
def test_layers_are_drawings_that_cover_the_canvas_wherever_the_camera_is(size: Size, seed: int) -> None:
    layers, bleed = scene(size, Chance(seed, "a mug")), bleed_of(size)
    ground = layers[0]
    assert (ground.depth, ground.box.x, ground.box.width) == (0.0, -bleed, size.width + 2 * bleed)
    assert [layer.depth for layer in layers] == sorted(layer.depth for layer in layers)
    for layer in layers:
        drawing = check_svg(layer.svg)
        assert drawing.cost(layer.box.width, layer.box.height).seconds < 1.5
        assert not any(side % 2 for side in (layer.box.x, layer.box.y, layer.box.width, layer.box.height))
        assert -bleed <= layer.box.y and layer.box.y + layer.box.height <= size.height + bleed


def test_a_scene_depends_on_its_seed_and_its_text_alone() -> None:
    size = Size(640, 360)
    one = scene(size, Chance(1, "a mug"))
    assert one == scene(size, Chance(1, "a mug"))
    assert one != scene(size, Chance(2, "a mug")) and one != scene(size, Chance(1, "a lamp"))


def test_neighbouring_seeds_have_another_palette_and_another_kind_of_scene() -> None:
    for seed in range(20):
        one, other = Chance(seed, "a mug"), Chance(seed + 1, "a mug")
        assert one.next_of("palette", PALETTES) != other.next_of("palette", PALETTES)
        assert one.next_of("scene", "abc") != other.next_of("scene", "abc")


def test_draws_are_by_name_and_within_bounds() -> None:
    chance = Chance(2**63 - 1, "\ud800 lone halves are text too")
    draws = [chance.share(str(number)) for number in range(300)]
    assert 0 <= min(draws) < 0.05 and 0.95 < max(draws) < 1 and len(set(draws)) == 300
    assert {chance.one_of(str(number), "abc") for number in range(50)} == set("abc")
    assert 3 <= chance.between("a", 3, 4) < 4

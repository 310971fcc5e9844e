from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.subtitles.content import WordLook
from clipmill.engines.render.subtitles.placed import PlacedWord
from clipmill.engines.render.subtitles.word_sprites import WordSprite, extent_of, word_sprite
from clipmill.media.draw.planes import Bytes

WAY = (0.0, -50.0)


def _word(**fields: object) -> PlacedWord:
    letters = np.zeros((24, 44), np.uint8)
    letters[2:-2, 2:-2] = 255
    word = PlacedWord(100, 60, letters, letters.copy(), None, 2, Box(90, 50, 60, 40), 0, 1.2, False)
    return replace(word, **fields)  # type: ignore[arg-type]


def _none(letters: int) -> tuple[Bytes, Bytes | None]:
    raise AssertionError(letters)


def _patch(look: WordLook, word: PlacedWord | None = None) -> WordSprite:
    return word_sprite(word or _word(), look, WAY, _none)


def _middle(patch: WordSprite) -> tuple[float, float]:
    assert patch.plain is not None
    rows, columns = np.nonzero(patch.plain > 127)
    return patch.place[0] + float(columns.mean()), patch.place[1] + float(rows.mean())


def test_a_word_at_rest_is_laid_down_as_it_is() -> None:
    word = _word()
    patch = _patch(WordLook(), word)
    assert patch.place == (100, 60)
    assert patch.plain is word.letters
    assert patch.lit is None
    assert _patch(WordLook(lit=255), word).lit is word.letters


@pytest.mark.parametrize("grown", [1, 50, 100])
def test_a_word_grows_about_its_middle(grown: int) -> None:
    patch = _patch(WordLook(grown=grown))
    assert _middle(patch) == pytest.approx((121.5, 71.5), abs=0.6)
    assert patch.plain is not None
    assert (patch.plain > 127).sum() == pytest.approx(800 * (1 + 0.2 * grown / 100) ** 2, rel=0.06)


@pytest.mark.parametrize(("away", "rise"), [(10, 5.0), (-33, -16.5), (100, 50.0)])
def test_a_word_is_displaced_along_its_way(away: int, rise: float) -> None:
    across, down = _middle(_patch(WordLook(away=away)))
    assert across == pytest.approx(121.5, abs=0.1)
    assert down == pytest.approx(71.5 - rise, abs=0.6)


def test_the_colour_runs_from_where_the_word_begins() -> None:
    forwards, backwards = _patch(WordLook(lit=64)), _patch(WordLook(lit=64), _word(leftwards=True))
    assert forwards.lit is not None
    assert backwards.lit is not None
    assert forwards.lit[10, 2:12].min() == 255
    assert not forwards.lit[10, 14:].any()
    assert backwards.lit[10, -12:-2].min() == 255
    assert not backwards.lit[10, :-14].any()
    assert forwards.plain is not None
    assert (forwards.lit.astype(int) + forwards.plain == _word().letters).all()


def test_letters_that_are_not_there_yet_are_left_out() -> None:
    part = np.zeros((24, 44), np.uint8)
    patch = word_sprite(_word(), WordLook(typed=1), WAY, lambda letters: (part, None))
    assert patch.plain is part
    assert patch.outline is None


@pytest.mark.parametrize(
    "look", [WordLook(), WordLook(grown=100), WordLook(away=77), WordLook(away=-50), WordLook(grown=30, away=13)]
)
def test_a_word_never_leaves_its_extent(look: WordLook) -> None:
    extent, patch = extent_of(_word(), look, WAY), _patch(look)
    assert patch.plain is not None
    rows, columns = np.nonzero(patch.plain)
    assert extent.x <= patch.place[0] + columns.min()
    assert patch.place[0] + columns.max() < extent.x + extent.width
    assert extent.y <= patch.place[1] + rows.min()
    assert patch.place[1] + rows.max() < extent.y + extent.height


def _box(
    look: WordLook, begun: Callable[[int], tuple[Bytes, Bytes | None]] = _none
) -> tuple[float, float, float, float]:
    """Middle, width and height of the box behind a word, by its coverage; in pixels of the canvas."""
    box = word_sprite(_word(), look, WAY, begun).box
    assert box is not None
    mask, (x, y) = box
    across, down = mask.max(axis=0) / 255, mask.max(axis=1) / 255
    return (x + float(np.average(np.arange(across.size), weights=across)),
            y + float(np.average(np.arange(down.size), weights=down)), across.sum(), down.sum())  # fmt: skip


def test_the_box_lies_behind_the_word_at_rest() -> None:
    assert _patch(WordLook()).box is None
    assert _box(WordLook(boxed=True)) == pytest.approx((119.5, 69.5, 60, 40))


@pytest.mark.parametrize(("away", "rise"), [(10, 5.0), (-33, -16.5), (100, 50.0)])
def test_the_box_is_displaced_with_its_word(away: int, rise: float) -> None:
    assert _box(WordLook(boxed=True, away=away)) == pytest.approx((119.5, 69.5 - rise, 60, 40), abs=0.1)


def test_the_box_grows_with_its_word_and_about_the_same_point() -> None:
    assert _box(WordLook(boxed=True, grown=100)) == pytest.approx((119.1, 69.1, 72, 48), abs=0.2)


@pytest.mark.parametrize(("first", "last"), [(2, 9), (30, 41)])
def test_the_box_is_as_wide_as_the_letters_that_are_there(first: int, last: int) -> None:
    part = np.zeros((24, 44), np.uint8)
    part[8:12, first : last + 1] = 255
    middle, _, width, height = _box(WordLook(boxed=True, typed=1), lambda letters: (part, None))
    # As far beyond the letters as the whole box is beyond the whole word: 12 and 8 pixels.
    assert (middle - width / 2 + 0.5, middle + width / 2 + 0.5) == (100 + first - 12, 101 + last + 8)
    assert height == 40


def test_no_box_is_there_before_its_first_letter() -> None:
    nothing = np.zeros((24, 44), np.uint8)
    assert word_sprite(_word(), WordLook(boxed=True, typed=1), WAY, lambda letters: (nothing, None)).box is None


@pytest.mark.parametrize(
    "look", [WordLook(), WordLook(grown=100), WordLook(away=77), WordLook(away=-50), WordLook(grown=30, away=13)]
)
def test_a_box_never_leaves_the_extent_of_its_word(look: WordLook) -> None:
    look = look._replace(boxed=True)
    extent, box = extent_of(_word(), look, WAY), _patch(look).box
    assert box is not None
    rows, columns = np.nonzero(box[0])
    assert extent.x <= box[1][0] + columns.min()
    assert box[1][0] + columns.max() < extent.x + extent.width
    assert extent.y <= box[1][1] + rows.min()
    assert box[1][1] + rows.max() < extent.y + extent.height


def test_a_hidden_word_covers_nothing_with_its_box() -> None:
    assert extent_of(_word(), WordLook(opacity=0, boxed=True), WAY).is_empty


def test_emoji_grow_with_their_colours() -> None:
    picture = np.zeros((24, 44, 4), np.uint8)
    picture[4:20, 4:40] = (250, 200, 10, 255)
    patch = _patch(WordLook(grown=100), _word(colour=picture))
    assert patch.colour is not None
    seen = patch.colour[patch.colour[..., 3] > 60]
    assert np.abs(seen[:, :3].astype(int) - (250, 200, 10)).max() <= 6

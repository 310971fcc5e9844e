import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from clipmill.errors import MediaError
from clipmill.media.draw.markup import Strokes, set_markup
from tests.rendering import use_fonts

#: Texts, and how far their letters may be from their places, pixels: letters all alike are so all one way.
TEXTS = {"Trail Runner": 0.15, "AVAVAV": 0.2, "$19.99": 0.15, "illiilli": 0.25}
#: The text to compare with is drawn so many times as large, so that what is left over is small.
LARGE = 16
#: Equal shares of the ink of a text whose places are compared: about two to a letter.
SHARES = 24


@pytest.fixture(autouse=True)
def packaged_fonts() -> None:
    use_fonts()


def _span(text: str, size: float, more: str = "") -> str:
    units = round(size * 1024)
    return f"<span font_family='Manrope' size='{units}' line_height='{round(units * 1.25)}' {more}>{text}</span>"


def _set(text: str, size: float, more: str = "", **options: Any) -> Strokes:
    strokes = set_markup(_span(text, size, more), "here", **options)
    assert strokes is not None
    return strokes


def _places(strokes: Strokes) -> np.ndarray:
    """From left to right, the middle of each share of the ink: pixels from the left of the block."""
    columns = sum(part[..., 0].sum(axis=0, dtype=float) for _, part in strokes.strips())
    whole = np.concatenate([[0.0], np.cumsum(columns)]) / columns.sum()
    edges = (np.arange(len(whole)) + strokes.begin) / strokes.stretch
    middles = (edges[:-1] + edges[1:]) / 2
    moments = np.concatenate([[0.0], np.cumsum(columns * middles)]) / columns.sum()
    cut = np.linspace(0, 1, SHARES + 1)
    return np.array([(high - low) * SHARES for low, high in pairwise(np.interp(cut, whole, moments))])


def _beside(text: str, size: float, *, roughly: bool = False) -> float:
    """How far the part of a text that is farthest from its place lies from it, pixels."""
    expected = _places(_set(text, size * LARGE)) / LARGE
    return float(np.abs(_places(_set(text, size, roughly=roughly)) - expected).max())


@pytest.mark.parametrize("size", [18, 24, 30, 40, 52])
@pytest.mark.parametrize(("text", "most"), TEXTS.items())
def test_letters_stand_between_pixels(text: str, most: float, size: int) -> None:
    assert _beside(text, size) < most


@pytest.mark.parametrize("text", TEXTS)
def test_letters_on_whole_pixels_are_beside_their_places(text: str) -> None:
    assert max(_beside(text, size, roughly=True) for size in (18, 30, 52)) > 0.5


@pytest.mark.parametrize("size", [18.0, 23.5, 52.0, 97.3, 300.0])
def test_rows_are_those_of_letters_on_whole_pixels(size: float) -> None:
    fine, rough = (_set("HxEL\nHE", size, roughly=roughly) for roughly in (False, True))
    assert (fine.y, fine.height) == (rough.y, rough.height)
    one, other = (strokes.pixels().sum(axis=1, dtype=float) for strokes in (fine, rough))
    assert np.abs(one / one.sum() - other / other.sum()).max() < 0.002


def test_every_line_has_the_same_rows() -> None:
    pixels = _set("EHxg\nEHxg\nEHxg", 40.0).pixels()
    first, second = (pixels[50 * line : 50 * line + 50] for line in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(pixels[100:], first[: len(pixels) - 100])


def test_what_lies_on_a_row_fills_it() -> None:
    assert (_set("EEEE", 24.0).pixels()[-1] == 255).sum() > 30


@pytest.mark.parametrize(("size", "stretch"), [(20, 16), (32, 16), (52, 8), (130, 4), (400, 2)])
def test_small_letters_are_placed_the_finest(size: int, stretch: int) -> None:
    fine, rough = (_set("Hello", size, roughly=roughly) for roughly in (False, True))
    assert (fine.stretch, rough.stretch) == (stretch, 1)
    assert fine.wide == pytest.approx(rough.wide, rel=0.1)


@pytest.mark.parametrize(
    ("text", "width"), [("word " * 10_000, 1920), ("a\n" * 300 + "wide " * 30, None), ("much " * 2_000, 300)]
)
def test_much_text_is_drawn_no_wider_than_memory_allows(text: str, width: int | None) -> None:
    strokes = _set(text, 20, width=width)
    assert strokes.stretch < 16
    assert strokes.image.width * strokes.image.height < 20_000_000


def test_a_line_too_long_to_be_drawn_finely_is_drawn_all_the_same() -> None:
    strokes = _set("H" * 600, 30)
    assert strokes.stretch < 8
    assert strokes.width > 10_000


def test_a_line_too_long_to_be_drawn_at_all_is_told() -> None:
    with pytest.raises(MediaError, match="here: the text cannot be drawn"):
        _set("H" * 20_000, 60)


def test_lines_are_broken_alike_whatever_is_painted() -> None:
    text = "several words that need more than one line of the block, and these are of different lengths"
    for width in range(120, 400, 7):
        heights = {_set(text, 20, paint, width=width, rgba=rgba).height
                   for paint, rgba in (("", False), ("foreground='#ff0000'", True))}  # fmt: skip
        assert len(heights) == 1


@pytest.mark.parametrize("stretch", [16, 8, 4, 2, 1])
def test_a_line_stays_whole_in_the_width_it_was_measured_to_have(stretch: int) -> None:
    size = {16: 19.0, 8: 57.0, 4: 130.0, 2: 260.0, 1: 19.0}[stretch]
    for text in ("Sale ends soon", "AVA To Wa", "a, b. c"):
        alone = _set(text, size, "underline='single'", roughly=stretch == 1)
        again = _set(text, size, "underline='single'", roughly=stretch == 1, width=alone.left + alone.wide)
        assert (alone.stretch, again.height) == (stretch, alone.height)


def test_letter_spacing_is_as_wide_as_asked() -> None:
    plain, spaced = (_set("HHHHH", 30, more) for more in ("", "letter_spacing='3072'"))
    assert spaced.wide - plain.wide == pytest.approx(3 * 4, abs=0.2)


def test_no_text_is_taken_for_a_length() -> None:
    text = "size='9999999' letter_spacing='9216'"
    fine, rough = (_set(text, 30, roughly=roughly) for roughly in (False, True))
    assert fine.stretch == 16
    assert fine.wide == pytest.approx(rough.wide, rel=0.03)


def test_what_is_moved_by_parts_of_pixels_keeps_its_ink() -> None:
    strokes = _set("Hello", 30)
    moved = strokes.moved(0.5)
    assert moved.left == strokes.left + 0.5
    one, other = (int(part.pixels().sum(dtype=np.int64)) for part in (strokes, moved))
    assert one == pytest.approx(other, rel=0.002)


def test_the_ink_is_the_pixels_it_touches() -> None:
    strokes = _set("Hello", 30)
    assert strokes.pixels().shape == (strokes.height, strokes.width)
    assert strokes.pixels()[:, [0, -1]].max(axis=0).min() > 0
    assert strokes.x <= strokes.left
    assert strokes.x + strokes.width == math.ceil(strokes.left + strokes.wide)
    assert strokes.bottom == strokes.y + strokes.height


def test_letters_keep_their_colour_up_to_their_edges() -> None:
    pixels = _set("Hello", 30, "foreground='#c04020'", rgba=True).pixels()
    seen = pixels[pixels[..., 3] > 40][:, :3].astype(int)
    assert np.abs(seen - (0xC0, 0x40, 0x20)).max() <= 4
    assert np.array_equal(pixels[..., 3], _set("Hello", 30).pixels())


def test_strips_are_all_of_the_columns() -> None:
    strokes = _set("Hello\n" * 12, 30)
    parts = list(strokes.strips())
    assert len(parts) > 1
    assert [row for row, _ in parts] == list(np.cumsum([0, *(len(part) for _, part in parts[:-1])]))
    assert sum(part.shape[0] for _, part in parts) == strokes.height
    assert {part.shape[1] for _, part in parts} == {strokes.image.width}


def test_a_text_without_ink_is_nothing() -> None:
    assert set_markup(_span(" ", 30), "here") is None


@pytest.mark.parametrize("text", ["ج", "স্ত্রী", "ẹ́", "ปี่"])
def test_marks_of_slanted_letters_stay_in_their_places(text: str) -> None:
    """Slanted letters were stretched with their marks moved as far as that."""
    slanted = _set(text, 60, "style='italic'")
    whole = _set(text, 60, "style='italic'", roughly=True)
    assert np.array_equal(slanted.pixels(), whole.pixels())
    assert slanted.wide <= _set(text, 60).wide + 60 * 0.45

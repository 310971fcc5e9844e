import math
from dataclasses import replace

import numpy as np
import pytest

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Length
from clipmill.errors import MediaError
from clipmill.media.draw.html.content import Item, Space, TextRun, shape
from clipmill.media.draw.html.fitted import shortened
from clipmill.media.draw.html.inline import TextLines


def _lines(*parts: str | Item, width: float | None = None, **look: object) -> TextLines:
    style = Look(**look)  # type: ignore[arg-type]
    return TextLines(tuple(TextRun(part, style) if isinstance(part, str) else part for part in parts), style, width)


@pytest.mark.parametrize(("text", "count"), [("a", 1), ("a\nb", 2), ("a\n\nb", 3)])
def test_lines_are_counted_and_their_height_known(text: str, count: int) -> None:
    lines = _lines(text, font_size=20.0, line_height=1.5)
    assert (lines.count, lines.height) == (count, 30 * count)


def test_lines_are_broken_at_their_width() -> None:
    lines = _lines("one two three four five", width=80)
    assert lines.count > 1
    assert lines.natural_width <= 80


def test_lines_that_may_not_break_do_not() -> None:
    lines = _lines("one two three four five", width=80, white_space="nowrap")
    assert lines.count == 1
    assert lines.natural_width > 80


@pytest.mark.parametrize(
    ("look", "wraps"), [({}, False), ({"word_break": "break-all"}, True), ({"overflow_wrap": "anywhere"}, True)]
)
def test_a_long_word_is_broken_only_where_it_may_be(look: dict[str, str], wraps: bool) -> None:
    assert (_lines("Donaudampfschifffahrt", width=60, **look).count > 1) is wraps


@pytest.mark.parametrize(("align", "left"), [("left", 0), ("center", 80), ("right", 160)])
@pytest.mark.parametrize("space", ["normal", "nowrap"])
def test_lines_are_aligned_in_their_width(align: str, left: float, space: str) -> None:
    lines = _lines("HHH", width=200, text_align=align, white_space=space)
    drawn = lines.draw(lambda _, item: "")
    assert drawn is not None
    assert drawn.x == pytest.approx(left * (200 - lines.natural_width) / 160, abs=4)


def test_every_part_is_found_where_it_is() -> None:
    look = Look()
    items = (TextRun("Hello ", look), TextRun("big", look), Space(30, 20, 4, atom=0), TextRun(" world", look))
    lines = TextLines(items, look, None)
    parts = {part.item: part for part in lines.fragments(range(4))}
    assert parts[0].left == 0
    assert parts[0].right == parts[1].left
    assert parts[2].right - parts[2].left == 30
    assert parts[3].right == pytest.approx(lines.natural_width, abs=1)
    assert {part.baseline for part in parts.values()} == {20}


def test_a_part_in_two_lines_is_found_twice() -> None:
    lines = _lines("one two three four", width=60)
    parts = lines.fragments([0])
    assert len(parts) == lines.count
    assert len({part.baseline for part in parts}) == lines.count


def test_the_last_baseline_is_where_letters_stand() -> None:
    lines = _lines("H\nH", font_size=40.0)
    drawn = lines.draw(lambda _, item: "")
    assert drawn is not None
    assert drawn.y + len(drawn.pixels) == pytest.approx(lines.baselines[1], abs=1)
    assert lines.baselines[1] - lines.baselines[0] == lines.line


def test_text_that_does_not_fit_ends_with_dots() -> None:
    short = shortened(_lines("one two three four five", width=90, white_space="nowrap"), None)
    item = short.items[-1]
    assert isinstance(item, TextRun)
    assert item.text.endswith("…")
    assert short.natural_width <= 90.5
    assert shortened(_lines("one", width=90), None).items == _lines("one", width=90).items


def test_lines_may_be_limited() -> None:
    assert shortened(_lines("one two three four five six", width=50), 2).count == 2


def test_limited_lines_end_with_a_whole_word_where_there_is_room_for_dots() -> None:
    found = shortened(_lines("Brews two cups in about minutes", width=110), 2)
    text = "".join(item.text for item in found.items if isinstance(item, TextRun))
    assert text.endswith("…")
    assert "Brews two cups in about minutes".startswith(text[:-1])
    assert "Brews two cups in about minutes"[len(text) - 1 :].startswith(" ")


def test_heights_are_not_rounded_where_all_lines_are_alike() -> None:
    assert _lines("H", line_height=1.6).height == pytest.approx(25.6)
    assert _lines("H\nH\nH", line_height=1.6).height == pytest.approx(76.8)


def test_a_text_that_fits_is_as_high_as_it_was_measured() -> None:
    whole = _lines("one two three")
    fitted = replace(whole, width=400.0, whole=whole)
    assert (fitted.height, fitted.natural_width) == (whole.height, whole.natural_width)
    assert fitted.reach[2] > 400


def test_a_first_line_may_be_indented() -> None:
    plain, indented = (_lines("H", text_indent=Length(value)).draw(lambda _, item: "") for value in (0, 24))
    assert plain is not None
    assert indented is not None
    assert indented.x - plain.x == 24


def test_runs_of_the_other_direction_start_at_the_right() -> None:
    drawn = _lines("abc", width=200, direction="rtl").draw(lambda _, item: "")
    assert drawn is not None
    assert drawn.x + drawn.pixels.shape[1] > 195


def test_items_that_are_not_painted_leave_no_pixel() -> None:
    drawn = _lines("abc", "def").draw(lambda number, _: "alpha='1'" if number else "")
    assert drawn is not None
    assert np.nonzero(drawn.pixels[..., 3] > 8)[1].max() < drawn.pixels.shape[1] * 0.6


def test_nothing_has_no_height() -> None:
    assert _lines("").height == 0
    assert _lines("").is_empty


def test_more_ink_than_any_picture_holds_is_refused() -> None:
    with pytest.raises(MediaError):
        _lines("x\n" * 3000, font_size=900.0).draw(lambda _, item: "")


SPACED = {"letter_spacing": Length(10)}


@pytest.mark.parametrize("spacing", [-2, 0.5, 2, 10])
def test_spaced_letters_stay_in_one_line_of_a_box_as_wide_as_they_are(spacing: float) -> None:
    look = {"letter_spacing": Length(spacing)}
    width = _lines("NEW IN", **look).natural_width
    assert width == pytest.approx(_lines("NEW IN").natural_width + 6 * spacing, abs=1)
    assert _lines("NEW IN", width=math.ceil(width), **look).count == 1
    assert _lines("NEW IN", width=math.floor(width) - 10, **look).count == 2


def test_spaced_letters_are_not_indented_in_any_line() -> None:
    drawn = _lines("HH\nHH", **SPACED).draw(lambda _, item: "")
    plain = _lines("HH").draw(lambda _, item: "")
    assert drawn is not None
    assert plain is not None
    upper, lower = np.array_split(drawn.pixels[..., 3], 2)
    assert [int(np.nonzero(part.any(axis=0))[0][0]) for part in (upper, lower)] == [0, 0]
    assert drawn.x == plain.x


@pytest.mark.parametrize(("align", "left"), [("left", 0), ("center", 0.5), ("right", 1)])
@pytest.mark.parametrize("space", ["normal", "nowrap"])
def test_the_space_after_the_last_letter_counts_when_lines_are_aligned(align: str, left: float, space: str) -> None:
    lines = _lines("HHH", width=200, text_align=align, white_space=space, **SPACED)
    drawn = lines.draw(lambda _, item: "")
    assert drawn is not None
    ink = drawn.pixels.shape[1] + 10
    assert drawn.x == pytest.approx(left * (200 - ink), abs=3)


def test_a_part_that_ends_a_line_reaches_over_the_space_after_its_last_letter() -> None:
    lines = _lines("HH", "HH", **SPACED)
    parts = lines.fragments(range(2))
    assert parts[0].left == 0
    assert parts[-1].right == lines.natural_width


def test_spaced_letters_smaller_than_those_of_their_block_stay_in_one_line_too() -> None:
    small = TextRun("NEW IN", Look(font_size=10.0, letter_spacing=Length(4)))
    assert _lines(small, width=math.ceil(_lines(small).natural_width)).count == 1


@pytest.mark.parametrize("text", ["ภาษาไทยไม่มีช่องว่าง", "ພາສາລາວບໍ່ມີຊ່ອງວ່າງ", "ភាសាខ្មែរគ្មានដកឃ្លា", "မြန်မာဘာသာစကားတွင်"])
def test_scripts_without_spaces_are_broken_inside_what_looks_like_a_word(text: str) -> None:
    assert _lines(text, width=60).natural_width <= 61


def test_letters_without_spacing_keep_their_ligatures() -> None:
    assert "letter_spacing" not in shape(Look())

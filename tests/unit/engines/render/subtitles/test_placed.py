from collections.abc import Callable
from typing import Any

import pytest

from clipmill.domain.timeline.elements.subtitle import Subtitle
from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.subtitles.pages import programme_of
from clipmill.engines.render.subtitles.placed import PlacedPage, place_page, runs_leftwards

Made = Callable[..., Subtitle]
CANVAS = Size(640, 360)


def _page(subtitle: Subtitle, canvas: Size = CANVAS) -> PlacedPage:
    return place_page(programme_of(subtitle).pages[0], subtitle, canvas)


def _edges(page: PlacedPage) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all lines."""
    lines = page.lines
    return (min(line.x for line in lines), lines[0].y, max(line.x + line.width for line in lines),
            lines[-1].y + lines[-1].height)  # fmt: skip


@pytest.mark.parametrize("down", ["top", "center", "bottom"])
@pytest.mark.parametrize("across", ["left", "center", "right"])
def test_a_page_stands_at_its_position_inside_the_margins(subtitle: Made, down: str, across: str) -> None:
    left, top, right, bottom = _edges(_page(subtitle(position=f"{down}-{across}", font={"size": 30})))
    assert {"left": left, "center": (left + right) / 2, "right": right}[across] == pytest.approx(
        {"left": 18, "center": 320, "right": 622}[across], abs=1
    )
    assert {"top": top, "center": (top + bottom) / 2, "bottom": bottom}[down] == pytest.approx(
        {"top": 18, "center": 180, "bottom": 342}[down], abs=1
    )


def test_margins_are_those_given_and_none_leaves_the_picture(subtitle: Made) -> None:
    def corner(margin: dict[str, Any]) -> tuple[float, float]:
        return _edges(_page(subtitle("a", position="top-left", margin=margin)))[:2]

    assert corner({"x": 50, "y": 70}) == (50, 70)
    assert corner({"y": 0}) == (18, 0)
    assert corner({"x": -100, "y": -100}) == (0, 0)
    left, top = corner({"x": 9999, "y": 9999})
    assert left < 320
    assert top < 180


def test_padding_stroke_and_box_stay_inside_the_margins(subtitle: Made) -> None:
    made = subtitle(
        "word " * 9,
        position="bottom-left",
        background={"color": "#000", "padding": 20},
        stroke={"color": "#f00", "width": 8},
    )
    left, _, right, bottom = _edges(_page(made))
    assert left == 18
    assert right <= 622
    assert bottom == pytest.approx(342, abs=1)


def test_each_line_is_aligned_by_itself(subtitle: Made) -> None:
    page = _page(subtitle("a much longer line\nshort", position="bottom-right"))
    assert page.lines[0].x + page.lines[0].width == page.lines[1].x + page.lines[1].width
    centred = _page(subtitle("a much longer line\nshort"))
    middles = [line.x + line.width / 2 for line in centred.lines]
    assert middles[0] == pytest.approx(middles[1], abs=1)


def test_lines_stand_exactly_below_each_other(subtitle: Made) -> None:
    page = _page(subtitle("a\nb\nc", font={"size": 40}))
    assert [line.y - page.lines[0].y for line in page.lines] == [0, 50, 100]


def test_a_word_grows_no_farther_than_its_neighbours_allow(subtitle: Made) -> None:
    words = _page(subtitle("internationalisation is it", animation="pop", font={"size": 30})).words
    assert all(word is not None for word in words)
    long, short, _ = (word.largest for word in words if word is not None)
    assert 1 < long < 1.06 < short <= 1.15
    (alone,) = _page(subtitle("internationalisation", font={"size": 30})).words
    assert alone is not None
    assert alone.largest == 1.15


def test_the_box_of_a_word_reaches_around_it_on_its_line(subtitle: Made) -> None:
    page = _page(subtitle("one\ntwo", activeWord={"background": "#f00"}))
    for word, line in zip(page.words, page.lines, strict=True):
        assert word is not None
        assert word.box.x < word.x
        assert line.y <= word.box.y < word.box.y + word.box.height <= line.y + line.height
    assert page.lines[0].width > 0


@pytest.mark.parametrize("stroke", [0, 4])
@pytest.mark.parametrize("text", ["Made while you sleep", "נעשה בזמן שאתה ישן", "AVATAR fjord Type"])
def test_a_gap_is_seen_between_the_box_and_the_words_beside_it(subtitle: Made, text: str, stroke: float) -> None:
    made = subtitle(text, font={"size": 40}, stroke={"width": stroke}, activeWord={"background": "#f00"})
    words = [word for word in _page(made).words if word is not None]
    for word in words:
        for other in words:
            if other is not word:
                ink = other.x + other.margin - stroke, other.x + other.letters.shape[1] - other.margin + stroke
                gap = max(ink[0] - word.box.x - word.box.width, word.box.x - ink[1])
                assert gap >= 0.2 * 40 - 1
                # Half of it is left where a word swells.
                assert word.box.width * (word.largest - 1) / 2 <= gap / 2


def test_a_box_never_covers_the_characters_beside_it(subtitle: Made) -> None:
    made = subtitle("ผู้ชายที่อยู่ที่นี่", font={"size": 40}, activeWord={"background": "#f00"})
    words = [word for word in _page(made).words if word is not None]
    assert len(words) > 3
    for word in words:
        for other in words:
            apart = other.letters.shape[1] - 2 * other.margin
            left = other.x + other.margin
            assert other is word or left >= word.box.x + word.box.width or left + apart <= word.box.x


def test_boxes_hold_letters_that_leave_their_line(subtitle: Made) -> None:
    page = _page(subtitle("فيديو يصبح\nمنه", font={"size": 60}, activeWord={"background": "#f00"}))
    for word in page.words:
        assert word is not None
        ink = word.y + word.margin, word.y + word.letters.shape[0] - word.margin
        assert word.box.y <= ink[0] < ink[1] <= word.box.y + word.box.height


def test_a_stroke_keeps_words_apart(subtitle: Made) -> None:
    thin, thick = (_page(subtitle("a b", stroke={"color": "#000", "width": w})).setting.lines[0][1] for w in (0, 10))
    assert thick - thin == pytest.approx(10, abs=1)


@pytest.mark.parametrize(
    ("text", "leftwards"), [("abc", False), ("שלום", True), ("«مرحبا", True), ("2024", False), ("...", False)]
)
def test_the_first_letter_tells_where_a_word_begins(text: str, leftwards: bool) -> None:
    assert runs_leftwards(text) is leftwards

import pytest

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Length
from clipmill.domain.timeline.colour import Colour
from clipmill.media.draw.html.content import (
    Space,
    TextRun,
    baseline_of,
    direction_of,
    face_of,
    letters,
    lift_of,
    markup,
    normal_line,
    rise_of,
)
from clipmill.media.draw.markup import set_markup


@pytest.mark.parametrize("text", ["a & b", "<b>", "'\"", "&amp;", "]]>", "</span>", "\u2060"])
@pytest.mark.parametrize("spacing", [0.0, 3.0])
def test_nothing_in_a_text_is_markup(text: str, spacing: float) -> None:
    look = Look(word_spacing=Length(spacing), font_family="a'b\"<&", color=Colour(1, 2, 3))
    assert set_markup("x" + markup((TextRun(text, look),), lambda _, item: ""), "text") is not None


def test_a_space_is_as_wide_as_asked_wherever_it_stands() -> None:
    def width(*items: TextRun | Space) -> int:
        image = set_markup(markup(items, lambda _, item: "foreground='#000000' underline='single'"), "text", rgba=True)
        return int(image.width)

    run = TextRun("HH", Look())
    alone = width(run)
    assert (
        width(Space(40), run)
        == width(run, Space(40))
        == width(TextRun("H", Look()), Space(40), TextRun("H", Look()))
        == alone + 40
    )
    assert width(Space(25, 10, 5, atom=0)) == 25


@pytest.mark.parametrize(
    ("text", "direction", "mark"),
    [
        ("abc", "ltr", ""),
        ("abc", "rtl", "\u200f"),
        ("שלום", "ltr", "\u200e"),
        ("שלום", None, ""),
        ("12", "rtl", "\u200f"),
    ],
)
def test_a_mark_turns_a_paragraph(text: str, direction: str | None, mark: str) -> None:
    assert direction_of((TextRun(text, Look()),), direction) == mark


def test_a_font_is_measured() -> None:
    face = face_of(Look(font_size=100))
    assert (face.ascent, face.descent) == (107, 30)
    assert 0 < face.underline < 20
    assert normal_line(Look(font_size=100)) == 137


def test_a_line_stands_where_browsers_have_it() -> None:
    look = Look(font_size=20, line_height=1.5)
    drawn = baseline_of(letters(look))
    assert drawn is not None
    assert drawn + lift_of(look) == 1 + face_of(look).ascent


def test_tall_scripts_get_the_lines_their_fonts_ask_for() -> None:
    assert "line_height" in letters(Look(), text="abc")
    assert "line_height" not in letters(Look(), text="नमस्ते")
    assert "line_height" in letters(Look(line_height=2.0), text="नमस्ते")


@pytest.mark.parametrize(
    ("align", "rise"), [("baseline", 0), ("super", 20 / 3 + 1), ("sub", -5), (Length(3), 3), ("top", 0)]
)
def test_an_element_may_stand_higher(align: str | Length, rise: float) -> None:
    assert rise_of(Look(vertical_align=align), Look(font_size=20)) == pytest.approx(rise)

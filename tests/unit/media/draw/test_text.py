import pytest

from clipmill.media.draw.text import Lettering, clean_text, draw_text, fit_text
from tests.rendering import use_fonts


@pytest.fixture(autouse=True)
def packaged_fonts() -> None:
    use_fonts()


def _lettering(text: str, **fields: object) -> Lettering:
    return Lettering(text, "Manrope", **{"size": 40.0, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "transform", "shown"),
    [("a\r\nb\rc", "none", "a\nb\nc"), ("a\x00b\x1bc", "none", "abc"), ("straße", "uppercase", "STRASSE"),
     ("ABC", "lowercase", "abc"), ("it's a wrap", "capitalize", "It's A Wrap"), ("a\tb", "none", "a b")],
)  # fmt: skip
def test_text_is_cleaned(text: str, transform: str, shown: str) -> None:
    assert clean_text(text, transform) == shown


@pytest.mark.parametrize("text", ["a & b", "<b>bold</b>", "'\"", "&amp;", "{{x}}"])
def test_nothing_in_a_text_is_markup(text: str) -> None:
    assert draw_text(_lettering(text)) is not None


def test_markup_is_drawn_as_it_is_written() -> None:
    tagged, plain = draw_text(_lettering("<b>bold</b>")), draw_text(_lettering("bold"))
    assert tagged is not None
    assert plain is not None
    assert tagged.mask.shape[1] > plain.mask.shape[1] * 1.5


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("factor", [0.9, 1.2, 2.0])
def test_lines_and_their_height_are_known(count: int, factor: float) -> None:
    ink = draw_text(_lettering("\n".join(["line"] * count), line_factor=factor))
    assert ink is not None
    assert ink.lines == count
    assert ink.height == pytest.approx(count * 40 * factor, abs=1)


@pytest.mark.parametrize("text", ["مرحبا بالعالم", "שלום עולם", "नमस्ते दुनिया"])
def test_lines_of_other_scripts_are_counted_too(text: str) -> None:
    ink = draw_text(_lettering(f"{text}\n{text}"))
    assert ink is not None
    assert ink.lines == 2


def test_empty_lines_count() -> None:
    ink = draw_text(_lettering("a\n\nb"))
    assert ink is not None
    assert ink.lines == 3


def test_lines_are_broken_to_a_width() -> None:
    ink = draw_text(_lettering("one two three four five six", width=200))
    assert ink is not None
    assert ink.lines > 1
    assert ink.right <= 200


def test_weight_and_spacing_change_the_ink() -> None:
    plain, bold, wide = (draw_text(_lettering("Hamburg", **f)) for f in ({}, {"weight": 800}, {"spacing": 0.1}))
    assert plain is not None
    assert bold is not None
    assert wide is not None
    assert bold.mask.sum() > plain.mask.sum() * 1.3
    assert wide.mask.shape[1] == pytest.approx(plain.mask.shape[1] + 6 * 4, abs=3)


def test_the_fit_is_the_largest_size_that_fits() -> None:
    whole = _lettering("A headline that is longer than its box", size=60.0, width=300)
    fitted = fit_text(whole, 8, height=80, lines=2)
    assert fitted is not None
    ink = draw_text(fitted)
    assert ink is not None
    assert ink.lines <= 2
    assert ink.height <= 80.5
    larger = draw_text(Lettering(whole.text, "Manrope", fitted.size + 0.5, width=300))
    assert larger is not None
    assert larger.lines > 2 or larger.height > 80.5 or larger.mask.shape[1] > 300


def test_what_does_not_fit_at_its_smallest_is_told() -> None:
    assert fit_text(_lettering("Donaudampfschifffahrtsgesellschaft", width=100), 30, None, None) is None


def test_a_word_wider_than_the_line_is_broken_where_it_may_be() -> None:
    long = _lettering("Donaudampfschifffahrtsgesellschaft", width=300, breaks_words=True)
    fitted = fit_text(long, 30, 200, None)
    assert fitted is not None
    ink = draw_text(fitted)
    assert ink is not None
    assert ink.right <= 300


@pytest.mark.parametrize("text", ["Hello", "فستان أحمر"])
def test_left_is_left_and_right_is_right_whichever_way_the_text_runs(text: str) -> None:
    left, right = (draw_text(_lettering(text, width=400, align=align)) for align in ("left", "right"))
    assert left is not None
    assert right is not None
    assert left.x < 10
    assert right.right > 390


def test_start_is_where_the_text_begins() -> None:
    latin, arabic = (draw_text(_lettering(text, width=400, align="start")) for text in ("Hello", "فستان"))
    assert latin is not None
    assert arabic is not None
    assert latin.x < 10
    assert arabic.right > 390

from pathlib import Path

import numpy as np
import pytest

from clipmill.media.draw.text import Ink, Lettering, clean_text, draw_text, emoji_in, fit_text
from clipmill.media.fonts.library import FontLibrary
from tests.fontfiles import make_font
from tests.inks import inks
from tests.rendering import use_fonts

_MACHINE = FontLibrary(system=True)
needs_emoji = pytest.mark.skipif(not _MACHINE.emoji_family, reason="no font with emoji in colour is installed")
needs_han = pytest.mark.skipif(
    bool(_MACHINE.missing_glyphs("连衣裙かな한글")), reason="no Chinese, Japanese and Korean font is installed"
)


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


def _drawn(text: str, family: str = "Manrope", size: float = 80.0) -> Ink:
    ink = draw_text(Lettering(text, family, size))
    assert ink is not None
    return ink


def _width(text: str, family: str = "Manrope") -> int:
    return int(_drawn(text, family).mask.shape[1])


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    """How much of two inks lies in the same place, their boxes laid over each other at the right: 1 for all."""
    height, width = max(one.shape[0], other.shape[0]), max(one.shape[1], other.shape[1])
    boxes = []
    for ink in (one, other):
        box = np.zeros((height, width))
        box[height - ink.shape[0] :, width - ink.shape[1] :] = ink
        boxes.append(box)
    return float(np.minimum(*boxes).sum() / np.maximum(*boxes).sum())


def _columns(ink: Ink, first: int | None, last: int | None) -> np.ndarray:
    """The ink of some columns, without the empty rows above and below."""
    part = ink.mask[:, first:last]
    part = part[:, part.any(axis=0)]
    return part[part.any(axis=1)]


@pytest.mark.parametrize("family", ["Manrope", "Source Sans Pro", "Noto Sans Arabic"])
def test_letters_that_fit_into_each_other_are_kerned(family: str) -> None:
    assert _width("AV", family) < _width("A", family) + _width("V", family)
    # Without kerning the two stand as far apart as the sum of their advances, as `A` and `H` or `H` and `V` do.
    assert _width("AVAVAVAV", family) < _width("AHAHAHAH", family) + _width("HVHVHVHV", family) - _width(
        "HHHHHHHH", family
    )


def test_a_ligature_of_the_font_is_drawn(tmp_path: Path) -> None:
    make_font(tmp_path / "Blocks.ttf", "Blocks", "Afi")
    pair, joined = inks([Lettering(text, "Blocks", 100.0) for text in ("Af", "fi")], tmp_path)
    assert pair is not None
    assert joined is not None
    assert pair.mask.shape == joined.mask.shape == (40, 90)
    assert (pair.mask[:, 45] == 0).all()
    assert (joined.mask[:, 45] == 255).all()


def test_letter_spacing_takes_ligatures_apart(tmp_path: Path) -> None:
    make_font(tmp_path / "Blocks.ttf", "Blocks", "Afi")
    (apart,) = inks([Lettering("fi", "Blocks", 100.0, spacing=0.2)], tmp_path)
    assert apart is not None
    assert (apart.mask.max(axis=0) == 0).any()


def test_arabic_letters_join_and_run_from_right_to_left() -> None:
    alone, joined = _drawn("ب"), _drawn("ببب")
    assert joined.mask.shape[1] < 2 * alone.mask.shape[1]
    # One stroke from end to end: every column has ink, which three letters that stand apart do not have.
    assert joined.mask.any(axis=0).all()
    assert not _drawn("ب ب ب").mask.any(axis=0).all()
    # An initial form differs from the isolated one; alef comes first, so it stands right.
    begin = _columns(joined, -alone.mask.shape[1] // 2, None)
    assert _likeness(begin, alone.mask) < 0.8
    alef = _drawn("ا", size=240.0).mask
    assert _likeness(_columns(_drawn("اب", size=240.0), -alef.shape[1], None), alef) > 0.9


def test_hebrew_runs_from_right_to_left_and_numbers_in_it_do_not() -> None:
    alef, bet = _drawn("א").mask, _drawn("ב").mask
    pair = _drawn("אב")
    assert _likeness(_columns(pair, -alef.shape[1], None), alef) > 0.9
    assert _likeness(_columns(pair, None, bet.shape[1]), bet) > 0.8
    # 12 stays 12 inside Hebrew: the digit on the left is 1.
    digits = _drawn("א 17")
    one, seven = _drawn("1").mask, _drawn("7").mask
    left = _columns(digits, None, one.shape[1])
    assert _likeness(left, one) > _likeness(left, seven)


def test_devanagari_conjuncts_are_one_shape() -> None:
    conjunct = _drawn("क्ष")
    assert conjunct.mask.shape[1] < 0.6 * (_width("क") + _width("ष"))
    # The vowel sign that is written after its consonant is drawn before it.
    sign = _columns(_drawn("कि"), None, _width("ि") // 3)
    assert sign.shape[0] > 0
    assert _width("कि") > _width("क")


def test_thai_vowels_and_tones_stack_above_their_consonant() -> None:
    plain, vowel, tone = _drawn("ท"), _drawn("ที"), _drawn("ที่")
    assert plain.mask.shape[1] == vowel.mask.shape[1] == tone.mask.shape[1]
    assert plain.mask.shape[0] < vowel.mask.shape[0] < tone.mask.shape[0]


@pytest.mark.parametrize("text", ["ภาษาไทยสวยงามมากๆจริงๆ", "ខ្ញុំស្រលាញ់ភាសាខ្មែរណាស់"])
def test_scripts_without_spaces_are_broken_into_lines(text: str) -> None:
    ink = draw_text(_lettering(text, width=200))
    assert ink is not None
    assert ink.lines > 1
    assert ink.right <= 200


@needs_han
def test_chinese_japanese_and_korean_are_drawn_and_broken_anywhere() -> None:
    texts = ("连衣裙", "かな", "한글", "连衣裙连衣裙连衣裙连衣裙")
    dress, kana, hangul, long = inks(
        [Lettering(text, "Manrope", 40.0, width=None if len(text) < 4 else 130) for text in texts], system=True
    )
    assert dress is not None
    assert kana is not None
    assert hangul is not None
    assert long is not None
    assert dress.mask.shape[1] == pytest.approx(3 * 40, abs=8)
    assert kana.mask.shape[1] == pytest.approx(2 * 40, abs=8)
    assert hangul.mask.shape[1] == pytest.approx(2 * 40, abs=12)
    assert (long.lines, long.right <= 130) == (4, True)


@pytest.mark.parametrize(
    ("text", "maybe"),
    [("plain", False), ("Größe 连衣裙 नमस्ते", False), ("50 % – ok…", False), ("👗", True), ("☺\ufe0f", True),
     ("1\ufe0f\u20e3", True), ("🇩🇪", True), ("→", True), ("⚡", True)],
)  # fmt: skip
def test_emoji_are_seen_in_a_text(text: str, maybe: bool) -> None:
    assert emoji_in(text) is maybe


def test_without_a_font_for_emoji_everything_is_drawn_in_one_colour() -> None:
    ink = draw_text(_lettering("A → B"))
    assert ink is not None
    assert ink.colour is None
    assert (ink.coverage == ink.mask).all()


def _hues(ink: Ink) -> int:
    """How many different colours the opaque parts have, told apart coarsely."""
    assert ink.colour is not None
    seen = ink.colour[ink.colour[..., 3] == 255][:, :3] // 64
    return len(np.unique(seen, axis=0))


@needs_emoji
def test_emoji_have_their_colours_and_the_size_of_the_text() -> None:
    dress, words, mixed, large = inks(
        [
            Lettering(text, "Manrope", size)
            for text, size in (("👗", 40.0), ("AB", 40.0), ("AB👗", 40.0), ("👗", 120.0))
        ],
        system=True,
    )
    assert dress is not None
    assert words is not None
    assert mixed is not None
    assert large is not None
    assert words.colour is None
    assert _hues(dress) > 1
    assert not dress.mask.any()
    assert 35 < dress.coverage.shape[0] < 60
    assert large.coverage.shape[0] == pytest.approx(3 * dress.coverage.shape[0], rel=0.1)
    # Letters stay letters, in the colour of the text, and pictures pictures; nothing is both.
    assert mixed.colour is not None
    assert _columns(mixed, None, None).shape == _columns(words, None, None).shape
    assert not (mixed.mask[mixed.colour[..., 3] > 0]).any()
    assert mixed.lines == 1


@needs_emoji
@pytest.mark.parametrize(
    "sequence",
    [
        "🇩🇪",
        "👍🏽",
        "👩‍🚀",
        "1\ufe0f\u20e3",
        "❤\ufe0f",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_a_sequence_of_emoji_is_one_picture(sequence: str) -> None:
    one, joined = inks([Lettering(text, "Manrope", 40.0) for text in ("👗", sequence)], system=True)
    assert one is not None
    assert joined is not None
    assert joined.colour is not None
    assert not joined.mask.any()
    assert joined.coverage.shape[1] < 1.3 * one.coverage.shape[1]


@needs_emoji
def test_a_sign_asked_for_as_text_is_a_letter() -> None:
    sign, picture = inks([Lettering(text, "Manrope", 40.0) for text in ("☺\ufe0e", "☺\ufe0f")], system=True)
    assert sign is not None
    assert picture is not None
    assert picture.colour is not None
    assert FontLibrary(system=True).missing_glyphs("☺") == ""

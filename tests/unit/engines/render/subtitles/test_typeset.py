import numpy as np
import pytest

from clipmill.domain.timeline.elements.subtitle import Caption, SubtitleFont
from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.subtitles.typeset import Setting, typeset
from clipmill.engines.render.subtitles.words import clusters, spoken
from clipmill.media.draw.markup import set_markup
from clipmill.media.draw.planes import Bytes

ROOM = Box(0, 0, 600, 400)
TEXTS = [
    "The quick Avocado fish, state-of-the-art line",
    "AVA To We fi ffi",
    "مرحبا بكم في العالم الجديد",
    "שלום עולם וברוכים הבאים",
    "مرحبا hello العالم 2024 (abc) שלום",
    "नमस्ते क्षत्रिय दुनिया",
    "สวัสดีชาวโลกทุกคนที่กำลังดู",
]


def _set(text: str, room: Box = ROOM, **font: object) -> Setting:
    words = spoken(Caption(start=0, end=4, text=text))
    return typeset(words, SubtitleFont.model_validate({"size": 40, **font}), room)


def _whole(setting: Setting) -> tuple[Bytes, int, int]:
    drawn = setting.layout.whole()
    return drawn.alpha, drawn.x, drawn.y


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("font", [{}, {"bold": True, "italic": True, "size": 33.5}])
def test_the_words_together_are_the_whole_pixel_by_pixel(text: str, font: dict[str, object]) -> None:
    setting = _set(text, **font)
    whole, left, top = _whole(setting)
    total = np.zeros(whole.shape, np.int32)
    for ink in setting.words:
        assert ink is not None
        height, width = ink.mask.shape
        total[ink.y - top : ink.y - top + height, ink.x - left : ink.x - left + width] += ink.mask
    # Where two words share a pixel, rounding may differ by one.
    assert np.abs(total - whole).max() <= 1


@pytest.mark.parametrize("text", TEXTS)
def test_the_whole_is_what_pango_makes_of_the_plain_text(text: str) -> None:
    setting = _set(text)
    font = "font_family='Manrope' weight='400' size='40960' line_height='51200' foreground='#ffffff'"
    # The same breaks: words are held together only where a line would break inside them.
    plain = set_markup(f"<span {font} allow_breaks='true'>{text}</span>", "t", rgba=True, width=setting.layout.width,
                       wrap="word-char")  # fmt: skip
    assert plain is not None
    alpha = plain.pixels()[..., 3]
    whole, left, top = _whole(setting)
    assert alpha.shape == whole.shape
    assert (plain.x, plain.y) == (left, top)
    # Each word begins at a quarter of a pixel.
    assert np.abs(alpha.astype(int) - whole).mean() < 2


def test_words_from_right_to_left_stand_in_that_order() -> None:
    latin, arabic = _set("one two"), _set("مرحبا بكم")
    assert latin.words[0] is not None
    assert latin.words[1] is not None
    assert latin.words[0].x < latin.words[1].x
    assert arabic.words[0] is not None
    assert arabic.words[1] is not None
    assert arabic.words[0].x > arabic.words[1].x


def test_lines_are_found_and_about_equally_long() -> None:
    setting = _set("Every row becomes one finished, checked video")
    assert len(setting.lines) == 2
    lengths = [last - first for first, last in setting.lines]
    assert min(lengths) > 0.75 * max(lengths)
    assert [ink.line for ink in setting.words if ink] == sorted(ink.line for ink in setting.words if ink)


def test_a_line_break_in_a_caption_is_one_on_the_picture() -> None:
    setting = _set("a\nlonger line")
    assert [ink.line for ink in setting.words if ink] == [0, 1, 1]


@pytest.mark.parametrize(
    "text",
    ["Donaudampfschifffahrtsg", "人工智能让每一行数据都变成一个完整的视频", "word " * 150, "สวัสดีชาวโลกทุกคน ที่กำลังดูวิดีโอ"],
)
@pytest.mark.parametrize("size", [30, 200, 1000])
def test_nothing_is_wider_or_higher_than_its_room(text: str, size: float) -> None:
    room = Box(0, 0, 300, 160)
    setting = _set(text, room, size=size)
    whole, left, top = _whole(setting)
    assert left + whole.shape[1] <= room.width + 2
    assert top + whole.shape[0] <= room.height * 1.1
    assert len(setting.lines) * setting.line_height <= room.height + 1


def test_no_word_is_broken_into_two_lines() -> None:
    setting = _set("state-of-the-art ideas-of-the-day", Box(0, 0, 330, 300))
    assert [ink.line for ink in setting.words if ink] == [0, 1]
    for ink in setting.words:
        assert ink is not None
        assert ink.mask.shape[0] < setting.line_height


@pytest.mark.parametrize("text", ["office state-of-the-art", "مرحبا بكم", "क्षत्रिय दुनिया"])
def test_letters_are_added_and_nothing_else_moves(text: str) -> None:
    setting = _set(text)
    ink = setting.words[0]
    assert ink is not None
    word = setting.layout.words[0].text
    before = np.zeros_like(ink.mask)
    for count in range(1, len(clusters(word)) + 1):
        now = setting.first_letters(0, count)
        assert (now >= before.astype(int) - 1).all()
        assert (now <= ink.mask).all()
        before = now
    assert np.abs(before.astype(int) - ink.mask).max() <= 1
    assert setting.first_letters(0, 1).sum() < 0.8 * ink.mask.sum()


def test_blanks_can_be_made_wider() -> None:
    words = spoken(Caption(start=0, end=1, text="a b"))
    narrow, wide = (typeset(words, SubtitleFont(size=40), ROOM, apart).lines[0][1] for apart in (0.0, 0.5))
    assert wide - narrow == pytest.approx(20, abs=1)


def test_what_looks_like_markup_is_text() -> None:
    setting = _set("<b>a</b> &amp; 'x'")
    assert len([ink for ink in setting.words if ink is not None]) == 3


def test_a_word_without_ink_is_none() -> None:
    setting = _set("a \u200b\u200b b")
    assert [ink is None for ink in setting.words] == [False, True, False]


def test_bold_and_italic_change_the_letters() -> None:
    plain, bold, italic = (
        _set("letters", family="Roboto", **font).layout.whole().alpha for font in ({}, {"bold": True}, {"italic": True})
    )
    assert bold.sum() > 1.2 * plain.sum()
    assert not np.array_equal(italic, plain)

import pytest

from clipmill.media.fonts.characters import named, needs_glyph


@pytest.mark.parametrize("char", "a€连ก้👗🏽🇩⃣\u0600\ue000\u0378\u115f")
def test_what_is_seen_needs_a_glyph(char: str) -> None:
    assert needs_glyph(char)


@pytest.mark.parametrize(
    "char",
    [" ", "\n", "\t", "\x00", "\u00a0", "\u2003", "\u3000", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202e",
     "\u2066", "\u00ad", "\u034f", "\u2060", "\u2065", "\ufe0e", "\ufe0f", "\ufeff", "\ufff0", "\U000e0001",
     "\U000e0067", "\U000e007f", "\U000e0100", "\U000e01ff", "\ud800"],
)  # fmt: skip
def test_what_is_never_seen_needs_none(char: str) -> None:
    assert not needs_glyph(char)


@pytest.mark.parametrize(
    ("characters", "said"),
    [
        ("连衣裙", "连 衣 裙 (Han)"),
        ("连👗", "连 (Han) and 👗 (emoji: dress)"),
        ("☃", "☃ (snowman)"),
        ("ก่", "ก U+0E48 (Thai)"),
        ("\ue000", "U+E000 (for private use)"),
        ("\U000e1234", "U+E1234 (no character yet)"),
        ("あ连한", "あ (Kana), 连 (Han) and 한 (Hangul)"),
    ],
)
def test_characters_are_named_so_that_people_know_them(characters: str, said: str) -> None:
    assert named(characters) == said


def test_many_characters_are_counted() -> None:
    assert named("一二三四五六七八九十百千万亿") == "一 二 三 四 五 六 七 八 九 十 百 千 (Han) and 2 more"

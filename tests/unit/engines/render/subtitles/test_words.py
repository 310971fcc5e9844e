from fractions import Fraction
from typing import Any

import pytest

from clipmill.domain.timeline.elements.subtitle import Caption
from clipmill.engines.render.subtitles.words import Spoken, atoms, clean, clusters, spoken, spread


def _caption(text: str = "", *words: tuple[float, float, str], **fields: Any) -> Caption:
    timed = [{"start": start, "end": end, "text": said} for start, end, said in words]
    return Caption.model_validate({"start": 0, "end": 4, "text": text, "words": timed, **fields})


def _said(pieces: tuple[Spoken, ...]) -> list[tuple[str, str]]:
    return [(piece.gap, piece.text) for piece in pieces]


def _times(pieces: tuple[Spoken, ...]) -> list[tuple[float, float]]:
    return [(float(piece.start), float(piece.end)) for piece in pieces]


def test_time_is_spread_over_words_by_their_length_and_one() -> None:
    pieces = spoken(_caption("a bbb cccc", end=11))
    assert _times(pieces) == [(0, 2), (2, 6), (6, 11)]


def test_words_with_times_keep_them() -> None:
    pieces = spoken(_caption("", (0, 0.5, "Hello"), (1, 2.25, "world")))
    assert _said(pieces) == [("", "Hello"), (" ", "world")]
    assert _times(pieces) == [(0, 0.5), (1, 2.25)]


def test_the_text_of_a_caption_gives_its_words_their_punctuation_and_lines() -> None:
    pieces = spoken(_caption("“Hello, big\nworld!”", (0, 1, "Hello"), (1, 2, "big"), (2, 3, "world")))
    assert _said(pieces) == [("", "“Hello,"), (" ", "big"), ("\n", "world!”")]


def test_words_stand_alone_where_the_text_says_something_else() -> None:
    assert _said(spoken(_caption("Something else", (0, 1, "Hello"), (1, 2, " you ")))) == [("", "Hello"), (" ", "you")]


def test_chinese_words_without_a_text_are_written_together() -> None:
    assert _said(spoken(_caption("", (0, 1, "你好"), (1, 2, "世界"), (2, 3, "ok")))) == [
        ("", "你好"), ("", "世界"), (" ", "ok"),
    ]  # fmt: skip


def test_times_outside_the_caption_or_out_of_order_are_put_right() -> None:
    pieces = spoken(_caption("", (2, 3, "a"), (1, 9, "b"), (3, 3, "c"), start=1))
    assert _times(pieces) == [(2, 2), (2, 3), (3, 3)]


def test_a_caption_without_length_has_words_without_length() -> None:
    assert _times(spoken(_caption("a b", start=2, end=2))) == [(2, 2), (2, 2)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("世界、「こんにちは」", ["世", "界、", "「こ", "ん", "に", "ち", "は」"]),
        ("スーパー", ["スー", "パー"]),
        ("สวัสดี", ["ส", "วั", "ส", "ดี"]),
        ("เขา", ["เขา"]),
        ("Hello世界", ["Hello", "世", "界"]),
        ("नमस्ते", ["नमस्ते"]),
        ("안녕 하세요", ["안녕", "하세요"]),
        ("x" * 60, ["x" * 24, "x" * 24, "x" * 12]),
    ],
)
def test_text_is_cut_where_its_script_allows(text: str, parts: list[str]) -> None:
    assert [part for _, part in atoms(text)] == parts


def test_a_long_word_with_a_time_is_cut_within_it() -> None:
    pieces = spoken(_caption("", (0, 2, "a" * 30), (2, 4, "b")))
    assert [piece.text for piece in pieces] == ["a" * 24, "a" * 6, "b"]
    assert [piece.gap for piece in pieces] == ["", "", " "]
    assert _times(pieces)[0][0] == 0
    assert _times(pieces)[1][1] == 2


@pytest.mark.parametrize(
    ("text", "count"),
    [("abc", 3), ("é", 1), ("👩‍👩‍👧🇩🇪👍🏽", 3), ("क्षत्रिय", 3), ("ดี", 1), ("1\ufe0f\u20e3", 1),
     ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 1)],
)  # fmt: skip
def test_letters_are_counted_as_readers_do(text: str, count: int) -> None:
    assert len(clusters(text)) == count
    assert "".join(clusters(text)) == text


@pytest.mark.parametrize(
    ("transform", "shown"),
    [("uppercase", ["STRASSE", "AB"]), ("lowercase", ["straße", "ab"]), ("capitalize", ["Straße", "Ab"])],
)
def test_case_is_changed_as_asked(transform: str, shown: list[str]) -> None:
    assert [piece.text for piece in spoken(_caption("straße ab"), transform)] == shown


def test_only_the_first_piece_of_a_word_is_capitalised() -> None:
    pieces = spoken(_caption("x" * 30), "capitalize")
    assert [piece.text[0] for piece in pieces] == ["X", "x"]


def test_controls_and_empty_lines_are_left_out() -> None:
    assert clean(" a\x00b \t c\r\n\r\n\u2028d\x1b ") == "ab c\nd"


@pytest.mark.parametrize(("text", "weight"), [("Hello", 1), ("世", Fraction(1, 2)), ("界、", Fraction(1, 2))])
def test_a_character_of_a_script_without_blanks_is_half_a_word(text: str, weight: Fraction) -> None:
    assert Spoken(text, Fraction(0), Fraction(1)).weight == weight


def test_nothing_is_spread_over_nothing() -> None:
    assert list(spread([], Fraction(0), Fraction(1))) == []

import unicodedata
from dataclasses import replace
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from clipmill.media.draw import writing
from clipmill.media.draw.text import Lettering, clean_text, draw_text
from clipmill.media.draw.writing import composed, has_no_spaces, is_joined, tracked, worded
from tests.rendering import use_fonts


@pytest.fixture(autouse=True)
def _fonts() -> None:
    use_fonts()


@pytest.mark.parametrize("word", ["Über", "Ångström", "Việt Nam", "кофе́йня", "हिन्दी", "ガギグ"])
def test_what_was_taken_apart_is_put_together(word: str) -> None:
    assert composed(unicodedata.normalize("NFD", word)) == unicodedata.normalize("NFC", word)


def test_what_composes_into_something_else_is_left_alone() -> None:
    kept = "\uf900 \u212b \ufb2a"  # a variant of a Han letter, the sign of a unit, a Hebrew letter with its dot
    assert composed(kept) == kept


def test_a_letter_taken_apart_looks_the_same() -> None:
    whole, parts = (
        draw_text(Lettering(clean_text(unicodedata.normalize(form, "Über Åå ệ")), "Manrope", 72))
        for form in ("NFC", "NFD")
    )
    assert whole is not None
    assert parts is not None
    assert np.array_equal(whole.mask, parts.mask)


@pytest.mark.parametrize("cluster", ["ẹ́", "а́", "x̂"])
def test_an_accent_without_a_letter_of_its_own_stands_over_its_letter(cluster: str) -> None:
    """Manrope has no accent alone; one from another font stood beside the letter."""
    plain = draw_text(Lettering(cluster[:-1], "Manrope", 80))
    marked = draw_text(Lettering(cluster, "Manrope", 80))
    assert plain is not None
    assert marked is not None
    assert marked.mask.shape[1] <= plain.mask.shape[1] * 1.15
    assert marked.mask.shape[0] > plain.mask.shape[0]


def _pieces(text: str, family: str, spacing: float) -> int:
    ink = draw_text(Lettering(text, family, 72, spacing=spacing))
    assert ink is not None
    return cv2.connectedComponents((ink.mask > 127).astype(np.uint8))[0] - 1


@pytest.mark.parametrize("word", ["سي", "بيت", "کتاب", "हिन्दी", "বাংলা"])
def test_joined_letters_are_not_pulled_apart(word: str) -> None:
    assert _pieces(word, "Noto Sans Arabic", 0.1) == _pieces(word, "Noto Sans Arabic", 0)


@pytest.mark.parametrize("word", ["سي", "ܫܠܡܐ", "ߒߞߏ", "ᠮᠣᠩᠭᠣᠯ", "हिन्दी", "বাংলা", "ਪੰਜਾਬੀ", "𞤀𞤣𞤤𞤢𞤥"])
def test_scripts_that_join_or_hang_are_known(word: str) -> None:
    assert is_joined(word)
    assert "letter_spacing" not in tracked(word, 100, "Manrope", 1024)


def test_other_parts_of_a_text_keep_their_spacing() -> None:
    one, blank = "<span letter_spacing='100'>AB</span>", "<span letter_spacing='100'> </span>"
    assert tracked("AB سي", 100, "Manrope", 1024) == f"{one}{blank}سي"
    assert tracked("ffi", 0, "Manrope", 1024) == "ffi"
    wide, narrow = (draw_text(Lettering("Sale سي", "Manrope", 40, spacing=spacing)) for spacing in (0.2, 0))
    assert wide is not None
    assert narrow is not None
    assert wide.mask.shape[1] == pytest.approx(narrow.mask.shape[1] + 0.2 * 40 * 5, abs=5)


def test_words_without_blanks_may_be_parted_where_they_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaker(text: str, locale: str) -> SimpleNamespace:
        return SimpleNamespace(segments=lambda: ((n, n + 2) for n in range(0, len(text), 2)))

    monkeypatch.setattr(writing, "_icu", lambda: SimpleNamespace(LineBreaker=breaker))
    writing._words.cache_clear()
    assert worded("กขคง ab") == "กข\u200bคง ab"
    assert worded("กข\u200bค") == "กข\u200bค"  # somebody has told them already
    writing._words.cache_clear()
    monkeypatch.setattr(writing, "_icu", lambda: None)
    assert worded("กขคง") == "กขคง"
    assert has_no_spaces("กข")


def test_a_thai_line_breaks_between_words() -> None:
    pytest.importorskip("icu4py", reason="needs the extra `words`")
    assert worded("สวัสดีชาวโลก").split("\u200b") == ["สวัสดี", "ชาว", "โลก"]
    lettering = Lettering(clean_text("สวัสดีชาวโลก"), "Noto Sans Thai", 40)
    whole = draw_text(lettering)
    assert whole is not None
    broken = draw_text(replace(lettering, width=whole.mask.shape[1] - 4))
    alone = draw_text(replace(lettering, text="สวัสดีชาว"))
    assert broken is not None
    assert alone is not None
    assert (broken.lines, broken.mask.shape[1]) == (2, pytest.approx(alone.mask.shape[1], abs=2))


def test_blanks_are_as_wide_as_in_the_font_asked_for() -> None:
    """Browsers take them from there: this stands in three lines of 300 pixels, as in Chromium, not in four."""
    text = "אנו מציעים לכם את מיטב המוצרים לבית, עבודת יד מעץ אגוז טבעי עם אחריות לשנתיים"
    ink = draw_text(Lettering(text, "Manrope", 24, width=300))
    assert ink is not None
    assert ink.lines == 3
    assert "letter_spacing" not in tracked("Plain words – all", 0, "Manrope", 1024)

"""How bytes become text."""

from __future__ import annotations

import pytest

from clipmill.errors import SourceError
from clipmill.intake.encoding import Encoding, detect_encoding


def detect(sample: bytes, named: str = "", *, is_whole: bool = True) -> Encoding:
    return detect_encoding(sample, is_whole=is_whole, named=named)


def test_character_cut_off_by_the_sample_is_still_utf8() -> None:
    assert detect("é👗".encode()[:-1], is_whole=False) == Encoding("utf-8", "UTF-8")


def test_character_cut_off_by_the_end_of_the_file_is_damage() -> None:
    assert "not UTF-8" in detect("é👗é👗".encode()[:-1]).note


def test_utf32_mark_is_not_taken_for_utf16() -> None:
    assert detect("\ufeffa".encode("utf-32-le")).label == "UTF-32 little-endian with BOM"


def test_all_marks_are_skipped() -> None:
    assert detect(b"\xef\xbb\xbf" * 3 + b"a").skip_bytes == 9


@pytest.mark.parametrize(
    "codec, label, text",
    [("cp1250", "Windows-1250", "Příliš žluťoučký kůň, Zażółć gęślą jaźń"),
     ("cp1252", "Windows-1252", "Café crème brûlée, Grüße aus München – 20 €, Niño"),
     ("cp1253", "Windows-1253", "Κόκκινο φόρεμα, Πράσινο καπέλο"),
     ("cp1256", "Windows-1256", "فستان أحمر قبعة خضراء"),
     ("gb18030", "GB 18030", "红色连衣裙 绿色帽子 特价"), ("big5", "Big5", "紅色連衣裙 綠色帽子 特價"),
     ("cp949", "EUC-KR", "빨간 드레스 초록 모자 세일")],
)  # fmt: skip
def test_older_encoding_is_guessed_and_told_with_an_excerpt(codec: str, label: str, text: str) -> None:
    found = detect(f"sku,title\n1,{text}\n".encode(codec))
    assert found.label == f"{label} (guessed)"
    assert found.decode(f"{text}".encode(codec)) == text
    assert text.split(maxsplit=1)[0].rstrip(",") in found.note
    assert "--encoding" in found.note


def test_guess_shows_what_the_rivals_would_give() -> None:
    assert "Windows-1250 would give “1,Café crčme”" in detect("sku,title\n1,Café crème\n".encode("cp1252")).note


@pytest.mark.parametrize(
    "named, sample, label, skip",
    [("utf-8", b"\xef\xbb\xbfa", "UTF-8 with BOM", 3), ("UTF8", b"a", "UTF-8", 0), ("utf-8-sig", b"a", "UTF-8", 0),
     ("utf-16", b"\xfe\xff\0a", "UTF-16 big-endian with BOM", 2), ("latin-1", b"\xe9", "ISO 8859-1", 0),
     ("windows-1252", b"\xe9", "Windows-1252", 0), ("cp850", b"\x82", "CP850", 0)],
)  # fmt: skip
def test_named_encoding_is_taken_with_its_mark(named: str, sample: bytes, label: str, skip: int) -> None:
    found = detect(sample, named)
    assert (found.label, found.skip_bytes, found.note) == (label, skip, "")


@pytest.mark.parametrize("named", ["klingon", "rot13", "hex", "base64", "x\0y", "../etc"])
def test_unknown_encoding_is_refused(named: str) -> None:
    with pytest.raises(SourceError, match="no text encoding called"):
        detect(b"a", named)

import codecs
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.subtitles.reading import decoded, read_captions, with_captions
from clipmill.errors import MediaError, NotFoundError
from clipmill.settings import Limits
from tests.rendering import project

SRT = "1\r\n00:00:01,000 --> 00:00:02,000\r\n{}\r\n"
ASS = (
    "[Script Info]\nScriptType: v4.00+\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,not seen\n"
    "Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\i1}after{\\i0}\\Nall\n"
    "Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,{\\k50}Hel{\\k50}lo {\\kf100}world\n"
)


def _texts(data: bytes, most: int = 100) -> list[str]:
    return [caption.text for caption in read_captions(data, where="subtitle.src", most=most)]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_is_read(codec: str) -> None:
    assert _texts(SRT.format("Grüße, мир, 世界").encode(codec)) == ["Grüße, мир, 世界"]


@pytest.mark.parametrize(
    ("codec", "text"),
    [("cp1252", "Größe für schöne Mädchen, ça va très bien"), ("latin-1", "Déjà vu à l’été".replace("’", "'")),
     ("cp1251", "Привет, это обычный русский текст для проверки"), ("cp932", "こんにちは、皆さん。今日は晴れです")],
)  # fmt: skip
def test_old_encodings_are_recognised(codec: str, text: str) -> None:
    assert _texts(SRT.format(text).encode(codec)) == [text]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "there is no caption in the file"),
        (b"just words\n", "there is no caption in the file"),
        (b"00:01,000 --> 00:02,000 \x00\x00\x00 MZ" * 50, "the file is no text"),
        (codecs.BOM_UTF16_LE + b"a\x00\x00\xd8\x00", "it is not the UTF-16 it says it is"),
        (b"a" * (4 * 1024 * 1024 + 1), "larger than 4,194,304 bytes"),
        (SRT.format("a").encode() * 3, "more captions than the limit of 2"),
    ],
    ids=["empty", "prose", "binary", "broken", "huge", "many"],
)
def test_what_is_no_subtitle_file_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(MediaError, match=sentence):
        _texts(data, most=2)


def test_captions_come_in_order_of_time() -> None:
    data = b"00:05,000 --> 00:06,000\nb\n\n00:01,000 --> 00:02,000\na\n"
    assert _texts(data) == ["a", "b"]


def test_ass_is_read_with_its_sung_syllables() -> None:
    sung, after = read_captions(ASS.encode(), where="s", most=10)
    assert [(word.start, word.end, word.text) for word in sung.words] == [
        (1, 1.5, "Hel"), (1.5, 2, "lo"), (2, 3, "world"),
    ]  # fmt: skip
    assert (after.start, after.end, after.text, after.words) == (3, 4, "after\nall", ())


def test_ssa_is_read_too() -> None:
    ssa = ASS.replace("v4.00+", "v4.00").replace("V4+", "V4").replace("Format: Layer", "Format: Marked")
    assert _texts(ssa.encode()) == ["Hello world", "after\nall"]


def test_a_broken_ass_script_is_refused() -> None:
    with pytest.raises(MediaError, match=r"s: the ASS script cannot be read"):
        read_captions(ASS.replace("Arial", "Arial,20,zz").encode(), where="s", most=10)


@pytest.mark.parametrize(
    ("line", "says"),
    [("Dialogue: 0,0:00:0x.00,0:00:03.00,Default,,0,0,0,,Bad", "is no line of dialogue: 'Dialogue: 0,0:00:0x"),
     ("Dialogue: 0,-0:00:01.00,0:00:03.00,Default,,0,0,0,,Soon", "is no line of dialogue"),
     ("Dialogue: 0,0:00:05.00", "is no line of dialogue"),
     ("Dialogue: 0,9999:00:05.00,9999:00:06.00,Default,,0,0,0,,Far", "is no line of dialogue"),
     ("Dialogue: 0,0:00:05.30,0:00:05.2,Default,,0,0,0,,Back", ": the caption ends before it begins")],
)  # fmt: skip
def test_the_wrong_line_of_an_ass_script_is_named(line: str, says: str) -> None:
    number = len(ASS.splitlines()) + 1
    with pytest.raises(MediaError, match=rf"^subtitle\.src: line {number}( |:).*") as caught:
        read_captions(f"{ASS.rstrip()}\n{line}\n".encode(), where="subtitle.src", most=10)
    assert says in str(caught.value)
    assert caught.value.hint


def test_text_is_decoded_whatever_its_bytes_are() -> None:
    assert decoded(b"\xff\xe9t\xe9", "s")


def _project(**subtitle: Any) -> Any:
    return load_project(project(subtitle=subtitle))


def test_the_file_of_a_subtitle_becomes_its_captions(tmp_path: Path) -> None:
    file = tmp_path / "a.srt"
    file.write_bytes(SRT.format("Hello").encode())
    filled = with_captions(_project(src="asset:x", animation="pop"), {"asset:x": str(file)})
    assert filled.subtitle is not None
    assert [caption.text for caption in filled.subtitle.captions] == ["Hello"]
    assert (filled.subtitle.src, filled.subtitle.animation) == ("", "pop")
    assert "subtitle.src" not in filled.sources


def test_the_limit_of_captions_holds_for_files(tmp_path: Path) -> None:
    file = tmp_path / "b.srt"
    file.write_bytes(SRT.format("Hello").encode() * 2)
    with pytest.raises(MediaError, match="limit of 1"):
        with_captions(_project(src="asset:x"), {"asset:x": str(file)}, Limits(captions=1))


def test_a_project_without_a_file_stays_as_it_is() -> None:
    plain, given = load_project(project()), _project(captions=[{"start": 0, "end": 1, "text": "a"}])
    assert with_captions(plain, {}) is plain
    assert with_captions(given, {}) is given


def test_a_lost_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"subtitle\.src: asset:x is not stored"):
        with_captions(_project(src="asset:x"), {})
    with pytest.raises(NotFoundError, match="cannot be read: No such file"):
        with_captions(_project(src="asset:x"), {"asset:x": str(tmp_path / "none.srt")})


def test_drawings_in_a_script_are_left_out_and_no_brace_squares() -> None:
    line = "Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,"
    script = f"{ASS}{line}{{\\p1}}m 0 0 l 9 9{{\\p0}}\n{line}{{\\b1}}{{\\p0}}said{'{}' * 50_000}{'{' * 50_000}\n"
    assert _texts(script.encode())[-1] == f"said{'{' * 996}"


def test_a_syllable_of_thousands_of_digits_ends_with_its_line() -> None:
    line = "Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\k" + "9" * 5000 + "}word"
    *_, last = read_captions(f"{ASS}{line}\n".encode(), where="s", most=10)
    assert [(word.start, word.end) for word in last.words] == [(5, 6)]

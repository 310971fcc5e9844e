"""What a file is, by its first bytes."""

from pathlib import Path

import pytest

from clipmill.domain.media import MediaKind
from clipmill.errors import MediaError
from clipmill.media.facts.sniff import recognise, sniff

IMAGE, VIDEO, AUDIO = MediaKind.IMAGE, MediaKind.VIDEO, MediaKind.AUDIO
KNOWN = [
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", (IMAGE, ".png")),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", (IMAGE, ".jpg")),
    (b"GIF89a\1\0\1\0", (IMAGE, ".gif")),
    (b"RIFF\1\0\0\0WEBPVP8 ", (IMAGE, ".webp")),
    (b"<svg xmlns='http://www.w3.org/2000/svg'>", (IMAGE, ".svg")),
    (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <html> -->\n<svg>", (IMAGE, ".svg")),
    (b"<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'svg11.dtd'>\n<svg >", (IMAGE, ".svg")),
    (b"<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>", (IMAGE, ".svg")),
    (b"\0\0\0\x20ftypisom\0\0\2\0", (VIDEO, ".mp4")),
    (b"\0\0\0\x14ftypqt  \0\0\2\0", (VIDEO, ".mov")),
    (b"\0\0\0\x08wide\0\0\0\0mdat", (VIDEO, ".mov")),
    (b"\0\0\0\x20ftypM4A \0\0\2\0", (AUDIO, ".m4a")),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\1B\x82\x84webm", (VIDEO, ".webm")),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\1B\x82\x88matroska", (VIDEO, ".mkv")),
    (b"RIFF\1\0\0\0WAVEfmt ", (AUDIO, ".wav")),
    (b"ID3\4\0\0", (AUDIO, ".mp3")),
    (b"\xff\xfb\x90\x64", (AUDIO, ".mp3")),
    (b"fLaC\0\0\0\x22", (AUDIO, ".flac")),
    (b"OggS\0\2" + bytes(22) + b"\1\x1e\1vorbis", (AUDIO, ".ogg")),
    (b"OggS\0\2" + bytes(22) + b"\1\x2a\x80theora", (VIDEO, ".ogv")),
]  # fmt: skip
OTHERS = [
    (b"", "an empty file"),
    (b"<!DOCTYPE html><html><svg>", "a web page"),
    (b"  <html lang='en'>", "a web page"),
    (b"%PDF-1.7", "a PDF document"),
    (b"PK\3\4", "a zip archive"),
    (b"#EXTM3U\nhttp://127.0.0.1/seg.ts", "a playlist"),
    (b"\0\0\0\x20ftypavif", "an AVIF picture"),
    (b"\0\0\0\x20ftypheic", "a HEIC picture"),
    (b"RIFF\1\0\0\0AVI LIST", "an AVI video"),
    (b'{"error": "no"}', "JSON text"),
    (b"<rss><svg/></rss>", "an XML document"),
    (b"ffconcat version 1.0", "plain text without a line of times"),
    (b"1\n00:00:01,000 -> 00:00:02,000\nHi", "plain text without a line of times"),
    ("Text in Köln".encode(), "neither a picture"),
    (b"\xff\xf1\x50\x80", "neither a picture"),
    (b"\x00", "neither a picture"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "found"), KNOWN)
def test_media_is_known_by_its_first_bytes(head: bytes, found: tuple[MediaKind, str]) -> None:
    assert sniff(head) == found


@pytest.mark.parametrize(("head", "_"), OTHERS)
def test_what_is_not_media_is_none(head: bytes, _: str) -> None:
    assert sniff(head) is None


@pytest.mark.parametrize(("head", "words"), OTHERS)
def test_what_is_not_media_is_named_in_the_error(tmp_path: Path, head: bytes, words: str) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(head)
    with pytest.raises(MediaError, match=f"shop.example/a.jpg is {words}") as caught:
        recognise(path, "shop.example/a.jpg")
    assert "PNG" in caught.value.hint


def test_a_wrong_suffix_deceives_nobody(tmp_path: Path) -> None:
    path = tmp_path / "cap.png"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    assert recognise(path) == (IMAGE, ".jpg")


def test_an_unreadable_file_is_a_media_error(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be read"):
        recognise(tmp_path)


@pytest.mark.parametrize(
    ("text", "suffix"),
    [("WEBVTT\n\n00:01.000 --> 00:02.000\nHi", ".vtt"), ("1\r\n00:00:01,000 --> 00:00:02,000\r\nHi", ".srt"),
     ("00:00:01.5 --> 00:00:02.5\nHi", ".srt"), ("[Script Info]\nTitle: x", ".ass"),
     ("  \n1\n0:00:01,00 --> 0:00:02,00", ".srt")],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_subtitles_are_known_by_their_content(text: str, suffix: str, encoding: str) -> None:
    assert sniff(text.encode(encoding)) == (MediaKind.SUBTITLE, suffix)


@pytest.mark.parametrize("text", ["see 00:01 --> there", "WEBVTTX", "hello", "--> 00:00:01,000"])
def test_other_texts_are_no_subtitles(text: str) -> None:
    assert sniff(text.encode()) is None


BROKEN = "1\n00:00:01,000 -> 00:00:02,000\nGrüße\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize(
    ("name", "suffix"), [("words.srt", ".srt"), ("WORDS.VTT", ".vtt"), ("a.ssa", ".ass"), ("x.example/a.ass", ".ass")]
)
def test_a_text_named_as_subtitles_is_taken_for_them(tmp_path: Path, name: str, suffix: str, encoding: str) -> None:
    path = tmp_path / "stored"
    path.write_bytes(BROKEN.encode(encoding))
    assert recognise(path, name) == (MediaKind.SUBTITLE, suffix)


@pytest.mark.parametrize(
    ("head", "says"),
    [(b"", "an empty file"), (b"<!doctype html>", "a web page, no subtitles"), (b"%PDF-1.7", "a PDF document, no"),
     (b"PK\3\4", "a zip archive"), (b"\0\1\2\3", "no subtitles"), (bytes(90), "no subtitles")],
)  # fmt: skip
def test_what_is_named_as_subtitles_and_is_none_is_told_as_that(tmp_path: Path, head: bytes, says: str) -> None:
    path = tmp_path / "words.srt"
    path.write_bytes(head)
    with pytest.raises(MediaError, match=rf"^words\.srt is {says}") as caught:
        recognise(path)
    assert caught.value.hint == "Use an SRT, WebVTT or ASS file."


def test_a_picture_named_as_subtitles_is_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "words.srt"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    assert recognise(path) == (IMAGE, ".jpg")

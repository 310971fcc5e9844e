"""Subtitle files that mean harm."""

from __future__ import annotations

from pathlib import Path

from tests.hostile.case import Corpus, body, render

CASES = Corpus()
_MB = 1_000_000
_CUE = "1\n00:00:00,000 --> 00:00:00,300\nHello\n\n"
_ASS = """[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_LINE = "Dialogue: 0,0:00:00.00,0:00:00.30,Default,,0,0,0,,{}\n"


def _file(name: str, means: str, content: str | bytes, suffix: str = "srt") -> None:
    def make(folder: Path) -> list[str]:
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        (folder / f"a.{suffix}").write_bytes(data)
        return render(folder, {**body(), "subtitle": {"src": f"a.{suffix}"}})

    CASES.add(f"{name}-{suffix}", means, make)


_file("million-cues", "as many captions as memory holds", _CUE * 90_000)
_file(
    "negative-times",
    "end before it begins",
    "1\n-00:00:01,000 --> -00:00:09,000\na\n\n2\n00:00:09,000 --> 00:00:01,000\nb\n",
)
_file(
    "far-times", "a day that has a million hours", "1\n99999999999:99:99,999 --> 999999999999999999999:00:00,000\na\n"
)
_file("overlap", "all at once", "".join(f"{n}\n00:00:00,000 --> 00:00:09,000\nline {n}\n\n" for n in range(999)))
_file("one-long-caption", "a caption of a megabyte", "1\n00:00:00,000 --> 00:00:00,300\n" + "word " * 200_000)
_file("one-long-line", "a time that never ends", "00:00:00,000 --> " * 60_000)
_file("arrows", "a megabyte of arrows", "-->" * 330_000)
_file("digits", "a number of a megabyte", "1\n" + "0" * _MB + ":00:00,000 --> 1\n")
_file("tags", "tags that never close", _CUE.replace("Hello", "<i><b><font color=" * 50_000))
_file("braces", "overrides that never close", _CUE.replace("Hello", "{\\" * 300_000))
_file("utf16", "half a character", b"\xff\xfe" + _CUE.encode("utf-16-le") + b"\x00")
_file("chance", "bytes of no encoding", _CUE.encode() + bytes(range(128, 256)) * 6000)
_file("nul", "end early", _CUE + "\0" * 1000)
_file("surrogate", "text no encoding can hold", _CUE.replace("Hello", "\ud800"))
_file("picture", "be a picture", b"\x89PNG\r\n\x1a\n" + bytes(1000))
_file("styles", "styles that never close", "WEBVTT\n\nSTYLE\n" + "::cue(" * 150_000, "vtt")
_file("notes", "notes and nothing else", "WEBVTT\n\n" + "NOTE a\n\n" * 110_000, "vtt")
_file(
    "settings",
    "a cue with a megabyte of settings",
    "WEBVTT\n\n00:00.000 --> 00:00.300 " + "align:start " * 80_000 + "\na\n",
    "vtt",
)
_file("timestamps", "times within", "WEBVTT\n\n00:00.000 --> 00:00.300\n" + "<00:00.100>a" * 80_000, "vtt")
_file("entities", "entities within", "WEBVTT\n\n00:00.000 --> 00:00.300\n" + "&amp;&#x1F600;&lt" * 60_000, "vtt")
_file("karaoke", "a syllable for every letter", _ASS + _LINE.format("{\\k1}a" * 150_000), "ass")
_file("open-karaoke", "syllables that never close", _ASS + _LINE.format("{\\k1" * 200_000), "ass")
_file("backslashes", "a megabyte of backslashes in braces", _ASS + _LINE.format("{" + "\\" * _MB + "}"), "ass")
_file("drawings", "a drawing for every letter", _ASS + _LINE.format("{\\p1}m 0 0 l 1 1{\\p0}" * 40_000), "ass")
_file("many-lines", "as many lines as memory holds", _ASS + _LINE.format("a") * 60_000, "ass")
_file(
    "many-styles",
    "as many styles",
    _ASS.replace("[Events]", "Style: a,Arial,20\n" * 50_000 + "[Events]") + _LINE.format("a"),
    "ass",
)
_file(
    "formats",
    "a format of a megabyte",
    "[Script Info]\n[Events]\nFormat: " + "Text," * 190_000 + "\n" + _LINE.format("a"),
    "ass",
)
_file("sections", "sections and nothing in them", "[Events]\n" * 110_000, "ass")
_file("fonts-within", "a font in the file", _ASS + "[Fonts]\nfontname: a.ttf\n" + "!!!!" * 200_000, "ass")
_file("commas", "a line of commas", _ASS + "Dialogue: " + "," * _MB + "\n", "ass")
for _sign in ("\n", "\r", ":", ",", ".", "-", ">", "<", "{", "}", "\\", "&", " ", "\t", "[", "0", "\ufeff"):
    _file(f"megabyte-of-{ord(_sign):x}", f"{_sign!r}, a million times", _sign * (_MB // len(_sign.encode())))
    _file(
        f"megabyte-of-{ord(_sign):x}-in-a-cue",
        f"{_sign!r}, a million times, where a text is",
        _CUE.replace("Hello", _sign * (_MB // 2)),
    )

"""Scripts: which are told apart, the characters that show a font covers one, and a free font to look for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clipmill.media.fonts.cmap import Coverage

#: A font covers a script when it has this share of its sample.
_ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class Script:
    """A script, or what is chosen like one."""

    name: str
    #: Where its characters lie: beginnings and ends, both included.
    ranges: tuple[tuple[int, int], ...]
    #: Characters every font for it has.
    sample: str
    #: A font under a free licence that covers it.
    font: str


SCRIPTS = (
    Script("Latin", ((0x41, 0x5A), (0x61, 0x7A), (0xAA, 0xAA), (0xBA, 0xBA), (0xC0, 0x24F), (0x1E00, 0x1EFF),
                     (0xFB00, 0xFB06), (0xFF21, 0xFF5A)), "AZazéßñøł", "Noto Sans"),
    Script("Greek", ((0x370, 0x3FF), (0x1F00, 0x1FFF)), "ΑΩαωάς", "Noto Sans"),
    Script("Cyrillic", ((0x400, 0x52F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF)), "АЯаяёї", "Noto Sans"),
    Script("Armenian", ((0x530, 0x58F), (0xFB13, 0xFB17)), "ԱՖաֆ", "Noto Sans Armenian"),
    Script("Hebrew", ((0x590, 0x5FF), (0xFB1D, 0xFB4F)), "אבגלםת", "Noto Sans Hebrew"),
    Script("Arabic", ((0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)), "ابجلمي",
           "Noto Sans Arabic"),
    Script("Syriac", ((0x700, 0x74F), (0x860, 0x86F)), "ܐܒܓ", "Noto Sans Syriac"),
    Script("Devanagari", ((0x900, 0x97F), (0xA8E0, 0xA8FF)), "अकषािी्", "Noto Sans Devanagari"),
    Script("Bengali", ((0x980, 0x9FF),), "অকষািী্", "Noto Sans Bengali"),
    Script("Gurmukhi", ((0xA00, 0xA7F),), "ਅਕਾਿ੍", "Noto Sans Gurmukhi"),
    Script("Gujarati", ((0xA80, 0xAFF),), "અકાિ્", "Noto Sans Gujarati"),
    Script("Oriya", ((0xB00, 0xB7F),), "ଅକାି୍", "Noto Sans Oriya"),
    Script("Tamil", ((0xB80, 0xBFF),), "அகாி்", "Noto Sans Tamil"),
    Script("Telugu", ((0xC00, 0xC7F),), "అకాి్", "Noto Sans Telugu"),
    Script("Kannada", ((0xC80, 0xCFF),), "ಅಕಾಿ್", "Noto Sans Kannada"),
    Script("Malayalam", ((0xD00, 0xD7F),), "അകാി്", "Noto Sans Malayalam"),
    Script("Sinhala", ((0xD80, 0xDFF),), "අකාි්", "Noto Sans Sinhala"),
    Script("Thai", ((0xE00, 0xE7F),), "กขาิี่้", "Noto Sans Thai"),
    Script("Lao", ((0xE80, 0xEFF),), "ກຂາິ່", "Noto Sans Lao"),
    Script("Tibetan", ((0xF00, 0xFFF),), "ཀཁིོ", "Noto Serif Tibetan"),
    Script("Myanmar", ((0x1000, 0x109F), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F)), "ကခာိ္", "Noto Sans Myanmar"),
    Script("Georgian", ((0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2F)), "აბგჰ", "Noto Sans Georgian"),
    Script("Ethiopic", ((0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F)), "ሀለሐመ", "Noto Sans Ethiopic"),
    Script("Khmer", ((0x1780, 0x17FF), (0x19E0, 0x19FF)), "កខាិ្", "Noto Sans Khmer"),
    Script("Kana", ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F)), "あいんアイン", "Noto Sans JP"),
    Script("Bopomofo", ((0x3100, 0x312F), (0x31A0, 0x31BF)), "ㄅㄆㄇ", "Noto Sans TC"),
    Script("Hangul", ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xFFA1, 0xFFDC)),
           "가나한글", "Noto Sans KR"),
    Script("Han", ((0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
                   (0xF900, 0xFAFF), (0x20000, 0x323AF)), "一人中国文大", "Noto Sans SC"),
    Script("Emoji", ((0x20E3, 0x20E3), (0x1F000, 0x1F02F), (0x1F0A0, 0x1F0FF), (0x1F1E6, 0x1F1FF), (0x1F300, 0x1F64F),
                     (0x1F680, 0x1F6FF), (0x1F7E0, 0x1F7F0), (0x1F900, 0x1F9FF), (0x1FA70, 0x1FAFF)), "😀👍🎉🚀🐈",
           "Noto Color Emoji"),
)  # fmt: skip


def script_of(char: str) -> Script | None:
    """The script a character belongs to, None for what many share: digits, punctuation, signs."""
    code = ord(char)
    return next((one for one in SCRIPTS if any(first <= code <= last for first, last in one.ranges)), None)


def scripts_in(coverages: Iterable[Coverage]) -> Iterator[Script]:
    """The scripts a family covers, in the order they are known."""
    coverage = tuple(coverages)
    for script in SCRIPTS:
        had = sum(any(ord(char) in one for one in coverage) for char in script.sample)
        if had >= _ENOUGH * len(script.sample):
            yield script

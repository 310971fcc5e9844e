import unicodedata
from pathlib import Path
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest

from clipmill.media.draw.text import Ink, Lettering
from clipmill.media.fonts.fontconfig import compose
from clipmill.media.fonts.library import FontLibrary
from tests.fontfiles import make_font
from tests.inks import inks

#: Code points nobody has, with as many digits as the characters they are compared to.
UNKNOWN = {4: "\u0378", 5: "\U00050378", 6: "\U0010fffe"}
#: A few of every block that is written with, of signs, and of what nobody has.
SAMPLE = "".join(
    chr(code)
    for first, last, step in ((0x21, 0x7E, 9), (0xA1, 0x24F, 17), (0x370, 0x1FFF, 37), (0x2010, 0x2BFF, 41),
                              (0x3041, 0x30FF, 29), (0x4E00, 0x9FFF, 997), (0xA4D0, 0xD7A3, 811),
                              (0xE000, 0xF8FF, 2011), (0xFB00, 0xFDFF, 53), (0x1F300, 0x1FAFF, 61))
    for code in range(first, last, step)
)  # fmt: skip


def test_what_is_in_it_is_escaped(tmp_path: Path) -> None:
    text = compose([tmp_path / "a & b"], [tmp_path / "<x>.otf"], {"A&B": "C<D"}, ["E&F"], tmp_path)
    root = fromstring(text)
    assert [node.text for node in root.findall("dir")] == [str(tmp_path / "a & b")]
    assert str(tmp_path / "<x>.otf") in [node.text for node in root.iter("glob")]
    assert {"A&B", "C<D", "E&F"} <= {node.text for node in root.iter("string")}


def _is_box(ink: Ink | None, box: Ink) -> bool:
    """Whether a character became the frame with its number that stands for one without a glyph."""
    if ink is None or ink.mask.shape != box.mask.shape:
        return False
    inside = ink.mask[:, ink.mask.any(axis=0)]
    return bool(min(edge.min() for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1])) > 8)


@pytest.mark.parametrize("system", [False, True], ids=["packages", "machine"])
def test_a_character_is_drawn_as_a_box_exactly_when_no_font_is_said_to_have_it(system: bool, tmp_path: Path) -> None:
    make_font(tmp_path / "Mine.ttf", "Mine", "\ue000\u4e00")
    missing = FontLibrary((tmp_path,), system=system).missing_glyphs(SAMPLE)
    asked = SAMPLE + "".join(UNKNOWN.values())
    drawn = dict(
        zip(asked, inks([Lettering(char, "Manrope", 32.0) for char in asked], tmp_path, system=system), strict=True)
    )
    for char in SAMPLE:
        box = drawn[UNKNOWN[max(4, len(f"{ord(char):X}"))]]
        assert box is not None
        # A mark that stands alone and has no glyph is not even a box: it is not drawn at all. What is unassigned here
        # may be such a mark in a newer Unicode.
        if unicodedata.category(char) not in ("Mn", "Cn"):
            assert _is_box(drawn[char], box) == (char in missing), f"U+{ord(char):04X}"
    assert missing
    assert not {"\ue000", "\u4e00", "A"} & set(missing)


def test_a_family_without_an_italic_is_slanted() -> None:
    upright, italic = inks([Lettering("l", "Manrope", 100.0), Lettering("l", "Manrope", 100.0, style="italic")])
    assert upright is not None
    assert italic is not None
    assert italic.mask.shape[0] == pytest.approx(upright.mask.shape[0], abs=1)
    foot, head = (float(np.flatnonzero(italic.mask[row] > 127).mean()) for row in (-8, 8))
    assert (head - foot) / (italic.mask.shape[0] - 16) == pytest.approx(0.2, abs=0.03)

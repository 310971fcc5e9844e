"""Font files made from nothing: every character a block, `fi` a ligature, so that tests know what must be seen."""

from __future__ import annotations

from pathlib import Path

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

#: Width and height of a block, and what a character takes, in thousandths of the size.
BLOCK, ADVANCE = 400, 500


def make_font(
    path: Path, family: str = "Blocks", characters: str = "Afi", *, weight: int = 400, italic: bool = False
) -> Path:
    """Write a TTF with these characters; one with `f` and `i` joins them to one block as wide as both."""
    names = {ord(char): f"u{ord(char):04X}" for char in characters}
    glyphs = {".notdef": _block(BLOCK), **{name: _block(BLOCK) for name in names.values()}}
    joined = {"f", "i"} <= set(characters)
    if joined:
        glyphs["f_i"] = _block(BLOCK + ADVANCE)
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(names)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (ADVANCE * (1 + (name == "f_i")), 0) for name in glyphs})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Italic" if italic else "Regular"})
    builder.setupOS2(
        sTypoAscender=800, usWinAscent=800, usWinDescent=200, usWeightClass=weight, fsSelection=int(italic)
    )
    builder.setupPost()
    if joined:
        feature = "feature liga { sub u0066 u0069 by f_i; } liga;"
        addOpenTypeFeaturesFromString(builder.font, feature)
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)
    return path


def _block(width: int) -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((0, BLOCK), (width, BLOCK), (width, 0)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()

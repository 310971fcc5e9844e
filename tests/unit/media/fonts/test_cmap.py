import struct

import pytest

from clipmill.media.fonts.cmap import Coverage, read_cmap
from clipmill.media.fonts.faces import faces_of
from clipmill.media.fonts.library import FontLibrary


def _cmap(*subtables: tuple[int, int, bytes]) -> bytes:
    """A cmap of (platform, encoding, subtable)."""
    places, bodies, at = b"", b"", 4 + 8 * len(subtables)
    for platform, encoding, body in subtables:
        places += struct.pack(">HHI", platform, encoding, at + len(bodies))
        bodies += body
    return struct.pack(">HH", 0, len(subtables)) + places + bodies


def _format_4(*segments: tuple[int, int, int, int], glyphs: tuple[int, ...] = ()) -> bytes:
    """Segments of (first, last, delta, range offset), closed as the format wants it."""
    closed = (*segments, (0xFFFF, 0xFFFF, 1, 0))
    firsts, lasts, deltas, offsets = zip(*closed, strict=True)
    count = len(closed)
    layout = f">{count}H"
    head = struct.pack(">7H", 4, 16 + 8 * count + 2 * len(glyphs), 0, 2 * count, 0, 0, 0)
    parts = (struct.pack(layout, *lasts), b"\0\0", struct.pack(layout, *firsts), struct.pack(layout, *deltas))
    return head + b"".join(parts) + struct.pack(layout, *offsets) + struct.pack(f">{len(glyphs)}H", *glyphs)


def _groups(kind: int, *groups: tuple[int, int, int]) -> bytes:
    return struct.pack(">HHIII", kind, 0, 16 + 12 * len(groups), 0, len(groups)) + b"".join(
        struct.pack(">III", *group) for group in groups
    )


def test_a_coverage_joins_ranges_and_knows_what_is_in_it() -> None:
    coverage = Coverage.of([(10, 20), (5, 4), (21, 30), (40, 40), (0x10FFFE, 0x7FFFFFFF)])
    assert coverage.ranges == ((10, 30), (40, 40), (0x10FFFE, 0x10FFFF))
    assert len(coverage) == 24
    assert [code in coverage for code in (9, 10, 30, 31, 40, 0x10FFFF)] == [False, True, True, False, True, True]
    assert not Coverage()


def test_a_character_whose_glyph_is_the_one_for_nothing_is_not_covered() -> None:
    # 65–70 by a list with two holes; 97–99 by a shift that leads 98 to glyph 0.
    table = _format_4((65, 70, 0, 6), (97, 99, -98 & 0xFFFF, 0), glyphs=(1, 0, 3, 4, 0, 6))
    assert read_cmap(_cmap((3, 1, table))).ranges == ((65, 65), (67, 68), (70, 70), (97, 97), (99, 99))


@pytest.mark.parametrize(
    ("table", "ranges"),
    [
        (struct.pack(">5H4H", 6, 18, 0, 65, 4, 1, 2, 0, 4), ((65, 66), (68, 68))),
        (struct.pack(">HHIIII2H", 10, 0, 24, 0, 0x1F600, 2, 7, 8), ((0x1F600, 0x1F601),)),
        (_groups(12, (0x20, 0x7E, 1), (0x4E00, 0x4E02, 0)), ((0x20, 0x7E), (0x4E01, 0x4E02))),
        (_groups(13, (0x20, 0x7E, 1), (0x4E00, 0x4E02, 0)), ((0x20, 0x7E),)),
        (struct.pack(">HH", 2, 4), ()),
    ],
    ids=["6", "10", "12", "13", "unknown"],
)
def test_every_format_is_read(table: bytes, ranges: tuple[tuple[int, int], ...]) -> None:
    assert read_cmap(_cmap((3, 10, table))).ranges == ranges


def test_the_full_table_wins_over_the_one_for_the_first_characters() -> None:
    basic, full = _format_4((65, 70, 1, 0)), _groups(12, (65, 90, 1))
    assert read_cmap(_cmap((3, 1, basic), (3, 10, full))).ranges == ((65, 90),)
    assert read_cmap(_cmap((0, 3, basic))).ranges == ((65, 70),)


def test_tables_that_do_not_speak_unicode_are_left_alone() -> None:
    letters = _groups(12, (65, 90, 1))
    assert not read_cmap(_cmap((1, 0, letters), (3, 0, letters), (0, 5, letters)))


@pytest.mark.parametrize(
    "table", [b"", b"\0\0\0\1", _cmap((3, 1, b"\0\4")), _cmap((3, 10, _groups(12, (0, 9, 1))[:9]))]
)
def test_a_broken_table_covers_nothing(table: bytes) -> None:
    assert not read_cmap(table)


def test_segments_that_lie_over_each_other_are_read_once() -> None:
    many = [(0, 0xFFFE, 1, 0)] * 8000
    assert len(read_cmap(_cmap((3, 1, _format_4(*many))))) == 0xFFFF


@pytest.mark.parametrize("name", ["Manrope-Bold.ttf", "HankenGrotesk-Bold.otf", "Roboto-Regular.ttf"])
def test_latin_fonts_have_latin(name: str) -> None:
    (face,) = faces_of(next(path for path in FontLibrary(system=False).files if path.name == name))
    assert all(ord(char) in face.coverage for char in "AZaz09é€ß")
    assert not any(ord(char) in face.coverage for char in "你☃م")

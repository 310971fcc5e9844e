"""Text on paths, stretched and placed letter by letter: figures of Chromium with the same fonts."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from clipmill.media.draw.raster import draw_svg
from clipmill.media.draw.svg import check_svg
from clipmill.media.draw.vector.curves import curve_of
from clipmill.media.facts.drawing import tree_of
from tests.rendering import use_fonts

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


@pytest.fixture(autouse=True)
def _fonts() -> None:
    use_fonts()


def ink(inside: str, box: str = "0 0 300 120", scale: int = 2) -> np.ndarray:
    """Where a drawing has ink, at twice its size."""
    drawing = check_svg(f'<svg {NAMES} viewBox="{box}" font-family="Manrope">{inside}</svg>')
    return draw_svg(drawing.at_size(drawing.width * scale, drawing.height * scale), {}, where="x")[..., 3] > 100


def columns(seen: np.ndarray) -> list[tuple[int, int]]:
    """First and last column of every piece of ink that stands apart."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], seen.any(0).astype(int), [0]))))
    return [(int(begin), int(end) - 1) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


LINE = '<path id="p" d="M10 60H290" fill="none"/>'


def test_text_on_a_straight_path_is_the_text_itself() -> None:
    bent = ink(f'{LINE}<text font-size="40"><textPath xlink:href="#p">Oak, Type AV</textPath></text>')
    plain = ink('<text font-size="40" x="10" y="60">Oak, Type AV</text>')
    assert bent.sum() > 300
    for of_bent, of_plain in zip(columns(bent), columns(plain), strict=True):
        assert np.abs(np.subtract(of_bent, of_plain)).max() <= 2


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ('<textPath href="#p" startOffset="50%">II</textPath>', 300, None),
        ('<textPath href="#p">II</textPath>', 20, None),
        ('<textPath path="M30 60H290">II</textPath>', 60, None),
        ('<textPath href="#p" startOffset="100%" text-anchor="end">II</textPath>', None, 580),
    ],
)  # fmt: skip
def test_where_text_begins_and_ends_on_its_path(text: str, begins: int | None, ends: int | None) -> None:
    anchor = ' text-anchor="end"' if ends else ""
    pieces = columns(ink(f'{LINE}<text font-size="40"{anchor}>{text}</text>'))
    assert len(pieces) == 2
    if begins is not None:
        assert begins <= pieces[0][0] <= begins + 14
    if ends is not None:
        assert ends - 14 <= pieces[-1][1] <= ends


def test_letters_stand_on_the_circle_they_are_laid_along() -> None:
    circle = '<circle id="c" cx="150" cy="150" r="80" fill="none"/>'
    seen = ink(f'{circle}<text font-size="24"><textPath href="#c">{"HIN " * 12}</textPath></text>', "0 0 300 300")
    rows, places = np.nonzero(seen)
    far = np.hypot(rows - 300, places - 300)
    assert len(far) > 3000
    assert far.min() >= 158
    assert far.max() <= 160 + 2 * 24
    quarters = np.histogram(np.arctan2(rows - 300, places - 300), 4)[0]
    assert quarters.min() > 500


def test_text_beyond_its_path_and_on_none_is_not_seen() -> None:
    assert ink('<text font-size="40"><textPath href="#none">Oak</textPath></text>').sum() == 0
    assert len(columns(ink('<text font-size="40"><textPath path="M10 60H40">IIIIIIIIIIIII</textPath></text>'))) < 5


def test_a_length_is_reached_by_the_space_between_letters() -> None:
    seen = columns(ink('<text x="10" y="60" font-size="30" textLength="270">WIDE</text>'))
    assert len(seen) == 4
    assert (20 <= seen[0][0] <= 24, 553 <= seen[-1][1] <= 560) == (True, True)
    own = columns(ink('<text x="10" y="60" font-size="30">WIDE</text>'))
    assert abs((seen[0][1] - seen[0][0]) - (own[0][1] - own[0][0])) <= 1


def test_or_by_their_own_width() -> None:
    seen = columns(
        ink('<text x="10" y="60" font-size="30" textLength="270" lengthAdjust="spacingAndGlyphs">WIDE</text>')
    )
    own = columns(ink('<text x="10" y="60" font-size="30">WIDE</text>'))
    assert (seen[0][1] - seen[0][0]) > 2.5 * (own[0][1] - own[0][0])
    assert 540 <= seen[-1][1] <= 560


@pytest.mark.parametrize(
    ("text", "begin"),
    [
        ('<text y="50" x="10 60 110" font-size="30">III</text>', (10, 60, 110)),
        ('<text y="50" x="10" dx="0 40 40" font-size="30">III</text>', None),
        ('<text y="50" font-size="30"><tspan x="10, 60">II</tspan><tspan x="110">I</tspan></text>', (10, 60, 110)),
    ],
)  # fmt: skip
def test_letters_stand_where_each_is_put(text: str, begin: tuple[int, ...] | None) -> None:
    seen = columns(ink(text))
    assert len(seen) == 3
    if begin is None:
        assert all(after[0] - before[1] > 75 for before, after in itertools.pairwise(seen))
    else:
        own = columns(ink('<text y="50" x="10" font-size="30">I</text>'))[0][0] - 20
        assert [place - own for place, _ in seen] == pytest.approx([2 * place for place in begin], abs=1)


def test_each_letter_is_turned() -> None:
    level, turned = (ink(f'<text y="60" x="20" rotate="{turn}" font-size="40">I</text>') for turn in (0, 90))
    assert np.ptp(np.nonzero(level)[0]) == pytest.approx(np.ptp(np.nonzero(turned)[1]), abs=2)


@pytest.mark.parametrize(
    "style",
    [
        "<style>.t{font:700 40px Roboto}</style>",
        "<style>text{font-size:40px;font-family:Roboto;font-weight:bold}</style>",
    ],
)
def test_letters_are_measured_in_the_font_the_rules_give_them(style: str) -> None:
    bent = columns(ink(f'{style}{LINE}<text class="t"><textPath href="#p">Main Type</textPath></text>'))
    plain = columns(ink(f'{style}<text class="t" x="10" y="60">Main Type</text>'))
    assert abs(bent[-1][1] - plain[-1][1]) <= 3


def test_words_whose_letters_join_stay_whole_and_in_their_order() -> None:
    path = '<path id="p" d="M10 70H290" fill="none"/>'
    words = "قهوة طازجة"
    bent = ink(
        f'{path}<text font-size="40" font-family="Noto Sans Arabic"><textPath href="#p">{words}</textPath></text>'
    )
    plain = ink(f'<text font-size="40" font-family="Noto Sans Arabic" x="10" y="70">{words}</text>')
    assert len(columns(bent)) == len(columns(plain))
    for of_bent, of_plain in zip(columns(bent), columns(plain), strict=True):
        assert np.abs(np.subtract(of_bent, of_plain)).max() <= 6


@pytest.mark.parametrize(
    ("shape", "length"),
    [
        ('<path d="M0 0h30v40z"/>', 120), ('<path d="M0,0L3-4"/>', 5), ('<path d="M10 10a20 20 0 1 1 0 .01"/>', 125.6),
        ('<path d="M0 0C0 0 30 0 30 0S60 0 60 0"/>', 60), ('<path d="M0 0Q15 0 30 0T60 0"/>', 60),
        ('<rect width="10" height="5"/>', 30), ('<circle r="10"/>', 62.8), ('<polygon points="0,0 3,4"/>', 10),
        ('<line x2="3" y2="4"/>', 5), ('<path d="M0 0H10" transform="translate(5) scale(2)"/>', 20),
    ],
)  # fmt: skip
def test_curves_have_their_length(shape: str, length: float) -> None:
    curve = curve_of(tree_of(shape))
    assert curve is not None
    assert curve.length == pytest.approx(length, rel=0.01)


@pytest.mark.parametrize(
    "data", ["", "M", "M5 5", "x", "M0 0L", "M0 0A1 1 0 0 1", "M1e999 0H5", "M0 0" + "L1 1" * 200_000]
)
def test_what_has_no_length_is_no_curve(data: str) -> None:
    assert curve_of(tree_of(f'<path d="{data}"/>')) is None


def test_dashes_count_in_parts_of_the_length_that_is_said() -> None:
    seen = ink('<path d="M0 60H300" pathLength="10" stroke-dasharray="1 1" stroke="black" stroke-width="8"/>')
    assert [begin for begin, _ in columns(seen)] == [0, 120, 240, 360, 480]


def test_a_blur_takes_in_what_lies_outside() -> None:
    blur = '<filter id="f" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="10"/></filter>'
    shape = '<rect x="-50" y="-50" width="400" height="300" filter="url(#f)"/>'
    drawing = check_svg(f'<svg {NAMES} width="300" height="120">{blur}{shape}</svg>')
    pixels = draw_svg(drawing.at_size(300, 120), {}, where="x")
    assert pixels.shape == (120, 300, 4)
    assert pixels[..., 3].min() == 255


@pytest.mark.parametrize(
    "inside",
    [
        '<text rotate="1 2" x="1">' + "a" * 2_000 + "</text>", '<text x="1 2">a</text>' * 5_000,
        f'{LINE}<text><textPath href="#p">' + "é" * 20_000 + "</textPath></text>",
        '<text x="1 2">' + '<tspan x="1">a</tspan>' * 9_000 + "</text>",
        "<style>" + "".join(f".c{n}{{font-size:9px}}" for n in range(600)) + "</style><text>"
        + '<tspan x="1 2" class="c1">a</tspan>' * 400 + "</text>",
        '<text textLength="9">' + "<tspan>" * 40 + "x" + "</tspan>" * 40 + "</text>",
        "<style>" + ".a{font-size:9px}" * 5_000 + '</style><text class="a" x="1 2">ab</text>',
        '<text x="' + "1 " * 200_000 + '">ab</text>',
    ],
)  # fmt: skip
def test_hostile_texts_take_no_longer_than_they_are(inside: str) -> None:
    start = time.process_time()
    ink(inside, scale=1)
    assert time.process_time() - start < 4.0

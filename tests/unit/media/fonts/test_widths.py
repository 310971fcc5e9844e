import pytest

from clipmill.media.draw.text import Lettering, draw_text
from clipmill.media.fonts.library import FontLibrary
from clipmill.media.fonts.widths import LetterWidths
from tests.rendering import use_fonts


@pytest.fixture(scope="module")
def widths() -> LetterWidths:
    use_fonts()
    return LetterWidths(FontLibrary(system=False))


@pytest.mark.parametrize("family", ["Manrope", "Arial", "Hanken Grotesk", "No Such Family"])
@pytest.mark.parametrize("weight", [400, 800])
@pytest.mark.parametrize("text", ["AVATAR Wave Tofu", "Größe 0,99 €", "Кофейня", "WWWWMMMM", "illicit fjord"])
def test_a_line_is_never_wider_than_told_and_not_much_narrower(
    widths: LetterWidths, family: str, weight: int, text: str
) -> None:
    ink = draw_text(Lettering(text, family, 100, weight))
    told = widths.line(text, family, weight)
    assert ink is not None
    assert told is not None
    assert ink.mask.shape[1] <= told * 100 <= ink.mask.shape[1] * 1.25


@pytest.mark.parametrize("text", ["مرحبا", "हिन्दी", "ไทย", "e\u0301", "漢字", "a😀"])
def test_what_joins_or_piles_up_is_not_told(widths: LetterWidths, text: str) -> None:
    assert widths.line(text, "Manrope", 400) is None

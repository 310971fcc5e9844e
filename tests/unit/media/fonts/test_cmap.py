from pathlib import Path

import pytest

from clipmill.media.fonts.cmap import covered
from clipmill.media.fonts.library import FontLibrary

FONTS = list(FontLibrary(system=False).files)


def _has(font: Path, char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in covered(font))


@pytest.mark.parametrize("name", ["Manrope-Bold.ttf", "HankenGrotesk-Bold.otf", "Roboto-Regular.ttf"])
def test_latin_fonts_have_latin(name: str) -> None:
    font = next(font for font in FONTS if font.name == name)
    assert all(_has(font, char) for char in "AZaz09é€ß")
    assert not any(_has(font, char) for char in "你☃م")


def test_what_is_no_font_has_nothing(tmp_path: Path) -> None:
    for number, content in enumerate((b"", b"hello", b"\0\1\0\0\xff\xff" + b"\0" * 8, b"ttcf")):
        path = tmp_path / f"{number}.ttf"
        path.write_bytes(content)
        assert covered(path) == ()
    assert covered(tmp_path / "gone.ttf") == ()

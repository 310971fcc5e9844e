import os
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from clipmill.errors import SettingsError
from clipmill.media.draw.text import Lettering, draw_text
from clipmill.media.fonts.library import ALIASES, FALLBACKS, FontLibrary
from tests.rendering import cache, use_fonts


@pytest.fixture
def library() -> FontLibrary:
    return FontLibrary(system=False)


def test_packages_bring_their_fonts(library: FontLibrary) -> None:
    names = {font.name for font in library.files}
    assert {"Manrope-Bold.ttf", "HankenGrotesk-Bold.otf", "Roboto-Bold.ttf", "SourceSansPro-Bold.ttf"} <= names
    assert any("NotoSansArabic" in name for name in names)


def test_folders_of_the_user_come_first(tmp_path: Path) -> None:
    (tmp_path / "Mine.ttf").write_bytes(b"x")
    assert FontLibrary((tmp_path,), system=False).files[0].name == "Mine.ttf"
    assert FontLibrary((tmp_path / "gone",), system=False).directories == FontLibrary(system=False).directories


def test_missing_characters_are_named_once_in_order(library: FontLibrary) -> None:
    assert library.missing_glyphs("Ça va? مرحبا שלום नमस्ते €") == ""
    assert library.missing_glyphs("你a好你\U0001f600") == "你好\U0001f600"


def test_what_is_drawn_by_no_glyph_is_not_missing(library: FontLibrary) -> None:
    assert library.missing_glyphs("a\u200d\ufe0f\u00a0\n\t\u200f") == ""


def test_the_configuration_is_well_formed_and_searches_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "a & b"
    folder.mkdir()
    root = fromstring(FontLibrary((folder,), system=False).configuration(tmp_path))
    assert next(node.text for node in root.findall("dir")) == str(folder)
    assert any("VariableFont" in (node.text or "") for node in root.iter("glob"))


def test_this_process_draws_with_the_fonts_it_was_prepared_for(tmp_path: Path) -> None:
    use_fonts()
    assert os.environ["FONTCONFIG_FILE"].startswith(str(cache()))
    use_fonts()
    with pytest.raises(SettingsError, match="already draws with other fonts"):
        FontLibrary(system=False).prepare(tmp_path)


@pytest.mark.parametrize(("name", "family"), [*ALIASES.items(), ("No Such Family", FALLBACKS[0])])
def test_aliases_are_drawn_in_the_family_that_stands_in(name: str, family: str) -> None:
    use_fonts()
    shown, expected = (draw_text(Lettering("Hamburgefonstiv 123", f, 40.0)) for f in (name, family))
    assert shown is not None
    assert expected is not None
    assert (shown.mask == expected.mask).all()

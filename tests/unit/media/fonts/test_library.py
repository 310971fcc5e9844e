import os
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from clipmill.errors import SettingsError
from clipmill.media.draw.text import Lettering, draw_text
from clipmill.media.fonts.library import ALIASES, FALLBACKS, FontLibrary, Origin, family_names, own_folders
from clipmill.settings import Settings
from tests.fontfiles import make_font
from tests.inks import inks
from tests.rendering import cache, use_fonts


@pytest.fixture
def library() -> FontLibrary:
    return FontLibrary(system=False)


def test_packages_bring_their_fonts(library: FontLibrary) -> None:
    names = {font.name for font in library.files}
    assert {"Manrope-Bold.ttf", "HankenGrotesk-Bold.otf", "Roboto-Bold.ttf", "SourceSansPro-Bold.ttf"} <= names
    assert any("NotoSansArabic" in name for name in names)


def test_folders_of_the_user_come_first(tmp_path: Path) -> None:
    make_font(tmp_path / "Mine.ttf", "Mine")
    library = FontLibrary((tmp_path,), system=False)
    assert next(iter(library.files.items())) == (tmp_path / "Mine.ttf", Origin.YOURS)
    assert FontLibrary((tmp_path / "gone",), system=False).places == FontLibrary(system=False).places


def test_the_folder_of_added_fonts_is_always_searched(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, font_folders=(Path("own"),))
    assert own_folders(settings) == (Path("own").absolute(), tmp_path / "fonts")


def test_a_family_given_twice_by_a_package_is_used_once(library: FontLibrary) -> None:
    assert library.doubles
    assert not set(library.doubles) & set(library.files)


def test_fallbacks_are_packages_and_then_the_users_own(tmp_path: Path) -> None:
    make_font(tmp_path / "Mine.ttf", "Mine")
    fallbacks = FontLibrary((tmp_path,), system=False).fallbacks
    assert fallbacks[0] == FALLBACKS[0]
    assert fallbacks[-1] == "Mine"
    assert {"Noto Sans Thai", "Noto Sans Devanagari", "Noto Sans Tamil"} <= set(fallbacks)


def test_missing_characters_are_named_once_in_order(library: FontLibrary) -> None:
    assert library.missing_glyphs("Ça va? مرحبا שלום नमस्ते ภาษาไทย বাংলা தமிழ் తెలుగు ខ្មែរ ລາວ မြန်မာ €") == ""
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


def test_a_character_may_be_drawn_from_its_parts(tmp_path: Path) -> None:
    make_font(tmp_path / "Marks.ttf", "Marks", "∃\u0338")
    assert FontLibrary(system=False).missing_glyphs("∄") == "∄"
    assert FontLibrary((tmp_path,), system=False).missing_glyphs("∄") == ""


@pytest.mark.parametrize(
    ("families", "names"),
    [
        ("Manrope", ("Manrope",)),
        ("'Open Sans', \"Noto Sans\" , serif", ("Open Sans", "Noto Sans", "serif")),
        (" , ", ()),
    ],
)
def test_a_css_list_of_families_is_taken_apart(families: str, names: tuple[str, ...]) -> None:
    assert family_names(families) == names


@pytest.mark.parametrize(
    ("families", "drawn"),
    [("Manrope", ""), ("manrope", ""), ("noto sans  thai", ""), ("Manrope ExtraBold", ""), ("Arial", ""), ("", ""),
     ("Futura", "Manrope"), ("'Futura', Roboto", ""), ("Futura, Gotham", "Manrope"), ("Futura, sans-serif", "Manrope"),
     ("sans-serif", ""), ("serif", "")],
)  # fmt: skip
def test_a_family_that_is_not_there_is_known_and_what_is_drawn_for_it(
    library: FontLibrary, families: str, drawn: str
) -> None:
    assert library.stand_in(families) == drawn


def test_a_family_of_the_users_own_wins_over_its_stand_in(tmp_path: Path) -> None:
    make_font(tmp_path / "Poppins.ttf", "Poppins", "ABC")
    mine, named, other = inks(
        [Lettering("AB", family, 40.0) for family in ("Poppins", "'poppins', Roboto", "Montserrat")], tmp_path
    )
    assert mine is not None
    assert named is not None
    assert other is not None
    # A block fills 0.4 × 0.4 of the size; two of them stand 0.5 apart.
    assert mine.mask.shape == named.mask.shape == (16, 36)
    assert other.mask.shape != mine.mask.shape


def test_packages_are_asked_before_fonts_of_the_users_own(tmp_path: Path) -> None:
    make_font(tmp_path / "Mine.ttf", "Mine", "aกא連")
    thai, han = inks([Lettering(text, "Roboto", 40.0) for text in "ก連"], tmp_path)
    assert thai is not None
    assert han is not None
    assert thai.mask.shape != (16, 16)
    assert han.mask.shape == (16, 16)


def test_a_package_that_announces_nothing_brings_what_no_other_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`dynamic_font`, of the extra `fonts`, is never imported: only its folder is read."""
    fonts = tmp_path / "dynamic_font" / "assets" / "fonts"
    (fonts / "fallback").mkdir(parents=True)
    (tmp_path / "dynamic_font" / "__init__.py").write_text("raise RuntimeError('imported')")
    make_font(fonts / "fallback" / "NotoSansGothic-Regular.ttf", "Noto Sans Gothic", "\U00010330")
    make_font(fonts / "fallback" / "NotoSansThai-Regular.ttf", "Noto Sans Thai", "ก")
    monkeypatch.syspath_prepend(str(tmp_path))
    library = FontLibrary(system=False)
    assert library.missing_glyphs("\U00010330") == ""
    assert [path.name for path in library.doubles if tmp_path in path.parents] == ["NotoSansThai-Regular.ttf"]

"""Fonts: which font files a render may use, told to Pango through a fontconfig file of our own.

Families come from installed packages, from folders the user adds, and last from the machine.
"""

from __future__ import annotations

import hashlib
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from clipmill.errors import SettingsError
from clipmill.media.fonts.cmap import covered

#: The family of a text that names none, and the first one asked for a character the named one lacks.
DEFAULT_FAMILY = "Manrope"
#: Families asked in this order for characters the named one lacks.
FALLBACKS = (DEFAULT_FAMILY, "Hanken Grotesk", "Roboto", "Source Sans Pro", "Noto Sans Arabic", "Noto Sans Hebrew",
             "Shobhika")  # fmt: skip
#: Family people name → the one that stands in for it.
ALIASES = {
    "Poppins": "Manrope", "Montserrat": "Manrope", "Outfit": "Manrope", "sans-serif": "Manrope",
    "system-ui": "Manrope", "Arial": "Roboto", "Helvetica": "Roboto", "Helvetica Neue": "Roboto",
    "Inter": "Hanken Grotesk", "DM Sans": "Hanken Grotesk", "Open Sans": "Source Sans Pro",
    "Source Sans 3": "Source Sans Pro", "Lato": "Source Sans Pro",
}  # fmt: skip
_GROUPS = ("fonts_ttf", "fonts_otf")
#: Packages that carry fonts without announcing them.
_PLAIN_PACKAGES = ("justmytype_intl_rtl", "devanagari_fonts")
_SYSTEM_FOLDERS = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts"),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts"),
    "win32": ("C:/Windows/Fonts",),
}
_SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})
#: Kinds of characters that are drawn by no glyph of their own.
_UNDRAWN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)

_HEAD = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
"""
#: Unhinted grey outlines: a glyph has the same shape wherever it stands.
_RENDERING = """<match target="pattern">
<edit name="antialias" mode="assign"><bool>true</bool></edit>
<edit name="hinting" mode="assign"><bool>false</bool></edit>
<edit name="autohint" mode="assign"><bool>false</bool></edit>
<edit name="hintstyle" mode="assign"><const>hintnone</const></edit>
<edit name="rgba" mode="assign"><const>none</const></edit>
</match>
"""


@dataclass(frozen=True)
class FontLibrary:
    """The fonts of one installation."""

    #: Folders with fonts of the user's own.
    folders: tuple[Path, ...] = ()
    #: Whether the machine's fonts are used where nothing else has a character.
    system: bool = True

    @cached_property
    def directories(self) -> tuple[Path, ...]:
        """Every folder with fonts: the user's, the packages', the machine's."""
        system = [Path(folder) for folder in _SYSTEM_FOLDERS.get(sys.platform, ())] if self.system else []
        found = [*self.folders, *_package_folders(), *system]
        return tuple(dict.fromkeys(folder.absolute() for folder in found if folder.is_dir()))

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """Every font file, in the order the folders are searched."""
        return tuple(
            path
            for directory in self.directories
            for path in sorted(directory.rglob("*"))
            if path.suffix.lower() in _SUFFIXES
        )

    def missing_glyphs(self, text: str) -> str:
        """The characters of a text that no font has, each once, in order; they would be drawn as boxes."""
        wanted = [char for char in dict.fromkeys(text) if _is_drawn(char)]
        for font in self.files:
            if not wanted:
                break
            ranges = covered(font)
            wanted = [char for char in wanted if not any(first <= ord(char) <= last for first, last in ranges)]
        return "".join(wanted)

    def configuration(self, cache: Path) -> str:
        """The fontconfig file for these fonts."""
        lines = [f"<dir>{escape(str(directory))}</dir>\n" for directory in self.directories]
        lines.append(f"<cachedir>{escape(str(cache / 'fontconfig'))}</cachedir>\n")
        lines.extend(f"<selectfont><rejectfont><glob>{escape(str(path))}</glob></rejectfont></selectfont>\n"
                     for path in _doubles(_package_folders()))  # fmt: skip
        lines.extend(_alias(name, family) for name, family in ALIASES.items())
        fallbacks = "".join(f"<string>{family}</string>" for family in FALLBACKS)
        lines.append(f'<match target="pattern"><edit name="family" mode="append_last">{fallbacks}</edit></match>\n')
        return "".join([_HEAD, *lines, _RENDERING, "</fontconfig>\n"])

    def prepare(self, cache: Path) -> None:
        """Write the fontconfig file and make this process use it. Call before the first text is drawn.

        Raises SettingsError when this process already draws with other fonts.
        """
        content = self.configuration(cache)
        name = hashlib.sha256(content.encode()).hexdigest()[:16]
        path = (cache / f"fonts-{name}.conf").absolute()
        if _in_use not in ([], [str(path)]):
            raise SettingsError("this process already draws with other fonts; start another one for these")
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            part = path.with_suffix(f".{os.getpid()}")
            part.write_text(content, encoding="utf-8")
            part.replace(path)
        os.environ["FONTCONFIG_FILE"] = str(path)  # noqa: TID251 - fontconfig reads nothing else
        _in_use[:] = [str(path)]


#: The fontconfig file this process uses, once it uses one: fontconfig reads it only once.
_in_use: list[str] = []


def _package_folders() -> list[Path]:
    """The folders of installed font packages, in the order of their names."""
    announced = sorted((entry for group in _GROUPS for entry in entry_points(group=group)), key=lambda e: e.value)
    folders = [Path(path).parent for entry in announced for path in sorted(dict(entry.load()).values())]
    for package in _PLAIN_PACKAGES:
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            folders.append(Path(spec.origin).parent / "fonts")
    return list(dict.fromkeys(folders))


def _doubles(folders: Iterable[Path]) -> Iterator[Path]:
    """Files that give a family a second time: OTF beside TTF, a variable font beside its static weights."""
    for folder in folders:
        names = {path.name for path in folder.glob("*")}
        for path in sorted(folder.glob("*")):
            twin = path.suffix == ".otf" and f"{path.stem}.ttf" in names
            if twin or ("VariableFont" in path.name and f"{path.name.split('-')[0]}-Regular.ttf" in names):
                yield path


def _alias(name: str, family: str) -> str:
    return (
        f'<match target="pattern"><test name="family" qual="any"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{family}</string></edit></match>\n'
    )


def _is_drawn(char: str) -> bool:
    return unicodedata.category(char) not in _UNDRAWN and ord(char) not in _VARIATION_SELECTORS

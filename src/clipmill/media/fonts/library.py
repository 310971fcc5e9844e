"""Fonts: which font files a text may be drawn with, and what is missing in all of them.

Families come from folders of the user's own, from installed packages, and last from the machine.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from clipmill.media.fonts.characters import needs_glyph
from clipmill.media.fonts.faces import Face, faces_of
from clipmill.media.fonts.fontconfig import compose, use_configuration
from clipmill.settings import Settings

#: The family of a text that names none, and the first one asked for a character the named one lacks.
DEFAULT_FAMILY = "Manrope"
#: Families asked in this order for characters the named one lacks; after them other packages', then the user's own.
FALLBACKS = (
    DEFAULT_FAMILY, "Hanken Grotesk", "Roboto", "Source Sans Pro", "Noto Sans Arabic", "Noto Sans Hebrew",
    "Noto Sans Devanagari", "Noto Sans Thai", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR", "Noto Sans TC",
)  # fmt: skip
#: Family people name → the one that stands in for it, unless the user has added it.
ALIASES = {
    "Poppins": "Manrope", "Montserrat": "Manrope", "Outfit": "Manrope", "sans-serif": "Manrope",
    "system-ui": "Manrope", "Arial": "Roboto", "Helvetica": "Roboto", "Helvetica Neue": "Roboto",
    "Inter": "Hanken Grotesk", "DM Sans": "Hanken Grotesk", "Open Sans": "Source Sans Pro",
    "Source Sans 3": "Source Sans Pro", "Lato": "Source Sans Pro",
}  # fmt: skip
#: Families that name no font: any will do.
_GENERIC = frozenset({"sans-serif", "serif", "system-ui", "monospace", "cursive", "fantasy", "ui-sans-serif", "emoji"})
#: What fonts are kept in.
SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc"})
#: Where packages announce fonts: a table of files, or a module with a folder `fonts` beside it.
_GROUPS = ("fonts_ttf", "fonts_otf")
_PACKS = "justmytype.packs"
#: Packages that announce nothing: a module, which is not imported, and where its fonts lie beside it.
_QUIET = {"dynamic_font": ("assets", "fonts")}
_SYSTEM_FOLDERS = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts"),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts"),
    "win32": ("C:/Windows/Fonts",),
}
#: What Pango asks for where characters are to be shown as emoji.
_EMOJI = "emoji"
#: A face with colours is one for emoji when it has this one.
_GRINNING = 0x1F600


#: The fonts this process draws with, once it does.
_drawn_with: list[FontLibrary] = []


def fonts_in_use() -> FontLibrary | None:
    """The fonts this process draws with."""
    return _drawn_with[0] if _drawn_with else None


def whole_in(families: str, cluster: str) -> str:
    """`FontLibrary.whole` of the fonts this process draws with."""
    fonts = fonts_in_use()
    return "" if fonts is None else fonts.whole(families, cluster)


class Origin(StrEnum):
    """Where a font is from, in the order its folder is searched."""

    YOURS = "yours"
    PACKAGE = "package"
    SYSTEM = "system"


def own_folders(settings: Settings) -> tuple[Path, ...]:
    """The user's folders with fonts: those named in the settings, and the one `clipmill fonts add` fills."""
    return tuple(folder.expanduser().absolute() for folder in (*settings.font_folders, settings.home / "fonts"))


@dataclass(frozen=True)
class FontLibrary:
    """The fonts of one installation."""

    #: Folders with fonts of the user's own.
    folders: tuple[Path, ...] = ()
    #: Whether the machine's fonts are used where nothing else has a character.
    system: bool = True

    @cached_property
    def places(self) -> dict[Path, Origin]:
        """Every folder with fonts and whose it is, in the order they are searched."""
        machine = [Path(folder) for folder in _SYSTEM_FOLDERS.get(sys.platform, ())] if self.system else []
        found = {Origin.YOURS: self.folders, Origin.PACKAGE: _package_folders(), Origin.SYSTEM: machine}
        places: dict[Path, Origin] = {}
        for origin, folders in found.items():
            for folder in folders:
                if folder.is_dir():
                    places.setdefault(folder.absolute(), origin)
        return places

    @cached_property
    def fingerprint(self) -> str:
        """A digest of which fonts there are: it changes when one comes, goes or is replaced."""
        found = [(str(path), (status := path.stat()).st_size, status.st_mtime_ns) for path in self.files]
        return hashlib.sha256(repr(found).encode()).hexdigest()

    @cached_property
    def files(self) -> dict[Path, Origin]:
        """Every font file that is drawn with and whose it is, in the order they are searched."""
        left_out = set(self.doubles)
        return {
            path: origin
            for folder, origin in self.places.items()
            for path in sorted(folder.rglob("*"))
            if path.suffix.lower() in SUFFIXES and path not in left_out
        }

    @cached_property
    def doubles(self) -> tuple[Path, ...]:
        """Files of packages that give a family a second time: they are left out."""
        return tuple(_doubles(folder for folder, origin in self.places.items() if origin is Origin.PACKAGE))

    def faces(self, *origins: Origin) -> Iterator[tuple[Face, Origin]]:
        """Every face, or those of some origins, with whose it is."""
        for path, origin in self.files.items():
            if not origins or origin in origins:
                yield from ((face, origin) for face in faces_of(path))

    @cached_property
    def emoji_family(self) -> str:
        """The family that has emoji in colour, empty where there is none."""
        found = (face.family for face, _ in self.faces() if face.coloured and _GRINNING in face.coverage)
        return next(found, "")

    @cached_property
    def fallbacks(self) -> tuple[str, ...]:
        """Families asked, in this order, for characters the named family lacks; the machine's come after them."""
        packaged = {face.family for face, _ in self.faces(Origin.PACKAGE) if not face.coloured}
        first = [family for family in FALLBACKS if family in packaged]
        own = (face.family for face, _ in self.faces(Origin.YOURS) if not face.coloured)
        return tuple(dict.fromkeys((*first, *sorted(packaged), *own)))

    @cached_property
    def aliases(self) -> dict[str, str]:
        """The stand-ins in force: none for a family the user has added."""
        return {name: family for name, family in ALIASES.items() if _plain(name) not in self._own_names}

    def missing_glyphs(self, text: str) -> str:
        """The characters of a text that no font has, each once, in order; they would be drawn as boxes."""
        return "".join(char for char in dict.fromkeys(text) if needs_glyph(char) and not self._has(char))

    def stand_in(self, families: str) -> str:
        """The family that is drawn instead of a CSS list of families, empty where one that it names is there."""
        names = [name for name in family_names(families) if name.lower() not in _GENERIC]
        return DEFAULT_FAMILY if names and not any(self._knows(name) for name in names) else ""

    def drawn_by(self, text: str) -> tuple[str, ...]:
        """The families that draw a text whose own family is not there: the default one, then those for what it lacks.

        Characters that only the machine's fonts have are left aside.
        """
        used = {DEFAULT_FAMILY: None}
        for char in dict.fromkeys(text):
            having = (family for family in self.fallbacks if self._draws(family, ord(char)))
            if needs_glyph(char) and (family := next(having, "")):
                used[family] = None
        return tuple(used)

    def asked(self, families: str) -> Iterator[tuple[str, Sequence[Face]]]:
        """The families a CSS list of them means, stand-ins put in, and then those asked for what these lack."""
        named = (self.aliases.get(name, name) for name in family_names(families))
        return ((name, self._by_family[name]) for name in (*named, *self.fallbacks) if name in self._by_family)

    def whole(self, families: str, cluster: str) -> str:
        """The family that draws a letter with all its marks, where the one a CSS list names first does not have them.

        Empty where it has, or where none has: a mark from another font than its letter is never in its place.
        """
        for number, (family, _) in enumerate(self.asked(families)):
            if all(self._draws(family, ord(char)) for char in cluster):
                return family if number else ""
        return ""

    def configuration(self, cache: Path) -> str:
        """The fontconfig file for these fonts: the named family first, then packages, the user's own, the machine's."""
        emoji = {_EMOJI: self.emoji_family} if self.emoji_family else {}
        return compose(self.places, self.doubles, self.aliases | emoji, self.fallbacks, cache)

    def prepare(self, cache: Path) -> None:
        """Make this process draw with these fonts; `cache` keeps what fontconfig reads. Call before drawing any text.

        Raises SettingsError when this process already draws with other fonts.
        """
        use_configuration(self.configuration(cache), cache)
        _drawn_with[:] = [self]

    def _knows(self, name: str) -> bool:
        plain = _plain(name)
        return plain in self._own_names or plain in self._plain_aliases or plain in self._other_names

    def _draws(self, family: str, code: int) -> bool:
        return any(code in face.coverage for face in self._by_family.get(family, ()))

    @cached_property
    def _by_family(self) -> dict[str, list[Face]]:
        """The faces that packages and the user give, by family."""
        found: dict[str, list[Face]] = {}
        for face, _ in self.faces(Origin.PACKAGE, Origin.YOURS):
            found.setdefault(face.family, []).append(face)
        return found

    def _has(self, char: str) -> bool:
        """Whether a font has a character, or all its parts: `ệ` is drawn as `e` with two marks where it must be."""
        if char not in self._known:
            parts = [ord(part) for part in unicodedata.normalize("NFD", char)]
            self._known[char] = any(
                ord(char) in face.coverage or all(part in face.coverage for part in parts) for face, _ in self.faces()
            )
        return self._known[char]

    @cached_property
    def _known(self) -> dict[str, bool]:
        """Characters that were looked for."""
        return {}

    @cached_property
    def _own_names(self) -> frozenset[str]:
        return frozenset(_plain(name) for face, _ in self.faces(Origin.YOURS) for name in face.names)

    @cached_property
    def _other_names(self) -> frozenset[str]:
        others = self.faces(Origin.PACKAGE, Origin.SYSTEM)
        return frozenset(_plain(name) for face, _ in others for name in face.names)

    @cached_property
    def _plain_aliases(self) -> frozenset[str]:
        return frozenset(map(_plain, ALIASES))


def family_names(families: str) -> tuple[str, ...]:
    """The names in a CSS list of families, without their quotes."""
    parts = (part.strip().strip("\"'").strip() for part in families.split(","))
    return tuple(part for part in parts if part)


def _plain(name: str) -> str:
    """A family's name as names are compared: capitals and blanks count for nothing."""
    return "".join(name.split()).casefold()


def _package_folders() -> list[Path]:
    """The folders of installed font packages, in the order of their names."""
    announced = sorted((entry for group in _GROUPS for entry in entry_points(group=group)), key=lambda e: e.value)
    folders = [Path(path).parent for entry in announced for path in sorted(dict(entry.load()).values())]
    for pack in sorted(entry_points(group=_PACKS), key=lambda e: e.value):
        spec = find_spec(pack.module.partition(".")[0])
        if spec is not None and spec.origin is not None:
            folders.append(Path(spec.origin).parent / "fonts")
    for module, inside in _QUIET.items():
        spec = find_spec(module)
        if spec is not None and spec.origin is not None:
            folders.append(Path(spec.origin).parent.joinpath(*inside))
    return list(dict.fromkeys(folders))


def _doubles(folders: Iterable[Path]) -> Iterator[Path]:
    """OTF beside TTF, a variable font beside its static weights, a family that a package before has."""
    families: set[str] = set()
    for folder in folders:
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
        names = {path.name for path in paths}
        for path in paths:
            twin = path.suffix == ".otf" and f"{path.stem}.ttf" in names
            variable = "VariableFont" in path.name and f"{path.name.split('-')[0]}-Regular.ttf" in names
            if twin or variable or _stem(path) in families:
                yield path
        families.update(map(_stem, paths))


def _stem(path: Path) -> str:
    """The part of a file's name that says its family: `NotoSansThai` of `NotoSansThai[wdth,wght].ttf`."""
    return path.name.split("-")[0].split("[")[0].split(".")[0]

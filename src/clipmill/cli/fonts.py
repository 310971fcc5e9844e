"""`clipmill fonts list` and `clipmill fonts add`: which fonts texts can be drawn with, and how to bring one's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from clipmill.cli import options
from clipmill.cli.session import Session, session_of
from clipmill.cli.terminal import data, plural, say, show, table
from clipmill.errors import GlyphError, MediaError
from clipmill.media.fonts.adding import Added, add_fonts
from clipmill.media.fonts.characters import named
from clipmill.media.fonts.faces import Face
from clipmill.media.fonts.library import FontLibrary, Origin, own_folders
from clipmill.media.fonts.scripts import SCRIPTS, scripts_in

group = typer.Typer(no_args_is_help=True)
#: What fits a terminal of 80 columns beside the rest.
_SCRIPT_COLUMNS = 30
_FAMILY_COLUMNS = 24


@dataclass(frozen=True)
class _Family:
    """A family as it is listed."""

    name: str
    origin: Origin
    faces: tuple[Face, ...]

    @property
    def weights(self) -> str:
        """`200–800 + italic`."""
        ends = sorted({weight for face in self.faces for weight in face.weights})
        shown = str(ends[0]) if len(ends) == 1 else f"{ends[0]}, {ends[1]}" if len(ends) == 2 else ""
        if len(ends) > 2 or any(face.weights[0] != face.weights[1] for face in self.faces):
            shown = f"{ends[0]}–{ends[-1]}"
        return shown + (" + italic" if any(face.italic for face in self.faces) else "")

    @property
    def scripts(self) -> list[str]:
        """The scripts it covers."""
        return [script.name for script in scripts_in(face.coverage for face in self.faces)]

    def as_dict(self) -> dict[str, Any]:
        """The family as JSON."""
        return {
            "family": self.name, "from": str(self.origin), "styles": sorted({face.style for face in self.faces}),
            "weights": [min(face.weights[0] for face in self.faces), max(face.weights[1] for face in self.faces)],
            "italic": any(face.italic for face in self.faces), "colour": any(face.coloured for face in self.faces),
            "scripts": self.scripts, "files": sorted({str(face.path) for face in self.faces}),
        }  # fmt: skip


@group.callback()
def fonts() -> None:
    """Which fonts texts are drawn with, and how to add yours."""


@group.command("list")
def list_fonts(
    context: typer.Context,
    missing: Annotated[
        str, typer.Option(metavar="TEXT", help="Only say which characters of this text no font has.")
    ] = "",
    as_json: options.AsJson = False,
) -> None:
    """List the families texts can be drawn with: weights, scripts, and whose they are."""
    library = _library(session_of(context))
    if missing:
        _tell_missing(library, missing, as_json=as_json)
        return
    families = _families(library)
    lacking = [script.name for script in SCRIPTS if script not in set(scripts_in(_coverages(families)))]
    if as_json:
        data({"families": [family.as_dict() for family in families], "stand_ins": library.aliases, "lacking": lacking})
        return
    rows = [[_short(family.name), family.weights, _fitting(family.scripts), family.origin] for family in families]
    show(table(["family", "weights", "scripts", "from"], rows), to_pipe=True)
    if lacking:
        say(f"No font covers {', '.join(lacking)}: `clipmill fonts add FILE` adds one that does.")


@group.command("add")
def add(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE|FOLDER...", help="Fonts (TTF, OTF, TTC), or folders of them.")
    ],
    as_json: options.AsJson = False,
) -> None:
    """Check font files and copy them into the state folder, where every batch finds them."""
    session = session_of(context)
    before = set(scripts_in(face.coverage for face, _ in _library(session).faces()))
    found = add_fonts(paths, session.app.home / "fonts")
    after = [script for script in SCRIPTS if script in set(scripts_in(_coverages(_families(_library(session)))))]
    new = [script.name for script in after if script not in before]
    if as_json:
        data({"fonts": [_as_dict(one) for one in found], "new_scripts": new})
    else:
        for one in found:
            _tell(one)
        if new:
            say(f"Now covered: {', '.join(new)}")
    if any(one.refusal for one in found):
        raise typer.Exit(MediaError.exit_code)


def _library(session: Session) -> FontLibrary:
    return FontLibrary(own_folders(session.settings), session.settings.system_fonts)


def _families(library: FontLibrary) -> list[_Family]:
    """Every family once, the user's first."""
    found: dict[tuple[Origin, str], list[Face]] = {}
    for face, origin in library.faces():
        found.setdefault((origin, face.family), []).append(face)
    order = list(Origin)
    families = [_Family(name, origin, tuple(faces)) for (origin, name), faces in found.items()]
    return sorted(families, key=lambda family: (order.index(family.origin), family.name.casefold()))


def _coverages(families: Iterable[_Family]) -> list[Any]:
    return [face.coverage for family in families for face in family.faces]


def _tell_missing(library: FontLibrary, text: str, *, as_json: bool) -> None:
    characters = library.missing_glyphs(text)
    if as_json:
        data({"missing": list(characters)})
    elif not characters:
        say("Every character of this text has a font.")
    if characters and not as_json:
        raise GlyphError(f"no font has {named(characters)}", characters=characters,
                         hint="Add one that does: `clipmill fonts add FILE`.")  # fmt: skip


def _tell(one: Added) -> None:
    if one.refusal:
        say(f"Refused {one.refusal}", style="red")
        return
    styles = ", ".join(dict.fromkeys(face.style for face in one.faces))
    families = ", ".join(dict.fromkeys(face.family for face in one.faces))
    scripts = [script.name for script in scripts_in(face.coverage for face in one.faces)]
    covers = ", ".join(scripts) or plural(sum(len(face.coverage) for face in one.faces), "character")
    say(f"{'There ' if one.again else 'Added '}  {families}  {styles}  {covers}")


def _as_dict(one: Added) -> dict[str, Any]:
    return {
        "source": str(one.source), "path": str(one.path) if one.path else None, "again": one.again,
        "refusal": one.refusal, "families": sorted({face.family for face in one.faces}),
        "styles": sorted({face.style for face in one.faces}),
        "scripts": [script.name for script in scripts_in(face.coverage for face in one.faces)],
    }  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= _FAMILY_COLUMNS else name[: _FAMILY_COLUMNS - 1] + "…"


def _fitting(names: list[str]) -> str:
    """As many names as fit their column, and how many more there are."""
    for count in range(len(names), 0, -1):
        more = f" +{len(names) - count}" if count < len(names) else ""
        shown = ", ".join(names[:count]) + more
        if len(shown) <= _SCRIPT_COLUMNS:
            return shown
    return ""

"""fontconfig's file: how the text renderer is told which fonts there are, and in which order they are asked."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from clipmill.errors import SettingsError
from clipmill.making import becoming

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
#: Emoji that are pictures come in one size; they are brought to the size of the text.
_SCALING = """<match target="font">
<test name="outline"><bool>false</bool></test>
<edit name="timeslarger" mode="assign"><divide>
<name target="pattern">pixelsize</name><name target="font">pixelsize</name></divide></edit>
<edit name="matrix" mode="assign"><times><name>matrix</name><matrix>
<name>timeslarger</name><double>0</double><double>0</double><name>timeslarger</name></matrix></times></edit>
<edit name="size" mode="assign"><divide><name>size</name><name>timeslarger</name></divide></edit>
</match>
"""
#: A family without an italic is slanted, as browsers do.
_SLANTING = """<match target="font">
<test name="slant"><const>roman</const></test>
<test name="outline"><bool>true</bool></test>
<test target="pattern" name="slant" compare="not_eq"><const>roman</const></test>
<edit name="matrix" mode="assign"><times><name>matrix</name><matrix>
<double>1</double><double>0.2</double><double>0</double><double>1</double></matrix></times></edit>
<edit name="slant" mode="assign"><const>oblique</const></edit>
</match>
"""
#: How many times as wide letters can be drawn as they are, the most first.
STRETCHES = (16, 8, 4, 2)
#: A font is stretched where this is asked of it: a variation that no font has, for emoji are asked for with neither the
#: family nor the features of a text. Comes last: what was slanted is stretched.
_STRETCHING = """<match target="font">
<test target="pattern" name="fontvariations"><string>{variation}</string></test>
<edit name="matrix" mode="assign"><times><matrix>
<double>{times}</double><double>0</double><double>0</double><double>1</double></matrix>
<name>matrix</name></times></edit>
</match>
"""
#: Kinds of fonts whose coverage nobody here reads: what has been found missing must not be drawn after all.
_UNREAD = ("*.pcf", "*.pcf.gz", "*.bdf", "*.bdf.gz", "*.pfa", "*.pfb", "*.woff", "*.woff2", "*.dfont")
#: The fontconfig file this process uses, once it uses one: fontconfig reads it only once.
_in_use: list[str] = []


def use_configuration(content: str, cache: Path) -> None:
    """Make this process draw with the fonts of a fontconfig file, kept in `cache`. Call before the first text is drawn.

    Raises SettingsError when this process already draws with other fonts.
    """
    name = hashlib.sha256(content.encode()).hexdigest()[:16]
    path = (cache / f"fonts-{name}.conf").absolute()
    if _in_use not in ([], [str(path)]):
        raise SettingsError("this process already draws with other fonts; start another one for these")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with becoming(path) as part:
            part.write_text(content, encoding="utf-8")
    os.environ["FONTCONFIG_FILE"] = str(path)  # noqa: TID251 - fontconfig reads nothing else
    _in_use[:] = [str(path)]


def stretching(times: int) -> str:
    """The variation to ask of the fonts of a text whose letters are to be drawn so many times as wide."""
    return f"WIDE={times}"


def compose(
    folders: Iterable[Path],
    left_out: Iterable[Path],
    stand_ins: Mapping[str, str],
    fallbacks: Iterable[str],
    cache: Path,
) -> str:
    """A fontconfig file: folders with fonts, files in them to leave out, family → the one drawn for it, and the
    families asked for what the named one lacks. Those bind strongly: no other font that happens to know the language
    of a text comes before them.
    """
    lines = [f"<dir>{escape(str(folder))}</dir>\n" for folder in folders]
    lines.append(f"<cachedir>{escape(str(cache / 'fontconfig'))}</cachedir>\n")
    globs = (*_UNREAD, *map(str, left_out))
    lines.extend(f"<selectfont><rejectfont><glob>{escape(glob)}</glob></rejectfont></selectfont>\n" for glob in globs)
    lines.extend(_alias(name, family) for name, family in stand_ins.items())
    asked = "".join(f"<string>{escape(family)}</string>" for family in fallbacks)
    lines.append(
        f'<match target="pattern"><edit name="family" mode="append_last" binding="strong">{asked}</edit></match>\n'
    )
    stretches = (_STRETCHING.format(variation=stretching(times), times=times) for times in STRETCHES)
    return "".join([_HEAD, *lines, _RENDERING, _SCALING, _SLANTING, *stretches, "</fontconfig>\n"])


def _alias(name: str, family: str) -> str:
    return (
        f'<match target="pattern"><test name="family" qual="any"><string>{escape(name)}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{escape(family)}</string></edit></match>\n'
    )

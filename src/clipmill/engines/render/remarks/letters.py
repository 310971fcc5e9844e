"""What is written in a project: every text with its place and its families, held against the fonts there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from defusedxml.ElementTree import fromstring

from clipmill.domain.css.declarations import Declared
from clipmill.domain.timeline.elements.subtitle import Subtitle
from clipmill.domain.timeline.elements.visual import SvgVisual, TextVisual
from clipmill.domain.timeline.project import Project
from clipmill.engines.render.remarks.brief import Brief
from clipmill.engines.render.subtitles.pages import texts
from clipmill.errors import GlyphError
from clipmill.hints import ADD_FONT
from clipmill.media.draw.html.reading import drawing_of, read_document
from clipmill.media.draw.writing import breaks_in_words, composed
from clipmill.media.fonts.characters import named
from clipmill.media.fonts.library import FontLibrary, family_names
from clipmill.media.fonts.scripts import script_of
from clipmill.shown import shortened

_CASES: dict[str, Callable[[str], str]] = {"uppercase": str.upper, "lowercase": str.lower}
#: `font-family` in the style and as an attribute of a drawing.
_FAMILY = re.compile(r"""font-family\s*(?::\s*([^;}"<>]+)|=\s*"([^"<>]+)"|=\s*'([^'<>]+)')""", re.IGNORECASE)
_BRINGS = "`pip install 'clipmill[fonts]'` brings emoji in colour, Chinese, Japanese, Korean and 80 more scripts"
_NO_EMOJI = "{}: emoji in the text of a drawing are not drawn; put them into a TEXT element over it"
_NO_WORDS = ("{}: it is in a script without blanks between words, so that its lines may break inside of them; "
             "`pip install 'clipmill[words]'` knows its words")  # fmt: skip
_NO_FAMILY = f"no font {{!r}} is installed; {{}} drawn instead; `{ADD_FONT}` adds yours"


@dataclass(frozen=True, slots=True)
class ProjectText:
    """A text of a project."""

    #: Where it is: `visuals[2].text`.
    path: str
    text: str
    #: CSS lists of families it asks for.
    families: tuple[str, ...]


def remarks(brief: Brief) -> Iterator[str]:
    """Sentences about families that others stand in for, and letters that are not drawn or broken as they should be.

    Raises GlyphError for characters that no font has.
    """
    texts = tuple(replace(one, text=composed(one.text)) for one in texts_in(brief.project, brief.read))
    missing = {one.path: brief.fonts.missing_glyphs(one.text) for one in texts if not one.text.isascii()}
    first = next((path for path, characters in missing.items() if characters), None)
    if first is not None:
        raise no_glyph("".join(dict.fromkeys("".join(missing.values()))), first)
    yield from (_NO_EMOJI.format(path) for path, text in _lettered(brief.project) if any(map(_is_emoji, text)))
    yield from islice((_NO_WORDS.format(one.path) for one in texts if breaks_in_words(one.text)), 1)
    wanted: dict[str, list[str]] = {}
    for one in texts:
        for families in one.families:
            wanted.setdefault(families, []).append(one.text)
    yield from _strangers(wanted, brief.fonts)


def _strangers(wanted: dict[str, list[str]], fonts: FontLibrary) -> Iterator[str]:
    """Sentences about families that others stand in for, by the texts that ask for them."""
    return (
        _NO_FAMILY.format(shortened(family_names(families)[0]), _instead(" ".join(lettering), fonts))
        for families, lettering in wanted.items()
        if fonts.stand_in(families)
    )


def _instead(text: str, fonts: FontLibrary) -> str:
    """`Manrope is`, or `Manrope, with Noto Sans Arabic for what it lacks, is`."""
    first, *others = fonts.drawn_by(text)
    return f"{first}, with {' and '.join(others)} for what it lacks, is" if others else f"{first} is"


def no_glyph(characters: str, path: str) -> GlyphError:
    """The error for characters that no font has: which they are, where the first is, and what to do."""
    scripts = dict.fromkeys(filter(None, map(script_of, characters)))
    such = f", such as {' or '.join(script.font for script in scripts)}" if scripts else ""
    return GlyphError(
        f"no font has {named(characters)}",
        path=path,
        characters=characters,
        hint=f"{_BRINGS}; or add a font that has them{such}: `{ADD_FONT}`; or leave them out of the text.",
    )


def texts_in(project: Project, read: Callable[[str], str]) -> Iterator[ProjectText]:
    """Every text that will be seen, as it will be seen."""
    for path, visual in project.every_visual():
        if isinstance(visual, TextVisual):
            yield _text(visual, path, (project.width, project.height))
        elif isinstance(visual, SvgVisual):
            yield ProjectText(f"{path}.svg", _drawn(visual.svg), _families(visual.svg))
    if project.subtitle is not None:
        yield from _subtitle(project.subtitle, read)


def _text(visual: TextVisual, path: str, canvas: tuple[float, float]) -> ProjectText:
    style = visual.style
    case = _CASES.get(style.text_transform, str)
    if not visual.html:
        return ProjectText(f"{path}.text", case(visual.text), (style.font_family,))
    css = visual.custom_code.css if visual.custom_code else ""
    document = read_document(visual.html, css, where=f"{path}.html", css_where=f"{path}.customCode.css", canvas=canvas)
    words, families = [], [style.font_family]
    for node in document.root.walk():
        words += [child for child in node.children if isinstance(child, str)]
        families += _asked(node.declared)
        if node.source:
            words.append(_drawn(drawing_of(node)))
            families += _families(node.source)
    families += [family for rule in document.sheet.rules for family in _asked(rule.declared)]
    return ProjectText(f"{path}.html", case(" ".join(words)), tuple(families))


def _lettered(project: Project) -> Iterator[tuple[str, str]]:
    """Every drawing that has letters, with its path."""
    for path, visual in project.every_visual():
        if isinstance(visual, SvgVisual):
            yield f"{path}.svg", _drawn(visual.svg)
        elif isinstance(visual, TextVisual) and "<svg" in visual.html:
            for node in read_document(visual.html, "", where=f"{path}.html", css_where="").root.walk():
                if node.source:
                    yield f"{path}.html", _drawn(drawing_of(node))


def _is_emoji(char: str) -> bool:
    script = None if char.isascii() else script_of(char)
    return script is not None and script.name == "Emoji"


def _asked(declared: Declared) -> list[str]:
    """The families declarations ask for."""
    return [value for name, value in declared.values if name == "font-family" and isinstance(value, str)]


def _subtitle(subtitle: Subtitle, read: Callable[[str], str]) -> Iterator[ProjectText]:
    families, case = (subtitle.font.family,), _CASES.get(subtitle.font.transform, str)
    if subtitle.src:
        yield ProjectText("subtitle.src", case(read(subtitle.src)), families)
    for path, text in texts(subtitle):
        yield ProjectText(path, text, families)


def _drawn(svg: str) -> str:
    """The text of a drawing that has passed its check."""
    if svg.isascii() and "&#" not in svg:
        return ""
    texts = (
        node for node in fromstring(svg).iter() if isinstance(node.tag, str) and node.tag.rpartition("}")[2] == "text"
    )
    return " ".join("".join(node.itertext()) for node in texts)


def _families(svg: str) -> tuple[str, ...]:
    found = (next(filter(None, match.groups()), "").strip() for match in _FAMILY.finditer(svg))
    return tuple(dict.fromkeys(filter(None, found)))

"""Html that came with a text: seen, so that its row can be warned, and taken out, in one pass over the text."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Any

from clipmill.domain.css.entities import without_entities
from clipmill.templates.placeholders import as_text

#: Elements that end a line of text.
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "br", "center", "dd", "details", "dialog", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody",
    "tfoot", "thead", "title", "tr", "ul",
))  # fmt: skip
_CELLS = frozenset(("td", "th"))
#: Elements whose content nobody reads.
_UNREAD = frozenset(("head", "iframe", "noscript", "object", "script", "select", "style", "svg", "template"))
_INLINE = frozenset((
    "a", "abbr", "acronym", "audio", "b", "bdi", "bdo", "big", "body", "button", "caption", "cite", "code", "col",
    "data", "del", "dfn", "em", "embed", "font", "html", "i", "img", "input", "ins", "kbd", "label", "link", "mark",
    "meta", "nobr", "picture", "q", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "video", "wbr",
))  # fmt: skip
_KNOWN = _BLOCKS | _CELLS | _UNREAD | _INLINE
#: A tag, its quoted values stepped over where they pair; none of the alternatives looks past the next `<`.
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)(?=[\s/>])(?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>|[^<>]*+>)""")
_ENTITY = re.compile(
    r"&(?:#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|(?:amp|nbsp|quot|lt|gt)(?![a-zA-Z0-9=])|([a-zA-Z][a-zA-Z0-9]{1,31};))"
)
#: Digits of no character: a number too long to be read.
_NO_CHARACTER = re.compile(r"&#[0-9]{9,};?")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
#: Names of tags no longer than this are words of formulas too.
_SHORT = 2
#: Stands for the end of a line until blanks are taken together.
_END = "\v"


def has_html(text: str) -> bool:
    """Whether a text holds entities or tags of html: `&amp;`, `<b>`; not so `a < b`, `<3` or `R&D`."""
    if "&" in text and any(not found[1] or found[1] in html5 for found in _ENTITY.finditer(text)):
        return True
    return "<!--" in text or _has_tags(text)


def strip_html(value: Any, between: Any = "\n") -> str:
    """The text a browser would show of html: entities decoded, tags gone, with `between` where lines end.

    What nobody reads (script, style, comments) goes with its content. Html that was escaped as a whole is unpacked
    first.
    """
    text = as_text(value)
    if not has_html(text):
        return text
    if not _has_tags(text) and _has_tags(unpacked := without_entities(text)):
        text = unpacked
    plain = _BLANKS.sub(" ", "".join(map(without_entities, _pieces(text))))
    lines = (line.strip() for line in plain.split(_END))
    return as_text(between).join(line for line in lines if line)


def stripped_length(value: Any, between: Any = "\n") -> int:
    """The most characters that `strip_html` makes."""
    text = as_text(value)
    return len(text) + len(as_text(between)) * (text.count("<") + text.count("&"))


def _has_tags(text: str) -> bool:
    return "<" in text and any(map(_is_known, _TAG.finditer(text)))


def _is_known(tag: re.Match[str]) -> bool:
    """Whether a tag is one of html: `<b and c>` is none, it is two comparisons."""
    name, rest = tag[2].lower(), tag[0][len(tag[1]) + len(tag[2]) + 1 : -1].strip(" \t\r\n/")
    return name in _KNOWN and (not rest or "=" in rest or len(name) > _SHORT)


def _pieces(text: str) -> list[str]:
    """The text between the tags, with `_END` where a line ends and a blank after a cell."""
    pieces: list[str] = []
    at = 0
    while (start := text.find("<", at)) >= 0:
        pieces.append(text[at:start])
        if text.startswith("<!--", start):
            at = _after(text, "-->", start)
            continue
        tag = _TAG.match(text, start)
        if tag is None or not _is_known(tag):
            pieces.append("<")
            at = start + 1
            continue
        name, at = tag[2].lower(), tag.end()
        if name in _UNREAD and not tag[1] and not tag[0].endswith("/>"):
            at = _after(text, f"</{name}", at)
            at = _after(text, ">", at) if at < len(text) else at
        pieces.append(_END if name in _BLOCKS else " " if name in _CELLS else "")
    pieces.append(text[at:])
    return pieces


def _after(text: str, end: str, at: int) -> int:
    """Where the text goes on behind an end, which is at its own end when that is missing."""
    found = re.compile(re.escape(end), re.IGNORECASE).search(text, at)
    return found.end() if found else len(text)

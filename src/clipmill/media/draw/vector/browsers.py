"""What browsers make of a drawing before they draw it, done to its tree: links, choices, names of picture kinds.

What is lost on the way is told, as sentences about the drawing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

SVG = "{http://www.w3.org/2000/svg}"
_LINK = re.compile(r"(?:\{[^}]*\})?(?:href|target|rel|type|download|hreflang|ping|referrerpolicy)$")
_TEXTS = frozenset({"text", "tspan", "textPath"})
#: What SVG asks of a reader: a child of <switch> that asks for something else is passed over.
_LANGUAGE = re.compile(r"\s*en\b", re.IGNORECASE)
_ANIMATIONS = frozenset({"animate", "animateTransform", "animateMotion", "animateColor", "set"})
_OWN_FONT = re.compile(r"@font-face\s*\{[^{}]*\}", re.IGNORECASE)
_FONT_INSIDE = re.compile(r"url\(\s*['\"]?data:", re.IGNORECASE)
_FROM_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!data:)", re.IGNORECASE)
#: Elements of SVG 1.1 and 2 that draw something librsvg knows nothing of.
_SEEN_UNDRAWN = frozenset({"mesh", "meshgradient", "hatch", "tref", "altGlyph", "font"})


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """An attribute with or without a namespace, as `href` and `xlink:href` are one."""
    plain = element.get(name)
    if plain is not None:
        return plain
    return next((value for key, value in element.attrib.items() if key.endswith("}" + name)), "")


def as_browsers(root: Element) -> list[str]:
    """Change the tree in place; what is lost, each sentence once."""
    told: dict[str, None] = {}
    for parent in list(root.iter()):
        if local(parent) == "switch":
            told.update(dict.fromkeys(_choose(parent)))
        if local(parent) == "a" and parent is not root:
            _unlink(parent, "g")
        if local(parent) in _TEXTS:
            for child in parent:
                if local(child) == "a":
                    _unlink(child, "tspan")
    for element in root.iter():
        told.update(dict.fromkeys(_named(element)))
    return list(told)


def _unlink(element: Element, tag: str) -> None:
    """A link is what it holds: nobody clicks in a video."""
    element.tag = SVG + tag
    for name in [name for name in element.attrib if _LINK.match(name)]:
        del element.attrib[name]


def _choose(switch: Element) -> Iterator[str]:
    """Keep the first child that asks for nothing a reader of pictures lacks; one that can be drawn comes first."""
    fitting = [child for child in switch if _fits(child)]
    drawable = [child for child in fitting if local(child) != "foreignObject"]
    chosen = (drawable or fitting)[:1]
    if fitting and drawable and fitting[0] is not drawable[0]:
        yield "html in it (foreignObject) is not drawn; what stands in for it is"
    for child in [child for child in switch if child not in chosen]:
        switch.remove(child)
    switch.tag = SVG + "g"


def _fits(child: Element) -> bool:
    languages = child.get("systemLanguage")
    return not child.get("requiredExtensions") and (
        languages is None or any(map(_LANGUAGE.match, languages.split(",")))
    )


def _named(element: Element) -> Iterator[str]:
    name = local(element)
    if name in _ANIMATIONS:
        yield "it moves in browsers; it is drawn as it stands at its beginning"
    elif name in _SEEN_UNDRAWN:
        yield f"{name} in it is not drawn"
    elif name == "style" and element.text and _OWN_FONT.search(element.text):
        element.text = _OWN_FONT.sub(_without_inner_font, element.text)
        yield "a font written into it is not used; its letters are drawn in a font that is installed"
    elif name in ("image", "feImage"):
        for key, value in element.attrib.items():
            if value.startswith("data:image/jpg;"):
                element.set(key, value.replace("image/jpg", "image/jpeg", 1))


def _without_inner_font(rule: re.Match[str]) -> str:
    """A font that is inside is dropped; one from outside stays, for whoever refuses what lies outside."""
    inner = _FONT_INSIDE.search(rule[0]) and not _FROM_OUTSIDE.search(rule[0])
    return "" if inner else rule[0]

"""Reading an html text and its style sheet together: what will be drawn, and what will not. Nothing is drawn here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from clipmill.domain.css.late import Around, customs, filled_in
from clipmill.domain.css.look import is_read
from clipmill.domain.css.undrawn import undrawn
from clipmill.domain.css.values import PICTURE
from clipmill.errors import ProjectError
from clipmill.media.draw.html.counters import CounterMaker
from clipmill.media.draw.html.sheet import Sheet, read_sheet
from clipmill.media.draw.html.tree import Node, read_tree
from clipmill.media.draw.svg import check_svg

#: A tag of a drawing, and an attribute in it whose value stands without quotes.
_DRAWN_TAG = re.compile(r"""<[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*+>""")
_BARE = re.compile(r"""(\s[\w:-]+)=([^\s"'<>=/][^\s"'<>=]*?)(?=\s|/?>)""")
#: Custom properties of one text, and the characters that its different values with `var()` come to.
MOST_CUSTOM, MOST_LATE = 1_000, 500_000
_ASSET = re.compile(r"asset:[0-9a-f]{64}(?:\.\w+)?")


@dataclass(frozen=True, slots=True)
class Document:
    """An html text and the rules it follows."""

    root: Node
    sheet: Sheet
    #: What is not drawn of it: one sentence each, after the path of its field.
    unsupported: tuple[str, ...]
    #: Every custom property that is set anywhere in it.
    custom: Mapping[str, str]


def read_document(
    html: str,
    css: str = "",
    *,
    where: str = "html",
    css_where: str = "customCode.css",
    canvas: tuple[float, float] = (1280.0, 720.0),
) -> Document:
    """Read an html text and its style sheet for a canvas. Raises ProjectError for what is not allowed."""
    try:
        tree = read_tree(html)
        for node in tree.root.walk():
            _check_picture(node, where)
        inner = read_sheet(tree.css, canvas)
    except ValueError as error:
        raise ProjectError(str(error), path=where) from error
    try:
        sheet = read_sheet(css, canvas)
    except ValueError as error:
        raise ProjectError(str(error), path=css_where) from error
    whole = Sheet((*sheet.rules, *inner.rules))
    try:
        custom = _customs(tree.root, whole)
        told = [*tree.unsupported, *inner.unsupported, *_never_read(tree.root, inner, custom)]
        told_of_css = [*sheet.unsupported, *_never_read(None, sheet, custom)]
        if whole.makes_up or "<q" in html.lower():
            maker = CounterMaker(whole, custom)
            maker.fill(tree.root)
            told += [f"{what} is not drawn" for what in maker.undrawn]
    except (ProjectError, ValueError) as error:
        hint = error.hint if isinstance(error, ProjectError) else ""
        raise ProjectError(str(error), path=css_where if css else where, hint=hint) from error
    sentences = (*(f"{where}: {what}" for what in told), *(f"{css_where}: {what}" for what in told_of_css))
    return Document(tree.root, whole, tuple(dict.fromkeys(sentences)), custom)


def _customs(root: Node, sheet: Sheet) -> dict[str, str]:
    """Every custom property that is set anywhere, as far as can be said without knowing who inherits from whom.

    Raises ValueError for too many.
    """
    own: dict[str, str] = {}
    for declared in (*(rule.declared for rule in sheet.rules), *(node.declared for node in root.walk())):
        own |= declared.custom
    if len(own) > MOST_CUSTOM:
        raise ValueError(f"{len(own):,} custom properties are set; at most {MOST_CUSTOM:,} are allowed")
    return customs(own, {})


def _never_read(root: Node | None, sheet: Sheet, custom: dict[str, str]) -> Iterator[str]:
    """The sentences on values that mean nothing even where their element stands. Raises ValueError for too many."""
    declared = [rule.declared for rule in sheet.rules]
    declared += [node.declared for node in root.walk()] if root is not None else []
    left = MOST_LATE
    for name, value in dict.fromkeys(pair for each in declared for pair in each.late):
        with suppress(ValueError):
            left -= len(filled_in(value.text, custom))
        if left < 0:
            raise ValueError(f"its var() stand for more than {MOST_LATE:,} characters")
        if not is_read(name, value, Around(custom=custom)):
            yield undrawn(f"{name}: {value.text[:60]}")


def assets_in(html: str) -> tuple[str, ...]:
    """The `asset:` references of an html text."""
    return tuple(dict.fromkeys(_ASSET.findall(html)))


def _check_picture(node: Node, where: str) -> None:
    if node.tag == "svg":
        check_svg(_with_namespaces(node.source), path=where)
    if node.tag == "img":
        source = node.attributes.get("src", "")
        if not PICTURE.fullmatch(source.strip()):
            raise ProjectError(
                f"<img> refers to {source[:60]!r}; only stored files (asset:…) and data:image/png or jpeg are drawn",
                path=where,
                hint='Write a path or an address in quotes, so that it is stored beforehand: <img src="photo.png">.',
            )


@lru_cache(maxsize=64)
def _with_namespaces(source: str) -> str:
    """A drawing as html has it may use xlink: without saying what it is, and leave quotes away."""
    if _BARE.search(source):
        source = _DRAWN_TAG.sub(lambda tag: _BARE.sub(r'\1="\2"', tag[0]), source)
    if "xlink:" in source and "xmlns:xlink" not in source:
        return source.replace("<svg", '<svg xmlns:xlink="http://www.w3.org/1999/xlink"', 1)
    return source


def drawing_of(node: Node) -> str:
    """The source of an inline drawing as XML."""
    return _with_namespaces(node.source)

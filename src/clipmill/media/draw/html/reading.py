"""Reading an html text and its style sheet together: what will be drawn, and what will not. Nothing is drawn here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clipmill.errors import ProjectError
from clipmill.media.draw.html.sheet import Sheet, read_sheet
from clipmill.media.draw.html.tree import Node, read_tree
from clipmill.media.draw.svg import check_svg

#: A picture an <img> may show: a stored file, or one written into the text.
PICTURE = re.compile(r"asset:[0-9a-f]{64}(?:\.\w+)?|data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]+")
_ASSET = re.compile(r"asset:[0-9a-f]{64}(?:\.\w+)?")


@dataclass(frozen=True, slots=True)
class Document:
    """An html text and the rules it follows."""

    root: Node
    sheet: Sheet
    #: What is not drawn of it: one sentence each, after the path of its field.
    unsupported: tuple[str, ...]


def read_document(html: str, css: str = "", *, where: str = "html", css_where: str = "customCode.css") -> Document:
    """Read an html text and its style sheet. Raises ProjectError for what is not allowed."""
    try:
        tree = read_tree(html)
        for node in tree.root.walk():
            _check_picture(node, where)
    except ValueError as error:
        raise ProjectError(str(error), path=where) from error
    try:
        sheet = read_sheet(css)
    except ValueError as error:
        raise ProjectError(str(error), path=css_where) from error
    told = (*(f"{where}: {what}" for what in tree.unsupported), *(f"{css_where}: {what}" for what in sheet.unsupported))
    return Document(tree.root, sheet, tuple(dict.fromkeys(told)))


def unsupported_in(
    html: str, css: str = "", *, where: str = "html", css_where: str = "customCode.css"
) -> tuple[str, ...]:
    """What of an html text and its style sheet is not drawn, one sentence each: tags, attributes, properties, rules.

    Raises ProjectError for what is not allowed at all.
    """
    return read_document(html, css, where=where, css_where=css_where).unsupported


def assets_in(html: str) -> tuple[str, ...]:
    """The `asset:` references of an html text."""
    return tuple(dict.fromkeys(_ASSET.findall(html)))


def text_in(html: str) -> str:
    """The words of an html text, as far as they can be read."""
    try:
        root = read_tree(html).root
    except ValueError:
        return ""
    seen = (node for node in root.walk() if node.tag != "style")
    return " ".join(child for node in seen for child in node.children if isinstance(child, str))


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


def _with_namespaces(source: str) -> str:
    """A drawing as html has it may use xlink: without saying what it is."""
    if "xlink:" in source and "xmlns:xlink" not in source:
        return source.replace("<svg", '<svg xmlns:xlink="http://www.w3.org/1999/xlink"', 1)
    return source


def drawing_of(node: Node) -> str:
    """The source of an inline drawing as XML."""
    return _with_namespaces(node.source)

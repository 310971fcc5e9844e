"""The text of an SVG file and its tree: whatever encoding it is in, its own entities put in, nothing fetched."""

from __future__ import annotations

import re
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

#: What a compressed drawing (.svgz) begins with, and what zlib calls such a file.
GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
_BOMS = ((BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16"),
         (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))  # fmt: skip
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_REFERENCE = re.compile(r"&([^#;&\s][^;&\s]*);")
#: Absolute lengths, and pixels of their units.
_LENGTH = re.compile(r"\s*+((?:\d++\.?\d*+|\.\d++)(?:e\d+)?)\s*+(px|pt|pc|mm|cm|in|%)?\s*+", re.IGNORECASE)
_PIXELS_PER = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
#: They are always there.
_PREDEFINED = {"lt": 1, "gt": 1, "amp": 1, "quot": 1, "apos": 1}
#: Entities of one drawing, and the characters that all uses of them may come to.
_MOST_ENTITIES, _MOST_EXPANDED = 100, 1_000_000


def text_of(content: bytes, most: int) -> str:
    """The text of an SVG file, unpacked if need be. Raises ValueError for what is no text, or longer than `most`."""
    if content.startswith(GZIP):
        content = _unpacked(content, most)
    return content.decode(_encoding(content))


def head_of(content: bytes) -> bytes:
    """The first bytes of a file as UTF-8, to look for `<svg` in them; what cannot be read is left as it is."""
    try:
        if content.startswith(GZIP):
            content = zlib.decompressobj(_GZIP_WINDOW).decompress(content, len(content))
        coding = _encoding(content)
        return content if coding.startswith("utf-8") else content.decode(coding, "ignore").encode()
    except (zlib.error, ValueError, LookupError):
        return content


def _unpacked(content: bytes, most: int) -> bytes:
    unpacking = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = unpacking.decompress(content, most + 1)
    except zlib.error as error:
        raise ValueError("the compressed drawing is damaged") from error
    if len(plain) > most:
        raise ValueError(f"the drawing is larger than {most:,} bytes")
    if not unpacking.eof:
        raise ValueError("the compressed drawing is cut off")
    return plain


def _encoding(content: bytes) -> str:
    """By its first bytes, else as its declaration says, else UTF-8."""
    marked = next((coding for mark, coding in _BOMS if content.startswith(mark)), "")
    declared = _DECLARED.match(content)
    return marked or (declared[1].decode() if declared else "utf-8")


def tree_of(text: str) -> Element:
    """The root of the tree. Raises ValueError saying what is wrong with it."""
    root: Element = _parsed(text, TreeBuilder())
    return root


def root_of(text: str) -> tuple[str, dict[str, str]]:
    """The root's name and attributes; what follows is not read. Raises ValueError."""
    try:
        _parsed(text, _Root())
    except _RootFound as found:
        return found.name, found.attributes
    raise ValueError("the drawing has no element")


def natural_size(root: Mapping[str, str]) -> tuple[float, float]:
    """Width and height in pixels, by what a root says: its own, else its view box, else 300 × 150 as in browsers."""
    box = [float(part) for part in re.findall(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?", root.get("viewBox", ""))]
    view = (box[2], box[3]) if len(box) == 4 else None
    width, height = _length(root.get("width")), _length(root.get("height"))
    if view and view[0] > 0 and view[1] > 0:
        if width is None and height is None:
            return view
        return (
            width if width is not None else height * view[0] / view[1] if height is not None else view[0],
            height if height is not None else width * view[1] / view[0] if width is not None else view[1],
        )
    return width if width is not None else 300.0, height if height is not None else 150.0


def _length(text: str | None) -> float | None:
    """Pixels of an absolute length, None for percentages and what is no length."""
    found = _LENGTH.fullmatch(text or "")
    if found is None or found[2] == "%":
        return None
    return float(found[1]) * _PIXELS_PER[(found[2] or "px").lower()]


def _parsed(text: str, target: TreeBuilder | _Root) -> Any:
    parser = _Parser(text, target)
    try:
        parser.feed(text)
        return parser.close()
    except (ParseError, DefusedXmlException, UnicodeError, LookupError) as error:
        raise ValueError(f"the drawing is not well-formed XML: {error}") from error


class _RootFound(Exception):  # noqa: N818 - it is no error
    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        super().__init__()
        self.name, self.attributes = name, attributes


class _Root:
    """Ends the parsing at the first element."""

    def start(self, name: str, attributes: dict[str, str]) -> NoReturn:
        raise _RootFound(name, attributes)

    def close(self) -> None:
        return None


class _Parser(DefusedXMLParser):
    """Lets a drawing use texts it declares itself, as editors do for namespaces and colours, while they stay small.

    A declared text may use those declared before it: how long it comes out is known as soon as it is declared.
    """

    def __init__(self, text: str, target: TreeBuilder | _Root) -> None:
        super().__init__(target=target, forbid_dtd=False, forbid_entities=True, forbid_external=True)
        self._text = text
        self._lengths = dict(_PREDEFINED)
        self._expanded = 0

    def defused_entity_decl(self, name: str, is_parameter_entity: bool, value: str | None, *where: Any) -> None:
        """Take in one declaration. Raises ValueError for one that must not be used."""
        if is_parameter_entity or value is None:
            raise ValueError(f"the drawing declares the entity {name[:40]} outside of itself, which is not read")
        used = _REFERENCE.findall(value)
        unknown = next((other for other in used if other not in self._lengths), None)
        if unknown is not None:
            raise ValueError(f"the drawing's entity {name[:40]} uses {unknown[:40]}, which is not declared before it")
        self._lengths[name] = len(value) + sum(self._lengths[other] for other in used)
        self._expanded += self._lengths[name] * self._text.count(f"&{name};")
        if self._expanded > _MOST_EXPANDED or len(self._lengths) > _MOST_ENTITIES:
            raise ValueError(f"the drawing's entities grow to more than {_MOST_EXPANDED:,} characters, "
                             f"or are more than {_MOST_ENTITIES}")  # fmt: skip

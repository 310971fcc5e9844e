"""Counters and what is made up: the markers of list items, and texts before and after elements (`content`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clipmill.domain.css.declarations import unescaped
from clipmill.domain.css.late import filled_in
from clipmill.domain.css.selectors import MADE
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import Node

SIGNS = frozenset({"disc", "circle", "square"})
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_PIECE = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*+)"|'((?:[^'\\]|\\.)*+)'|([\w-]+)(?:\(([^()]*)\))?|(/))""", re.DOTALL)
_COUNT = re.compile(r"([A-Za-z_][\w-]*)(?:\s+(-?\d{1,9}))?")
#: Elements that nothing is made up in.
_CLOSED = frozenset({"br", "img", "svg", "canvas", "hr"})
_QUOTES = ("“", "”", "‘", "’")
#: What is made up for one text, characters in all.
MOST_MADE = 100_000


def number_text(kind: str, number: int) -> str:
    """The marker of an item: the name of a sign, or its number with a dot."""
    if kind in SIGNS:
        return kind
    return f"{numeral(kind, number)}."


def numeral(kind: str, number: int) -> str:
    """A number as a counter shows it."""
    if kind == "decimal-leading-zero":
        return f"{number:02d}"
    shown = {"alpha": _alpha, "latin": _alpha, "roman": _roman}.get(kind.rpartition("-")[2], str)(number)
    return shown.upper() if kind.startswith("upper") else shown


def _alpha(number: int) -> str:
    text = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN if number < 4000 else ():
        count, number = divmod(number, value)
        text += sign * count
    return text or str(number)


class CounterMaker:
    """Puts what rules make up into a tree, counting as it goes from element to element."""

    def __init__(self, sheet: Sheet, custom: dict[str, str]) -> None:
        self._sheet = sheet
        self._custom = custom
        self._scopes: list[dict[str, int]] = [{}]
        self._quotes = 0
        self._left = MOST_MADE
        #: Contents that are not drawn.
        self.undrawn: list[str] = []

    def fill(self, node: Node) -> None:
        """Make up what stands before and after an element and those inside it."""
        values = dict(self._sheet.declarations(node))
        self._count(values)
        self._scopes.append({})
        first = self._made(node, MADE[0])
        for child in [child for child in node.children if isinstance(child, Node)]:
            self.fill(child)
        last = self._made(node, MADE[1])
        node.children[:0] = [first] if first else []
        node.children.extend([last] if last else [])
        self._scopes.pop()

    def _made(self, node: Node, which: str) -> Node | None:
        if node.tag in _CLOSED or node.parent is None:
            return None
        made = Node(f"::{which}", {}, [], node, made=which)
        values = dict(self._sheet.declarations(made))
        quoted = f"{'open' if which == 'before' else 'close'}-quote" if node.tag == "q" else "none"
        content = str(values.get("content", quoted))
        if content in ("none", "normal", "initial"):
            return None
        self._count(values)
        if self._left <= 0:
            return made
        try:
            text = "".join(self._pieces(filled_in(content, self._custom), node))
        except (ValueError, KeyError):
            self.undrawn.append(f"content: {content[:60]}")
            return None
        self._left -= len(text)
        made.children.extend([text] if text and self._left > 0 else [])
        return made

    def _pieces(self, content: str, node: Node) -> Iterator[str]:
        place = 0
        while place < len(content.rstrip()):
            found = _PIECE.match(content, place)
            if found is None:
                raise ValueError(f"{content[:60]!r} is no content")
            if found[5]:  # what follows is read aloud
                return
            quoted = found[1] if found[1] is not None else found[2]
            yield unescaped(quoted) if quoted is not None else self._called(found[3], found[4], node)
            place = found.end()

    def _called(self, name: str, given: str | None, node: Node) -> str:
        if given is None:
            return self._quote(name)
        parts = [part.strip() for part in given.split(",")]
        if name == "attr":
            return node.attributes.get(parts[0].split()[0].lower(), "")
        kind = parts[-1] if len(parts) > (1 if name == "counter" else 2) else "decimal"
        values = [scope[parts[0]] for scope in self._scopes if parts[0] in scope] or [0]
        if name == "counter":
            return numeral(kind, values[-1])
        if name == "counters":
            return unescaped(parts[1].strip("\"'")).join(numeral(kind, value) for value in values)
        raise ValueError(f"{name}() is no content that is drawn")

    def _quote(self, name: str) -> str:
        way = {"open-quote": 1, "close-quote": -1, "no-open-quote": 1, "no-close-quote": -1}[name]
        level = self._quotes if way > 0 else self._quotes - 1
        self._quotes = max(0, self._quotes + way)
        shown = _QUOTES[min(2, max(0, level) * 2) + (way < 0)]
        return "" if name.startswith("no-") else shown

    def _count(self, values: dict[str, object]) -> None:
        """Follow what an element does to counters; those it begins hold for its siblings too."""
        for name, start in _COUNT.findall(str(values.get("counter-reset", ""))):
            self._scopes[-1][name] = int(start or 0)
        for what, once in (("counter-increment", 1), ("counter-set", 0)):
            for name, number in _COUNT.findall(str(values.get(what, ""))):
                scope = next((scope for scope in reversed(self._scopes) if name in scope), self._scopes[-1])
                given = int(number) if number else once
                scope[name] = min(10**9, max(-(10**9), scope.get(name, 0) + given if once else given))

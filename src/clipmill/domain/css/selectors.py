"""Selectors: which elements a rule means (Selectors 4): compounds, combinators, attributes, structure, lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from clipmill.domain.css.late import closing
from clipmill.errors import ProjectError

Weight = tuple[int, int, int]


class Steps:
    """How many elements may still be asked whether a part of a selector means them."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self) -> None:
        """Take one. Raises ProjectError where there is none left."""
        self.left -= 1
        if self.left < 0:
            raise ProjectError("the selectors of the css ask too much of so many elements",
                               hint="Write fewer rules, or selectors of fewer parts.")  # fmt: skip


#: Longest selector, and how deep lists may lie in one another.
MOST_SELECTOR, _DEEPEST = 1_000, 8
MOST_PARTS = 32
_NAME = r"(?:[\w-]|[^\x00-\x7f]|\\.)+"
_TOKEN = re.compile(
    rf"(?P<tag>{_NAME}|\*)|(?P<mark>[.#])(?P<name>{_NAME})|(?P<attribute>\[[^\]]*\])|(?P<colons>::?)(?P<pseudo>[\w-]+)"
    r"(?P<open>\()?|(?P<join>\s*[>+~]\s*|\s+)"
)
_ATTRIBUTE = re.compile(
    r"""\[\s*([\w-]+)\s*(?:([~|^$*]?=)\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))\s*([is])?\s*)?\]""", re.IGNORECASE
)
_NTH = re.compile(r"([+-]?\d*)n\s*(?:([+-])\s*(\d+))?|([+-]?\d+)", re.IGNORECASE)
#: States nothing in a picture is in, and pseudo-elements that make something.
_NEVER = frozenset({"hover", "focus", "active", "visited", "focus-within", "focus-visible", "target", "checked",
                    "disabled", "enabled", "placeholder-shown", "invalid", "valid", "required"})  # fmt: skip
MADE = ("before", "after")


class Element(Protocol):
    """What a selector asks of an element."""

    @property
    def tag(self) -> str:
        """Its tag, in small letters."""

    @property
    def attributes(self) -> Mapping[str, str]:
        """All of its attributes."""

    @property
    def classes(self) -> frozenset[str]:
        """The names in its `class`."""

    @property
    def parent(self) -> Element | None:
        """What it lies in."""

    @property
    def before(self) -> Element | None:
        """The element before it."""

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Its place among its siblings, from the start and the end, then among those of its tag; 1 is the first."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""


Test = Callable[[Element], bool]


@dataclass(frozen=True, slots=True)
class _OneOf:
    """`:is()` and its kin, `:not()` where it is not `wanted`."""

    selectors: tuple[Selector, ...]
    wanted: bool

    def fits(self, element: Element, steps: Steps) -> bool:
        return any(one.fits(element, steps) for one in self.selectors) is self.wanted


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector: compounds from the last to the first, and how each hangs together with the next."""

    parts: tuple[tuple[Test | _OneOf, ...], ...]
    joins: tuple[str, ...]
    weight: Weight
    #: `before` or `after`: what is made up around the element.
    made: str = ""
    #: A tag, `.class` or `#id` that the element must have; "": none.
    key: str = ""

    def fits(self, element: Element, steps: Steps) -> bool:
        """Whether an element is meant, by itself and by what is around it. Raises ProjectError as `Steps`."""
        return self._fits(element, 0, {}, steps)

    def _fits(self, element: Element, number: int, known: dict[tuple[int, int], bool], steps: Steps) -> bool:
        steps.spend()
        for test in self.parts[number]:
            if not (test.fits(element, steps) if isinstance(test, _OneOf) else test(element)):
                return False
        if number == len(self.joins):
            return True
        join, found = self.joins[number], False
        near = element.parent if join in " >" else element.before
        while near is not None and not found:
            seen = known.get((id(near), number))
            if seen is None:
                seen = known[id(near), number] = self._fits(near, number + 1, known, steps)
            found = seen
            near = None if join in ">+" else near.parent if join == " " else near.before
        return found


def read_selector(text: str) -> Selector:
    """The selector of a text. Raises ValueError for one of a kind that is not known."""
    return _Reader(text.strip()).read()


def split_list(text: str) -> list[str]:
    """The selectors of a list; commas in brackets do not count."""
    parts, depth, begin = [], 0, 0
    for place, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            parts.append(text[begin:place])
            begin = place + 1
    return [*parts, text[begin:]]


class _Reader:
    """Reads one selector from the left."""

    def __init__(self, text: str, depth: int = 0) -> None:
        if len(text) > MOST_SELECTOR or depth > _DEEPEST:
            raise ValueError("too long")
        self._text, self._depth = text, depth
        self._parts: list[list[Test | _OneOf]] = [[]]
        self._joins: list[str] = []
        self._weight = [0, 0, 0]
        self._made = self._key = ""

    def read(self) -> Selector:
        place = 0
        while place < len(self._text):
            found = _TOKEN.match(self._text, place)
            if found is None or self._made:
                raise ValueError(f"{self._text[:60]!r} is no selector")
            place = self._token(found)
        if not self._parts[-1] or len(self._parts) > MOST_PARTS:
            raise ValueError(f"{self._text[:60]!r} is no selector")
        parts = tuple(tuple(part) for part in reversed(self._parts))
        weight = (self._weight[0], self._weight[1], self._weight[2])
        return Selector(parts, tuple(reversed(self._joins)), weight, self._made, self._key)

    def _token(self, found: re.Match[str]) -> int:
        """Take one token in; where the next one begins."""
        if found["join"]:
            if not self._parts[-1]:
                raise ValueError(f"{self._text[:60]!r} is no selector")
            self._joins.append(found["join"].strip() or " ")
            self._parts.append([])
            self._key = ""
        elif found["tag"]:
            if self._parts[-1]:
                raise ValueError(f"{self._text[:60]!r} is no selector")
            self._tag(found["tag"].lower())
        elif found["mark"]:
            self._named(found["mark"], found["name"].replace("\\", ""))
        elif found["attribute"]:
            self._add(_attribute(found["attribute"]), 1)
        else:
            return self._pseudo(found)
        return found.end()

    def _add(self, test: Test | _OneOf, *levels: int) -> None:
        self._parts[-1].append(test)
        for level in levels:
            self._weight[level] += 1

    def _tag(self, tag: str) -> None:
        if tag == "*":
            self._add(lambda element: True)
        else:
            outermost = tag in ("html", "body")
            self._add(lambda each: outermost if each.parent is None else each.tag == tag, 2)
            self._key = "" if outermost else tag

    def _named(self, mark: str, name: str) -> None:
        if mark == ".":
            self._add(lambda element: name in element.classes, 1)
        else:
            self._add(lambda element: element.attributes.get("id") == name, 0)
        self._key = mark + name

    def _pseudo(self, found: re.Match[str]) -> int:
        name, end = found["pseudo"].lower(), found.end()
        if name in MADE and not found["open"]:
            self._made, self._weight[2] = name, self._weight[2] + 1
            if not self._parts[-1]:
                self._parts[-1].append(lambda element: True)
            return end
        if found["colons"] == "::":
            raise ValueError(f"::{name} is not followed")
        given = ""
        if found["open"]:
            end = closing(self._text, found.end())
            given = self._text[found.end() : end].strip()
            end += 1
        self._add_pseudo(name, given)
        return end

    def _add_pseudo(self, name: str, given: str) -> None:
        if name in ("not", "is", "where", "matches", "any", "-webkit-any"):
            inner = [_Reader(part.strip(), self._depth + 1).read() for part in split_list(given)]
            heaviest = max(one.weight for one in inner) if name != "where" else (0, 0, 0)
            self._weight = [a + b for a, b in zip(self._weight, heaviest, strict=True)]
            if any(one.made for one in inner):
                raise ValueError("nothing made up may stand in a list")
            self._add(_OneOf(tuple(inner), wanted=name != "not"))
        elif name in _NEVER and not given:
            self._add(lambda element: False, 1)
        elif given:
            if name not in _NTHS:
                raise ValueError(f":{name}() is not followed")
            self._add(_nth(given, _NTHS[name]), 1)
        elif name in _STRUCTURE:
            self._add(_STRUCTURE[name], 1)
        else:
            raise ValueError(f":{name} is not followed")


#: Place of an element among its siblings: from the start, from the end, and both among those of its tag; 1 is first.
_NTHS = {"nth-child": 0, "nth-last-child": 1, "nth-of-type": 2, "nth-last-of-type": 3}
_STRUCTURE: dict[str, Test] = {
    "first-child": lambda element: element.place[0] == 1,
    "last-child": lambda element: element.place[1] == 1,
    "only-child": lambda element: element.place[:2] == (1, 1),
    "first-of-type": lambda element: element.place[2] == 1,
    "last-of-type": lambda element: element.place[3] == 1,
    "only-of-type": lambda element: element.place[2:] == (1, 1),
    "root": lambda element: element.parent is None,
    "scope": lambda element: element.parent is None,
    "empty": lambda element: element.is_empty,
    "link": lambda element: element.tag == "a" and "href" in element.attributes,
    "any-link": lambda element: element.tag == "a" and "href" in element.attributes,
}


def _nth(text: str, which: int) -> Test:
    """`odd`, `2n+1`, `3`, `-n + 3`."""
    text = {"odd": "2n+1", "even": "2n"}.get(text.lower(), text)
    found = _NTH.fullmatch(text)
    if found is None or len(text) > 40:
        raise ValueError(f"{text!r} counts nothing")
    if found[4]:
        step, first = 0, int(found[4])
    else:
        step = int(found[1] + "1") if found[1] in ("", "+", "-") else int(found[1])
        first = int((found[2] or "") + (found[3] or "0"))

    def fits(element: Element) -> bool:
        rest = element.place[which] - first
        return rest == 0 if step == 0 else rest % step == 0 and rest // step >= 0

    return fits


def _attribute(text: str) -> Test:
    found = _ATTRIBUTE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:60]!r} names no attribute")
    name, sign, flag = found[1].lower(), found[2] or "", (found[6] or "").lower()
    wanted = next((part for part in found.groups()[2:5] if part is not None), "")
    fold = str.lower if flag == "i" else str
    wanted, compare = fold(wanted), _COMPARE[sign]
    return lambda element: name in element.attributes and compare(fold(element.attributes[name]), wanted)


_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "": lambda has, wanted: True,
    "=": lambda has, wanted: has == wanted,
    "~=": lambda has, wanted: bool(wanted) and wanted in has.split(),
    "|=": lambda has, wanted: has == wanted or has.startswith(f"{wanted}-"),
    "^=": lambda has, wanted: bool(wanted) and has.startswith(wanted),
    "$=": lambda has, wanted: bool(wanted) and has.endswith(wanted),
    "*=": lambda has, wanted: bool(wanted) and wanted in has,
}

"""A style sheet: rules with their selectors, and which of them an element follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from clipmill.domain.css.declarations import Declared, expand, plain_name, read_declarations, split_declarations
from clipmill.domain.css.selectors import MOST_SELECTOR, Selector, Steps, Weight, read_selector, split_list
from clipmill.domain.css.undrawn import undrawn
from clipmill.hints import ADD_FONT
from clipmill.media.draw.html.tree import Node

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
#: What a text of rules is made of: strings, braces and semicolons; signs in strings or behind a backslash do not count.
_SIGNS = re.compile(r"""[{};]|\\.|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'""", re.DOTALL)
MOST_RULES = 2_000
#: Elements that all selectors of a text may be asked about, again for each thing they lie in or stand behind.
MOST_STEPS = 1_000_000
#: How deep rules may lie in one another.
_DEEPEST = 8
#: Longest selector shown in a warning.
_SHOWN = 60
#: At-rule → what its author is told.
_AT_RULES: Mapping[str, str] = {
    "@keyframes": "is not animated; use enterAnimation and exitAnimation of the element",
    "@font-face": f"is not loaded; add the font with `{ADD_FONT}`",
    "@media": "is not followed where it asks for more than screens and their size; write its rules without it",
    "@container": "is not followed; write its rules without it",
    "@layer": "is followed without its order",
}
_FEATURE = re.compile(r"\(\s*+([\w-]++)\s*+(?::\s*+([^()]*+))?\)")
_ASKED = re.compile(r"\(\s*+([\w-]++)\s*+:((?:[^()]|\([^()]*\))*+)\)")
#: What a picture is asked about by name, and the answer that is given.
_STATES = {"prefers-color-scheme": "light", "prefers-reduced-motion": "no-preference", "hover": "none",
           "pointer": "none", "prefers-contrast": "no-preference", "update": "none"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StyleRule:
    """Declarations for the elements a selector means."""

    selector: Selector
    declared: Declared

    @property
    def weight(self) -> Weight:
        """Specificity: how many ids, classes and tags it names."""
        return self.selector.weight

    def fits(self, node: Node, steps: Steps) -> bool:
        """Whether an element is meant, by itself and by what it lies in. Raises ProjectError as `Steps`."""
        meant = node.parent if node.made else node
        return self.selector.made == node.made and meant is not None and self.selector.fits(meant, steps)


@dataclass(frozen=True)
class Sheet:
    """Rules in their order, and what of the text is not followed, one sentence each."""

    rules: tuple[StyleRule, ...] = ()
    unsupported: tuple[str, ...] = ()

    @cached_property
    def makes_up(self) -> bool:
        """Whether any rule makes content up, or counts."""
        return any(rule.selector.made or rule.declared.counts for rule in self.rules)

    @cached_property
    def draws(self) -> bool:
        """Whether any rule says something about drawings."""
        return any(name.startswith("svg ") for rule in self.rules for name, _ in rule.declared.values)

    @cached_property
    def _steps(self) -> Steps:
        return Steps(MOST_STEPS)

    @cached_property
    def _followed(self) -> dict[Node, list[Declared]]:
        """What each element follows of the rules, the strongest last; found once, whatever is laid out how often."""
        return {}

    @cached_property
    def _by_key(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, rule in enumerate(self.rules):
            found.setdefault(rule.selector.key, []).append(number)
        return found

    def declarations(self, node: Node) -> Iterator[tuple[str, Any]]:
        """What an element's rules and its own `style` say, the strongest last. Raises ProjectError as `followed`."""
        found = self.followed(node)
        for important in (False, True):
            for declared in (*found, node.declared):
                yield from (pair for pair in declared.values if (pair[0] in declared.important) is important)

    def followed(self, node: Node) -> list[Declared]:
        """The rules an element follows, the strongest last. Raises ProjectError where `MOST_STEPS` are not enough."""
        if not self.rules or node in self._followed:
            return self._followed.get(node, [])
        meant = node.parent if node.made and node.parent is not None else node
        keys = ("", meant.tag, *(f".{name}" for name in meant.classes), f"#{meant.attributes.get('id', '')}")
        numbers = sorted(number for key in keys for number in self._by_key.get(key, ()))
        found = sorted(
            (rule for rule in map(self.rules.__getitem__, numbers) if rule.fits(node, self._steps)),
            key=lambda rule: rule.weight,
        )
        self._followed[node] = [rule.declared for rule in found]
        return self._followed[node]


@dataclass(slots=True)
class _Reading:
    """What is found while a text is read."""

    canvas: tuple[float, float]
    rules: list[StyleRule] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)


def read_sheet(css: str, canvas: tuple[float, float] = (1280.0, 720.0)) -> Sheet:
    """Read the text of a style sheet for a canvas. Raises ValueError, a sentence, for what is not allowed."""
    reading = _Reading(canvas)
    _read_rules(_COMMENT.sub(" ", css), reading, "", 0)
    return Sheet(tuple(reading.rules), tuple(dict.fromkeys(reading.unsupported)))


def _read_rules(css: str, reading: _Reading, inside: str, depth: int) -> None:
    for head, body in _blocks(css):
        if head.startswith("@"):
            _read_at_rule(head, body, reading, inside, depth)
        elif body is None:
            if not inside:
                reading.unsupported.append(f"{head[:_SHOWN]} is not followed")
        else:
            _read_rule(head, body, reading, inside, depth)


def _read_at_rule(head: str, body: str | None, reading: _Reading, inside: str, depth: int) -> None:
    word = head.split(maxsplit=1)[0].split("(", maxsplit=1)[0].lower()
    asked = head[len(word) :].strip()
    if word == "@import":
        raise ValueError("the css contains @import, which is not allowed; take it out")
    followed = (
        _is_screen(asked, reading.canvas) if word == "@media"
        else _is_known(asked) if word == "@supports" else True if word == "@layer" and body is not None else None
    )  # fmt: skip
    if followed is None or word == "@layer":
        name = re.sub(r"^@-\w+-", "@", word)
        reading.unsupported.append(f"{name} {_AT_RULES.get(name, 'is not followed')}")
    if followed and body is not None and depth < _DEEPEST:
        if inside:
            _read_rule("&", body, reading, inside, depth)
        else:
            _read_rules(body, reading, inside, depth + 1)


def _read_rule(head: str, body: str, reading: _Reading, inside: str, depth: int) -> None:
    """A rule, and the rules inside it."""
    text = body
    if "{" in body:
        text = ";".join(part for part, inner in _blocks(body + ";") if inner is None)
    declared = read_declarations(split_declarations(text))
    reading.unsupported.extend(map(undrawn, declared.unsupported))
    meant = []
    for part in split_list(head):
        selector = " ".join(part.split())
        if inside:
            # before it grows, not after
            if len(inside) * max(1, selector.count("&")) > MOST_SELECTOR:
                reading.unsupported.append(f"the selector {selector[:_SHOWN]} is not followed")
                continue
            selector = selector.replace("&", f":is({inside})") if "&" in selector else f":is({inside}) {selector}"
        try:
            reading.rules.append(StyleRule(read_selector(selector), declared))
            meant.append(selector)
        except ValueError:
            reading.unsupported.append(f"the selector {selector[:_SHOWN]} is not followed")
    if len(reading.rules) > MOST_RULES:
        raise ValueError(f"the css has more than {MOST_RULES:,} rules")
    if "{" in body and meant and depth < _DEEPEST:
        nested = "".join(f"{part}{{{inner}}}" for part, inner in _blocks(body) if inner is not None)
        _read_rules(nested, reading, ", ".join(meant), depth + 1)


def _blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """What stands before a brace and what between it and its partner; None for what ends with a semicolon."""
    depth, begin, opened, head = 0, 0, 0, ""
    for found in _SIGNS.finditer(css):
        sign, place = found[0], found.start()
        if sign == "{":
            head, opened = (css[begin:place].strip(), place + 1) if depth == 0 else (head, opened)
            depth += 1
        elif sign == "}":
            if depth == 1:
                yield head, css[opened:place]
            begin, depth = (place + 1, 0) if depth <= 1 else (begin, depth - 1)
        elif sign == ";" and depth == 0:
            if css[begin:place].strip():
                yield css[begin:place].strip(), None
            begin = place + 1
    if depth:
        yield head, css[opened:]


def _is_screen(text: str, canvas: tuple[float, float]) -> bool | None:
    """Whether a media query is about a picture of this size; None where that cannot be said."""
    answers = [_one_screen(part.strip().lower(), canvas) for part in text.split(",")]
    return True if True in answers else None if None in answers else False


def _one_screen(text: str, canvas: tuple[float, float]) -> bool | None:
    negated = text.startswith("not ")
    kind, *_ = text.removeprefix("not ").removeprefix("only ").split() or ["all"]
    answers = [_feature(found[1], (found[2] or "").strip(), canvas) for found in _FEATURE.finditer(text)]
    rest = _FEATURE.sub("", text.removeprefix("not ").removeprefix("only ")).split()
    if any(word not in ("and", "screen", "all", "print", "speech") for word in rest) or None in answers:
        return None
    return (kind not in ("print", "speech") and all(answers)) is not negated


def _feature(name: str, value: str, canvas: tuple[float, float]) -> bool | None:
    """The answer to one question in brackets."""
    if name in _STATES:
        return value == _STATES[name]
    wide, high = canvas
    if name == "orientation":
        return (value == "landscape") is (wide > high)
    size = {"width": wide, "height": high}.get(name.removeprefix("min-").removeprefix("max-"))
    try:
        length = dict(expand("width", value))["width"].pixels(16.0) if size is not None else 0.0
    except (ValueError, AttributeError, KeyError):
        return None
    if size is None:
        return None
    return size >= length if name.startswith("min-") else size <= length if name.startswith("max-") else size == length


def _is_known(text: str) -> bool | None:
    """Whether what `@supports` asks for is drawn: declarations, with `not`, `and` and `or` of one kind."""
    answers = [_draws(found[1], found[2]) for found in _ASKED.finditer(text[:2_000])]
    if not answers:
        return None
    if text.lower().startswith("not"):
        return not answers[0]
    return any(answers) if " or " in text.lower() else all(answers)


def _draws(name: str, value: str) -> bool:
    try:
        return bool(list(expand(plain_name(name), value.strip())))
    except (ValueError, KeyError, IndexError):
        return False

"""Placeholders: `{{name}}`, `{{a.b.0}}` and filters behind `|`, parsed once, then run for every row.

A string that is one placeholder alone gives the value itself; placeholders inside text give text. What a placeholder
put in is never looked at again.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import Any

from clipmill.domain.payload import canonical_json
from clipmill.errors import TemplateError
from clipmill.shown import shortened
from clipmill.templates.filtering.allowance import Allowance, NameScope
from clipmill.templates.nearest import LISTED, hint_for

#: Makes a value out of a row's scope. Raises TemplateError for what only the row can show to be missing.
Make = Callable[[NameScope], Any]

_PLACEHOLDER = re.compile(r"""\{\{((?:[^"'{}]++|"[^"]*"|'[^']*')*+)\}\}""")
_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*')|(?P<mark>[|:,])|(?P<bare>[^|:,"'\s]+(?:\s+[^|:,"'\s]+)*))\s*"""
)
_PATH = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z0-9_]+)*")
#: What names of files may say besides, and nothing else may.
ONLY_IN_NAMES = {"batch": ("id", "name"), "row": ("number",), "attempt": ("number",)}
#: A number with more of them, before or behind its point, is written with an exponent.
_MOST_DIGITS = 300
_XML_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML_NEEDS = re.compile(f"[&<>\"'{_XML_ILLEGAL.pattern[1:]}")
_XML_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


@dataclass(frozen=True, slots=True)
class Argument:
    """What stands behind a `:` of a filter."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class FilterCall:
    """A filter with its arguments."""

    name: str
    arguments: tuple[Argument, ...]
    #: All of them as they are written, where commas part them: `%-d %B, %Y` is one to a filter that takes one.
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One `{{…}}`."""

    path: tuple[str, ...]
    calls: tuple[FilterCall, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What placeholders may name at one place of a template."""

    fields: frozenset[str]
    #: Variables as they are written, so that a path into one can be checked before any row is there.
    sources: Mapping[str, Any] = field(default_factory=dict)
    #: The names of the loops around this place, and `index`.
    loops: frozenset[str] = frozenset()
    #: Gives the language amounts and dates are written in; None where the template says none.
    language: Make | None = None
    #: What may still be written out while a template is compiled.
    allowance: Allowance = field(default_factory=Allowance, compare=False)

    def knows(self, name: str) -> bool:
        """Whether there is such a name."""
        return name in self.fields or name in self.sources or name in self.loops

    def all(self) -> set[str]:
        """Every name there is."""
        return set(self.fields) | set(self.sources) | set(self.loops)

    def hint(self, word: str) -> str:
        """What to write instead of a name that is not there."""
        if word in ONLY_IN_NAMES:
            return f"What is known of the {word} may stand in output.name only."
        known = self.all()
        return hint_for(word, known) if known else "There are no variables; add `variables`, or write the text itself."

    def inside(self, alias: str) -> Names:
        """The names inside a loop."""
        return replace(self, loops=self.loops | {alias, "index"})

    def with_variables(self, more: Mapping[str, Any]) -> Names:
        """The names where more variables are known."""
        maps = self.sources.maps if isinstance(self.sources, ChainMap) else [dict(self.sources)]
        return replace(self, sources=ChainMap(dict(more), *maps), loops=self.loops - set(more))

    def source(self, path: tuple[str, ...]) -> Any:
        """What is written for a path into a variable; None where that is not known before the row is."""
        if path[0] in self.loops or path[0] not in self.sources:
            return None
        value = self.sources[path[0]]
        for part in path[1:]:
            value = step(value, part) if isinstance(value, (dict, list)) else None
        return value

    def check(self, path: tuple[str, ...], where: str) -> None:
        """Raise TemplateError when the path cannot lead anywhere."""
        if not self.knows(path[0]):
            raise TemplateError(f"{where}: {{{{{shortened('.'.join(path))}}}}} names neither a field nor a variable",
                                hint=self.hint(path[0]))  # fmt: skip
        if path[0] in self.loops:
            return
        value = self.sources.get(path[0], "") if path[0] not in self.fields else 0
        for part in path[1:]:
            if isinstance(value, str) and "{{" in value:
                return
            value = _checked_step(value, part, path, where)


def _checked_step(value: Any, part: str, path: tuple[str, ...], where: str) -> Any:
    try:
        return step(value, part)
    except TemplateError as error:
        raise TemplateError(f"{where}: {{{{{shortened('.'.join(path))}}}}}: {error}", hint=error.hint) from error


def step(value: Any, part: str) -> Any:
    """One step of a path: into an object by name, into a list by number from 0. Raises TemplateError."""
    if isinstance(value, dict) and part in value:
        return value[part]
    if isinstance(value, list) and part.isascii() and part.isdigit() and len(part) < 10 and int(part) < len(value):
        return value[int(part)]
    there = (
        list(islice(value, LISTED))
        if isinstance(value, dict)
        else [f"0 to {len(value) - 1}"]
        if isinstance(value, list)
        else []
    )
    raise TemplateError(f"there is no {shortened(part)}", hint=hint_for(part, there))


def parse(text: str, where: str) -> list[str | Placeholder]:
    """Literal text and placeholders in turn, without empty texts. Raises TemplateError."""
    pieces: list[str | Placeholder] = []
    end, at = 0, text.find("{{")
    while at >= 0:
        found = _PLACEHOLDER.match(text, at)
        if found is not None:
            pieces += [_literal(text[end:at], where), _parse_inner(found[1], where)]
            end = found.end()
        elif text[at + 2 : at + 3] != "{":  # `{{{name}}` is a bracket and a placeholder
            break
        at = text.find("{{", found.end() if found else at + 1)
    pieces.append(_literal(text[end:], where))
    return [piece for piece in pieces if piece != ""]


def _literal(text: str, where: str) -> str:
    if "{{" in text:
        raise TemplateError(f"{where}: a {{{{ is not closed properly", hint="Write {{name}} or {{name|filter}}.")
    return text


def _parse_inner(inner: str, where: str) -> Placeholder:
    """Take `name|filter:argument,argument|filter` apart."""
    path, *calls = (_parse_group(group, inner, where) for group in _groups(inner, where))
    if path.arguments or not _PATH.fullmatch(path.name):
        raise _malformed(inner, where)
    return Placeholder(tuple(path.name.split(".")), tuple(calls))


def _groups(inner: str, where: str) -> list[list[_Token]]:
    """The tokens between the bars."""
    groups: list[list[_Token]] = [[]]
    for token in _tokens(inner, where):
        if token.mark == "|":
            groups.append([])
        else:
            groups[-1].append(token)
    return groups


def _parse_group(tokens: list[_Token], inner: str, where: str) -> FilterCall:
    """A name, then `:` and arguments with `:` or `,` between them."""
    operands, marks = tokens[::2], tokens[1::2]
    between = [token.mark for token in marks]
    if len(tokens) % 2 == 0 or any(token.mark for token in operands) or "" in between or between[:1] == [","]:
        raise _malformed(inner, where)
    if operands[0].argument.quoted:
        raise _malformed(inner, where)
    written = inner[marks[0].end : tokens[-1].end].strip() if between and set(between[1:]) == {","} else ""
    return FilterCall(operands[0].argument.text, tuple(token.argument for token in operands[1:]), written)


@dataclass(frozen=True, slots=True)
class _Token:
    """A mark, or a word or text; and where it ends."""

    mark: str
    argument: Argument
    end: int


def _tokens(inner: str, where: str) -> list[_Token]:
    tokens: list[_Token] = []
    position, end = 0, len(inner.rstrip())
    while position < end:
        found = _TOKEN.match(inner, position)
        if found is None:
            raise _malformed(inner, where)
        position = found.end()
        quoted, mark, bare = found["quoted"], found["mark"], found["bare"]
        argument = Argument(quoted[1:-1], True) if quoted else Argument(bare or "", False)
        tokens.append(_Token(mark or "", argument, position))
    return tokens


def _malformed(inner: str, where: str) -> TemplateError:
    hint = 'Write {{name}}, {{name|filter}} or {{name|filter:"argument"}}.'
    return TemplateError(f"{where}: {{{{{inner}}}}} cannot be read", hint=hint)


def lookup(path: tuple[str, ...]) -> Make:
    """Take the value a path leads to."""
    head, rest = path[0], path[1:]
    if not rest:
        return lambda scope: scope[head]

    def walk(scope: NameScope) -> Any:
        value = scope[head]
        for part in rest:
            value = _checked_step(value, part, path, "the row's data")
        return value

    return walk


def as_text(value: Any) -> str:
    """A value inside text: nothing for null, JSON for objects and lists, numbers plainly."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}" if abs(value.adjusted()) < _MOST_DIGITS else str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return canonical_json(value)


def as_json(value: Any) -> Any:
    """A value on its own: JSON numbers for amounts and numbers, the rest as it is."""
    if isinstance(value, Decimal) and abs(value.adjusted()) < _MOST_DIGITS:
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value) if isinstance(value, Decimal) else value


def escape_xml(text: str) -> str:
    """Text for the inside of an SVG: no markup comes of it, and no character that XML forbids."""
    if not _XML_NEEDS.search(text):
        return text
    return _XML_ILLEGAL.sub("\ufffd", text).translate(_XML_ESCAPES)

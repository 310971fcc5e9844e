"""One string of a template, compiled: what it names, what it gives, and what is escaped in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clipmill.errors import TemplateError
from clipmill.templates.filtering.allowance import NameScope
from clipmill.templates.filters import filtered
from clipmill.templates.placeholders import Make, Names, Placeholder, as_json, as_text, escape_xml, lookup, parse

#: Filters after which nothing is left of the html in a text.
_HIDES = frozenset({"strip_html", "if", "not", "eq", "ne", "contains", "slug"})
#: Markup may be a variable that is another variable, this deep.
_DEPTH = 10
#: So many filters may follow each other.
_FILTERS = 50
#: A placeholder counts as so many characters, that many of them have an end where they give nothing.
_PLACEHOLDER = 2


@dataclass(frozen=True, slots=True)
class Compiled:
    """One compiled value."""

    make: Make
    #: The same for every row.
    fixed: bool = False
    #: Gives a list whose items take the place of this one.
    many: bool = False
    #: Of what is fixed: values and characters.
    size: tuple[int, int] = (0, 0)


def compile_text(text: str, names: Names, where: str, *, markup: bool = False) -> Compiled:
    """A string with placeholders; one that is a placeholder alone gives a JSON value."""
    pieces = [_compile_piece(piece, names, where) for piece in parse(text, where)]
    if all(isinstance(piece, str) for piece in pieces):
        return Compiled(lambda scope: text, fixed=True, size=(0, len(text)))
    if len(pieces) == 1 and not isinstance(pieces[0], str):
        return Compiled(_alone(pieces[0], where))
    return Compiled(_joined(pieces, where, markup=markup))


def _alone(make: Make, where: str) -> Make:
    def run(scope: NameScope) -> Any:
        value = make(scope)
        if isinstance(value, str):
            allowance = scope.allowance
            allowance.characters -= len(value)
            if allowance.characters >= 0:
                return value
        value = as_json(value)
        scope.allowance.take(value, where)
        return value

    return run


def _joined(pieces: list[str | Make], where: str, *, markup: bool) -> Make:
    said = _PLACEHOLDER * len(pieces)

    def text(value: Any, scope: NameScope) -> str:
        if not isinstance(value, str):
            if isinstance(value, (dict, list)):
                scope.allowance.take(value, where)
            value = as_text(value)
        escaped = escape_xml(value) if markup else value
        if escaped is not value:
            scope.allowance.text(len(escaped), where)
        return escaped

    def run(scope: NameScope) -> str:
        texts = [piece if isinstance(piece, str) else text(piece(scope), scope) for piece in pieces]
        scope.allowance.text(said + sum(map(len, texts)), where)
        return "".join(texts)

    return run


def _compile_piece(piece: str | Placeholder, names: Names, where: str) -> str | Make:
    if isinstance(piece, str):
        return piece
    names.check(piece.path, where)
    if len(piece.calls) > _FILTERS:
        raise TemplateError(f"{where}: more than {_FILTERS} filters behind each other",
                            hint="Make a variable of the first of them.")  # fmt: skip
    make = lookup(piece.path)
    for call in piece.calls:
        make = filtered(make, call, names, where)
    return make


def named(value: Any, where: str) -> set[str]:
    """The names that the placeholders in a value begin with, filter arguments included."""
    if isinstance(value, dict):
        loop = value.get("iterate")
        lists = {loop.strip("{} ").split(".")[0]} if isinstance(loop, str) else set()
        return lists | {name for item in value.values() for name in named(item, where)}
    if isinstance(value, list):
        return {name for item in value for name in named(item, where)}
    if not isinstance(value, str):
        return set()
    found = [piece for piece in parse(value, where) if isinstance(piece, Placeholder)]
    arguments = [argument for piece in found for call in piece.calls for argument in call.arguments]
    return {piece.path[0] for piece in found} | {a.text.split(".")[0] for a in arguments if not a.quoted}


def used_parts(value: Any, where: str) -> set[str]:
    """The parts that the placeholders in a value name."""
    if isinstance(value, dict):
        return {name for item in value.values() for name in used_parts(item, where)}
    if isinstance(value, list):
        return {name for item in value for name in used_parts(item, where)}
    found = parse(value, where) if isinstance(value, str) else []
    return {piece.path[1] for piece in found
            if isinstance(piece, Placeholder) and piece.path[0] == "parts" and len(piece.path) > 1}  # fmt: skip


def drawn_raw(value: Any, where: str) -> set[str]:
    """The names whose text the strings in a value show as it is: not taken through `strip_html`."""
    if isinstance(value, dict):
        return {name for item in value.values() for name in drawn_raw(item, where)}
    if isinstance(value, list):
        return {name for item in value for name in drawn_raw(item, where)}
    found = parse(value, where) if isinstance(value, str) else []
    return {
        piece.path[0]
        for piece in found
        if isinstance(piece, Placeholder) and not any(call.name in _HIDES for call in piece.calls)
    }


def inlined(text: str, names: Names, where: str) -> str:
    """Markup that is one variable alone, as that variable is written: what stands inside it is escaped too."""
    for _ in range(_DEPTH):
        pieces = parse(text, where)
        alone = pieces[0] if len(pieces) == 1 else None
        source = names.source(alone.path) if isinstance(alone, Placeholder) and not alone.calls else None
        if not isinstance(source, str):
            return text
        names.allowance.text(len(source), where)
        text = source
    return text

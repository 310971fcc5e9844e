"""The expression of `--where`: which rows of a table are taken, by what stands in their cells.

    price > 20 and not (Vendor = "Acme" or Type in (Cap, "Rain hat")) and Title contains mug

A name of a column, a field, a number or a text on either side; names and texts with blanks in quotes or brackets, where
a quoted name of a column means the column. Numbers and amounts are compared as numbers, all else as text in any case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from clipmill.errors import SettingsError
from clipmill.templates.amounts import read_amount
from clipmill.templates.nearest import hint_for

#: Column → cell.
Cells = Mapping[str, str]
#: Whether a row is taken.
Condition = Callable[[Cells], bool]

_TOKEN = re.compile(
    r"""\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|`(?P<tick>[^`]*)`|\[(?P<bracket>[^\]]*)\]
    |(?P<mark><=|>=|==|!=|<>|[=<>(),])|(?P<word>[^\s"'`\[\]=<>!(),]+(?:,[0-9]{3}(?![0-9])[^\s"'`\[\]=<>!(),]*)*))""",
    re.VERBOSE,
)
_KEYWORDS = frozenset({"and", "or", "not", "in", "contains"})
_SAME = {"==": "=", "<>": "!="}
_ORDER: Mapping[str, Callable[[int], bool]] = {
    "=": lambda sign: sign == 0, "!=": lambda sign: sign != 0, "<": lambda sign: sign < 0, "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0, ">=": lambda sign: sign >= 0,
}  # fmt: skip
_LONGEST = 2_000
_DEEPEST = 40
_HINT = 'Write "price > 20", "Vendor = Acme and not Title contains sale" or "[Option1 Value] in (Red, \'Dark blue\')".'


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Operand:
    """A column, or a text as it is written."""

    text: str
    is_column: bool

    def of(self, cells: Cells) -> str:
        return (cells.get(self.text) or "").strip() if self.is_column else self.text


def parse_where(text: str, columns: Sequence[str], fields: Mapping[str, str]) -> Condition:
    """The condition a text says over a table with these columns; `fields` are other names of theirs.

    Raises SettingsError for what cannot be read and for a column that is not there.
    """
    if len(text) > _LONGEST:
        raise SettingsError(f"--where is longer than {_LONGEST:,} characters", hint="Choose by fewer conditions.")
    return _Parser(text, columns, fields).condition()


class _Parser:
    """Reads one expression from the left: `or` over `and` over `not` over comparisons."""

    def __init__(self, text: str, columns: Sequence[str], fields: Mapping[str, str]) -> None:
        self._text = text
        self._tokens = self._tokenised(text)
        self._at = 0
        self._columns = list(columns)
        self._names = {name.casefold(): column for name, column in fields.items()}
        self._names |= {column.casefold(): column for column in reversed(columns)}

    def condition(self) -> Condition:
        """All of it."""
        whole = self._any(0)
        if self._at < len(self._tokens):
            raise self._unread(f"before {self._tokens[self._at].text!r}")
        return whole

    def _any(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise self._unread(f"it is nested more than {_DEEPEST} deep")
        found = [self._all(depth)]
        while self._takes("or"):
            found.append(self._all(depth))
        return found[0] if len(found) == 1 else lambda cells: any(one(cells) for one in found)

    def _all(self, depth: int) -> Condition:
        found = [self._one(depth)]
        while self._takes("and"):
            found.append(self._one(depth))
        return found[0] if len(found) == 1 else lambda cells: all(one(cells) for one in found)

    def _one(self, depth: int) -> Condition:
        denied = False
        while self._takes("not"):
            denied = not denied
        if self._takes("("):
            inner = self._any(depth + 1)
            self._expects(")")
        else:
            inner = self._comparison()
        return (lambda cells: not inner(cells)) if denied else inner

    def _comparison(self) -> Condition:
        left = self._operand(is_left=True)
        denied = self._takes("not")
        if self._takes("in"):
            return _deny(self._listed(left), denied)
        if self._takes("contains"):
            right = self._operand()
            return _deny(lambda cells: right.of(cells).casefold() in left.of(cells).casefold(), denied)
        sign = self._next_mark()
        if denied or not sign:
            if denied:
                raise self._unread("in or contains follows not")
            return lambda cells: bool(left.of(cells))
        right, holds = self._operand(), _ORDER[sign]
        return lambda cells: _stands(left.of(cells), right.of(cells), holds)

    def _listed(self, left: _Operand) -> Condition:
        self._expects("(")
        items = [self._operand()]
        while self._takes(","):
            items.append(self._operand())
        self._expects(")")
        same = _ORDER["="]
        return lambda cells: any(_stands(left.of(cells), item.of(cells), same) for item in items)

    def _operand(self, *, is_left: bool = False) -> _Operand:
        """A name or a text; words that follow each other are one."""
        first = self._tokens[self._at] if self._at < len(self._tokens) else None
        if first is None or first.kind in {"mark", "keyword"}:
            raise self._unread("a column or a value is missing" + (f" before {first.text!r}" if first else ""))
        self._at += 1
        words = [first.text]
        while first.kind == "word" and self._at < len(self._tokens) and self._tokens[self._at].kind == "word":
            words.append(self._tokens[self._at].text)
            self._at += 1
        name = " ".join(words)
        column = self._names.get(name.casefold())
        if column is not None and (is_left or first.kind in {"word", "bracket"}):
            return _Operand(column, is_column=True)
        if is_left or first.kind == "bracket":
            raise SettingsError(f"--where: the table has no column {name}", hint=hint_for(name, self._columns))
        return _Operand(name.strip(), is_column=False)

    def _next_mark(self) -> str:
        text = self._tokens[self._at].text if self._at < len(self._tokens) else ""
        sign = _SAME.get(text, text)
        if sign in _ORDER and self._tokens[self._at].kind == "mark":
            self._at += 1
            return sign
        return ""

    def _takes(self, text: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] in (_Token("keyword", text), _Token("mark", text)):
            self._at += 1
            return True
        return False

    def _expects(self, text: str) -> None:
        if not self._takes(text):
            raise self._unread(f"a {text} is missing")

    def _tokenised(self, text: str) -> list[_Token]:
        tokens, at = [], 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise self._unread(f"at {text[at:].strip()[:20]!r}")
            kind, at = str(found.lastgroup), found.end()
            word = found[kind]
            if kind == "word" and word.lower() in _KEYWORDS:
                kind, word = "keyword", word.lower()
            tokens.append(_Token({"double": "quoted", "single": "quoted", "tick": "bracket"}.get(kind, kind), word))
        return tokens

    def _unread(self, why: str) -> SettingsError:
        return SettingsError(f"--where {self._text!r} cannot be read: {why}", hint=_HINT)


def _deny(condition: Condition, denied: bool) -> Condition:
    return (lambda cells: not condition(cells)) if denied else condition


def _stands(left: str, right: str, holds: Callable[[int], bool]) -> bool:
    """Whether two cells stand so: as numbers where both are, else as text.

    Nothing, and a text beside a number, are neither more nor less.
    """
    first, second = read_amount(left), read_amount(right)
    if first is not None and second is not None:
        return holds((first > second) - (first < second))
    one, other = left.casefold(), right.casefold()
    is_order = holds(1) is not holds(-1)
    if is_order and (not one or not other or (first is None) is not (second is None)):
        return False
    return holds((one > other) - (one < other))

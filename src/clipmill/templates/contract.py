"""A template at work on rows: each cell read by its kind, then payload and file name made, or the reasons why not."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked
from clipmill.domain.row import Row
from clipmill.domain.template import MEDIA_KINDS, FieldKind, FieldRule, Template
from clipmill.domain.verdict import Problem, Who
from clipmill.errors import ClipmillError, ProjectError, TemplateError
from clipmill.media.outside.sources import Sources
from clipmill.media.outside.stored import MediaStore, StoredMedia
from clipmill.templates.amounts import contradicts, currencies_in
from clipmill.templates.filtering.allowance import OverAllowanceError
from clipmill.templates.filtering.markup import has_html
from clipmill.templates.kinds.media import Places, look_ahead, media_reader
from clipmill.templates.kinds.seen_values import SeenValues
from clipmill.templates.kinds.table import read_cell_of
from clipmill.templates.mapping import Mapped
from clipmill.templates.naming.pattern import KNOWN

#: The field that says which currency a row's amounts are in.
CURRENCY_FIELD = "currency"
#: A sign of more currencies than this is not spelt out.
_NAMED_CODES = 3
#: A shorter cell is not why too much is made.
_LONG_CELL = 1_000
#: Kinds whose empty cell is an empty text; of every other kind an empty cell is null.
_TEXTS = frozenset({FieldKind.TEXT, FieldKind.ENUM})


@dataclass(frozen=True, slots=True)
class _Cell:
    """One field of the contract, bound to its column."""

    rule: FieldRule
    column: str
    read: Callable[..., Any]
    #: The value, problem or stored file of the fallback; None without one.
    fallback: Any
    seen: SeenValues | None


@dataclass(slots=True)
class _Draft:
    """What has been made of a row so far."""

    #: The row's number in the table.
    number: int
    #: What the row's amounts are in; empty where it does not say.
    currency: str = ""
    #: As placeholders see them.
    scope: dict[str, Any] = field(default_factory=dict)
    #: As they are stored.
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    fallbacks: list[str] = field(default_factory=list)
    media: dict[str, Mapping[str, int]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


class RowChecker:
    """The Checker of one template over one table; for one thread.

    `columns` maps columns to fields (`columns.match_columns` makes it); without it every field is a column of its name.
    `safe_name` turns what the output pattern gives into a file name; `media_folder` holds files that cells name, or
    that lie at addresses in them; files of `allowed` folders may be named too. Raises TemplateError where no row could
    be made.
    """

    def __init__(  # noqa: PLR0913 - what a table is held to, each by its name
        self,
        template: Template,
        *,
        base_folder: Path,
        media: MediaStore,
        safe_name: Callable[[str], str],
        columns: Mapping[str, str] | None = None,
        media_folder: str = "",
        allowed: Sequence[Path | str] = (),
        remote: bool = False,
    ) -> None:
        self.template = template
        #: Id and name of the batch that the rows are for, where names say them.
        self.batch = KNOWN["batch"]
        #: How many rows a line of the table becomes.
        self.rows_per_line = 1
        self._mapped = Mapped(_with_fetched_media(template, media), limits=media.limits)
        self._safe_name = safe_name
        of_field = {name: column for column, name in (columns or {}).items()}
        read = _Readers(base_folder.absolute(), media, media_folder, allowed, remote=remote)
        self._cells = tuple(
            _Cell(rule, column := of_field.get(rule.name, rule.name), reader := read.of(rule, column),
                  read.fallback(rule, reader), SeenValues() if rule.unique else None)
            for rule in template.contract
        )  # fmt: skip
        self._ahead = [
            (cell.column, look_ahead(cell.rule, read.places(cell.rule), media))
            for cell in self._cells
            if cell.rule.kind in MEDIA_KINDS
        ]

    def check(self, row: Row) -> Checked:
        """Typed values and a payload, or every problem of the row; what its reader already refused is left at that."""
        if row.problems:
            return Checked(row, problems=row.problems)
        draft = _Draft(self.line_of(row.number), currency=_currency_of(self._cells, row))
        for cell in self._cells:
            _put(cell, row, draft)
        _refuse_other_currency(self._cells, row, draft)
        if draft.problems:
            return Checked(row, draft.values, tuple(draft.problems), tuple(draft.fallbacks), media=draft.media)
        warnings = (*draft.warnings, *_html_warnings(self._cells, self._mapped.drawn_raw, draft))
        try:
            scope = self._mapped.scope(draft.scope)
            body, plan = self._mapped.planned(scope)
            known = {"batch": self.batch, "row": {"number": draft.number}}
            name = self._mapped.file_name(scope, known, self._safe_name)
            payload = Payload(self.template.version, body, scope.allowance.weight)
        except OverAllowanceError as error:  # the template alone was within it
            problem = _too_large(error, row)
            return Checked(row, draft.values, (problem,), tuple(draft.fallbacks), media=draft.media)
        except TemplateError as error:
            problem = Problem("template.unresolved", str(error), error.hint or "Correct the template.",
                              who=Who.TEMPLATE_AUTHOR)  # fmt: skip
            return Checked(row, draft.values, (problem,), tuple(draft.fallbacks), media=draft.media)
        return Checked(row, draft.values, (), tuple(draft.fallbacks), warnings, payload, name, draft.media, plan)

    def look_ahead(self, row: Row) -> None:
        """Begin the downloads this row will need."""
        for column, begin in self._ahead:
            begin(row.fields.get(column) or "")

    def remember(self, number: int, fields: Mapping[str, str]) -> None:
        """Take the cells of an existing batch's row as seen, so that no corrected row repeats a unique value."""
        for cell in self._cells:
            text = fields.get(cell.column) or ""
            if cell.seen is not None and text.strip():
                value = text if cell.rule.kind in MEDIA_KINDS else cell.read(text)
                if not isinstance(value, Problem):
                    cell.seen.first(str(value).strip(), self.line_of(number))

    def line_of(self, number: int) -> int:
        """The number that a row has in the table, among the others there."""
        return (number - 1) // self.rows_per_line + 1


class _Readers:
    """Readers for the rules of a contract."""

    def __init__(self, base_folder: Path, media: MediaStore, media_folder: str, allowed: Sequence[Path | str], *,
                 remote: bool) -> None:  # fmt: skip
        self._remote = remote
        self._allowed = allowed
        self._base_folder = base_folder
        self._media = media
        self._media_folder = media_folder
        self._places: dict[str, Places] = {}

    def places(self, rule: FieldRule) -> Places:
        """Where the files of a field lie."""
        if rule.name not in self._places:
            self._places[rule.name] = Places.of(rule, self._base_folder, self._media_folder, self._allowed,
                                                remote=self._remote)  # fmt: skip
        return self._places[rule.name]

    def of(self, rule: FieldRule, column: str) -> Callable[[str], Any]:
        if rule.kind in MEDIA_KINDS:
            return media_reader(rule, column, self.places(rule), self._media)
        return read_cell_of(rule, column)

    def fallback(self, rule: FieldRule, read: Callable[[str], Any]) -> Any:
        """What stands in for an empty cell; read once, for it is the same for every row."""
        if rule.fallback is None or not rule.fallback.strip():
            return rule.fallback
        if rule.kind not in MEDIA_KINDS:
            return read(rule.fallback)
        try:
            return self._media.from_reference(rule.fallback)
        except ClipmillError as error:
            raise TemplateError(f"contract.{rule.name}.fallback: {error}", hint=error.hint) from error


def _with_fetched_media(template: Template, media: MediaStore) -> Template:
    """The template with stored copies of what it names by address, each fetched once. Raises TemplateError."""
    sources = Sources(media, unfinished=True)
    try:
        parts = {name: replace(rule, body=sources.stored(rule.body)) for name, rule in template.parts.items()}
        return replace(template, body=sources.stored(template.body), parts=parts)
    except ProjectError as error:
        raise TemplateError(f"template.yaml: payload: {error}", hint=error.hint) from error


def _too_large(error: OverAllowanceError, row: Row) -> Problem:
    """More than a row may make, where the template alone makes less: told with the cell that may be why."""
    column, cell = max(row.fields.items(), key=lambda each: len(each[1]), default=("", ""))
    if len(cell) < _LONG_CELL:
        return Problem("payload.too_large", str(error), error.hint, who=Who.TEMPLATE_AUTHOR)
    return Problem("payload.too_large", str(error), f"Shorten {column}. {error.hint}", column, cell)


def _put(cell: _Cell, row: Row, draft: _Draft) -> None:
    """Read one cell into the draft."""
    name, text = cell.rule.name, row.fields.get(cell.column) or ""
    if text and not text.isspace():
        value = cell.read(text, draft.currency) if cell.rule.kind is FieldKind.MONEY else cell.read(text)
        if cell.seen is not None and not isinstance(value, Problem):
            value = _refuse_repeated(cell, cell.seen, text, draft.number, value)
    elif cell.fallback is not None:
        value = cell.fallback
        draft.fallbacks.append(name)
    elif cell.rule.required:
        value = Problem("field.empty", f"{cell.column} is empty", "Fill the cell.", cell.column, text)
    else:
        value = "" if cell.rule.kind in _TEXTS else None
    _keep(name, value, draft)


def _html_warnings(cells: tuple[_Cell, ...], drawn: Set[str], draft: _Draft) -> Iterator[str]:
    """A sentence for every text with html in it that the template draws as it is."""
    for cell in cells:
        name, value = cell.rule.name, draft.values.get(cell.rule.name)
        if cell.rule.kind is FieldKind.TEXT and name in drawn and isinstance(value, str) and has_html(value):
            yield (f"{cell.column} holds html, such as &amp; or <b>, which is drawn letter by letter: "
                   f"{{{{{name}|strip_html}}}} in the template takes it out")  # fmt: skip


def _currency_of(cells: tuple[_Cell, ...], row: Row) -> str:
    """What the field `currency` says; empty where there is none, or none that can be read."""
    for cell in cells:
        if cell.rule.name == CURRENCY_FIELD and cell.rule.kind in _TEXTS:
            text = row.fields.get(cell.column) or ""
            value = cell.read(text) if text.strip() else cell.fallback
            return value if isinstance(value, str) else ""
    return ""


def _refuse_other_currency(cells: tuple[_Cell, ...], row: Row, draft: _Draft) -> None:
    """`$49` in a row whose `currency` is EUR would be shown as €49: somebody must say which is right."""
    for cell in cells:
        text = row.fields.get(cell.column) or ""
        if draft.currency and cell.rule.kind is FieldKind.MONEY and contradicts(text, draft.currency):
            codes = sorted(currencies_in(text) or ())
            is_plain = len(codes) == 1 and codes[0] in text.upper()
            means = f" ({' or '.join(codes)})" if 0 < len(codes) <= _NAMED_CODES and not is_plain else ""
            whose, fix = "", "Make both the same."
            if CURRENCY_FIELD in draft.fallbacks:
                whose = f", for the row says none and the template's fallback is {draft.currency}"
                fix = f"Say the row's currency in a column that feeds {CURRENCY_FIELD}."
            draft.problems.append(Problem(
                "money.currency",
                f"{cell.column} is {text.strip()}{means}, but {CURRENCY_FIELD} is {draft.currency}{whose}",
                fix, cell.column, text))  # fmt: skip


def _keep(name: str, value: Any, draft: _Draft) -> None:
    if isinstance(value, Problem):
        draft.problems.append(value)
    elif isinstance(value, Decimal):
        draft.scope[name], draft.values[name] = value, f"{value:f}"
    elif isinstance(value, StoredMedia):
        draft.scope[name] = draft.values[name] = value.reference
        draft.media[name] = value.measures()
        draft.warnings += value.remarks
    else:
        draft.scope[name] = draft.values[name] = value


def _refuse_repeated(cell: _Cell, seen: SeenValues, text: str, number: int, value: Any) -> Any:
    """The value, or the problem that an earlier row has it already."""
    key = text if isinstance(value, StoredMedia) else str(value)
    first = seen.first(key.strip(), number)
    if first == number:
        return value
    fix = f"Give every row its own {cell.column}, or take the first of each: --first-of {shlex.quote(cell.column)}."
    return Problem("field.repeated", f"the same {cell.column} as row {first}", fix, cell.column, text)

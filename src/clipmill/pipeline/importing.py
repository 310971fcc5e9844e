"""Importing: rows of a table become checked, priced orders in a batch; what is blocked is counted by cause."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from clipmill.domain.credits import Quote
from clipmill.domain.failure import problem_of
from clipmill.domain.files.names import finished, is_of_a_format, with_suffix
from clipmill.domain.line.cause import Tally
from clipmill.domain.priced_row import Checked, PricedRow
from clipmill.domain.row import Row
from clipmill.domain.template import Template
from clipmill.domain.verdict import Problem, Who
from clipmill.errors import ClipmillError, DearError, GlyphError, InputError, RoomError
from clipmill.pipeline.failing import failure_of
from clipmill.pipeline.pricing import Pricing
from clipmill.ports import Checker, Rows
from clipmill.shown import discreet

CHUNK_ROWS = 2_000
#: What the payloads of one transaction may weigh together.
CHUNK_WEIGHT = 32_000_000
_RENAMED = "output.name ends in the suffix of another format than outputFormat: the file is called {}"
ROWS_AHEAD = 64
#: The field of a contract that holds the seed of a row's first attempt, and how many seeds there are.
SEED_FIELD = "seed"
_SEEDS = 2**63
#: A file that is named before it is known what it will be is a video.
_NOT_KNOWN = Quote(0, suffix=".mp4")


@dataclass(frozen=True, slots=True)
class Importer:
    """The way of a row into a batch: check, map, name, price."""

    checker: Checker
    pricing: Pricing
    #: Gives a name no other row of the batch has.
    take_name: Callable[..., str]
    tally: Tally = field(default_factory=Tally)

    def orders(self, rows: Iterable[Row]) -> Iterator[PricedRow]:
        """Every row as an order, in order; rows are read a little ahead, so that downloads overlap."""
        for row in self._looked_ahead(rows):
            order = self._order(self.pricing.planned(self.checker.check(row)))
            self.tally.count(order)
            yield order

    def _looked_ahead(self, rows: Iterable[Row]) -> Iterator[Row]:
        coming: deque[Row] = deque()
        for row in rows:
            self.checker.look_ahead(row)
            coming.append(row)
            if len(coming) > ROWS_AHEAD:
                yield coming.popleft()
        yield from coming

    def _order(self, checked: Checked) -> PricedRow:
        if checked.payload is None:
            return PricedRow(checked)
        try:
            price = self.pricing.of(checked)
        except InputError as error:
            return _blocked(checked, self._problem(error, checked))
        except ClipmillError:
            raise
        except Exception as error:  # a bug of the engine, met by one row: it blocks that row, and no other
            return _blocked(checked, problem_of(failure_of(error), again=False))
        quote = price.own or _NOT_KNOWN
        name = with_suffix(checked.file_name, quote.suffix) if quote.suffix else checked.file_name
        told = (_RENAMED.format(quote.suffix),) if _is_renamed(checked.file_name, name) else ()
        taken = self.take_name(name, beside=True) if quote.beside else self.take_name(name)
        quoted = (f"{finished(taken, 1)}: {warning}" if warning in quote.own else warning for warning in quote.warnings)
        named = replace(checked, file_name=taken, warnings=(*checked.warnings, *quoted, *told))
        return PricedRow(named, quote.credits, reference=reference_of(self.checker.template, checked), lane=quote.lane,
                         together=quote.together, seed=seed_of(checked), parts=price.parts,
                         is_open=price.own is None)  # fmt: skip

    def _problem(self, error: InputError, checked: Checked) -> Problem:
        """What is wrong, with the column it came from, where that is known."""
        if not isinstance(error, DearError) or not error.source:
            return _refused(error, checked.row)
        cells = checked.row.fields
        fed = (rule for rule in self.checker.template.contract if checked.values.get(rule.name) == error.source)
        names = (name for rule in fed for name in (rule.column, *rule.aliases, rule.name) if name in cells)
        column = next(names, "")
        return _dear(error, column, cells.get(column) or "")


def _blocked(checked: Checked, problem: Problem) -> PricedRow:
    return PricedRow(replace(checked, payload=None, plan=None, file_name="", problems=(problem,)))


def import_orders(orders: Iterable[PricedRow], rows: Rows, batch_id: str) -> Iterator[Checked]:
    """Store orders in chunks, one transaction each, and pass on what was checked, without its payload."""
    for chunk in chunks(orders):
        rows.add(batch_id, chunk)
        for order in chunk:
            yield order.checked


def chunks(orders: Iterable[PricedRow]) -> Iterator[list[PricedRow]]:
    """Orders by as many as go into one transaction."""
    chunk: list[PricedRow] = []
    weight = 0
    for order in orders:
        chunk.append(order)
        weight += order.checked.payload.weight if order.checked.payload else 0
        if len(chunk) == CHUNK_ROWS or weight > CHUNK_WEIGHT:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk


def reference_of(template: Template, checked: Checked) -> str:
    """The picture the first frame of this row is compared to; empty where the template or the row names none."""
    return str(checked.values.get(template.verify.reference) or "") if template.verify.reference else ""


def seed_of(checked: Checked) -> int | None:
    """The seed that the row asks for: what its field `seed` holds, where that is a whole number."""
    seed = checked.values.get(SEED_FIELD)
    return seed if isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed < _SEEDS else None


def _is_renamed(asked: str, name: str) -> bool:
    """Whether the name got another suffix than the template gives it; one that it lacks is no news."""
    return name != asked and is_of_a_format(asked)


def speaks_of(error: InputError, row: Row) -> bool:
    """Whether a refused payload is refused for what stands in a cell of its row."""
    said = str(error).removeprefix(getattr(error, "path", ""))
    cells = filter(None, (discreet(cell.strip()) for cell in row.fields.values()))  # as errors tell them
    is_fed = isinstance(error, DearError) and bool(error.source)
    return (
        is_fed
        or bool(_refused(error, row).column)
        or any((len(cell) > 1 and cell in said) or f"'{cell}'" in said for cell in cells)
    )


def _refused(error: InputError, row: Row) -> Problem:
    if isinstance(error, GlyphError):
        column, cell = next(_cells_with(error.characters, row), ("", ""))
        return Problem("text.no_glyph", str(error), error.hint, column, cell, Who.OPERATOR)
    if isinstance(error, RoomError):
        column, cell = max(_cells_in(error.text, row), key=lambda found: len(found[1]), default=("", ""))
        who = Who.DATA_OWNER if column else Who.TEMPLATE_AUTHOR
        return Problem("text.too_large", str(error), error.hint, column, cell, who)
    if isinstance(error, DearError):
        column, cell = max(_cells_in(error.text, row), key=lambda found: len(found[1]), default=("", ""))
        return _dear(error, column, cell)
    fix = f"{error.hint} Correct the template's payload, or what this row puts into it.".lstrip()
    return Problem(code="payload.refused", reason=str(error), who=Who.TEMPLATE_AUTHOR, fix=fix)


def _dear(error: DearError, column: str, cell: str) -> Problem:
    who = Who.DATA_OWNER if column else Who.TEMPLATE_AUTHOR
    return Problem("drawing.dear", str(error), error.hint, column, cell, who)


def _cells_in(text: str, row: Row) -> Iterator[tuple[str, str]]:
    """The columns, with their cells, that are a part of a text, whatever their case and blanks."""
    whole = _plain(text)
    return ((column, cell) for column, cell in row.fields.items() if (plain := _plain(cell)) and plain in whole)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _cells_with(characters: str, row: Row) -> Iterator[tuple[str, str]]:
    """The columns, with their cells, that brought one of these characters."""
    wanted = set(characters)
    return ((column, cell) for column, cell in row.fields.items() if cell and wanted & set(cell))

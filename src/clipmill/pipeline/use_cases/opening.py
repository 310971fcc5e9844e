"""Opening a batch: a template and a table become rows in the store; corrected rows go back where they came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from clipmill.domain.batch import UNREAD, Batch, BatchState, Options, PauseReason, Progress, Reading
from clipmill.domain.files.names import FileNames
from clipmill.domain.line.cause import Tally
from clipmill.domain.record import RowRecord
from clipmill.domain.row import AMENDABLE, Row, RowState
from clipmill.domain.template import Template
from clipmill.errors import InputError, SettingsError, TemplateError
from clipmill.hints import RESUME
from clipmill.pipeline.each import one_of_a_line, rows_of_lines
from clipmill.pipeline.importing import Importer, chunks, import_orders, speaks_of
from clipmill.pipeline.outputs import columns_of
from clipmill.pipeline.pricing import Pricing
from clipmill.pipeline.use_cases.endpoints import tell_of
from clipmill.pipeline.use_cases.parts import Parts, new_id
from clipmill.pipeline.use_cases.pricing import engines_of, pricing
from clipmill.pipeline.use_cases.table import Given, OpenTable, fingerprint, template_of, with_line
from clipmill.pipeline.use_cases.taking import take
from clipmill.pipeline.use_cases.wishes import RunOptions, check_out_folder, check_wish
from clipmill.shown import discreet, legible, restored
from clipmill.templates.sample import choose_sample

_SAMPLE_PRIORITY = 0
_TAKING_NONE = UNREAD | {BatchState.CANCELLED}
#: Rows looked at for a payload to price before a batch is begun.
PROBED_ROWS = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch that was opened, or that has taken corrected rows."""

    batch: Batch
    table: OpenTable
    tally: Tally
    #: Its `blocked.csv`; None where no row is to be corrected.
    blocked: Path | None = None
    #: Rows that were taken, and rows of the table that no corrected row may replace.
    taken: int = 0
    left: int = 0


def open_batch(
    parts: Parts, given: Given, wish: RunOptions, told: Callable[[OpenTable, Progress | None], object] = lambda *_: None
) -> Opened:
    """Take a table into a new batch and let it run.

    `told` is called before rows are read, with the table as it meets its template and the batch that is run anew.
    Raises SourceError, TemplateError, then SettingsError for a folder that cannot be used.
    """
    check_wish(wish)
    if wish.anyway:
        parts.try_again()
    template = template_of(parts, given)
    for name in engines_of(template):
        parts.engine(name)
    table = parts.tables.open(given.table, template, given.reading, given.base)
    check_out_folder(wish.out_folder)
    if wish.webhook:
        parts.sender.check(wish.webhook)
    batch_id = new_id("bat")
    with parts.presence.announce(batch_id):
        with parts.presence.turn("opening"):  # of two that begin at once the second sees the first
            there = () if wish.anyway else parts.batches_in(wish.out_folder)
            earlier = earlier_run(there, given.table, template, parts.home / "tables")
            told(table, earlier)
            probe(parts, given, template)
            batch = _new_batch(batch_id, table, given.reading, wish)
            parts.batches.create(batch, table.checker.template)
            if wish.webhook:
                tell_of(parts, batch_id, wish.webhook, wish.webhook_secret)
        with _failing(parts, batch):
            tally = _taken(parts, batch, table)
        progress = parts.batches.progress(batch_id)
        return Opened(progress.batch, table, tally, parts.outputs.write_blocked(progress))


def earlier_run(there: Sequence[Progress], table: Path, template: Template, piped: Path) -> Progress | None:
    """Of the batches whose files are in a folder, the latest that a new one of this table and template would redo.

    `piped` is the folder of tables from standard input: those have no name to tell them apart by.
    Raises SettingsError where the folder is another batch's, or where somebody is at work on one of them.
    """
    earlier = None
    for progress in there:
        batch = progress.batch
        source = Path(batch.source)
        alike = source == table.absolute() or (source.parent == piped and table.is_relative_to(piped))
        if batch.state in (BatchState.RUNNING, BatchState.IMPORTING) and not progress.is_over and progress.attended:
            raise SettingsError(f"{batch.out_folder}: {batch.name}  {batch.id} is at work there",
                                hint="Wait for it, name another folder with --out, or add --force.")  # fmt: skip
        if alike and batch.template_name == template.name:
            earlier = earlier or progress
        elif progress.count(RowState.DONE) or not progress.is_over:
            raise SettingsError(
                f"{batch.out_folder} is the folder of {batch.name}  {batch.id}, made of {source.name} with the "
                f"template {batch.template_name}: {progress.count(RowState.DONE):,} of {progress.rows:,} rows are done",
                hint="Name another folder with --out; --force replaces that batch's report, and files of equal name.",
            )
    return earlier


def _new_batch(batch_id: str, table: OpenTable, reading: Reading, wish: RunOptions) -> Batch:
    """A new batch, importing: once it is created a crash loses nothing."""
    template = table.checker.template
    columns = list(dict.fromkeys((*table.described["columns"], *table.each)))
    options = Options(
        columns=columns_of(columns), unchecked=wish.unchecked,
        reading=replace(reading, mapping=table.columns) if wish.unchecked else reading,
        sample=wish.sample, folder=str(table.folder), fingerprint=fingerprint(table.path),
        archive=str(wish.archive.absolute()) if wish.archive else "",
    )  # fmt: skip
    return Batch(
        id=batch_id, name=wish.name, template_name=template.name, template_version=template.version,
        engine=template.engine, source=str(table.path.absolute()), out_folder=str(wish.out_folder.absolute()),
        policy=wish.policy(template), options=options,
    )  # fmt: skip


def _taken(parts: Parts, batch: Batch, table: OpenTable) -> Tally:
    """Take the table's rows in, as they are or as they are checked, and let the batch run."""
    if not batch.options.unchecked:
        return _fill(parts, batch, table)
    take(parts, batch, table.source.rows())
    _let_run(parts, batch)
    return Tally()


def _fill(parts: Parts, batch: Batch, table: OpenTable) -> Tally:
    """Import the table's rows, those that an interrupted import has not taken in yet, and let the batch run."""
    sample = batch.options.sample
    table.checker.batch = {"id": batch.id, "name": batch.name}
    known = _Known(set(), []) if sample else _remember(parts, batch, table)  # a sample is chosen over all rows
    importer = Importer(table.checker, pricing(parts, batch.engine), FileNames(known.names).take)
    fresh = (row for row in table.source.rows() if row.number not in known.numbers)
    checked = import_orders(importer.orders(fresh), parts.rows, batch.id)
    if sample:
        count = table.checker.rows_per_line
        chosen = choose_sample(one_of_a_line(checked, count), sample, table.checker.template.contract)
        parts.rows.prefer(batch.id, rows_of_lines(chosen, count))
    else:
        for _ in checked:
            pass
    _let_run(parts, batch, **({"priority_limit": _SAMPLE_PRIORITY} if sample else {}))
    return importer.tally


def _let_run(parts: Parts, batch: Batch, **limit: int) -> None:
    """Let a batch run whose table is read, unless it is to wait or somebody has cancelled it meanwhile."""
    state, reason = (BatchState.PAUSED, str(PauseReason.USER)) if batch.options.held else (BatchState.RUNNING, "")
    parts.batches.update(batch.id, "imported", lambda now: now.batch.state in UNREAD,
                         state=state, reason=reason, **limit)  # fmt: skip


@contextmanager
def _failing(parts: Parts, batch: Batch) -> Iterator[None]:
    """A batch whose table is refused, and that only another table can let go on, has failed and says why."""
    try:
        yield
    except InputError as error:
        reason = f"{error}. {error.hint}" if error.hint else str(error)
        parts.batches.update(batch.id, "import failed", lambda now: now.batch.state in UNREAD,
                             state=BatchState.FAILED, reason=legible(reason))  # fmt: skip
        raise


def finish_import(parts: Parts, batch: Batch) -> int:
    """Read on in a table whose reader has ended, or that was refused before, under the frozen template.

    A table that is gone is taken as it was read by then: with how many rows; 0 for one that is there.
    Raises SettingsError where somebody still reads it, where it has changed, or where too little of it was read.
    """
    if not parts.presence.dead([batch.id]):
        raise SettingsError(
            f"another process is still reading the table of {batch.id}", hint="Wait for it, or stop it."
        )
    with _failing(parts, batch):
        return _read_on(parts, batch)


def _read_on(parts: Parts, batch: Batch) -> int:
    now = fingerprint(Path(batch.source))
    if not now:
        return _take_as_read(parts, batch)
    if now != batch.options.fingerprint:
        raise SettingsError(
            f"{batch.source} has changed since {batch.id} began to read it",
            hint="Bring the old table back, or cancel the batch and run the new table.",
        )
    template, options = parts.batches.template(batch.id), batch.options
    table = parts.tables.open(Path(batch.source), template, options.reading, Path(options.folder))
    with parts.presence.announce(batch.id):  # of two that read on at once the second finds it read
        if parts.batches.find(batch.id).state in UNREAD:
            _taken(parts, batch, table)
    return 0


def _take_as_read(parts: Parts, batch: Batch) -> int:
    rows = sum(1 for _ in parts.rows.records(batch.id))
    if not rows or batch.options.sample:
        raise SettingsError(f"{batch.source} is gone: {batch.id} had not read it to its end",
                            hint=f"Bring the table back, then `{RESUME}`; or cancel the batch.")  # fmt: skip
    _let_run(parts, batch)
    return rows


def amend(parts: Parts, batch: Batch, given: Given, archive: Path | None = None, *, by: str = "local") -> Opened:
    """Put corrected rows in the place of blocked or failed ones, under the batch's frozen template; `by`: who does.

    Raises InputError for a batch that takes none, SourceError.
    """
    template = parts.batches.template(batch.id)
    if batch.options.names:
        template = replace(template, output_name=batch.options.names)
    table = parts.tables.open_corrected(given.table, template, given.reading, batch)
    table.checker.batch = {"id": batch.id, "name": batch.name}
    _taking(batch)
    replaceable = {record.number: _cut_cells(record) for record in parts.rows.records(batch.id, *AMENDABLE)}
    numbers = [row.number for row in table.source.rows()]
    wanted = set(numbers) & replaceable.keys()
    known = _remember(parts, batch, table, without=wanted)
    importer = Importer(table.checker, pricing(parts, batch.engine), FileNames(known.names).take)
    rows = (_whole(row, replaceable[row.number]) for row in table.source.rows() if row.number in wanted)
    taken = sum(parts.rows.amend(batch.id, chunk, by) for chunk in chunks(importer.orders(rows)))
    kept = {"options": replace(batch.options, archive=str(archive.absolute()))} if archive else {}
    is_held = batch.options.held and batch.state is BatchState.PAUSED
    on = {"state": batch.state} if is_held else {"state": BatchState.RUNNING, "reason": ""}
    batch = parts.batches.update(batch.id, "amended", lambda now: now.batch.state not in _TAKING_NONE, **on, **kept)
    return Opened(_taking(batch), table, importer.tally, taken=taken, left=len(numbers) - taken)


def _taking(batch: Batch) -> Batch:
    """The batch, where it takes corrected rows. Raises InputError."""
    if batch.state in _TAKING_NONE:
        raise InputError(f"{batch.id} is {batch.state}: it takes no corrected rows")
    return batch


def _remember(parts: Parts, batch: Batch, table: OpenTable, without: frozenset[int] | set[int] = frozenset()) -> _Known:
    """Names and unique values that rows already in the batch hold."""
    known = _Known(set(), [])
    for record in parts.rows.records(batch.id):
        if record.number in without:
            continue
        known.numbers.add(record.number)
        table.checker.remember(record.number, record.fields)
        if record.file_name:
            known.names.append(record.pattern)
    return known


def _cut_cells(record: RowRecord) -> dict[str, str]:
    """The cells that `blocked.csv` does not show whole."""
    return {name: cell for name, cell in record.fields.items() if discreet(cell) != cell}


def _whole(row: Row, cut: Mapping[str, str]) -> Row:
    """A corrected row with the secrets of addresses that were cut and are still the same."""
    if not cut:
        return row
    fields = {name: restored(cell, cut[name]) if name in cut else cell for name, cell in row.fields.items()}
    return replace(row, fields=fields)


@dataclass(slots=True)
class _Known:
    numbers: set[int]
    names: list[str]


def probe(parts: Parts, given: Given, template: Template) -> None:
    """Refuse a table for what is wrong with the template, with the line of it. Raises TemplateError."""
    try:
        table = parts.tables.open(given.table, template, given.reading, given.base)
        probe_template(table, pricing(parts, template.engine))
    except TemplateError as error:
        raise with_line(given, error) from error


def probe_template(table: OpenTable, price: Pricing) -> None:
    """Price the first good row: what every row is refused for, and none of them brought, is wrong for the table.

    It goes on while rows are refused for one and the same thing, to the last if need be: one good row saves the table.
    Raises TemplateError.
    """
    refusals: dict[str, InputError] = {}
    for place, row in enumerate(table.source.rows()):
        if place >= PROBED_ROWS and not refusals:  # rows blocked before they are priced say nothing of the template
            return
        checked = table.checker.check(row)
        if checked.payload is None:
            continue
        try:
            price.of(checked)
        except InputError as error:
            refusals[str(error)] = error
            if len(refusals) > 1 or speaks_of(error, row):
                return
        else:
            return
    for refusal in refusals.values():
        template = table.checker.template
        raise TemplateError(f"template {template.name}: {refusal}", hint=refusal.hint or "Correct its payload.",
                            path=getattr(refusal, "path", ""))  # fmt: skip

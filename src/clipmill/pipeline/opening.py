"""Opening a batch: a template and a table become rows in the store; corrected rows go back where they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clipmill.deliver.names import Names
from clipmill.domain.batch import Batch, BatchState, Options, PauseReason, Progress, Reading
from clipmill.domain.record import RowRecord
from clipmill.domain.row import AMENDABLE, Row, RowState
from clipmill.domain.template import Policy, Template
from clipmill.errors import InputError, SettingsError, TemplateError
from clipmill.hints import RESUME
from clipmill.pipeline.importing import Importer, Tally, chunks, import_orders, speaks_of
from clipmill.pipeline.outputs import columns_of
from clipmill.pipeline.table import OpenTable, fingerprint
from clipmill.ports import Batches, Engine, Records, Rows
from clipmill.shown import discreet, restored
from clipmill.templates.sample import choose_sample

_SAMPLE_PRIORITY = 0
#: Rows looked at for a payload to price before a batch is begun.
PROBED_ROWS = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """How a batch is to run, where the user says more than the template."""

    name: str
    out_folder: Path
    budget: int | None = None
    window: int | None = None
    #: Rows to make first and look at; None for all at once.
    sample: int | None = None

    def policy(self, template: Template) -> Policy:
        """The template's policy with what the user said in its place."""
        said = {"budget": self.budget, "window": self.window}
        return replace(template.policy, **{name: value for name, value in said.items() if value is not None})


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


@dataclass(frozen=True, slots=True)
class Opening:
    """Takes tables into batches."""

    batches: Batches
    rows: Rows
    records: Records

    def create(self, batch_id: str, table: OpenTable, reading: Reading, wish: Wish) -> Batch:
        """A new batch, importing: from here on a crash loses nothing."""
        template = table.checker.template
        options = Options(columns=columns_of(table.described["columns"]), reading=reading, sample=wish.sample,
                          folder=str(table.folder), fingerprint=fingerprint(table.path))  # fmt: skip
        batch = Batch(
            id=batch_id, name=wish.name, template_name=template.name, template_version=template.version,
            engine=template.engine, source=str(table.path.absolute()), out_folder=str(wish.out_folder.absolute()),
            policy=wish.policy(template), options=options,
        )  # fmt: skip
        self.batches.create(batch, template)
        return batch

    def fill(self, batch: Batch, table: OpenTable, engine: Engine) -> Tally:
        """Import the table's rows, those that an interrupted import has not taken in yet, and let the batch run."""
        sample = batch.options.sample
        known = _Known(set(), []) if sample else self._remember(batch, table)  # a sample is chosen over all rows
        importer = Importer(table.checker, engine, Names(known.names).take)
        fresh = (row for row in table.source.rows() if row.number not in known.numbers)
        checked = import_orders(importer.orders(fresh), self.rows, batch.id)
        if sample:
            chosen = choose_sample(checked, sample, table.checker.template.contract)
            self.rows.prefer(batch.id, sorted(chosen))
        else:
            for _ in checked:
                pass
        limit = {"priority_limit": _SAMPLE_PRIORITY} if sample else {}
        if self.batches.find(batch.id).state is BatchState.IMPORTING:  # somebody may have cancelled it meanwhile
            self.batches.update(batch.id, "imported", state=BatchState.RUNNING, **limit)
        return importer.tally

    def take_as_read(self, batch: Batch) -> int:
        """Let a batch run whose table is gone, with the rows that were taken in; how many. Raises SettingsError."""
        rows = sum(1 for _ in self.records.records(batch.id))
        if not rows or batch.options.sample:
            raise SettingsError(f"{batch.source} is gone: {batch.id} had not read it to its end",
                                hint=f"Bring the table back, then `{RESUME}`; or cancel the batch.")  # fmt: skip
        self.batches.update(batch.id, "imported", state=BatchState.RUNNING)
        return rows

    def amend(self, batch: Batch, table: OpenTable, engine: Engine) -> tuple[Tally, int]:
        """Put corrected rows in the place of blocked or failed ones; the numbers, and how many were taken."""
        if batch.state in (BatchState.IMPORTING, BatchState.CANCELLED):
            raise InputError(f"{batch.id} is {batch.state}: it takes no corrected rows")
        replaceable = {record.number: _cut_cells(record) for record in self.records.records(batch.id, *AMENDABLE)}
        corrected = {row.number for row in table.source.rows()} & replaceable.keys()
        known = self._remember(batch, table, without=corrected)
        importer = Importer(table.checker, engine, Names(known.names).take)
        rows = (_whole(row, replaceable[row.number]) for row in table.source.rows() if row.number in corrected)
        taken = sum(self.rows.amend(batch.id, chunk) for chunk in chunks(importer.orders(rows)))
        self.batches.update(batch.id, "amended", state=BatchState.RUNNING, reason="")
        return importer.tally, taken

    def end_sample(self, batch: Batch) -> None:
        """Stop a batch whose sample is made, for a person to look at it."""
        self.batches.update(batch.id, "sampled", state=BatchState.PAUSED, reason=str(PauseReason.SAMPLE))

    def _remember(self, batch: Batch, table: OpenTable, without: frozenset[int] | set[int] = frozenset()) -> _Known:
        """Names and unique values that rows already in the batch hold."""
        known = _Known(set(), [])
        for record in self.records.records(batch.id):
            if record.number in without:
                continue
            known.numbers.add(record.number)
            table.checker.remember(record.number, record.fields)
            if record.file_name:
                known.names.append(record.file_name)
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


def probe_template(table: OpenTable, engine: Engine) -> None:
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
            engine.quote(checked.payload)
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

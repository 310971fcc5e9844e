"""Letting a batch go that was held once it was checked: all of it, or a sample that a person looks at first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from clipmill.domain.batch import EVERY_PRIORITY, Batch, BatchState, Progress
from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked
from clipmill.domain.row import Row, RowState
from clipmill.domain.template import FieldKind, FieldRule
from clipmill.errors import ConflictError
from clipmill.pipeline.use_cases.serving.batches import is_held
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.table import columns_fed
from clipmill.templates.sample import choose_sample

_NUMBERS = frozenset({FieldKind.NUMBER, FieldKind.INTEGER, FieldKind.MONEY})
#: Kinds whose cells are what they mean, as they stand in the table.
_PLAIN = _NUMBERS | {FieldKind.TEXT, FieldKind.ENUM}
_NOTHING = Payload("", {})


def let_go(parts: ServerParts, batch: Batch, sample: int = 0) -> Batch:
    """Start a batch that stands still: all of it, or a sample of so many rows first.

    Raises ConflictError for one that does not stand still, or is not checked to its end.
    """
    checking = parts.batches.progress(batch.id).count(RowState.CHECKING)
    if batch.state is BatchState.IMPORTING or (checking and sample):
        raise ConflictError("its rows are still being checked", hint="Start it when all of them are.")
    if not is_held(batch):
        raise ConflictError(f"{batch.name} was started already")
    limit = EVERY_PRIORITY
    if sample:
        parts.rows.prefer(batch.id, list(_sample(parts, batch, sample)))
        limit = 0
    return parts.batches.update(batch.id, "started", _is_still, state=BatchState.RUNNING, reason="",
                                options=replace(batch.options, held=False), priority_limit=limit)  # fmt: skip


def _is_still(now: Progress) -> bool:
    return is_held(now.batch)


def _sample(parts: ServerParts, batch: Batch, size: int) -> frozenset[int]:
    """The extremes first: longest and shortest texts, largest and smallest numbers, each choice, fallbacks taken."""
    template = parts.batches.template(batch.id)
    column_of = {name: column for column, name in columns_fed(batch, template).items()}
    rules = [rule for rule in template.contract if rule.kind in _PLAIN]
    return choose_sample(_ready(parts, batch, rules, column_of), size, rules)


def _ready(parts: ServerParts, batch: Batch, rules: list[FieldRule], column_of: Mapping[str, str],
           ) -> Iterator[Checked]:  # fmt: skip
    for record in parts.rows.records(batch.id, RowState.READY, RowState.WAITING):
        cells = {rule: record.fields.get(column_of.get(rule.name, rule.name), "") for rule in rules}
        values = {rule.name: cell for rule, cell in cells.items() if _is_value(rule, cell)}
        yield Checked(Row(record.number, record.fields), values, fallbacks=record.fallbacks, payload=_NOTHING)


def _is_value(rule: FieldRule, cell: str) -> bool:
    if not cell or rule.kind not in _NUMBERS:
        return bool(cell)
    try:
        return Decimal(cell).is_finite()
    except InvalidOperation:
        return False

"""Renaming a finished batch: what would change, who would meet whom, and then the change, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from clipmill.deliver.aside import is_rejected
from clipmill.domain.batch import Batch
from clipmill.domain.files.names import FileNames, finished
from clipmill.domain.record import RowRecord
from clipmill.errors import InputError, NotFoundError, SettingsError
from clipmill.intake.source import open_source
from clipmill.pipeline.each import rows_per_line
from clipmill.pipeline.use_cases.ending import end_batch
from clipmill.pipeline.use_cases.parts import Parts
from clipmill.pipeline.use_cases.table import columns_fed
from clipmill.settings import Limits
from clipmill.shown import discreet
from clipmill.templates.naming.renaming import by_pattern, by_table, checker_of_names

#: So many names that meet are told.
_TOLD = 20


@dataclass(frozen=True, slots=True)
class Renaming:
    """The names that rows of a batch get, where those are others."""

    batch: Batch
    #: Row → what it is called now, and what it will be.
    changes: Mapping[int, tuple[str, str]]
    #: The new names as they are kept, with a place for the number of each attempt.
    names: Mapping[int, str]
    pattern: str = ""


def plan_names(parts: Parts, batch: Batch, pattern: str = "", table: Path | None = None) -> Renaming:
    """What a pattern or a table of names would change. Raises InputError with the names that would meet."""
    rows = {r.number: r for r in parts.rows.records(batch.id) if r.pattern and not is_rejected(r)}
    if not rows:
        raise InputError(f"{batch.id} has no finished file to rename")
    if not parts.batches.progress(batch.id).is_at_rest:
        raise InputError(f"{batch.id} is not finished: its files are still being named",
                         hint="Wait until it is at rest, or pause it.")  # fmt: skip
    if table is not None:
        wanted = by_table(open_source(table, Limits()), rows)
    else:
        template = parts.batches.template(batch.id)
        checker = checker_of_names(template, pattern, batch, columns_fed(batch, template), parts.media)
        checker.rows_per_line = rows_per_line(batch.options.reading.each)
        wanted = {number: by_pattern(checker, record) for number, record in rows.items()}
    names = {number: name for number, name in wanted.items() if rows[number].pattern != name}
    found = Renaming(batch, {n: (rows[n].file_name, finished(new, rows[n].attempts)) for n, new in names.items()},
                     names, pattern)  # fmt: skip
    if meetings := [*_meetings(parts, batch, names), *_in_the_way(found, rows)]:
        more = [f"and {len(meetings) - _TOLD:,} more"] if len(meetings) > _TOLD else []
        error = SettingsError(f"{len(meetings):,} of the new names are taken, and nothing was renamed",
                              hint="Let the pattern say more, or give these rows other names:")  # fmt: skip
        error.listed = [discreet(line) for line in (*meetings[:_TOLD], *more)]
        raise error
    return found


def _meetings(parts: Parts, batch: Batch, names: Mapping[int, str]) -> list[str]:
    """A sentence for every row whose name is another's, in whatever case, or may be that of an attempt of another."""
    taken, earlier, found = FileNames(), dict[int, str](), list[str]()
    for record in parts.rows.records(batch.id):
        if not (name := names.get(record.number, record.pattern)):
            continue
        has_texts = bool(parts.outputs.sidecars(record.row_id))
        if taken.has(name, beside=has_texts):
            other = next((n for n, of in earlier.items() if FileNames([of]).has(name, beside=has_texts)), 0)
            whose = f"of row {other}" if other else "of clipmill itself"
            found.append(f"row {record.number}: {finished(name, record.attempts)} is the name {whose} too")
        taken.add(name, beside=has_texts)
        earlier[record.number] = name
    return found


def _in_the_way(found: Renaming, rows: Mapping[int, RowRecord]) -> list[str]:
    """A sentence for every new name under which a file lies that is none of the batch's."""
    folder, ours = Path(found.batch.out_folder), {record.file_name for record in rows.values()}
    return [
        f"row {number}: {new} is there already in {folder}, and is no file of this batch"
        for number, (_, new) in found.changes.items()
        if new not in ours and os.path.lexists(folder / new)
    ]


def rename(parts: Parts, plan: Renaming) -> None:
    """Give rows their names, move the files, and write anew what the batch leaves.

    Cut off anywhere, whoever comes next moves the rest: the names are given in one transaction, after which the files
    are moved to them by whoever writes what the batch leaves. Raises InputError where rows are under way, NotFoundError
    for a finished file whose stored copy is lost.
    """
    batch = plan.batch
    lost = parts.outputs.unkept(batch.id, list(plan.names))
    if lost:
        raise NotFoundError(f"row {lost[0]}: the stored copy of its file is gone, and it cannot be renamed safely",
                            hint="Make the row again first.")  # fmt: skip
    options = replace(batch.options, renamed=True, names=plan.pattern or batch.options.names)
    if options != batch.options:
        parts.batches.update(batch.id, "named", options=options)
    if not parts.rows.give_names(batch.id, plan.names):
        raise InputError(f"{batch.id} is at work again, and nothing was renamed", hint="Wait until it is at rest.")
    end_batch(parts, batch.id)

"""`clipmill stats`: engines, models and versions of templates side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of
from clipmill.cli.terminal import data, say, show, table
from clipmill.domain.line.comparison import Comparison

_VERSION, _CAUSES = 12, 3
_COLUMNS = ("template", "version", "engine", "model", "rows", "done", "failed", "rows/h", "seconds", "credits/row",
            "reviews", "approved", "rejected", "failures")  # fmt: skip


def stats(
    context: typer.Context,
    meant: Annotated[
        list[str] | None, typer.Argument(metavar="[BATCH]...", help="Batches; all of them if left out.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Compare engines, models and template versions by rows, speed, cost, failures and reviews.

    Seconds are what half of all attempts took at the most. Rows an hour are counted from the first attempt of a batch
    to the end of its last, pauses included; credits for a row are all that was spent, for every finished one.
    """
    session = session_of(context)
    batches = {batch.id: batch for batch in map(session.batch, meant or [])}
    found = session.app.readonly.compare([*batches.values()])
    if as_json:
        data({"batches": [*batches], "comparisons": [entry.as_dict() for entry in found]})
        return
    if not found:
        say("There is no row yet.")
        return
    show(table(_COLUMNS, map(_cells, found), right=_COLUMNS[4:-1]), to_pipe=True)


def _cells(entry: Comparison) -> tuple[object, ...]:
    causes = ", ".join(f"{code} {count:,}" for code, count in entry.causes.most_common(_CAUSES))
    more = len(entry.causes) - _CAUSES
    reviews = (f"{entry.reviews[kind]:,}" for kind in ("review", "approved", "rejected"))
    return (entry.template, entry.template_version[:_VERSION], entry.engine, entry.model, f"{entry.rows:,}",
            f"{entry.done:,}", f"{entry.states['failed']:,}", _number(entry.rows_per_hour),
            _number(entry.median_seconds), _number(entry.credits_per_row), *reviews,
            f"{causes} and {more} more" if more > 0 else causes)  # fmt: skip


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}" if abs(value) < 1_000 else f"{value:,.0f}"

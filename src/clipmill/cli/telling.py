"""How a table and its rows are told to people: what was read, mapped and left over, what is blocked and why."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from clipmill.cli.terminal import plural, say, shorten, show, table
from clipmill.domain.batch import Progress
from clipmill.domain.credits import as_text, with_unit
from clipmill.domain.line.cause import Cause, Tally
from clipmill.pipeline.use_cases.table import OpenTable
from clipmill.templates.columns import map_option
from clipmill.templates.kinds.media import NO_NETWORK
from clipmill.templates.reading.lines import SourceLines

_WARNINGS_SHOWN = 5
#: Names of columns that feed nothing: a shop's export has forty.
_UNUSED_SHOWN = 12


def tell_table(opened: OpenTable) -> None:
    """`Read products.csv: UTF-8, comma, 9 columns`, how columns meet fields, and what feeds nothing."""
    described = opened.described
    kind = ", ".join(str(described[key]) for key in ("encoding", "delimiter") if described.get(key))
    say(f"Read    {opened.path.name}: {kind}, {plural(len(described['columns']), 'column')}")
    for note in described.get("notes", ()):
        say(f"        {note}")
    say(f"Mapped  {_pairs(opened.columns)}")
    for name, values in opened.each.items():
        say(f"Each    {name}: {', '.join(values)}, a row of every line for each")
    if opened.unused:
        how = map_option(opened.unused[0], "FIELD")
        more = len(opened.unused) - _UNUSED_SHOWN
        listed = ", ".join(opened.unused) if more < 2 else f"{', '.join(opened.unused[:_UNUSED_SHOWN])} and {more} more"
        say(f"Unused  {listed}   ({how} uses one, --ignore silences this)")
    if opened.missing:
        say(f"Absent  {', '.join(opened.missing)}   (fields of the template that no column feeds)")


def tell_left_out(opened: OpenTable) -> None:
    """What of the table was left out while its rows were read."""
    for note in opened.left_out():
        say(f"Left    {note}")


def _pairs(columns: Mapping[str, str]) -> str:
    return "  ".join(column if column == name else f"{column}→{name}" for column, name in columns.items())


def tell_folder(folder: Path, earlier: Progress | None = None) -> None:
    """Say so when another run's files are there already: those of the same name are replaced."""
    if earlier is not None:
        say(f"Note    {folder} holds an earlier run of this table, {earlier.batch.id}; its report is replaced. "
            "Rows that are as they were are not made again and cost nothing")  # fmt: skip
        if not earlier.is_over:
            say(f"        `clipmill resume {earlier.batch.id}` would go on with that one instead")
    elif (folder / "results.jsonl").exists():
        say(f"Note    {folder} holds an earlier run: files of the same name and its report are replaced")


def tell_tally(tally: Tally, lines: SourceLines | None = None) -> None:
    """`948 ready   37 ready with fallback   15 blocked`, and the blocked ones grouped by cause.

    What is so for every row is the template's, and told once, with the line of its file.
    """
    say("")
    fallback = f"   {tally.with_fallback:,} ready with fallback" if tally.with_fallback else ""
    say(f"  {tally.ready:,} ready{fallback}   {tally.blocked:,} blocked", style="bold")
    causes = [cause for cause in tally.causes if cause.example.code != NO_NETWORK]
    if causes:
        show(table(["rows", "cause", "example", "fix", "who"], map(_cause_cells, causes), right=["rows"]))
    if unreached := max((cause.rows.count for cause in tally.causes if cause.example.code == NO_NETWORK), default=0):
        say(f"No network: {plural(unreached, 'row')} name files at addresses, and none can be reached from here. "
            "Connect this machine, then run again.", style="yellow")  # fmt: skip
    for notice in islice(tally.warnings, _WARNINGS_SHOWN):
        of_all = notice.rows.count == tally.rows - tally.blocked and not notice.is_named
        told = lines.told(notice.told) if lines is not None and of_all else notice.told
        rows = "" if told != notice.told else f"{plural(notice.rows.count, 'row')}: "
        say(f"Warning {rows}{told}", style="yellow")
    if (more := len(tally.warnings) - _WARNINGS_SHOWN) > 0:
        say(f"        and {more:,} more; a run's results.jsonl has them row by row")


def _cause_cells(cause: Cause) -> list[object]:
    """One row of the table of causes: the first row stands as the example for all."""
    problem = cause.example
    value = f'  "{shorten(problem.value)}"' if problem.value else ""
    return [cause.rows.count, cause.reason, f"row {cause.rows.first[0]}{value}", problem.fix, problem.who]


def tell_cost(tally: Tally, budget: int | None) -> None:
    """`Cost    304 credits   budget 500: ok`."""
    fits = ""
    if budget is not None:
        short = tally.credits - budget
        pauses = f"{as_text(short)} short, the batch will pause there; {as_text(tally.credits)} suffices for every row"
        fits = f"   budget {as_text(budget)}: {pauses if short > 0 else 'ok'}"
    with_parts = f", with {plural(len(tally.parts), 'part')} that rows need" if tally.parts else ""
    later = f", and what {plural(tally.open, 'row')} will cost once their parts are made" if tally.open else ""
    say(f"Cost    {with_unit(tally.credits)}{with_parts}{later}{fits}")

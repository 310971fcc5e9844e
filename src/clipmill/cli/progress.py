"""The live view of a batch: one bar and three lines on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from clipmill.cli.numbers import credits_line, makeable, settled, summary_line
from clipmill.cli.terminal import err, say, words
from clipmill.domain.batch import Progress
from clipmill.domain.line.pace import Pace
from clipmill.ports import Clock

_LOOK_SECONDS = 0.5
_PLAIN_SECONDS = 10.0
_BAR_WIDTH = 30


async def show_progress(look: Callable[[], tuple[Progress, Pace]], clock: Clock, *, quiet: bool = False) -> None:
    """Show the batch until cancelled. `look` is called from a thread."""
    if quiet:
        return
    if err.is_terminal:
        with Live(console=err, refresh_per_second=4, transient=True) as live:
            while True:
                live.update(_picture(*await asyncio.to_thread(look)))
                await clock.sleep(_LOOK_SECONDS)
    while True:
        await clock.sleep(_PLAIN_SECONDS)
        progress, pace = await asyncio.to_thread(look)
        say(f"{progress.batch.name}  {summary_line(progress)}  {_eta(pace)}")


def _picture(progress: Progress, pace: Pace) -> Group:
    done, total = settled(progress), makeable(progress)
    head = Text.assemble(words(progress.batch.name, "bold"), f"  {progress.batch.id}")
    if progress.batch.policy.window:
        head.append(f"   window {progress.batch.policy.window}")
    share = f"{done:,}/{total:,}  {done / total:.0%}   {pace.rows_per_minute:.1f} rows/min" if total else ""
    bar = Table.grid(padding=(0, 2, 0, 0))
    bar.add_row(ProgressBar(total=max(total, 1), completed=done, width=_BAR_WIDTH), share)
    money = f"{credits_line(progress)}   {_eta(pace)}"
    return Group(head, bar, Text(summary_line(progress)), Text(money.rstrip()))


def _eta(pace: Pace) -> str:
    return f"ETA {pace.told}" if pace.told else ""

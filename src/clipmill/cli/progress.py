"""The live view of a batch: one bar and three lines on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from clipmill.cli.numbers import credits_line, makeable, settled, summary_line
from clipmill.cli.terminal import err, say, words
from clipmill.domain.batch import Progress
from clipmill.ports import Clock

_LOOK_SECONDS = 0.5
_PLAIN_SECONDS = 10.0
_MEMORY_SECONDS = 60.0
_BAR_WIDTH = 30


@dataclass
class Pulse:
    """Throughput over the last minute, and what it says of the end."""

    #: (clock seconds, rows settled) at each look.
    looks: deque[tuple[float, int]] = field(default_factory=deque)

    def look(self, now: float, settled: int) -> None:
        """Remember one look."""
        self.looks.append((now, settled))
        while len(self.looks) > 2 and now - self.looks[0][0] > _MEMORY_SECONDS:
            self.looks.popleft()

    @property
    def rows_per_minute(self) -> float:
        """Rows settled per minute; 0 before anything is."""
        if len(self.looks) < 2:
            return 0.0
        (start, before), (end, after) = self.looks[0], self.looks[-1]
        return (after - before) * 60 / (end - start) if end > start else 0.0

    def eta(self, left: int) -> str:
        """How long the rest takes, as an honest range; empty when nothing is known."""
        rate = self.rows_per_minute
        if not left or rate <= 0:
            return ""
        minutes = left / rate
        soon, late = _time(minutes * 0.9), _time(minutes * 1.2)
        return soon if soon == late else f"{soon}–{late}"


def _time(minutes: float) -> str:
    seconds = round(minutes * 60)
    if seconds < 90:
        return f"{max(seconds, 1)} s"
    return f"{round(minutes)} min" if minutes < 90 else f"{minutes / 60:.1f} h"


async def show_progress(look: Callable[[], Progress], clock: Clock, *, quiet: bool = False) -> None:
    """Show the batch until cancelled. `look` is called from a thread."""
    if quiet:
        return
    pulse = Pulse()
    if err.is_terminal:
        with Live(console=err, refresh_per_second=4, transient=True) as live:
            while True:
                live.update(_picture(await _seen(look, pulse, clock), pulse))
                await clock.sleep(_LOOK_SECONDS)
    while True:
        await clock.sleep(_PLAIN_SECONDS)
        progress = await _seen(look, pulse, clock)
        say(f"{progress.batch.name}  {summary_line(progress)}  {_pace(progress, pulse)}")


async def _seen(look: Callable[[], Progress], pulse: Pulse, clock: Clock) -> Progress:
    progress = await asyncio.to_thread(look)
    pulse.look(clock.now(), settled(progress))
    return progress


def _picture(progress: Progress, pulse: Pulse) -> Group:
    done, total = settled(progress), makeable(progress)
    head = Text.assemble(words(progress.batch.name, "bold"), f"  {progress.batch.id}")
    if progress.batch.policy.window:
        head.append(f"   window {progress.batch.policy.window}")
    share = f"{done:,}/{total:,}  {done / total:.0%}   {pulse.rows_per_minute:.1f} rows/min" if total else ""
    bar = Table.grid(padding=(0, 2, 0, 0))
    bar.add_row(ProgressBar(total=max(total, 1), completed=done, width=_BAR_WIDTH), share)
    money = f"{credits_line(progress)}   {_pace(progress, pulse)}"
    return Group(head, bar, Text(summary_line(progress)), Text(money.rstrip()))


def _pace(progress: Progress, pulse: Pulse) -> str:
    eta = pulse.eta(makeable(progress) - settled(progress))
    return f"ETA {eta}" if eta else ""

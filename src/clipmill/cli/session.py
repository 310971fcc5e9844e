"""One invocation of the command line: settings and app made when first needed, and the work loop with its view."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path

import typer

from clipmill.app import App
from clipmill.cli.progress import credits_line, show_progress, summary_line
from clipmill.cli.terminal import data, say
from clipmill.domain.batch import Batch, BatchState, PauseReason, Progress
from clipmill.domain.row import RowState
from clipmill.settings import Settings, load_settings

#: Exit codes (docs/reference/cli.md): the first that applies.
FAILED, BLOCKED, BUDGET, REVIEW = 3, 4, 5, 8


class Session:
    """What the commands share."""

    def __init__(self, home: Path | None) -> None:
        self._home = home

    @cached_property
    def settings(self) -> Settings:
        """The settings in force."""
        return load_settings(home=self._home)

    @cached_property
    def app(self) -> App:
        """The running clipmill."""
        return App(self.settings)

    def batch(self, batch_id: str) -> Batch:
        """The batch meant: by id, by its beginning, or the latest."""
        return self.app.batches.find(batch_id)

    def work(self, batch: Batch, *, quiet: bool = False) -> Progress:
        """Work on a batch until it is at rest, showing how it goes; then write what it leaves."""
        progress = asyncio.run(self._work(batch, quiet=quiet))
        if batch.options.get("sample") and progress.batch.priority_limit == 0:
            self.app.opening.end_sample(progress.batch)
            progress = self.app.batches.progress(batch.id)
        self.app.outputs.write(progress)
        return progress

    async def _work(self, batch: Batch, *, quiet: bool) -> Progress:
        look = partial(self.app.batches.progress, batch.id)
        view = asyncio.create_task(show_progress(look, self.app.clock, quiet=quiet))
        try:
            return await self.app.worker().run(batch.id)
        finally:
            view.cancel()
            with suppress(asyncio.CancelledError):
                await view
            await self.app.close()

    def end(self, progress: Progress, *, as_json: bool) -> None:
        """Say how it ended and what to do next, and leave with the exit code of the outcome."""
        code = exit_code(progress)
        if as_json:
            data({**progress.as_dict(), "exit": code})
        else:
            tell_end(progress)
        raise typer.Exit(code)


def session_of(context: typer.Context) -> Session:
    """The session of a command."""
    session = context.obj
    assert isinstance(session, Session)
    return session


def exit_code(progress: Progress) -> int:
    """0 all done; 5 stopped by budget; 3 failed rows; 8 waiting for review; 4 blocked rows."""
    if progress.batch.state is BatchState.PAUSED and progress.batch.reason == PauseReason.BUDGET:
        return BUDGET
    if progress.count(RowState.FAILED) or progress.count(RowState.UNKNOWN):
        return FAILED
    sampled = progress.batch.state is BatchState.PAUSED and progress.batch.reason == PauseReason.SAMPLE
    if sampled or progress.count(RowState.REVIEW):
        return REVIEW
    if progress.batch.state is BatchState.PAUSED and progress.batch.reason != PauseReason.USER:
        return FAILED
    return BLOCKED if progress.count(RowState.BLOCKED) else 0


def tell_end(progress: Progress) -> None:
    """The last lines of a run: numbers, files, and what to do next."""
    batch = progress.batch
    say(f"{batch.name}  {batch.id}", style="bold")
    say(f"  {summary_line(progress)}   = {progress.rows:,} rows")
    say(f"  {credits_line(progress)}")
    if batch.state is BatchState.PAUSED:
        say(f"  paused: {_why(batch)}", style="yellow")
    folder = Path(batch.out_folder)
    say(f"Files   {_shown(folder)}")
    say(f"Report  {_shown(folder / 'report.html')}")
    for line in next_steps(progress):
        say(f"Next    {line}")


def _why(batch: Batch) -> str:
    told = {
        PauseReason.BUDGET: f"the next row does not fit the budget of {batch.policy.budget:,} credits"
        if batch.policy.budget is not None else "the budget is used up",
        PauseReason.SAMPLE: "the sample is made and waits for you",
        PauseReason.USER: "by you",
    }  # fmt: skip
    return next((text for reason, text in told.items() if reason == batch.reason), batch.reason)


def next_steps(progress: Progress) -> list[str]:
    """The commands that bring the batch further."""
    batch, steps = progress.batch, []
    if batch.state is BatchState.PAUSED and batch.reason == PauseReason.SAMPLE:
        steps.append(f"look at the report, then: clipmill continue {batch.id}")
    elif batch.state is BatchState.PAUSED and batch.reason == PauseReason.BUDGET:
        steps.append(f"clipmill resume {batch.id} --budget N   (more than {progress.balance.committed:,})")
    elif batch.state is BatchState.PAUSED:
        steps.append(f"clipmill resume {batch.id}")
    if progress.count(RowState.FAILED):
        steps.append(f"clipmill failures {batch.id}")
    if progress.count(RowState.REVIEW):
        steps.append(f"clipmill approve {batch.id}   or   clipmill reject {batch.id} --rows N --again")
    if progress.count(RowState.BLOCKED):
        corrected = _shown(Path(batch.out_folder) / "blocked.csv")
        steps.append(f"correct {corrected}, then: clipmill run {corrected} --into {batch.id}")
    return steps


def _shown(path: Path) -> str:
    """A path as short as it can be typed from here."""
    with suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)

"""One invocation of the command line: settings and app made when first needed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import typer

from clipmill.app import App
from clipmill.cli.codes import BLOCKED, BUDGET, FAILED, INTERRUPTED, REVIEW
from clipmill.cli.numbers import credits_line, parts_line, summary_line
from clipmill.cli.options import row_numbers
from clipmill.cli.terminal import data, note, plural, say
from clipmill.cli.wording import command
from clipmill.domain.batch import UNREAD, Batch, BatchState, PauseReason, Progress
from clipmill.domain.credits import as_text, as_typed
from clipmill.domain.files.exchange import TABLE_NAME
from clipmill.domain.line.pace import Pace, in_words
from clipmill.domain.record import RowRecord
from clipmill.domain.row import AMENDABLE, RowState
from clipmill.domain.verdict import Ruling
from clipmill.errors import SettingsError
from clipmill.log import begin
from clipmill.settings import Settings, is_home_named, load_settings
from clipmill.store.home import check_home

_WARNINGS_SHOWN = 5


class Session:
    """What the commands share."""

    def __init__(self, flags: Mapping[str, Any]) -> None:
        self.flags = flags

    @cached_property
    def settings(self) -> Settings:
        """The settings in force, over a state folder that is the user's. Raises SettingsError."""
        settings = load_settings(**self.flags)
        check_home(settings.home, named=self.flags.get("home") is not None or is_home_named())
        begin(settings.log_level, settings.log_format, note)
        return settings

    @cached_property
    def app(self) -> App:
        """The running clipmill."""
        return App(self.settings, say=command)

    def batch(self, meant: str) -> Batch:
        """The batch meant: by id, by name, by the beginning of either, or the latest. Raises NotFoundError."""
        return self.app.readonly.find(meant)

    def progress(self, batch_id: str) -> Progress:
        """The numbers of a batch now, and whether anybody works on it."""
        return self.app.attended(self.app.readonly.progress(batch_id))

    def look(self, batch_id: str) -> tuple[Progress, Pace]:
        """The numbers of a batch now, and how quickly its rows end."""
        progress = self.progress(batch_id)
        return progress, self.app.readonly.pace(progress, self.app.time.now())

    def rows(self, batch: Batch, text: str) -> list[int]:
        """The rows meant by `--rows`, all of which must be there. Raises SettingsError."""
        numbers = row_numbers(text)
        if numbers:
            there = {record.number for record in self.app.readonly.records(batch.id)}
            missing = [number for number in numbers if number > 0 and number not in there]
            if missing:
                few = f", {min(there)} to {max(there)}" if there else ""
                hint = f"It has {plural(len(there), 'row')}{few}."
                raise SettingsError(f"{batch.id} has no row {missing[0]}", hint=hint)
            if numbers[0] < 0:
                self.app.readonly.story(batch.id, numbers[0])  # raises where there is no such part
        return numbers

    def end(self, progress: Progress, *, as_json: bool, told: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Say how it ended and what to do next, and leave with the exit code of the outcome."""
        code, warnings = exit_code(progress), self._warnings(progress.batch)
        if as_json:
            data({**progress.as_dict(), **told, "warnings": warnings, "exit": code})
        else:
            for line in warnings[:_WARNINGS_SHOWN]:
                say(f"Look    row {line['row']}, {line['file']}: {line['warning']}", style="yellow")
            if len(warnings) > _WARNINGS_SHOWN:
                say(f"        and {len(warnings) - _WARNINGS_SHOWN} more, in the report", style="yellow")
            tell_end(progress)
        raise typer.Exit(code)

    def _warnings(self, batch: Batch) -> list[dict[str, Any]]:
        """What was noticed about made files, each with the number of its row and the name of its file."""
        return [
            {"row": record.number, "file": record.file_name, "warning": warning}
            for record in self.app.readonly.records(batch.id, RowState.DONE, RowState.REVIEW)
            if record.verdict and not _is_approved(record)
            for warning in record.verdict.warnings
        ]


def _is_approved(record: RowRecord) -> bool:
    """Whether a person has looked at the file and found it good."""
    looked_at = record.verdict is not None and record.verdict.ruling is Ruling.REVIEW
    return looked_at and record.state is RowState.DONE


def session_of(context: typer.Context) -> Session:
    """The session of a command, made when first asked for; its root context holds what is said before a command."""
    root = context.find_root()
    if not isinstance(root.obj, Session):
        root.obj = Session(root.obj or {})
    return root.obj


def working_session_of(context: typer.Context) -> Session:
    """The session of a command that opens media, which says once what the sandbox leaves open on this machine.

    Raises SettingsError where the setting wants all of it shut.
    """
    session = session_of(context)
    settings, left = session.settings, session.app.gaps
    if left and settings.sandbox == "required":
        raise SettingsError(f"sandbox = required, but on this machine worker processes could {left}",
                            hint="Work on Linux 5.13 or later with Landlock, on x86-64 or AArch64.")  # fmt: skip
    if left:
        why = "the sandbox is off" if settings.sandbox == "off" else "this machine has not every lock of the sandbox"
        say(f"note: {why}: a media file made to break in could {left}", style="yellow")
    return session


def exit_code(progress: Progress) -> int:
    """0 all done; 130 stopped by a person; 5 stopped by budget; 3 failed rows; 8 waiting for review; 4 blocked rows."""
    called_off = progress.batch.state is BatchState.CANCELLED and progress.count(RowState.CANCELLED)
    if called_off or (progress.batch.state is BatchState.PAUSED and progress.batch.reason == PauseReason.USER):
        return INTERRUPTED
    if progress.batch.state is BatchState.PAUSED and progress.batch.reason == PauseReason.BUDGET:
        return BUDGET
    if progress.count(RowState.FAILED) or progress.count(RowState.UNKNOWN):
        return FAILED
    sampled = progress.batch.state is BatchState.PAUSED and progress.batch.reason == PauseReason.SAMPLE
    if sampled or progress.count(RowState.REVIEW):
        return REVIEW
    if progress.batch.state is BatchState.PAUSED or progress.is_held:
        return FAILED
    return BLOCKED if progress.count(RowState.BLOCKED) else 0


def tell_end(progress: Progress) -> None:
    """The last lines of a run: numbers, files, and what to do next."""
    batch = progress.batch
    say(f"{batch.name}  {batch.id}", style="bold")
    say(f"  {summary_line(progress)}   = {plural(progress.rows, 'row')}")
    if parts := parts_line(progress):
        say(f"  {parts}")
    say(f"  {credits_line(progress)}")
    for halt in progress.halts:
        if halt.is_for_good:
            say(f"  the lane {halt.lane} is held: {halt.reason}", style="yellow")
    if batch.state is BatchState.PAUSED:
        say(f"  paused: {_why(batch)}", style="yellow")
    if batch.state is BatchState.CANCELLED:
        say(f"  cancelled for good: {plural(progress.count(RowState.CANCELLED), 'row')} not made", style="yellow")
    folder = Path(batch.out_folder)
    say(f"Files   {shown(folder)}")
    say(f"Report  {shown(folder / 'report.html')}")
    for line in next_steps(progress):
        say(f"Next    {line}")


def halts(progress: Progress, now: float) -> Iterator[str]:
    """A sentence for every lane that the batch's rows are held up in."""
    for halt in progress.halts:
        if halt.is_for_good:
            yield f"the lane {halt.lane} is held: {halt.reason}"
        elif halt.until > now:
            yield f"the lane {halt.lane} is held for {in_words(halt.until - now)} more: {halt.reason}"


def _why(batch: Batch) -> str:
    told = {
        PauseReason.BUDGET: f"the next row does not fit the budget of {as_text(batch.policy.budget)} credits"
        if batch.policy.budget is not None else "the budget is used up",
        PauseReason.SAMPLE: "the sample is made and waits for you",
        PauseReason.USER: "by you",
    }  # fmt: skip
    return next((text for reason, text in told.items() if reason == batch.reason), batch.reason)


def next_steps(progress: Progress) -> list[str]:
    """The commands that bring the batch further, and none that it refuses."""
    batch, steps = progress.batch, []
    is_held = batch.state is BatchState.RUNNING and progress.is_held
    if progress.is_interrupted or is_held or batch.state is BatchState.FAILED:
        steps.append(f"clipmill resume {batch.id}")
    if batch.state is BatchState.PAUSED and batch.reason == PauseReason.SAMPLE:
        steps.append(f"look at the report, then: clipmill continue {batch.id}")
    elif batch.state is BatchState.PAUSED and batch.reason == PauseReason.BUDGET:
        enough, rows = as_typed(progress.sufficient_budget), plural(progress.count(RowState.READY), "row")
        steps.append(f"clipmill resume {batch.id} --budget {enough}   (enough for the {rows} left)")
    elif batch.state is BatchState.PAUSED:
        steps.append(f"clipmill resume {batch.id}")
    if progress.count(RowState.FAILED):
        steps.append(f"clipmill failures {batch.id}")
    if progress.count(RowState.REVIEW):
        steps.append(review_step(batch))
    if any(progress.count(state) for state in AMENDABLE):
        steps += feed_back_step(batch)
    return steps


def review_step(batch: Batch) -> str:
    """The commands for files that wait for review; a batch that was cancelled makes nothing again."""
    reject = f"   or   clipmill reject {batch.id} --rows N --again"
    return f"clipmill approve {batch.id}{'' if batch.state is BatchState.CANCELLED else reject}"


def feed_back_step(batch: Batch) -> list[str]:
    """The command that takes corrected rows, and replaced files, in; none where nothing is to correct or is taken."""
    table = Path(batch.out_folder) / TABLE_NAME
    if batch.state in UNREAD | {BatchState.CANCELLED} or not table.exists():
        return []
    corrected = shown(table)
    return [
        f"correct {corrected}, or the files it names, then: clipmill run {shlex.quote(corrected)} --into {batch.id}"
    ]


def shown(path: Path) -> str:
    """A path as short as it can be typed from here."""
    with suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)

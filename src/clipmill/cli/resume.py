"""`clipmill resume` and `clipmill continue`: go on with a batch where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import typer

from clipmill.cli import options
from clipmill.cli.numbers import summary_line
from clipmill.cli.session import Session, halts, working_session_of
from clipmill.cli.terminal import plural, say
from clipmill.cli.work import work
from clipmill.domain.batch import Progress, Waits
from clipmill.domain.row import RowState
from clipmill.pipeline.use_cases import going_on


def resume(  # noqa: PLR0913, PLR0917 - one parameter per option of the command
    context: typer.Context,
    batch_id: options.BatchId = "",
    budget: options.Budget = None,
    window: options.Window = None,
    ramp: options.Ramp = None,
    stop_after: options.StopAfter = "",
    priority: options.Priority = None,
    weight: options.Weight = None,
    as_json: options.AsJson = False,
) -> None:
    """Go on with an interrupted, paused or stopped batch; what is said of budget, window and the like is changed."""
    policy = {"budget": budget, "window": window, **options.steering_of(ramp, stop_after, priority, weight)}
    _resume(working_session_of(context), batch_id, policy, as_json=as_json)


def go_on(
    context: typer.Context,
    batch_id: options.BatchId = "",
    budget: options.Budget = None,
    window: options.Window = None,
    as_json: options.AsJson = False,
) -> None:
    """Make the rest of a batch after its sample was looked at."""
    policy: dict[str, float | None] = {"budget": budget, "window": window}
    _resume(working_session_of(context), batch_id, policy, everything=True, as_json=as_json)


def _resume(
    session: Session, batch_id: str, policy: Mapping[str, float | None], *, everything: bool = False, as_json: bool
) -> None:
    app = session.app
    batch = session.batch(batch_id)
    going = going_on.resume(app, batch, everything=everything, **policy)
    if going.as_read:
        say(f"Gone    {batch.source}, before it was read to its end: the {plural(going.as_read, 'row')} read by then "
            "go on", style="yellow")  # fmt: skip
        say("        once it is back, run it again: those rows are found made")
    if not as_json:
        say(f"Going on with {batch.name}  {batch.id}")
        found = app.readonly.waits(batch.id)
        now = app.time.now()
        gone = [holder.worker for holder in found.holders if holder.is_over(now)
                or app.presence.is_gone(holder.worker, holder.host, holder.boot)]  # fmt: skip
        for sentence in waits(app.readonly.progress(batch.id), found, gone, now):
            say(f"        {sentence}")
    session.end(work(session, going.batch, quiet=as_json), as_json=as_json)


def waits(progress: Progress, found: Waits, gone: Sequence[str], now: float) -> Iterator[str]:
    """A sentence for everything that keeps rows of the batch from going on at once; `gone`: workers that ended."""
    for holder in found.holders:
        rows = plural(holder.rows, "row")
        if holder.worker in gone:
            yield f"{rows} of a worker that ended {'goes' if holder.rows == 1 else 'go'} on from where it was"
        else:
            yield (f"{rows} under way in another process; should it have ended on another machine, its rows are "
                   f"free {_until(holder.until - now)}")  # fmt: skip
    yield from halts(progress, now)
    if found.later:
        yield f"{plural(found.later, 'row')} tried again later, the first {_until(found.first_at - now)}"
    if waiting := progress.count(RowState.REVIEW):
        yield f"{plural(waiting, 'row')} for you: `clipmill approve` or `clipmill reject`; the report shows them"
    if unknown := progress.count(RowState.UNKNOWN):
        yield f"{plural(unknown, 'row')} whose outcome nobody knows: `clipmill failures` says which"
    if progress.is_over:
        yield f"nothing is left to make: {summary_line(progress)}"


def _until(seconds: float) -> str:
    return f"in {seconds:.0f} s" if seconds >= 1 else "now"

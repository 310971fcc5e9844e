"""`clipmill worker`: work on whatever there is, of every batch, until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence, Set
from contextlib import suppress
from typing import Annotated, Any

import typer

from clipmill.cli.codes import FAILED, INTERRUPTED
from clipmill.cli.numbers import summary_line
from clipmill.cli.session import Session, working_session_of
from clipmill.cli.terminal import plural, say
from clipmill.errors import ClipmillError, SettingsError

#: Seconds between two lines about batches that rows are carried of.
_TOLD_EVERY = 10.0
#: What tells a worker to stop; the terminal that is closed says it by the first of them.
_SIGNALS = ("SIGINT", "SIGTERM", "SIGQUIT")


def worker(
    context: typer.Context,
    lanes: Annotated[
        str, typer.Option(metavar="ENGINES", help="Only rows of these engines, comma-separated; default all there are.")
    ] = "",
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when nothing is left to do.")] = False,
    grace: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="What rows under way get to finish in, once told to stop.")
    ] = 30.0,
) -> None:
    """Work on whatever there is, of every batch, until Ctrl-C or SIGTERM; a second one ends it at once."""
    session = working_session_of(context)
    known = list(session.app.engines)
    served = [lane.strip() for lane in lanes.split(",") if lane.strip()] or known
    for lane in served:
        if lane not in known:
            raise SettingsError(f"--lanes: there is no engine {lane}", hint=f"Installed: {', '.join(sorted(known))}.")
    raise typer.Exit(asyncio.run(_Serving(session, grace).until_told(served, until_idle=until_idle)))


class _Serving:
    """One worker at work, and what is said of it."""

    def __init__(self, session: Session, grace: float) -> None:
        self._app = session.app
        self._grace = grace
        self._not_written: set[str] = set()

    async def until_told(self, lanes: Sequence[str], *, until_idle: bool) -> int:
        """Serve these lanes until a signal; the exit code."""
        made, stop = self._app.worker(self._ended, self._grace), asyncio.Event()
        serving = asyncio.create_task(made.serve(lanes, stop, until_idle=until_idle))
        _on_signals(self._told_to_stop(stop, serving))
        telling = asyncio.create_task(self._tell(made.carried))
        say(f"Worker  {made.name}  serves {', '.join(lanes)}: {self._app.settings.worker_count} at once")
        try:
            left = await serving
        except asyncio.CancelledError:
            say("Stopped. What was under way is handed back: whoever comes next goes on with it.")
            return INTERRUPTED
        finally:
            telling.cancel()
            await self._app.close()
        say(f"Ended   {plural(left, 'row')} handed back" if left else "Ended   nothing left under way")
        return FAILED if self._not_written else 0

    def _told_to_stop(self, stop: asyncio.Event, serving: asyncio.Task[int]) -> Callable[[], None]:
        def told() -> None:
            if stop.is_set():
                serving.cancel()
                return
            stop.set()
            say(f"Stop    rows under way have {self._grace:g} s to finish; once more, and they are handed back now")

        return told

    def _ended(self, batch_id: str, writer: str) -> None:
        """Write what a batch leaves, and say so."""
        try:
            self._app.end(batch_id, writer)
        except Exception as error:
            self._not_written.add(batch_id)
            say(f"Failed  {batch_id}: what it leaves could not be written, and is tried again: {error}", style="red")
            raise
        self._not_written.discard(batch_id)
        self._say("Rest    ", batch_id)

    async def _tell(self, carried: Set[str]) -> None:
        told: dict[str, str] = {}
        while True:
            await asyncio.sleep(_TOLD_EVERY)
            for batch_id in sorted(carried):
                with suppress(ClipmillError):
                    told[batch_id] = await asyncio.to_thread(self._say, "At work ", batch_id, told.get(batch_id, ""))

    def _say(self, what: str, batch_id: str, unless: str = "") -> str:
        """Say how a batch stands, unless that is known."""
        progress = self._app.endings.progress(batch_id)
        line = f"{progress.batch.name}  {batch_id}  {summary_line(progress)}"
        if line != unless:
            say(f"{what}{line}")
        return line


def _on_signals(told: Callable[[], None]) -> None:
    """Have the loop call this for every signal to end, but for those that whoever started us keeps from us."""
    loop = asyncio.get_running_loop()

    def heard(_number: int, _frame: Any) -> None:
        loop.call_soon_threadsafe(told)

    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, heard)

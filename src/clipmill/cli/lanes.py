"""`clipmill lanes`: what each engine, model and account lets through, and what is held and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from clipmill.cli import options
from clipmill.cli.session import Session, session_of
from clipmill.cli.terminal import answer, data, say, show, table
from clipmill.domain.line.lane import Lane, LaneRecord, Rate
from clipmill.domain.line.pace import Pace, in_words
from clipmill.errors import NotFoundError, SettingsError
from clipmill.templates.nearest import hint_for

group = typer.Typer(no_args_is_help=True)
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
Name = Annotated[str, typer.Argument(metavar="LANE", help="Its name, as the list has it.")]


@group.callback()
def lanes() -> None:
    """See and set what each engine, model and account lets through."""


@group.command("list")
def every(context: typer.Context, as_json: options.AsJson = False) -> None:
    """List the lanes: calls in flight and allowed, rates, rows that are ready, and which are held and why."""
    session = session_of(context)
    found = _found(session)
    if as_json:
        data({"lanes": [_as_dict(session, record) for record in found]})
        return
    lines = [
        (record.lane.id, f"{record.in_flight:,}", _window(record.lane), _rates(record.lane), f"{record.ready:,}",
         _pace(session, record).told)
        for record in found
    ]  # fmt: skip
    columns = ("lane", "in flight", "window", "rates", "ready", "left")
    listed = table(columns, lines, right=("in flight", "ready"))
    show(listed, to_pipe=True)
    for record in found:
        if record.halt:
            say(f"Held    {record.lane.id} {until(record, session.app.time.now())}: {record.halt.reason}")


@group.command("set")
def set_limits(
    context: typer.Context,
    name: Name,
    window: Annotated[int | None, typer.Option(min=1, help="Calls in flight at once.", show_default=False)] = None,
    rate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="N/PERIOD",
            show_default=False,
            help="Sends in a period, as 40/60s or 1000/1h; several hold at once; none lifts them.",
        ),
    ] = None,
    rows_per_call: Annotated[
        int | None, typer.Option(min=1, help="Rows that may share a call.", show_default=False)
    ] = None,
) -> None:
    """Set what a lane lets through, for everybody who works over this state folder or database."""
    session = session_of(context)
    lane = _lane(session, name).lane
    if window is not None and lane.window is None:
        raise SettingsError(f"{name} is made on the workers' own machines: each makes what its crew can",
                            hint="The setting `workers` says how many at once.")  # fmt: skip
    said: dict[str, Any] = {"window": window, "rows_per_call": rows_per_call}
    if rate is not None:
        said["rates"] = tuple(_rate(text) for text in rate if text != "none")
    lane = replace(lane, **{key: value for key, value in said.items() if value is not None})
    session.app.lanes.open(lane)
    answer(f"{lane.id}  window {_window(lane)}  rates {_rates(lane)}")


@group.command("hold")
def hold(
    context: typer.Context,
    name: Name,
    reason: Annotated[str, typer.Option(help="Why; shown wherever it is waited for.")] = "by you",
    seconds: Annotated[float | None, typer.Option(min=0, help="For so long; else until lifted.")] = None,
) -> None:
    """Let nothing more through; what is under way goes on."""
    session = session_of(context)
    _lane(session, name)
    session.app.lanes.hold(name, reason.strip() or "by you", seconds)
    answer(f"{name} is held")


@group.command("lift")
def lift(context: typer.Context, name: Name) -> None:
    """Let a held lane go on."""
    session = session_of(context)
    _lane(session, name)
    answer(f"{name} goes on" if session.app.lanes.lift([name]) else f"{name} was not held")


def until(record: LaneRecord, now: float) -> str:
    """Until when a lane is held: `until lifted`, `for 40 s`."""
    if record.halt is None or record.halt.is_for_good:
        return "until lifted"
    return f"for {in_words(record.halt.until - now)}"


def _window(lane: Lane) -> str:
    return "each worker's own" if lane.window is None else f"{lane.window:,}"


def _rates(lane: Lane) -> str:
    return ", ".join(map(str, lane.rates)) or "none"


def _found(session: Session) -> list[LaneRecord]:
    if not session.app.has_batches:
        _ = session.app.queue
    return list(session.app.lanes.every())


def _lane(session: Session, name: str) -> LaneRecord:
    """One lane. Raises NotFoundError."""
    found = {record.lane.id: record for record in _found(session)}
    if name not in found:
        raise NotFoundError(f"there is no lane {name}", hint=hint_for(name, found))
    return found[name]


def _rate(text: str) -> Rate:
    count, slash, period = text.partition("/")
    try:
        seconds = float(period[:-1] or 1) * _UNITS[period[-1:]]
        if not slash or int(count) < 1 or not 0 < seconds < 1e9:
            raise ValueError(text)
        return Rate(int(count), seconds)
    except (ValueError, KeyError) as error:
        raise SettingsError(f"--rate {text}: this is no rate", hint="Write 40/60s, 1000/1h or none.") from error


def _pace(session: Session, record: LaneRecord) -> Pace:
    return session.app.readonly.lane_pace(record, session.app.time.now())


def _as_dict(session: Session, record: LaneRecord) -> dict[str, Any]:
    lane: Lane = record.lane
    halt, now = record.halt, session.app.time.now()
    held = halt and {"reason": halt.reason, "seconds": None if halt.is_for_good else round(halt.until - now, 1)}
    return {"lane": lane.id, "engine": lane.engine, "model": lane.model, "account": lane.account,
            "window": lane.window, "rates": [[rate.count, rate.seconds] for rate in lane.rates],
            "rows_per_call": lane.rows_per_call, "in_flight": record.in_flight, "ready": record.ready,
            "failures": record.failures, "held": held,
            "pace": _pace(session, record).as_dict()}  # fmt: skip

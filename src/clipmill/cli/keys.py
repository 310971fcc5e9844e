"""`clipmill keys`: who may ask the server, for what, and how much of it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.session import Session, session_of
from clipmill.cli.terminal import answer, data, say, show, table
from clipmill.domain.access import EVERY_SCOPE, KeyRecord, Scope
from clipmill.domain.batch import LOCAL
from clipmill.domain.credits import as_number
from clipmill.errors import NotFoundError, SettingsError
from clipmill.pipeline.use_cases.serving.keys import create_key, rotate_key, set_limit

group = typer.Typer(no_args_is_help=True)
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_LASTING = re.compile(r"([0-9]+)([smhd])")
Key = Annotated[str, typer.Argument(metavar="KEY", help="Its id or its name, as the list has them.")]
Tenant = Annotated[str, typer.Option(metavar="NAME", help="Whose batches and files it is for.")]


@group.callback()
def keys() -> None:
    """Make, list and revoke the keys that a server asks for."""


@group.command("create")
def create(  # noqa: PLR0913, PLR0917 - its options, as typer reads them
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    tenant: Tenant = LOCAL,
    scopes: Annotated[
        str, typer.Option(metavar="WORDS", help="What it may do: read, submit, approve, admin; default all.")
    ] = "",
    expires: Annotated[
        str, typer.Option(metavar="TIME", help="How long it is good for, as 90d; default for ever.")
    ] = "",
    budget: options.Budget = None,
    style: Annotated[str, typer.Option(metavar="STYLE", help="How it looks: clipmill, zvid, flixly.")] = "clipmill",
) -> None:
    """Make a key, and print it alone on standard output; it is told this once."""
    session = session_of(context)
    until = session.app.clock.now() + _seconds(expires, "--expires") if expires else None
    made = create_key(session.app, name, tenant=tenant, scopes=_scopes(scopes), expires_at=until, style=style)
    if budget is not None:
        set_limit(session.app, made.record, "credits", budget)
    say(f"Made    {made.record.id}  {made.record.name}, of {tenant}: {', '.join(made.record.scopes)}")
    answer(made.key)


@group.command("list")
def every(context: typer.Context, as_json: options.AsJson = False) -> None:
    """List the keys: whose they are, what they may do, when they were shown last, and what they have left."""
    session = session_of(context)
    found = session.app.keys.all()
    left = {record.id: session.app.of(record.tenant).key_limits.left(record.id) for record in found}
    if as_json:
        data({"keys": [{**record.as_dict(), "limits": {
            kind: {"capacity": _amount(kind, one.capacity), "seconds": one.seconds,
                   "remaining": _amount(kind, int(one.remaining))} for kind, one in left[record.id].items()}}
            for record in found]})  # fmt: skip
        return
    now = session.app.clock.now()
    lines = [
        (record.id, record.name, record.tenant, f"{record.shown}…", " ".join(record.scopes), _used(record),
         _state(record, now), ", ".join(f"{_amount(kind, int(one.remaining)):,} {kind}" for kind, one in
                                        left[record.id].items()))
        for record in found
    ]  # fmt: skip
    show(table(("id", "name", "tenant", "key", "scopes", "last used", "state", "left"), lines), to_pipe=True)


@group.command("limit")
def limit(
    context: typer.Context,
    key: Key,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="requests, generations, images, batches or credits.")],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="A number, or none to lift it.")],
) -> None:
    """Let a key have so many requests or generations a minute, images an hour, batches a day, or credits in all."""
    session = session_of(context)
    record = _meant(session, key)
    wanted = None if amount == "none" else options.credits_of(amount) if kind == "credits" else _whole(amount)
    set_limit(session.app, record, kind, wanted)
    say(f"Limit   {record.id}  {record.name}: {amount} {kind}")


@group.command("rotate")
def rotate(
    context: typer.Context,
    key: Key,
    grace: Annotated[str, typer.Option(metavar="TIME", help="How long the old one stays good.")] = "24h",
) -> None:
    """Make a key in the place of another, with its scopes and limits, and print it; the old one stays good a while."""
    session = session_of(context)
    record, seconds = _meant(session, key), _seconds(grace, "--grace")
    made = rotate_key(session.app, record, session.app.clock.now(), seconds)
    say(f"Made    {made.record.id}  {made.record.name}; {record.id} is good for {grace} more")
    answer(made.key)


@group.command("revoke")
def revoke(context: typer.Context, key: Key) -> None:
    """Have a key refused from now on."""
    session = session_of(context)
    record = _meant(session, key)
    session.app.keys.end(record.tenant, record.id)
    say(f"Revoked {record.id}  {record.name}")


def _meant(session: Session, word: str) -> KeyRecord:
    """The key with this id, or the one good key of this name. Raises NotFoundError."""
    every_key = session.app.keys.all()
    found = [record for record in every_key if record.id == word]
    found = found or [record for record in every_key if record.name == word and record.revoked_at is None]
    if len(found) != 1:
        listed = [f"  {record.id}   {record.name}" for record in found or every_key]
        why = f"{len(found)} keys are called {word}" if found else f"there is no key {word}"
        raise NotFoundError(why, hint="Give the id of one of these:" if listed else "There are none.", listed=listed)
    return found[0]


def _scopes(text: str) -> tuple[Scope, ...]:
    words = [word for word in re.split(r"[\s,]+", text) if word]
    try:
        return tuple(Scope(word) for word in words) or EVERY_SCOPE
    except ValueError as error:
        raise SettingsError(f"--scopes {text}: {error}", hint=f"Scopes are {', '.join(Scope)}.") from error


def _seconds(text: str, flag: str) -> float:
    found = _LASTING.fullmatch(text)
    if found is None:
        raise SettingsError(f"{flag} {text}: that is no length of time", hint="Write 30m, 24h or 90d.")
    return int(found[1]) * _UNITS[found[2]]


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise SettingsError(f"{text}: that is no number", hint="Write a whole number, or none.")
    return int(text)


def _amount(kind: str, amount: int) -> int | float:
    return (as_number(amount) or 0) if kind == "credits" else amount


def _state(record: KeyRecord, now: float) -> str:
    if record.revoked_at is not None:
        return "revoked"
    if record.expires_at is None:
        return "good"
    return f"good until {_moment(record.expires_at)}" if record.is_good(now) else "expired"


def _used(record: KeyRecord) -> str:
    return "never" if record.used_at is None else _moment(record.used_at)


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M")

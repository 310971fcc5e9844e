"""`clipmill serve`: the server, and a worker beside it, until told to stop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated

import typer

from clipmill.cli.session import Session, working_session_of
from clipmill.cli.terminal import answer, plural, say
from clipmill.errors import SettingsError


@dataclass(frozen=True, slots=True)
class _Wish:
    host: str
    port: int
    public_url: str
    works: bool
    grace: float


def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; only here while no key exists.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, metavar="PORT", help="The port to listen at.")] = 8600,
    public_url: Annotated[str, typer.Option("--public-url", metavar="URL", help="What links begin with.")] = "",
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Answer requests, and make nothing.")] = False,
    grace: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="What rows under way get to finish in, once told to stop.")
    ] = 30.0,
) -> None:
    """Serve the API, the dialects and the pages, and make rows, until Ctrl-C or SIGTERM."""
    session = working_session_of(context)
    wish = _Wish(host, port, public_url or session.settings.public_url, not no_worker, grace)
    _check(session, wish)
    try:
        left = asyncio.run(_serve(session, wish))
    except OSError as error:
        raise SettingsError(f"{host}:{port} cannot be listened at: {error.strerror}",
                            hint="Choose another port with --port.") from error  # fmt: skip
    say(f"Ended   {plural(left, 'row')} handed back" if left else "Ended   nothing left under way")


def _check(session: Session, wish: _Wish) -> None:
    """Refuse an address that strangers reach while nobody needs a key, and links that lead nowhere."""
    if wish.public_url and not wish.public_url.startswith(("http://", "https://")):
        raise SettingsError(f"--public-url {wish.public_url}: it is no http or https address")
    if not _is_loopback(wish.host) and not session.app.keys.all():
        raise SettingsError(f"--host {wish.host}: others reach that address, and there is no key yet",
                            hint="Make one first: clipmill keys create NAME.")  # fmt: skip


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def _serve(session: Session, wish: _Wish) -> int:
    from clipmill.api import serving  # noqa: PLC0415 - a second that only this command is worth
    from clipmill.pipeline.use_cases.serving.keys import create_key  # noqa: PLC0415
    from clipmill.web.pages import add_pages  # noqa: PLC0415

    place = serving.Listening(
        host=wish.host, port=wish.port, public_url=wish.public_url, works=wish.works, grace_seconds=wish.grace
    )
    if not session.app.keys.all():
        made = create_key(session.app, "first")
        say("Key     made, and told this once; whoever has it may do everything:")
        answer(made.key)

    def started(url: str) -> None:
        say(f"Serves  {url}   API {url}/v1   pages {url}/dashboard")
        if wish.works:
            say(f"Works   {session.settings.worker_count} at once")

    return await serving.serve(session.app, place, add_pages, started)

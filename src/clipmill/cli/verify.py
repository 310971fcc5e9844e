"""`clipmill verify`: files one already has, held to what a template promises or to what one says."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from clipmill.cli import options
from clipmill.cli.codes import FAILED, REVIEW
from clipmill.cli.session import Session, working_session_of
from clipmill.cli.terminal import answer, data
from clipmill.deliver.words import facts_line
from clipmill.domain.verdict import Ruling
from clipmill.errors import SettingsError
from clipmill.pipeline.use_cases.verifying import Promise, Verified, promised, verify_files

_WORDS = {Ruling.PASS: "ok", Ruling.REVIEW: "look", Ruling.FAIL: "WRONG"}
_SIZE = re.compile(r"([1-9][0-9]{0,4})[x×]([1-9][0-9]{0,4})")


def verify(  # noqa: PLR0913, PLR0917 - one parameter per option of the command
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Videos, pictures, sounds or zips of pictures.")],
    like: Annotated[
        Path | None,
        typer.Option(
            metavar="TEMPLATE", help="Hold them to what this template promises of every row.", show_default=False
        ),
    ] = None,
    seconds: Annotated[float | None, typer.Option(min=0.001, help="How long each must be.", show_default=False)] = None,
    size: Annotated[str, typer.Option(metavar="WIDTHxHEIGHT", help="How large each must be: 1080x1920.")] = "",
    fps: Annotated[
        float | None, typer.Option(min=0.001, help="How many frames a second each must have.", show_default=False)
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Decode files to their ends, and say of each what is right and what is not. Nothing is changed."""
    session, wanted = working_session_of(context), _size(size)
    said = Promise() if like is None else promised(session.app, session.app.template(like))
    promise = said.with_said(seconds=seconds or 0, size=wanted, fps=fps or 0)
    found = asyncio.run(_verify(session, files, promise, quiet=as_json))
    rulings = {one.verdict.ruling for one in found}
    code = FAILED if Ruling.FAIL in rulings else REVIEW if Ruling.REVIEW in rulings else 0
    if as_json:
        data({"files": [_told(one) for one in found], "exit": code})
    raise typer.Exit(code)


async def _verify(session: Session, files: list[Path], promise: Promise, *, quiet: bool) -> list[Verified]:
    def tell(one: Verified) -> None:
        if not quiet:
            answer(_line(one))

    try:
        return await verify_files(session.app, files, promise, tell, session.settings.worker_count)
    finally:
        await session.app.close()


def _line(one: Verified) -> str:
    """`ok     lamp.mp4   3.00 s, 640 × 360, 75 frames at 25 fps, H.264`."""
    facts, ruling = one.verdict.facts, one.verdict.ruling
    told = [f"{facts.seconds:.2f} s" if facts.seconds else "", f"{facts.width} × {facts.height}" if facts.width else "",
            *facts_line(facts)]  # fmt: skip
    what = ", ".join(filter(None, told)) if ruling is Ruling.PASS else one.verdict.reason
    return f"{_WORDS[ruling]:<6} {one.file}   {what}"


def _told(one: Verified) -> dict[str, Any]:
    return {"file": str(one.file), "reason": one.verdict.reason, **one.verdict.as_dict()}


def _size(text: str) -> tuple[int, int]:
    """`1080x1920` as numbers, zeros for nothing. Raises SettingsError."""
    found = _SIZE.fullmatch(text.strip().lower())
    if text and found is None:
        raise SettingsError(f"--size {text}: it is no size", hint="Write --size 1080x1920: width, x, height.")
    return (int(found[1]), int(found[2])) if found else (0, 0)

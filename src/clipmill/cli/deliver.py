"""`clipmill deliver`: finished files of a batch once more, into a folder or an archive, or under other names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from clipmill.cli import options
from clipmill.cli.session import Session, session_of
from clipmill.cli.terminal import answer, data, plural, say
from clipmill.domain.batch import Batch
from clipmill.errors import SettingsError
from clipmill.pipeline.use_cases.renaming import plan_names, rename


def deliver(  # noqa: PLR0913, PLR0917 - one parameter per option of the command
    context: typer.Context,
    batch_id: options.BatchId = "",
    to: Annotated[Path | None, typer.Option(help="A folder to put the files into.", show_default=False)] = None,
    zip_file: options.ZipFile = None,
    name: Annotated[
        str,
        typer.Option(metavar="PATTERN", help="Rename the files: {{sku}}-{{row.number|pad:3}}, as output.name has it."),
    ] = "",
    names: Annotated[
        Path | None,
        typer.Option(
            metavar="TABLE", help="Rename files as this table says, by row or file, and name.", show_default=False
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Rename them; without it, what would change is shown.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Put the finished files of a batch into another folder, an archive, or both; or give them other names."""
    if to is None and zip_file is None and not name and names is None:
        raise SettingsError("deliver needs a place, or names", hint="Add --to FOLDER, --zip FILE or --name PATTERN.")
    if name and names is not None:
        raise SettingsError("--name and --names: files cannot be renamed both ways", hint="Leave one of them out.")
    session = session_of(context)
    batch = session.batch(batch_id)
    told: dict[str, Any] = {"batch": batch.id}
    if name or names is not None:
        told |= _rename(session, batch, name, names, yes=yes, quiet=as_json)
        if not yes:
            to = zip_file = None
    told |= _put(session, batch, to, zip_file, quiet=as_json)
    if as_json:
        data(told)


def _put(session: Session, batch: Batch, to: Path | None, zip_file: Path | None, *, quiet: bool) -> dict[str, Any]:
    """Put the files into a folder and an archive."""
    told: dict[str, Any] = {}
    if to is not None:
        told |= {"folder": str(to), "files": session.app.outputs.place_again(batch.id, str(to.absolute()))}
        if not quiet:
            say(f"{plural(told['files'], 'file')} in {to}")
    if zip_file is not None:
        packed = session.app.outputs.pack(batch, zip_file)
        told |= {"zip": str(zip_file), "files": packed.files, "bytes": packed.size_bytes, "sha256": packed.sha256}
        if not quiet:
            say(f"{zip_file}   {plural(packed.files, 'file')}   {packed.size_bytes:,} bytes")
            say(f"sha256  {packed.sha256}")
    return told


def _rename(
    session: Session, batch: Batch, pattern: str, table: Path | None, *, yes: bool, quiet: bool
) -> dict[str, Any]:
    """Show what would change, and change it where that is wanted."""
    plan = plan_names(session.app, batch, pattern, table)
    if yes:
        rename(session.app, plan)
    if not quiet:
        for number, (was, new) in plan.changes.items():
            answer(f"row {number}: {was} → {new}")
        count = plural(len(plan.changes), "file")
        say(f"Renamed {count} in {batch.out_folder}" if yes else f"Would rename {count}; --yes does it.")
    changes = [{"row": number, "was": was, "name": new} for number, (was, new) in plan.changes.items()]
    return {"renamed": yes, "changes": changes}

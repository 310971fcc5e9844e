"""`clipmill deliver`: finished files of a batch once more, into a folder or an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of
from clipmill.cli.terminal import data, plural, say
from clipmill.errors import SettingsError


def deliver(
    context: typer.Context,
    batch_id: options.BatchId = "",
    to: Annotated[Path | None, typer.Option(help="A folder to put the files into.", show_default=False)] = None,
    zip_file: options.ZipFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Put the finished files of a batch into another folder, an archive, or both."""
    if to is None and zip_file is None:
        raise SettingsError("deliver needs a place", hint="Add --to FOLDER or --zip FILE.")
    session = session_of(context)
    batch = session.batch(batch_id)
    told: dict[str, object] = {"batch": batch.id}
    if to is not None:
        told |= {"folder": str(to), "files": session.app.outputs.place_again(batch.id, str(to.absolute()))}
    if zip_file is not None:
        receipt = session.app.outputs.pack(batch, zip_file)
        told |= {"zip": str(zip_file), "files": receipt.files, "bytes": receipt.size_bytes, "sha256": receipt.sha256}
    if as_json:
        data(told)
        return
    if to is not None:
        say(f"{plural(int(str(told['files'])), 'file')} in {to}")
    if zip_file is not None:
        say(f"{zip_file}   {plural(int(str(told['files'])), 'file')}   {told['bytes']:,} bytes")
        say(f"sha256  {told['sha256']}")

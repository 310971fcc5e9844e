"""Keeping what a batch was made with as a template: next time only the table changes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from clipmill.domain.batch import Batch
from clipmill.errors import SettingsError
from clipmill.making import name_in_the_making
from clipmill.pipeline.use_cases.parts import Parts
from clipmill.pipeline.use_cases.table import columns_fed
from clipmill.templates.reading.written import write_template


def save_template(parts: Parts, batch: Batch, folder: Path) -> Sequence[str]:
    """Write the template of a batch with its mapping, checks, names and policy into a new folder; what is left out.

    Raises SettingsError for a folder that is there already, or cannot be made.
    """
    if folder.exists() or folder.is_symlink():
        raise SettingsError(f"{folder} is there already", hint="Choose another name; nothing is written over.")
    template, options = parts.batches.template(batch.id), batch.options
    kept = replace(template, name=folder.absolute().name, policy=batch.policy,
                   output_name=options.names or template.output_name)  # fmt: skip
    reading = replace(options.reading, mapping=columns_fed(batch, template), archive=bool(options.archive))
    part = folder.absolute().with_name(name_in_the_making(folder.absolute().name))
    try:
        write_template(part, kept, reading, parts.files)
        part.replace(folder)
    except OSError as error:
        raise SettingsError(f"{folder} cannot be made: {error.strerror}", hint="Name another folder.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    left = [f"--media-folder {options.reading.media_folder}"] if options.reading.media_folder else []
    return [*left, *(f"--allow-files {allowed}" for allowed in options.reading.allow_files)]

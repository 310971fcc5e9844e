"""Templates by name, as they come over the network: a folder as zip, a document, or what a batch was made with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from clipmill.domain.access import Named
from clipmill.domain.batch import Batch, Reading
from clipmill.domain.template import Template
from clipmill.errors import NotFoundError, TemplateError
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.pricing import engines_of
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.uploads import ZipLimits, discard_folder, table_folder, unpack
from clipmill.pipeline.use_cases.table import columns_fed
from clipmill.templates.folder import FILE_NAME
from clipmill.templates.reading.saved import RUN, load_reading
from clipmill.templates.versions import versioned

_MB = 1024**2
#: What the zip of a template may hold.
_LIMITS = ZipLimits(entries=500, bytes=256 * _MB)
#: Templates of ours have no surface.
OURS = ""
_PAGE = 200


def keep_zip(parts: ServerParts, archive: Path, named_id: str = "", name: str = "") -> Named:
    """Keep the template folder in a zip under a new id, or as the next edition of one that is there.

    Raises SourceError for the zip, TemplateError for what is in it, NotFoundError for an id that is not there.
    """
    folder = table_folder(parts, new_id("tpl"))
    try:
        unpack(archive, folder, _LIMITS)
        return _keep(parts, _template_folder(folder), named_id, name)
    finally:
        discard_folder(folder)


def keep_document(parts: ServerParts, document: Mapping[str, Any], named_id: str = "", name: str = "") -> Named:
    """Keep a template that is given as `template.yaml` would be, its payload in it. Raises as `keep_zip`."""
    folder = table_folder(parts, new_id("tpl"))
    try:
        (folder / FILE_NAME).write_text(json.dumps(document, ensure_ascii=True), encoding="utf-8")
        return _keep(parts, folder, named_id, name)
    finally:
        discard_folder(folder)


def keep_of_batch(parts: ServerParts, batch: Batch, name: str, named_id: str = "") -> Named:
    """Keep what a batch was made with: its template with its names and policy, and how its table was read."""
    template, options = parts.batches.template(batch.id), batch.options
    kept = versioned(replace(template, name=name or template.name, policy=batch.policy,
                             output_name=options.names or template.output_name))  # fmt: skip
    reading = replace(options.reading, mapping=columns_fed(batch, template), archive=bool(options.archive))
    return _named(parts, kept, reading, named_id)


def _keep(parts: ServerParts, folder: Path, named_id: str, name: str) -> Named:
    template = parts.template(folder)
    for engine in engines_of(template):
        parts.engine(engine)
    if name:
        template = versioned(replace(template, name=name))
    run = folder / RUN
    return _named(parts, template, load_reading(run) if run.is_file() else Reading(), named_id)


def _named(parts: ServerParts, template: Template, reading: Reading, named_id: str) -> Named:
    if named_id:
        parts.named.find(named_id)
    document = {"reading": said_of(reading)}
    meant = Named(id=named_id or new_id("tpl"), surface=OURS, name=template.name, number=0, document=document)
    return parts.named.keep(meant, template)


def said_of(reading: Reading) -> dict[str, Any]:
    """What a reading says more than a table does, as JSON; nothing of this machine's folders."""
    told = asdict(replace(reading, media_folder="", allow_files=(), remote=False))
    return {name: value for name, value in told.items() if value}


def reading_of(named: Named) -> Reading:
    """How tables are read for a template."""
    return Reading(**named.document.get("reading", {}))


def template_named(parts: ServerParts, word: str, number: int | None = None) -> Named:
    """A template by its id, or the newest of that name. Raises NotFoundError."""
    try:
        found = parts.named.find(word, number)
    except NotFoundError:
        found = _by_name(parts, word)
        return found if number is None else parts.named.find(found.id, number)
    if found.surface != OURS:
        raise NotFoundError(f"there is no template {word}")
    return found


def _by_name(parts: ServerParts, word: str) -> Named:
    after = ""
    while page := parts.named.page(OURS, _PAGE, after=after)[0]:
        for named in page:
            if named.name == word:
                return named
        after = page[-1].id
    raise NotFoundError(f"there is no template {word}", hint="Templates are named by their id, or by their name.")


def editions_of(parts: ServerParts, named: Named, limit: int, before: int = 0) -> Sequence[Named]:
    """The editions of a template, the newest first, from the one before that number on."""
    newest = parts.named.find(named.id).number
    first = min(newest, before - 1) if before else newest
    return [parts.named.find(named.id, number) for number in range(first, max(0, first - limit), -1)]


def _template_folder(folder: Path) -> Path:
    """Where `template.yaml` lies: at the top, or in the one folder that was packed. Raises TemplateError."""
    if (folder / FILE_NAME).is_file():
        return folder
    inside = [path for path in folder.iterdir() if path.is_dir()]
    if len(inside) == 1 and (inside[0] / FILE_NAME).is_file():
        return inside[0]
    raise TemplateError(f"the zip has no {FILE_NAME}", hint=f"Pack the folder that {FILE_NAME} lies in.")

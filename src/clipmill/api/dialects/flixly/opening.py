"""A submission becomes a batch: its table is laid down, counted and priced, and begun."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile

from clipmill.api.access import Caller
from clipmill.api.bodies import too_large
from clipmill.api.dialects.flixly.asking import offer_asked, picture_named, present, refused
from clipmill.api.dialects.flixly.generations import take
from clipmill.api.dialects.flixly.submission import BatchRequest, Submission, Submitted, validated
from clipmill.api.dialects.flixly.surface import FLIXLY
from clipmill.api.dialects.flixly.table import BatchMaking
from clipmill.api.dialects.flixly.webhooks import tell_of_batch
from clipmill.domain.access import Named
from clipmill.domain.batch import Batch, Reading
from clipmill.domain.models import ModelOffer, model_id
from clipmill.errors import SourceError
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.requests.repeating import Cells, cells_of, laid_over, write_cells
from clipmill.pipeline.use_cases.serving.starting import Beginning, abandon, begin, new_table_folder
from clipmill.pipeline.use_cases.serving.uploads import copied, spooled, unpack_table
from clipmill.pipeline.use_cases.table import OpenTable

_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class _Sum:
    """What the rows of a table come to, by what they say."""

    offer: ModelOffer
    rows: int
    #: Thousandths of a credit.
    price: int


def opened(caller: Caller, came: Submitted) -> Batch:
    """Make the batch that was submitted; its rows are read in by whoever has time. Raises ApiError, SourceError."""
    caller.take("batches")
    with caller.served.alone(caller.tenant) as parts:
        earlier = _earlier(parts, came)
        said = _said(came, earlier)
        offers = parts.offers()
        making = BatchMaking.of(offers, offer_asked(offers, said.model, said.type or ""), said)
        if said.webhook_url:
            parts.sender.check(said.webhook_url)
        with _folder(parts) as folder:
            table = _table(parts, came, folder, making, earlier)
            found = parts.tables.open(table, making.template(), Reading(remote=True))
            counted = _counted(making, found)
            for each in counted:
                take(caller, each.offer, each.rows, each.price)
            batch = _begun(parts, (came, making), table, (found, counted))
    if said.webhook_url:
        tell_of_batch(caller, batch.id, said.webhook_url)
    caller.served.read_in(caller.tenant, batch.id)
    return batch


def _earlier(parts: ServerParts, came: Submitted) -> Named | None:
    """What was saved and is run again. Raises ApiError (422), NotFoundError."""
    named = came.wanted.template_id
    found = parts.named.find(named) if named else None
    if found is not None and found.surface != FLIXLY.name:
        raise refused("template_id", f"{named} is no template of this API", "/api/v1/templates lists them.")
    if found is None and came.wanted.prompts is not None:
        raise refused("prompts", "prompts alone make no batch", "Name the template they are put into.")
    return found


def _said(came: Submitted, earlier: Named | None) -> Submission:
    """What holds for every row: as it was said, and for the rest as it was before. Raises ApiError (422)."""
    said = validated({**(earlier.document["parameters"] if earlier else {}), **came.named})
    if not said.model:
        raise refused("model", "no model is named", "Name one of /api/v1/models.")
    return Submission.model_validate(said.model_dump(include=set(Submission.model_fields)))


@contextmanager
def _folder(parts: ServerParts) -> Iterator[Path]:
    """A folder for a table; gone where no batch is made of it."""
    folder = new_table_folder(parts)
    try:
        yield folder
    except BaseException:
        abandon(folder)
        raise


def _table(parts: ServerParts, came: Submitted, folder: Path, making: BatchMaking, earlier: Named | None) -> Path:
    """The table of a submission in its folder, with the pictures that came with it. Raises ApiError, SourceError."""
    wanted = came.wanted
    if sum(each is not None for each in (came.upload, wanted.rows, wanted.prompts)) > 1:
        raise refused("file", "rows come as a file, as rows or as prompts, not by two of these", "Send one of them.")
    if came.upload is not None:
        table = _received(parts, came.upload, folder)
        if earlier is None:
            return table
        fresh: Any = cells_of(parts.tables.open(table, making.template(), Reading(remote=True)))
    elif wanted.rows is not None or wanted.prompts is not None:
        table = folder / "rows.jsonl"
        fresh = [*_rows(parts, wanted), *({"prompt": prompt} for prompt in wanted.prompts or ())]
    elif earlier is not None:
        table, fresh = folder / "rows.jsonl", earlier.document["rows"]
    else:
        raise refused("file", "no table came", "Send a CSV, or a zip of it and its pictures, as the field `file`.")
    kept = earlier.document["rows"] if earlier else ()
    target = table.with_name("rows.jsonl")
    write_cells(target, list(laid_over(kept, fresh)))
    return target


def _rows(parts: ServerParts, wanted: BatchRequest) -> Iterator[Cells]:
    for number, row in enumerate(wanted.rows or (), 1):
        cells = {"prompt": "", **{name: str(value) for name, value in present(row.model_dump()).items()}}
        if "image" in cells:
            cells["image"] = picture_named(parts, cells["image"], f"rows.{number}.image")
        yield cells


def _received(parts: ServerParts, upload: UploadFile, folder: Path) -> Path:
    """An uploaded table, unpacked where it is a zip. Raises ApiError (413), SourceError."""
    beginning = upload.file.read(len(_ZIP))
    upload.file.seek(0)
    if not beginning:
        raise refused("file", "the table is empty", "Send a line of column names and at least one row.")
    if beginning == _ZIP:
        with spooled(parts, "table.zip") as path:
            _copy(parts, upload, path)
            return unpack_table(path, folder)
    is_lines = (upload.filename or "").lower().endswith((".jsonl", ".ndjson"))
    table = folder / ("rows.jsonl" if is_lines else "batch_inputs.csv")
    _copy(parts, upload, table)
    return table


def _copy(parts: ServerParts, upload: UploadFile, path: Path) -> None:
    """Raises ApiError (413)."""
    most = parts.settings.limits.table_bytes
    try:
        with path.open("wb") as target:
            copied(upload.file, target, most)
    except SourceError as error:
        raise too_large(most, "the table") from error


def _counted(making: BatchMaking, found: OpenTable) -> list[_Sum]:
    """Rows and their price by model, by what the cells say. Raises ApiError (422) for more than a model takes."""
    by_id = {model_id(word): other for other in making.others for word in (other.id, other.name)}
    rows, prices = Counter[str](), Counter[str]()
    for cells in cells_of(found):
        offer = by_id.get(model_id(cells.get("model") or ""), making.offer)
        rows[offer.id] += 1
        prices[offer.id] += offer.credits(_seconds(cells.get("seconds") or "", making.said.seconds or offer.seconds))
    if not rows:
        raise refused("file", "the table has no row", "Send at least one row.")
    for name, count in rows.items():
        if by_id[name].max_batch and count > by_id[name].max_batch:
            raise refused("file", f"the batch asks for {count:,} of {by_id[name].name}; one batch may ask for at most "
                          f"{by_id[name].max_batch}", "Split the table.")  # fmt: skip
    return [_Sum(by_id[name], count, prices[name]) for name, count in rows.items()]


def _seconds(cell: str, usual: float) -> float:
    """What a cell says; one that cannot be read is blocked when it is checked."""
    try:
        return min(max(float(cell), 0.0), 3600.0) if cell.strip() else usual
    except ValueError:
        return usual


def _begun(parts: ServerParts, what: tuple[Submitted, BatchMaking], table: Path,
           found: tuple[OpenTable, Sequence[_Sum]]) -> Batch:  # fmt: skip
    (came, making), (read, counted) = what, found
    said = making.said
    name = said.name or (came.upload.filename if came.upload is not None else "") or making.offer.name
    kept = {"model": making.offer.id, "kind": str(making.offer.kind), "rows": sum(each.rows for each in counted),
            "estimate": sum(each.price for each in counted),
            "parameters": {name: value for name, value in said.model_dump(mode="json").items()
                           if value is not None and name != "template_id"}}  # fmt: skip
    return begin(parts, table, Beginning(
        template=making.template(frozenset(read.columns.values())), name=name, surface=FLIXLY.name, archive=True,
        policy={} if said.budget is None else {"budget": said.budget}, sample=said.sample, kept=kept,
    ))  # fmt: skip

"""Previews: one frame of a row as PNG, before anything is made or paid."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Query
from pydantic import Field, JsonValue
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.native.batches import batch_of
from clipmill.api.native.shapes import BINARY, AskedShape, resource
from clipmill.pipeline.use_cases.serving import frames
from clipmill.shown import legible, shortened

routes = resource("previews")
_LONGEST, _NUMBER = 36_000.0, 2**31 - 1
#: What was noticed in a frame is told in a header, so much of it.
_NOTED = 500
_PNG: dict[int | str, dict[str, Any]] = {200: {"description": "The frame.", "content": {"image/png": {
    "schema": BINARY}}}}  # fmt: skip
At = Annotated[float | None, Query(ge=0, le=_LONGEST, description="Seconds from the start; the end if left out.")]


class PreviewWish(AskedShape):
    """A row that is only thought of."""

    template: str = Field(min_length=1, max_length=200, description="The template's id or name.")
    edition: int | None = Field(default=None, ge=1, le=1_000_000)
    row: dict[str, JsonValue] = Field(description="Column → cell; media by address or by an upload's id.")
    map: dict[str, str] = Field(default={}, description="Column → field, where their names do not tell.")
    at: float | None = Field(default=0.0, ge=0, le=_LONGEST, description="Seconds from the start; null: the end.")


@routes.post("/previews", operation_id="create_preview", response_class=Response, responses=_PNG)
async def preview(wish: PreviewWish, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> Response:
    """A frame of a row that is in no batch, as a template makes it."""
    return await _drawn(caller, await run_in_threadpool(_thought, caller, wish), wish.at)


@routes.get("/batches/{batch}/rows/{row}/preview", operation_id="get_preview", response_class=Response,
            responses=_PNG)  # fmt: skip
async def of_row(
    batch: str, row: Annotated[int, Path(ge=1, le=_NUMBER)], caller: Annotated[Caller, Depends(MAY_READ)],
    at: At = 0.0,
) -> Response:  # fmt: skip
    """A frame of a row of a batch, as it is to be made."""
    return await _drawn(caller, await run_in_threadpool(_row, caller, batch, row), at)


def _thought(caller: Caller, wish: PreviewWish) -> frames.Thought:
    with caller.served.alone(caller.tenant) as parts:
        return frames.thought_of(parts, wish.template, wish.edition, wish.row, wish.map)


def _row(caller: Caller, batch: str, row: int) -> frames.Thought:
    return frames.row_thought_of(caller.parts, batch_of(batch, caller), row)


async def _drawn(caller: Caller, thought: frames.Thought, at: float | None) -> Response:
    picture, moment, noticed = await frames.frame_of(caller.parts, thought, at)
    notes = shortened(legible("; ".join(noticed)), _NOTED).encode("ascii", "replace").decode()
    told = {"X-Preview-Seconds": f"{moment:g}", **({"X-Preview-Notes": notes} if notes else {})}
    return Response(picture, media_type="image/png", headers=told)

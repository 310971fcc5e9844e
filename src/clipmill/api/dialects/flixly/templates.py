"""What a batch was made with, kept by name: its table and its parameters, to be run again with other prompts. Ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.dialects.flixly.surface import FLIXLY, refusals, router
from clipmill.api.dialects.flixly.table import PICTURES
from clipmill.api.dialects.flixly.telling import found
from clipmill.deliver.wordings.flixly import moment
from clipmill.domain.access import Named
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.serving.requests.repeating import kept_cells

routes = router("batches")


class KeepWish(BaseModel):
    """How it is to be called."""

    name: str | None = Field(None, min_length=1, max_length=200, description="Else as the batch is called.")


class FlixlyTemplate(BaseModel):
    """A template: submit with its id, and what is to be other: a table with a column of prompts, say."""

    id: str
    name: str
    batch: str
    parameters: dict[str, Any]
    columns: list[str]
    rows: int
    created_at: str


class TemplatePage(BaseModel):
    """A page of templates, the newest first."""

    templates: list[FlixlyTemplate]
    total: int


@routes.post("/batches/{batch_id}/template", status_code=201, response_model=FlixlyTemplate,
             operation_id="save_batch_template", responses=refusals(404, 409, 413))  # fmt: skip
def save(batch_id: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)], how: KeepWish | None = None) -> dict[str, Any]:
    """Keep the table and the parameters of a batch; its pictures are kept with them."""
    batch, parts = found(caller, batch_id), caller.parts
    rows = kept_cells(parts, batch, PICTURES)
    document = {"batch": batch.id, "parameters": dict(batch.options.kept.get("parameters", {})), "rows": rows}
    meant = Named(id=new_id("tpl"), surface=FLIXLY.name, name=(how.name if how else None) or batch.name, number=1,
                  document=document)  # fmt: skip
    return template_told(parts.named.keep(meant, parts.batches.template(batch.id)))


@routes.get("/templates", response_model=TemplatePage, operation_id="list_templates", responses=refusals())
def every(caller: Annotated[Caller, Depends(MAY_READ)], limit: Annotated[int, Query(ge=1, le=100)] = 20,
          skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0) -> dict[str, Any]:  # fmt: skip
    """The templates that were kept."""
    page, total = caller.parts.named.page(FLIXLY.name, limit, skip)
    return {"templates": [template_told(each) for each in page], "total": total}


@routes.get(
    "/templates/{template_id}", response_model=FlixlyTemplate, operation_id="get_template", responses=refusals(404)
)
def get(template_id: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> dict[str, Any]:
    """One of them."""
    kept = caller.parts.named.find(template_id)
    if kept.surface != FLIXLY.name:
        raise NotFoundError(f"there is no template {template_id}")
    return template_told(kept)


def template_told(kept: Named) -> dict[str, Any]:
    """A template in the words of this API."""
    rows: Sequence[dict[str, str]] = kept.document["rows"]
    return {"id": kept.id, "name": kept.name, "batch": kept.document["batch"], "created_at": moment(kept.created_at),
            "parameters": kept.document["parameters"], "columns": list(rows[0]) if rows else [],
            "rows": len(rows)}  # fmt: skip

"""Templates: projects with variables, kept by an id; a preview fills one in without rendering it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.dialects.zvid import asking, keeping
from clipmill.api.dialects.zvid.requests import Changed, Filled, Kept, Limit, Page
from clipmill.api.dialects.zvid.resolving import InvalidError, Resolved, Resolver
from clipmill.api.dialects.zvid.words import REFUSALS, pages
from clipmill.api.surface import router
from clipmill.domain.credits import as_number

routes = router(tags=["templates"], responses=REFUSALS)
May = Annotated[Caller, Depends(MAY_SUBMIT)]
MayLook = Annotated[Caller, Depends(MAY_READ)]


@routes.get("/api/templates", operation_id="list_templates")
def list_templates(caller: MayLook, page: Page = 1, limit: Limit = 20) -> dict[str, Any]:
    """Templates, the newest first."""
    found, total = caller.parts.named.page(asking.SURFACE, limit, (page - 1) * limit)
    return {"templates": [keeping.as_kept(caller, each) for each in found], "pagination": pages(page, limit, total)}


@routes.post("/api/templates", operation_id="create_template", status_code=201)
def create_template(wish: Kept, caller: May) -> dict[str, Any]:
    """Keep a project as a template."""
    return {"template": keeping.as_kept(caller, keeping.keep(caller, "tpl", asking.SURFACE, wish))}


@routes.get("/api/templates/{template}", operation_id="get_template")
def get_template(template: str, caller: MayLook) -> dict[str, Any]:
    """One template."""
    return {"template": keeping.as_kept(caller, asking.named(caller, template))}


@routes.put("/api/templates/{template}", operation_id="change_template")
def change_template(template: str, wish: Changed, caller: May) -> dict[str, Any]:
    """Make its next version; jobs that were asked for stay as they were."""
    return {"template": keeping.as_kept(caller, keeping.change(caller, asking.named(caller, template), wish))}


@routes.delete("/api/templates/{template}", operation_id="delete_template")
def delete_template(template: str, caller: May) -> dict[str, Any]:
    """List it no more, and render it no more."""
    return {"archived": True, "id": caller.parts.named.archive(asking.named(caller, template).id).id}


@routes.post("/api/templates/{template}/duplicate", operation_id="duplicate_template", status_code=201)
def duplicate_template(template: str, caller: May) -> dict[str, Any]:
    """Keep another like it."""
    return {"template": keeping.as_kept(caller, keeping.copied(caller, asking.named(caller, template), "tpl"))}


@routes.post("/api/templates/{template}/preview", operation_id="preview_template")
def preview_template(template: str, wish: Filled, caller: MayLook) -> dict[str, Any]:
    """The project that these values make of it; free."""
    source = asking.source_of(caller, None, template)
    overrides = wish.overrides.said if wish.overrides else {}
    try:
        resolved = Resolver(caller.parts.settings).resolve(source.payload, wish.variables or {}, overrides)
    except InvalidError as error:
        raise asking.refused(caller, error) from error
    return {"project": resolved.body, "stats": _stats(resolved), "warnings": list(resolved.warnings)}


def _stats(resolved: Resolved) -> dict[str, Any]:
    """What there is in a project."""
    project = resolved.project
    kinds = [visual.type for _, visual in project.every_visual()]
    width, height = project.canvas
    return {"type": project.type, "duration": resolved.price.seconds, "width": width, "height": height,
            "scenes": len(project.scenes), "visuals": len(kinds), "images": kinds.count("IMAGE"),
            "videos": kinds.count("VIDEO"), "gifs": kinds.count("GIF"),
            "audios": sum(1 for _ in project.every_audio()),
            "captions": len(project.subtitle.captions) if project.subtitle else 0,
            "creditsRequired": as_number(resolved.price.credits)}  # fmt: skip

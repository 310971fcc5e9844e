"""Projects: saved as they are, in versions, for whoever edits them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.dialects.zvid import asking, keeping
from clipmill.api.dialects.zvid.requests import Changed, Kept, Limit, Page
from clipmill.api.dialects.zvid.words import REFUSALS, pages
from clipmill.api.surface import router

routes = router(tags=["projects"], responses=REFUSALS)
May = Annotated[Caller, Depends(MAY_SUBMIT)]
MayLook = Annotated[Caller, Depends(MAY_READ)]


@routes.get("/api/projects", operation_id="list_projects")
def list_projects(caller: MayLook, page: Page = 1, limit: Limit = 20) -> dict[str, Any]:
    """Projects, the newest first."""
    found, total = caller.parts.named.page(keeping.PROJECTS, limit, (page - 1) * limit)
    return {"projects": [keeping.as_kept(caller, each) for each in found], "pagination": pages(page, limit, total)}


@routes.post("/api/projects", operation_id="create_project", status_code=201)
def create_project(wish: Kept, caller: May) -> dict[str, Any]:
    """Save a project."""
    return {"project": keeping.as_kept(caller, keeping.keep(caller, "prj", keeping.PROJECTS, wish))}


@routes.get("/api/projects/{project}", operation_id="get_project")
def get_project(project: str, caller: MayLook) -> dict[str, Any]:
    """One project."""
    return {"project": keeping.as_kept(caller, asking.named(caller, project, keeping.PROJECTS))}


@routes.put("/api/projects/{project}", operation_id="change_project")
def change_project(project: str, wish: Changed, caller: May) -> dict[str, Any]:
    """Save its next version."""
    found = asking.named(caller, project, keeping.PROJECTS)
    return {"project": keeping.as_kept(caller, keeping.change(caller, found, wish))}


@routes.delete("/api/projects/{project}", operation_id="delete_project")
def delete_project(project: str, caller: May) -> dict[str, Any]:
    """List it no more."""
    found = asking.named(caller, project, keeping.PROJECTS)
    return {"archived": True, "id": caller.parts.named.archive(found.id).id}

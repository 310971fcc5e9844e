"""Aids for whoever, or whatever, writes projects: the schema, elements, examples, mending, and a plan by rule."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal, get_args

from fastapi import Depends

from clipmill.api.access import MAY_READ, Caller
from clipmill.api.dialects.zvid.examples import EXAMPLES, plan
from clipmill.api.dialects.zvid.requests import Brief, Project, RenderRequest
from clipmill.api.dialects.zvid.words import REFUSALS, detail, invalid, plan_limits
from clipmill.api.surface import router
from clipmill.domain.timeline.describe import project_schema
from clipmill.domain.timeline.elements.visual import Visual
from clipmill.domain.timeline.mending import mended
from clipmill.errors import NotFoundError
from clipmill.shown import shortened

routes = router(tags=["authoring"], responses=REFUSALS)
May = Annotated[Caller, Depends(MAY_READ)]


@cache
def _schema() -> dict[str, Any]:
    return project_schema()


@cache
def _elements() -> dict[str, str]:
    """Type of an element → the name of its schema."""
    visuals = {model.__name__.removesuffix("Visual").upper(): model.__name__ for model in get_args(Visual)}
    return {**visuals, "AUDIO": "Audio", "SCENE": "Scene", "SUBTITLE": "Subtitle"}


@routes.get("/api/render/schema/api-key", operation_id="get_schema")
def get_schema(caller: May, target: Literal["project", "render-request"] = "project") -> dict[str, Any]:
    """The JSON Schema of a project, or of the envelope around it, made from what checks them."""
    if target == "project":
        return {"target": target, "schema": _schema(), "planLimits": plan_limits(caller.parts.settings.limits)}
    envelope = RenderRequest.model_json_schema()
    envelope["properties"]["payload"] = {"$ref": "#/$defs/Project"}
    own = {name: part for name, part in _schema().items() if name not in ("$defs", "$schema")}
    envelope["$defs"] = {**envelope.get("$defs", {}), **_schema()["$defs"], "Project": own}
    return {"target": target, "schema": {"$schema": _schema()["$schema"], **envelope}}


@routes.get("/api/render/elements/api-key", operation_id="list_elements")
def list_elements(caller: May) -> dict[str, Any]:
    """What a project is made of, with the fields that each must and may have."""
    return {"elements": [_element(kind) for kind in _elements()]}


@routes.get("/api/render/elements/{kind}/api-key", operation_id="get_element")
def get_element(kind: str, caller: May) -> dict[str, Any]:
    """The schema of one kind of element."""
    found = kind.upper()
    if found not in _elements():
        raise NotFoundError(f"there is no element {shortened(kind)}", hint=f"There are {', '.join(_elements())}.")
    parts = _schema()["$defs"]
    return {**_element(found), "schema": {**parts[_elements()[found]], "$defs": parts}}


def _element(kind: str) -> dict[str, Any]:
    part = _schema()["$defs"][_elements()[kind]]
    return {"type": kind, "description": part.get("description", ""), "required": part.get("required", []),
            "fields": list(part["properties"])}  # fmt: skip


@routes.get("/api/render/examples/api-key", operation_id="list_examples")
def list_examples(caller: May) -> dict[str, Any]:
    """Projects that can be rendered as they are."""
    return {"examples": [{"name": name, "description": each["about"]} for name, each in EXAMPLES.items()]}


@routes.get("/api/render/examples/{name}/api-key", operation_id="get_example")
@routes.get("/api/render/examples/{name}", operation_id="get_example_shortly", include_in_schema=False)
def get_example(name: str, caller: May) -> dict[str, Any]:
    """One of them, as a request has it."""
    if name not in EXAMPLES:
        raise NotFoundError(f"there is no example {shortened(name)}", hint=f"There are {', '.join(EXAMPLES)}.")
    return {"name": name, "description": EXAMPLES[name]["about"], "payload": EXAMPLES[name]["payload"]}


@routes.post("/api/render/repair/api-key", operation_id="repair")
def repair(wish: Project, caller: May) -> dict[str, Any]:
    """Mend a project by rule: bounds, words that are nearly one, fields that are none. Nothing is invented."""
    found = mended(wish.payload)
    left = [detail(*each) for each in found.left]
    return {"valid": not left, "repaired": bool(found.changes), "payload": found.body,
            "changes": [change.as_dict() for change in found.changes], "errors": left}  # fmt: skip


@routes.post("/api/render/creative-plan/api-key", operation_id="plan_video")
def plan_video(wish: Brief, caller: May) -> dict[str, Any]:
    """A first cut of a brief by rule, a scene a sentence; no model has a part in it."""
    if not wish.text:
        raise invalid([("brief", "it is empty")], hint="Write what the video should say, a sentence a scene.")
    return {"plan": plan(wish.text, wish.resolution)}

"""The JSON Schema of a project, generated from the models, with what their comments say."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.presets import RESOLUTIONS
from clipmill.domain.timeline.project import IMAGE_FORMATS, VIDEO_FORMATS, Project

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
#: A `#:` comment of one or more lines, and the field below it.
_COMMENT = re.compile(r"((?:^ +#: .*\n)+)^ +(\w+):", re.MULTILINE)


def project_schema() -> dict[str, Any]:
    """What a project may be, as JSON Schema (draft 2020-12). Unknown fields are allowed: left out, and named."""
    schema = Project.model_json_schema(by_alias=True, mode="validation")
    for model in _models():
        part = schema if model is Project else schema.get("$defs", {}).get(model.__name__)
        if part is not None:
            _describe(part, model)
    properties = schema["properties"]
    properties["resolution"]["enum"] = ["custom", *RESOLUTIONS]
    properties["outputFormat"]["enum"] = ["", *VIDEO_FORMATS, *IMAGE_FORMATS]
    described: dict[str, Any] = _plain(schema)
    return {"$schema": _DRAFT, **described, "title": "clipmill project"}


def _models(root: type[TimelineModel] = TimelineModel) -> Iterator[type[TimelineModel]]:
    for model in root.__subclasses__():
        yield model
        yield from _models(model)


def _describe(part: dict[str, Any], model: type[TimelineModel]) -> None:
    """Put the comments of a model's fields, and of those it inherits, into its schema."""
    comments: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, TimelineModel):
            comments |= _comments(each)
    for name, field in model.model_fields.items():
        described = part.get("properties", {}).get(field.alias or name)
        if described is not None and name in comments:
            described["description"] = comments[name]


def _comments(model: type[TimelineModel]) -> dict[str, str]:
    """Field name → what the comment above it says."""
    found = _COMMENT.findall(inspect.getsource(model))
    return {name: " ".join(line.strip().removeprefix("#: ") for line in text.splitlines()) for text, name in found}


def _plain(value: Any) -> Any:
    """Without titles made from names, and with colours as people write them."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"red", "green", "blue", "alpha"}:
        opacity = "" if value["alpha"] == 1 else f"{round(value['alpha'] * 255):02x}"
        return f"#{value['red']:02x}{value['green']:02x}{value['blue']:02x}{opacity}"
    return {name: _plain(item) for name, item in value.items() if not (name == "title" and isinstance(item, str))}

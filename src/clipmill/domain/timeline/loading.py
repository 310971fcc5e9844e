"""Loading a project: JSON in, a checked Project out, every refusal a sentence that names its field."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from clipmill.domain.timeline.animation import Animation, Zoom
from clipmill.domain.timeline.audio import Audio
from clipmill.domain.timeline.base import LACKING, TimelineModel, field_names
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.style import TextStyle
from clipmill.domain.timeline.visual import Radius, Visual
from clipmill.errors import ProjectError
from clipmill.settings import Limits

_VISUALS: dict[str, type[BaseModel]] = {
    model.__name__.removesuffix("Visual").upper(): model for model in get_args(Visual)
}
#: The key under which an object lies → what it is.
_OBJECTS: dict[str, type[TimelineModel]] = {
    "style": TextStyle,
    "zoom": Zoom,
    "radius": Radius,
    "enterAnimation": Animation,
    "exitAnimation": Animation,
    "audios": Audio,
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least {}"),
    "greater_than": ("gt", "more than {}"),
    "less_than_equal": ("le", "at most {}"),
    "less_than": ("lt", "less than {}"),
    "string_too_long": ("max_length", "at most {} characters"),
    "string_too_short": ("min_length", "at least {} character"),
}
_SHAPES = {
    "model_type": "is no object",
    "dict_type": "is no object",
    "tuple_type": "is no list",
    "string_type": "is no text",
}
_NO_LIMITS = Limits()


def load_project(body: Mapping[str, Any], limits: Limits = _NO_LIMITS) -> Project:
    """The project a payload's body describes.

    Raises ProjectError naming the first wrong field by its path, as in `visuals[2].zoom`.
    """
    try:
        project = Project.model_validate(body)
    except ValidationError as error:
        raise _refusal(error.errors(include_url=False)) from error
    _check_limits(project, limits)
    return project


def _refusal(errors: Sequence[ErrorDetails]) -> ProjectError:
    """The first error as a sentence; the hint counts the others."""
    more = len(errors) - 1
    hint = f"{more} more {'field is' if more == 1 else 'fields are'} wrong in this project." if more else ""
    return ProjectError(_sentence(errors[0]), path=_path(errors[0]["loc"]), hint=hint)


def _path(location: Sequence[int | str]) -> str:
    """`("visuals", 2, "IMAGE", "zoom")` as `visuals[2].zoom`."""
    path, after_index = "", False
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not (after_index and part in _VISUALS):
            path += f".{part}" if path else part
        after_index = isinstance(part, int)
    return path


def _sentence(error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        return _unknown_field(error["loc"])
    if error["type"] == "missing":
        return "is missing; it is required"
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_visual(error["input"])
    return _wrong_value(error["type"], error["input"], error.get("ctx", {}), error["msg"])


def _wrong_value(kind: str, value: Any, context: Mapping[str, Any], message: str) -> str:
    if kind == "value_error":
        return str(context["error"])
    if kind in ("literal_error", "enum"):
        return f"{_shown(value)} is not possible in this version; use {context['expected']}"
    if kind in _BOUNDS:
        key, wording = _BOUNDS[kind]
        return f"{_shown(value)} is outside what is allowed: {wording.format(context[key])}"
    if kind in _SHAPES:
        return f"{_shown(value)} {_SHAPES[kind]}"
    return f"{_shown(value)} cannot be used: {message[0].lower()}{message[1:]}"


def _unknown_visual(value: Any) -> str:
    kind = str(value.get("type", "")).upper() if isinstance(value, Mapping) else ""
    told = f"a {kind} element is not possible" if kind else "an element without a type is not possible"
    return f"{told}; this version has {', '.join(_VISUALS)}"


def _unknown_field(location: Sequence[int | str]) -> str:
    """Why a field is refused: known to the full schema, misspelt, or unknown."""
    name = str(location[-1])
    if name in LACKING:
        return LACKING[name]
    model = _model_at(location[:-1])
    known = field_names(model)
    close = difflib.get_close_matches(name, known, n=1)
    meant = f"did you mean {close[0]}? " if close else ""
    return f"is no field of {getattr(model, 'called', 'this object')}; {meant}it has {', '.join(known)}"


def _model_at(location: Sequence[int | str]) -> type[BaseModel]:
    """The model of the object that lies at a location."""
    for part in reversed(location):
        if part in _OBJECTS:
            return _OBJECTS[str(part)]
        if part in _VISUALS:
            return _VISUALS[str(part)]
    return Project


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _check_limits(project: Project, limits: Limits) -> None:
    """Refuse what is longer, larger or more than the settings allow."""
    measured: list[tuple[str, float, float, str]] = [
        ("duration", project.duration, limits.video_seconds, "seconds"),
        ("width", project.width, limits.video_side, "pixels"),
        ("height", project.height, limits.video_side, "pixels"),
        ("visuals", len(project.visuals), limits.visuals, "elements"),
        ("audios", len(project.audios), limits.audios, "sounds"),
    ]
    for number, visual in enumerate(project.visuals):
        measured.append((f"visuals[{number}].width", visual.width or 0, limits.video_side, "pixels"))
        measured.append((f"visuals[{number}].height", visual.height or 0, limits.video_side, "pixels"))
    for path, value, limit, unit in measured:
        if value > limit:
            raise ProjectError(f"{value:g} {unit} is over the limit of {limit:g}", path=path)

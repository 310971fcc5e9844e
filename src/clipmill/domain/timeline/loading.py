"""Loading a project: JSON in, a checked Project out, every refusal a sentence that names its field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from clipmill.domain.timeline.base import TimelineModel, field_names
from clipmill.domain.timeline.elements.visual import PictureVisual, Visual
from clipmill.domain.timeline.project import Project
from clipmill.errors import ProjectError
from clipmill.hints import SCHEMA
from clipmill.settings import Limits
from clipmill.shown import shortened

_VISUALS: dict[str, type[BaseModel]] = {
    model.__name__.removesuffix("Visual").upper(): model for model in get_args(Visual)
}
#: Keys of the template language; in a finished project they mean nothing.
_TEMPLATE_KEYS = frozenset({"condition", "iterate", "iterateAs", "variables"})
#: So many words are listed in a message; of more, this many.
_LISTED = 12
_NEAREST = 5
#: Nobody looks for what a longer word was meant to be.
_WORD_CHARACTERS = 100
#: So many unknown fields are told one by one.
_TOLD = 100
_BOUNDS = {
    "greater_than_equal": ("ge", "at least {}"),
    "greater_than": ("gt", "more than {}"),
    "less_than_equal": ("le", "at most {}"),
    "less_than": ("lt", "less than {}"),
    "string_too_long": ("max_length", "at most {} characters"),
    "string_too_short": ("min_length", "at least {} character"),
    "string_pattern_mismatch": ("pattern", "it must match {}"),
}
_SHAPES = {
    "model_type": "is no object",
    "model_attributes_type": "is no object",
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
        raise refusal(error.errors(include_url=False), body) from error
    except (RecursionError, ValueError, OverflowError) as error:
        raise ProjectError("it is nested too deeply, or has a number of thousands of digits") from error
    _check_limits(project, limits)
    _check_scene_ids(project)
    return project


def payload_problems(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with a template's body whatever its placeholders become, as (path, sentence).

    Elements with a `condition` are left aside: they may never be there.
    """
    try:
        Project.model_validate(body)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            if _lasts(each, body):
                yield _problem(each, body)
    except (RecursionError, ValueError, OverflowError):
        return


def _problem(error: ErrorDetails, body: Any) -> tuple[str, str]:
    return _path(error["loc"], body), _sentence(error)


def _lasts(error: ErrorDetails, body: Any) -> bool:
    """Whether no value of a placeholder mends an error."""
    around = [body]
    for part in error["loc"]:
        inner = _part(around[-1], part)
        around += [] if inner is None else [inner]
    if any(isinstance(value, Mapping) and "condition" in value for value in around):
        return False
    return error["type"] == "missing" or not any(sign in str(error["input"]) for sign in ("{{", "'condition'"))


def _part(value: Any, name: int | str) -> Any:
    """What a mapping or list holds there, None for nothing."""
    if isinstance(value, Mapping):
        return value.get(name)
    return value[name] if isinstance(value, list) and isinstance(name, int) and name < len(value) else None


def unknown_fields(project: TimelineModel) -> Iterator[str]:
    """A sentence for every field that was set aside because it means nothing here; of very many, how many more."""
    found = ((path, type(part), name) for path, part in project.parts() for name in part.unknown)
    for path, model, name in islice(found, _TOLD):
        yield _unknown_field(f"{path}.{shortened(name)}" if path else shortened(name), model, name)
    more = sum(1 for _ in found)
    if more:
        yield f"{more:,} more fields are none of {project.called} and were left out"


def _unknown_field(where: str, model: type[TimelineModel], name: str) -> str:
    if name in _TEMPLATE_KEYS:
        return f"{where}: belongs to a template; it was resolved before, or is not looked at here"
    known = {field.lower(): field for field in field_names(model)}
    close = _close(name.lower(), known, n=1)
    meant = f"; did you mean {known[close[0]]}?" if close else ""
    return f"{where}: is no field of {model.called} and was left out{meant}"


def refusal(errors: Sequence[ErrorDetails], body: Any) -> ProjectError:
    """The first of what is wrong with a body; the hint names the others."""
    problems = [_problem(error, body) for error in errors[:4]]
    others = [f"{path}: {sentence}" if path else sentence for path, sentence in problems[1:4]]
    more = len(errors) - 1 - len(others)
    hint = "" if not others else "Also wrong: " + "; ".join(others) + (f"; and {more} more." if more else ".")
    return ProjectError(problems[0][1], path=problems[0][0], hint=hint)


def _path(location: Sequence[int | str], body: Any) -> str:
    """`("visuals", 2, "IMAGE", "zoom")` as `visuals[2].zoom`; no further than what the body holds there has parts."""
    path, after_index, value = "", False, body
    for part in location:
        if value is not None and not isinstance(value, Mapping | list):
            return path
        if isinstance(part, int):
            path += f"[{part}]"
            value = _part(value, part)
        elif not (after_index and part in _VISUALS) and not part.startswith(("function-", "nullable")):
            path += f".{part}" if path else part
            value = _part(value, part)
        after_index = isinstance(part, int)
    return path


def _sentence(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "is missing; it is required"
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_visual(error["input"])
    return _wrong_value(error["type"], error["input"], error.get("ctx", {}), error["msg"])


def _wrong_value(kind: str, value: Any, context: Mapping[str, Any], message: str) -> str:
    if kind == "value_error":
        return str(context["error"])
    if kind in ("literal_error", "enum"):
        return f"{_shown(value)} is not possible; {_instead(value, context['expected'])}"
    if kind in _BOUNDS:
        key, wording = _BOUNDS[kind]
        return f"{_shown(value)} is outside what is allowed: {wording.format(context[key])}"
    if kind in _SHAPES:
        return f"{_shown(value)} {_SHAPES[kind]}"
    return f"{_shown(value)} cannot be used: {message[0].lower()}{message[1:]}"


def _instead(value: Any, expected: str) -> str:
    """What to write in the place of a word that is none of the expected ones, `'a', 'b' or 'c'`."""
    words = re.findall(r"'([^']*)'", expected)
    if not isinstance(value, str) or not words:
        return f"use {expected}"
    close = _close(value.lower(), words, n=_NEAREST)
    meant = f"did you mean {close[0]}? " if close else ""
    if len(words) <= _LISTED:
        return f"{meant}{'Use' if meant else 'use'} {expected}"
    near = ", ".join(close if len(close) > 1 else _close(shortened(value), words, n=_NEAREST, cutoff=0.0))
    return f"{meant}{'The' if meant else 'the'} nearest are {near}; `{SCHEMA}` lists all {len(words)}"


def _close(word: str, known: Iterable[str], **asked: Any) -> list[str]:
    """The known words that are like this one; none for a text that is no word."""
    return difflib.get_close_matches(word, list(known), **asked) if len(word) <= _WORD_CHARACTERS else []


def _unknown_visual(value: Any) -> str:
    kind = value.get("type") if isinstance(value, Mapping) else None
    called = shortened(kind.upper()) if isinstance(kind, str) else _shown(kind)
    told = f"a {called} element" if kind else "an element without a type"
    return f"{told} is not possible; there are {', '.join(_VISUALS)}"


def _shown(value: Any) -> str:
    try:
        text = repr(value) if isinstance(value, str) else str(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, or lists in lists
        return "this value"
    return shortened(text, 78)


def _check_scene_ids(project: Project) -> None:
    """Refuse a scene that is called as one before it."""
    first: dict[str, int] = {}
    for number, scene in enumerate(project.scenes):
        if scene.id and first.setdefault(scene.id, number) != number:
            raise ProjectError(f"{_shown(scene.id)} is the id of scenes[{first[scene.id]}] already; give each its own",
                               path=f"scenes[{number}].id")  # fmt: skip


def _check_limits(project: Project, limits: Limits) -> None:
    """Refuse what is longer, larger or more than the settings allow."""
    for path, value, limit, unit in (*_sizes(project, limits), *_counts(project, limits)):
        if value > limit:
            raise ProjectError(f"{value:g} {unit} is over the limit of {limit:g}", path=path)


def _sizes(project: Project, limits: Limits) -> Iterator[tuple[str, float, float, str]]:
    """(path, value, limit, unit) of lengths in time and space."""
    yield "duration", project.duration or 0, limits.video_seconds, "seconds"
    yield "width", project.width, limits.video_side, "pixels"
    yield "height", project.height, limits.video_side, "pixels"
    for path, visual in project.every_visual():
        yield f"{path}.width", visual.width or 0, limits.input_side, "pixels"
        yield f"{path}.height", visual.height or 0, limits.input_side, "pixels"


def _counts(project: Project, limits: Limits) -> Iterator[tuple[str, float, float, str]]:
    """(path, value, limit, unit) of how many there are, summed over project and scenes."""
    visuals = [visual for _, visual in project.every_visual()]
    kinds = [visual.type for visual in visuals if isinstance(visual, PictureVisual)]
    yield "visuals", len(visuals), limits.visuals, "elements"
    yield "visuals", kinds.count("IMAGE"), limits.images, "IMAGE elements"
    yield "visuals", kinds.count("VIDEO"), limits.videos, "VIDEO elements"
    yield "visuals", kinds.count("GIF"), limits.gifs, "GIF elements"
    yield "audios", sum(1 for _ in project.every_audio()), limits.audios, "sounds"
    yield "scenes", len(project.scenes), limits.scenes, "scenes"
    yield "subtitle.captions", len(project.subtitle.captions) if project.subtitle else 0, limits.captions, "captions"

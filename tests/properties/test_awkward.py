"""Awkward values in every field of a project: each gives a project, or one sentence of a sentence's length."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from clipmill.domain.timeline.elements.visual import Visual
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.project import Project
from clipmill.engines.render.remarks.suite import remarks
from clipmill.errors import ClipmillError
from clipmill.templates.bare import bare_project
from clipmill.templates.reading.document import checked_value
from tests.rendering import brief_of

#: Puts a value where it belongs in a body.
Put = Callable[[Any], Any]

_NEEDED: dict[str, dict[str, Any]] = {
    "TEXT": {"text": "a"}, "SVG": {"svg": "<svg/>"}, "IMAGE": {"src": "a.png"}, "GIF": {"src": "a.gif"},
    "VIDEO": {"src": "a.mp4"},
}  # fmt: skip
_LONG = "x" * 100_000
TEXTS = {"nul": "a\0b.png", "half": "a\ud800", "pair": "\ud83d\ude00", "wide": "😀" * 50,
         "long": _LONG, "control": "\x1b[2J\x9b\u202e", "number": "1" * 5000, "colour": f"rgba({_LONG})"}  # fmt: skip
NUMBERS = {"nan": math.nan, "inf": -math.inf, "huge": 1e308, "zero": -0.0, "endless": 10**400, "truth": True}
SHAPES = {"deep": json.loads("[" * 60 + "]" * 60), "key": {_LONG[:1000]: 1}, "list": [1] * 300, "none": None,
          "fields": {f"k{number}": [] for number in range(100)}}  # fmt: skip
SECONDS = 10


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _is_list(annotation: Any) -> bool:
    return annotation is not None and ("tuple[" in str(annotation) or "list[" in str(annotation))


def _places(
    model: type[BaseModel], path: str, put: Put, inside: tuple[type[BaseModel], ...]
) -> Iterator[tuple[str, Put]]:
    """Every field of a model and of the models in it, with what puts a value there."""
    for name, field in model.model_fields.items():
        alias = field.alias or name

        def at(value: Any, alias: str = alias) -> Any:
            return put({alias: value})

        yield f"{path}.{alias}", at
        for inner in set(_models(field.annotation)) - set(inside) - set(get_args(Visual)):
            is_list = _is_list(field.annotation)

            def within(value: Any, at: Put = at, is_list: bool = is_list) -> Any:
                return at([value] if is_list else value)

            yield from _places(inner, f"{path}.{alias}", within, (*inside, inner))


def _every_place() -> dict[str, Put]:
    found = dict(_places(Project, "project", lambda value: {"visuals": [{"type": "TEXT", "text": "a"}], **value}, ()))
    for model in get_args(Visual):
        kind = model.__name__.removesuffix("Visual").upper()

        def put(value: Any, kind: str = kind) -> Any:
            return {"visuals": [{"type": kind, **_NEEDED[kind], **value}]}

        found |= dict(_places(model, kind, put, ()))
    return found


PLACES = _every_place()


def _outcome(body: Any) -> str:
    """The sentence that refuses a body; empty where it is a project."""
    try:
        project = load_project(bare_project(checked_value(body, "project.json")))
        for remark in remarks(brief_of(project)):
            remark.encode()
            assert len(remark) < 500
    except ClipmillError as error:
        str(error).encode()
        return str(error)
    return ""


def test_every_field_is_known_here() -> None:
    assert len(PLACES) > 250
    assert {"project.name", "TEXT.style.fontSize", "project.subtitle.captions.words.text"} <= PLACES.keys()


@pytest.mark.parametrize("value", [*TEXTS, *NUMBERS, *SHAPES])
def test_an_awkward_value_in_any_field_is_taken_or_refused_in_a_sentence(value: str) -> None:
    for path, put in PLACES.items():
        began = time.process_time()
        said = _outcome(put({**TEXTS, **NUMBERS, **SHAPES}[value]))
        assert len(said) < 500, path
        assert "bug" not in said, path
        assert "\n" not in said, path
        if value in {"nul", "half"}:
            assert "cannot be used (U+" in said, path
        assert time.process_time() - began < SECONDS, path

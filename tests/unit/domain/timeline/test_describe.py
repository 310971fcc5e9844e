import json
from typing import Any

import jsonschema
import pytest

from clipmill.domain.timeline.describe import project_schema
from clipmill.domain.timeline.loading import load_project

SCHEMA = project_schema()
PROJECTS: list[dict[str, Any]] = [
    {},
    {"resolution": "tiktok", "frameRate": "30000/1001", "outputFormat": "webm", "backgroundColor": "#fff"},
    {"type": "image", "outputFormat": "jpg", "quality": 80, "visuals": [{"type": "text", "text": "x"}]},
    {"visuals": [
        {"type": "IMAGE", "src": "a.jpg", "zoom": True, "radius": 8, "enterAnimation": "wipeleft", "anchor": None,
         "filter": {"hue-rotate": "90deg", "blur": "4px", "invert": True, "colorTint": "#f00"},
         "cropParams": {"x": 0, "y": 0, "width": 9, "height": 9}, "chromaKey": {"color": "#0f0"}},
        {"type": "video", "src": "a.mp4", "zoom": {"depth": 2}, "transition": "none", "radius": {"tl": 3}},
        {"type": "GIF", "src": "a.gif", "zoom": {"from": 1, "to": 1.1}, "exitAnimation": {"effect": "fade"}},
        {"type": "SVG", "svg": "<svg/>"}, {"type": "TEXT", "html": "<b>x</b>", "style": {"font-size": "30px"}}]},
    {"scenes": [{"id": "a", "duration": -1, "transition": "fade"}, {"audios": [{"src": "a.mp3", "duck": True}]}],
     "subtitle": {"captions": [{"start": 0, "end": 1, "words": [{"start": 0, "end": 1, "text": "x"}]}],
                  "position": "top", "animation": "karaoke", "sidecars": "srt"}},
]  # fmt: skip
WRONG: list[dict[str, Any]] = [
    {"frameRate": 99}, {"type": "audio"}, {"visuals": [{"type": "IMAGE"}]}, {"resolution": "imax"}, {"visuals": 3},
    {"visuals": [{"type": "IMAGE", "src": "a", "enterAnimation": "swirl"}]}, {"scenes": [{"transitionDuration": 99}]},
    {"subtitle": {"captions": [{"start": -1, "end": 1}]}}, {"visuals": [{"type": "IMAGE", "src": "a", "opacity": 2}]},
]  # fmt: skip


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("project", PROJECTS)
def test_what_is_accepted_here_is_accepted_by_the_schema(project: dict[str, Any]) -> None:
    load_project(project)
    jsonschema.validate(project, SCHEMA, jsonschema.Draft202012Validator)


@pytest.mark.parametrize("project", WRONG)
def test_what_the_schema_refuses_is_refused_here(project: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(project, SCHEMA, jsonschema.Draft202012Validator)
    with pytest.raises(Exception, match=":"):
        load_project(project)


def test_comments_of_the_models_are_its_descriptions() -> None:
    assert SCHEMA["$defs"]["VideoVisual"]["properties"]["angle"]["description"].startswith("Degrees clockwise")
    assert SCHEMA["properties"]["backgroundColor"]["default"] == "#ffffff"
    assert "Title" not in json.dumps(SCHEMA)

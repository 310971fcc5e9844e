"""Mending: each rule in a line, and nothing that was not there."""

from __future__ import annotations

from typing import Any

import pytest

from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.mending import mended

TEXT = {"type": "TEXT", "text": "t"}


@pytest.mark.parametrize(("body", "path", "after"), [
    ({"frameRate": 120}, "frameRate", 60), ({"frameRate": 0}, "frameRate", 1), ({"name": "a/b"}, "name", "a-b"),
    ({"resolution": "full-hdd"}, "resolution", "full-hd"), ({"duration": "soon"}, "duration", None),
    ({"colour": "red"}, "colour", None), ({"visuals": [{**TEXT, "opacity": 2}]}, "visuals[0].opacity", 1),
    ({"visuals": [TEXT, {**TEXT, "track": "up"}]}, "visuals[1].track", None),
    ({"visuals": [{**TEXT, "tracks": 1}]}, "visuals[0].tracks", None),
    ({"subtitle": {"captions": [{"start": 0, "end": 1, "text": "a"}], "animation": "karaok"}},
     "subtitle.animation", "karaoke"),
])  # fmt: skip
def test_is_mended(body: dict[str, Any], path: str, after: Any) -> None:
    found = mended(body)
    assert [(change.path, change.after) for change in found.changes] == [(path, after)]
    assert (found.changes[0].action == "removed") == (after is None)
    assert not found.left
    load_project(found.body)
    assert mended(found.body).changes == []


def test_what_is_right_stays_as_it_is_and_what_nobody_can_guess_is_left() -> None:
    for right in ({"visuals": [TEXT], "duration": 3}, {"variables": {"n": 1}, "duration": "{{n}}"},
                  {"visuals": [{**TEXT, "condition": "{{a}}"}], "colour": "{{c}}", "duration": "{{n}}"}):  # fmt: skip
        assert mended(right).body == right
    wrong = {"visuals": [{"type": "IMAGE"}]}
    found = mended(wrong)
    assert (found.body, found.changes, [path for path, _ in found.left]) == (wrong, [], ["visuals[0].src"])

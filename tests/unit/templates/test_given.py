"""Payloads that come ready-made: their media are fetched, a path of this machine is refused, and the name is safe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.files.names import safe_name
from clipmill.domain.row import Row
from clipmill.domain.verdict import Ruling
from clipmill.media.outside.stored import MediaStore
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.templates.given import GivenChecker, given_template, is_given

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


@pytest.fixture
def media(tmp_path: Path) -> MediaStore:
    return MediaStore(DiskFiles(tmp_path / "files", tmp_path / "scratch"), Settings(home=tmp_path))


def checked(media: MediaStore, payload: Any, **cells: str) -> Any:
    """A row with this payload, checked."""
    template = given_template("zvid.video", "render", reference="reference")
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return GivenChecker(template, media, safe_name).check(Row(1, {"payload": text, "name": "a/b", **cells}))


def test_a_payload_is_taken_as_it_is(media: MediaStore) -> None:
    found = checked(media, {"duration": 1, "text": "{{no placeholder}}"}, seed="7")
    assert (found.payload.body, found.file_name) == ({"duration": 1, "text": "{{no placeholder}}"}, "a-b")
    assert found.values == {"seed": 7, "reference": ""}


def test_what_is_stored_already_may_be_named(media: MediaStore, tmp_path: Path) -> None:
    (tmp_path / "square.svg").write_text(SQUARE)
    reference = media.from_path(str(tmp_path / "square.svg"), 9_999).reference
    found = checked(media, {"visuals": [{"src": reference}], "reference": reference})
    assert found.payload.body["visuals"][0]["src"] == reference
    assert found.values["reference"] == reference


@pytest.mark.parametrize(
    ("payload", "code", "column"),
    [({"visuals": [{"src": "/etc/passwd"}]}, "payload.media", "visuals[0].src"),
     ({"reference": "../a.png"}, "payload.media", "reference"),
     ({"src": "http://127.0.0.1/a.png"}, "payload.media", "src"),
     ({"src": "file:///etc/passwd"}, "payload.media", "src"),
     ("[1]", "payload.wrong", "payload"), ("{", "payload.wrong", "payload"), ("", "payload.wrong", "payload")],
)  # fmt: skip
def test_what_cannot_be_taken_blocks_the_row(media: MediaStore, payload: Any, code: str, column: str) -> None:
    (problem,) = checked(media, payload).problems
    assert (problem.code, problem.column, bool(problem.fix)) == (code, column, True)


def test_nobody_is_asked_to_look_but_for_a_picture_that_was_given() -> None:
    limits = given_template("a", "render", reference="reference").verify
    doubts = (limits.cut_text, limits.low_contrast, limits.blank_picture, limits.early_silence, limits.still_clip)
    assert set(doubts) == {Ruling.PASS}
    assert (limits.black_percent, limits.reference, limits.drift_percent) == (100.0, "reference", 12.0)


def test_templates_of_this_kind_are_known_by_their_body() -> None:
    template = given_template("a", "render")
    assert is_given(template)
    assert template.version != given_template("a", "draft").version

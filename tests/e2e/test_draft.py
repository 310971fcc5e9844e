"""A table of prompts becomes clips without an account: drafts, verified, whose seeds are the table's."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.media.facts.snapshot import drift_percent
from tests.e2e.commands import clipmill, json_lines
from tests.rendering import photo, write_picture

TEMPLATE = """\
name: clips
engine: draft
contract:
  prompt: {kind: text, required: true}
  image: {kind: image}
  seconds: {kind: number, minimum: 1, maximum: 8, fallback: 1}
  seed: {kind: integer}
variables: {model: draft}
payload:
  kind: video
  model: "{{model}}"
  prompt: "{{prompt}}"
  reference: "{{image}}"
  seconds: "{{seconds}}"
  width: 320
  height: 256
  fps: 12
  seed: "{{seed}}"
output: {name: "{{row.number}}.mp4"}
verify: {reference: image, drift_percent: 12}
"""
#: Rows 2 and 4 differ in their seed; 2 and 3 in nothing.
TABLE = """\
prompt,image,seconds,seed
A mug in morning light,mug.png,1.5,7
كوب من القهوة على طاولة,,1,7
كوب من القهوة على طاولة,,1,7
كوب من القهوة على طاولة,,1,8
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the template, a table, and what came of it."""
    folder = tmp_path_factory.mktemp("drafts")
    (folder / "t").mkdir()
    (folder / "t" / "template.yaml").write_text(TEMPLATE)
    (folder / "prompts.csv").write_text(TABLE, encoding="utf-8")
    write_picture(folder / "mug.png", photo(300, 300))
    clipmill(folder, "run", "prompts.csv", "-t", "t")
    return folder


def frames(path: Path) -> list[NDArray[np.uint8]]:
    """Every frame of a clip, BGR."""
    with av.open(str(path)) as video:
        return [frame.to_ndarray(format="bgr24") for frame in video.decode(video=0)]


def test_every_clip_is_what_was_asked(work: Path) -> None:
    for number, count in ((1, 18), (2, 12), (4, 12)):
        with av.open(str(work / "out" / f"{number}.mp4")) as video:
            stream = video.streams.video[0]
            assert (stream.width, stream.height, stream.average_rate) == (320, 256, 12)
            assert len(list(video.decode(stream))) == count
            assert not video.streams.audio


def test_the_first_frame_is_the_reference_and_the_last_half_second_stands_still(work: Path) -> None:
    shown = frames(work / "out" / "1.mp4")
    assert drift_percent(shown[0], work / "mug.png") < 2
    assert drift_percent(shown[-1], work / "mug.png") > 4, "the camera came closer, and the title in"
    still = [float(cv2.absdiff(one, shown[-1]).mean()) for one in shown[-6:]]
    assert max(still) < 1


def test_equal_seeds_give_equal_files_and_another_another_picture(work: Path) -> None:
    digests = [hashlib.sha256((work / "out" / f"{number}.mp4").read_bytes()).hexdigest() for number in (2, 3, 4)]
    assert digests[0] == digests[1] != digests[2]
    one, other = frames(work / "out" / "2.mp4")[0], frames(work / "out" / "4.mp4")[0]
    assert float(cv2.absdiff(one, other).mean()) > 10


def test_rows_say_their_model_lane_and_price(work: Path) -> None:
    lines = json_lines(work / "out" / "results.jsonl")
    assert {(line["lane"], line["model"], line["state"]) for line in lines} == {("draft:draft", "draft", "done")}
    assert [line["seed"] for line in lines] == [7, 7, 7, 8]
    assert lines[0]["credits"] == 2, "started seconds"


def test_a_model_that_is_not_stood_in_for_is_refused_and_its_price_is_its_own(work: Path) -> None:
    template = TEMPLATE.replace("model: draft}", "model: Kling 3.0}").replace("minimum: 1,", "minimum: 3,")
    (work / "kling").mkdir()
    (work / "kling" / "template.yaml").write_text(template.replace("fallback: 1}", "fallback: 4}"))
    (work / "one.csv").write_text("prompt\nA mug\n")
    told = clipmill(work, "check", "one.csv", "-t", "kling", expect=2).stderr
    assert "template.yaml line 11: " in told and "hint: Set stand_ins = true, or use one of draft." in told
    (work / "clipmill.toml").write_text("stand_ins = true\n")
    told = clipmill(work, "check", "one.csv", "-t", "kling", "--json")
    assert json.loads(told.stdout)["credits"] == 14

"""The morning of the seed, sentence by sentence, at its full size: fifty clips, three again, renamed, and kept."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.media.facts.snapshot import drift_percent
from tests.compat.flixly.morning import AGAIN, Ran, run, write_table
from tests.compat.harness import CLIENTS, Running, decoded, serving

#: 49 clips of three seconds at 9 credits and one at 7; three at 9 are made again: 475, which is 9.5 a clip.
ROWS = [*[(3.0, "Seedance 2.0")] * 49, (4.0, "Veo 3.1")]
_SECONDS = 2_400
pytestmark = pytest.mark.timeout(_SECONDS)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that stands in for the models of the seed's table."""
    with serving(tmp_path_factory.mktemp("flixly"), CLIPMILL_STAND_INS="true", CLIPMILL_WORKERS="2") as running:
        yield running


@pytest.fixture(scope="module")
def ran(server: Running, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The guide's script over fifty rows, with clients that are pinned; its evening has two."""
    folder = tmp_path_factory.mktemp("morning")
    write_table(folder, ROWS)
    return run(folder, server, CLIENTS / "bin" / "python", seconds=_SECONDS, evening=2)


def _first_picture(path: Path) -> NDArray[np.uint8]:
    with av.open(str(path)) as clip:
        picture: NDArray[np.uint8] = next(clip.decode(video=0)).to_ndarray(format="bgr24")
        return picture


def told(server: Running, ran: Ran) -> Any:
    """The batch as it is."""
    return server.ask("GET", f"/api/v1/batches/{ran.jobs[0]}")[1]


def test_every_clip_is_what_was_asked_and_is_called_by_its_prompt(ran: Ran) -> None:
    files = sorted((ran.folder / "delivery").iterdir())
    assert [path.name for path in files] == [f"{n:02}-a-mug-number-{n}-in-morning-light.mp4" for n in range(1, 51)]
    for path, (seconds, model) in zip(files, ROWS, strict=True):
        width, height, fps = (1920, 1080, 24) if model.startswith("Seedance") else (1280, 720, 30)
        clip = decoded(path)
        assert (clip.width, clip.height, clip.fps, clip.frames) == (width, height, fps, seconds * fps), path.name


def test_the_first_five_begin_with_their_pictures(ran: Ran) -> None:
    for number in range(1, 6):
        clip = ran.folder / "delivery" / f"{number:02}-a-mug-number-{number}-in-morning-light.mp4"
        picture = ran.folder / "pictures" / f"mug {number % 3}.png"
        assert drift_percent(_first_picture(clip), picture) < 12


def test_three_rows_were_made_again_with_their_seeds_under_the_same_id(server: Running, ran: Ran) -> None:
    assert len(ran.jobs) == 1
    rows = server.ask("GET", f"/api/v1/batches/{ran.jobs[0]}/rows")[1]["rows"]
    assert {row["row"]: row["seed"] for row in rows if row["attempts"] > 1} == AGAIN
    assert {row["file_name"] for row in rows} == {f"{ran.jobs[0]}_{number}.mp4" for number in range(1, 51)}


def test_credits_are_those_of_the_seed(server: Running, ran: Ran) -> None:
    credits = told(server, ran)["credits"]
    assert (credits["used"], credits["reserved"], credits["hard_stop"]) == (475, 0, 500)
    assert credits["average_per_clip"] == 9.5
    assert "475 of 500 credits, 9.5 a clip" in ran.said


def test_it_told_how_it_stood_while_it_ran(ran: Ran) -> None:
    left = [int(found) for found in re.findall(r"still to come: (\d+)", ran.said)]
    assert left[0] == 50
    assert 0 in left
    assert "'earliest': '20" in ran.said


def test_the_template_ran_again_with_other_prompts(server: Running, ran: Ran) -> None:
    assert "'complete': 2" in ran.said.splitlines()[-1]
    evening = server.ask("GET", "/api/v1/batches")[1]["batches"][0]
    rows = server.ask("GET", f"/api/v1/batches/{evening['id']}/rows")[1]["rows"]
    assert rows[0]["prompt"] == "A mug, number 1, in morning light, in the evening"
    assert [row["seed"] for row in rows] == [101 + place for place in range(2)], "the table's seeds"
    assert all(row["drift_percent"] < 12 for row in rows), "its pictures were kept"


def test_the_run_stops_at_500_credits_and_goes_on_when_it_may(server: Running) -> None:
    rows = [{"prompt": f"Mug {number}", "seconds": 3} for number in range(1, 57)]
    asked = {"model": "Seedance 2.0", "hard_stop": 500, "resolution": "256x256", "fps": 8, "rows": rows}
    status, batch = server.ask("POST", "/api/v1/batches", asked)
    assert (status, batch["credits"]["estimated"]) == (202, 504)
    batch = _at_rest(server, batch["id"])
    assert (batch["status"], batch["credits"]["used"], batch["counts"]["complete"]) == ("paused", 495, 55)
    assert "the hard stop of 500 credits is reached; all of it takes up to 504" in batch["message"]
    server.ask("POST", f"/api/v1/batches/{batch['id']}/resume", {"hard_stop": 504})
    assert _at_rest(server, batch["id"])["credits"]["used"] == 504


def _at_rest(server: Running, job: str) -> Any:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        batch = server.ask("GET", f"/api/v1/batches/{job}")[1]
        if batch["status"] in ("complete", "failed", "paused"):
            return batch
        time.sleep(0.5)
    raise AssertionError(f"{job} does not come to rest")

"""The script of the guide for users of Flixly is run against a server, with six small clips in the place of fifty."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.compat.flixly.morning import AGAIN, run, write_table
from tests.compat.harness import decoded, serving

#: Small pictures, few of them a second.
SMALL = ', "resolution": "320x256", "fps": 6'
ROWS = [*[(3, "Seedance 2.0")] * 5, (4, "Veo 3.1")]


def test_the_whole_morning_works(tmp_path: Path) -> None:
    write_table(tmp_path / "work", ROWS)
    with serving(tmp_path / "server", CLIPMILL_STAND_INS="true") as server:
        ran = run(tmp_path / "work", server, Path(sys.executable), SMALL, evening=2)
        [job] = ran.jobs
        status, told = server.ask("GET", f"/compat/flixly/api/v1/batches/{job}/rows")
    assert status == 200
    assert {row["row"]: row["seed"] for row in told["rows"]} == {n: AGAIN.get(n, 100 + n) for n in range(1, 7)}
    assert [row["attempts"] for row in told["rows"]] == [1, 2, 2, 1, 2, 1]
    assert all(row["drift_percent"] < 12 for row in told["rows"])
    names = [path.name for path in sorted((ran.folder / "delivery").iterdir())]
    assert names == [f"{n:02}-a-mug-number-{n}-in-morning-light.mp4" for n in range(1, 7)]
    last = decoded(ran.folder / "delivery" / names[-1])
    assert (last.frames, last.width, last.height, last.fps) == (24, 320, 256, 6)
    assert "79 of 500 credits, 13.167 a clip" in ran.said, "five at 9, one at 7, and three again"
    assert "'complete': 2" in ran.said.splitlines()[-1], "the evening"

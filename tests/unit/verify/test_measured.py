"""The answer of the inspection, as a value."""

from __future__ import annotations

import json
from pathlib import Path

from clipmill.media.facts.inspect import inspect
from clipmill.verify.measured import Measured
from tests.movies import Movie, write_movie


def test_the_inspections_answer_is_read_back_from_json(tmp_path: Path) -> None:
    movie = Movie(seconds=2.0, still=((0.5, 1.5),))
    media = write_movie(tmp_path / "a.mp4", movie)
    answer = inspect({"media": str(media), "spec": movie.spec.as_dict(), "reference": "", "frames_into": ""})
    measured = Measured.from_answer(json.loads(json.dumps(answer)))
    assert measured.facts.frames == 20
    assert measured.audible
    assert measured.stills == tuple(answer["stills"])

"""One server for all clients of others, with tiny media to fetch; run by `make compat`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from tests.compat.harness import Outside, Running, outside, serving
from tests.movies import Movie, first_picture, write_movie
from tests.sounds import speech, write_wav

#: What `talk.mp4` is; `voice.wav` is a sound of 1 s, `picture.png` its first picture.
TALK = Movie(seconds=2.0, fps=10, width=160, height=96)


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """Where media are fetched from and webhooks go: `talk.mp4`, `voice.wav`, `picture.png`."""
    folder = tmp_path_factory.mktemp("elsewhere")
    write_movie(folder / "talk.mp4", TALK)
    write_wav(folder / "voice.wav", speech(1.0))
    _write_png(folder / "picture.png")
    with outside(folder) as found:
        yield found


@pytest.fixture(scope="session")
def server(elsewhere: Outside, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`clipmill serve`, which may fetch from there."""
    with serving(tmp_path_factory.mktemp("server"), CLIPMILL_EGRESS_ALLOW=elsewhere.place) as running:
        yield running


def _write_png(path: Path) -> None:
    picture = av.VideoFrame.from_ndarray(first_picture(TALK), "rgb24")
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = TALK.width, TALK.height, "rgb24"
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))

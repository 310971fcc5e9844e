"""What the checks are shown: a spec, limits, and a file that is exactly as asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import MediaFacts
from clipmill.verify.measured import Measured


@pytest.fixture
def spec() -> MediaSpec:
    """Three seconds at 30 frames a second, with sound and movement in its first second."""
    return MediaSpec(
        seconds=3.0, frames=90, fps=30, width=1280, height=720, has_audio=True, moving=((0.5, 1.1), (2.0, 2.3))
    )


@pytest.fixture
def limits() -> VerifyLimits:
    """The defaults of a template."""
    return VerifyLimits()


@pytest.fixture
def measured() -> Callable[..., Measured]:
    """A file as asked, but for the given facts (by their names) and whatever else was measured."""
    facts = MediaFacts(
        seconds=3.0, frames=90, fps=30.0, width=1280, height=720, pixel_format="yuv420p", audio_seconds=3.0,
        video_codec="h264", audio_codec="aac", size_bytes=500_000,
    )  # fmt: skip

    def build(**but: object) -> Measured:
        own = {name: but.pop(name) for name in list(but) if name in MediaFacts.__dataclass_fields__}
        return Measured(facts=replace(facts, **own), **{"audible": True, **but})

    return build

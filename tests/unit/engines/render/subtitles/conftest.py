"""Subtitles and the fonts they are drawn with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clipmill.domain.timeline.elements.subtitle import Subtitle
from tests.rendering import use_fonts


@pytest.fixture(autouse=True)
def packaged_fonts() -> None:
    """The same letters on every machine."""
    use_fonts()


@pytest.fixture
def subtitle() -> Callable[..., Subtitle]:
    """A text → a subtitle that says it from 0 to 4 seconds."""

    def made(text: str = "one two three four", **fields: Any) -> Subtitle:
        captions = fields.pop("captions", [{"start": 0, "end": 4, "text": text}])
        return Subtitle.model_validate({"captions": captions, **fields})

    return made

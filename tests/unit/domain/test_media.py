"""Specs as they are stored."""

from __future__ import annotations

import json

from clipmill import stored
from clipmill.domain.media import MediaKind, MediaSpec

SPEC = MediaSpec(seconds=1.5, frames=45, fps=30.0, width=320, height=180, kind=MediaKind.ARCHIVE, suffix=".zip",
                 container="zip", moving=((0.5, 1.0), (1.2, 1.5)))  # fmt: skip


def test_a_spec_survives_its_way_through_json() -> None:
    again = MediaSpec.from_dict(json.loads(json.dumps(SPEC.as_dict())))
    assert again == SPEC
    assert again.kind is MediaKind.ARCHIVE


def test_a_spec_stored_before_there_were_formats_is_that_of_an_mp4() -> None:
    older = {"seconds": 1.0, "frames": 30, "fps": 30.0, "width": 320, "height": 180, "pixel_format": "yuv420p",
              "has_audio": False, "video_codec": "h264", "audio_codec": "", "moving": [[0.0, 1.0]],
              "black_percent": 0.0, "reference": ""}  # fmt: skip
    spec = stored.SPEC.value(json.dumps(older))
    assert (spec.kind, spec.suffix, spec.container, spec.moving) == (MediaKind.VIDEO, ".mp4", "", ((0.0, 1.0),))

"""Whether a file could be decoded to its end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.verify.decoding import check
from clipmill.verify.measured import Measured

Build = Callable[..., Measured]


@pytest.mark.parametrize(
    ("but", "message"),
    [
        ({"error": "it is empty", "frames": 0}, "the file cannot be decoded: it is empty"),
        ({"frames": 60, "missing_frames": 30}, "the file cannot be decoded: only 60 of its 90 frames are there"),
        ({"damaged_frames": 3}, "the file cannot be decoded: 3 of its 90 frames are damaged"),
    ],
)
def test_whatever_cannot_be_decoded_fails(
    measured: Build, spec: MediaSpec, limits: VerifyLimits, but: dict[str, object], message: str
) -> None:
    finding = check(measured(**but), spec, limits)
    assert (finding.ruling, finding.message) == (Ruling.FAIL, message)


def test_a_whole_file_passes(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(), spec, limits).message == "all 90 frames decoded"

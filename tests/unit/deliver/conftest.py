"""Records as the store gives them, and pictures of made files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Finding, MediaFacts, Problem, Ruling, Verdict

EMPTY_TITLE = Problem("text.too_short", "The title is empty.", "Give 1 to 60 characters.", column="title")


def verdict(ruling: Ruling = Ruling.PASS) -> Verdict:
    """Three seconds of 1280×720, with one remark where it did not pass."""
    facts = MediaFacts(seconds=3.0, frames=90, fps=30.0, width=1280, height=720, pixel_format="yuv420p",
                       video_codec="h264", audio_codec="aac", size_bytes=1_234_567)  # fmt: skip
    message = "" if ruling is Ruling.PASS else "first frame drifts 14.2 % from the reference, 12 % allowed"
    return Verdict(
        (Finding("decoding", Ruling.PASS, "all 90 frames decoded"), Finding("drift", ruling, message)), facts
    )


@pytest.fixture
def record() -> Callable[..., RowRecord]:
    """One row in the given state, as it looks there; everything else by name."""

    def build(number: int, state: RowState = RowState.DONE, **but: object) -> RowRecord:
        told: dict[str, object] = {"fields": {"sku": f"SKU-{number}", "title": "Beanie"}}
        if state is RowState.BLOCKED:
            told |= {"problems": (EMPTY_TITLE,)}
        elif state in (RowState.DONE, RowState.REVIEW):
            ruling = Ruling.REVIEW if state is RowState.REVIEW else Ruling.PASS
            told |= {"file_name": f"SKU-{number}.mp4", "media": f"{number:064x}", "attempts": 1, "credits": 3000,
                     "seed": 7, "verdict": verdict(ruling)}  # fmt: skip
        return RowRecord(row_id=number, number=number, line=number + 1, state=state, **{**told, **but})

    return build


@pytest.fixture
def frames(tmp_path: Path) -> Callable[[RowRecord], Mapping[str, Path]]:
    """Where a verifier keeps the three frames of a file: every odd file has some."""

    def find(record: RowRecord) -> Mapping[str, Path]:
        digest = record.media
        if int(digest, 16) % 2 == 0:
            return {}
        folder = tmp_path / "frames" / digest
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("first", "middle", "last"):
            (folder / f"{name}.jpg").write_bytes(f"{name} of {digest}".encode())
        return {path.stem: path for path in folder.iterdir()}

    return find

"""How a report writes things."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.cli.wording import command
from clipmill.deliver import words
from clipmill.domain.batch import Batch, Progress
from clipmill.domain.credits import Balance
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.domain.verdict import MediaFacts


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (675_400, "675 kB"), (1_234_567, "1.2 MB"), (2_100_000_000, "2.1 GB")],
)
def test_sizes_are_short(size_bytes: int, text: str) -> None:
    assert words.size(size_bytes) == text


@pytest.mark.parametrize(
    ("numbers", "count", "text"),
    [
        ([17], 1, "17"),
        ([17, 23, 24, 25], 4, "17, 23–25"),
        (list(range(1, 30, 2)), 15, "1, 3, 5, 7, 9, 11, 13, 15 and 7 more"),
        ([1, 2, 3], 1000, "1–3 and 997 more"),
    ],
)
def test_row_numbers_are_drawn_together(numbers: list[int], count: int, text: str) -> None:
    assert words.ranges(numbers, count) == text


def test_every_state_has_its_place_and_the_places_add_up() -> None:
    batch = Batch(id="b", name="b", template_name="t", template_version="v", engine="render", source="s",
                  out_folder="o", policy=Policy())  # fmt: skip
    counts = {state: number for number, state in enumerate(RowState, 1)}
    progress = Progress(batch, counts, Balance(), rows=sum(counts.values()))
    assert sum(place.count for place in words.places(progress)) == progress.rows


def test_empty_places_are_left_out_but_done_is_always_told() -> None:
    batch = Batch(id="b", name="b", template_name="t", template_version="v", engine="render", source="s",
                  out_folder="o", policy=Policy())  # fmt: skip
    places = words.places(Progress(batch, {RowState.BLOCKED: 2, RowState.READY: 0}, Balance(), rows=2))
    assert [(place.key, place.count) for place in places] == [("done", 0), ("blocked", 2)]


def test_facts_leave_out_what_was_not_measured() -> None:
    facts = MediaFacts(frames=1234, fps=29.97, video_codec="h264", pixel_format="yuv420p")
    assert words.facts_line(facts) == ["1,234 frames at 29.97 fps", "H.264", "yuv420p"]


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (MediaFacts(frames=1, container="webp", pixel_format="rgba"), ["1 picture", "WEBP", "rgba"]),
        (MediaFacts(frames=30, container="zip", pixel_format="rgb24"), ["30 pictures", "ZIP", "rgb24"]),
        (MediaFacts(seconds=2.0, audio_seconds=2.0, container="wav", audio_codec="pcm_s16le"), ["PCM"]),
        (MediaFacts(frames=30, fps=30.0, video_codec="prores", audio_codec="pcm_s16le"),
         ["30 frames at 30 fps", "ProRes + PCM"]),
    ],
)  # fmt: skip
def test_every_kind_of_file_has_its_own_facts(facts: MediaFacts, line: list[str]) -> None:
    assert words.facts_line(facts) == line


def test_a_moment_is_written_out() -> None:
    assert words.moment(1_795_167_900.0) == "20 November 2026, 09:45 UTC"


@pytest.mark.parametrize("state", [RowState.BLOCKED, RowState.FAILED])
def test_what_can_be_corrected_comes_with_the_command_that_takes_it_in(state: RowState, tmp_path: Path) -> None:
    folder = tmp_path / "spring week"
    folder.mkdir()
    (folder / "blocked.csv").touch()
    batch = Batch(id="bat_1", name="b", template_name="t", template_version="v", engine="render", source="s",
                  out_folder=str(folder), policy=Policy())  # fmt: skip
    typed = [command(step.action) for step in words.commands(Progress(batch, {state: 1}, Balance(), rows=1))]
    assert f"clipmill run '{folder}/blocked.csv' --into bat_1" in typed
    done = words.commands(Progress(batch, {RowState.DONE: 1}, Balance(), rows=1))
    assert not any("into" in step.action.options for step in done)

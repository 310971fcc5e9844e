"""How a run ends: one exit code per outcome, and the commands that bring it further."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from clipmill.cli.numbers import credits_line, makeable, summary_line
from clipmill.cli.session import exit_code, next_steps, tell_end
from clipmill.domain.batch import EVERY_PRIORITY, BatchState, PauseReason, Progress
from clipmill.domain.credits import Balance
from clipmill.domain.template import Policy
from tests.world import progress


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (progress(done=3), 0),
        (progress(done=3, blocked=1), 4),
        (progress(done=3, blocked=1, review=1), 8),
        (progress(done=3, blocked=1, review=1, failed=1), 3),
        (progress(done=3, unknown=1), 3),
        (progress(str(PauseReason.BUDGET), done=3, failed=1, ready=4), 5),
        (progress(str(PauseReason.SAMPLE), done=3, ready=4), 8),
        (progress("disk: no space", done=3, ready=4), 3),
        (progress(str(PauseReason.USER), done=3, ready=4), 130),
    ],
)
def test_exit_code_is_the_first_that_applies(ended: Progress, code: int) -> None:
    assert exit_code(ended) == code


def test_next_steps_name_the_batch_and_the_file(tmp_path: Path) -> None:
    ended = progress(str(PauseReason.BUDGET), failed=1, review=1)
    ended = replace(ended, batch=replace(ended.batch, out_folder=str(tmp_path)))
    for words in ("resume bat_1 --budget", "failures bat_1", "approve bat_1"):
        assert words in "\n".join(next_steps(ended))
    assert "--into" not in "\n".join(next_steps(ended)), "there is no blocked.csv to correct yet"
    (tmp_path / "blocked.csv").touch()
    assert f"run {tmp_path}/blocked.csv --into bat_1" in "\n".join(next_steps(ended))


def cancelled(folder: Path, **counts: int) -> Progress:
    """A batch that was cancelled, with a table to correct."""
    (folder / "blocked.csv").touch()
    ended = progress(**counts)
    return replace(ended, batch=replace(ended.batch, state=BatchState.CANCELLED, out_folder=str(folder)))


def test_what_was_cancelled_is_said_and_is_no_good_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = cancelled(tmp_path, done=3, cancelled=2)
    assert exit_code(ended) == 130
    tell_end(ended)
    assert "cancelled for good: 2 rows not made" in capsys.readouterr().err
    assert exit_code(cancelled(tmp_path, done=3)) == 0, "whoever cancelled it came too late"


def test_next_steps_of_a_closed_batch_name_nothing_that_it_refuses(tmp_path: Path) -> None:
    ended = cancelled(tmp_path, failed=1, review=1, blocked=1)
    assert next_steps(ended) == ["clipmill failures bat_1", "clipmill approve bat_1"]
    reading = replace(ended, batch=replace(ended.batch, state=BatchState.IMPORTING))
    assert "--into" not in "\n".join(next_steps(reading)), "no row is taken before the table is read"


def test_numbers_read_as_in_the_transcript() -> None:
    ended = progress(done=596, review=9, failed=7, rendering=10, ready=363, blocked=15)
    assert summary_line(ended) == "done 596  review 9  failed 7  running 10  queued 363  blocked 15"
    assert summary_line(progress(done=1, waiting=2, ready=3, checking=4)) == (
        "done 1  failed 0  running 4  queued 3  waiting 2"
    )
    assert credits_line(ended) == "credits 5,508 spent + 90 reserved of 10,000"
    finer = replace(ended, balance=Balance(90_500, 5_508_025, -12_500))
    assert credits_line(finer) == "credits 5,508.025 spent + 90.5 reserved of 10,000   (12.5 less than reserved)"


def test_budget_hint_names_a_number_that_suffices() -> None:
    ended = replace(progress(str(PauseReason.BUDGET), done=3, ready=4), credits_left=36_000)
    assert f"resume bat_1 --budget {5508 + 90 + 36}   (enough for the 4 rows left)" in "\n".join(next_steps(ended))
    assert "--budget 5607.6   (" in "\n".join(next_steps(replace(ended, credits_left=9_600)))


def test_batch_nobody_works_on_is_interrupted() -> None:
    left = replace(progress(done=1, ready=4), attended=False)
    assert (left.phase, left.as_dict()["state"]) == ("interrupted", "interrupted")
    assert next_steps(left)[0] == "clipmill resume bat_1"
    assert replace(left, attended=True).phase == "running"
    assert replace(progress(done=5), attended=False).phase == "finished"
    assert replace(progress(str(PauseReason.USER), ready=5), attended=False).phase == "paused"


@pytest.mark.parametrize(
    ("policy", "limit", "admissible", "made"),
    [
        (Policy(), EVERY_PRIORITY, 90, 94),  # 3 settled, 1 under way, 90 ready: the blocked and cancelled are no work
        (Policy(), 0, 2, 6),  # a sample of six
        (Policy(budget=5_508_000 + 90_000 + 20_000), EVERY_PRIORITY, 90, 14),  # credits for ten of the ninety
        (Policy(budget=0), EVERY_PRIORITY, 90, 4),
    ],
)
def test_only_what_will_be_made_is_counted(policy: Policy, limit: int, admissible: int, made: int) -> None:
    now = progress(done=2, review=1, rendering=1, ready=90, blocked=7, cancelled=2)
    batch = replace(now.batch, policy=policy, priority_limit=limit)
    left = 180_000 if policy.budget is not None else 0
    assert makeable(replace(now, batch=batch, admissible=admissible, credits_left=left)) == made
    assert makeable(replace(now, batch=replace(batch, state=BatchState.PAUSED), admissible=admissible)) == 4

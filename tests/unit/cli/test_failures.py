"""What `failures` offers: commands that can help with the causes at hand, and none that cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from clipmill.cli.failures import steps_of
from clipmill.cli.main import application
from clipmill.domain.batch import Batch, BatchState
from clipmill.domain.failure import Failure, FailureKind, decide
from clipmill.domain.line.cause import Causes
from clipmill.domain.template import Policy
from clipmill.domain.verdict import Problem
from tests.world import World


def steps(folder: Path, *causes: tuple[str, str], state: BatchState = BatchState.RUNNING) -> str:
    batch = Batch(id="bat_1", name="b", template_name="promo", template_version="v", engine="render", source="s",
                  out_folder=str(folder), policy=Policy(), state=state)  # fmt: skip
    found = Causes()
    for number, (where, code) in enumerate(causes, 1):
        found.add(where, number, Problem(code, "it broke", "Mend it."))
    return "\n".join(steps_of(batch, found))


@pytest.mark.parametrize(
    ("cause", "offered"),
    [
        (("failed", "failed.media"), "--into bat_1"), (("failed", "rejected"), "--into bat_1"),
        (("blocked", "media.missing"), "--into bat_1"), (("failed", "failed.worker"), "retry bat_1 --failed"),
        (("failed", "failed.template"), "correct the template promo"), (("review", "verify.black"), "approve bat_1"),
    ],
)  # fmt: skip
def test_each_cause_has_the_command_that_helps_and_no_other(
    tmp_path: Path, cause: tuple[str, str], offered: str
) -> None:
    (tmp_path / "blocked.csv").touch()
    told = steps(tmp_path, cause)
    assert offered in told
    assert "\n" not in told


def test_a_bug_offers_its_events_and_no_table_is_named_that_is_not_there(tmp_path: Path) -> None:
    told = steps(tmp_path, ("failed", "failed.media"), ("failed", "failed.internal"))
    assert told == "clipmill events bat_1 --row 2   (to report the bug)"


def test_a_closed_batch_is_offered_nothing_that_it_refuses(tmp_path: Path) -> None:
    (tmp_path / "blocked.csv").touch()
    causes = [("failed", "failed.worker"), ("failed", "failed.media"), ("blocked", "x"), ("review", "verify.black")]
    assert steps(tmp_path, *causes, state=BatchState.CANCELLED) == "clipmill approve bat_1"


def test_causes_are_named_as_retry_takes_them(tmp_path: Path) -> None:
    world = World(tmp_path, remote=False)
    world.batch(1)
    (claim,) = world.queue.admit("wrk", ["fake"], 1)
    world.queue.apply([decide(claim, Failure(FailureKind.DATA, "no such mug"))])
    told = CliRunner().invoke(application, ["--home", str(world.folder), "failures"]).output
    assert "failed.data" in told
    asked = ["retry", "--cause", "failed.data", "--dry-run"]
    again = CliRunner().invoke(application, ["--home", str(world.folder), *asked])
    assert again.output.startswith("1 row would be made again")

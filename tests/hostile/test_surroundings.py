"""Hostile surroundings: each ends in a result or one sentence, soon and small."""

from __future__ import annotations

import pytest

from tests.hostile.case import Case, chosen
from tests.hostile.meeting import Commands
from tests.hostile.surroundings import CASES


@pytest.mark.parametrize("case", chosen(CASES))
def test_it_ends_in_a_result_or_a_sentence(commands: Commands, case: Case) -> None:
    assert not (faults := commands.meet(case).faults(case)), f"{case.name} means: {case.means}; {faults}"

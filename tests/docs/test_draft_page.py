"""What the page of drafts says is so: its template is one, and its tables are the engine's."""

from __future__ import annotations

import json
import re
from pathlib import Path

from clipmill.domain.credits import as_text
from clipmill.engines.draft.offers import stand_ins
from tests.e2e.commands import clipmill

PAGE = (Path(__file__).parents[2] / "docs" / "guides" / "draft.md").read_text()


def test_its_template_takes_a_table(tmp_path: Path) -> None:
    (template,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "template.yaml").write_text(template)
    (tmp_path / "prompts.csv").write_text("prompt,image,seconds,seed\nA mug,,4,1\nA lamp,,,\n")
    told = json.loads(clipmill(tmp_path, "check", "prompts.csv", "-t", "clips", "--json").stdout)
    assert (told["rows"], told["blocked"], told["credits"]) == (2, 0, 9)


def test_its_tables_are_the_models_that_are_stood_in_for() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    for offer in stand_ins():
        size, price = f"{offer.width} × {offer.height}", as_text(offer.price)
        named = [line for line in lines if offer.name in line and size in line and f"| {price} |" in line]
        assert len(named) == 1, offer
        if offer.is_still:
            assert f"| {offer.max_batch} |" in named[0]
            assert ("2 MB" in named[0]) == bool(offer.reference_bytes)
        else:
            assert f"| {offer.seconds:g}, {offer.fps} |" in named[0]

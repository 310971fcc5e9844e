"""The page for users of sync.so: its script is run as it stands, over its own batch."""

from __future__ import annotations

import re
from pathlib import Path

from tests.compat.harness import Outside, Running, decoded, output
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "guides" / "sync.md").read_text()


def block(language: str) -> str:
    """The only block of a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return str(found)


def test_the_script_makes_the_batch(server: Running, elsewhere: Outside, tmp_path: Path) -> None:
    (tmp_path / "batch.jsonl").write_text(block("json").replace("https://media.example", elsewhere.url))
    script = tmp_path / "script.py"
    script.write_text(block("python").replace("POLL_SECONDS = 10", "POLL_SECONDS = 0.3"))
    told = {"SYNC_BASE_URL": f"{server.url}/compat/sync", "SYNC_API_KEY": server.key}
    said = output(script, folder=tmp_path, **told).splitlines()
    assert said == ["COMPLETED 2 of 2", "en-001 greeting_en.mp4 1.0 s", "de-001 greeting_de.mp4 2.0 s"]
    assert decoded(tmp_path / "greeting_en.mp4").frames == 10
    assert decoded(tmp_path / "greeting_de.mp4").frames == 20

"""The client's guide, block by block, against a real server: a table, checked files, names from the spreadsheet."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import av
import pytest

from tests.e2e.commands import environment
from tests.e2e.test_serve import serving  # noqa: F401 - a fixture

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "client.md"
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
TEMPLATE = """
name: launch
contract:
  prompt: {kind: text, required: true}
  seconds: {kind: number, minimum: 1, maximum: 8}
payload:
  resolution: custom
  width: 320
  height: 180
  frameRate: 10
  duration: "{{seconds}}"
  visuals:
    - {type: TEXT, text: "{{prompt}}", width: 300, position: center-center, style: {fontSize: 24px, color: "#000000"}}
output:
  name: "{{row.number}}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the user works: a template, a table."""
    (tmp_path / "launch").mkdir()
    (tmp_path / "launch" / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "batch_inputs.csv").write_text("prompt,seconds\nA red scarf!,1\nMug on oak,2\n,1\n")
    return tmp_path


def test_every_block_of_the_guide_does_what_it_says(serving: tuple[subprocess.Popen[str], str], folder: Path) -> None:  # noqa: F811
    process, url = serving
    assert process.stdout is not None
    own = {**environment(), **os.environ, "CLIPMILL_API_KEY": process.stdout.readline().strip()}
    told = []
    for block in BLOCKS:
        program = block.replace("http://127.0.0.1:8600", url)
        done = subprocess.run([sys.executable, "-c", program], cwd=folder, env=own, capture_output=True, text=True,
                              check=False, timeout=240)  # fmt: skip
        assert done.returncode == 0, f"{program}\n{done.stderr}"
        told.append(done.stdout)
    assert "finished" in told[0]
    assert "2 files are what was asked for" in told[1]
    assert "1 prompt is empty" in told[1]
    assert (folder / "renamed" / "1-a-red-scarf.mp4").read_bytes() == (folder / "videos" / "1.mp4").read_bytes()
    with av.open(str(folder / "renamed" / "2-mug-on-oak.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 20
    assert "404 not_found" in told[3]

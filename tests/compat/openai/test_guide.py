"""The guide for users of OpenAI works as it is written."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.compat.harness import CLIENTS, Running, decoded
from tests.conftest import ROOT
from tests.e2e.commands import environment

_GUIDE = ROOT / "docs" / "guides" / "openai.md"


def test_the_scripts_of_the_guide_make_what_they_say(server: Running, tmp_path: Path) -> None:
    scripts = re.findall(r"```python\n(.*?)```", _GUIDE.read_text(), re.DOTALL)
    making = [script for script in scripts if "webhooks.create" not in script]
    (tmp_path / "guide.py").write_text("\n".join(making).replace("1280x720", "320x256").replace('"4"', '"1"'))
    told = {"OPENAI_BASE_URL": f"{server.url}/compat/openai/v1", "OPENAI_API_KEY": server.key}
    own = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
    done = subprocess.run([CLIENTS / "bin" / "python", "guide.py"], cwd=tmp_path, env=own | told, text=True,
                          capture_output=True, timeout=240, check=False)  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "completed 3\n"), done.stderr
    assert {decoded(tmp_path / f"{name} mug.png").width for name in ("red", "blue", "green")} == {512}
    clip = decoded(tmp_path / "lighthouse.mp4")
    assert (clip.seconds, clip.width, clip.height) == (1.0, 320, 256)
    assert decoded(tmp_path / "lighthouse.png").frames == 1

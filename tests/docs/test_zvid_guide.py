"""The guide for Zvid's users works as it stands: its request, its commands and its program, against a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.compat.harness import Running, decoded, serving
from tests.e2e.commands import environment

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "zvid.md").read_text()


def blocks(kind: str) -> list[str]:
    """The blocks of a kind."""
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)


def run(folder: Path, server: Running, command: list[str] | str) -> str:
    """Run a command as the guide's reader does; what it prints."""
    own = environment() | {"ZVID_API_URL": server.url, "ZVID_API_KEY": server.key,
                           "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}  # fmt: skip
    done = subprocess.run(command, shell=isinstance(command, str), cwd=folder, env=own, capture_output=True, text=True,
                          timeout=180, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_guide_for_zvids_users_works(tmp_path: Path) -> None:
    commands = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]
    assert commands[1] == "clipmill serve"
    with serving(tmp_path) as server:
        server.key = run(tmp_path, server, commands[0]).strip()
        assert server.key.startswith("zvid_")
        (tmp_path / "render-job.json").write_text(blocks("json")[0])
        told = [run(tmp_path, server, command) for command in commands[2:]]
        assert '"creditsRequired":1' in told[0]
        assert '"status":"queued"' in told[1]
        assert '"job_type":"video"' in told[2]
        (tmp_path / "table.py").write_text(blocks("python")[0])
        said = run(tmp_path, server, [sys.executable, "table.py"])
    assert said.startswith("Lamp [{'field': 'backgroundColor'")
    assert sorted(path.name for path in tmp_path.glob("*.mp4")) == ["Mug.mp4", "Plant.mp4"]
    assert decoded(tmp_path / "Mug.mp4").frames == 30

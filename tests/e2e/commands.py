"""The real command as a real process, over a small template of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

#: A card of text and a shape: renders in a blink, decodes like any other video.
TEMPLATE = """\
name: small
contract:
  sku: {kind: text, required: true, unique: true}
  title: {kind: text, required: true, max_length: 40}
payload:
  width: 160
  height: 90
  frameRate: 25
  duration: 2
  backgroundColor: "#101820"
  visuals:
    - type: TEXT
      text: "{{title}}"
      x: 10
      y: 20
      width: 140
      height: 50
      style: {fontFamily: Manrope, fontSize: 18, color: "#ffffff"}
      enterBegin: 0
      enterEnd: 0.4
      enterAnimation: fade
output: {name: "{{sku}}.mp4"}
"""


def make_template(folder: Path) -> Path:
    """The template's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "template.yaml").write_text(TEMPLATE)
    return folder


def make_table(path: Path, rows: int) -> Path:
    """A table of good rows."""
    lines = [f"sku-{number:03},Row {number}" for number in range(1, rows + 1)]
    path.write_text("\n".join(["sku,title", *lines]) + "\n")
    return path


def start(folder: Path, *arguments: str, path: Path | None = None, **told: str) -> subprocess.Popen[str]:
    """`clipmill …` in a folder, with its state folder there; modules are looked for in `path` first.

    `told`: more of its environment, such as CLIPMILL_WORKERS.
    """
    own = environment() | ({"PYTHONPATH": str(path)} if path else {}) | told
    return subprocess.Popen(
        [sys.executable, "-m", "clipmill.cli.main", *arguments], cwd=folder, text=True, env=own,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def clipmill(
    folder: Path, *arguments: str, expect: int = 0, path: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """`clipmill …` to its end, which must be the expected exit code."""
    process = start(folder, *arguments, path=path)
    out, err = process.communicate(timeout=300)
    assert process.returncode == expect, f"exit {process.returncode}\n{out}\n{err}"
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def environment() -> dict[str, str]:
    """The environment of the tests without anybody's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CLIPMILL_")}


def json_lines(path: Path) -> list[dict[str, Any]]:
    """A JSONL file, parsed."""
    return [json.loads(line) for line in path.read_text().splitlines()]

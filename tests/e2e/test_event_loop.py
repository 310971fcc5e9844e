"""While rows are made, the event loop only waits: no file is read on it, and each row's project is parsed once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.e2e.commands import environment, make_table
from tests.rendering import photo, write_picture

ROWS = 3
#: A card with a photograph, captions out of a file, and a file of them beside it.
TEMPLATE = """\
name: small
contract:
  sku: {kind: text, required: true, unique: true}
  title: {kind: text, required: true, max_length: 40}
payload:
  width: 96
  height: 64
  frameRate: 10
  duration: 1
  visuals:
    - {type: IMAGE, src: photo.png, width: 96, height: 64}
    - {type: TEXT, text: "{{title}}", x: 5, y: 5, width: 60}
  subtitle: {src: words.srt, sidecars: [srt]}
output: {name: "{{sku}}.mp4"}
"""
#: The command, which tells as JSON how many projects were parsed, and what was opened or listed on the event loop by
#: others than its own task, which does so before and after the rows.
WATCHED = """
import asyncio, atexit, json, os, sys
home, found = os.path.realpath("."), {"loads": 0, "opened": []}

def hear(event, arguments):
    if event in ("open", "os.listdir", "os.scandir", "sqlite3.connect") and asyncio._get_running_loop():
        task = asyncio.current_task()
        if task and task.get_name() == "Task-1":
            return
        path = "" if isinstance(arguments[0], int) else os.path.realpath(os.fsdecode(arguments[0]))
        if path.startswith((home, "/proc/")):
            found["opened"].append(f"{event} {path}")

sys.addaudithook(hear)
from clipmill.engines.render import engine
load = engine.load_project

def counted(*arguments):
    found["loads"] += 1
    return load(*arguments)

engine.load_project = counted
atexit.register(lambda: open("found.json", "w").write(json.dumps(found)))
from clipmill.cli.main import main
main()
"""


def test_nothing_is_read_on_the_loop_and_each_row_is_parsed_once(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "t" / "words.srt").write_text("1\n00:00:00,100 --> 00:00:00,900\nHello\n")
    write_picture(tmp_path / "t" / "photo.png", photo(96, 64))
    make_table(tmp_path / "rows.csv", ROWS)
    command = [sys.executable, "-c", WATCHED, "--home", "home", "run", "rows.csv", "-t", "t"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment(), check=False)
    assert ended.returncode == 0, ended.stderr
    assert len(list((tmp_path / "out").glob("*.srt"))) == ROWS
    assert json.loads((tmp_path / "found.json").read_text()) == {"loads": ROWS, "opened": []}

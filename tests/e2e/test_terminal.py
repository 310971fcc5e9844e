"""What strangers wrote, looked at in a real terminal: nothing of it steers the screen, whatever the command."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from clipmill.cli.main import main
from clipmill.cli.terminal import watch_errors
from tests.e2e.commands import TEMPLATE, environment

#: What would move the cursor, change the title, turn the text around, or hide it.
HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\x9d0;t\x9c\u202eexe\u2066x\u2028y\u200f\u061c\ufeff\U000e0041\u200b\x7f\b\v\r"
#: Of these a name of a file may have all, but it is no text of its own in C.
NAMED = "a\x1b]0;owned\x07\x9b31m\u202egpj.[red]:smile:[link=http:x]\u2028"
#: Colours and the movements of the cursor that progress needs, as rich writes them.
OURS = re.compile(r"\x1b\[(\d+(;\d+)*)?m|\x1b\[\?25[lh]|\x1b\[\d*[AGK]|\x1b\[[012]?K")
FORBIDDEN = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
    "|[\U000e0000-\U000e007f]"
)


def in_terminal(folder: Path, *arguments: str) -> tuple[str, int]:
    """What `clipmill …` writes into a terminal of its own, and its exit code."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "clipmill.cli.main", *arguments]
    own = environment() | {"TERM": "xterm-256color", "COLUMNS": "200"}
    with subprocess.Popen(command, cwd=folder, env=own, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        written = bytearray()
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            written += piece
        os.close(ours)
    return written.decode("utf-8", "surrogateescape"), process.returncode


def assert_harmless(text: str) -> None:
    plain = OURS.sub("", text)
    found = FORBIDDEN.search(plain)
    assert found is None, plain[max(0, found.start() - 60) : found.end() + 60].encode("unicode_escape")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a table whose cells, name, columns, template and batch are hostile: done, blocked and warned rows."""
    folder = tmp_path_factory.mktemp("hostile")
    template = folder / NAMED
    template.mkdir()
    described = TEMPLATE.replace("name: small", f"name: {json.dumps(NAMED)}")
    (template / "template.yaml").write_text(described.replace("max_length: 40", "max_length: 30"))
    rows = [
        {"sku": "fine", "title": "Fine", f"more {NAMED[-3:]}": HOSTILE},
        {"sku": f"\u202egpj.{HOSTILE[-6]}", "title": "Turned \u202earound\u202c"},
        {"sku": "long", "title": f"[red]{HOSTILE}[/] :smile: " + "x" * 60},
        {"sku": "[link=http://x]", "title": ""},
    ]
    (folder / f"{NAMED}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    project = {"width": 64, "height": 64, "duration": 1, "visuals": [{"type": NAMED, "src": NAMED}], NAMED: HOSTILE}
    (folder / f"{NAMED}.json").write_text(json.dumps(project))
    return folder


def table(folder: Path) -> str:
    return next(path.name for path in folder.iterdir() if path.suffix == ".jsonl")


def here(folder: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> int:
    """The same command in this process, for what does not need a terminal of its own."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["clipmill", *arguments])
    monkeypatch.setattr(sys, "stderr", sys.stderr)  # and put back what is put before it
    with pytest.raises(SystemExit) as ended:
        main()
    return int(str(ended.value.code or 0))


def commands(folder: Path) -> list[tuple[str, ...]]:
    """The commands that are looked at, those that run first."""
    rows = table(folder)
    return [("run", rows, "-t", NAMED), ("status",), ("failures",), ("results", "--format", "csv"), ("status", NAMED)]


def others(folder: Path) -> list[tuple[str, ...]]:
    """Every other command that says anything of a batch."""
    rows = table(folder)
    return [
        ("check", rows, "-t", NAMED), ("check", rows, "-t", NAMED, "--json"), ("batches",), ("batches", "--json"),
        ("status", "--json"), ("failures", "--json"), ("results",), ("doctor",), ("doctor", "--json"), ("watch",),
        ("resume",), ("approve", "--rows", "1"), ("preview", rows, "-t", NAMED, "--row", "3"),
        ("reject", "--rows", "2"), ("run", "out/blocked.csv", "--into", "bat"), ("deliver", "--to", f"{NAMED}out"),
        ("cancel",), ("fonts", "list", "--missing", HOSTILE), ("render", f"{NAMED}.json"),
        ("render", f"{NAMED}.json", "--json"),
    ]  # fmt: skip


#: Every way to be told that a word of a command is wrong.
ERRORS: list[tuple[str, ...]] = [
    (NAMED,), ("status", f"--{NAMED}"), ("run", NAMED), ("run", NAMED, "-t", NAMED), ("check", "x.csv", "-t", NAMED),
    ("run", NAMED, "--budget", NAMED), ("results", "--format", NAMED), ("render", NAMED), ("new", "x", "--from", NAMED),
    ("preview", "-t", NAMED, "--at", NAMED), ("retry", "--rows", NAMED), ("approve", "--rows", NAMED),
    ("--home", NAMED, "status"), ("new", NAMED), ("fonts", "add", NAMED), ("deliver", NAMED, "--to", "x"),
    ("run", "x.csv", "--into", NAMED), ("status", NAMED, "--json"), ("status", "--json", f"--{NAMED}"),
    ("check", NAMED, "-t", NAMED, "--where", NAMED), ("check", NAMED, "-t", NAMED, "--map", NAMED),
]  # fmt: skip


def test_no_cell_steers_a_terminal(folder: Path) -> None:
    said = []
    for arguments in commands(folder):
        text, code = in_terminal(folder, *arguments)
        assert code in {0, 2, 3, 4, 8}, (arguments, code, text)
        assert "Traceback" not in text
        assert_harmless(text.removeprefix("\ufeff"))
        said.append(text)
    whole = "".join(said)
    for written_out in (r"\x1b]0;owned\x07", r"\u202e", "[red]", ":smile:"):
        assert written_out in whole
    for path in (folder / "out").iterdir():
        assert not FORBIDDEN.search(path.name), path.name
        if path.suffix in {".csv", ".jsonl", ".html"}:
            assert_harmless(path.read_text(encoding="utf-8-sig"))
    line = json.loads((folder / "out" / "results.jsonl").read_text().splitlines()[1])
    assert line["fields"]["title"] == "Turned \u202earound\u202c"  # the value is as it was


def test_no_cell_steers_a_log(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (*others(folder), *ERRORS):
        code = here(folder, arguments, monkeypatch)
        said = capsys.readouterr()
        assert code in {0, 1, 2, 3, 4, 8}, (arguments, code, said)
        assert "Traceback" not in said.err, said.err
        assert said.out + said.err
        assert_harmless(said.out + said.err)


def test_what_others_print_is_as_harmless(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    watch_errors()
    try:
        raise ValueError(f"https://h/x?sig=secret {HOSTILE}")
    except ValueError:
        traceback.print_exc()
    said = capsys.readouterr().err
    assert_harmless(said)
    assert "ValueError: https://h/x?…" in said
    assert "secret" not in said

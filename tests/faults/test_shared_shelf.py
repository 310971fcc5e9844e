"""What worker processes share, with real processes: made once, whole or not at all, whoever is killed over it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from clipmill.domain.payload import Payload, asset_reference
from clipmill.engines.render.engine import RenderEngine
from clipmill.media.workers.crew import ProcessCrew
from clipmill.media.workers.sandbox import Sandbox
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from tests.faults import hammering
from tests.rendering import photo, project, write_picture, write_tone

ROOM = 64 * 1024**2
#: Room for about half of the things that are asked for, each small enough for it.
NARROW = 9 * hammering.SIZE
HAMMER = "tests.faults.hammering:hammer"


def _process(function: str, **arguments: Any) -> subprocess.Popen[str]:
    told = json.dumps({"function": function, **arguments})
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-m", "tests.faults.hammering", told], stdin=pipe, stdout=pipe, text=True)


def _killed_while_making(process: subprocess.Popen[str], times: int) -> None:
    """Kill -9 when it has told that it makes something so many times."""
    assert process.stdout is not None
    for _ in range(times):
        assert process.stdout.readline() == "making\n"
    process.kill()
    process.communicate()


def _finished(process: subprocess.Popen[str]) -> None:
    process.communicate()
    assert process.returncode == 0


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def test_whoever_is_killed_nobody_gets_a_wrong_thing_and_nobody_waits_for_the_dead(tmp_path: Path) -> None:
    told: dict[str, Any] = {"folder": str(tmp_path), "budget": NARROW, "loud": True}
    steady = _process("hammer", **{**told, "loud": False}, seed=0, times=300)
    for seed in range(1, 5):
        _killed_while_making(_process("hammer", **told, seed=seed, times=100_000), times=3 * seed)
    _finished(steady)
    for seed in range(5, 7):
        _finished(_process("hammer", **told, seed=seed, times=60))
    assert 0 < _bytes(tmp_path) <= NARROW + 3 * hammering.SIZE


def test_what_a_killed_process_was_making_is_made_by_the_next_at_once(tmp_path: Path) -> None:
    dead = _process("hang", folder=str(tmp_path), budget=ROOM, number=4)
    _killed_while_making(dead, times=1)
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]
    _finished(_process("hammer", folder=str(tmp_path), budget=ROOM, seed=1, times=100))


async def test_locked_in_processes_make_each_thing_once_among_them(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    crew, folder = ProcessCrew(3, sandbox=Sandbox.making(settings)), tmp_path / "cache" / "shelf"
    folder.mkdir(parents=True)
    told = {"folder": str(folder), "budget": ROOM, "times": 200}
    try:
        made = await asyncio.gather(*(crew.run(HAMMER, {**told, "seed": seed}) for seed in (1, 1, 2)))
        assert sorted(chain.from_iterable(made)) == list(range(hammering.KEYS))
        before = _used(folder)
        assert await crew.run(HAMMER, {**told, "seed": 3}) == []
        assert all(_used(folder)[name] > used for name, used in before.items())
    finally:
        await crew.close()


def _used(folder: Path) -> dict[str, int]:
    """When each entry was used last."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.lock")}


def _rows(files: DiskFiles, source: Path) -> list[Payload]:
    """Four rows with a photograph and music in common."""
    picture, tone = (
        asset_reference(files.put(path, keep=True), path.suffix)
        for path in (write_picture(source / "photo.jpg", photo()), write_tone(source / "tone.wav"))
    )
    shown: Mapping[str, Any] = {"type": "IMAGE", "src": picture, "width": 160, "height": 90, "fit": "cover"}
    return [
        Payload("v1", project(shown, {"type": "TEXT", "text": f"Row {number}"}, audios=[{"src": tone}]))
        for number in range(4)
    ]


def _entries(home: Path) -> dict[str, tuple[int, int]]:
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in home.glob("cache/shelf/*/*.entry")}


async def test_two_processes_of_a_batch_encode_its_music_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", workers=2)
    files = DiskFiles(settings.home / "files", settings.home / "scratch")
    # Every process renders one row: none can have anything from the row before but what is shared.
    crew = ProcessCrew(2, jobs_each=1, sandbox=Sandbox.making(settings))
    engine = RenderEngine(settings, crew, files)
    first, *others = _rows(files, tmp_path)
    try:
        await engine.make(first, seed=1, into=files.scratch("0"))
        made = _entries(settings.home)
        assert len(made) == 3  # a picture, decoded sound, encoded sound
        await asyncio.gather(*(engine.make(row, seed=1, into=files.scratch(str(n))) for n, row in enumerate(others, 1)))
        assert _entries(settings.home) == made
    finally:
        await crew.close()
        engine.close()
    assert list((settings.home / "cache" / "shelf").iterdir()) == []

"""Finished files kept for the same project once more: equal payloads give equal bytes, so nothing is rendered twice.

Files share their disk space with the store (hard links); the oldest go first. A kept file that is no longer what it was
is not used again, and no worker process may write here.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import clipmill
from clipmill.domain.payload import canonical_json
from clipmill.making import becoming

#: What the bytes of a finished file depend on besides the project.
_LIBRARIES = ("av", "numpy", "opencv-python-headless", "pyvips-binary")
#: Arguments of a render that say where and not what.
_PLACES = frozenset({"into", "assets", "seed"})
#: Files kept between two looks at how much there is.
_LOOK_EVERY = 20


class FinishedFiles:
    """The files made last, by what they were made of; safe for several processes at once."""

    def __init__(self, folder: Path, budget: int) -> None:
        self._folder = folder
        #: Bytes.
        self._budget = budget
        self._kept = 0

    def key(self, arguments: Mapping[str, Any], fonts: str) -> str:
        """What a render's result is called: a digest of everything it depends on; `fonts` names those there are."""
        asked = {name: value for name, value in arguments.items() if name not in _PLACES}
        described = [asked, sorted(arguments["assets"]), made_by(fonts)]
        return hashlib.sha256(canonical_json(described).encode()).hexdigest()

    def take(self, key: str, into: Path) -> dict[str, Any] | None:
        """Put the file made before into its place; what was told of it then.

        None where there is none; then nothing lies in its place, for what did may be kept under another name too.
        """
        told, file = self._places(key)
        try:
            into.unlink(missing_ok=True)
            kept: dict[str, Any] = json.loads(told.read_bytes())
            _share(file, into)
            if _digest(into) != kept["digest"]:
                raise ValueError("the kept file has changed")
            os.utime(told)
        except (OSError, ValueError, LookupError, TypeError):
            into.unlink(missing_ok=True)
            return None
        answer: dict[str, Any] = kept["answer"]
        return answer

    def keep(self, key: str, made: Path, answer: Mapping[str, Any]) -> None:
        """Keep a finished file and what was told of it. A full disk keeps nothing."""
        told, file = self._places(key)
        try:
            if made.stat().st_size > self._budget // 10:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            with becoming(file) as part:
                _share(made, part)
                kept = {"answer": dict(answer), "digest": _digest(part)}
            with becoming(told) as part:
                part.write_text(json.dumps(kept), encoding="utf-8")
            self._kept += 1
            if self._kept % _LOOK_EVERY == 1:
                self._drop_oldest()
        except OSError:
            for left in (told, file):
                left.unlink(missing_ok=True)

    def _places(self, key: str) -> tuple[Path, Path]:
        return self._folder / f"{key}.json", self._folder / f"{key}.file"

    def _drop_oldest(self) -> None:
        """Down to nine tenths of the budget, where it is passed."""
        there = sorted(filter(None, map(_aged, self._folder.glob("*.json"))))
        left = sum(size for _, size, _ in there)
        if left <= self._budget:
            return
        for _, size, told in there:
            if left <= self._budget * 9 // 10:
                return
            told.unlink(missing_ok=True)
            told.with_suffix(".file").unlink(missing_ok=True)
            left -= size


def _aged(told: Path) -> tuple[float, int, Path] | None:
    """When a file was used last, its bytes and its name; None for one that is gone meanwhile."""
    try:
        return told.stat().st_mtime, told.with_suffix(".file").stat().st_size, told
    except OSError:
        return None


def _digest(path: Path) -> str:
    """sha256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _share(source: Path, target: Path) -> None:
    """The same file under a second name; a copy where the disk has no hard links."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


@lru_cache(maxsize=4)
def made_by(fonts: str) -> str:
    """A digest of what makes pictures: our code, the libraries, and the fonts (`fonts` names those there are)."""
    return hashlib.sha256(canonical_json([_versions(), fonts]).encode()).hexdigest()


@lru_cache(maxsize=1)
def _versions() -> list[Any]:
    """Ours and the libraries': of our own code every file with its size and its time."""
    root = os.path.dirname(clipmill.__file__)  # noqa: PTH120 - hundreds of Paths cost twice as much as the question
    own = [(path.removeprefix(root), (found := os.stat(path)).st_size, found.st_mtime_ns)  # noqa: PTH116
           for folder, _, names in os.walk(root) for name in names
           if (path := f"{folder}/{name}").endswith(".py")]  # fmt: skip
    return [clipmill.__version__, sorted(own), [(name, version(name)) for name in _LIBRARIES]]

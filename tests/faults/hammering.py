"""What a process does to a shared folder in tests: it takes the same few things again and again, and looks at each."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clipmill.engines.render.shared.folder import SharedFolder
from clipmill.engines.render.shared.forms import LEVEL
from clipmill.media.draw.level import Level

#: Bytes of each thing.
SIZE = 150_000
KEYS = 12


def level(number: int) -> Level:
    """The thing under a number: a pattern that no other has."""
    plane = (np.arange(SIZE // 3, dtype=np.int64) * (number + 3) % 251).astype(np.uint8).reshape(50, -1)
    return Level((plane, plane + 1, plane + 2), None)


def hammer(arguments: Mapping[str, Any]) -> list[int]:
    """Take things in an order of chance (`seed`); those that had to be made. Raises AssertionError for a wrong one."""
    shared = SharedFolder(Path(arguments["folder"]), arguments["budget"], processes=3, patience=600)
    made: list[int] = []

    def make(number: int) -> Level:
        made.append(number)
        if arguments.get("loud"):
            print("making", flush=True)
        return level(number)

    order = random.Random(arguments["seed"])
    for _ in range(arguments["times"]):
        number = order.randrange(KEYS)
        found = shared.get(number, lambda number=number: make(number), LEVEL)  # type: ignore[misc]
        for one, other in zip(found.planes, level(number).planes, strict=True):
            assert np.array_equal(one, other), number
    return made


def hang(arguments: Mapping[str, Any]) -> None:
    """Begin to make a thing, say so, and never finish."""

    def make() -> Level:
        print("making", flush=True)
        sys.stdin.read()
        raise AssertionError("nobody ends this pipe")

    SharedFolder(Path(arguments["folder"]), arguments["budget"]).get(arguments["number"], make, LEVEL)


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    globals()[told["function"]](told)

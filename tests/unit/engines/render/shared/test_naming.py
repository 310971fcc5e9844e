import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from clipmill.domain.timeline.layout import Box, Size
from clipmill.domain.timeline.sounds import Sound
from clipmill.engines.render.shared.naming import name_of

SOUND = Sound(src="asset:a", where="audios[0].src", begin=Fraction(0), end=Fraction(3, 7))
KEYS: list[Any] = [
    (), ((),), ("a", "b"), ("ab",), ("a,b",), (("a",), "b"), (1,), (1.0,), (True,), ("1",), (b"1",), (None,), ("None",),
    (0.1,), (0.1 + 2**-55,), (Fraction(1, 2),), (Box(0, 0, 3, 4),), ((0, 0, 3, 4),), (Box(0, 0, 4, 3),), (Size(3, 4),),
    (SOUND,), ((SOUND,),), ("it's",), ("it", "s"),
]  # fmt: skip


def test_every_key_has_a_name_of_its_own() -> None:
    names = {name_of(*key) for key in KEYS}
    assert len(names) == len(KEYS)
    assert all(len(name) == 64 for name in names)


def test_a_name_is_the_same_in_every_process() -> None:
    program = "from clipmill.engines.render.shared.naming import name_of; print(name_of('a', (1, 0.5), b'x', None))"
    told = {subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True,
                           env={"PYTHONHASHSEED": seed}).stdout.strip() for seed in "12"}  # fmt: skip
    assert told == {name_of("a", (1, 0.5), b"x", None)}


@dataclass(frozen=True)
class _Odd:
    inside: object


@pytest.mark.parametrize("value", [object(), [1], {1}, frozenset({1}), _Odd(object()), Box, len])
def test_what_cannot_be_written_in_one_way_is_no_part_of_a_name(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be part"):
        name_of("a", (value,))

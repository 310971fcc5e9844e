"""Landlock; what it holds is tested through `test_sandbox`."""

from __future__ import annotations

import ctypes

import pytest

from clipmill.media.workers import landlock


class Kernel:
    """A kernel that answers Landlock's calls as told."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.asked: list[tuple[object, ...]] = []

    def syscall(self, number: int, *arguments: object) -> int:
        self.asked.append((number, *arguments))
        return self.version if arguments[-1] == 1 else -1


def test_kernel_without_landlock_restricts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel(-1)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: kernel)
    assert landlock.restrict(["/"], []) == 0
    assert len(kernel.asked) == 1


@pytest.mark.parametrize(
    ("abi", "size", "files"), [(1, 8, 13), (2, 8, 14), (3, 8, 15), (4, 16, 15), (6, 24, 16), (99, 24, 16)]
)
def test_every_kernel_is_asked_for_what_it_knows(
    monkeypatch: pytest.MonkeyPatch, abi: int, size: int, files: int
) -> None:
    kernel = Kernel(abi)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: kernel)
    monkeypatch.setattr(ctypes, "get_errno", lambda: 22)
    with pytest.raises(OSError, match="Landlock: Invalid argument"):
        landlock.restrict([], [])
    attributes = kernel.asked[1][1]
    assert isinstance(attributes, bytes)
    assert len(attributes) == size
    assert int.from_bytes(attributes[:8], "little") == 2**files - 1

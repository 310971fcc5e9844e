"""The filter over system calls, run here as the kernel would run it; `test_sandbox` tests the real one."""

from __future__ import annotations

import errno
import platform
import struct

import pytest

from clipmill.media.workers import seccomp

ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSE, ABSENT = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
THREAD = 0x00010000


def judged(machine: str, number: int, flags: int = 0, audit: int | None = None) -> int:
    """What the filter says to a call with these flags as its first argument: a machine of five instructions."""
    processor = seccomp._PROCESSORS[machine]
    data = struct.pack("=IIQQ", number, processor.audit if audit is None else audit, 0, flags)
    code, at, loaded = seccomp._filter_code(processor), 0, 0
    while True:
        kind, then, otherwise, value = struct.unpack_from("HBBI", code, at * 8)
        at += 1
        if kind == 0x06:
            return int(value)
        if kind == 0x20:
            (loaded,) = struct.unpack_from("=I", data, value)
        else:
            holds = {0x15: loaded == value, 0x35: loaded >= value, 0x45: bool(loaded & value)}[kind]
            at += then if holds else otherwise


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_listed_call_is_refused_and_others_are_not(machine: str) -> None:
    column = seccomp._PROCESSORS[machine].column
    listed = {numbers[column] for numbers in seccomp._REFUSED.values()} - {None}
    clone = seccomp._PROCESSORS[machine].clone
    for number in range(500):
        if number not in (clone, 435):
            assert judged(machine, number) == (REFUSE if number in listed else ALLOW), number


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_threads_are_made_and_processes_are_not(machine: str) -> None:
    clone = seccomp._PROCESSORS[machine].clone
    assert judged(machine, clone, flags=THREAD | 0x3D0F00) == ALLOW
    assert judged(machine, clone, flags=17) == REFUSE
    assert judged(machine, 435) == ABSENT


@pytest.mark.parametrize(
    ("number", "name"), [(0, "read"), (9, "mmap"), (202, "futex"), (257, "openat"), (14, "sigmask")]
)
def test_calls_of_daily_life_pass(number: int, name: str) -> None:
    assert judged("x86_64", number) == ALLOW, name


def test_call_of_another_processor_kills() -> None:
    assert judged("x86_64", 0, audit=0x40000003) == KILL


def test_second_table_of_calls_is_shut() -> None:
    assert judged("x86_64", 0x40000000 + 41) == REFUSE


def test_processor_nobody_knows_has_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert seccomp.refuse_calls() is False

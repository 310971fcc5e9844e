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
PID = 4321


def judged(machine: str, number: int, *arguments: int, audit: int | None = None) -> int:
    """What the filter of process 4321 says to a call with these arguments: a machine of six instructions."""
    processor = seccomp._PROCESSORS[machine]
    told = [argument & (1 << 64) - 1 for argument in (*arguments, 0, 0, 0)[:3]]
    data = struct.pack("=IIQQQQ", number, processor.audit if audit is None else audit, 0, *told)
    code, at, loaded = seccomp._filter_code(processor, PID), 0, 0
    while True:
        kind, then, otherwise, value = struct.unpack_from("HBBI", code, at * 8)
        at += 1
        if kind == 0x06:
            return int(value)
        if kind == 0x20:
            (loaded,) = struct.unpack_from("=I", data, value)
        elif kind == 0x54:
            loaded &= value
        else:
            holds = {0x15: loaded == value, 0x35: loaded >= value, 0x45: bool(loaded & value)}[kind]
            at += then if holds else otherwise


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_listed_call_is_refused_and_others_are_not(machine: str) -> None:
    column = seccomp._PROCESSORS[machine].column
    listed = {numbers[column] for numbers in seccomp._REFUSED.values()} - {None}
    clone = seccomp._PROCESSORS[machine].clone
    for number in range(500):
        if number not in (clone, 435, 437):
            assert judged(machine, number) == (REFUSE if number in listed else ALLOW), number


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_threads_are_made_and_processes_are_not(machine: str) -> None:
    clone = seccomp._PROCESSORS[machine].clone
    assert judged(machine, clone, THREAD | 0x3D0F00) == ALLOW
    assert judged(machine, clone, 17) == REFUSE
    assert judged(machine, 435) == judged(machine, 437) == ABSENT


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_calls_about_a_process_are_about_this_one_or_refused(machine: str) -> None:
    column = seccomp._PROCESSORS[machine].column
    for name, (*numbers, place) in seccomp._ON_ITSELF.items():
        for pid, said in ((0, ALLOW), (PID, ALLOW), (PID + 1, REFUSE), (1, REFUSE), (-1, REFUSE), (-PID, REFUSE)):
            arguments = (0,) * place + (pid,)
            assert judged(machine, numbers[column], *arguments) == said, (name, pid)
            # The kernel looks at the lower half only, and so does the filter.
            assert judged(machine, numbers[column], *arguments[:-1], pid | 7 << 32) == said, (name, pid)
    setting, asking = ((141, 140), (140, 141))[column]
    for which in (1, 2, 1 << 32 | 1):
        assert judged(machine, setting, which, 0) == judged(machine, asking, which, PID) == REFUSE


@pytest.mark.parametrize(
    ("x86", "arm", "place", "refused", "allowed"),
    [
        (72, 25, 1, (8, 15, 10, 1024, 1031, 8 | 1 << 32), (0, 1, 2, 3, 4, 6, 1030)),
        (16, 29, 1, (0x5412, 0x541C, 0x8901, 0x5412 | 1 << 40), (0x5401, 0x541B, 0x5421)),
        (157, 167, 0, (1, 4, 62, 0x59616D61), (15, 22, 38)),
        (202, 98, 1, (6, 134, 8, 11, 12 | 128 | 256, 13), (0, 1, 128, 129, 9 | 128 | 256)),
        (257, 56, 2, (3, 3 | 0o1000, 0o1000, 0o1000 | 0o100), (0, 0o1001, 0o1002, 0o1101, 0o100, 0o2000000)),
        (2, None, 1, (3, 0o1000, 0o1103), (0, 0o1001, 0o1002)),
    ],
)  # fmt: skip
def test_some_values_of_an_argument_are_refused(
    x86: int, arm: int | None, place: int, refused: tuple[int, ...], allowed: tuple[int, ...]
) -> None:
    for machine, number in (("x86_64", x86), ("aarch64", arm)):
        if number is not None:
            before = (0,) * place
            assert {judged(machine, number, *before, value) for value in refused} == {REFUSE}
            assert {judged(machine, number, *before, value) for value in allowed} == {ALLOW}


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

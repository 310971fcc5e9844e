"""What a worker whose decoder was broken into would try: every way out that is known to us, from a real locked process.

Run as a program: the first argument is JSON (`sandbox`; `abi` of the Landlock it is to believe in, 0 for the kernel's
own; whether root's `powers` are kept, so that only locks refuse; `victim`, `parent`: processes; `stored`, `outside`,
`scratch`: paths). It locks itself in, tries, and prints what each try ended with: `done`, or the name of the error.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import platform
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clipmill.media.workers import landlock, sandbox, seccomp

_LIBC = ctypes.CDLL(None, use_errno=True)
#: Would make a process of their own here.
_NOT_BLINDLY = frozenset({"fork", "vfork"})
#: Only root's powers would bring it.
_BY_POWERS = frozenset({
    "memory without a limit", "files without a limit", "first in line", "first of all", "another user",
})  # fmt: skip


def call(name: str, *arguments: Any) -> int:
    """A system call, with up to six arguments. Raises OSError."""
    column = seccomp._PROCESSORS[platform.machine()].column
    number = {**seccomp._REFUSED, **seccomp._ON_ITSELF, **_OTHERS}[name][column]
    padded = [*arguments, *[0] * (6 - len(arguments))]
    told = [ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in padded]
    ctypes.set_errno(0)
    result: int = _LIBC.syscall(ctypes.c_long(number), *told)
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    return result


_OTHERS = {"prctl": (157, 167), "clone": (56, 220), "clone3": (435, 435), "openat2": (437, 437), "setuid": (105, 146),
           "getpid": (39, 172), "gettid": (186, 178), "futex": (202, 98)}  # fmt: skip


def outcome(attempt: Callable[[], Any]) -> str:
    """`done`, or the name of the error."""
    try:
        attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error.errno))
    except ValueError:  # how Python says it of limits
        return "EPERM"
    return "done"


def blindly() -> dict[str, Callable[[], Any]]:
    """Every call of the list with nothing but zeros."""
    column = seccomp._PROCESSORS[platform.machine()].column
    listed = [name for name, numbers in seccomp._REFUSED.items() if numbers[column] is not None]
    return {f"{name}()": lambda name=name: call(name) for name in listed if name not in _NOT_BLINDLY}  # type: ignore[misc]


def on_others(pid: int) -> dict[str, Callable[[], Any]]:
    """What reaches another process by its number."""
    word = (ctypes.c_long * 16)()
    high = pid | 1 << 32
    return {
        "kill": lambda: os.kill(pid, signal.SIGTERM),
        "kill its group": lambda: os.kill(-pid, 0),
        "kill all": lambda: os.kill(-1, 0),
        "kill own group": lambda: os.kill(0, 0),
        "tkill": lambda: call("tkill", pid, signal.SIGTERM),
        "tgkill": lambda: call("tgkill", pid, pid, signal.SIGTERM),
        "tgkill, upper half": lambda: call("tgkill", high, high, signal.SIGTERM),
        "rt_sigqueueinfo": lambda: call("rt_sigqueueinfo", pid, signal.SIGTERM, word),
        "pidfd_open": lambda: call("pidfd_open", pid, 0),
        "owner of a file": lambda: fcntl.fcntl(0, fcntl.F_SETOWN, pid),
        "owner of a file, by its group": lambda: fcntl.fcntl(0, fcntl.F_SETOWN, -pid),
        "signal of a file": lambda: fcntl.fcntl(0, fcntl.F_SETSIG, signal.SIGTERM),
        "owner by ioctl": lambda: fcntl.ioctl(0, 0x8901, pid.to_bytes(4, sys.byteorder)),
        "ptrace attach": lambda: call("ptrace", 16, pid),
        "ptrace seize": lambda: call("ptrace", 0x4206, pid),
        "read its memory": lambda: call("process_vm_readv", pid, word, 1, word, 1),
        "prlimit64": lambda: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1)),
        "prlimit64, asked": lambda: resource.prlimit(pid, resource.RLIMIT_CPU),
        "prlimit64, upper half": lambda: call("prlimit64", high, 0, (ctypes.c_ulong * 2)(1, 1)),
        "setpriority": lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
        "setpriority of the user": lambda: os.setpriority(os.PRIO_USER, os.getuid(), 19),
        "setpriority of the group": lambda: os.setpriority(os.PRIO_PGRP, 0, 19),
        "getpriority": lambda: os.getpriority(os.PRIO_PROCESS, pid),
        "ioprio_set": lambda: call("ioprio_set", 1, pid, 3 << 13),
        "sched_setaffinity": lambda: os.sched_setaffinity(pid, {0}),
        "sched_getaffinity": lambda: os.sched_getaffinity(pid),
        "sched_setscheduler": lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)),
        "sched_setparam": lambda: os.sched_setparam(pid, os.sched_param(0)),
        "sched_setattr": lambda: call("sched_setattr", pid, (ctypes.c_uint * 14)(56, 5)),
        "sched_getscheduler": lambda: os.sched_getscheduler(pid),
        "setpgid": lambda: os.setpgid(pid, 0),
        "getpgid": lambda: os.getpgid(pid),
        "getsid": lambda: os.getsid(pid),
        "get_robust_list": lambda: call("get_robust_list", pid, word, word),
        "migrate_pages": lambda: call("migrate_pages", pid, 1, word, word),
        "move_pages": lambda: call("move_pages", pid),
        "kcmp": lambda: call("kcmp", pid, pid, 0),
        "a lock held by it": lambda: call("futex", (ctypes.c_int * 1)(pid), 134),
        "share its core": lambda: call("prctl", 62, 2, pid, 0),
        "its environment": lambda: Path(f"/proc/{pid}/environ").read_bytes(),
        "its memory as a file": lambda: Path(f"/proc/{pid}/mem").open("r+b"),
        "its map": lambda: Path(f"/proc/{pid}/maps").read_bytes(),
        "its command line": lambda: Path(f"/proc/{pid}/cmdline").read_bytes(),
        "its files": lambda: list(Path(f"/proc/{pid}/fd").iterdir()),
        "its way to the killer": lambda: Path(f"/proc/{pid}/oom_score_adj").write_text("1000"),
    }


def on_the_rest(told: Mapping[str, Any]) -> dict[str, Callable[[], Any]]:
    """What reaches files, the terminal, the kernel, and past the limits of this process."""
    stored, outside, scratch = (Path(told[name]) for name in ("stored", "outside", "scratch"))
    endless = resource.RLIM_INFINITY
    return {
        "outlive the parent": lambda: call("prctl", 1, 0),
        "hide from the parent": lambda: call("prctl", 4, 0),
        "be traced": lambda: call("prctl", 0x59616D61, -1),
        "a process": lambda: call("clone", signal.SIGCHLD),
        "a process, its flags unseen": lambda: call("clone3", (ctypes.c_ulong * 11)(0), 88),
        "open, its flags unseen": lambda: call("openat2", -100, str(outside).encode(), (ctypes.c_ulong * 3)(), 24),
        "a lock on a file's openers": lambda: fcntl.fcntl(os.open(stored, os.O_RDONLY), fcntl.F_SETLEASE, 1),
        "type into the terminal": lambda: fcntl.ioctl(0, 0x5412, b"x"),
        "memory without a limit": lambda: resource.setrlimit(resource.RLIMIT_AS, (endless, endless)),
        "files without a limit": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (endless, endless)),
        "first in line": lambda: os.setpriority(os.PRIO_PROCESS, 0, -5),
        "first of all": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
        "another user": lambda: call("setuid", os.getuid() + 1),
        "empty a stored file": lambda: os.open(stored, os.O_RDONLY | os.O_TRUNC),
        "empty a stored file, unread": lambda: os.open(stored, 3 | os.O_TRUNC),
        "open for nothing": lambda: os.open(stored, 3),
        "cut a stored file": lambda: os.truncate(stored, 0),
        "write a stored file": lambda: os.open(stored, os.O_WRONLY),
        "remove a stored file": stored.unlink,
        "move a stored file": lambda: stored.rename(scratch / "moved"),
        "move over a stored file": lambda: _made(scratch / "made").rename(stored),
        "a second name for a stored file": lambda: os.link(stored, scratch / "second"),
        "a link in scratch": lambda: (scratch / "link").symlink_to(outside),
        "a pipe in scratch": lambda: os.mkfifo(scratch / "pipe"),
        "rights of a file": lambda: stored.chmod(0o777),
        "read outside": outside.read_bytes,
        "write outside": lambda: outside.write_bytes(b"x"),
        "make outside": lambda: outside.with_name("new").touch(),
        "list outside": lambda: list(outside.parent.iterdir()),
        "the terminal": lambda: os.open("/dev/tty", os.O_RDWR),
        "the kernel's knobs": lambda: Path("/proc/sys/vm/overcommit_memory").write_text("1"),
        "the whole memory": lambda: os.open("/dev/mem", os.O_RDONLY),
        "room shared by name": lambda: os.open("/dev/shm/clipmill", os.O_CREAT | os.O_RDWR),
        "be killed later than others": lambda: Path("/proc/self/oom_score_adj").write_text("-1000"),
    }


#: What one must still be able to do.
def on_itself() -> dict[str, Callable[[], Any]]:
    """What libraries do to the process they are in."""
    pid = os.getpid()
    return {
        "own limits": lambda: [resource.getrlimit(resource.RLIMIT_AS), resource.prlimit(pid, resource.RLIMIT_NOFILE)],
        "own processors": lambda: os.sched_setaffinity(0, os.sched_getaffinity(pid)),
        "own priority": lambda: os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, 0)),
        "own signals": lambda: call("tgkill", pid, call("gettid"), 0),
        "own scheduler": lambda: os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0)),
    }


def _made(path: Path) -> Path:
    path.touch()
    return path


def main(told: Mapping[str, Any]) -> None:
    """Lock this process in, try everything, print what came of it."""
    if told["abi"]:
        landlock.version = lambda: told["abi"]
    if told["powers"]:
        sandbox._lay_down_powers = lambda: None
    sandbox.enter(told["sandbox"])
    tries = {**blindly(), **on_the_rest(told)}
    if told["powers"]:
        tries = {name: attempt for name, attempt in tries.items() if name not in _BY_POWERS}
    tries |= {f"{name} (unrelated)": attempt for name, attempt in on_others(told["victim"]).items()}
    tries |= {f"{name} (parent)": attempt for name, attempt in on_others(told["parent"]).items()}
    found = {name: outcome(attempt) for name, attempt in tries.items()}
    print(json.dumps({"out": found, "itself": {name: outcome(attempt) for name, attempt in on_itself().items()}}))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

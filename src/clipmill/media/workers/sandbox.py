"""The sandbox: what a worker process may touch, and how it locks itself in before it opens anybody's media.

Three locks, each where the system has it: files (Landlock), system calls (seccomp), amounts (resource limits).
"""

from __future__ import annotations

import ctypes
import os
import site
import struct
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import clipmill
from clipmill.errors import SettingsError
from clipmill.hints import DOCTOR
from clipmill.media.workers import landlock, seccomp

if TYPE_CHECKING:  # a worker reads no settings, and starts in half the time without them
    from clipmill.settings import Settings

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

#: Files open at once: a video may show two hundred others.
_OPEN_FILES = 512
#: Address space that libraries set aside for a thread on every processor, used or not: stacks and scratch buffers.
_BYTES_PER_PROCESSOR = 64 * 1024**2
#: And what they set aside beside the memory they use: their own code, files that are looked at where they lie.
_SET_ASIDE = 3 * 1024**3
#: Threads that may come to those of the whole system before a worker gets no more, and for each pair of processors: as
#: many as libraries start in a worker for every processor.
_MORE_THREADS, _THREADS_PER_PAIR = 4096, 4
#: `capset`: the version of its structures, and CAP_DAC_OVERRIDE.
_CAPABILITIES, _OPENING = 0x20080522, 1 << 1
#: Where libraries, fonts and what they look up lie. Nothing of a person's is in there.
_SYSTEM = (
    "/lib", "/lib32", "/lib64", "/libx32", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32", "/usr/local/lib",
    "/nix/store", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/usr/share/zoneinfo",
    "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", "/dev/zero", "/proc/self",
    "/proc/sys/vm/overcommit_memory", "/sys/devices/system/cpu", "/sys/fs/cgroup",
)  # fmt: skip
_NULL = "/dev/null"
_WATCHES_TRUNCATION = 3
_REQUIRED = (
    "The setting sandbox = required wants every lock: use Linux 5.13 or later on x86-64 or AArch64 with Landlock."
)
_PACKAGES = ("stdlib", "platstdlib", "purelib", "platlib")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What a worker process may touch beside Python, its packages and the machine's libraries and fonts."""

    #: Folders it may read, and those it may also write, the first of them for its temporary files. They are made where
    #: they are missing: what is not there when a process locks itself in stays closed to it.
    readable: tuple[str, ...]
    writable: tuple[str, ...]
    #: Address space, that of idle threads aside.
    memory_bytes: int
    #: Size of one file it writes.
    file_bytes: int
    #: Folders with fonts of the user's own; read where they are there.
    fonts: tuple[str, ...] = ()
    #: All it writes for one job, which its parent watches over, and how many files.
    scratch_bytes: int = 64 * 1024**3
    scratch_files: int = 10_000
    #: Whether a process that cannot close every lock refuses to work.
    required: bool = False

    @classmethod
    def making(cls, settings: Settings) -> Sandbox | None:
        """For rendering and checking over a state folder, where processes share what is noted of fonts; None where the
        settings want no sandbox.

        Whoever starts a process gives it a desk of its own in place of the first folder.
        """
        scratch, notes = str(settings.home / "scratch"), str(settings.home / "cache" / "fonts")
        return cls._of(settings, (scratch,), (scratch, notes))

    @classmethod
    def looking(cls, settings: Settings) -> Sandbox | None:
        """For measuring stored files: it writes nothing. None where the settings want no sandbox."""
        return cls._of(settings)

    @classmethod
    def _of(cls, settings: Settings, read: tuple[str, ...] = (), writable: tuple[str, ...] = ()) -> Sandbox | None:
        if settings.sandbox == "off":
            return None
        limits, readable = settings.limits, (str(settings.home / "files"), *read)
        folders = (*settings.font_folders, settings.home / "fonts")
        fonts = tuple(str(folder.expanduser().absolute()) for folder in folders)
        memory = limits.worker_bytes + _SET_ASIDE
        amounts = memory, limits.output_bytes, fonts, limits.scratch_bytes, limits.scratch_files
        return cls(readable, writable, *amounts, required=settings.sandbox == "required")

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


#: Which locks this process has closed upon itself; empty outside a sandbox.
_closed: dict[str, Any] = {}


def enter(sandbox: Mapping[str, Any]) -> None:
    """Lock this process in for good: no way leads out. `sandbox` is a Sandbox as JSON.

    A lock this system does not have is left open (`state_of_locks` tells). Raises SettingsError when one it has fails.
    """
    if sys.platform == "linux":
        _close(sandbox)
    if sandbox.get("required") and (open_ways := gaps(_closed)):
        raise SettingsError(f"worker processes could still {open_ways}", hint=_REQUIRED)


def _close(sandbox: Mapping[str, Any]) -> None:
    _closed["memory_bytes"] = sandbox["memory_bytes"]
    try:
        if (threads := len(os.listdir("/proc/self/task"))) > 1:  # noqa: PTH208 - only their number is wanted
            raise OSError(f"{threads} threads run already, and Landlock would hold only one")
        _limit(sandbox)
        _prepare(sandbox)
        _lay_down_powers()
        readable = [*installation(), *_SYSTEM, *sandbox["readable"], *sandbox["fonts"]]
        _closed["landlock"] = landlock.restrict(readable, [*sandbox["writable"], _NULL])
        _closed["seccomp"] = seccomp.refuse_calls()
    except OSError as error:
        raise SettingsError(
            f"the sandbox of worker processes could not be closed: {error}",
            hint=f"Report it with `{DOCTOR}`; `sandbox = off` works without it, for media you trust.",
        ) from error


def installation() -> list[str]:
    """Where Python and its packages lie: what a worker may import."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    libraries = {str(Path(prefix) / folder) for prefix in prefixes for folder in ("lib", "lib64")}
    packages = {*map(sysconfig.get_path, _PACKAGES), *site.getsitepackages(), *clipmill.__path__}
    return sorted(path for path in {*libraries, *packages, *filter(None, sys.path)} if Path(path).exists())


def state_of_locks(_arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Asked of a worker: `landlock` (ABI, 0 for none), `seccomp` and `memory_bytes`; empty where no lock is closed."""
    return dict(_closed)


def locks_here() -> dict[str, Any]:
    """Which locks this system has, without closing any: as a worker would answer `state_of_locks`, but for memory."""
    if sys.platform != "linux":
        return {}
    return {"landlock": landlock.version(), "seccomp": seccomp.is_there()}


def gaps(locks: Mapping[str, Any]) -> str:
    """What a worker process that was broken into could still do with no more than these locks; empty for all of them.

    What an older Landlock leaves (cutting files short before 3, the network before 4, signals before 6) the filter over
    system calls refuses.
    """
    landlock_version, filtered = locks.get("landlock", 0), locks.get("seccomp", False)
    found = [] if landlock_version else ["read and change what you can, the memory of your other programs with it"]
    if not filtered:
        found.append("use the network, start programs, send signals to yours and slow them down")
    if not filtered and 0 < landlock_version < _WATCHES_TRUNCATION:
        found.append("empty the files it may read")
    return " and ".join(found)


def sentence(locks: Mapping[str, Any], settings: Settings) -> str:
    """What isolates untrusted media on this machine, as a person reads it; `locks` as a worker answered."""
    if settings.sandbox == "off":
        return "off (setting sandbox): whoever makes a media file can do what you can"
    if not locks:
        return "none: this system cannot isolate worker processes; render only media you trust"
    files = f"see only their own files (Landlock {locks['landlock']})" if locks["landlock"] else (
        "can read what you can (no Landlock in this kernel)")  # fmt: skip
    calls = "no network and no other programs" if locks["seccomp"] else "the network too (no seccomp on this machine)"
    left, megabytes = gaps(locks), settings.limits.worker_bytes // 1024**2
    told = f"{'partial' if left else 'full'}: worker processes {files}, have {calls}, and {megabytes:,} MB each"
    return f"{told}; one that was broken into could {left}" if left else told


def _limit(sandbox: Mapping[str, Any]) -> None:
    """Amounts. That of threads counts all of a user's, and none of root's: the parent watches each worker's own."""
    processors = os.cpu_count() or 1
    there = int(Path("/proc/loadavg").read_text("ascii").split("/")[1].split()[0])
    amounts = ((resource.RLIMIT_AS, sandbox["memory_bytes"] + _BYTES_PER_PROCESSOR * processors),
               (resource.RLIMIT_FSIZE, sandbox["file_bytes"]), (resource.RLIMIT_CORE, 0),
               (resource.RLIMIT_NOFILE, _OPEN_FILES),
               (resource.RLIMIT_NPROC, there + _MORE_THREADS + _THREADS_PER_PAIR * processors**2))  # fmt: skip
    for kind, most in amounts:
        allowed = resource.getrlimit(kind)[1]
        amount = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(kind, (amount, amount))


def _lay_down_powers() -> None:
    """Root's powers, but for opening files of others: with them limits could be raised and processors taken over."""
    libc = ctypes.CDLL(None, use_errno=True)
    header, told = struct.pack("=Ii", _CAPABILITIES, 0), ctypes.create_string_buffer(24)
    if libc.capget(header, told) == 0:
        kept = struct.unpack("=6I", told.raw)[1] & _OPENING
        if libc.capset(header, struct.pack("=6I", kept, kept, 0, 0, 0, 0)) == 0:
            return
    raise OSError(ctypes.get_errno(), f"capabilities: {os.strerror(ctypes.get_errno())}")


def _prepare(sandbox: Mapping[str, Any]) -> None:
    for folder in (*sandbox["readable"], *sandbox["writable"]):
        Path(folder).mkdir(parents=True, exist_ok=True)
    for folder in sandbox["writable"][:1]:
        os.environ["TMPDIR"] = folder  # noqa: TID251 - libraries in C ask nothing else

"""seccomp: a filter over system calls, put by a process upon itself: no network, no programs, no other processes.

It is a list of what is refused, so that codecs go on working whatever else they ask for. (`man 2 seccomp`.)
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass

#: What is refused → its number on x86-64 and on AArch64, None where the processor's table has no such call.
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # the network
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202),
    "accept4": (288, 242), "sendto": (44, 206), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    # other programs, and other processes (threads are allowed: see `clone` below)
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_send_signal": (424, 424), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440), "process_mrelease": (448, 448),
    # doors into the kernel that codecs have no business with
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "fanotify_init": (300, 262),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "lookup_dcookie": (212, 18),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "personality": (135, 92), "modify_ldt": (154, None),
    "iopl": (172, None), "ioperm": (173, None),
    # namespaces, mounts, and ways to a file that do not lead over its path
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "mknod": (133, None), "mknodat": (259, 33),
    # what Landlock does not watch over: rights, owners, times and attributes of files; old ones: cutting by path
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "lchown": (94, None), "fchown": (93, 55), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "removexattrat": (466, 466),
    "truncate": (76, 45),
    # the machine itself
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "syslog": (103, 116), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Processor:
    """What the filter must know of one kind of processor."""

    column: int
    #: AUDIT_ARCH_…: how the kernel names it to the filter.
    audit: int
    seccomp: int
    clone: int
    #: The first number of a second table of calls, None where there is only one.
    second_table: int | None = None


_PROCESSORS = {
    "x86_64": _Processor(0, 0xC000003E, seccomp=317, clone=56, second_table=0x40000000),
    "aarch64": _Processor(1, 0xC00000B7, seccomp=277, clone=220),
}
_CLONE3 = 435
_CLONE_THREAD = 0x00010000
_SET_MODE_FILTER, _ALL_THREADS = 1, 1
_PR_SET_NO_NEW_PRIVS = 38
#: Instructions of classic BPF, and where in the filter's data the call's number, processor and first argument lie.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_AT_NUMBER, _AT_PROCESSOR, _AT_FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def refuse_calls() -> bool:
    """Put the filter on every thread of this process for good; False where this kernel or processor has none.

    A refused call fails with EPERM. Raises OSError when the kernel has filters but refuses this one.
    """
    processor = _PROCESSORS.get(platform.machine())
    if processor is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    code = _filter_code(processor)
    program = _Program(len(code) // 8, code)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.syscall(processor.seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(program)) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(number, f"seccomp: {os.strerror(number)}")


def _filter_code(processor: _Processor) -> bytes:
    """The filter: another processor's call kills, `clone3` does not exist, `clone` only makes threads."""
    refused = [numbers[processor.column] for numbers in _REFUSED.values()]
    lines = [
        _instruction(_LOAD, _AT_PROCESSOR),
        _instruction(_EQUAL, processor.audit, then=1),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _AT_NUMBER),
        # glibc asks `clone3` first, whose flags no filter can see, and falls back to `clone`
        _instruction(_EQUAL, _CLONE3, otherwise=1),
        _instruction(_RETURN, _REFUSE | errno.ENOSYS),
        _instruction(_EQUAL, processor.clone, otherwise=4),
        _instruction(_LOAD, _AT_FIRST_ARGUMENT),
        _instruction(_ANY_BIT, _CLONE_THREAD, otherwise=1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, _REFUSE | errno.EPERM),
    ]
    if processor.second_table is not None:
        lines += [_instruction(_AT_LEAST, processor.second_table, otherwise=1), _REFUSAL]
    for number in refused:
        if number is not None:
            lines += [_instruction(_EQUAL, number, otherwise=1), _REFUSAL]
    return b"".join([*lines, _instruction(_RETURN, _ALLOW)])


def _instruction(code: int, value: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    """One instruction; `then` and `otherwise` are how many are skipped after a comparison."""
    return struct.pack("HBBI", code, then, otherwise, value)


_REFUSAL = _instruction(_RETURN, _REFUSE | errno.EPERM)

"""seccomp: a filter over system calls, put by a process upon itself: no network, no programs, no other processes.

It is a list of what is refused, so that codecs go on working whatever else they ask for. (`man 2 seccomp`.) Refused is
whatever names another process, or a thing that processes share by a number or a name, on every version of Landlock.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Sequence
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
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "migrate_pages": (256, 238),
    "move_pages": (279, 239), "setpgid": (109, 154), "setsid": (112, 157), "ioprio_set": (251, 30),
    "ioprio_get": (252, 31), "capget": (125, 90), "capset": (126, 91),
    # what all processes of a user share: System V's memory, semaphores and queues, POSIX queues, counts of the system
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190), "semop": (65, 193),
    "semtimedop": (220, 192), "semctl": (66, 191), "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188),
    "msgctl": (71, 187), "mq_open": (240, 180), "mq_unlink": (241, 181), "mq_notify": (244, 184),
    "inotify_init": (253, None), "inotify_init1": (294, 26), "io_setup": (206, 0), "sync": (162, 81),
    "syncfs": (306, 267), "vhangup": (153, 58),
    # memory and files past the limits on them
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "fallocate": (285, 47), "splice": (275, 76),
    "tee": (276, 77), "vmsplice": (278, 75),
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
    "open_tree_attr": (467, 467),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "mknod": (133, None), "mknodat": (259, 33),
    "link": (86, None), "linkat": (265, 37), "symlink": (88, None), "symlinkat": (266, 36),
    # what Landlock does not watch over: rights, owners, times and attributes of files; old ones: cutting by path
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "lchown": (94, None), "fchown": (93, 55), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "removexattrat": (466, 466),
    "file_setattr": (469, 469), "truncate": (76, 45),
    # the machine itself
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "syslog": (103, 116), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162),
}  # fmt: skip
#: Calls that may be about this process alone → their numbers, and which argument says whom they are about (0: itself).
_ON_ITSELF: dict[str, tuple[int, int, int]] = {
    "tgkill": (234, 131, 0), "prlimit64": (302, 261, 0), "get_robust_list": (274, 100, 0), "getpgid": (121, 155, 0),
    "getsid": (124, 156, 0), "sched_setaffinity": (203, 122, 0), "sched_getaffinity": (204, 123, 0),
    "sched_setscheduler": (144, 119, 0), "sched_getscheduler": (145, 120, 0), "sched_setparam": (142, 118, 0),
    "sched_getparam": (143, 121, 0), "sched_setattr": (314, 274, 0), "sched_getattr": (315, 275, 0),
    "sched_rr_get_interval": (148, 127, 0), "setpriority": (141, 140, 1), "getpriority": (140, 141, 1),
}  # fmt: skip
#: Of these the first argument says of what kind the second is; only a process (0) will do.
_OF_A_KIND = frozenset({"setpriority", "getpriority"})
#: Calls that are refused with some values of an argument: their numbers; that argument; bits of it that are looked at,
#: and those values.
_REFUSED_WITH: tuple[tuple[tuple[int | None, int | None], int, dict[int, tuple[int, ...]]], ...] = (
    # futex: locks that name the thread that holds them
    ((202, 98), 1, {0x7F: (6, 8, 11, 12, 13)}),
    # open, openat: to be neither read nor written; emptied by who may only read, which old Landlocks let through
    ((2, None), 1, {0x003: (3,), 0x203: (0x200,)}), ((257, 56), 2, {0x003: (3,), 0x203: (0x200,)}),
    # fcntl: who gets signals of a file and which, leases on files, watching a folder, the size of pipes
    ((72, 25), 1, {0xFFFFFFFF: (8, 10, 15, 1024, 1026, 1031)}),
    # ioctl: typing into a terminal and taking it over, who gets signals
    ((16, 29), 1, {0xFFFFFFFF: (0x5412, 0x541C, 0x540E, 0x5410, 0x8901, 0x8902)}),
    # prctl: outliving the parent, hiding from it, sharing a processor with others, being traced
    ((157, 167), 0, {0xFFFFFFFF: (1, 4, 62, 0x59616D61)}),
)  # fmt: skip


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
#: Calls whose arguments lie where no filter sees them, `clone3` and `openat2`: whoever asks falls back to older ones.
_UNSEEN = (435, 437)
_CLONE_THREAD = 0x00010000
_SET_MODE_FILTER, _ALL_THREADS, _ASK_ACTION = 1, 1, 2
_PR_SET_NO_NEW_PRIVS = 38
#: Instructions of classic BPF, and where in the filter's data the call's number, processor and first argument lie. What
#: is compared of an argument is its lower half: the kernel takes all of these for whole numbers of 32 bits.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_AT_NUMBER, _AT_PROCESSOR, _AT_FIRST_ARGUMENT, _ARGUMENT_BYTES = 0, 4, 16, 8
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def is_there() -> bool:
    """Whether this kernel and this processor have such filters; nothing is closed."""
    processor, refusing = _PROCESSORS.get(platform.machine()), ctypes.c_uint32(_REFUSE)
    return processor is not None and (
        ctypes.CDLL(None).syscall(processor.seccomp, _ASK_ACTION, 0, ctypes.byref(refusing)) == 0
    )


def refuse_calls() -> bool:
    """Put the filter on every thread of this process for good; False where this kernel or processor has none.

    A refused call fails with EPERM. Raises OSError when the kernel has filters but refuses this one.
    """
    processor = _PROCESSORS.get(platform.machine())
    if processor is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    code = _filter_code(processor, os.getpid())
    program = _Program(len(code) // 8, code)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.syscall(processor.seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(program)) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(number, f"seccomp: {os.strerror(number)}")


def _filter_code(processor: _Processor, pid: int) -> bytes:
    """The filter: another processor's call kills, `clone3` does not exist, `clone` only makes threads."""
    refused = [numbers[processor.column] for numbers in _REFUSED.values()]
    lines = [
        _instruction(_LOAD, _AT_PROCESSOR),
        _instruction(_EQUAL, processor.audit, then=1),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _AT_NUMBER),
        *(line for number in _UNSEEN for line in (_instruction(_EQUAL, number, otherwise=1), _ABSENT)),
        _instruction(_EQUAL, processor.clone, otherwise=4),
        _instruction(_LOAD, _AT_FIRST_ARGUMENT),
        _instruction(_ANY_BIT, _CLONE_THREAD, otherwise=1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, _REFUSE | errno.EPERM),
    ]
    if processor.second_table is not None:
        lines += [_instruction(_AT_LEAST, processor.second_table, otherwise=1), _REFUSAL]
    for table, argument, values in _REFUSED_WITH:  # before the others: locks of threads are asked for most
        number = table[processor.column]
        if number is not None:
            refusing = [line for bits, each in values.items() for line in _never_with(argument, bits, each)]
            refusing.append(_instruction(_RETURN, _ALLOW))
            lines += [_instruction(_EQUAL, number, otherwise=len(refusing)), *refusing]
    for name, (*numbers, argument) in _ON_ITSELF.items():
        kind = _only_with(0, (0,)) if name in _OF_A_KIND else []
        allowing = [*kind, *_only_with(argument, (0, pid)), _instruction(_RETURN, _ALLOW)]
        lines += [_instruction(_EQUAL, numbers[processor.column], otherwise=len(allowing)), *allowing]
    for number in refused:
        if number is not None:
            lines += [_instruction(_EQUAL, number, otherwise=1), _REFUSAL]
    return b"".join([*lines, _instruction(_RETURN, _ALLOW)])


def _only_with(argument: int, values: Sequence[int]) -> list[bytes]:
    """Refuse, unless an argument is one of these; then go on behind this."""
    tests = [_instruction(_EQUAL, value, then=len(values) - place) for place, value in enumerate(values)]
    return [_argument(argument), *tests, _REFUSAL]


def _never_with(argument: int, bits: int, values: Sequence[int]) -> list[bytes]:
    """Refuse, if these bits of an argument have one of these values; then go on behind this."""
    tests = [line for value in values for line in (_instruction(_EQUAL, value, otherwise=1), _REFUSAL)]
    return [_argument(argument), _instruction(_AND, bits), *tests]


def _argument(place: int) -> bytes:
    return _instruction(_LOAD, _AT_FIRST_ARGUMENT + _ARGUMENT_BYTES * place)


def _instruction(code: int, value: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    """One instruction; `then` and `otherwise` are how many are skipped after a comparison."""
    return struct.pack("HBBI", code, then, otherwise, value)


_REFUSAL, _ABSENT = (_instruction(_RETURN, _REFUSE | number) for number in (errno.EPERM, errno.ENOSYS))

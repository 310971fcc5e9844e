"""Landlock: the kernel's own lock on the file system, closed by a process upon itself without any privilege.

Nothing can be opened, made, moved or removed afterwards but what was named before. (Linux 5.13, `man 7 landlock`.)
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

#: These numbers are the same on every processor: they are younger than the table Linux shares among all of them.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_RULE_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_DIR, _MAKE_REG = 1 << 7, 1 << 8
_REFER, _TRUNCATE = 1 << 13, 1 << 14
#: ABI → how many kinds of access to files it knows: all are handled, so that what is not allowed is refused.
_HANDLED_BITS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_READING = _READ_FILE | _READ_DIR
_WRITING = _READING | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
#: What a rule about a single file may name.
_OF_FILES = _READ_FILE | _WRITE_FILE | _TRUNCATE
#: From ABI 4: TCP bind and connect are refused. From ABI 6: no signals and no abstract sockets to anybody outside.
_NETWORK, _SCOPES = 0b11, 0b11


def version() -> int:
    """The kernel's Landlock ABI, 0 where it has none."""
    found: int = ctypes.CDLL(None).syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    return max(0, found)


def restrict(readable: Iterable[str], writable: Iterable[str]) -> int:
    """Lock this thread, and all it starts from now on, to these folders and files; the ABI used, 0 for none.

    What is not there is left out. Raises OSError when the kernel has Landlock but refuses.
    """
    abi = version()
    if abi == 0:
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    handled = (1 << _HANDLED_BITS[min(abi, max(_HANDLED_BITS))]) - 1
    network, scopes = _NETWORK if abi >= 4 else 0, _SCOPES if abi >= 6 else 0
    attributes = struct.pack("QQQ", handled, network, scopes)[: 8 + 8 * (abi >= 4) + 8 * (abi >= 6)]
    rules = _checked(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
    try:
        for paths, rights in ((readable, _READING), (writable, _WRITING)):
            for path in paths:
                _allow(libc, rules, path, rights & handled)
        _checked(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _checked(libc.syscall(_RESTRICT_SELF, rules, 0))
    finally:
        os.close(rules)
    return abi


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    try:
        there = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = struct.pack("=Qi", rights if Path(path).is_dir() else rights & _OF_FILES, there)
        _checked(libc.syscall(_ADD_RULE, rules, _RULE_PATH_BENEATH, rule, 0))
    finally:
        os.close(there)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock: {os.strerror(number)}")
    return result

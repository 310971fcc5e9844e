"""The memory of this process, as its worker tells it with every answer."""

from __future__ import annotations

import re
from pathlib import Path

#: Our name → Linux's. `VmHWM` is of this program alone, where `getrusage` would count its parent's before it began.
_TOLD = {"now": "VmRSS", "peak": "VmHWM"}
_STATUS = Path("/proc/self/status")


def resident_bytes() -> dict[str, int]:
    """Bytes of real memory `now` and at its `peak`; empty where the system has no such account (only Linux does)."""
    try:
        status = _STATUS.read_text("ascii", "replace")
    except OSError:
        return {}
    found = {name: re.search(rf"^{line}:\s*(\d+) kB$", status, re.MULTILINE) for name, line in _TOLD.items()}
    return {name: int(match[1]) * 1024 for name, match in found.items() if match}

"""A job that never ends, for worker processes: its module loads nothing, so that it begins at once."""

from __future__ import annotations

import os
import time
from pathlib import Path


def hang(arguments: dict[str, str]) -> None:
    """Write into the file `path` which process this is, and stay."""
    Path(arguments["path"]).write_text(str(os.getpid()))
    time.sleep(600)

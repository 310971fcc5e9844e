"""Exit codes of the command line (docs/reference/cli.md)."""

from __future__ import annotations

#: The first that applies.
FAILED, BLOCKED, BUDGET, REVIEW, INTERRUPTED = 3, 4, 5, 8, 130

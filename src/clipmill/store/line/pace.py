"""Rows that end, counted by slots of a few seconds: throughput is read from a few lines, whoever asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, text

from clipmill.domain.line.pace import SLOT_SECONDS
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition

_ENDS = frozenset({RowState.DONE, RowState.FAILED, RowState.REVIEW})
_COUNT = text("INSERT INTO paces (batch_id, lane, slot, rows) VALUES (:batch, :lane, :slot, :rows) "
              "ON CONFLICT (batch_id, lane, slot) DO UPDATE SET rows = paces.rows + excluded.rows")  # fmt: skip


def keep_pace(connection: Connection, moved: Sequence[Transition], now: float) -> None:
    """Count those of these rows that ended."""
    ended = Counter((t.claim.batch_id, t.claim.lane) for t in moved if t.to in _ENDS and not t.claim.is_part)
    if ended:
        slot = int(now // SLOT_SECONDS)
        connection.execute(_COUNT, [{"batch": batch, "lane": lane, "slot": slot, "rows": rows}
                                    for (batch, lane), rows in sorted(ended.items())])  # fmt: skip

"""A report: what an engine says of a job it was asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from clipmill.domain.failure import Failure
from clipmill.domain.line.call import Handle, Output


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a job stands; once it is finished every attempt has an output or a failure, under its key."""

    finished: bool = False
    #: Share that is done, 0 to 1, and how many jobs are before it; None where the engine does not say.
    progress: float | None = None
    queue_position: int | None = None
    #: When to ask again, seconds; None: later and later as the job grows older.
    look_again_in: float | None = None
    #: Thousandths of a credit that the whole call was charged; None: what was reserved.
    charged: int | None = None
    outputs: Mapping[str, Output] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finished:
    """An answer that is the product: nothing is to be waited for."""

    report: Report
    #: The engine's name for it, where it has one.
    handle: Handle = field(default_factory=partial(Handle, ""))

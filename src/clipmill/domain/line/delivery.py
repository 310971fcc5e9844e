"""A delivery: something that is sent out, tried again by the schedule it carries, and what came of each try."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from clipmill.domain.event import Event


class DeliveryKind(StrEnum):
    """What is sent."""

    #: A body that tells an endpoint what happened.
    WEBHOOK = "webhook"
    #: A stored file, put to an address that was signed for it.
    UPLOAD = "upload"


class DeliveryState(StrEnum):
    """Where a delivery is."""

    WAITING = "waiting"
    SENT = "sent"
    #: Its schedule is used up, or its receiver wants nothing any more; only a person sends it again.
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class SendSchedule:
    """When a delivery is tried: data of each line, for receivers differ."""

    #: Seconds before each try, the first included, since the one before it.
    waits: Sequence[float]
    #: How long one try may take, seconds.
    timeout: float
    #: How many deliveries in a row may use their schedules up before their endpoint is disabled.
    patience: int


#: The ten tries in three days that Standard Webhooks asks for; five in eight minutes; two hours for a file.
SCHEDULES: Mapping[str, SendSchedule] = {
    "standard": SendSchedule((0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400), 15, 5),
    "five": SendSchedule((0, 30, 60, 120, 240), 10, 20),
    "upload": SendSchedule((0, 30, 120, 600, 1_800, 3_600), 900, 1),
}
#: The longest wait that a receiver may ask for, seconds.
_LONGEST_WAIT = 86_400.0
_GONE = 410

#: Kind of an event, of a batch or of a row → its type, as endpoints ask for it.
_OF_BATCH = {"finished": "batch.finished", "import failed": "batch.failed", "cancelled": "batch.cancelled",
             "paused": "batch.paused"}  # fmt: skip
_OF_ROW = {"done": "row.done", "failed": "row.failed", "review": "row.review", "unknown": "row.unknown",
           "cancelled": "row.cancelled", "blocked": "row.blocked"}  # fmt: skip
#: Every type of event that an endpoint may ask for.
TYPES = frozenset({*_OF_BATCH.values(), *_OF_ROW.values()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a tenant wants to be told of events."""

    id: str
    url: str = field(repr=False)
    #: What bodies are signed with; several, with blanks between, while one takes the place of another.
    secret: str = field(default="", repr=False)
    types: Sequence[str] = ("batch.finished",)
    schedule: SendSchedule = SCHEDULES["standard"]
    #: How bodies are signed, by name.
    signing: str = "standard"
    tenant: str = "local"
    #: Only events of this batch; empty: of every one of the tenant.
    batch_id: str = ""
    #: Deliveries in a row whose schedules were used up.
    exhausted: int = 0
    #: Why nothing is sent there any more; empty where it is.
    disabled_reason: str = ""
    #: By which surface what it is told of came, and in whose words it is told; empty: of everything, in ours.
    wording: str = ""
    #: Only events of this row of its batch; 0: of all.
    number: int = 0
    created_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try."""

    #: Of HTTP; 0 where nobody answered.
    status: int
    seconds: float
    #: The beginning of what was answered, or why nothing was.
    text: str = ""
    #: What the receiver wants to be left alone for, seconds.
    retry_after: float = 0.0
    #: When it was; set by the store.
    at: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether the receiver has it."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One line of the outbox, as whoever sends it holds it."""

    #: What the receiver knows it by, the same at every try.
    id: str
    kind: DeliveryKind
    target: str = field(repr=False)
    batch_id: str = ""
    endpoint_id: str = ""
    #: The type of the event that it tells.
    type: str = ""
    #: Made once; the same bytes at every try.
    body: str = field(default="", repr=False)
    #: The stored file that it carries, sha256.
    media: str = ""
    signing: str = "none"
    #: In whose words the body is put when it is sent, by name; empty: as it is.
    wording: str = ""
    tenant: str = "local"
    secret: str = field(default="", repr=False)
    schedule: SendSchedule = SCHEDULES["upload"]
    state: DeliveryState = DeliveryState.WAITING
    #: Tries of this schedule.
    tried: int = 0
    fence: int = 0
    due_at: float | None = None
    log: Sequence[Answer] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of a delivery after a try."""

    state: DeliveryState
    #: Seconds until the next try, of one that waits.
    wait: float = 0.0
    #: Why nothing is to be sent to the endpoint any more; empty for no reason.
    gone: str = ""


class Receipt(NamedTuple):
    """What an archive holds: the number of files, its size in bytes and its sha256 (hex)."""

    files: int
    size_bytes: int
    sha256: str


def judge(delivery: Delivery, answer: Answer) -> Judgement:
    """What becomes of a delivery: sent, tried again by its schedule, or given up."""
    if answer.is_good:
        return Judgement(DeliveryState.SENT)
    if answer.status == _GONE:
        return Judgement(DeliveryState.GIVEN_UP, gone="it answered 410: it is gone for good")
    if delivery.tried + 1 >= len(delivery.schedule.waits):
        return Judgement(DeliveryState.GIVEN_UP)
    asked = min(answer.retry_after, _LONGEST_WAIT)
    return Judgement(DeliveryState.WAITING, wait=max(delivery.schedule.waits[delivery.tried + 1], asked))


def type_of(event: Event) -> str:
    """The type of an event as endpoints ask for it; empty for one that none can ask for, as those of parts."""
    return "" if event.number < 0 else (_OF_ROW if event.number else _OF_BATCH).get(event.kind, "")


def body_of(event: Event, data: Mapping[str, Any]) -> str:
    """The body that tells an event, as Standard Webhooks has it: type, timestamp and data."""
    at = datetime.fromtimestamp(event.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    row = {"row": event.number, "attempt": event.attempt} if event.number else {}
    return compact({"type": type_of(event), "timestamp": at, "data": {"batch": event.batch_id, **row, **data}})


def compact(value: Any) -> str:
    """JSON to the byte as JavaScript writes it again after reading it: receivers check signatures over that."""
    return json.dumps(_whole(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _whole(value: Any) -> Any:
    """The value with whole numbers written as such."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list | tuple) else value

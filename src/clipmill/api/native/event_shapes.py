"""How an event is told."""

from __future__ import annotations

from pydantic import Field, JsonValue

from clipmill.api.native.shapes import ToldShape
from clipmill.domain.asked import Heard
from clipmill.domain.event import Event
from clipmill.shown import discreet_all


class EventTold(ToldShape):
    """What happened, when, to which batch, row and attempt."""

    id: int | None = Field(description="Grows from event to event; null in the trail of one row.")
    at: float = Field(description="Seconds since 1970.")
    batch: str
    row: int = Field(description="0 for events of the whole batch; negative for those of parts.")
    attempt: int
    kind: str
    data: dict[str, JsonValue]


#: What only the server's own people get to see.
_INSIDE = frozenset({"traceback", "source"})


def event_told(event: Event, number: int | None = None) -> EventTold:
    """An event as it is told."""
    data = {name: value for name, value in discreet_all(event.told).items() if name not in _INSIDE}
    return EventTold(id=number, at=event.at, batch=event.batch_id, row=event.number, attempt=event.attempt,
                     kind=event.kind, data=data)  # fmt: skip


def heard_told(heard: Heard) -> EventTold:
    """The same of one with its number."""
    return event_told(heard.event, heard.id)

"""A call: what is sent to an engine and paid once, for one attempt or for several that may share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from clipmill.domain.payload import Payload


class Recovery(StrEnum):
    """How it is found out what became of a send whose answer was lost."""

    #: The same key gives the first send's job: it is sent again.
    KEY = "key"
    #: The engine keeps an id of ours, and is asked by it (`RemoteEngine.recover`).
    CLIENT_ID = "client id"
    #: The engine can be asked for the key.
    LOOKUP = "lookup"
    #: The engine lists its jobs, and ours is found among them.
    LIST = "list"
    #: Nobody can tell: it is never sent again.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Item:
    """What one attempt asks for in a call."""

    #: The attempt's key.
    key: str
    payload: Payload
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is sent at once: the key that every send of it carries, and the attempts that share it."""

    key: str
    lane: str
    items: Sequence[Item]
    #: What `Preparing.prepare` made of it.
    request: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Handle:
    """An engine's job id and what it takes to find it again, as JSON that only the engine understands."""

    job: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Output:
    """Where one attempt's file is to be had: an address or whatever the engine needs; or the file itself."""

    url: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    #: Where a file lies that came with the answer; empty for none.
    path: str = ""

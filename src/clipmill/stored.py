"""Values kept as JSON say the number of their format: `{"format":2,"value":…}`; before there were numbers it is 0."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from clipmill.errors import StoreError

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Form(Generic[_Value]):
    """How values of one kind are kept; whoever changes what `pack` gives adds an upgrade, and its test."""

    #: What is kept, to a person: `verdict`.
    name: str
    pack: Callable[[_Value], Any]
    unpack: Callable[[Any], _Value]
    #: Each makes the next format of the one before it, from format 0 on; their number is the newest format.
    upgrades: tuple[Callable[[Any], Any], ...] = (lambda data: data,)
    #: Whether names are kept in the order of the alphabet, so that equal values are equal texts.
    canonical: bool = False

    def text(self, value: _Value) -> str:
        """A value as it is kept."""
        kept = {"format": len(self.upgrades), "value": self.pack(value)}
        return json.dumps(kept, separators=(",", ":"), ensure_ascii=False, sort_keys=self.canonical)

    def value(self, text: str) -> _Value:
        """The inverse of `text`, for every format there was. Raises StoreError for a newer one."""
        data, number, newest = json.loads(text), 0, len(self.upgrades)
        if isinstance(data, dict) and data.keys() == {"format", "value"} and isinstance(data["format"], int):
            number, data = data["format"], data["value"]
        if number > newest:
            raise StoreError(f"the {self.name} is kept in format {number}, this clipmill reads none beyond {newest}",
                             hint="It was written by a newer clipmill: install that version.")  # fmt: skip
        for upgrade in self.upgrades[number:]:
            data = upgrade(data)
        return self.unpack(data)

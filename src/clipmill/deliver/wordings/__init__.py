"""What happened, in the words that the clients of each surface wait for; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clipmill.deliver.wordings import flixly, openai, sync, zvid
from clipmill.deliver.wordings.happened import Happened

__all__ = ["WORDINGS", "Happened"]

#: Surface → how it tells what happened.
WORDINGS: Mapping[str, Callable[[Happened], Mapping[str, Any]]] = {
    "zvid": zvid.body, "sync": sync.body, "openai": openai.worded, "flixly": flixly.tell,
}  # fmt: skip

"""The dialects there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from clipmill.api.dialects.flixly import FLIXLY, flixly_routers
from clipmill.api.dialects.openai import OPENAI, go_on, openai_routers
from clipmill.api.dialects.sync import SYNC, sync_routers
from clipmill.api.dialects.zvid import ZVID, zvid_routers
from clipmill.api.surface import Surface
from clipmill.app import App


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect: what makes it what it is, and its routes."""

    surface: Surface
    routers: Callable[[], Sequence[APIRouter]]
    #: Goes on with a batch of it that is read by itself and by nobody else (`Served.read_in`); None where tables are.
    reader: Callable[[App, str], None] | None = None


def dialects() -> Sequence[Dialect]:
    """All of them."""
    return (
        Dialect(ZVID, zvid_routers),
        Dialect(SYNC, sync_routers),
        Dialect(FLIXLY, flixly_routers),
        Dialect(OPENAI, openai_routers, go_on),
    )

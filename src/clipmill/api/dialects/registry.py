"""The dialects there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from clipmill.api.dialects.flixly import FLIXLY, flixly_routers
from clipmill.api.surface import Surface


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect: what makes it what it is, and its routes."""

    surface: Surface
    routers: Callable[[], Sequence[APIRouter]]


def dialects() -> Sequence[Dialect]:
    """All of them."""
    return (Dialect(FLIXLY, flixly_routers),)

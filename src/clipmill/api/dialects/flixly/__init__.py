"""Flixly's API: single generations as it is published, and batches of tables, which nobody publishes and are ours."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter

from clipmill.api.dialects.flixly import account, batches, generations, rows, templates
from clipmill.api.dialects.flixly.surface import FLIXLY

__all__ = ["FLIXLY", "flixly_routers"]


def flixly_routers() -> Sequence[APIRouter]:
    """Every resource."""
    return (generations.routes, account.routes, batches.routes, rows.routes, templates.routes)

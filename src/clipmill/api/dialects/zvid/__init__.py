"""The Zvid dialect: renders, bulks, templates and webhooks as Zvid's clients ask for them, over the render engine."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter

from clipmill.api.dialects.zvid import aids, assets, bulk, credits, jobs, projects, rendering, templates, webhooks
from clipmill.api.dialects.zvid.words import word
from clipmill.api.surface import Surface

ZVID = Surface(
    name="zvid", title="clipmill: Zvid dialect", word=word, wrong_status=400, path="zvid", hosts=("api.zvid.io",),
    prefixes=("/api/render", "/api/jobs", "/api/templates", "/api/projects", "/api/webhooks", "/api/credits",
              "/api/user", "/api/library", "/api/stock"),
    description="What Zvid's clients ask for, answered by clipmill; docs/compat/zvid.md says what differs.",
)  # fmt: skip


def zvid_routers() -> Sequence[APIRouter]:
    """Every resource; what has a name of its own comes before what is named by an id."""
    return (rendering.routes, bulk.routes, aids.routes, jobs.routes, templates.routes, projects.routes,
            webhooks.routes, credits.routes, assets.routes, jobs.older)  # fmt: skip

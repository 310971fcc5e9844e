"""The batches of a tenant, a page at a time, the newest first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from starlette.responses import RedirectResponse, Response

from clipmill.errors import NotFoundError
from clipmill.web.asking import Ask, whole
from clipmill.web.session import PATH
from clipmill.web.wording import left

#: Batches on a page.
SHOWN = 25


def home(_ask: Ask) -> Response:
    """The first page."""
    return RedirectResponse(f"{PATH}/batches", 303)


def batches(ask: Ask) -> Response:
    """A page of them, or the one that is looked for by its name or the beginning of it."""
    problem = ""
    if wanted := ask.query.get("find", "").strip():
        try:
            return ask.to(f"/batches/{ask.parts.readonly.find(wanted).id}")
        except NotFoundError as error:
            problem = str(error)
    return ask.page("batches.html", find=wanted, problem=problem, **listed(ask))


def listed(ask: Ask) -> Mapping[str, Any]:
    """What a page of the list shows."""
    page = whole(ask.query.get("page", ""), "page", 1, 10**6) or 1
    total = ask.parts.asked.total()
    pages = max(1, math.ceil(total / SHOWN))
    page = min(page, pages)
    shown = [batch.id for batch in ask.parts.asked.batches(SHOWN, skip=(page - 1) * SHOWN)]
    found = [each if each.is_over else ask.parts.attended(each) for each in ask.parts.readonly.several(shown)]
    now = ask.parts.time.now()
    paces = {progress.batch.id: left(ask.parts.readonly.pace(progress, now)) for progress in found
             if progress.phase == "running" and not progress.is_over}  # fmt: skip
    return {"found": found, "paces": paces, "total": total, "number": page, "pages": pages, "shown": SHOWN,
            "is_moving": any(not progress.is_at_rest for progress in found)}  # fmt: skip

"""Templates that a tenant keeps by name: uploaded as a zip, added from the bundled example, each with its editions."""

from __future__ import annotations

import math

from starlette.responses import Response

from clipmill.api.errors import ApiError
from clipmill.domain.access import Named
from clipmill.errors import InputError
from clipmill.pipeline.use_cases.serving.drafts import EXAMPLE
from clipmill.pipeline.use_cases.serving.kept import keep_example
from clipmill.pipeline.use_cases.serving.templates import editions_of, keep_of_batch, keep_zip, template_named
from clipmill.pipeline.use_cases.serving.uploads import copied, spooled
from clipmill.web.asking import Ask, whole

_SHOWN, _EDITIONS = 50, 50
#: The zip of a template, bytes.
_ZIP_BYTES = 256 * 1024**2


def templates(ask: Ask) -> Response:
    """All of them, the newest first."""
    return _listed(ask, {})


def _listed(ask: Ask, problem: dict[str, str]) -> Response:
    page = whole(ask.query.get("page", ""), "page", 1, 10**6) or 1
    found, total = ask.parts.named.page("", _SHOWN, skip=(page - 1) * _SHOWN)
    contracts = {named.id: ask.parts.named.template(named.version) for named in found}
    return ask.page("templates.html", 400 if problem else 200, found=found, contracts=contracts, total=total,
                    number=page, pages=max(1, math.ceil(total / _SHOWN)), problem=problem,
                    has_example=any(named.name == EXAMPLE for named in found))  # fmt: skip


def template(ask: Ask) -> Response:
    """One: what rows must have, what its files are held to, and its editions."""
    named = template_named(ask.parts, ask.path("template"))
    return ask.page("template.html", named=named, template=ask.parts.named.template(named.version),
                    editions=editions_of(ask.parts, named, _EDITIONS), problem={})  # fmt: skip


def add(ask: Ask) -> Response:
    """Keep a template from a zip; one of a name that is there becomes its next edition."""
    sent = ask.file("zip")
    back = ask.text("back")
    try:
        if sent is None:
            raise InputError("no file was chosen", hint="Choose a zip of the template's folder.")
        with spooled(ask.parts, "template.zip") as path, ask.served.alone(ask.caller.tenant) as parts:
            with path.open("wb") as target:
                copied(sent.file, target, _ZIP_BYTES)
            named = keep_zip(parts, path, ask.text("id"))
    except InputError as error:
        return _listed(ask, {"told": str(error), "fix": error.hint})
    if back:
        return ask.to("/new/columns", table=back, template=named.id)
    return ask.to(f"/templates/{named.id}", f"Kept as edition {named.number}.")


def add_example(ask: Ask) -> Named:
    """The bundled example among the tenant's templates, which is there once."""
    found, _ = ask.parts.named.page("", 200)
    there = next((named for named in found if named.name == EXAMPLE), None)
    if there is not None:
        return there
    with ask.served.alone(ask.caller.tenant) as parts:
        return keep_example(parts)


def take_example(ask: Ask) -> Response:
    """Add it, and go on where one was."""
    named = add_example(ask)
    if back := ask.text("back"):
        return ask.to("/new/columns", table=back, template=named.id)
    return ask.to(f"/templates/{named.id}", "Added.")


def keep_batch(ask: Ask) -> Response:
    """Keep what a batch was made with as a template."""
    batch, name = ask.batch(), ask.text("name")
    if not name or len(name) > 100 or not name.isprintable():
        raise ApiError(400, "invalid_request", "a template's name has 1 to 100 printable characters",
                       hint="Go back and enter a name.", param="name")  # fmt: skip
    named = keep_of_batch(ask.parts, batch, name)
    return ask.to(f"/templates/{named.id}", "Kept: template, columns, budget and window.")


def remove(ask: Ask) -> Response:
    """List it no more; what was made with it stays."""
    named = template_named(ask.parts, ask.path("template"))
    ask.parts.named.archive(named.id)
    return ask.to("/templates", f"{named.name} is listed no more.")

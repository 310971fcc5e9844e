"""Templates: kept by name, each with all its editions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import Field

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.native.received import Received, received
from clipmill.api.native.shapes import (
    BINARY,
    After,
    Amount,
    AskedShape,
    Limit,
    PageOf,
    ToldShape,
    body_of,
    number_after,
    paged,
    resource,
)
from clipmill.domain.access import Named
from clipmill.domain.credits import as_number
from clipmill.domain.template import FieldRule, Template
from clipmill.pipeline.use_cases.serving import templates as kept

routes = resource("templates")
#: The most that the zip of a template may have, bytes.
_ZIP_BYTES = 64 * 1024**2
Edition = Annotated[int | None, Query(ge=1, le=1_000_000, description="Which edition; the newest if left out.")]


class FieldTold(ToldShape):
    """What the contract asks of one field; null where it asks nothing."""

    name: str
    kind: str = Field(description="text, number, integer, money, colour, date, enum, boolean, image, video, audio …")
    required: bool
    fallback: str | None = Field(description="What stands for an empty cell.")
    unique: bool
    column: str = Field(description="The column that feeds it, where that has another name.")
    aliases: list[str]
    min_length: int | None
    max_length: int | None
    minimum: float | None
    maximum: float | None
    choices: list[str]
    max_bytes: int | None
    min_width: int | None
    min_height: int | None
    max_pixels: int | None
    min_aspect: float | None
    max_aspect: float | None


class PolicyTold(ToldShape):
    """How a batch runs unless it says otherwise."""

    attempts: int
    budget: Amount | None
    window: int | None = Field(description="Rows in flight; null: as many as the engine allows.")
    ramp: int | None
    stop_percent: float | None
    stop_rows: int | None
    priority: int
    weight: int


class TemplateTold(ToldShape):
    """One edition of a template."""

    id: str
    name: str
    edition: int = Field(description="1 is the first.")
    version: str = Field(description="The hash of everything it consists of.")
    engine: str
    created_at: float = Field(description="When its first edition was made, seconds since 1970.")
    updated_at: float = Field(description="When this edition was made.")
    archived_at: float | None
    contract: list[FieldTold]
    output: str = Field(description="The pattern of its files' names.")
    reference: str = Field(description="The field whose picture the first frame is compared to; empty: none is.")
    drift_percent: float
    defaults: PolicyTold
    parts: list[str] = Field(description="What is made first, by name.")
    map: dict[str, str] = Field(description="Column → field, as tables for it are read.")
    payload: dict[str, Any] | None = Field(description="What is made, with its placeholders; null in lists.")


class TemplateBatch(AskedShape):
    """A template as a batch was made with."""

    batch: str = Field(min_length=1, max_length=200, description="The batch.")
    name: str = Field(default="", max_length=200, description="Its name; that of the batch's template if left out.")


#: What a template may be sent as.
_BODY = body_of(
    application__json={"oneOf": [{"type": "object", "description": "As template.yaml would be, its payload in it.",
                                  "required": ["name", "contract", "payload", "output"],
                                  "properties": {"name": {"type": "string"}, "contract": {"type": "object"},
                                                 "payload": {"type": "object"}, "output": {"type": "object"}}},
                                 TemplateBatch.model_json_schema()]},
    application__zip=BINARY,
    multipart__form_data={"type": "object", "required": ["template"], "properties": {
        "template": {**BINARY, "description": "The folder as zip."}, "name": {"type": "string"}}},
)  # fmt: skip
Got = Annotated[Received, Depends(received(_ZIP_BYTES, "template"))]


def told(caller: Caller, named: Named, *, whole: bool = False) -> TemplateTold:
    """A template as it is told; `whole` with its payload."""
    template, reading = caller.parts.named.template(named.version), kept.reading_of(named)
    return TemplateTold(
        id=named.id, name=named.name, edition=named.number, version=named.version, engine=template.engine,
        created_at=named.created_at, updated_at=named.at, archived_at=named.archived_at,
        contract=[_field(rule) for rule in template.contract], output=template.output_name,
        reference=template.verify.reference, drift_percent=template.verify.drift_percent,
        defaults=policy_told(template), parts=sorted(template.parts), map=dict(reading.mapping),
        payload=dict(template.body) if whole else None,
    )  # fmt: skip


def _field(rule: FieldRule) -> FieldTold:
    return FieldTold.model_validate(rule, from_attributes=True)


def policy_told(template: Template) -> PolicyTold:
    """The defaults of a template."""
    policy = template.policy
    return PolicyTold(attempts=policy.attempts, budget=as_number(policy.budget), window=policy.window,
                      ramp=policy.ramp, stop_percent=policy.stop_percent, stop_rows=policy.stop_rows,
                      priority=policy.priority, weight=policy.weight)  # fmt: skip


@routes.post("/templates", operation_id="create_template", status_code=201, openapi_extra=_BODY)
def create(caller: Annotated[Caller, Depends(MAY_SUBMIT)], got: Got) -> TemplateTold:
    """Keep a template: its folder as zip, what `template.yaml` would say as JSON, or `{"batch": …}`, what one was made
    with.
    """
    return _kept(caller, got, "")


@routes.get("/templates", operation_id="list_templates")
def every(caller: Annotated[Caller, Depends(MAY_READ)], limit: Limit = 50, after: After = "") -> PageOf[TemplateTold]:
    """Templates in their newest editions, the newest template first."""
    found, _ = caller.parts.named.page(kept.OURS, limit + 1, after=after)
    page, more, following = paged(found, limit, lambda named: named.id)
    return PageOf(data=[told(caller, named) for named in page], has_more=more, next=following)


@routes.get("/templates/{template}", operation_id="get_template")
def one(template: str, caller: Annotated[Caller, Depends(MAY_READ)], edition: Edition = None) -> TemplateTold:
    """A template by its id or name, with its payload."""
    return told(caller, kept.template_named(caller.parts, template, edition), whole=True)


@routes.post("/templates/{template}/editions", operation_id="create_edition", status_code=201, openapi_extra=_BODY)
def edit(template: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)], got: Got) -> TemplateTold:
    """Keep the next edition of a template. Batches that run keep the one they were started with."""
    return _kept(caller, got, kept.template_named(caller.parts, template).id)


@routes.get("/templates/{template}/editions", operation_id="list_editions")
def editions(template: str, caller: Annotated[Caller, Depends(MAY_READ)], limit: Limit = 50, after: After = "",
             ) -> PageOf[TemplateTold]:  # fmt: skip
    """The editions of a template, the newest first."""
    named = kept.template_named(caller.parts, template)
    found = kept.editions_of(caller.parts, named, limit + 1, number_after(after))
    page, more, following = paged(found, limit, lambda edition: edition.number)
    return PageOf(data=[told(caller, edition) for edition in page], has_more=more, next=following)


@routes.delete("/templates/{template}", operation_id="archive_template")
def archive(template: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> TemplateTold:
    """List it no more. Batches made with it go on, and its id still leads to it."""
    named = kept.template_named(caller.parts, template)
    return told(caller, caller.parts.named.archive(named.id))


def _kept(caller: Caller, got: Received, named_id: str) -> TemplateTold:
    with caller.served.alone(caller.tenant) as parts:
        if got.file is not None:
            named = kept.keep_zip(parts, got.file, named_id, got.field("name"))
        elif "batch" in got.json:
            wish = got.as_wish(TemplateBatch)
            named = kept.keep_of_batch(parts, parts.batches.find(wish.batch), wish.name, named_id)
        else:
            named = kept.keep_document(parts, got.json, named_id)
    return told(caller, named, whole=True)

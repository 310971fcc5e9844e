"""What a batch is submitted with, as a form or as JSON; fields have other names, too, that are as near."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from clipmill.api.access import MAY_SUBMIT, Caller
from clipmill.api.bodies import kind_of, parsed
from clipmill.api.dialects.flixly.asking import refused
from clipmill.api.errors import ApiError
from clipmill.domain.credits import CREDIT

#: Other words for fields.
_MEANT = {"budget": "hard_stop", "max_credits": "hard_stop", "credit_limit": "hard_stop", "hard_stop_credits":
          "hard_stop", "model_name": "model", "duration": "seconds", "template": "template_id"}  # fmt: skip
#: Other words for the cells of a row.
_CELLS = {"image_url": "image", "image_path": "image", "reference": "image", "duration": "seconds"}
_FILES = ("file", "csv", "table")
_PARAMETERS = ("params", "parameters", "input")
#: Rows that a body of JSON may hold.
_MOST_ROWS = 10_000
Amount = Annotated[Decimal, Field(ge=0, le=10**9, decimal_places=3)]


class Submission(BaseModel):
    """What holds for every row of a batch."""

    model: str = Field("", max_length=200, description="By id or name, as Seedance 2.0.")
    type: str | None = Field(None, max_length=40, description="As TEXT_TO_IMAGE, for models that make both.")
    name: str | None = Field(None, max_length=200, description="What people call the batch.")
    seconds: float | None = Field(None, gt=0, le=3600, description="Of rows that say none.")
    negative_prompt: str | None = Field(None, max_length=32_000, description="Of rows that say none.")
    resolution: str | None = Field(None, max_length=20, description="As 1920x1080 or 1080p.")
    aspect_ratio: str | None = Field(None, max_length=20, description="As 9:16.")
    width: int | None = Field(None, ge=16, le=8192)
    height: int | None = Field(None, ge=16, le=8192)
    fps: float | None = Field(None, gt=0, le=240)
    output_format: str | None = Field(None, max_length=10)
    hard_stop: Amount | None = Field(None, description="Credits after which no more is begun.")
    drift_percent: float = Field(12.0, ge=0, le=100, description="First frame against picture: more is reviewed.")
    sample: int | None = Field(None, ge=1, le=1_000, description="Make so many rows first, then pause.")
    webhook_url: str | None = Field(None, max_length=2_000)
    template_id: str | None = Field(None, max_length=100, description="What an earlier batch was saved as.")

    @property
    def budget(self) -> int | None:
        """The hard stop in thousandths of a credit."""
        return None if self.hard_stop is None else int(self.hard_stop * CREDIT)


class BatchRow(BaseModel):
    """One clip or still of a batch."""

    prompt: str = Field("", max_length=32_000)
    image: str | None = Field(None, max_length=4_000, description="The reference, by address or upload.")
    seconds: float | str | None = None
    seed: int | str | None = None
    negative_prompt: str | None = Field(None, max_length=32_000)
    model: str | None = Field(None, max_length=200)


class BatchRequest(Submission):
    """A batch whose rows are in the body, or are those of a template with other prompts."""

    rows: list[BatchRow] | None = Field(None, min_length=1, max_length=_MOST_ROWS)
    prompts: list[Annotated[str, Field(max_length=32_000)]] | None = Field(
        None, min_length=1, max_length=_MOST_ROWS, description="With template_id: new prompts, in the order of rows."
    )


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came."""

    wanted: BatchRequest
    #: By their own names, for what was said: what a template says holds for the rest.
    named: Mapping[str, Any]
    #: A CSV, a table of JSON lines, or a zip of either with its pictures.
    upload: UploadFile | None = None


async def submitted(request: Request, _caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> AsyncIterator[Submitted]:
    """The body of a submission, of whoever may submit. Raises ApiError: 401, 403, 413, 415, 422."""
    kind = kind_of(request)
    if kind == "multipart/form-data":
        async with request.form() as form:
            said = _fields(form)
            yield _read(said, _upload(form))
    elif kind == "application/json":
        yield _read(await request.json(), None)
    else:
        raise ApiError(415, "wrong_content_type", "a batch is multipart/form-data with a file, or application/json",
                       hint="Send the table as the field `file`.")  # fmt: skip


def _upload(form: FormData) -> UploadFile | None:
    return next((value for name in _FILES if isinstance(value := form.get(name), UploadFile)), None)


def _fields(form: FormData) -> dict[str, Any]:
    """The fields of a form; those that hold JSON as what they hold."""
    said: dict[str, Any] = {}
    for name, value in form.multi_items():
        if not isinstance(value, str) or not value.strip():
            continue
        inner = name in _PARAMETERS or name in ("rows", "prompts")
        said[name] = parsed(value.encode("utf-8", "surrogatepass")) if inner else value.strip()
    return said


def _read(body: Any, upload: UploadFile | None) -> Submitted:
    if not isinstance(body, Mapping):
        raise refused("", "the body is no JSON object", "Send an object.")
    said = {name: value for name, value in body.items() if name not in _PARAMETERS}
    for name in _PARAMETERS:
        inner = body.get(name)
        if inner is not None and not isinstance(inner, Mapping):
            raise refused(name, f"{name} is no JSON object", "Write it as an object.")
        said = {**(inner or {}), **said}
    said = _renamed(said, _MEANT)
    if isinstance(said.get("rows"), list):
        said["rows"] = [_renamed(row, _CELLS) if isinstance(row, Mapping) else row for row in said["rows"]]
    return Submitted(validated(said), {name: said[name] for name in Submission.model_fields if name in said}, upload)


def validated(said: Mapping[str, Any]) -> BatchRequest:
    """The fields as they must be. Raises RequestValidationError with each that is wrong."""
    try:
        return BatchRequest.model_validate(dict(said))
    except ValidationError as error:
        told = [{**each, "loc": ("body", *each["loc"])} for each in json.loads(error.json(include_url=False))]
        raise RequestValidationError(told) from error


def _renamed(said: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The same with fields by their own names; one that is said by its own counts before another."""
    found = {names[name]: value for name, value in said.items() if name in names}
    return {**found, **{name: value for name, value in said.items() if name not in names}}

"""Bodies of the sync.so dialect: JSON, or fields and files in any order, counted as they arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from clipmill.api.access import MAY_SUBMIT, Caller
from clipmill.api.bodies import BoundedRequest, field_of, kind_of, parsed, too_large
from clipmill.api.dialects.sync.limits import check_plan
from clipmill.api.dialects.sync.lines import Line, lines_of
from clipmill.api.errors import ApiError

#: What fields and borders of a form take beside its files, bytes.
_BESIDE = 256 * 1024
_JSON, _FORM = "application/json", "multipart/form-data"
May = Annotated[Caller, Depends(MAY_SUBMIT)]


@dataclass(frozen=True, slots=True)
class SentBatch:
    """A batch as it was sent."""

    lines: list[Line]
    webhook_url: str | None
    dry_run: bool


@dataclass(frozen=True, slots=True)
class SentGeneration:
    """A generation as it was sent: its body, and files of it by the name of their field."""

    body: dict[str, Any]
    files: Mapping[str, UploadFile]


async def sent_batch(request: Request, caller: May) -> SentBatch:
    """A dependency: the batch. Raises ApiError: 400, 402, 413, 415."""
    check_plan(caller)
    most = caller.parts.settings.limits.sync_bytes
    if kind_of(request) == _FORM:
        form = await _form(request, most + _BESIDE, "the batch", most)
        try:
            return await _batch_in(form, most)
        finally:
            await form.close()
    body = await _json(request, most, "the batch")
    rows = body.get("rows")
    if not isinstance(rows, list):
        raise ApiError(400, "batch_input_invalid", "rows: it must be a list", param="rows",
                       hint="Send {rows: […]}, or a file in the field input.")  # fmt: skip
    hook = body.get("webhook_url") or body.get("webhookUrl")
    if hook is not None and not isinstance(hook, str):
        raise ApiError(400, "batch_input_invalid", "webhook_url: it must be a text", param="webhook_url")
    return SentBatch([*enumerate(rows, 1)], hook, truth("dry_run", body.get("dry_run")))


async def _batch_in(form: FormData, most: int) -> SentBatch:
    file = form.get("input") or form.get("file")
    if file is None:
        raise ApiError(400, "batch_input_invalid", "input: no file was sent", param="input",
                       hint="Send a file in JSON lines in the field input.")  # fmt: skip
    content = file.encode() if isinstance(file, str) else await file.read(most + 1)
    if len(content) > most:
        raise too_large(most, "the batch")
    return SentBatch([*lines_of(content)], field_of(form, "webhook_url", "webhookUrl") or None,
                     truth("dry_run", field_of(form, "dry_run")))  # fmt: skip


async def sent_generation(request: Request, caller: May) -> AsyncIterator[SentGeneration]:
    """A dependency: the generation. Raises ApiError: 400, 413, 415."""
    most = caller.parts.settings.limits.sync_upload_bytes
    if kind_of(request) != _FORM:
        yield SentGeneration(await _json(request, BoundedRequest.most, "the body"), {})
        return
    form = await _form(request, 2 * most + _BESIDE, "a file", most)
    try:
        yield _generation_in(form, most)
    finally:
        await form.close()


def _generation_in(form: FormData, most: int) -> SentGeneration:
    files = {name: file for name in ("video", "image", "audio")
             if isinstance(file := form.get(name), UploadFile)}  # fmt: skip
    for name, file in files.items():
        if (file.size or 0) >= most:
            raise too_large(most, name)
    body: dict[str, Any] = {"input": []}
    for name in ("input", "options", "segments"):
        if text := field_of(form, name):
            body[name] = _in_json(name, text)
    for name in ("model", "webhookUrl", "outputFileName"):
        if text := field_of(form, name):
            body[name] = text
    return SentGeneration(body, files)


async def _form(request: Request, most: int, what: str, told: int) -> FormData:
    """Raises ApiError (413) in the words of what was sent."""
    try:
        return await request.form(most=most)  # type: ignore[call-arg]  # a BoundedRequest's
    except ApiError as error:
        raise (too_large(told, what) if error.status_code == 413 else error) from error


async def _json(request: Request, most: int, what: str) -> dict[str, Any]:
    if kind_of(request) not in (_JSON, ""):
        raise ApiError(415, "wrong_content_type", f"{kind_of(request)} is not read here",
                       hint=f"Send {_JSON} or {_FORM}.")  # fmt: skip
    if isinstance(request, BoundedRequest):
        request.most = most
    try:
        body = await request.json()
    except ApiError as error:
        raise (too_large(most, what) if error.status_code == 413 else error) from error
    if not isinstance(body, dict):
        raise ApiError(400, "invalid_request", "the body is no JSON object")
    return body


def _in_json(name: str, text: str) -> Any:
    try:
        return parsed(text.encode("utf-8", "surrogatepass"))
    except ApiError as error:
        raise ApiError(400, "generation_input_validation_failed", f"{name}: it is no JSON", param=name) from error


def truth(name: str, said: Any) -> bool:
    """What a text or a value of JSON says: `"false"` is false. Raises ApiError (400) for what says neither."""
    word = said if isinstance(said, bool | None) else str(said).strip().lower()
    if word in (True, "true", "1"):
        return True
    if word in (False, None, "", "false", "0"):
        return False
    raise ApiError(400, "invalid_request", f"{name}: it is neither true nor false", param=name)

"""What a request brought whose body is read by hand: JSON, a file of bytes, or a form of fields and files."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request

from clipmill.api.access import MAY_SUBMIT, Caller
from clipmill.api.bodies import BoundedRequest, check_text, kind_of, parsed, spool, too_large
from clipmill.api.errors import ApiError
from clipmill.making import own_name
from clipmill.shown import shortened

W = TypeVar("W", bound=BaseModel)
_FORM, _JSON = "multipart/form-data", "application/json"
_CHUNK = 1 << 20
#: A file that came in a form, where it lies, and what its sender calls it.
Sent = tuple[Path, str]


@dataclass(slots=True)
class Received:
    """The body of a request; what of it lies on disk is gone when the request is answered."""

    #: The folder that its files lie in.
    folder: Path
    #: The value, where the body is JSON; else nothing.
    json: Mapping[str, Any] = field(default_factory=dict)
    #: The body itself, or the file of the form that the route asks for.
    file: Path | None = None
    #: What its sender calls it.
    name: str = ""
    #: The content type of the body.
    kind: str = ""
    #: The other files of a form.
    files: list[Sent] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    def field(self, name: str) -> str:
        """A field of the form; empty where it is not there."""
        return self.fields.get(name, "")

    def as_wish(self, model: type[W], more: Mapping[str, Any] | None = None) -> W:
        """The value as a wish. Raises RequestValidationError."""
        return wished(model, {**self.json, **(more or {})})


def wished(model: type[W], value: Mapping[str, Any]) -> W:
    """A value as a wish. Raises RequestValidationError."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False)]
        raise RequestValidationError(found) from error


def received(most: int, main: str, bytes_of: Iterable[str] = ("application/zip", "application/octet-stream"),
             ) -> Callable[..., AsyncIterator[Received]]:  # fmt: skip
    """A dependency: the body of a request, of at most so many bytes. `main` is what the file of a form is called, and
    `bytes_of` the content types of a body that is a file.
    """
    kinds = tuple(bytes_of)

    async def of(request: Request, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> AsyncIterator[Received]:
        assert isinstance(request, BoundedRequest)
        kind = kind_of(request)
        got = Received(await run_in_threadpool(_folder, caller), kind=kind)
        try:
            if kind == _JSON:
                got.json = _object(await request.json())
            elif kind == _FORM:
                await _form(request, got, main, most)
            elif kind in kinds:
                got.file = got.folder / "body"
                await spool(request, got.file, most)
            else:
                raise ApiError(415, "wrong_content_type", f"the body is {kind or 'of no content type'}",
                               hint=f"Send {', '.join((_JSON, _FORM, *kinds))}.", param="Content-Type")  # fmt: skip
            yield got
        finally:
            await run_in_threadpool(partial(shutil.rmtree, got.folder, ignore_errors=True))

    return of


def _folder(caller: Caller) -> Path:
    folder = caller.parts.files.scratch(f"received.{own_name()}")
    folder.mkdir(parents=True)
    return folder


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ApiError(400, "invalid_request", "the body is no JSON object", hint="Send an object.")
    return value


async def _form(request: BoundedRequest, got: Received, main: str, most: int) -> None:
    """Take the fields and the files of a form. A field `options` is JSON, and as good as a body of it."""
    async with request.form() as form:
        for number, (name, value) in enumerate(form.multi_items()):
            if not isinstance(value, UploadFile):
                got.fields[check_text(name, "a field's name")] = check_text(value, shortened(name))
                continue
            if (value.size or 0) > most:
                raise too_large(most, name)
            path = got.folder / f"file{number}"
            await run_in_threadpool(_copied, value, path)
            if name == main and got.file is None:
                got.file, got.name = path, value.filename or ""
            else:
                got.files.append((path, value.filename or ""))
    if options := got.fields.pop("options", ""):
        got.json = _object(parsed(options.encode()))


def _copied(upload: UploadFile, path: Path) -> None:
    with path.open("wb") as file:
        shutil.copyfileobj(upload.file, file, _CHUNK)

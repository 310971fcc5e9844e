"""What Zvid's clients send: envelopes, whose unknown fields are refused, around projects, whose are left out."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

#: So many items one request may bring.
BULK_ITEMS = 500
_URL = Annotated[str, Field(max_length=2048, pattern=r"^https?://")]


def _uuid(text: str) -> str:
    UUID(text)  # raises ValueError, which pydantic words
    return text


class Envelope(BaseModel):
    """What stands around a project."""

    model_config = ConfigDict(extra="forbid")


class Overrides(Envelope):
    """Fields of a project that a request sets anew; a size without a resolution is `custom`."""

    resolution: Any = None
    width: Any = None
    height: Any = None
    name: Any = None
    outputFormat: Any = None  # noqa: N815 - as the clients call it
    frameRate: Any = None  # noqa: N815
    backgroundColor: Any = None  # noqa: N815
    snapshotTime: Any = None  # noqa: N815
    quality: Any = None
    transparent: Any = None

    @property
    def said(self) -> dict[str, Any]:
        """Those that are set."""
        return {name: value for name, value in self if value is not None}


class Filled(Envelope):
    """Values for a project's variables, and fields to set anew."""

    variables: dict[str, Any] | None = None
    overrides: Overrides | None = None


class Meant(Filled):
    """A project, or a template by its id, with what to fill it with."""

    payload: dict[str, Any] | None = None
    template: Annotated[str, Field(pattern=r"^tpl_[A-Za-z0-9]{20}$")] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.payload is None) == (self.template is None):
            raise ValueError("give exactly one of payload and template")
        return self


class RenderRequest(Meant):
    """One render."""

    jobId: Annotated[str, AfterValidator(_uuid)] | None = None  # noqa: N815
    clientKey: Annotated[str, Field(max_length=255)] | None = None  # noqa: N815
    webhookUrl: _URL | None = None  # noqa: N815


class BulkItem(Envelope):
    """One of many: its own values, and what its file is called."""

    variables: dict[str, Any] | None = None
    name: Annotated[str, Field(max_length=1000)] | None = None


class BulkRequest(Meant):
    """Many renders of one project."""

    items: Annotated[list[BulkItem], Field(min_length=1, max_length=BULK_ITEMS)]
    name: Annotated[str, Field(max_length=255)] | None = None
    clientKey: Annotated[str, Field(max_length=255)] | None = None  # noqa: N815
    webhookUrl: _URL | None = None  # noqa: N815


class Kept(Envelope):
    """A template or a project to keep."""

    name: Annotated[str, Field(min_length=1, max_length=255)]
    description: Annotated[str, Field(max_length=2000)] | None = None
    payload: dict[str, Any]


class Changed(Envelope):
    """A template or a project to change; what is not said stays."""

    name: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    description: Annotated[str, Field(max_length=2000)] | None = None
    payload: dict[str, Any] | None = None


Event = Literal["render.completed", "render.failed"]


class Hook(Envelope):
    """Where to tell of renders."""

    url: _URL
    events: Annotated[list[Event], Field(min_length=1)] = ["render.completed", "render.failed"]
    description: Annotated[str, Field(max_length=255)] | None = None


class HookChanged(Envelope):
    """A webhook to change; what is not said stays."""

    url: _URL | None = None
    events: Annotated[list[Event], Field(min_length=1)] | None = None
    description: Annotated[str, Field(max_length=255)] | None = None
    #: False: nothing is sent until it is true again.
    enabled: bool | None = None


class Brief(BaseModel):
    """What a video should say."""

    brief: Annotated[str, Field(max_length=5_000)] = ""
    prompt: Annotated[str, Field(max_length=5_000)] = ""
    resolution: Annotated[str, Field(max_length=40)] = "hd"

    @property
    def text(self) -> str:
        """The words of it."""
        return (self.brief or self.prompt).strip()


class Project(BaseModel):
    """A project to mend."""

    payload: dict[str, Any]


#: Of lists, from 1 on, and how many a page holds.
Page = Annotated[int, Query(ge=1, le=100_000)]
Limit = Annotated[int, Query(ge=1, le=100)]

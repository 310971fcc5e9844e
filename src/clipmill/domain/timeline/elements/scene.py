"""A scene: a part of a video with a timeline of its own, after which the next one comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.colour import OpaqueField
from clipmill.domain.timeline.elements.audio import Audio
from clipmill.domain.timeline.elements.visual import (
    GifVisual,
    ImageVisual,
    MaybeAnimation,
    Name,
    SvgVisual,
    TextVisual,
    VideoVisual,
)
from clipmill.domain.timeline.timing import Seconds


def _visual_type(value: Any) -> str:
    kind = value.get("type", "") if isinstance(value, Mapping) else getattr(value, "type", "")
    return kind.upper() if isinstance(kind, str) else ""


VisualField = Annotated[
    Annotated[SvgVisual, Tag("SVG")]
    | Annotated[ImageVisual, Tag("IMAGE")]
    | Annotated[GifVisual, Tag("GIF")]
    | Annotated[VideoVisual, Tag("VIDEO")]
    | Annotated[TextVisual, Tag("TEXT")],
    Discriminator(_visual_type),
]


def _automatic(value: Any) -> Any:
    """−1 means automatic."""
    return None if value in (-1, "-1") else value


class Scene(TimelineModel):
    """One scene; the times of its elements count from its beginning."""

    called: ClassVar[str] = "a scene"

    id: Name = ""
    #: Seconds; null or −1: as long as what is in it.
    duration: Annotated[
        Annotated[Seconds, Field(ge=0.1)] | None,
        BeforeValidator(_automatic, json_schema_input_type=Annotated[Seconds, Field(ge=0.1)] | Literal[-1] | None),
    ] = None
    #: How it gives way to the next scene, over `transitionDuration` seconds in which both are seen.
    transition: MaybeAnimation = None
    #: The next scene's id, `none` or nothing; any other name makes it a cut.
    transition_id: str = Field("", max_length=100)
    transition_duration: float = Field(0.5, ge=0, le=60)
    #: Null: the project's.
    background_color: OpaqueField | None = None
    visuals: tuple[VisualField, ...] = ()
    audios: tuple[Audio, ...] = ()

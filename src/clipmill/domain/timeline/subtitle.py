"""The subtitle of a project: what is said when, and how it is written on the picture."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.colour import Colour, ColourField
from clipmill.domain.timeline.presets import Position
from clipmill.domain.timeline.timing import Seconds

#: Short names of positions → the full ones.
_SHORT = {"top": "top-center", "center": "center-center", "bottom": "bottom-center"}
#: Old name of a style → where it lies today.
_LEGACY = {
    "color": ("font", "color"), "isBold": ("font", "bold"), "isItalic": ("font", "italic"),
    "fontSize": ("font", "size"), "fontFamily": ("font", "family"), "textTransform": ("font", "transform"),
    "background": ("background", "color"), "backgroundPadding": ("background", "padding"),
    "backgroundRadius": ("background", "radius"), "marginV": ("margin", "y"), "marginH": ("margin", "x"),
    "outline": ("stroke",), "position": ("position",), "mode": ("animation",), "slideDirection": ("direction",),
    "activeWord": ("activeWord",),
}  # fmt: skip


class SubtitleAnimation(StrEnum):
    """How the words of a caption come, and what marks the one being said."""

    NORMAL = "normal"
    NONE = "none"
    ONE_WORD = "one-word"
    KARAOKE = "karaoke"
    PROGRESSIVE = "progressive"
    HIGHLIGHT = "highlight"
    FILL = "fill"
    POP = "pop"
    BOUNCE = "bounce"
    FADE = "fade"
    SLIDE = "slide"
    TYPEWRITER = "typewriter"


class Word(TimelineModel):
    """One word and when it is said, seconds."""

    called: ClassVar[str] = "a word"

    start: Seconds
    end: Seconds
    text: str = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"end {self.end:g} is before start {self.start:g}")
        return self


class Caption(TimelineModel):
    """Words that are shown together, seconds."""

    called: ClassVar[str] = "a caption"

    start: Seconds
    end: Seconds
    text: str = Field("", max_length=1000)
    words: tuple[Word, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"end {self.end:g} is before start {self.start:g}")
        if not (self.text.strip() or self.words):
            raise ValueError("it has neither text nor words; give one of them")
        return self


class SubtitleFont(TimelineModel):
    """The letters of a subtitle."""

    called: ClassVar[str] = "a subtitle's font"

    family: str = Field("Manrope", max_length=200)
    #: Pixels.
    size: float = Field(50.0, ge=1, le=1000)
    color: ColourField = Colour(255, 255, 255)
    bold: bool = False
    italic: bool = False
    transform: Literal["none", "uppercase", "lowercase", "capitalize"] = "none"


class SubtitleStroke(TimelineModel):
    """The outline around the letters."""

    called: ClassVar[str] = "a stroke"

    color: ColourField = Colour(0, 0, 0)
    #: Pixels on each side.
    width: float = Field(0.0, ge=0, le=100)


class SubtitleBackground(TimelineModel):
    """The box behind the lines."""

    called: ClassVar[str] = "a subtitle's background"

    color: ColourField | None = None
    opacity: float = Field(1.0, ge=0, le=1)
    #: Pixels.
    padding: float = Field(0.0, ge=0, le=200)
    radius: float = Field(0.0, ge=0, le=200)


class ActiveWord(TimelineModel):
    """The word that is being said."""

    called: ClassVar[str] = "an activeWord"

    color: ColourField | None = None
    background: ColourField | None = None
    #: Pixels.
    radius: float = Field(0.0, ge=0, le=200)


class Margin(TimelineModel):
    """Distance from the edges of the picture, pixels."""

    called: ClassVar[str] = "a margin"

    x: int = Field(0, ge=-20_000, le=20_000)
    y: int = Field(0, ge=-20_000, le=20_000)


def _position(value: Any) -> Any:
    return _SHORT.get(value, value) if isinstance(value, str) else value


def _sidecars(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Subtitle(TimelineModel):
    """Captions over the whole video."""

    called: ClassVar[str] = "a subtitle"

    #: `asset:` reference of a stored SRT or VTT file; exactly one of `src` and `captions` is given.
    src: str = Field("", max_length=2048)
    captions: tuple[Caption, ...] = ()
    #: More words than this are broken into captions of their own, one line each.
    max_words_per_line: int | None = Field(None, ge=1, le=20)
    animation: SubtitleAnimation = SubtitleAnimation.NORMAL
    direction: Literal["up", "down", "left", "right"] = "up"
    font: SubtitleFont = SubtitleFont()
    stroke: SubtitleStroke | None = None
    background: SubtitleBackground | None = None
    active_word: ActiveWord = ActiveWord()
    position: Annotated[
        Position, BeforeValidator(_position, json_schema_input_type=Position | Literal["top", "center", "bottom"])
    ] = Position.BOTTOM_CENTER
    margin: Margin | None = None
    #: Subtitle files that are delivered beside the video.
    sidecars: Annotated[
        tuple[Literal["srt", "vtt"], ...],
        BeforeValidator(_sidecars, json_schema_input_type=Literal["srt", "vtt"] | tuple[Literal["srt", "vtt"], ...]),
    ] = ()

    @model_validator(mode="before")
    @classmethod
    def _modern(cls, data: Any) -> Any:
        """The old `styles` object as today's fields."""
        if not isinstance(data, Mapping) or not isinstance(data.get("styles"), Mapping):
            return data
        modern: dict[str, Any] = {name: value for name, value in data.items() if name != "styles"}
        for name, value in data["styles"].items():
            path = _LEGACY.get(name)
            if value is None or path is None:
                continue
            if len(path) == 1:
                modern.setdefault(path[0], value)
            else:
                inside = dict(modern.get(path[0]) or {})
                inside.setdefault(path[1], value)
                modern[path[0]] = inside
        return modern

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if bool(self.src) == bool(self.captions):
            raise ValueError("give exactly one of src and captions")
        return self

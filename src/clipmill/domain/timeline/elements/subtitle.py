"""The subtitle of a project: what is said when, and how it is written on the picture."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.colour import Colour, ColourField
from clipmill.domain.timeline.presets import Position
from clipmill.domain.timeline.timing import Seconds

#: Short names of positions → the full ones.
_SHORT = {"top": "top-center", "center": "center-center", "bottom": "bottom-center"}
#: Field of the old `styles` → where it lies today.
_LEGACY = {
    "color": ("font", "color"), "is_bold": ("font", "bold"), "is_italic": ("font", "italic"),
    "font_size": ("font", "size"), "font_family": ("font", "family"), "text_transform": ("font", "transform"),
    "background": ("background", "color"), "background_padding": ("background", "padding"),
    "background_radius": ("background", "radius"), "margin_v": ("margin", "y"), "margin_h": ("margin", "x"),
    "outline": ("stroke",), "position": ("position",), "mode": ("animation",), "slide_direction": ("direction",),
    "active_word": ("active_word",),
}  # fmt: skip


Transform = Literal["none", "uppercase", "lowercase", "capitalize"]
Direction = Literal["up", "down", "left", "right"]
FontFamily = Annotated[str, Field(max_length=200)]
#: Pixels.
FontSize = Annotated[float, Field(ge=1, le=1000)]
Rounding = Annotated[float, Field(ge=0, le=200)]
Distance = Annotated[int, Field(ge=-20_000, le=20_000)]


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

    family: FontFamily = "Manrope"
    #: Pixels.
    size: FontSize = 50.0
    color: ColourField = Colour(255, 255, 255)
    bold: bool = False
    italic: bool = False
    transform: Transform = "none"


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
    padding: Rounding = 0.0
    radius: Rounding = 0.0


class ActiveWord(TimelineModel):
    """The word that is being said."""

    called: ClassVar[str] = "an activeWord"

    color: ColourField | None = None
    background: ColourField | None = None
    #: Pixels.
    radius: Rounding = 0.0


class Margin(TimelineModel):
    """Distance from the edges of the picture, pixels."""

    called: ClassVar[str] = "a margin"

    x: Distance = 0
    y: Distance = 0


def _position(value: Any) -> Any:
    return _SHORT.get(value, value) if isinstance(value, str) else value


def _sidecars(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


PositionField = Annotated[
    Position, BeforeValidator(_position, json_schema_input_type=Position | Literal["top", "center", "bottom"])
]


#: What today's fields hold where the old ones say only a part of it.
_PARTS: dict[str, type[TimelineModel]] = {"font": SubtitleFont, "background": SubtitleBackground, "margin": Margin}


class SubtitleStyles(TimelineModel):
    """The looks of a subtitle as older projects have them; each counts where today's field is not given."""

    called: ClassVar[str] = "a subtitle's styles"

    color: ColourField | None = None
    is_bold: bool | None = None
    is_italic: bool | None = None
    font_size: FontSize | None = None
    font_family: FontFamily | None = None
    text_transform: Transform | None = None
    background: ColourField | None = None
    background_padding: Rounding | None = None
    background_radius: Rounding | None = None
    margin_v: Distance | None = None
    margin_h: Distance | None = None
    outline: SubtitleStroke | None = None
    position: PositionField | None = None
    mode: SubtitleAnimation | None = None
    slide_direction: Direction | None = None
    active_word: ActiveWord | None = None


class Subtitle(TimelineModel):
    """Captions over the whole video."""

    called: ClassVar[str] = "a subtitle"

    #: `asset:` reference of a stored SRT or VTT file; exactly one of `src` and `captions` is given.
    src: str = Field("", max_length=2048)
    captions: tuple[Caption, ...] = ()
    #: More words than this are broken into captions of their own, one line each.
    max_words_per_line: int | None = Field(None, ge=1, le=20)
    animation: SubtitleAnimation = SubtitleAnimation.NORMAL
    direction: Direction = "up"
    font: SubtitleFont = SubtitleFont()
    stroke: SubtitleStroke | None = None
    background: SubtitleBackground | None = None
    active_word: ActiveWord = ActiveWord()
    position: PositionField = Position.BOTTOM_CENTER
    margin: Margin | None = None
    #: The same as older projects write it; today's fields win.
    styles: SubtitleStyles | None = None
    #: Subtitle files that are delivered beside the video.
    sidecars: Annotated[
        tuple[Literal["srt", "vtt"], ...],
        BeforeValidator(_sidecars, json_schema_input_type=Literal["srt", "vtt"] | tuple[Literal["srt", "vtt"], ...]),
    ] = ()

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if bool(self.src) == bool(self.captions):
            raise ValueError("give exactly one of src and captions")
        return self

    @model_validator(mode="after")
    def _modern(self) -> Self:
        """With what the old `styles` say in today's fields; what was written there is told as it was written there."""
        if self.styles is None:
            return self
        parts: dict[str, dict[str, Any]] = {}
        for old in self.styles.model_fields_set & _LEGACY.keys():
            name, *inner = _LEGACY[old]
            if inner:
                parts.setdefault(name, {})[inner[0]] = getattr(self.styles, old)
            elif name not in self.model_fields_set:
                self.__dict__[name] = getattr(self.styles, old)
        for name, said in parts.items():
            now = getattr(self, name) or _PARTS[name]()
            self.__dict__[name] = now.model_copy(update=said | {key: getattr(now, key) for key in now.model_fields_set})
        return self

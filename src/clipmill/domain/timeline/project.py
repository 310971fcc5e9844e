"""The project: one video or image as JSON: canvas, time, scenes, visuals, audios and a subtitle."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic.alias_generators import to_camel

from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.colour import Colour, OpaqueField
from clipmill.domain.timeline.elements.audio import Audio
from clipmill.domain.timeline.elements.scene import Scene, VisualField
from clipmill.domain.timeline.elements.subtitle import Subtitle
from clipmill.domain.timeline.elements.visual import PictureVisual, Visual
from clipmill.domain.timeline.presets import RESOLUTIONS, preset_name
from clipmill.domain.timeline.timing import Seconds

#: What a video can become. The last six are clipmill's own.
VIDEO_FORMATS = ("mp4", "mov", "avi", "webm", "gif", "prores", "mp3", "wav", "m4a", "png-sequence")
IMAGE_FORMATS = ("png", "jpg", "jpeg", "webp")
#: Fields only a video has, and only an image.
_ONLY_VIDEO = ("duration", "frameRate", "audios", "scenes", "thumbnail", "subtitle", "loudness")
_ONLY_IMAGE = ("snapshotTime", "transparent")
#: What a video may look like, and what a jpg or webp image may: a share of what is possible, percent.
GRADES = ("draft", "standard", "high")
_BEST_IMAGE = 100
#: What an element of an image cannot have.
_TIMES = ("enter_begin", "enter_end", "exit_begin", "exit_end", "enter_animation", "exit_animation")
#: Seconds of a project that says nothing.
DEFAULT_SECONDS = 10.0
#: An image of moving things is taken from a timeline this long, seconds.
_IMAGE_SECONDS = 3600.0

_LARGEST_DENOMINATOR = 10_000
#: Rates of television as people round them → what they are, each a thousandth below a whole one.
_BROADCAST = {
    Fraction(rounded): Fraction(whole * 1000, 1001)
    for rounded, whole in (("23.976", 24), ("23.98", 24), ("29.97", 30), ("59.94", 60))
}

Side = Annotated[int, Field(ge=1, le=16_384)]


def _ratio(value: Any) -> Any:
    """29.97 is the decimal that was written, not its binary neighbour."""
    return str(value) if isinstance(value, float) else value


def plain_rate(rate: Fraction) -> Fraction:
    """29.97002997 means 30000/1001, and so does 29.97; files hold no ratio of much larger numbers."""
    return _BROADCAST.get(rate) or rate.limit_denominator(_LARGEST_DENOMINATOR)


def _given(data: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    """Which of these fields ask for something."""
    return [name for name in names if data.get(name) not in (None, False, "", [], {})]


class Project(TimelineModel):
    """One video or image."""

    called: ClassVar[str] = "a project"

    type: Literal["video", "image"] = "video"
    name: str = Field("unnamed", pattern=r"^[a-zA-Z0-9_\- ]+$", max_length=1000)
    #: A preset overrides width and height.
    resolution: str = "custom"
    width: Side = 1280
    height: Side = 720
    #: Seconds; null: as long as the scenes, or 10.
    duration: Seconds | None = Field(None, ge=0.1)
    #: Pictures a second: a whole number, or an exact ratio as "30000/1001".
    frame_rate: Annotated[Fraction, BeforeValidator(_ratio)] = Field(Fraction(30), ge=1, le=60)
    output_format: str = ""
    background_color: OpaqueField = Colour(255, 255, 255)
    visuals: tuple[VisualField, ...] = ()
    audios: tuple[Audio, ...] = ()
    scenes: tuple[Scene, ...] = ()
    subtitle: Subtitle | None = None
    #: `asset:` reference of a picture shown for the file by players and folders.
    thumbnail: str = Field("", max_length=2048)
    #: Integrated loudness the sound is brought to, LUFS; −14 is what platforms ask for.
    loudness: float | None = Field(None, ge=-40, le=-5)
    #: The moment an image is taken from, seconds.
    snapshot_time: float = Field(0.0, ge=0, le=_IMAGE_SECONDS)
    #: Of jpg and webp images 1 to 100; of mp4 and mov videos a grade, null: standard.
    quality: int | Literal["draft", "standard", "high"] | None = None
    #: An image without its background.
    transparent: bool = False

    @model_validator(mode="before")
    @classmethod
    def _apply_preset(cls, data: Any) -> Any:
        """A named resolution becomes width and height."""
        name = preset_name(data.get("resolution")) if isinstance(data, Mapping) else ""
        if name not in RESOLUTIONS:
            return data
        width, height = RESOLUTIONS[name]
        return {**data, "resolution": name, "width": width, "height": height}

    @model_validator(mode="before")
    @classmethod
    def _fields_fit_the_type(cls, data: Any) -> Any:
        """An image has no time and no sound; a video has no snapshot."""
        if not isinstance(data, Mapping):
            return data
        image = data.get("type") == "image"
        wrong = _given(data, _ONLY_VIDEO if image else _ONLY_IMAGE)
        if wrong:
            kind, other = ("an image", "videos") if image else ("a video", "images")
            raise ValueError(f"{kind} has no {', '.join(wrong)}: only {other} do; leave it out")
        return data

    @field_validator("frame_rate")
    @classmethod
    def _rate_is_a_plain_ratio(cls, value: Fraction) -> Fraction:
        return plain_rate(value)

    @field_validator("quality", mode="before")
    @classmethod
    def _quality_fits_the_type(cls, value: Any, info: ValidationInfo) -> Any:
        """A number for an image, a grade for a video."""
        if value is None:
            return None
        if info.data.get("type") == "image":
            number = int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0
            if not 1 <= number <= _BEST_IMAGE:
                raise ValueError(f"{value!r} is not possible: of an image it is a number from 1 to {_BEST_IMAGE}")
            return number
        if value not in GRADES:
            raise ValueError(f"{value!r} is not possible: of a video it is {', '.join(GRADES[:-1])} or {GRADES[-1]}")
        return value

    @field_validator("output_format", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower().lstrip(".") if isinstance(value, str) else value

    @field_validator("resolution")
    @classmethod
    def _preset_is_known(cls, value: str) -> str:
        if preset_name(value) == "custom":
            return "custom"
        if value not in RESOLUTIONS:
            close = difflib.get_close_matches(preset_name(value), RESOLUTIONS, n=1)
            meant = f"did you mean {close[0]}? There" if close else "there"
            raise ValueError(f"{value!r} is not a preset; {meant} are custom, {', '.join(RESOLUTIONS)}")
        return value

    @model_validator(mode="after")
    def _format_fits_the_type(self) -> Self:
        known = IMAGE_FORMATS if self.type == "image" else VIDEO_FORMATS
        if self.output_format and self.output_format not in known:
            raise ValueError(f"outputFormat {self.output_format!r} is not possible for {self.type} projects; "
                             f"there are {', '.join(known)}")  # fmt: skip
        if self.type == "image":
            self._check_image()
        return self

    def _check_image(self) -> None:
        for number, visual in enumerate(self.visuals):
            if visual.type in ("VIDEO", "GIF"):
                raise ValueError(f"visuals[{number}]: an image project has no {visual.type} elements")
            timed = [to_camel(name) for name in _TIMES if getattr(visual, name)]
            if timed:
                raise ValueError(f"visuals[{number}]: an image has no time: leave {', '.join(timed)} out")
        if self.transparent and self.format in ("jpg", "jpeg"):
            raise ValueError("a JPEG cannot be transparent; use png or webp")
        if self.quality is not None and self.format == "png":
            raise ValueError("a PNG has no quality; use jpg or webp, or leave it out")

    @property
    def format(self) -> str:
        """What it becomes: the format asked for, else mp4 or png."""
        return self.output_format or ("png" if self.type == "image" else "mp4")

    @property
    def is_image(self) -> bool:
        """Whether it is a single picture."""
        return self.type == "image"

    @property
    def canvas(self) -> tuple[int, int]:
        """Width and height that are drawn, pixels: even, as halved colour needs them.

        A video loses an odd row or column; an image is drawn with one more, which is cut off at the end.
        """
        width, height = self.width, self.height
        return (
            (width + width % 2, height + height % 2)
            if self.is_image
            else (max(2, width // 2 * 2), max(2, height // 2 * 2))
        )

    def every_visual(self) -> Iterator[tuple[str, Visual]]:
        """Every visual of the project and of its scenes, with its path."""
        for number, visual in enumerate(self.visuals):
            yield f"visuals[{number}]", visual
        for place, scene in enumerate(self.scenes):
            for number, visual in enumerate(scene.visuals):
                yield f"scenes[{place}].visuals[{number}]", visual

    def every_audio(self) -> Iterator[tuple[str, Audio]]:
        """Every audio of the project and of its scenes, with its path."""
        for number, audio in enumerate(self.audios):
            yield f"audios[{number}]", audio
        for place, scene in enumerate(self.scenes):
            for number, audio in enumerate(scene.audios):
                yield f"scenes[{place}].audios[{number}]", audio

    @property
    def sources(self) -> dict[str, str]:
        """Path of the field → the media it names."""
        found = {f"{path}.src": visual.src for path, visual in self.every_visual() if isinstance(visual, PictureVisual)}
        found |= {f"{path}.src": audio.src for path, audio in self.every_audio()}
        if self.subtitle is not None and self.subtitle.src:
            found["subtitle.src"] = self.subtitle.src
        return found | ({"thumbnail": self.thumbnail} if self.thumbnail else {})

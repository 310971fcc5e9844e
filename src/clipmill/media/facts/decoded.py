"""What the inspection of a finished file has seen so far, and the plain facts that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from fractions import Fraction

from clipmill.domain.verdict import MediaFacts
from clipmill.media.facts.pixels.stillness import MotionDetector
from clipmill.media.facts.snapshot import Picture

#: Larger pictures are not decoded, pixels a side.
LARGEST_SIDE = 8192


@dataclass(slots=True)
class DecodedFacts:
    """Everything that was measured while decoding."""

    container: str = ""
    frames: int = 0
    #: Frames the file promises.
    promised: int = 0
    #: Pictures in the file, decodable or not, and those that are not meant to be shown.
    packets: int = 0
    discarded: int = 0
    #: Pictures that were proven to repeat the one before them and not decoded.
    spared: int = 0
    #: Frames the decoder could only patch up, and packets it took nothing of.
    damaged: int = 0
    refused: int = 0
    samples: int = 0
    sample_rate: int = 0
    audible: bool = False
    #: When the first picture is shown, the last one, and until when.
    start: float = 0.0
    at: float = 0.0
    end: float = 0.0
    pixel_format: str = ""
    size: tuple[int, int] = (0, 0)
    #: Width ÷ height of one pixel.
    aspect: Fraction = Fraction(1)
    video_codec: str = ""
    audio_codec: str = ""
    #: Why the file could not be decoded to its end, as the end of a sentence.
    error: str = ""
    watch: MotionDetector = field(default_factory=MotionDetector)
    #: `first`, `middle`, `last`, and whatever else is wanted.
    pictures: dict[str, Picture] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """Length of the pictures; of the sound where there are none."""
        return self.end - self.start if self.frames else self.audio_seconds

    @property
    def audio_seconds(self) -> float:
        """Length of the sound."""
        return self.samples / self.sample_rate if self.sample_rate else 0.0

    @property
    def missing(self) -> int:
        """Frames that are promised or packed and cannot be seen."""
        return 0 if self.discarded else max(0, self.promised - self.frames, self.packets - self.frames)

    @property
    def is_flawless(self) -> bool:
        """Whether everything in the file could be decoded."""
        return not (self.error or self.damaged or self.refused or self.missing)

    def begin_again(self) -> None:
        """Forget everything but the container."""
        fresh = DecodedFacts(container=self.container)
        for each in fields(self):
            setattr(self, each.name, getattr(fresh, each.name))

    def facts(self, size_bytes: int) -> MediaFacts:
        """The measured values."""
        moving = self.end - self.start
        stills = self.watch.stills(moving)
        return MediaFacts(
            seconds=round(self.seconds, 4),
            frames=self.frames,
            fps=round(self.frames / moving, 3) if moving > 0 else 0.0,
            width=self.size[0],
            height=self.size[1],
            container=self.container,
            pixel_format=self.pixel_format,
            video_codec=self.video_codec,
            audio_codec=self.audio_codec,
            audio_seconds=round(self.audio_seconds, 4),
            size_bytes=size_bytes,
            black_frames=self.watch.black_frames,
            longest_still_seconds=round(max((end - start for start, end in stills), default=0.0), 3),
        )

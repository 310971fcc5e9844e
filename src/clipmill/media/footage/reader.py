"""The reader of a video: the picture that is shown at any moment, as a level of the size that is asked for."""

from __future__ import annotations

from fractions import Fraction

from av import VideoFrame

from clipmill.media.draw.crop import WHOLE, Crop
from clipmill.media.draw.level import Level
from clipmill.media.footage.convert import Converter, EvenSize
from clipmill.media.footage.decode import BROKEN, Decoder, Moment
from clipmill.media.footage.fields import Fields

#: Where between the beginnings of two pictures of even time a picture is looked for: files round their times.
_WITHIN = 0.4
#: How far before a moment key frames are looked for, one after the other, seconds.
_STEPS_BACK = (0.0, 2.0, 10.0, float("inf"))
#: A file that breaks off so much before its end, seconds, is refused where the rest is wanted.
_MISSED = 0.5


class FootageReader:
    """Pictures by number, the fastest in rising order: each picture of the source is then decoded once.

    Pictures nobody asks for are decoded and no more. The last one stays after the end; before the first there is the
    first. Interlaced pictures are shown whole. Holds the decoder's memory and two pictures, three of interlaced ones.
    Between two calls the level of the last one stays valid.
    """

    def __init__(self, path: str, *, where: str, rate: Fraction, part: Crop = WHOLE) -> None:
        """Open a video: `rate` is how many pictures a second are counted, `part` what of the upright picture is seen.

        Raises MediaError, which calls it `where`.
        """
        self._decoder = Decoder(path, where)
        self._converter = Converter(part, where)
        self._rate = rate
        self._fields = Fields()
        self._shown: Moment | None = None
        #: The picture before the shown one where one of them is interlaced, and the one after it.
        self._before: Moment | None = None
        self._ahead: Moment | None = None
        #: When the first picture of the file begins, None while that is not known.
        self._first: float | None = None
        self._kept: tuple[Moment, EvenSize, Level] | None = None

    def picture(self, number: int, size: EvenSize) -> Level:
        """The picture shown at the time of this number, the seen part scaled to `size` (even pixels).

        Its planes are not to be written to. Raises MediaError for a file without a picture that can be decoded, for
        one that breaks off before this, and for colours that are not read.
        """
        shown = self._at((number + _WITHIN) / float(self._rate))
        if self._kept is None or self._kept[0] is not shown or self._kept[1] != size:
            try:
                self._kept = (shown, size, self._converter.level(self._whole(shown), size))
            except BROKEN as error:
                raise self._decoder.broken("a picture of the video cannot be converted") from error
        return self._kept[2]

    def close(self) -> None:
        """Close the file and let go of its pictures."""
        self._decoder.close()
        self._before = self._shown = self._ahead = self._kept = None
        self._fields = Fields()

    def _whole(self, shown: Moment) -> VideoFrame:
        """The picture, with its other field where it has two."""
        before, after = (None if each is None else each.frame for each in (self._before, self._ahead))
        return self._fields.whole(shown.frame, before, after)

    def _at(self, seconds: float) -> Moment:
        """The picture shown at a time."""
        if self._must_jump(seconds):
            self._go_to(seconds)
        elif self._shown is None:
            self._go_on(at_beginning=True)
        while self._ahead is not None and self._ahead.seconds <= seconds:
            fielded = self._shown is not None and (_is_fielded(self._shown) or _is_fielded(self._ahead))
            self._before = self._shown if fielded else None
            self._shown, self._ahead = self._ahead, self._decoder.next()
        if self._shown is None:
            raise self._decoder.broken("no picture of the video can be decoded")
        if self._ahead is None:
            self._check_end(self._shown, seconds)
        return self._shown

    def _must_jump(self, seconds: float) -> bool:
        if self._shown is not None and seconds < self._shown.seconds:
            return self._shown.seconds != self._first
        return (self._shown is None or self._ahead is not None) and self._decoder.is_worth_jumping(seconds)

    def _go_to(self, seconds: float) -> None:
        """Have a picture that is not later than this, or the first."""
        for back in _STEPS_BACK:
            at_beginning = self._decoder.jump(seconds - back)
            self._go_on(at_beginning=at_beginning)
            if at_beginning or (self._shown is not None and self._shows_it_whole(self._shown, seconds)):
                return

    def _shows_it_whole(self, first: Moment, seconds: float) -> bool:
        """Whether the picture of a time comes when decoding begins here; of an interlaced one, that before it too."""
        if first.seconds > seconds:
            return False
        return not _is_fielded(first) or (self._ahead is not None and self._ahead.seconds <= seconds)

    def _go_on(self, *, at_beginning: bool) -> None:
        self._before, self._shown, self._ahead = None, self._decoder.next(), self._decoder.next()
        if at_beginning and self._shown is not None:
            self._first = self._shown.seconds

    def _check_end(self, last: Moment, seconds: float) -> None:
        """Whether a file that broke off has what is asked for."""
        end, there = self._decoder.declared_end, last.seconds + 1 / float(self._rate)
        if self._decoder.cut_short and end is not None and min(seconds, end) > there + _MISSED:
            raise self._decoder.broken(f"the video should be {end:.1f} seconds long and breaks off after {there:.1f}")


def _is_fielded(moment: Moment) -> bool:
    return moment.frame.interlaced_frame

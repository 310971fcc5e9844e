"""The rhythm of a stream of x264: which of its pictures must not lie between two others."""

from __future__ import annotations

from av.video.frame import PictureType

from clipmill.media.write.writer import MotionHint

#: B pictures between two others, at most: as many as x264 is told to make, or fewer.
_BETWEEN = {MotionHint.QUICK: 0, MotionHint.USUAL: 5, MotionHint.CALM: 8}


class Rhythm:
    """Counts the pictures of one stream."""

    def __init__(self) -> None:
        #: B pictures since the last of another kind.
        self._between = 0

    def kind(self, hint: MotionHint, *, key: bool, must: bool = False) -> PictureType:
        """What the next picture has to be; `must`: no B picture in any case. NONE: x264 makes a B picture of it."""
        kind = PictureType.I if key else PictureType.NONE
        if not key and (must or self._between >= _BETWEEN[hint]):
            kind = PictureType.P
        self._between = self._between + 1 if kind is PictureType.NONE else 0
        return kind

"""Sound files: what is heard of a project, without its pictures."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import av

from clipmill.media.draw.planes import Planes
from clipmill.media.sound.decode import Samples
from clipmill.media.write.sound import EncodedSound, SoundCoding
from clipmill.media.write.track import SoundStream
from clipmill.media.write.writer import Writer


class SoundWriter(Writer):
    """A sound file in the making: it is made when it is left, pictures leave no trace in it."""

    def __init__(
        self,
        path: Path,
        container: str,
        coding: SoundCoding,
        sound: EncodedSound | Iterable[Samples],
    ) -> None:
        super().__init__(path)
        options = {"fflags": "+bitexact"} | ({"movflags": "+faststart"} if container == "ipod" else {})
        self._container = av.open(str(path), "w", format=container, options=options)
        self._track = SoundStream(self._container, coding, sound)

    def _take(self, planes: Planes, *, key: bool) -> None:
        pass

    def _finish(self) -> None:
        self._track.write_rest()
        self._container.close()

    def _give_up(self) -> None:
        self._container.close()

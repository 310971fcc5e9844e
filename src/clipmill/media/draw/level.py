"""A level: a whole picture at one size, as planes, with opacity if it has any."""

from __future__ import annotations

from dataclasses import dataclass

from clipmill.media.draw.planes import Bytes


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The picture at one even size: planes (multiplied by opacity where it has any) and opacity, if it has any."""

    planes: tuple[Bytes, Bytes, Bytes]
    #: Opacity at full and at half size; None: opaque.
    alpha: tuple[Bytes, Bytes] | None

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(part.nbytes for part in (*self.planes, *(self.alpha or ())))

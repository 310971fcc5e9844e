"""A crop: a rectangle of a picture as shares of its sides, the same whatever size the picture is drawn at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Crop:
    """Where its edges lie, 0 being the picture's left or top and 1 its right or bottom."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole picture."""
        return (self.left, self.top, self.right, self.bottom) == (0, 0, 1, 1)

    def middle(self, across: float, down: float) -> Crop:
        """Its middle: these shares of its own width and height."""
        width, height = self.right - self.left, self.bottom - self.top
        x, y = width * (1 - min(1.0, across)) / 2, height * (1 - min(1.0, down)) / 2
        return Crop(self.left + x, self.top + y, self.right - x, self.bottom - y)

    def towards(self, point: tuple[float, float], across: float, down: float) -> Crop:
        """These shares of its own width and height that a zoom towards a point of it (shares) leaves."""
        x, y = ((1 - min(1.0, share)) * at for share, at in zip((across, down), point, strict=True))
        width, height = self.right - self.left, self.bottom - self.top
        left, top = self.left + width * x, self.top + height * y
        return Crop(left, top, left + width * min(1.0, across), top + height * min(1.0, down))

    def before_turn(self, quarters: int) -> Crop:
        """The same part of the picture before it was turned clockwise by so many quarters."""
        part = self
        for _ in range(quarters % 4):
            part = Crop(part.top, 1 - part.right, part.bottom, 1 - part.left)
        return part

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, width and height of the part of a picture of this size: whole pixels, at least one a side."""
        x, y = min(round(self.left * width), width - 1), min(round(self.top * height), height - 1)
        return x, y, max(1, round(self.right * width) - x), max(1, round(self.bottom * height) - y)

    def mirrored(self) -> Crop:
        """The same part of the picture with left and right changed over."""
        return Crop(1 - self.right, self.top, 1 - self.left, self.bottom)


#: The whole picture.
WHOLE = Crop()

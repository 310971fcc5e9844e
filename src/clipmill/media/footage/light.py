"""High dynamic range and wide gamut brought to an ordinary screen: roughly, as a phone shows such a clip to others."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.media.draw.planes import Bytes, Floats
from clipmill.media.footage.colours import Light

#: Steps of the numbers that come in.
STEPS = 4096
#: The brightness of a white page, and the highest that is told apart, candela per square metre (ITU-R BT.2408).
_WHITE, _PEAK = 203.0, 1000.0
#: Brightness up to here (1 being a white page) stays as it is.
_KNEE = 0.3
_GAMMA = 2.2
#: Linear red, green and blue of BT.2020 → of BT.709 (ITU-R BT.2087).
_TO_BT709 = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])


def to_ordinary(rgb: NDArray[np.uint16], light: Light) -> Bytes:
    """A picture of BT.2020 colours, shape (height, width, 3), numbers below `STEPS`, as sRGB of the same shape."""
    linear = cv2.transform(_linear(light)[rgb], _TO_BT709)
    top = 1.0 if light is Light.WIDE else _PEAK / _WHITE
    # The root spreads the steps evenly over what the eye tells apart.
    steps = np.sqrt(np.clip(linear, 0, top) / top) * (STEPS - 1) + 0.5
    shown: Bytes = _shown(light)[steps.astype(np.uint16)]
    return shown


@lru_cache(maxsize=4)
def _linear(light: Light) -> Floats:
    """For each number its light, 1 being a white page."""
    value = np.linspace(0, 1, STEPS)
    if light is Light.PQ:
        # SMPTE ST 2084, equation 4.1.
        root = value ** (1 / 78.84375)
        nits = 10_000 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
        return (nits / _WHITE).astype(np.float32)
    if light is Light.HLG:
        # ITU-R BT.2100, table 5: the scene's light, then a screen of 1000 candela per square metre.
        scene = np.where(value <= 0.5, value**2 / 3, (np.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12)
        return (scene**1.2 * _PEAK / _WHITE).astype(np.float32)
    return (value**_GAMMA).astype(np.float32)


@lru_cache(maxsize=4)
def _shown(light: Light) -> Bytes:
    """For each root of light what an ordinary screen is sent."""
    if light is Light.WIDE:
        return _sent(np.linspace(0, 1, STEPS) ** 2)
    peak = _PEAK / _WHITE
    brightness = np.linspace(0, 1, STEPS) ** 2 * peak
    # A Möbius curve that goes on from the knee with the same slope and reaches 1 at the peak.
    span = _KNEE**2 - 2 * _KNEE + peak
    a, b = -(_KNEE**2) * (peak - 1) / span, (_KNEE**2 - 2 * _KNEE * peak + peak) / max(peak - 1, 1e-6)
    curve = (b**2 + 2 * b * _KNEE + _KNEE**2) / (b - a) * (brightness + a) / (brightness + b)
    return _sent(np.where(brightness <= _KNEE, brightness, curve))


def _sent(light: NDArray[np.float64]) -> Bytes:
    return np.rint(np.clip(light, 0, 1) ** (1 / _GAMMA) * 255).astype(np.uint8)

"""The cover of a video: a small JPEG that folders and players show for the file."""

from __future__ import annotations

import cv2
import numpy as np

from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.raster import load_picture, picture_size

#: Longest side: what shows covers shows them small.
_LONGEST_SIDE = 1280
_QUALITY = 85


def cover_jpeg(path: str, *, pixels: int, where: str) -> bytes:
    """A stored picture as JPEG, its shape kept, at most 1,280 pixels a side; what is transparent becomes white.

    `pixels` is the most the picture may have. Raises MediaError.
    """
    size = picture_size(path, pixels=pixels, where=where)
    scale = min(1.0, _LONGEST_SIDE / max(size.width, size.height))
    width, height = (max(1, round(side * scale)) for side in (size.width, size.height))
    picture = _on_white(load_picture(path, width, height, where=where))
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return bytes(encoded.tobytes())


def _on_white(picture: Bytes) -> Bytes:
    if picture.shape[2] == 3:
        return picture
    share = picture[..., 3:].astype(np.float32) / 255
    return np.rint(picture[..., :3] * share + 255 * (1 - share)).astype(np.uint8)

"""What stands under the table: how it was measured, and in what the pictures are not quite the same."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from importlib.metadata import version

import imageio_ffmpeg

_NOTES = """\
{when}, {runs}: clipmill {clipmill}, MoviePy {moviepy}, ffmpeg {ffmpeg} from imageio-ffmpeg {imageio}. CPU seconds are
user + system time of a fresh process and all that it starts, one after the other on the same machine in turns.
Seconds differ from machine to machine, ratios hardly; the *encode floor* is x264 alone (veryfast, crf 23, one thread)
on the finished frames. Every output was checked: 270 frames, 9 s, sound, every part in its place.

- ffmpeg and MoviePy encode with x264 veryfast at crf 23 on one thread, as they were told; clipmill with its own
  settings for graphics. VMAF (of the whole picture, and of the box with the photograph) and SSIM say what came of it:
  they compare with frames that none of the three drew, the photograph sampled from its large original in floating
  point, letters drawn without hinting and placed between pixels.
- **clipmill** is its render process alone, as the others are; in a row it encodes the music once. `clipmill run` is
  everything around it too: it reads and checks the table, looks into every photograph, decodes each finished file to
  its end, and writes the report.
- *Steps back*: in how many of 269 steps an edge of the growing photograph moves the wrong way by more than 0.05
  pixels. Up to about ten are noise of the encoder. ffmpeg's `zoompan` cuts out and MoviePy resizes to whole pixels,
  so that the picture trembles; `perspective` and clipmill sample between pixels.
- MoviePy moves its texts by whole pixels. It and ffmpeg get the round corners as a picture, MoviePy the background
  too; drawing those is not counted.
"""


def versions() -> Mapping[str, str]:
    """The others, as the table calls them."""
    return {
        "zoompan": f"ffmpeg {ffmpeg_version()}, one filtergraph, `zoompan`",
        "perspective": f"ffmpeg {ffmpeg_version()}, one filtergraph, `perspective`",
        "moviepy": f"MoviePy {version('moviepy')}",
    }


def ffmpeg_version() -> str:
    """Of the ffmpeg that is measured."""
    told = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-version"], check=True, capture_output=True, text=True)
    found = re.match(r"ffmpeg version n?([\d.]+)", told.stdout)
    return found[1] if found else "of unknown version"


def notes(runs: int, when: str) -> str:
    """The text under the table."""
    return _NOTES.format(
        runs="measured once" if runs == 1 else f"median of {runs} runs", when=when,
        clipmill=version("clipmill"), moviepy=version("moviepy"), ffmpeg=ffmpeg_version(),
        imageio=version("imageio-ffmpeg"),
    ).strip()  # fmt: skip

"""What is prepared before anything is measured: the sheet, and the parts that no video differs in.

The background is drawn to a PNG too, because MoviePy reads no SVG; the mask of the round box and the empty button are
drawn eight times as large and brought down. All of it is kept out of the measuring, in favour of the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import composition as p1
import pyvips
import yaml
from composition import Baselines, Sheet, Video
from PIL import Image, ImageDraw, ImageFont

from clipmill.media.fonts.library import FontLibrary

P1 = Path(__file__).resolve().parents[1] / "p1"
#: As the template names them: the first one there is.
_FAMILIES, _BOLD = ("DejaVu Sans", "Manrope"), 700
_FINER = 8


def prepare(rows: Sequence[Mapping[str, str]], fonts: Sequence[Path], ffmpeg: str, folder: Path) -> Sheet:
    """A sheet for these rows of P1, its parts and its videos in `folder`."""
    background = folder / "background.svg"
    project = yaml.safe_load((P1 / "project.yaml").read_text(encoding="utf-8"))
    background.write_text(project["visuals"][0]["svg"], encoding="utf-8")
    pyvips.Image.new_from_file(str(background)).flatten().write_to_file(str(folder / "background.png"))
    rounded(p1.BOX_SIDE, p1.BOX_SIDE, p1.BOX_RADIUS).save(folder / "mask.png")
    button = Image.new("RGBA", (p1.BUTTON_WIDTH, p1.BUTTON_HEIGHT), p1.TEAL)
    button.putalpha(rounded(p1.BUTTON_WIDTH, p1.BUTTON_HEIGHT, p1.BUTTON_HEIGHT // 2))
    button.save(folder / "button.png")
    font = font_file(fonts)
    return Sheet(
        str(background), str(folder / "background.png"), str(folder / "mask.png"), str(folder / "button.png"),
        str(P1 / "music.wav"), str(font), ffmpeg, baselines(font), tuple(_video(row, folder) for row in rows),
    )  # fmt: skip


def _video(row: Mapping[str, str], folder: Path) -> Video:
    headline = tuple(row["headline"].split("|"))
    return Video(str(P1 / row["photo"]), headline, row["price"], row["cta"], str(folder / f"{row['id']}.mp4"))


def rounded(width: int, height: int, radius: int) -> Image.Image:
    """A box with round corners, white on black, smooth at its edge."""
    large = Image.new("L", (width * _FINER, height * _FINER), 0)
    shape = (0, 0, width * _FINER - 1, height * _FINER - 1)
    ImageDraw.Draw(large).rounded_rectangle(shape, radius * _FINER, fill=255)
    return large.resize((width, height), Image.Resampling.BOX)


def font_file(folders: Sequence[Path]) -> Path:
    """The file that clipmill takes for P1's bold letters."""
    faces = [face for face, _ in FontLibrary(tuple(folders)).faces()]
    for family in _FAMILIES:
        for face in faces:
            if face.family == family and face.weights == (_BOLD, _BOLD) and not face.italic:
                return face.path
    raise RuntimeError("there is no bold DejaVu Sans and no bold Manrope; install clipmill with its fonts")


def baselines(font: Path) -> Baselines:
    """Where the letters stand when every line is in the middle of its height, as in CSS."""
    return Baselines(
        p1.HEADLINE_TOP + _baseline(font, p1.HEADLINE_SIZE, p1.LINE_HEIGHT),
        p1.PRICE_TOP + _baseline(font, p1.PRICE_SIZE, p1.PRICE_HEIGHT),
        _baseline(font, p1.BUTTON_SIZE, p1.BUTTON_HEIGHT),
    )


def _baseline(font: Path, size: int, height: int) -> int:
    ascent, descent = ImageFont.truetype(str(font), size).getmetrics()
    return (height - ascent - descent + 1) // 2 + ascent

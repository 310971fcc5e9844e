"""P1 with one ffmpeg command and a filtergraph, written with care: `python with_ffmpeg.py sheet.json zoompan`.

Pictures are decoded once and repeated by `loop`; everything is laid over each other in yuv420p, so that no whole frame
is converted; the texts are drawn where they stand; filters and encoder have one thread. There are two ways to zoom:

* `zoompan`, the usual one: cuts out whole pixels of the big photograph, so that the picture trembles;
* `perspective`: samples between pixels, so that it is smooth, with bilinear sampling.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import composition as p1
from composition import Sheet, Video, read_sheet

_BT709 = "out_color_matrix=bt709:out_range=tv"
_REPEATED = f"loop={p1.FRAMES - 1}:1"
_GROWN = f"(1+{p1.GROWTH}*on/{p1.FRAMES})"


def zoompan() -> str:
    """A window of whole pixels moves over the photograph, each brought to the size of the box."""
    middle = "x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2'"
    size = f"d={p1.FRAMES}:s={p1.BOX_SIDE}x{p1.BOX_SIDE}:fps={p1.FPS}"
    return f"scale={_BT709},format=yuv420p,zoompan=z='{_GROWN}':{middle}:{size}"


def perspective() -> str:
    """The photograph at its largest size; the corner of the box and the length of a pixel vary, between pixels too."""
    largest = round(p1.BOX_SIDE * (1 + p1.GROWTH))
    step = f"{1 + p1.GROWTH}/{_GROWN}"
    near = f"({largest - 1}/2-{(p1.BOX_SIDE - 1) / 2}*{step})"
    far = f"({near}+{largest}*{step})"
    corners = f"x0='{near}':y0='{near}':x1='{far}':y1='{near}':x2='{near}':y2='{far}':x3='{far}':y3='{far}'"
    return (
        f"scale={largest}:{largest}:flags=lanczos:{_BT709},format=yuv420p,{_REPEATED},"
        f"perspective=eval=frame:sense=source:interpolation=linear:{corners},crop={p1.BOX_SIDE}:{p1.BOX_SIDE}:0:0"
    )


ZOOMS = {"zoompan": zoompan, "perspective": perspective}


def text(sheet: Sheet, words: Path, look: tuple[int, str], place: tuple[str, str], extra: str = "") -> str:
    """One line of text of a size and colour, its first letter at `place` and standing on it."""
    (size, color), (x, y) = look, place
    return (
        f"drawtext=fontfile='{sheet.font}':textfile='{words}':expansion=none:fontsize={size}:fontcolor={color}"
        f":y_align=baseline:x='{x}':y='{y}'{extra}"
    )


def sliding(sheet: Sheet, video: Video) -> str:
    """Headline and price: they slide in from below and from the left, and come up as they do; both ease out."""
    drawn = []
    for number, line in enumerate(video.headline):
        left, extra = left_over(p1.HEADLINE_AT)
        place = str(p1.LEFT), f"{sheet.baselines.headline + number * p1.LINE_HEIGHT}+{p1.SLIDE}*{left}"
        words = written(video, f"headline{number}", line)
        drawn.append(text(sheet, words, (p1.HEADLINE_SIZE, p1.WHITE), place, extra))
    left, extra = left_over(p1.PRICE_AT)
    place = f"{p1.LEFT}-{p1.SLIDE}*{left}", str(sheet.baselines.price)
    drawn.append(text(sheet, written(video, "price", video.price), (p1.PRICE_SIZE, p1.YELLOW), place, extra))
    return ",".join(drawn)


def left_over(start: float) -> tuple[str, str]:
    """What is left of a slide at a time, 1 to 0, as an expression, and the opacity that goes with it."""
    left = f"pow(1-clip((t-{start})/{p1.SLIDE_SECONDS},0,1),3)"
    return left, f":alpha='1-{left}':enable='gte(t,{start})'"


def written(video: Video, name: str, words: str) -> Path:
    """A text in a file of its own, so that nothing in it needs escaping."""
    path = Path(f"{video.into}.{name}.txt")
    path.write_text(words, encoding="utf-8")
    return path


def graph(sheet: Sheet, video: Video, zoom: str) -> str:
    """The filtergraph: background, photograph in its box, texts, button, music."""
    words = written(video, "button", video.button)
    place = "(w-text_w)/2", str(sheet.baselines.button)
    on_button = text(sheet, words, (p1.BUTTON_SIZE, p1.INK), place)
    tags = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
    return ";".join((
        f"[0:v]scale={_BT709},format=yuv420p,{_REPEATED}[background]",
        f"[1:v]{ZOOMS[zoom]()}[photo]",
        f"[2:v]format=gray,{_REPEATED}[mask]",
        "[photo][mask]alphamerge[box]",
        f"[background][box]overlay={p1.BOX_LEFT}:{p1.BOX_TOP}:format=yuv420,{sliding(sheet, video)}[texts]",
        f"[3:v]{on_button},scale={_BT709},format=yuva420p,{_REPEATED},"
        f"fade=in:st={p1.BUTTON_AT}:d={p1.BUTTON_SECONDS}:alpha=1[button]",
        f"[texts][button]overlay={p1.LEFT}:{p1.BUTTON_TOP}:format=yuv420:enable='gte(t,{p1.BUTTON_AT})',{tags}[video]",
        f"[4:a]atrim=0:{p1.SECONDS},afade=out:st={p1.SECONDS - p1.FADE_SECONDS}:d={p1.FADE_SECONDS}:curve=tri[sound]",
    ))  # fmt: skip


def make(sheet: Sheet, video: Video, zoom: str) -> None:
    """Run the one command."""
    pictures = (sheet.background, video.photo, sheet.mask, sheet.button)
    inputs = [word for picture in pictures for word in ("-threads", "1", "-framerate", str(p1.FPS), "-i", picture)]
    command = [
        sheet.ffmpeg, "-y", "-nostdin", "-loglevel", "error", "-filter_complex_threads", "1", *inputs,
        "-i", sheet.music, "-filter_complex", graph(sheet, video, zoom), "-map", "[video]", "-map", "[sound]",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-threads", "1", "-r", str(p1.FPS),
        "-c:a", "aac", "-b:a", "128k", "-t", str(p1.SECONDS), video.into,
    ]  # fmt: skip
    subprocess.run(command, check=True)


if __name__ == "__main__":
    asked = read_sheet(sys.argv[1])
    for one in asked.videos:
        make(asked, one, sys.argv[2])

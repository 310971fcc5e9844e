"""P1 with MoviePy, written the way its documentation shows: `python with_moviepy.py sheet.json`.

Where it offers a quicker way without a loss, that one is taken: the photograph is brought to its largest size once, the
background is the composition's own, the button is flattened, and nothing is logged.
"""

from __future__ import annotations

import os
import sys

import composition as p1
import numpy as np
from composition import Sheet, Video, read_sheet
from PIL import Image, ImageFont

_BT709 = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]


def ease_out(seconds: float) -> float:
    """Cubic ease-out of a slide, 0 to 1."""
    return 1 - (1 - min(1.0, max(0.0, seconds / p1.SLIDE_SECONDS))) ** 3


def photo_clip(sheet: Sheet, video: Video) -> ImageClip:
    """The photograph: it grows in a box with round corners."""
    largest = round(p1.BOX_SIDE * (1 + p1.GROWTH))
    photo = ImageClip(video.photo, duration=p1.SECONDS).resized((largest, largest))
    growing = photo.resized(lambda t: (1 + p1.GROWTH * t / p1.SECONDS) / (1 + p1.GROWTH)).with_position("center")
    box = CompositeVideoClip([growing], size=(p1.BOX_SIDE, p1.BOX_SIDE), bg_color=(0, 0, 0))
    mask = ImageClip(np.array(Image.open(sheet.mask)) / 255, is_mask=True, duration=p1.SECONDS)
    return box.with_mask(mask).with_position((p1.BOX_LEFT, p1.BOX_TOP))


def text_clip(sheet: Sheet, text: str, size: int, color: str, baseline: int, came_from: tuple[int, int]) -> TextClip:
    """A text that slides into its place from so far away, and comes up as it does; both ease out."""
    font = ImageFont.truetype(sheet.font, size)
    between = p1.LINE_HEIGHT - font.getbbox("A")[3]
    clip = TextClip(
        font=sheet.font, text=text, font_size=size, color=color, interline=between, margin=(0, 0, size // 4, size // 4)
    )
    top, (right, down) = baseline - font.getmetrics()[0], came_from
    clip = clip.with_mask(clip.mask.transform(lambda frame, t: frame(t) * ease_out(t), keep_duration=True))
    return clip.with_position(lambda t: (p1.LEFT + right * (1 - ease_out(t)), top + down * (1 - ease_out(t))))


def button_clip(sheet: Sheet, video: Video) -> ImageClip:
    """The button with its text in the middle: it fades in."""
    text = TextClip(
        font=sheet.font,
        text=video.button,
        font_size=p1.BUTTON_SIZE,
        color=p1.INK,
        margin=(0, 0, 0, p1.BUTTON_SIZE // 4),
    )
    ascent = ImageFont.truetype(sheet.font, p1.BUTTON_SIZE).getmetrics()[0]
    placed = text.with_position(("center", sheet.baselines.button - ascent))
    button = CompositeVideoClip([ImageClip(sheet.button), placed], use_bgclip=True).to_ImageClip()
    shown = button.with_duration(p1.SECONDS - p1.BUTTON_AT)
    return shown.with_effects([vfx.CrossFadeIn(p1.BUTTON_SECONDS)]).with_position((p1.LEFT, p1.BUTTON_TOP))


def make(sheet: Sheet, video: Video) -> None:
    """Compose one video and write it."""
    headline = text_clip(
        sheet, "\n".join(video.headline), p1.HEADLINE_SIZE, p1.WHITE, sheet.baselines.headline, (0, p1.SLIDE)
    )
    price = text_clip(sheet, video.price, p1.PRICE_SIZE, p1.YELLOW, sheet.baselines.price, (-p1.SLIDE, 0))
    parts = [
        ImageClip(sheet.background_png, duration=p1.SECONDS),
        photo_clip(sheet, video),
        headline.with_start(p1.HEADLINE_AT).with_end(p1.SECONDS),
        price.with_start(p1.PRICE_AT).with_end(p1.SECONDS),
        button_clip(sheet, video).with_start(p1.BUTTON_AT),
    ]
    music = AudioFileClip(sheet.music).subclipped(0, p1.SECONDS).with_effects([afx.AudioFadeOut(p1.FADE_SECONDS)])
    with CompositeVideoClip(parts, use_bgclip=True).with_duration(p1.SECONDS).with_audio(music) as composed:
        composed.write_videofile(
            video.into, fps=p1.FPS, codec="libx264", preset="veryfast", threads=1,
            ffmpeg_params=["-crf", "23", *_BT709], audio_fps=48_000, audio_codec="aac", audio_bitrate="128k",
            temp_audiofile=f"{video.into}.m4a", logger=None,
        )  # fmt: skip
    music.close()


if __name__ == "__main__":
    asked = read_sheet(sys.argv[1])
    os.environ["IMAGEIO_FFMPEG_EXE"] = asked.ffmpeg
    from moviepy import AudioFileClip, CompositeVideoClip, ImageClip, TextClip, afx, vfx

    for one in asked.videos:
        make(asked, one)

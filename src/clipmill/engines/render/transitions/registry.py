"""The transitions: which function draws which effect. A new one is a line here and a function in its family's file."""

from __future__ import annotations

from collections.abc import Mapping

from clipmill.domain.timeline.elements.animation import Effect
from clipmill.engines.render.transitions import fades, noise, samples, shapes, slices, wipes
from clipmill.engines.render.transitions.picture import Parts, Transition, fade, masked
from clipmill.engines.render.transitions.slides import Slide, slid

#: Each is asked only between the ends of its progress.
TRANSITIONS: Mapping[Effect, Transition] = {
    Effect.FADE: fade,
    Effect.FADE_BLACK: fades.fade_black,
    Effect.FADE_WHITE: fades.fade_white,
    Effect.FADE_GRAYS: fades.fade_grays,
    Effect.FADE_FAST: fades.fade_fast,
    Effect.FADE_SLOW: fades.fade_slow,
    Effect.DISTANCE: fades.distance,
    Effect.DISSOLVE: masked(noise.dissolve),
    Effect.PIXELIZE: samples.pixelize,
    Effect.RADIAL: masked(shapes.radial),
    Effect.H_BLUR: samples.blur_horizontal,
    Effect.ZOOM_IN: samples.zoom_in,
    Effect.WIPE_LEFT: masked(wipes.wipe_left),
    Effect.WIPE_RIGHT: masked(wipes.wipe_right),
    Effect.WIPE_UP: masked(wipes.wipe_up),
    Effect.WIPE_DOWN: masked(wipes.wipe_down),
    Effect.WIPE_TL: masked(wipes.wipe_top_left),
    Effect.WIPE_TR: masked(wipes.wipe_top_right),
    Effect.WIPE_BL: masked(wipes.wipe_bottom_left),
    Effect.WIPE_BR: masked(wipes.wipe_bottom_right),
    Effect.SLIDE_LEFT: slid(Slide(across=True, backwards=True, first_moves=True, second_moves=True)),
    Effect.SLIDE_RIGHT: slid(Slide(across=True, backwards=False, first_moves=True, second_moves=True)),
    Effect.SLIDE_UP: slid(Slide(across=False, backwards=True, first_moves=True, second_moves=True)),
    Effect.SLIDE_DOWN: slid(Slide(across=False, backwards=False, first_moves=True, second_moves=True)),
    Effect.SMOOTH_LEFT: masked(wipes.smooth_left),
    Effect.SMOOTH_RIGHT: masked(wipes.smooth_right),
    Effect.SMOOTH_UP: masked(wipes.smooth_up),
    Effect.SMOOTH_DOWN: masked(wipes.smooth_down),
    Effect.COVER_LEFT: slid(Slide(across=True, backwards=True, first_moves=False, second_moves=True)),
    Effect.COVER_RIGHT: slid(Slide(across=True, backwards=False, first_moves=False, second_moves=True)),
    Effect.COVER_UP: slid(Slide(across=False, backwards=True, first_moves=False, second_moves=True)),
    Effect.COVER_DOWN: slid(Slide(across=False, backwards=False, first_moves=False, second_moves=True)),
    Effect.REVEAL_LEFT: slid(Slide(across=True, backwards=True, first_moves=True, second_moves=False)),
    Effect.REVEAL_RIGHT: slid(Slide(across=True, backwards=False, first_moves=True, second_moves=False)),
    Effect.REVEAL_UP: slid(Slide(across=False, backwards=True, first_moves=True, second_moves=False)),
    Effect.REVEAL_DOWN: slid(Slide(across=False, backwards=False, first_moves=True, second_moves=False)),
    Effect.CIRCLE_CROP: shapes.circle_crop,
    Effect.RECT_CROP: shapes.rect_crop,
    Effect.CIRCLE_CLOSE: masked(shapes.circle_close),
    Effect.CIRCLE_OPEN: masked(shapes.circle_open),
    Effect.HORZ_CLOSE: masked(shapes.horizontal_close),
    Effect.HORZ_OPEN: masked(shapes.horizontal_open),
    Effect.VERT_CLOSE: masked(shapes.vertical_close),
    Effect.VERT_OPEN: masked(shapes.vertical_open),
    Effect.DIAG_BL: masked(shapes.diagonal_bottom_left),
    Effect.DIAG_BR: masked(shapes.diagonal_bottom_right),
    Effect.DIAG_TL: masked(shapes.diagonal_top_left),
    Effect.DIAG_TR: masked(shapes.diagonal_top_right),
    Effect.HL_SLICE: masked(slices.slice_left),
    Effect.HR_SLICE: masked(slices.slice_right),
    Effect.VU_SLICE: masked(slices.slice_up),
    Effect.VD_SLICE: masked(slices.slice_down),
    Effect.HL_WIND: masked(noise.wind_left),
    Effect.HR_WIND: masked(noise.wind_right),
    Effect.VU_WIND: masked(noise.wind_up),
    Effect.VD_WIND: masked(noise.wind_down),
    Effect.SQUEEZE_H: samples.squeeze_horizontal,
    Effect.SQUEEZE_V: samples.squeeze_vertical,
}

#: Progress this near to 0 or 1 is 0 or 1: less cannot be seen, and 32 bits cannot hold much less.
_END = 1e-6


def mix(effect: Effect, first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """Write the picture between two of equal size and kind; progress 0 is wholly `first`, 1 wholly `second`.

    What is nearer to an end than a millionth is that end. `into` may not share memory with either picture.
    """
    if _END < progress < 1 - _END:
        TRANSITIONS[effect](first, second, progress, into)
        return
    for out, part in zip(into, first if progress <= _END else second, strict=True):
        out[:] = part

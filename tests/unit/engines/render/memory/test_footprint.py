from typing import Any

import pytest

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.memory.footprint import KEPT_BACKWARDS, check_footprint, footprint, surely_fits
from clipmill.errors import ProjectError
from clipmill.settings import Limits

CLIP = f"asset:{'c' * 64}.mp4"
PHOTO = f"asset:{'a' * 64}.jpg"
CLIPS = {CLIP: ClipFacts(seconds=9, width=3840, height=2160, fps="30", has_video=True)}
FOUR_K = {"width": 3840, "height": 2160}
GIB = Limits().worker_bytes


def _peak(*visuals: dict[str, Any], **fields: Any) -> int:
    project = load_project({**FOUR_K, "duration": 2, "visuals": list(visuals), **fields})
    return footprint(project, plan_project(project, CLIPS), CLIPS).peak


def _photo(**fields: Any) -> dict[str, Any]:
    return {"type": "IMAGE", "src": PHOTO, **FOUR_K, **fields}


def _clip(**fields: Any) -> dict[str, Any]:
    return {"type": "VIDEO", "src": CLIP, **FOUR_K, **fields}


def test_what_a_worker_may_have_is_a_gigabyte() -> None:
    assert GIB == 1024**3


def test_any_number_of_still_layers_fits() -> None:
    fading = _photo(enterBegin=0, enterEnd=1, enterAnimation="fade")
    assert _peak(*[fading] * 99) < GIB
    assert _peak(*[fading] * 99) == _peak(*[fading] * 30)


def test_large_things_that_are_meant_fit() -> None:
    texts = [{"type": "TEXT", "text": "Every row", "enterBegin": 0, "enterEnd": 1, "enterAnimation": "slideup"}] * 12
    assert _peak(_clip(), *texts, quality="high") < GIB
    assert _peak(_photo(zoom=True), *texts) < GIB
    scenes = [{"duration": 2, "visuals": [_photo(zoom=True)], "transition": "fade"}] * 3
    assert _peak(scenes=scenes, duration=None) < GIB


@pytest.mark.parametrize("canvas", [(64, 64), (1280, 720), (3840, 2160)])
@pytest.mark.parametrize("fields", [{}, {"outputFormat": "webm"}, {"quality": "high"}, {"type": "image"}])
def test_what_surely_fits_does(canvas: tuple[int, int], fields: dict[str, Any]) -> None:
    moved = {"enterBegin": 0, "enterEnd": 1, "enterAnimation": "slideup"} if "type" not in fields else {}
    html = {"type": "TEXT", "html": "<p>Every row</p>", "width": canvas[0], "height": canvas[1], **moved}
    photo = {"type": "IMAGE", "src": PHOTO, "width": canvas[0], "height": canvas[1], "angle": 20, **moved}
    size = dict(zip(("width", "height"), canvas, strict=True))
    project = load_project({**size, "visuals": [html, photo, photo], **fields})
    peak = footprint(project, plan_project(project, {}), {}).peak
    assert not surely_fits(project, {}, peak - 1)
    assert surely_fits(project, {}, GIB) or canvas[0] > 1280
    assert not surely_fits(project, CLIPS, 10**15)


def test_what_is_seen_one_after_the_other_counts_once() -> None:
    turns = [_clip(enterBegin=second / 5, exitEnd=(second + 1) / 5) for second in range(10)]
    assert _peak(*turns) == _peak(turns[0])


def test_each_clip_seen_at_once_counts() -> None:
    one, two, three = (_peak(*[_clip()] * count) for count in (1, 2, 3))
    assert three - two == two - one > 3840 * 2160 * 12


def test_a_way_back_counts_what_is_kept_for_it_and_no_more() -> None:
    once, back = _peak(_clip()), _peak(_clip(loop="bounce"))
    assert back - once == KEPT_BACKWARDS == 64 * 1024**2
    assert _peak(_clip(loop="repeat")) == once
    short = {"loop": "bounce", "videoDuration": 0.1, "width": 960, "height": 540}
    assert _peak(_clip(**short)) - _peak(_clip(**{**short, "loop": "none"})) == 960 * 540 * 3 // 2 * 3
    assert _peak(_clip(loop="bounce")) < GIB


def test_what_takes_too_much_is_refused_by_name() -> None:
    project = load_project({**FOUR_K, "visuals": [_photo(), *[_clip()] * 9], "duration": 1})
    plan = plan_project(project, CLIPS)
    with pytest.raises(
        ProjectError, match=r"visuals\[1\].* needs about [\d,]+ MB .*alone about \d+ MB.* 1,073"
    ) as told:
        check_footprint(project, plan, CLIPS, GIB)
    assert "limits.worker_bytes" in told.value.hint
    assert check_footprint(project, plan, CLIPS, 4 * GIB) > GIB


def test_a_sound_takes_no_pictures() -> None:
    project = load_project({"duration": 2, "outputFormat": "mp3", "audios": [{"src": f"asset:{'b' * 64}.mp3"}]})
    assert footprint(project, plan_project(project), {}).peak < 200_000_000

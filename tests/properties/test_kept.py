"""Equal rows give equal bytes, whether what they share is made, or kept from the row before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from clipmill.engines.render import worker
from tests.rendering import cutout, photo, project, reference, worker_arguments, write_picture, write_tone

Visual = Mapping[str, Any]

PHOTO = {"type": "IMAGE", "src": "photo.png", "x": 10, "y": 10, "width": 100, "height": 100, "fit": "cover"}
CUTOUT = PHOTO | {"src": "cutout.png"}
ZOOM = {"zoom": {"from": 1.0, "to": 1.08}, "radius": 12}
TREATED = {"filter": {"blur": 2, "hue-rotate": 40}, "cropParams": {"x": 10, "y": 10, "width": 99, "height": 70}}
KEYED = {"chromaKey": {"color": "#000000"}}
MUSIC = {"audios": [{"src": "tone.wav", "fadeOut": 0.2}]}
IMAGE = {"type": "image", "duration": None, "frameRate": None}
#: What is asked for → fields of the project, visuals, and how many things are kept.
CASES: dict[str, tuple[Visual, Sequence[Visual], int]] = {
    "a zoom with music": (MUSIC, [PHOTO | ZOOM], 3),
    "a zoom of what can be seen through": ({}, [CUTOUT | ZOOM], 1),
    "stills": ({}, [PHOTO, CUTOUT | {"fit": "contain", "radius": 30}], 2),
    "treated pictures": ({}, [PHOTO | TREATED, PHOTO | KEYED], 2),
    "a picture twice": ({}, [PHOTO, PHOTO | {"opacity": 0.5, "enterEnd": 0.5, "enterAnimation": "fade"}], 1),
    "an image": (IMAGE, [CUTOUT | {"radius": 9}], 1),
    "sound alone": ({"outputFormat": "mp3", **MUSIC}, [], 1),
}


@pytest.fixture
def assets(tmp_path: Path) -> dict[str, str]:
    """File name → path."""
    stored = (write_picture(tmp_path / "photo.png", photo()), write_picture(tmp_path / "cutout.png", cutout()),
              write_tone(tmp_path / "tone.wav"))  # fmt: skip
    return {path.name: str(path) for path in stored}


@pytest.mark.parametrize(("fields", "visuals", "kept"), CASES.values(), ids=CASES)
def test_bytes_do_not_depend_on_where_things_come_from(
    fields: Visual, visuals: Sequence[Visual], kept: int, assets: dict[str, str], tmp_path: Path
) -> None:
    names = {name: reference(Path(path)) for name, path in assets.items()}
    stored = {names[name]: path for name, path in assets.items()}
    body = _named(project(*visuals, **fields), names)
    worker._shelf.cache_clear()
    made = [_made(body, tmp_path / name, stored) for name in ("first", "again")]
    shelf = worker._shelf(fields is IMAGE)._kept
    assert made[0] == made[1]
    assert len([key for key in shelf if key[0] in ("image", "sound", "decoded")]) == kept


def test_a_video_and_an_image_keep_nothing_for_each_other(assets: dict[str, str], tmp_path: Path) -> None:
    named = reference(Path(assets["photo.png"]))
    video, image = project(PHOTO | {"src": named}), _named(project(PHOTO | {"src": named}, **IMAGE), {})
    stored = {named: assets["photo.png"]}
    made = []
    for body in (video, image, video, image):
        if len(made) < 2:
            worker._shelf.cache_clear()
        made.append(_made(body, tmp_path / "made", stored))
    assert made[:2] == made[2:]


def _made(body: Visual, into: Path, stored: Mapping[str, str]) -> bytes:
    worker.render(worker_arguments(body, into, stored))
    return into.read_bytes()


def _named(body: Any, names: Mapping[str, str]) -> Any:
    """The project with stored files in the place of their names, and without what is None."""
    if isinstance(body, Mapping):
        return {key: _named(value, names) for key, value in body.items() if value is not None}
    if isinstance(body, list):
        return [_named(value, names) for value in body]
    return names.get(body, body)


def test_a_part_shown_large_and_a_large_zoom_of_it_are_two_things(assets: dict[str, str], tmp_path: Path) -> None:
    """A blur belongs to the picture: where the zoom makes it larger, it is wider."""
    named = reference(Path(assets["photo.png"]))
    still = {"type": "IMAGE", "src": named, "width": 240, "height": 160, "fit": "cover", "filter": {"blur": 3}}
    middle = still | {"cropParams": {"x": 60, "y": 40, "width": 120, "height": 80}}
    enlarged = still | {"zoom": {"from": 2.0, "to": 2.0}}
    stored = {named: assets["photo.png"]}

    def made(visual: Visual) -> bytes:
        return _made(project(visual, width=240, height=160), tmp_path / "made", stored)

    worker._shelf.cache_clear()
    first = made(middle), made(enlarged)
    worker._shelf.cache_clear()
    second = made(enlarged), made(middle)
    assert first == (second[1], second[0])
    assert first[0] != first[1]

"""Equal rows give equal bytes, whether what they share was made, kept by this process, or taken from another one."""

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
#: What is asked for → fields of the project, visuals, and how many things are shared.
CASES: dict[str, tuple[Visual, Sequence[Visual], int]] = {
    "a zoom with music": (MUSIC, [PHOTO | ZOOM], 3),
    "a zoom of what can be seen through": ({}, [CUTOUT | ZOOM], 1),
    "stills": ({}, [PHOTO, CUTOUT | {"fit": "contain", "radius": 30}], 2),
    "treated pictures": ({}, [PHOTO | TREATED, PHOTO | KEYED], 2),
    "a picture twice": ({}, [PHOTO, PHOTO | {"opacity": 0.5, "enterEnd": 0.5, "enterAnimation": "fade"}], 1),
    "an image": (IMAGE, [CUTOUT | {"radius": 9}], 1),
    "sound alone": ({"outputFormat": "mp3", **MUSIC}, [], 1),
    "nothing worth it": ({}, [{"type": "TEXT", "text": "Hello"}], 0),
}


@pytest.fixture
def assets(tmp_path: Path) -> dict[str, str]:
    """File name → path."""
    stored = (write_picture(tmp_path / "photo.png", photo()), write_picture(tmp_path / "cutout.png", cutout()),
              write_tone(tmp_path / "tone.wav"))  # fmt: skip
    return {path.name: str(path) for path in stored}


@pytest.mark.parametrize(("fields", "visuals", "shared"), CASES.values(), ids=CASES)
def test_bytes_do_not_depend_on_where_things_come_from(
    fields: Visual, visuals: Sequence[Visual], shared: int, assets: dict[str, str], tmp_path: Path
) -> None:
    names = {name: reference(Path(path)) for name, path in assets.items()}
    stored = {names[name]: path for name, path in assets.items()}
    body = _named(project(*visuals, **fields), names)
    folder = tmp_path / "shelf"
    folder.mkdir()
    shelf = {"folder": str(folder), "budget": 2**26, "made_by": "these versions", "processes": 1}
    made = []
    for name, kept in (("alone", None), ("first", shelf), ("again", shelf), ("other", shelf)):
        if name != "again":  # the others are as good as a process that begins now
            worker._opened_shelf.cache_clear()
        worker.render(worker_arguments(body, tmp_path / name, stored, shelf=kept))
        entries = {path.stat().st_ino for path in folder.glob("*.entry")}
        made.append(((tmp_path / name).read_bytes(), entries))
    assert len({content for content, _ in made}) == 1
    assert [len(entries) for _, entries in made] == [0, shared, shared, shared]
    assert made[1] == made[2] == made[3]


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

    def made(name: str, visual: Visual) -> bytes:
        worker.render(worker_arguments(project(visual, width=240, height=160), tmp_path / name, stored))
        return (tmp_path / name).read_bytes()

    worker._opened_shelf.cache_clear()
    first = made("middle", middle), made("enlarged", enlarged)
    worker._opened_shelf.cache_clear()
    second = made("enlarged", enlarged), made("middle", middle)
    assert first == (second[1], second[0])
    assert first[0] != first[1]

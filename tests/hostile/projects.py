"""Projects that mean harm: every string in every field, and numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.hostile.case import Corpus, body, render, text

CASES = Corpus()
_MB = 1_000_000

#: A project with a string in as many fields as there are.
FULL: dict[str, Any] = {
    "name": "x", "type": "video", "outputFormat": "mp4", "quality": "high", "resolution": "custom", "width": 64,
    "height": 64, "frameRate": 5, "duration": 0.4, "backgroundColor": "#123456", "thumbnail": "",
    "variables": {"one": "two"},
    "visuals": [
        {"type": "TEXT", "text": "a", "html": "", "width": 60, "height": 60, "position": "center-center", "anchor": "center",
         "style": {"fontFamily": "Manrope", "color": "#fff", "background": "none", "textAlign": "center", "mask": "none"},
         "enterAnimation": "fade", "exitAnimation": "fade", "id": "one", "name": "n"},
        {"type": "SVG", "svg": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "width": 9, "height": 9,
         "filter": {"colorTint": "#fff"}, "chromaKey": {"color": "#0f0"}},
        {"type": "IMAGE", "src": "gone.png", "width": 9, "height": 9, "fit": "cover"},
    ],
    "audios": [{"src": "gone.wav"}],
    "subtitle": {"captions": [{"start": 0, "end": 0.3, "text": "a", "words": [{"text": "a", "start": 0, "end": 0.3}]}],
                 "styles": {"mode": "normal", "color": "#fff", "fontFamily": "Manrope"}, "src": ""},
}  # fmt: skip
#: Without files, so that it can be made.
BARE = {**FULL, "visuals": FULL["visuals"][:2], "audios": []}
STRINGS = {
    "nul": "a\0b",
    "surrogate": "\ud800",
    "high": "𝕬🏳️‍🌈" * 3,
    "megabyte": "m" * _MB,
    "empty": "",
    "bidi": "\u202ea\u2066",
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a project a string lies."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, (*path, number))
    elif isinstance(value, str):
        yield path


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    """The project with another value there."""
    if not path:
        return by
    if isinstance(value, dict):
        return {name: replaced(item, path[1:], by) if name == path[0] else item for name, item in value.items()}
    return [replaced(item, path[1:], by) if number == path[0] else item for number, item in enumerate(value)]


for _name, _string in STRINGS.items():
    for _path in (("name",), ("backgroundColor",), ("visuals", 0, "text"), ("visuals", 0, "style", "fontFamily"),
                  ("visuals", 0, "style", "background"), ("subtitle", "captions", 0, "text"), ("outputFormat",),
                  ("visuals", 0, "html"), ("visuals", 1, "svg")):  # fmt: skip
        if _name in ("megabyte", "nul", "surrogate") or _path[-1] in ("text", "name"):
            CASES.add(f"{_name}-in-{'-'.join(map(str, _path))}", "a string that somebody did not think of",
                      lambda folder, path=_path, string=_string: render(folder, replaced(BARE, path, string)))  # fmt: skip
    for _path in (("visuals", 2, "src"), ("audios", 0, "src"), ("subtitle", "src"), ("thumbnail",)):
        CASES.add(f"{_name}-in-{'-'.join(map(str, _path))}", "a path that somebody did not think of",
                  lambda folder, path=_path, string=_string: render(folder, replaced(FULL, path, string or "/")))  # fmt: skip


def _numbers(folder: Path, number: str) -> list[str]:
    """A project with this in the place of every number."""
    return render(folder, json.dumps(body(text(x=7.25, opacity=7.25, zoom=7.25, angle=7.25, enterBegin=7.25, exitEnd=7.25,
                                               style={"fontSize": 7.25}))).replace("7.25", number))  # fmt: skip


for _number in ("NaN", "Infinity", "-Infinity", "1e308", "-1e308", "5e-324", "9" * 5000, "1e400", "-0.0", "1e-400"):
    CASES.add(f"numbers-{_number[:9]}", "a number that no arithmetic is right with",
              lambda folder, number=_number: _numbers(folder, number))  # fmt: skip


@CASES.case("as large as it can be said")
def gigantic(folder: Path) -> list[str]:
    return render(folder, {**body(text()), "width": 10**9, "height": 10**9, "duration": 10**9, "frameRate": 10**9})


@CASES.case("as many frames as there may be")
def long_and_quick(folder: Path) -> list[str]:
    return render(folder, {**body(), "duration": 1e18, "frameRate": 1e-18})


@CASES.case("as many elements as memory holds")
def crowd(folder: Path) -> list[str]:
    return render(folder, body(*(text(text=str(n)) for n in range(60_000))))


@CASES.case("as many fields as memory holds")
def strange_fields(folder: Path) -> list[str]:
    return render(folder, {**body(), **{f"field{n}": n for n in range(60_000)}})


@CASES.case("as many scenes, each in another")
def scenes_in_scenes(folder: Path) -> list[str]:
    scene: dict[str, Any] = {"duration": 0.2, "visuals": []}
    for _ in range(300):
        scene = {"duration": 0.2, "scenes": [scene]}
    return render(folder, {"width": 64, "height": 64, "scenes": [scene]})


@CASES.case("as many captions as memory holds")
def captions(folder: Path) -> list[str]:
    return render(
        folder, {**body(), "subtitle": {"captions": [{"start": n, "end": n + 1, "text": "a"} for n in range(60_000)]}}
    )


@CASES.case("as many words in one caption")
def words(folder: Path) -> list[str]:
    sung = [{"text": "a", "start": n / 300_000, "end": (n + 1) / 300_000} for n in range(60_000)]
    return render(folder, {**body(), "subtitle": {"captions": [{"start": 0, "end": 0.3, "text": "a", "words": sung}]}})


@CASES.case("a hundred sounds that are gone")
def sounds(folder: Path) -> list[str]:
    return render(folder, {**body(), "audios": [{"src": f"gone{n}.wav", "volume": 1e9} for n in range(100)]})


@CASES.case("what is there but not its owner's to name")
def outside(folder: Path) -> list[str]:
    return render(folder, body({"type": "IMAGE", "src": "/etc/passwd", "width": 9, "height": 9}))


@CASES.case("a device")
def device(folder: Path) -> list[str]:
    return render(folder, body({"type": "IMAGE", "src": "/dev/zero", "width": 9, "height": 9}))


@CASES.case("the inside of the machine that reads it")
def inside_address(folder: Path) -> list[str]:
    return render(folder, body({"type": "IMAGE", "src": "http://[::ffff:127.0.0.1]:1/a", "width": 9, "height": 9}))


@CASES.case("an asset that is none", says="error")
def asset_of_nothing(folder: Path) -> list[str]:
    return render(folder, body({"type": "IMAGE", "src": "asset:" + "0" * 64 + ".png", "width": 9, "height": 9}))


@CASES.case("an asset that climbs", says="error")
def asset_that_climbs(folder: Path) -> list[str]:
    return render(folder, body({"type": "IMAGE", "src": "asset:../../../../etc/passwd", "width": 9, "height": 9}))

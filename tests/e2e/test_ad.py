"""The example of one project: five scenes, laid out for three formats by one file, held to what it promises."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.templates.bare import bare_project
from tests.e2e.commands import clipmill
from tests.sounds import RATE, ebur128

ROOT = Path(__file__).parents[2]
AD = ROOT / "examples" / "scene-ad"
DATA = ROOT.parent / "shared" / "data"
FORMATS = {"landscape": (1280, 720), "portrait": (720, 1280), "square": (720, 720)}
#: Frames a second here; the example has 30.
FPS = 10
#: Five scenes, and four transitions in which two are seen at once.
SECONDS = 3.4 + 3.4 + 3.8 + 3.4 + 3.0 - 0.5 - 0.6 - 0.6 - 0.5
#: Seconds at which a caption is over the paper of the second scene, and at which there is none.
WITH_CAPTION, WITHOUT = 4.6, 3.2


def resolved(name: str) -> dict[str, Any]:
    """The project in one format, without variables."""
    return bare_project(json.loads((AD / "project.json").read_text(encoding="utf-8")), {"format": name})


def texts(project: dict[str, Any]) -> list[dict[str, Any]]:
    """Every TEXT of every scene."""
    return [visual for scene in project["scenes"] for visual in scene["visuals"] if visual["type"] == "TEXT"]


def render(folder: Path, name: str, *, expect: int = 0, **variables: Any) -> dict[str, Any]:
    """The ad in one format, as `<name>.mp4`; what the command says of it, which must end so."""
    given = {"format": name, "fps": FPS, **variables}
    pairs = [part for key, value in given.items()
             for part in ("--set", f"{key}={value if isinstance(value, str) else json.dumps(value)}")]  # fmt: skip
    done = clipmill(folder, "render", str(AD / "project.json"), *pairs, "-o", f"{name}.mp4", "--json",
                    expect=expect)  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def luma(path: Path) -> list[NDArray[np.uint8]]:
    """The brightness of every frame."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def sound(path: Path) -> NDArray[np.float32]:
    """Both channels at 48 kHz."""
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where files are written."""
    return tmp_path_factory.mktemp("ad")


@pytest.fixture(scope="module", params=list(FORMATS))
def ad(request: pytest.FixtureRequest, folder: Path) -> tuple[str, dict[str, Any]]:
    """A format, and what the command said of it."""
    return request.param, render(folder, request.param)


def test_every_format_is_made_and_verified(ad: tuple[str, dict[str, Any]]) -> None:
    name, told = ad
    assert (told["verdict"], told["warnings"]) == ("pass", [])
    assert (told["width"], told["height"]) == FORMATS[name]
    assert told["frames"] == round(SECONDS * FPS)


def test_captions_are_seen_where_and_when_they_should(ad: tuple[str, dict[str, Any]], folder: Path) -> None:
    name, _ = ad
    frames = luma(folder / f"{name}.mp4")
    margin, height = resolved(name)["subtitle"]["margin"], FORMATS[name][1]
    bottom = height - margin["y"]
    with_one, without = (frames[round(at * FPS)][bottom - 40 : bottom, margin["x"] : margin["x"] + 160]
                         for at in (WITH_CAPTION, WITHOUT))  # fmt: skip
    assert np.median(with_one) < 90
    assert np.median(without) > np.median(with_one) + 20
    assert np.percentile(with_one, 99) > 180


def test_no_frame_is_empty_and_the_last_half_second_stands_still(ad: tuple[str, dict[str, Any]], folder: Path) -> None:
    frames = luma(folder / f"{ad[0]}.mp4")
    assert all(frame.std() > 8 for frame in frames)
    last = [frame.astype(int) for frame in frames[-FPS // 2 :]]
    assert max(np.abs(frame - last[0]).mean() for frame in last) < 0.5


def test_the_sound_is_as_loud_as_platforms_ask_and_fades(ad: tuple[str, dict[str, Any]], folder: Path) -> None:
    heard = sound(folder / f"{ad[0]}.mp4")
    assert ebur128(heard)[0] == pytest.approx(-14, abs=0.5)
    assert np.abs(heard[:, -RATE // 10 :]).max() < 0.25 * np.abs(heard[:, -2 * RATE : -RATE]).max()


@pytest.mark.parametrize("name", FORMATS)
def test_type_keeps_to_the_rules(name: str) -> None:
    project, (width, height) = resolved(name), FORMATS[name]
    styles, margin = [text["style"] for text in texts(project)], 0.05 * min(width, height)
    font = project["subtitle"]["font"]
    assert len({style["fontSize"] for style in styles} | {font["size"]}) == 3
    assert {style["fontWeight"] for style in styles} == {500, 700}
    assert {style["fontFamily"] for style in styles} == {font["family"]}
    assert max(style["fontSize"] for style in styles) >= 0.05 * height
    for text in texts(project):
        assert text["y"] >= margin
        if "anchor" not in text:
            assert text["x"] >= margin
            assert text["x"] + text.get("width", 0) <= width - margin
    assert min(project["subtitle"]["margin"].values()) >= margin


@pytest.mark.parametrize("name", FORMATS)
def test_what_enters_does_so_briefly_and_one_after_the_other(name: str) -> None:
    scenes = resolved(name)["scenes"]
    for scene in scenes:
        entering = [visual for visual in scene["visuals"] if "enterAnimation" in visual]
        assert {visual["enterAnimation"]["easing"] for visual in entering} == {"ease-out"}
        assert all(0.3 <= round(v["enterEnd"] - v["enterBegin"], 3) <= 0.6 for v in entering)
        begins = sorted({visual["enterBegin"] for visual in entering})
        assert {round(later - sooner, 3) for sooner, later in itertools.pairwise(begins)} == {0.1}
    last = scenes[-1]
    assert not any("zoom" in visual for visual in last["visuals"])
    assert max(visual.get("enterEnd", 0) for visual in last["visuals"]) <= last["duration"] - 0.5


@pytest.mark.parametrize("name", FORMATS)
def test_the_headline_reads_on_the_whitest_photograph(name: str, folder: Path) -> None:
    white, frame = folder / "white.png", folder / f"{name}.png"
    cv2.imwrite(str(white), np.full((90, 90, 3), 255, np.uint8))
    clipmill(folder, "render", str(AD / "project.json"), "--set", f"format={name}", "--set", f"opener={white}",
             "--at", "2", "-o", str(frame))  # fmt: skip
    project = resolved(name)
    box = next(text for text in texts(project) if "height" in text)
    seen = cv2.imread(str(frame))[box["y"] :, box["x"] :][: 2 * box["style"]["fontSize"], : box["width"]]
    light = [_luminance(seen[..., 2 - channel]) for channel in range(3)]
    behind = np.percentile(0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2], 70)
    assert (_luminance(np.array(0xF5)) + 0.05) / (behind + 0.05) >= 4.5


def _luminance(channel: NDArray[Any]) -> NDArray[Any]:
    """One channel of sRGB, 0–255, as light 0–1."""
    share = channel / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def test_layouts_are_no_crops_of_each_other() -> None:
    places = {name: [(text["x"], text["y"]) for text in texts(resolved(name))] for name in FORMATS}
    assert all(len(places[name]) == len(places["landscape"]) for name in FORMATS)
    assert len({tuple(each) for each in places.values()}) == 3
    openers = {resolved(name)["scenes"][0]["visuals"][0]["src"] for name in FORMATS}
    assert len(openers) == 3


def test_its_media_are_small() -> None:
    assert sum(path.stat().st_size for path in AD.iterdir()) < 1_500_000


def test_a_format_there_is_not_is_refused_with_those_there_are(folder: Path) -> None:
    done = clipmill(folder, "render", str(AD / "project.json"), "--set", "format=tall", expect=2)
    assert "tall" in done.stderr
    assert "landscape, portrait, square" in done.stderr


@pytest.mark.parametrize(
    ("name", "clip", "still", "pictures"),
    [
        ("landscape", "cockatoo_yuv420.mp4", 0.0, ("tshirt-woman-01", "cap-01", "cap-03", "cap-04", "cap-02")),
        (
            "portrait",
            "realshort.mp4",
            1.6,
            ("dress-03", "dress-01", "jeans-woman-03", "tshirt-woman-02", "tshirt-woman-03"),
        ),
    ],
)
@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")
def test_photographs_and_clips_of_others_take_the_places_of_ours(
    tmp_path: Path, name: str, clip: str, still: float, pictures: tuple[str, ...]
) -> None:
    """A clip too short for its place is shown to a person: it stands still."""
    opener, *three, offer = (str(DATA / "catalog" / f"{picture}.jpg") for picture in pictures)
    products = [
        {"name": f"Piece {number}", "price": f"€{19 * number}", "src": src} for number, src in enumerate(three, 1)
    ]
    told = render(tmp_path, name, expect=8 if still else 0, clip=str(DATA / "media" / clip), opener=opener,
                  products=products,
                  offerPicture=offer, endPicture=three[0], headline="Winter, worn well", accent="#7C3AED")  # fmt: skip
    assert (told["verdict"], told["frames"]) == ("review" if still else "pass", round(SECONDS * FPS))
    assert [warning.rsplit(": ", 1)[1] for warning in told["warnings"]] == [f"it stands still for {still} s"] * bool(
        still
    )
    frames = luma(tmp_path / f"{name}.mp4")
    assert all(frame.std() > 8 for frame in frames)

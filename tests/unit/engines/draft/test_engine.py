from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.payload import Payload, asset_reference
from clipmill.domain.timeline.layout import Size
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.draft.build import Draft
from clipmill.engines.draft.card import TitleCard
from clipmill.engines.draft.engine import DraftEngine
from clipmill.engines.draft.offers import offers
from clipmill.engines.draft.scene import bleed_of
from clipmill.engines.draft.wanted import read_payload
from clipmill.errors import EngineError, MediaError, ProjectError
from clipmill.media.facts.snapshot import drift_percent
from clipmill.media.fonts.library import FontLibrary
from clipmill.media.workers.crew import ProcessCrew
from clipmill.ports import LocalEngine, Offering, Previewing, Progressing
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.testing import InProcessCrew
from tests.rendering import write_picture

VIDEO = {"kind": "video", "model": "draft", "prompt": "A mug", "width": 640, "height": 360, "seconds": 2, "fps": 10}
IMAGE = {"kind": "image", "model": "draft", "prompt": "A mug in morning light", "width": 400, "height": 400}
LONG = "A lone cyclist passes through a rain-soaked street " * 20
PROMPTS = [
    "Sofa",
    LONG,
    "كوب من القهوة على طاولة خشبية",
    "Donaudampfschifffahrtsgesellschaft" * 6,
    "<b>&amp;</b> {{x}}",
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> DiskFiles:
    """Stored files."""
    folder = tmp_path_factory.mktemp("stored")
    return DiskFiles(folder / "files", folder / "scratch")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """All models, and the packaged fonts alone."""
    return Settings(home=tmp_path_factory.mktemp("home"), stand_ins=True, system_fonts=False)


@pytest.fixture(scope="module")
def engine(settings: Settings, files: DiskFiles) -> Iterator[DraftEngine]:
    """The engine, without anybody who draws."""
    made = DraftEngine(settings, InProcessCrew(), files)
    yield made
    made.close()


@pytest.fixture
async def drawing(settings: Settings, files: DiskFiles) -> AsyncIterator[DraftEngine]:
    """The engine with a process that draws."""
    crew = ProcessCrew(1)
    made = DraftEngine(settings, crew, files)
    yield made
    made.close()
    await crew.close()


def payload(body: Mapping[str, Any], **more: Any) -> Payload:
    return Payload("v1", {**body, **more})


def stored(files: DiskFiles, path: Path, level: int = 255, size: int = 300) -> str:
    """A plain picture, stored."""
    return asset_reference(files.put(write_picture(path, np.full((size, size, 3), level, np.uint8))), path.suffix)


def test_it_keeps_its_ports(engine: DraftEngine) -> None:
    for port in (LocalEngine, Previewing, Offering, Progressing):
        assert isinstance(engine, port)
    assert {offer.engine for offer in engine.offers()} == {engine.name}


def test_a_quote_has_the_price_and_the_lane_of_its_model(engine: DraftEngine) -> None:
    quote = engine.quote(payload(VIDEO, model="Veo 3.1", seconds=4, output_format="webm"))
    assert quote.lane is not None
    assert (quote.credits, quote.suffix, quote.lane.id, quote.lane.model) == (
        7_000,
        ".webm",
        "draft:veo-3.1",
        "veo-3.1",
    )
    assert (quote.warnings, quote.own) == ((), ())
    assert engine.quote(payload(IMAGE, model="FLUX Kontext")).credits == 1_900
    assert engine.quote(payload(VIDEO, seconds=2.5)).credits == 3_000


def test_what_the_title_leaves_out_is_told(engine: DraftEngine) -> None:
    quote = engine.quote(payload(VIDEO, prompt=f"朝の光 {LONG}", negative_prompt="blur"))
    lost, cut, negative = quote.warnings
    assert lost.startswith("prompt: no font has 朝") and cut.startswith("prompt: the title shows its beginning")
    assert negative.startswith("negative_prompt: ") and quote.own == (lost, cut)


def test_a_prompt_no_font_has_is_drawn_without_a_title(engine: DraftEngine) -> None:
    assert engine.quote(payload(VIDEO, prompt="朝の光")).warnings
    assert engine.expect(payload(VIDEO, prompt="朝の光")).frames == 20


def test_it_promises_what_was_asked(engine: DraftEngine) -> None:
    clip, still = engine.expect(payload(VIDEO)), engine.expect(payload(IMAGE, output_format="jpeg", width=401))
    assert (clip.seconds, clip.frames, clip.fps, clip.width, clip.height, clip.has_audio) == (
        2,
        20,
        10,
        640,
        360,
        False,
    )
    assert (still.kind, still.width, still.height, still.suffix) == (MediaKind.IMAGE, 401, 400, ".jpeg")


def test_a_reference_that_is_lost_or_too_large_is_refused_before_anything_is_paid(
    engine: DraftEngine, files: DiskFiles, tmp_path: Path
) -> None:
    with pytest.raises(ProjectError, match="not in the state folder") as lost:
        engine.quote(payload(IMAGE, reference=asset_reference("a" * 64, ".png")))
    assert lost.value.path == "reference"
    noise = np.random.default_rng(1).integers(0, 255, (900, 900, 3), np.uint8)
    large = asset_reference(files.put(write_picture(tmp_path / "noise.png", noise)), ".png")
    assert engine.quote(payload(IMAGE, model="GPT-Image 2.0", reference=large)).credits == 2_400
    with pytest.raises(ProjectError, match="FLUX Kontext takes at most 2,097,152"):
        engine.quote(payload(IMAGE, model="FLUX Kontext", reference=large))


def drafted(body: Mapping[str, Any], seed: int = 0) -> Draft:
    wanted = read_payload(body, offers(Settings(stand_ins=True)))
    return Draft(wanted, seed, wanted.prompt)


@pytest.mark.parametrize("size", [(256, 256), (1080, 1920), (1920, 256)], ids=str)
@pytest.mark.parametrize("kind", ["video", "image"])
def test_every_title_fits_and_is_never_cut(engine: DraftEngine, files: DiskFiles, tmp_path: Path, kind: str,
                                           size: tuple[int, int]) -> None:  # fmt: skip
    render = engine._render
    reference = stored(files, tmp_path / "white.png")
    for number, prompt in enumerate(PROMPTS):
        body = {"kind": kind, "model": "kling-3.0", "prompt": prompt, "width": size[0], "height": size[1]}
        body["reference"] = reference if number % 2 else ""
        quote = render.quote(Payload("v1", drafted(body, number).body()))
        assert quote.warnings == (), prompt


@pytest.mark.parametrize("seconds", [1.0, 1.5, 5.0, 60.0])
def test_a_title_comes_in_after_the_first_frame_and_before_the_last_half_second(seconds: float) -> None:
    project = load_project(drafted({**VIDEO, "seconds": seconds}, 2).body())
    entering = [visual for visual in project.visuals if visual.enter_animation and visual.enter_begin > 0]
    assert len(entering) == 2, "shade and letters"
    for visual in project.visuals:
        assert (visual.enter_end or 0.0) <= seconds - 0.5
    assert all(visual.enter_begin < (visual.enter_end or 0.0) for visual in entering)
    assert [visual.text for visual in project.visuals if visual.type == "TEXT" and not visual.enter_begin] == ["draft"]


@pytest.mark.parametrize("seed", range(3))
def test_the_camera_never_sees_beyond_a_scene(seed: int) -> None:
    gliding = [visual["enterAnimation"]["distance"] for visual in drafted(VIDEO, seed).body()["visuals"]
               if visual["type"] == "SVG" and visual["x"] < 0 and "enterAnimation" in visual]  # fmt: skip
    assert gliding and 0 < max(gliding) <= bleed_of(Size(640, 360))


def test_the_label_names_the_model_that_is_stood_in_for() -> None:
    texts = [visual.get("text") for visual in drafted({**IMAGE, "model": "Gemini 3.1 Flash"}).body()["visuals"]]
    assert texts[-2] == "draft · Gemini 3.1 Flash"


async def test_white_letters_are_legible_over_a_white_picture(
    drawing: DraftEngine, files: DiskFiles, tmp_path: Path
) -> None:
    white = stored(files, tmp_path / "white.png")
    asked = payload(VIDEO, prompt=LONG, reference=white)
    await drawing.preview(asked, 1.9, tmp_path / "frame.png")
    frame = cv2.imread(str(tmp_path / "frame.png"), cv2.IMREAD_GRAYSCALE)
    card = drafted(asked.body).card
    assert isinstance(card, TitleCard) and card.title is not None
    margin = round(0.06 * 360)
    beside = frame[360 - margin - int(card.title.height) : 360 - margin, : margin - 2]
    assert beside.max() <= 117, "4.5 : 1 under white"
    assert frame[:20].min() > 250, "nothing else is shaded"


async def test_a_still_stays_within_the_drift_that_is_allowed(
    drawing: DraftEngine, files: DiskFiles, tmp_path: Path
) -> None:
    white = stored(files, tmp_path / "white.png")
    for number, prompt in enumerate(PROMPTS):
        into = tmp_path / f"{number}.png"
        await drawing.make(payload(IMAGE, prompt=prompt, reference=white), seed=number, into=into)
        still = np.asarray(cv2.imread(str(into)), np.uint8)
        assert 0.5 < drift_percent(still, write_picture(tmp_path / "white.png", np.full((9, 9, 3), 255, np.uint8))) < 12


class _Render:
    """A renderer that finds every file made before."""

    def __init__(self, fonts: FontLibrary) -> None:
        self.fonts = fonts

    async def make(self, payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        return MediaSpec(seconds=1, frames=10, fps=10, width=16, height=16, reused=True)


@pytest.mark.parametrize(("model", "reused"), [("draft", True), ("kling-3.0", False)])
async def test_a_stand_in_is_charged_though_an_equal_file_was_there(
    engine: DraftEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: str, reused: bool
) -> None:
    monkeypatch.setattr(engine, "_render", _Render(engine._render.fonts))
    spec = await engine.make(payload(VIDEO, model=model, seconds=3), seed=1, into=tmp_path / "f")
    assert spec.reused is reused


async def test_a_broken_reference_is_told_by_its_field(drawing: DraftEngine, files: DiskFiles, tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    asked = payload(IMAGE, reference=asset_reference(files.put(path), ".png"))
    with pytest.raises(EngineError) as failed:
        await drawing.make(asked, seed=1, into=tmp_path / "f.png")
    assert failed.value.failure.message.startswith("reference: ")
    assert isinstance(failed.value.__cause__, EngineError) and isinstance(failed.value.__cause__.__cause__, MediaError)


def test_equal_prompts_and_seeds_give_equal_timelines() -> None:
    assert drafted(VIDEO, 1).body() == drafted(VIDEO, 1).body()
    assert drafted(VIDEO, 1).body() != drafted(VIDEO, 2).body()
    wanted = drafted(VIDEO).wanted
    other = Draft(replace(wanted, prompt="A lamp"), 1, "A lamp")
    assert other.body() != drafted(VIDEO, 1).body()

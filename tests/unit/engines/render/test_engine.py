from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.failure import FailureKind
from clipmill.domain.payload import Payload, asset_reference
from clipmill.engines.render.engine import RenderEngine
from clipmill.errors import ClipmillError, EngineError, MediaError, NotFoundError, ProjectError, StoreError, WorkerCrash
from clipmill.ports import LocalEngine
from clipmill.settings import Settings
from tests.rendering import project

PICTURE = asset_reference("a" * 64, ".jpg")


class _Crew:
    """Remembers what it was asked, and fails as told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self._error = error

    async def run(self, call: str, arguments: Mapping[str, Any]) -> Any:
        self.asked.append((call, arguments))
        if self._error:
            raise self._error
        return {"moving": [[0.5, 1.0]], "black_percent": 12.0}


class _Files:
    """Knows one picture."""

    def path(self, digest: str) -> Path:
        if digest != "a" * 64:
            raise NotFoundError(f"file {digest} is not in the store")
        return Path("/files/aa") / digest


def _engine(crew: _Crew | None = None, **settings: Any) -> RenderEngine:
    return RenderEngine(Settings(home=Path("/home"), **settings), crew or _Crew(), _Files())  # type: ignore[arg-type]


def _payload(*visuals: Mapping[str, Any], **fields: Any) -> Payload:
    return Payload("v1", project(*visuals, **fields))


def test_it_is_a_local_engine() -> None:
    assert isinstance(_engine(), LocalEngine)


@pytest.mark.parametrize(
    ("fields", "credits"),
    [({"duration": 8}, 8), ({"duration": 8.2}, 9), ({"duration": 2, "width": 1920, "height": 1082}, 8)],
)
def test_a_render_is_priced_by_the_started_second(fields: dict[str, Any], credits: int) -> None:
    assert _engine().quote(_payload(**fields)).credits == credits


@pytest.mark.parametrize(
    ("visual", "path"),
    [
        ({"type": "TEXT", "text": "x", "angle": 3}, "visuals[0].angle"),
        ({"type": "IMAGE", "src": "https://example.com/a.jpg"}, "visuals[0].src"),
        ({"type": "SVG", "svg": "<svg><script/></svg>"}, "visuals[0].svg"),
    ],
)
def test_what_it_cannot_make_is_refused_before_anything_is_paid(visual: dict[str, Any], path: str) -> None:
    for ask in (_engine().quote, _engine().expect):
        with pytest.raises(ProjectError) as caught:
            ask(_payload(visual))
        assert caught.value.path == path


def test_it_expects_exact_frames_and_the_movement_of_the_plan() -> None:
    title = {"type": "TEXT", "text": "x", "enterBegin": 0.2, "enterEnd": 0.4, "enterAnimation": "fade"}
    spec = _engine().expect(_payload(title, duration=1.04, audios=[{"src": PICTURE}]))
    assert (spec.seconds, spec.frames, spec.fps, spec.width, spec.height) == (1.0, 10, 10.0, 320, 180)
    assert spec.has_audio
    assert spec.moving == ((0.2, 0.4),)


async def test_a_worker_gets_everything_as_json() -> None:
    crew = _Crew()
    spec = await _engine(crew).make(_payload({"type": "IMAGE", "src": PICTURE}), seed=7, into=Path("/out.mp4"))
    assert (spec.moving, spec.black_percent, spec.video_codec) == (((0.5, 1.0),), 12.0, "h264")
    call, arguments = crew.asked[0]
    assert call == "clipmill.engines.render.worker:render"
    assert arguments["assets"] == {PICTURE: f"/files/aa/{'a' * 64}"}
    assert (arguments["seed"], arguments["into"]) == (7, "/out.mp4")
    assert arguments["fonts"] == {"folders": [], "system": True, "cache": "/home/cache/fonts"}
    assert arguments["limits"]["video_seconds"] == 600


async def test_a_preview_is_one_frame() -> None:
    crew = _Crew()
    await _engine(crew).preview(_payload(), 2.5, Path("/out.png"))
    call, arguments = crew.asked[0]
    assert (call, arguments["at"]) == ("clipmill.engines.render.worker:frame", 2.5)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MediaError("broken"), FailureKind.MEDIA),
        (ProjectError("does not fit"), FailureKind.DATA),
        (StoreError("disk full"), FailureKind.DISK),
        (ClipmillError("odd"), FailureKind.INTERNAL),
    ],
)
async def test_a_workers_error_is_a_failure_with_its_kind(error: ClipmillError, kind: FailureKind) -> None:
    with pytest.raises(EngineError) as caught:
        await _engine(_Crew(error)).make(_payload(), seed=1, into=Path("/out.mp4"))
    assert caught.value.failure.kind is kind
    assert caught.value.failure.message == str(error)


async def test_a_lost_file_is_a_failure_of_media() -> None:
    gone = _payload({"type": "IMAGE", "src": asset_reference("b" * 64, ".jpg")})
    with pytest.raises(EngineError) as caught:
        await _engine().make(gone, seed=1, into=Path("/out.mp4"))
    assert caught.value.failure.kind is FailureKind.MEDIA


async def test_a_crash_of_the_worker_passes_through() -> None:
    with pytest.raises(WorkerCrash):
        await _engine(_Crew(WorkerCrash())).make(_payload(), seed=1, into=Path("/out.mp4"))


@pytest.mark.parametrize(
    ("visual", "said"),
    [
        ({"type": "TEXT", "text": "Kleid 连衣裙"}, "连 衣 裙"),
        ({"type": "SVG", "svg": "<svg xmlns='http://www.w3.org/2000/svg'><text id='裙'>连</text></svg>"}, "连"),
        ({"type": "TEXT", "text": "Größe, فستان, कपड़े"}, ""),
    ],
)
def test_characters_that_no_font_has_are_named_before_anything_is_made(visual: dict[str, Any], said: str) -> None:
    warnings = _engine(system_fonts=False).quote(_payload(visual)).warnings
    assert bool(warnings) is bool(said)
    if said:
        assert f"no font has {said}:" in warnings[0]

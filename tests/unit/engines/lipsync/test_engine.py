import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.failure import FailureKind
from clipmill.domain.payload import Payload, asset_reference
from clipmill.domain.timeline.clip import ClipFacts, Clips
from clipmill.domain.timeline.project import Project
from clipmill.engines.lipsync.engine import MOUTH_UNMODIFIED, LipsyncEngine
from clipmill.engines.lipsync.offsets import Offsets
from clipmill.engines.render.engine import RenderEngine
from clipmill.errors import EngineError, MediaError, NotFoundError, ProjectError
from clipmill.ports import Accompanied, LocalEngine, Previewing, Progressing
from clipmill.settings import Limits, Settings

VIDEO, VOICE, PHOTO, LOST = (asset_reference(letter * 64, suffix) for letter, suffix in
                             (("a", ".mp4"), ("b", ".wav"), ("c", ".jpg"), ("d", ".mp4")))  # fmt: skip
FACTS = {
    VIDEO: ClipFacts(seconds=2, width=64, height=48, fps="25", has_video=True, has_audio=True),
    VOICE: ClipFacts(seconds=5, has_audio=True),
    PHOTO: ClipFacts(width=64, height=48),
}
DOUBT = {"check": "early_silence", "message": "audios[0].src: the sound is over at 1 s", "frame": 6}


class _Crew:
    """Remembers what it was asked, and fails as told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self._error = error

    async def run(self, call: str, arguments: Mapping[str, Any]) -> Any:
        self.asked.append((call, arguments))
        if self._error:
            raise self._error
        cut = {"check": "cut_text", "message": "visuals[0]: dark", "frame": 2}
        return {"frames": 50, "moving": [], "black_percent": 0.0, "remarks": ["visuals[0].src: odd"], "shots": {},
                "doubts": [DOUBT, cut]}  # fmt: skip

    def progress_of(self, into: Path) -> float | None:
        return 0.25


class _Files:
    """Knows all files but one."""

    def path(self, digest: str) -> Path:
        if digest == "d" * 64:
            raise NotFoundError("it is lost")
        return Path("/files") / digest


class _Book:
    """Knows three files."""

    closed = 0

    def of(self, project: Project) -> Clips:
        return {source: FACTS[source] for source in project.sources.values()}

    def facts(self, source: str, path: str) -> ClipFacts:
        if source == LOST:
            raise NotFoundError("it is lost")
        return FACTS[source]

    def close(self) -> None:
        self.closed += 1


def _engine(crew: _Crew | None = None, home: Path = Path("/home"), **settings: Any) -> LipsyncEngine:
    chosen, crew, files = Settings(home=home, **settings), crew or _Crew(), _Files()
    render = RenderEngine(chosen, crew, files, _Book())  # type: ignore[arg-type]
    engine = LipsyncEngine(chosen, crew, files, render)  # type: ignore[arg-type]
    engine.__dict__["_offsets"] = Offsets(lambda _call, _question: {"milliseconds": 40.0, "likeness": 0.9})
    return engine


def _payload(mode: str = "cut_off", src: str = VIDEO, **fields: Any) -> Payload:
    kind = "image" if src == PHOTO else "video"
    return Payload("v1", {"model": "m", "visual": {"type": kind, "src": src}, "audio": [{"src": VOICE, "refId": "a"}],
                          "sync_mode": mode, **fields})  # fmt: skip


@pytest.mark.parametrize("port", [LocalEngine, Previewing, Accompanied, Progressing])
def test_it_is_an_engine_as_the_render_engine_is(port: type) -> None:
    assert isinstance(_engine(), port)
    assert _engine().sidecars(_payload()) == {}
    assert _engine().progress_of(Path("x")) == 0.25


@pytest.mark.parametrize(("mode", "credits", "frames"), [("cut_off", 2, 50), ("loop", 5, 125), ("silence", 2, 50),
                                                         ("remap", 5, 125)])  # fmt: skip
def test_a_request_is_priced_and_promised_as_the_video_it_becomes(mode: str, credits: int, frames: int) -> None:
    engine = _engine()
    assert engine.quote(_payload(mode)).credits == 1000 * credits
    spec = engine.expect(_payload(mode))
    assert (spec.frames, spec.seconds, spec.fps, spec.width, spec.height) == (frames, frames / 25, 25, 64, 48)
    assert spec.has_audio
    assert engine.quote(_payload(mode)).suffix == spec.suffix == ".mp4"


@pytest.mark.parametrize("src", [VIDEO, PHOTO])
def test_every_quote_says_that_no_lips_move(src: str) -> None:
    assert _engine().quote(_payload(src=src)).warnings[0] == MOUTH_UNMODIFIED
    assert MOUTH_UNMODIFIED.startswith("mouth_unmodified: ")


def test_a_quote_says_what_is_known_of_the_request_in_its_own_words() -> None:
    quote = _engine().quote(_payload("silence", tempo=2))
    assert [warning.partition(":")[0] for warning in quote.warnings] == [
        "mouth_unmodified", "tempo", "sync_mode", "offset_measured",
    ]  # fmt: skip
    assert quote.own == quote.warnings[1:]
    assert quote.own[-1] == "offset_measured: 40 ms: the new sound comes 40 ms after the picture"
    assert not [warning for warning in quote.warnings if "visuals[" in warning or "audios[" in warning]


def test_what_the_renderer_refuses_is_named_by_the_path_of_the_request() -> None:
    engine = _engine(limits=Limits(video_seconds=1))
    with pytest.raises(ProjectError) as caught:
        engine.quote(_payload())
    assert caught.value.path == "visual.src"
    assert str(caught.value) == "visual.src: 2 seconds is over the limit of 1"
    with pytest.raises(ProjectError) as caught:
        _engine().expect(_payload(width=5000, height=2))
    assert str(caught.value) == "width: 5000 pixels is over the limit of 3840"


@pytest.mark.parametrize(("fields", "where"), [({"src": LOST}, "visual.src"),
                                               ({"audio": [{"src": LOST}]}, "audio[0].src")])  # fmt: skip
def test_a_lost_file_is_named(fields: dict[str, Any], where: str) -> None:
    with pytest.raises(MediaError) as caught:
        _engine().quote(_payload(**fields))
    assert str(caught.value).startswith(f"{where}: the file it names is not in the state folder")


async def test_the_renderer_is_given_the_timeline(tmp_path: Path) -> None:
    crew = _Crew()
    spec = await _engine(crew, tmp_path).make(_payload("bounce"), seed=1, into=tmp_path / "x.mp4")
    ((call, arguments),) = crew.asked
    assert call == "clipmill.engines.render.worker:render"
    assert arguments["body"]["visuals"][0]["loop"] == "bounce"
    assert (spec.frames, spec.remarks) == (125, ("visual.src: odd",))
    assert [doubt.message for doubt in spec.doubts] == ["audio[0].src: the sound is over at 1 s", "visual: dark"]


async def test_silence_that_was_asked_for_is_no_doubt(tmp_path: Path) -> None:
    spec = await _engine(home=tmp_path).make(_payload("silence"), seed=1, into=tmp_path / "x.mp4")
    assert [doubt.check for doubt in spec.doubts] == ["cut_text"]


async def test_a_preview_is_a_frame_of_the_timeline(tmp_path: Path) -> None:
    crew = _Crew()
    told = await _engine(crew, tmp_path).preview(_payload("loop"), 1.5, tmp_path / "x.png")
    assert (crew.asked[0][0], crew.asked[0][1]["at"]) == ("clipmill.engines.render.worker:frame", 1.5)
    assert told == ("visual.src: odd", "audio[0].src: the sound is over at 1 s", "visual: dark")


@pytest.mark.parametrize(
    ("payload", "error", "kind"),
    [(_payload(width=0), None, FailureKind.DATA), (_payload(src=LOST), None, FailureKind.MEDIA),
     (_payload(), MediaError("visuals[0].src: broken"), FailureKind.MEDIA)],
)  # fmt: skip
async def test_what_goes_wrong_is_a_failure_of_the_row(
    tmp_path: Path, payload: Payload, error: Exception | None, kind: FailureKind
) -> None:
    with pytest.raises(EngineError) as caught:
        await _engine(_Crew(error), tmp_path).make(payload, seed=1, into=tmp_path / "x.mp4")
    assert caught.value.failure.kind is kind
    assert "visuals[" not in caught.value.failure.message
    assert caught.value.failure.message.startswith(("width", "visual.src"))


def test_a_request_is_compiled_once_and_few_are_kept() -> None:
    engine = _engine()
    for width in range(2, 200):
        engine.expect(_payload(width=width))
    assert len(engine._known) == 64
    assert engine._asked(_payload(width=199)) is engine._asked(_payload(width=199))


def test_a_request_of_a_newer_template_is_its_own() -> None:
    engine = _engine()
    versions = [engine._asked(Payload(version, _payload().body)).payload.template_version for version in ("v1", "v2")]
    assert versions == ["v1", "v2"]


def test_it_closes_what_measures() -> None:
    engine = _engine()
    engine.close()
    assert engine._render._book.closed == 1  # type: ignore[attr-defined]


async def test_threads_may_ask_at_once() -> None:
    engine = _engine()
    quotes = await asyncio.gather(*(asyncio.to_thread(engine.quote, _payload(width=8 + n % 5)) for n in range(40)))
    assert {quote.credits for quote in quotes} == {2000}

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.failure import FailureKind
from clipmill.domain.media import Doubt, Shot
from clipmill.domain.payload import Payload, asset_reference
from clipmill.domain.timeline.clip import Clips
from clipmill.domain.timeline.project import Project
from clipmill.engines.render.engine import RenderEngine
from clipmill.errors import (
    ClipmillError,
    DearError,
    EngineError,
    GlyphError,
    MediaError,
    NotFoundError,
    OverTime,
    ProjectError,
    StoreError,
    WorkerCrash,
)
from clipmill.media.workers.spent import Spent
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
        doubt = {"check": "cut_text", "message": "cut", "frame": 6}
        return {"frames": 10, "moving": [[0.5, 1.0]], "black_percent": 12.0, "remarks": ["cut"],
                "shots": {"middle": 4, "last": 8}, "doubts": [doubt]}  # fmt: skip


class _Files:
    """Knows one picture."""

    def path(self, digest: str) -> Path:
        if digest != "a" * 64:
            raise NotFoundError(f"file {digest} is not in the store")
        return Path("/files/aa") / digest


class _Book:
    """Knows nothing of any clip."""

    def of(self, project: Project) -> Clips:
        return {}

    def close(self) -> None:
        pass


def _engine(crew: _Crew | None = None, **settings: Any) -> RenderEngine:
    chosen = Settings(**{"home": Path("/home"), **settings})
    return RenderEngine(chosen, crew or _Crew(), _Files(), _Book())  # type: ignore[arg-type]


def _payload(*visuals: Mapping[str, Any], **fields: Any) -> Payload:
    return Payload("v1", project(*visuals, **fields))


def test_it_is_a_local_engine() -> None:
    assert isinstance(_engine(), LocalEngine)


@pytest.mark.parametrize(
    ("fields", "credits"),
    [({"duration": 8}, 8), ({"duration": 8.2}, 9), ({"duration": 2, "width": 1920, "height": 1082}, 8)],
)
def test_a_render_is_priced_by_the_started_second(fields: dict[str, Any], credits: int) -> None:
    assert _engine().quote(_payload(**fields)).credits == 1000 * credits


@pytest.mark.parametrize(
    ("visual", "path"),
    [
        ({"type": "TEXT", "text": "x", "angle": 999}, "visuals[0].angle"),
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
    spec = _engine().expect(_payload(title, duration=1.04, audios=[{"src": PICTURE.replace(".jpg", ".mp3")}]))
    assert (spec.seconds, spec.frames, spec.fps, spec.width, spec.height) == (1.0, 10, 10.0, 320, 180)
    assert spec.has_audio
    assert spec.moving == ((0.2, 0.4),)


@pytest.mark.parametrize(
    ("fields", "measures"),
    [({"outputFormat": "webm"}, (".webm", "vp9", 10, 320)), ({"outputFormat": "png-sequence"}, (".zip", "", 10, 320)),
     ({"type": "image", "width": 321}, (".png", "", 1, 321)), ({"width": 321}, (".mp4", "h264", 10, 320))],
)  # fmt: skip
def test_every_format_is_expected_in_its_own_measures(fields: dict[str, Any], measures: tuple[Any, ...]) -> None:
    body = project(**fields)
    if fields.get("type") == "image":
        body = {name: value for name, value in body.items() if name not in ("duration", "frameRate")}
    spec = _engine().expect(Payload("v1", body))
    assert (spec.suffix, spec.video_codec, spec.frames, spec.width) == measures


def test_a_price_may_be_a_part_of_a_credit() -> None:
    engine = _engine(credits_per_second="0.8", credits_per_second_large=2.125)
    assert engine.quote(_payload(duration=2.5)).credits == 2_400
    assert engine.quote(_payload(duration=2, width=1920, height=1082)).credits == 4_250


def test_scenes_set_the_price_and_keep_the_limit() -> None:
    scenes = [{"duration": 2}, {"duration": 2.5, "transition": "fade"}, {"duration": 1}]
    assert _engine().quote(_payload(scenes=scenes, duration=99)).credits == 5000
    with pytest.raises(ProjectError, match="over the limit of 600") as caught:
        _engine().quote(_payload(scenes=[{"duration": 400}, {"duration": 300}]))
    assert caught.value.path == "scenes"


def test_what_will_not_be_done_is_among_the_warnings() -> None:
    warnings = _engine().quote(_payload({"type": "TEXT", "text": "x", "colour": 3})).warnings
    assert warnings == ("visuals[0].colour: is no field of a TEXT element and was left out",)


async def test_a_worker_gets_everything_as_json() -> None:
    crew = _Crew()
    spec = await _engine(crew).make(_payload({"type": "IMAGE", "src": PICTURE}), seed=7, into=Path("/out.mp4"))
    assert (spec.moving, spec.black_percent, spec.video_codec) == (((0.5, 1.0),), 12.0, "h264")
    assert spec.remarks == ("cut",)
    assert spec.doubts == (Doubt("cut_text", "cut", 6),)
    assert spec.shots == (Shot("doubt1", 6, "cut"), Shot("first", 0), Shot("middle", 4), Shot("last", 8))
    call, arguments = crew.asked[0]
    assert call == "clipmill.engines.render.worker:render"
    assert arguments["assets"] == {PICTURE: f"/files/aa/{'a' * 64}"}
    assert (arguments["seed"], arguments["into"]) == (7, "/out.mp4")
    assert arguments["fonts"] == {"folders": ["/home/fonts"], "system": True, "cache": "/home/cache/fonts"}
    assert arguments["limits"]["video_seconds"] == 600
    assert arguments["clips"] == {}


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


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="{}"/></svg>'


def test_a_drawing_that_would_cost_too_much_is_refused_with_what_does() -> None:
    blurs = '<filter id="glow">' + '<feGaussianBlur stdDeviation="9"/>' * 60 + '</filter><rect filter="url(#glow)"'
    dear = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="150">{blurs} width="300" height="150"/></svg>'
    visual = {"type": "SVG", "svg": dear, "width": 3000, "height": 1500}
    with pytest.raises(DearError, match=r"visuals\[0\].svg: drawing it at 3000 × 1500 .* filter #glow") as caught:
        _engine().quote(_payload(visual))
    assert caught.value.text == dear
    _engine().quote(_payload({**visual, "width": 300, "height": 150}))
    _engine(limits={"drawing_seconds": 200}).quote(_payload(visual))


def test_drawings_that_cost_too_much_together_are_refused() -> None:
    one = DRAWING.replace("<circle", '<filter id="f"><feDisplacementMap/></filter><rect width="9" height="9" filter='
                          '"url(#f)"/><circle')  # fmt: skip
    several = [{"type": "SVG", "svg": one.format(number), "width": 1400, "height": 1400} for number in range(1, 6)]
    _engine().quote(_payload(*several[:1] * 5))  # it is drawn once
    with pytest.raises(DearError, match="the project's drawings would take about 9 seconds of a processor together"):
        _engine().quote(_payload(*several))


class _Counting(_Crew):
    """Counts its jobs."""

    jobs = 0

    async def run(self, call: str, arguments: Mapping[str, Any]) -> Any:
        self.jobs += 1
        return await super().run(call, arguments)


@pytest.mark.parametrize(("what", "refused"), [("visuals[0]", True), ("", False)])
async def test_what_took_its_limit_is_not_tried_again(tmp_path: Path, what: str, refused: bool) -> None:
    where = f"{what}: " if what else ""
    crew = _Counting(OverTime(f"{where}drawing it took more than 8 seconds and was stopped", what=what))
    first = _payload({"type": "SVG", "svg": DRAWING.format(4)}, outputName="first")
    other = _payload({"type": "SVG", "svg": DRAWING.format(4)}, duration=2)
    with pytest.raises(OverTime):
        await _engine(crew, home=tmp_path).make(first, seed=1, into=tmp_path / "out.mp4")
    again = _engine(crew, home=tmp_path)
    with pytest.raises(EngineError, match="drawing it took more than 8 seconds and was stopped") as caught:
        await again.make(first, seed=2, into=tmp_path / "out.mp4")
    assert caught.value.failure.kind is FailureKind.TIME
    assert crew.jobs == 1
    if refused:  # the drawing took it, whatever else is in the project
        with pytest.raises(DearError, match=r"visuals\[0\]: drawing it took more than 8 seconds"):
            again.quote(other)
    else:
        again.quote(other)
    Spent(Settings(home=tmp_path)).forget()
    with pytest.raises(OverTime):
        await again.make(first, seed=3, into=tmp_path / "out.mp4")
    assert crew.jobs == 2


def test_characters_that_no_font_has_are_refused_before_anything_is_made() -> None:
    with pytest.raises(GlyphError, match="连 衣 裙"):
        _engine(system_fonts=False).quote(_payload({"type": "TEXT", "text": "Kleid 连衣裙"}))


def test_a_family_that_is_not_there_is_a_warning() -> None:
    quote = _engine(system_fonts=False).quote(
        _payload({"type": "TEXT", "text": "x", "style": {"fontFamily": "Futura"}})
    )
    assert any("no font 'Futura' is installed" in warning for warning in quote.warnings)


class _Subtitles:
    """Keeps one subtitle file, whatever it is asked for."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def path(self, digest: str) -> Path:
        return self._file


def _with_subtitles(file: Path) -> RenderEngine:
    return RenderEngine(Settings(home=Path("/home")), _Crew(), _Subtitles(file), _Book())  # type: ignore[arg-type]


def test_the_file_of_a_subtitle_is_read_and_told_again_beside_the_video(tmp_path: Path) -> None:
    file = tmp_path / "a.srt"
    file.write_text("1\n00:00:00,200 --> 00:00:09,000\none two three\n")
    subtitle = {"src": asset_reference("b" * 64, ".srt"), "sidecars": ["vtt"], "maxWordsPerLine": 2}
    engine, payload = _with_subtitles(file), _payload(subtitle=subtitle)
    # The second page would begin after the end of the video.
    assert engine.sidecars(payload) == {"vtt": "WEBVTT\n\n1\n00:00:00.200 --> 00:00:01.000\none two\n"}
    assert engine.quote(payload).warnings == ()


def test_a_subtitle_file_that_cannot_be_read_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    file = tmp_path / "b.srt"
    file.write_text("1\nlater --> soon\nx\n")
    with pytest.raises(MediaError, match=r"subtitle\.src: line 2 is no pair of times"):
        _with_subtitles(file).quote(_payload(subtitle={"src": asset_reference("b" * 64, ".srt")}))


def test_a_subtitle_file_with_another_arrow_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "b.srt"
    file.write_text("1\n00:00:01,000 -> 00:00:02,000\nHello\n")
    with pytest.raises(MediaError, match=r"^subtitle\.src: line 2 is no pair of times: '00:00:01,000 -> ") as caught:
        _with_subtitles(file).quote(_payload(subtitle={"src": asset_reference("b" * 64, ".srt")}))
    assert caught.value.hint == "Write it as 00:00:01,000 --> 00:00:02,000."


def test_captions_that_are_never_seen_are_told_in_the_quote() -> None:
    captions = [{"start": 99, "end": 100, "text": "late"}]
    warnings = _engine().quote(_payload(subtitle={"captions": captions})).warnings
    assert any("subtitle.captions[0]: the caption 'late' at 99 s begins after" in told for told in warnings)


def test_letters_of_a_subtitle_file_that_no_font_has_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "c.srt"
    file.write_text("1\n00:00:00,200 --> 00:00:00,900\nabc \ue000\n", encoding="utf-16")
    with pytest.raises(GlyphError, match=r"subtitle\.captions\[0\]"):
        _with_subtitles(file).quote(_payload(subtitle={"src": asset_reference("b" * 64, ".srt")}))


SVG = "xmlns='http://www.w3.org/2000/svg'"
NOTHING = asset_reference("b" * 64, ".jpg")


@pytest.mark.parametrize(("payload", "where"), [
    (_payload(subtitle={"src": asset_reference("b" * 64, ".srt")}), "subtitle.src"),
    (_payload({"type": "IMAGE", "src": NOTHING}), "visuals[0].src"),
    (_payload({"type": "IMAGE", "src": "asset:/etc/hostname"}), "visuals[0].src"),
    (_payload({"type": "TEXT", "html": f"<img src='{NOTHING}'>"}), "html"),
    (_payload({"type": "SVG", "svg": f"<svg {SVG}><image href='{NOTHING}'/></svg>"}), "svg"),
])  # fmt: skip
def test_a_reference_to_no_stored_file_is_refused_before_anything_is_made(payload: Payload, where: str) -> None:
    with pytest.raises(MediaError) as caught:
        _engine().quote(payload)
    assert f"{where}: the file it names is not in the state folder" in str(caught.value)
    assert "b" * 64 not in str(caught.value)


def test_a_project_that_asks_for_no_sidecar_gets_none() -> None:
    assert _engine().sidecars(_payload()) == {}

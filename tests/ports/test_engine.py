"""What every engine must do: price and promise first, make the same for the same, charge once per key it remembers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.failure import FailureKind
from clipmill.domain.line.call import Call, Handle, Item, Recovery
from clipmill.domain.line.report import Finished, Report
from clipmill.domain.payload import Payload, asset_reference
from clipmill.engines.draft.engine import DraftEngine
from clipmill.engines.lipsync.engine import LipsyncEngine
from clipmill.engines.render.engine import RenderEngine
from clipmill.errors import AnswerLost, EngineError
from clipmill.media.workers.crew import ProcessCrew
from clipmill.ports import LocalEngine, Preparing, RemoteEngine
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.testing import FakeLocalEngine, FakePromptEngine, FakeRemoteEngine, FakeUploadingEngine
from tests.rendering import photo, write_picture, write_tone

TIMELINE = {"width": 96, "height": 64, "frameRate": 10, "duration": 1, "seconds": 1}


DRAFT = {"kind": "video", "model": "draft", "prompt": "A mug", "width": 256, "height": 256, "fps": 10, "seconds": 1}


@pytest.fixture(params=["render", "draft", "lipsync", "fake"])
async def local(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    """Each local engine with a payload it takes."""
    if request.param == "fake":
        yield FakeLocalEngine(), Payload("v1", TIMELINE)
        return
    crew = ProcessCrew(1)
    files = DiskFiles(tmp_path / "files", tmp_path / "scratch")
    settings = Settings(home=tmp_path / "home")
    if request.param == "lipsync":
        picture, sound = write_picture(tmp_path / "a.png", photo(96, 64)), write_tone(tmp_path / "a.wav", 1.0)
        named = {path: asset_reference(files.put(path), path.suffix) for path in (picture, sound)}
        asked = {"visual": {"type": "image", "src": named[picture]}, "audio": [{"src": named[sound]}], "fps": 10}
        yield LipsyncEngine(settings, crew, files), Payload("v1", asked)
    elif request.param == "draft":
        yield DraftEngine(settings, crew, files), Payload("v1", DRAFT)
    else:
        body = {name: value for name, value in TIMELINE.items() if name != "seconds"}
        yield RenderEngine(settings, crew, files), Payload("v1", body)
    await crew.close()


async def test_local_engine_makes_what_it_promised_and_the_same_again(local: Any, tmp_path: Path) -> None:
    engine, payload = local
    assert isinstance(engine, LocalEngine)
    assert engine.quote(payload).credits >= 1
    promised = engine.expect(payload)
    made = [await engine.make(payload, seed=1, into=tmp_path / name) for name in ("one", "two")]
    assert not made[0].reused
    assert made[0] == replace(made[1], reused=False), "what was made before may be taken"
    assert (made[0].seconds, made[0].frames) == (promised.seconds, promised.frames) == (1.0, 10)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def call(*keys: str) -> Call:
    """What is sent for these attempts, under the key of the first."""
    payload = Payload("v1", TIMELINE)
    return Call(key=keys[0], lane="fake", items=[Item(key, payload, seed) for seed, key in enumerate(keys, 1)])


async def made(engine: FakeRemoteEngine, answer: Handle | Finished) -> Report:
    """What the engine reports in the end, however it answered."""
    report = answer.report if isinstance(answer, Finished) else await engine.poll(answer)
    while not report.finished:
        assert isinstance(answer, Handle)
        assert 0.0 <= (report.progress or 0.0) < 1.0
        report = await engine.poll(answer)
    return report


@pytest.fixture(params=["job", "prompt"])
def remote(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., FakeRemoteEngine]:
    """Makes remote engines: one that names its job, and one whose answer brings the file."""
    return FakeRemoteEngine if request.param == "job" else partial(FakePromptEngine, tmp_path / "prompt")


async def files(engine: FakeRemoteEngine, report: Report, folder: Path) -> dict[str, str]:
    """What the finished files say, by the keys of their attempts."""
    await asyncio.to_thread(folder.mkdir)
    told = {}
    for key, output in sorted(report.outputs.items()):
        path = Path(output.path) if output.path else folder / key
        if not output.path:
            await engine.fetch(output, path)
        told[key] = await asyncio.to_thread(path.read_text)
    return told


@pytest.mark.parametrize("recovery", Recovery)
async def test_remote_engine_gives_its_file_and_charges_once_per_key_it_remembers(
    remote: Callable[..., FakeRemoteEngine], tmp_path: Path, recovery: Recovery
) -> None:
    engine = remote(recovery=recovery)
    assert isinstance(engine, RemoteEngine)
    payload = Payload("v1", TIMELINE)
    assert engine.quote(payload).credits >= 1
    assert engine.expect(payload).seconds == 1.0
    answers = [await engine.submit(call("bat_1_1.1")) for _ in range(2)]
    once = recovery is Recovery.KEY
    assert (answers[0] == answers[1]) is once
    assert engine.charges == ["bat_1_1.1"] * (1 if once else 2)
    reports = [await made(engine, answer) for answer in answers]
    assert [report.outputs.keys() for report in reports] == [{"bat_1_1.1"}] * 2
    (told,) = (await files(engine, reports[1], tmp_path / "files")).values()
    assert told == f"{payload.text}\n1\n"


@pytest.mark.parametrize("recovery", Recovery)
async def test_remote_engine_tells_what_became_of_a_send_whose_answer_was_lost(
    remote: Callable[..., FakeRemoteEngine], tmp_path: Path, recovery: Recovery
) -> None:
    engine = remote(recovery=recovery)
    if recovery in (Recovery.CLIENT_ID, Recovery.LOOKUP, Recovery.LIST):
        assert await engine.recover(call("bat_1_1.1")) is None, "nothing was sent, and asking sends nothing"
    assert (engine.sends, engine.charges) == (0, [])
    engine.answers_to_lose = 1
    with pytest.raises(AnswerLost):
        await engine.submit(call("bat_1_1.1"))
    if recovery is Recovery.NONE:
        return
    ask = engine.submit if recovery is Recovery.KEY else engine.recover
    answer = await ask(call("bat_1_1.1"))
    assert answer is not None
    assert len(await files(engine, await made(engine, answer), tmp_path / "files")) == 1
    assert engine.charges == ["bat_1_1.1"], "once, however often it is asked for"


async def test_every_attempt_of_a_shared_call_has_an_output_or_a_failure_of_its_own(
    remote: Callable[..., FakeRemoteEngine], tmp_path: Path
) -> None:
    engine, shared = remote(), call("bat_1_1.1", "bat_1_2.1", "bat_1_3.1")
    filtered = Item("bat_1_4.1", Payload("v1", {**TIMELINE, "filtered": True}), 4)
    report = await made(engine, await engine.submit(replace(shared, items=[*shared.items, filtered])))
    assert engine.charges == ["bat_1_1.1"]
    assert (report.outputs.keys(), report.failures.keys()) == ({item.key for item in shared.items}, {"bat_1_4.1"})
    assert report.failures["bat_1_4.1"].kind is FailureKind.FILTER_INPUT
    told = await files(engine, report, tmp_path / "files")
    assert [text.splitlines()[-1] for text in told.values()] == ["1", "2", "3"], "each has its own seed"


async def test_rows_that_may_share_a_call_are_told_by_what_they_have_in_common() -> None:
    engine = FakeRemoteEngine()
    quotes = [engine.quote(Payload("v1", body)) for body in ({"size": "small"}, {"size": "large"}, {"model": "two"})]
    assert [quote.together for quote in quotes] == ["small", "large", ""]
    assert [quote.lane.id if quote.lane else "" for quote in quotes] == ["", "", "fake:two"]


async def test_engine_that_prepares_gives_what_the_send_will_need_and_charges_nothing() -> None:
    engine = FakeUploadingEngine()
    assert isinstance(engine, Preparing)
    assert not isinstance(FakeRemoteEngine(), Preparing)
    requests = [await engine.prepare(call("bat_1_1.1", "bat_1_2.1")) for _ in range(2)]
    assert requests[0] == requests[1], "what is prepared twice is the same"
    assert (engine.charges, engine.sends) == ([], 0), "preparing is free"
    await engine.submit(replace(call("bat_1_1.1", "bat_1_2.1"), request=requests[0]))
    assert engine.charges == ["bat_1_1.1"]
    with pytest.raises(EngineError, match="was not uploaded"):
        await engine.submit(call("bat_1_3.1"))

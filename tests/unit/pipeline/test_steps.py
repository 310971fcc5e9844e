"""Each step by itself, over parts in memory: what it asks of the engine, what it decides, and what it leaves behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clipmill import log
from clipmill.deliver.folder import FolderDeliverer
from clipmill.domain.attempt import Claim
from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.line.call import Handle, Output, Recovery
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.transition import Charge, Transition
from clipmill.domain.verdict import Ruling
from clipmill.errors import AnswerLost, EngineError, MediaError, StoreError, WorkerCrash
from clipmill.pipeline.row import Line, step
from clipmill.store.files import DiskFiles
from clipmill.testing import FakeLocalEngine, FakeRemoteEngine, FakeVerifier, FrozenClock, fake_spec

PAYLOAD = Payload("v1", {"n": 1})
JOB, FILE = Handle("job-1"), Output("job-1/bat_1_1.1")
BUG, LOST, FULL = ZeroDivisionError("a bug"), AnswerLost("nobody there"), StoreError("no space left")


class Bench:
    """A line of its own for one row."""

    def __init__(self, folder: Path, engine: Any) -> None:
        self.folder, self.engine, self.clock = folder, engine, FrozenClock()
        self.files = DiskFiles(folder / "files", folder / "scratch")
        self.verifier, self.deliverer = FakeVerifier(), FolderDeliverer()
        self.out = folder / "out"

    def claim(self, state: RowState, **known: Any) -> Claim:
        """The row in a state, held by us for half a minute; where its file is to be there, it is."""
        found = Claim(
            row_id=1, batch_id="bat_1", number=1, state=state, fence=1, lease_until=self.clock.now() + 30.0, attempt=1,
            seed=5, credits=1, payload=PAYLOAD, engine=self.engine.name, file_name="1.txt", out_folder=str(self.out),
            admitted_at=self.clock.now(), moved_at=self.clock.now(),
        )  # fmt: skip
        if state in (RowState.VERIFYING, RowState.DELIVERING):
            (made := self.files.scratch("made")).write_text("a film")
            found = replace(found, media=self.files.put(made), spec=fake_spec(PAYLOAD))
        return replace(found, **known)

    def step(self, claim: Claim) -> Transition:
        """What the row's step decides."""
        line = Line({self.engine.name: self.engine}, self.verifier, self.deliverer, self.files, self.clock)
        return asyncio.run(step(claim, line))

    def decided(self, state: RowState, **known: Any) -> Transition:
        """What the step of a state decides."""
        return self.step(self.claim(state, **known))

    def failing(self, method: str, error: BaseException) -> None:
        """Let a method of the engine fail."""

        async def fail(*_arguments: Any, **_options: Any) -> Any:
            raise error

        setattr(self.engine, method, fail)

    def in_the_making(self) -> list[str]:
        """Files that lie where files are made."""
        return [path.name for path in self.files.scratch("").iterdir()]


@pytest.fixture
def remote(tmp_path: Path) -> Bench:
    """For an engine that remembers keys."""
    return Bench(tmp_path, FakeRemoteEngine())


@pytest.fixture
def local(tmp_path: Path) -> Bench:
    """For an engine on this machine."""
    return Bench(tmp_path, FakeLocalEngine())


@pytest.fixture
def every_line() -> Iterator[list[dict[str, Any]]]:
    """What the log tells when everything is asked for."""
    lines: list[dict[str, Any]] = []
    log.begin("debug", "json", lambda line: lines.append(json.loads(line)))
    yield lines
    log.begin("error", "plain", lambda _line: None)


def kind_of(transition: Transition) -> str:
    """What kind of failure the audit trail tells."""
    return str(transition.data.get("kind", ""))


def test_send_goes_out_under_the_key_and_is_looked_at_when_the_engine_says(remote: Bench) -> None:
    remote.engine.first_poll_seconds = 7.0
    sent = remote.decided(RowState.SUBMITTING)
    assert (sent.to, sent.handle, sent.look_again_in, sent.charge) == (RowState.RUNNING, JOB, 7.0, Charge.KEEP)
    assert remote.engine.charges == ["bat_1_1.1"]


@pytest.mark.parametrize(("left", "sends"), [(30.0, 1), (5.0, 1), (4.9, 0), (-1.0, 0)])
def test_nothing_is_sent_within_the_last_five_seconds_of_a_lease(remote: Bench, left: float, sends: int) -> None:
    decided = remote.decided(RowState.SUBMITTING, lease_until=remote.clock.now() + left)
    assert remote.engine.sends == sends
    if not sends:
        assert (decided.to, decided.lost_send, kind_of(decided)) == (RowState.SUBMITTING, False, "worker")


@pytest.mark.parametrize("known", [{}, {"unanswered": 1}, {"expiries": 1}], ids=str)
@pytest.mark.parametrize("remembers", [True, False])
def test_second_send_goes_only_to_an_engine_that_remembers_the_first(
    remote: Bench, remembers: bool, known: Mapping[str, int]
) -> None:
    remote.engine.recovery = Recovery.KEY if remembers else Recovery.NONE
    decided = remote.decided(RowState.SUBMITTING, **known)
    may_go = remembers or not known
    assert decided.to is (RowState.RUNNING if may_go else RowState.UNKNOWN)
    assert (remote.engine.sends, kind_of(decided)) == ((1, "") if may_go else (0, "engine"))


@pytest.mark.parametrize("error", [LOST, BUG, MediaError("it is broken"), WorkerCrash("it died")], ids=repr)
@pytest.mark.parametrize("remembers", [True, False])
def test_send_that_ended_in_anything_but_the_engines_word_may_be_paid(
    remote: Bench, remembers: bool, error: Exception
) -> None:
    remote.engine.recovery = Recovery.KEY if remembers else Recovery.NONE
    remote.failing("submit", error)
    decided = remote.decided(RowState.SUBMITTING)
    assert decided.charge is Charge.KEEP
    if remembers:
        assert (decided.to, decided.event, decided.lost_send) == (RowState.SUBMITTING, "resend", True)
    else:
        assert decided.to is RowState.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "known", "to"),
    [
        (FailureKind.DATA, {}, RowState.FAILED), (FailureKind.DATA, {"unanswered": 1}, RowState.FAILED),
        (FailureKind.RATE, {}, RowState.READY), (FailureKind.RATE, {"unanswered": 1}, RowState.SUBMITTING),
    ],
)  # fmt: skip
def test_engines_word_of_a_send_decides_unless_an_earlier_one_is_open(
    remote: Bench, kind: FailureKind, known: Mapping[str, int], to: RowState
) -> None:
    remote.failing("submit", EngineError(Failure(kind, "no")))
    assert remote.decided(RowState.SUBMITTING, **known).to is to


def test_job_is_looked_at_until_it_is_done_and_then_paid_for(remote: Bench) -> None:
    remote.engine.polls_until_done, remote.engine.first_poll_seconds = 2, 7.0
    remote.engine.jobs["job-1"] = {"bat_1_1.1": "a film"}
    first, second = (remote.decided(RowState.RUNNING, handle=JOB) for _ in range(2))
    assert (first.to, first.event, first.look_again_in, first.charge) == (RowState.RUNNING, "", 7.0, Charge.KEEP)
    assert (second.to, second.charge, second.goes_on, second.output) == (RowState.FETCHING, Charge.SETTLE, True, FILE)


def test_file_that_is_fetched_is_stored_with_what_it_must_be(remote: Bench) -> None:
    remote.engine.jobs["job-1"] = {"bat_1_1.1": "a film"}
    stored = remote.decided(RowState.FETCHING, output=FILE, reference="asset:mug.png")
    assert (stored.to, stored.spec) == (RowState.VERIFYING, replace(fake_spec(PAYLOAD), reference="asset:mug.png"))
    assert stored.media
    assert remote.files.path(stored.media).read_text() == "a film"
    assert remote.in_the_making() == []


GONE = EngineError(Failure(FailureKind.EXPIRED_RESULT, "the address has ended"))


@pytest.mark.parametrize(
    ("handle", "again", "to"),
    [(JOB, True, RowState.VERIFYING), (JOB, False, RowState.FAILED), (None, True, RowState.FAILED)],
    ids=["it is there", "it is gone", "nobody knows the job"],
)
def test_file_whose_address_has_ended_is_asked_for_once_more_by_its_job(
    remote: Bench, handle: Handle | None, again: bool, to: RowState
) -> None:
    remote.engine.jobs["job-1"] = {"bat_1_1.1": "a film"}
    fetch, asked = remote.engine.fetch, list[Output]()

    async def ends(output: Output, into: Path) -> None:
        asked.append(output)
        if len(asked) == 1 or not again:
            raise GONE
        await fetch(output, into)

    remote.engine.fetch = ends
    decided = remote.decided(RowState.FETCHING, output=Output("an old address"), handle=handle)
    assert (decided.to, asked) == (to, [Output("an old address"), *([FILE] if handle else [])])
    assert remote.in_the_making() == []


@pytest.mark.parametrize("found", [False, True], ids=["made", "found made"])
@pytest.mark.parametrize("is_taken_over", [False, True])
def test_file_that_is_found_made_may_be_our_own_where_somebody_began_it(
    local: Bench, found: bool, is_taken_over: bool
) -> None:
    make = local.engine.make

    async def made(payload: Payload, *, seed: int, into: Path) -> Any:
        return replace(await make(payload, seed=seed, into=into), reused=found)

    local.engine.make = made
    stored = local.decided(RowState.RENDERING, is_taken_over=is_taken_over, reference="asset:mug.png")
    assert stored.to is RowState.VERIFYING
    assert stored.spec
    assert stored.spec.reused is (found and not is_taken_over)
    assert stored.spec.reference == "asset:mug.png"
    assert stored.media
    assert local.files.path(stored.media).read_text() == f"{PAYLOAD.text}\n5\n"
    assert local.in_the_making() == []


@pytest.mark.parametrize(
    ("ruling", "to"),
    [(Ruling.PASS, RowState.DELIVERING), (Ruling.REVIEW, RowState.REVIEW), (Ruling.FAIL, RowState.READY)],
)
def test_what_verification_found_decides_and_is_kept(local: Bench, ruling: Ruling, to: RowState) -> None:
    local.verifier.rulings = [ruling]
    decided = local.decided(RowState.VERIFYING)
    assert decided.to is to
    assert decided.verdict
    assert decided.verdict.ruling is ruling
    assert (kind_of(decided), decided.new_seed) == (("quality", True) if ruling is Ruling.FAIL else ("", False))


def accompanied(local: Bench) -> None:
    """Let files have texts beside them."""
    local.engine.sidecars = lambda _payload: {"srt": "1\nMüller\n", "vtt": "WEBVTT\n"}


def test_file_and_its_texts_are_put_under_the_rows_name_and_nothing_stays_in_the_making(local: Bench) -> None:
    accompanied(local)
    assert local.decided(RowState.DELIVERING).to is RowState.DONE
    assert {path.name: path.read_bytes() for path in local.out.iterdir()} == {
        "1.txt": b"a film", "1.srt": "1\nMüller\n".encode(), "1.vtt": b"WEBVTT\n",
    }  # fmt: skip
    assert local.in_the_making() == []


def test_texts_go_as_well_to_a_place_that_takes_them_away(local: Bench) -> None:
    accompanied(local)
    place, taken = local.deliverer.place, list[str]()

    def take(media: Path, folder: str, name: str) -> Path:
        placed = place(media, folder, name)
        if media.is_relative_to(local.folder / "scratch"):
            media.unlink()
            taken.append(name)
        return placed

    local.deliverer.place = take  # type: ignore[method-assign]
    assert local.decided(RowState.DELIVERING).to is RowState.DONE
    assert taken == ["1.srt", "1.vtt"]


def no_room(bench: Bench, state: RowState) -> None:
    """Let the disk be full when the step of a state writes."""

    def full(*_arguments: Any, **_options: Any) -> Any:
        raise FULL

    part, method = (bench.deliverer, "place") if state is RowState.DELIVERING else (bench.files, "put")
    if state is RowState.VERIFYING:
        method = "path"
    setattr(part, method, full)


@pytest.mark.parametrize("state", [RowState.FETCHING, RowState.VERIFYING, RowState.DELIVERING])
def test_full_disk_makes_a_file_that_is_paid_for_wait_where_it_is(remote: Bench, state: RowState) -> None:
    remote.engine.jobs["job-1"] = {"bat_1_1.1": "a film"}
    claim = remote.claim(state, output=FILE)
    no_room(remote, state)
    held = remote.step(claim)
    assert (held.to, held.event, held.charge, held.look_again_in) == (state, "held", Charge.KEEP, 30.0)
    assert held.pause == "disk: no space left"


def test_full_disk_while_a_file_is_made_here_makes_it_again(local: Bench) -> None:
    no_room(local, RowState.RENDERING)
    again = local.decided(RowState.RENDERING)
    assert (again.to, again.event, again.charge) == (RowState.READY, "retry", Charge.RELEASE)


@pytest.mark.parametrize(
    ("state", "method", "error", "known", "to"),
    [
        # Nothing was sent yet: what went wrong is the row's, unless nobody answered.
        (RowState.SUBMITTING, "prepare", LOST, {}, RowState.SUBMITTING),
        (RowState.SUBMITTING, "prepare", BUG, {}, RowState.FAILED),
        (RowState.SUBMITTING, "prepare", BUG, {"unanswered": 1}, RowState.SUBMITTING),
        (RowState.SUBMITTING, "prepare", FULL, {}, RowState.READY),
        # A job lives on whatever went wrong here, until the engine says that it does not.
        (RowState.RUNNING, "poll", LOST, {}, RowState.RUNNING), (RowState.RUNNING, "poll", BUG, {}, RowState.RUNNING),
        (RowState.RUNNING, "poll", FULL, {}, RowState.RUNNING),
        (RowState.RUNNING, "poll", EngineError(Failure(FailureKind.RATE, "slow down")), {}, RowState.RUNNING),
        (RowState.RUNNING, "poll", EngineError(Failure(FailureKind.ENGINE, "it broke")), {}, RowState.READY),
        (RowState.RUNNING, "poll", EngineError(Failure(FailureKind.DATA, "too long")), {}, RowState.FAILED),
        # It is done: it is asked for until it comes.
        (RowState.FETCHING, "fetch", LOST, {}, RowState.FETCHING),
        (RowState.FETCHING, "fetch", BUG, {"expiries": 1}, RowState.FETCHING),
        (RowState.FETCHING, "fetch", EngineError(Failure(FailureKind.DATA, "it is gone")), {}, RowState.FAILED),
        (RowState.FETCHING, "fetch", MediaError("it is broken"), {}, RowState.FETCHING),
    ],
    ids=lambda value: str(value) if isinstance(value, str | Mapping | Exception) else "",
)  # fmt: skip
def test_what_goes_wrong_at_an_engine_is_asked_again_only_where_a_job_may_be_alive(
    remote: Bench, state: RowState, method: str, error: Exception, known: Mapping[str, int], to: RowState
) -> None:
    remote.failing(method, error)
    decided = remote.decided(state, handle=JOB, output=FILE, **known)
    assert decided.to is to
    if to is state:
        assert (decided.event, decided.lost_send, decided.silent_since) == ("unanswered", False, remote.clock.now())


@pytest.mark.parametrize(("error", "to"), [(LOST, RowState.READY), (MediaError("no video"), RowState.FAILED),
                                           (BUG, RowState.FAILED)], ids=repr)  # fmt: skip
def test_what_goes_wrong_with_a_file_that_is_here_is_the_tables_affair(
    local: Bench, error: Exception, to: RowState
) -> None:
    async def verify(*_arguments: Any) -> Any:
        raise error

    local.verifier.verify = verify  # type: ignore[method-assign]
    decided = local.decided(RowState.VERIFYING, expiries=1)
    assert (decided.to, decided.charge) == (to, Charge.RELEASE)


@pytest.mark.parametrize(("lost", "is_given_up"), [(10, False), (11, True)])
def test_row_that_may_be_what_kills_its_workers_is_given_up(local: Bench, lost: int, is_given_up: bool) -> None:
    decided = local.decided(RowState.RENDERING, expiries=lost)
    assert decided.to is (RowState.READY if is_given_up else RowState.VERIFYING)
    assert (kind_of(decided), len(local.engine.made)) == (("worker", 0) if is_given_up else ("", 1))


@pytest.mark.parametrize(
    ("prepared", "level", "event"),
    [
        (lambda _: None, "info", "submitted"),
        (lambda bench: bench.failing("submit", LOST), "info", "resend"),
        (lambda bench: bench.failing("prepare", BUG), "error", "failed"),
    ],
    ids=["goes well", "is lost", "is a bug"],
)
def test_every_step_is_told_to_the_log_and_bugs_as_errors(
    remote: Bench, every_line: list[dict[str, Any]], prepared: Callable[[Bench], None], level: str, event: str
) -> None:
    prepared(remote)
    decided = remote.decided(RowState.SUBMITTING)
    begun, told = every_line
    assert (begun["event"], begun["level"], begun["state"], begun["lost_leases"]) == ("begun", "debug", "submitting", 0)
    assert (told["event"], told["level"], told["was"], told["to"]) == (event, level, "submitting", str(decided.to))
    assert (told["batch"], told["row"], told["attempt"]) == ("bat_1", 1, 1)
    assert ("exception" in told) is (level == "error")


def test_row_that_only_waits_is_told_to_the_log_as_well(remote: Bench, every_line: list[dict[str, Any]]) -> None:
    remote.engine.polls_until_done = 2
    remote.decided(RowState.RUNNING, handle=JOB)
    assert [(line["event"], line["level"]) for line in every_line] == [("begun", "debug"), ("waits", "info")]

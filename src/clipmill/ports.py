"""Every seam of clipmill on one page: what the line asks of the parts it does not know. It is long because they are all
here.

A port has one to five methods and one conformance suite (`tests/ports`) that every implementation passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from clipmill.domain.attempt import Claim
from clipmill.domain.batch import Batch, Move, Progress
from clipmill.domain.credits import Quote
from clipmill.domain.event import Event
from clipmill.domain.line.call import Call, Handle, Output, Recovery
from clipmill.domain.line.delivery import Answer, Delivery, Endpoint, Receipt
from clipmill.domain.line.lane import Lane, LaneRecord
from clipmill.domain.line.parts import Made, Missing, Order
from clipmill.domain.line.report import Finished, Report
from clipmill.domain.media import MediaSpec
from clipmill.domain.models import ModelOffer
from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked, PricedRow
from clipmill.domain.record import RowRecord
from clipmill.domain.row import Row, RowState
from clipmill.domain.template import Template, VerifyLimits
from clipmill.domain.transition import Transition
from clipmill.domain.verdict import Verdict

#: Of no row is there anything to tell.
NOTHING: Mapping[int, float] = MappingProxyType({})


class Clock(Protocol):
    """Time, injected: wall-clock seconds, and waiting."""

    def now(self) -> float:
        """Seconds since the epoch."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class Source(Protocol):
    """A table, read once from the top."""

    def describe(self) -> Mapping[str, Any]:
        """What was detected: `encoding`, `delimiter`, `columns` …, for the user to see. Raises SourceError."""

    def rows(self) -> Iterator[Row]:
        """Every row in order, streaming. A row that cannot be right carries problems. Raises SourceError."""


class Checker(Protocol):
    """A template at work: contract and mapping over rows."""

    template: Template

    def check(self, row: Row) -> Checked:
        """Typed values and a payload, or the problems that block the row. Never raises for bad data."""

    def look_ahead(self, row: Row) -> None:
        """Begin what takes long and can be begun before `check`: downloads."""


class Files(Protocol):
    """Content-addressed files on disk."""

    def put(self, path: Path, *, keep: bool = False) -> str:
        """Take a file in under its sha256 (hex), moving it unless `keep`; the same content twice is one file."""

    def path(self, digest: str) -> Path:
        """Where a stored file lies. Raises NotFoundError."""

    def scratch(self, name: str) -> Path:
        """A path for a file in the making, on the same disk; never read after a crash."""

    def discard(self, name: str) -> None:
        """Remove that file and what lies beside it under its name and a suffix, if they are there."""


class Crew(Protocol):
    """Worker processes for CPU work."""

    async def run(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """Call `module:function` with JSON arguments in a worker process; its JSON answer.

        `into` (a file) and `frames_into` (a folder) say where what it makes is to lie afterwards.
        Raises WorkerCrash when the process dies, and the ClipmillError the function raised.
        """


@runtime_checkable
class Progressing(Protocol):
    """A crew, or an engine on this machine, that tells how far it is."""

    def progress_of(self, into: Path) -> float | None:
        """How much of a file in the making is made, 0 to 1; None where nobody makes it."""


@runtime_checkable
class Engine(Protocol):
    """What makes media; a local one also has `make`, a remote one `submit` and what follows it."""

    name: str

    def quote(self, payload: Payload) -> Quote:
        """What one attempt may cost, and what to know before. Raises ProjectError for what it cannot make."""

    def expect(self, payload: Payload) -> MediaSpec:
        """What the finished file must be. Raises ProjectError."""


@runtime_checkable
class LocalEngine(Engine, Protocol):
    """An engine on this machine."""

    async def make(self, payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        """Write the finished file to `into`; what it must be, as it was drawn. Raises EngineError, WorkerCrash."""


@runtime_checkable
class Accompanied(Protocol):
    """An engine whose files may have small texts beside them, such as subtitles."""

    def sidecars(self, payload: Payload) -> Mapping[str, str]:
        """Suffix without its dot → the text of the file beside the finished one. Raises InputError."""


@runtime_checkable
class Previewing(Engine, Protocol):
    """An engine that can show single frames before anything is made."""

    async def preview(self, payload: Payload, at: float, into: Path) -> Sequence[str]:
        """Write the frame shown at `at` (seconds) as PNG; what was noticed in it. Raises EngineError, WorkerCrash."""

    async def sheet(self, cells: Sequence[Mapping[str, Any]], into: Path) -> None:
        """Put written frames on one PNG: each a `path`, its `words`, its `row` and `column`. Raises EngineError."""


@runtime_checkable
class Maker(Protocol):
    """What says of a payload which parts it needs first, and what is to be made once they are there."""

    def plan(self, payload: Mapping[str, Any], made: Mapping[str, Made]) -> Missing | Order:
        """The parts that are missing among those made (by digest of their orders), or what to make of them.

        Pure: equal arguments give equal answers; it is asked again whenever parts are made. Raises InputError.
        """


@runtime_checkable
class Offering(Protocol):
    """An engine that says which models can be asked for, at what price and within what limits."""

    def offers(self) -> Sequence[ModelOffer]:
        """All of them; one model that makes videos and stills is there twice."""


@runtime_checkable
class RemoteEngine(Engine, Protocol):
    """An engine behind a job API."""

    recovery: Recovery
    #: Seconds until a job is asked about first.
    first_poll_seconds: float
    #: How long sends and questions may go unanswered, where that is longer than the table of `domain/failure.py` says;
    #: for sends no longer than keys are remembered.
    patience_seconds: float

    async def submit(self, call: Call) -> Handle | Finished:
        """Send once, with exactly one request that may be paid for: the job, or what the answer brought.

        Raises EngineError when it was refused, AnswerLost when nobody knows; after any other error nobody knows either.
        """

    async def recover(self, call: Call) -> Handle | Finished | None:
        """What became of a send whose answer was lost; None: it never arrived, and never will.

        Asked where `recovery` says that it can be told. Raises AnswerLost when nobody knows.
        """

    async def poll(self, handle: Handle) -> Report:
        """How the job stands. Raises EngineError when it failed as a whole, AnswerLost when nobody answered."""

    async def fetch(self, output: Output, into: Path) -> None:
        """Download a finished file. Raises EngineError when there is none, AnswerLost when it did not come."""

    async def cancel(self, handle: Handle) -> None:
        """Have the job stopped, where the engine can and that saves money; its batch was cancelled.

        Asked before every `poll`, which tells what became of it: a job that was stopped has failed, as TIMEOUT.
        Raises AnswerLost.
        """


@runtime_checkable
class Preparing(Protocol):
    """A remote engine that has something to do before it sends: it uploads what the call refers to."""

    async def prepare(self, call: Call) -> Mapping[str, Any]:
        """What the send will need, as JSON (`Call.request`). Free, and may be done again.

        What is raised here fails the row, for nothing was sent; AnswerLost: it is tried again.
        """


class Verifier(Protocol):
    """The checks over one finished file."""

    async def verify(self, media: Path, spec: MediaSpec, limits: VerifyLimits) -> Verdict:
        """What verification found. A broken file is a failed verdict, never an error."""


class Deliverer(Protocol):
    """Where finished files go."""

    def place(self, media: Path, folder: str, name: str) -> Path:
        """Put a copy of the file under its name, atomically; doing it twice is doing it once."""


class Queue(Protocol):
    """Rows under leases: who works on what. Every write of a worker goes through here, fenced."""

    def admit(self, worker: str, lanes: Sequence[str], limit: int, batch_id: str = "") -> Sequence[Claim]:
        """Move ready rows of these engines or lanes into their first active state, in up to `limit` calls: attempt,
        reservation, fence and lease at once. With a batch id, only rows of that batch.
        """

    def claim_due(
        self, worker: str, lanes: Sequence[str], limit: int, holding: Sequence[int] = (), batch_id: str = ""
    ) -> Sequence[Claim]:
        """Take rows of these engines or lanes whose timer or lease ran out, but for those worked on (`holding`).

        Poll timer, retry timer and crash recovery in one. With a batch id, only rows of that batch.
        """

    def apply(self, transitions: Sequence[Transition]) -> Sequence[Claim | None]:
        """Apply each under its fence, in one transaction; the claim to go on with, None where it ends here."""

    def renew(self, worker: str, held: Mapping[int, int], done: Mapping[int, float] = NOTHING) -> Sequence[int]:
        """Be still there, and move the leases of these rows (id → fence) forward; the ids of those that were lost.

        `done`: how much of an attempt's file is made, 0 to 1, by row.
        """

    def recover(
        self, worker: str, lanes: Sequence[str], heard: Callable[[], object] | None = None
    ) -> AbstractContextManager[None]:
        """Be a live worker of these lanes; what dead workers of this machine held becomes due at once.

        What it still holds at the end is handed back: due at once, as if nobody had held it. `heard` is called, from
        any thread, when others open work; by a store that cannot tell, never.
        """


class Lanes(Protocol):
    """The lanes there are: what each lets through, and which of them are held."""

    def open(self, lane: Lane, *, by_default: bool = False) -> None:
        """Set a lane's limits, for all who share the store; by default what was set before stays."""

    def every(self) -> Sequence[LaneRecord]:
        """All of them, with what is in flight and ready."""

    def hold(self, lane_id: str, reason: str, seconds: float | None = None) -> None:
        """Let nothing through, for so long or until somebody lifts it. Raises NotFoundError."""

    def lift(self, lane_ids: Sequence[str] = (), batch_id: str = "") -> Sequence[str]:
        """Let these lanes, or those that a batch's rows queue in, go on; the ones that were held."""


class Attendance(Protocol):
    """Who is at work on a state folder, and whose turn it is."""

    def announce(self, worker: str) -> AbstractContextManager[None]:
        """Be present under this name."""

    def dead(self, workers: Sequence[str]) -> Sequence[str]:
        """Those of these names that nobody is present under any more."""

    def turn(self, name: str) -> AbstractContextManager[None]:
        """Wait for our turn at something only one may do at a time."""


class Batches(Protocol):
    """The batches of a tenant and their policy; those of others are not there, for any method."""

    def create(self, batch: Batch, template: Template) -> None:
        """Write a new batch, importing, with its template version frozen."""

    def update(
        self, batch_id: str, event: str, only_if: Callable[[Progress], bool] | None = None, **changes: Any
    ) -> Batch:
        """Change state, reason, budget, window, options or priority limit, with an event; the batch as it is then.

        With `only_if`, nothing but where that is true when nobody else can change it. Raises NotFoundError.
        """

    def find(self, batch_id: str = "") -> Batch:
        """One batch by id, name or a unique beginning of either; without one the latest. Raises NotFoundError."""

    def progress(self, batch_id: str) -> Progress:
        """The numbers of a batch."""

    def template(self, batch_id: str) -> Template:
        """The template version frozen into the batch."""


class Standing(Protocol):
    """Where single requests go, so that one of them costs one row."""

    def standing(self, kind: str, make: Batch, template: Template) -> Batch:
        """The batch of the tenant's single requests of a kind, running; whoever asks first makes it as `make` says.

        It is never over for good: one that was cancelled runs again.
        """


class Endings(Protocol):
    """Batches as workers see them: how they stand, and what they leave in their folders when they come to rest."""

    def progress(self, batch_id: str) -> Progress:
        """The numbers of a batch."""

    def unheld(self, batch_id: str) -> int:
        """Rows of a batch under way that no worker holds: they wait for their time, or for whoever comes."""

    def unwritten(self, worker: str) -> Sequence[str]:
        """Batches whose rows have moved since what they leave was last written, and no other worker is at it."""

    def begin_writing(self, writer: str, batch_id: str) -> None:
        """What a batch leaves is written now, by this worker or under any other name of its own."""

    def end_writing(self, writer: str, batch_id: str, problem: str = "") -> None:
        """It is written, unless a row moved meanwhile or there was a problem, which the audit trail will tell."""


class Outbox(Protocol):
    """Deliveries under leases: whoever takes one sends it, and everything of it is written under its fence.

    Workers take everybody's; `again` and `deliveries` are a tenant's, and those of others are not there.
    """

    def put(self, delivery: Delivery) -> None:
        """Write a line that no event brings; one whose id is there is left alone."""

    def take(self, worker: str, limit: int) -> Sequence[Delivery]:
        """Hold up to `limit` lines that are due, those included whose sender's lease ran out."""

    def settle(self, delivery: Delivery, answer: Answer) -> bool:
        """Log a try, and write what becomes of the delivery and of its endpoint; whether it was held still."""

    def again(self, delivery_id: str = "", endpoint_id: str = "") -> int:
        """Send one delivery once more, or all that an endpoint has not got; how many. Raises NotFoundError."""

    def deliveries(self, batch_id: str = "", endpoint_id: str = "") -> Iterator[Delivery]:
        """Deliveries with the log of their tries, the oldest first, without secrets: all, of a batch or an endpoint."""


class Endpoints(Protocol):
    """Where tenants want to be told of events."""

    def add(self, endpoint: Endpoint) -> None:
        """Tell this one from now on."""

    def all(self, tenant: str) -> Sequence[Endpoint]:
        """Those of a tenant, the oldest first."""

    def change(self, endpoint: Endpoint) -> int:
        """Tell it at that address, signed with that secret, of those types, unless it is disabled; how many there were.

        One that is not disabled any more begins anew.
        """

    def remove(self, tenant: str, endpoint_id: str) -> int:
        """Tell it nothing any more; how many there were."""


class Archives(Protocol):
    """The archives of finished rounds, which lie in Files."""

    def kept(self, batch_id: str, number: int) -> Receipt | None:
        """That of a round; None where none was made."""

    def keep(self, batch_id: str, number: int, receipt: Receipt) -> None:
        """Remember it, unless there is one, or the batch went on meanwhile."""


class Sender(Protocol):
    """The way out for deliveries, which may be used by several threads at once."""

    def check(self, url: str) -> None:
        """Refuse an address that nothing may be sent to. Raises MediaError."""

    def send(self, url: str, headers: Mapping[str, str], content: bytes | Path, seconds: float) -> Answer:
        """POST a body, or PUT a file, in one request that follows no redirect; whatever goes wrong is the answer."""


class Rows(Protocol):
    """The rows of a tenant's batches as they come in; of others' batches all methods raise NotFoundError."""

    def add(self, batch_id: str, orders: Sequence[PricedRow]) -> int:
        """Take in rows, blocked ones included, in one transaction; a row already there is left alone.

        Those of a cancelled batch are cancelled with it. Raises InputError for a public id that another row has.
        """

    def append(self, batch_id: str, order: PricedRow) -> int:
        """Take in one row after the last, whatever its number was; its number. It is worked on at once.

        The same public id again is the same row, and changes nothing. Raises InputError where another batch has it.
        """

    def amend(self, batch_id: str, orders: Sequence[PricedRow], by: str = "local") -> int:
        """Put corrected rows in the place of blocked or failed ones of the same number; how many were taken.

        What they were is kept, with who corrected them. A cancelled batch takes none.
        """

    def prefer(self, batch_id: str, numbers: Sequence[int]) -> None:
        """Give these rows the priority of a sample."""


class Unchecked(Protocol):
    """Rows that were taken in as they are, and are checked by whoever has time, a batch at a time."""

    def take(self, batch_id: str, taken: Sequence[Row]) -> int:
        """Take rows in, in one transaction; those already there are left alone."""

    def hold(self, worker: str, batch_id: str = "", *, single: bool = False) -> str:
        """Be the one that checks a batch, of all or this one, which nobody else does; its id, empty for none.

        Those of single requests first; with `single` only those.
        """

    def let_go(self, worker: str, batch_id: str = "") -> None:
        """Leave what is not checked yet to others, of all batches or of this one."""

    def some(self, batch_id: str, limit: int) -> Sequence[Row]:
        """The next rows that are to be checked, in the order of the table."""

    def put(self, worker: str, batch_id: str, orders: Sequence[PricedRow]) -> bool:
        """Write what rows came to; whether the batch is still held by this worker, else nothing is written."""


class Appending(Protocol):
    """Where single requests go as they are."""

    def append(self, batch_id: str, asked: Mapping[str, Row], told: Mapping[str, Endpoint] = ...) -> Sequence[int]:
        """Take rows in after the last, each under what its tenant calls it; their numbers. The same again is the same.

        `told`: by the same ids, who is told of a row. Raises InputError where another batch has such an id.
        """


class Records(Protocol):
    """The rows of a tenant's batches, as people ask for them and act on them; those of others are not there."""

    def records(self, batch_id: str, *states: RowState) -> Iterator[RowRecord]:
        """Every row in input order, streaming; with states, only those."""

    def asked(self, row_id: int) -> tuple[str, Payload]:
        """The engine of a row that is not blocked, and what it asks of it. Raises NotFoundError."""

    def move(self, move: Move, numbers: Sequence[int] | None = None) -> int:
        """Act on rows at rest as a person: approve, reject, retry, cancel; how many moved. Without numbers, on all that
        are there, the parts of rows included, which are not counted. In a cancelled batch no row goes back to READY.
        """

    def give_names(self, batch_id: str, names: Mapping[int, str]) -> bool:
        """Give rows of a batch of which nothing is under way other names; False where something is, for nothing."""

    def events(self, batch_id: str, number: int = 0, kind: str = "") -> Iterator[Event]:
        """The audit trail of a batch or of one row, or what is of one kind in it, oldest first."""


class Called(Protocol):
    """Rows by the names that a tenant gives them."""

    def locate(self, public_id: str) -> tuple[str, int]:
        """The batch and the number of the row that the tenant calls so. Raises NotFoundError."""

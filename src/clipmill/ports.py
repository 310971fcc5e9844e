"""Every seam of clipmill on one page: what the line asks of the parts it does not know.

A port has one to five methods and one conformance suite (`tests/ports`) that every implementation passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from clipmill.domain.attempt import Claim
from clipmill.domain.batch import Batch, Move, Progress
from clipmill.domain.credits import Quote
from clipmill.domain.delivery import Answer, Delivery, Endpoint, Receipt
from clipmill.domain.event import Event
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked, PricedRow
from clipmill.domain.record import RowRecord
from clipmill.domain.row import Row, RowState
from clipmill.domain.template import Template, VerifyLimits
from clipmill.domain.transition import Transition
from clipmill.domain.verdict import Verdict


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
class Engine(Protocol):
    """What makes media; a local one also has `make`, a remote one `prepare`, `send`, `poll` and `fetch`."""

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
class RemoteEngine(Engine, Protocol):
    """An engine behind a job API."""

    #: Whether a second send with the same key gives the first one's job instead of paying again.
    remembers_keys: bool
    first_poll_seconds: float
    #: How long sends and questions may go unanswered, where that is longer than the table of `domain/failure.py` says;
    #: for sends no longer than keys are remembered.
    patience_seconds: float

    async def prepare(self, payload: Payload, *, seed: int) -> Mapping[str, Any]:
        """Everything before the send: the request as JSON, what it refers to uploaded. Free, and may be done again.

        What is raised here fails the row, for nothing was sent; AnswerLost: it is tried again.
        """

    async def send(self, request: Mapping[str, Any], *, key: str) -> str:
        """Ask once, with exactly one request that may be paid for; the engine's job id.

        Raises EngineError when it refused, AnswerLost when nobody knows; after any other error nobody knows either.
        """

    async def poll(self, job: str) -> bool:
        """Whether the job has finished. Raises EngineError when the job failed, AnswerLost when nobody answered."""

    async def fetch(self, job: str, into: Path) -> None:
        """Download the finished file. Raises EngineError when there is none, AnswerLost when it did not come."""


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

    def admit(self, worker: str, engine: str, limit: int, batch_id: str = "") -> Sequence[Claim]:
        """Move up to `limit` ready rows into their first active state: attempt, reservation, fence, lease at once.

        With a batch id, only rows of that batch.
        """

    def claim_due(
        self, worker: str, lanes: Sequence[str], limit: int, holding: Sequence[int] = (), batch_id: str = ""
    ) -> Sequence[Claim]:
        """Take rows of these lanes whose timer or lease has run out, but for those at work on already (`holding`).

        Poll timer, retry timer and crash recovery in one. With a batch id, only rows of that batch.
        """

    def apply(self, transitions: Sequence[Transition]) -> Sequence[Claim | None]:
        """Apply each under its fence, in one transaction; the claim to go on with, None where it ends here."""

    def renew(self, worker: str, held: Mapping[int, int]) -> Sequence[int]:
        """Be still there, and move the leases of these rows (id → fence) forward; the ids of those that were lost."""

    def recover(
        self, worker: str, lanes: Sequence[str], heard: Callable[[], object] | None = None
    ) -> AbstractContextManager[None]:
        """Be a live worker of these lanes; what dead workers of this machine held becomes due at once.

        What it still holds at the end is handed back: due at once, as if nobody had held it. `heard` is called, from
        any thread, when others open work; by a store that cannot tell, never.
        """


class Attendance(Protocol):
    """Who is at work on a state folder, and whose turn it is."""

    def announce(self, worker: str) -> AbstractContextManager[None]:
        """Be present under this name."""

    def dead(self, workers: Sequence[str]) -> Sequence[str]:
        """Those of these names that nobody is present under any more."""

    def turn(self, name: str) -> AbstractContextManager[None]:
        """Wait for our turn at something only one may do at a time."""


class Batches(Protocol):
    """Batches and their policy."""

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
    """Deliveries under leases: whoever takes one sends it, and everything of it is written under its fence."""

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
    """The rows of a batch as they come in."""

    def add(self, batch_id: str, orders: Sequence[PricedRow]) -> int:
        """Take in rows, blocked ones included, in one transaction; a row already there is left alone.

        Those of a cancelled batch are cancelled with it.
        """

    def amend(self, batch_id: str, orders: Sequence[PricedRow]) -> int:
        """Put corrected rows in the place of blocked or failed ones of the same number; how many were taken.

        A cancelled batch takes none.
        """

    def prefer(self, batch_id: str, numbers: Sequence[int]) -> None:
        """Give these rows the priority of a sample."""


class Records(Protocol):
    """The rows of a batch, as people ask for them and act on them."""

    def records(self, batch_id: str, *states: RowState) -> Iterator[RowRecord]:
        """Every row in input order, streaming; with states, only those."""

    def move(self, move: Move, numbers: Sequence[int]) -> int:
        """Act on rows at rest as a person: approve, reject, retry, cancel; how many moved.

        In a cancelled batch no row goes back to READY.
        """

    def events(self, batch_id: str, number: int = 0) -> Iterator[Event]:
        """The audit trail of a batch or of one row, oldest first."""

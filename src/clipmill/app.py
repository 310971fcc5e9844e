"""The composition root: the one place that knows every part and puts them together. It is long because there are many.

A part is loaded by the property that makes it, so that a command loads no more than it uses
(docs/decisions/start-up.md).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from clipmill.domain.batch import LOCAL
from clipmill.errors import NotFoundError, SettingsError, TemplateError
from clipmill.hints import START
from clipmill.rights import keep_private, tighten
from clipmill.store.home import mark
from clipmill.store.readonly import ReadOnly

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from clipmill.deliver.links import Links
    from clipmill.domain.batch import Progress
    from clipmill.domain.models import ModelOffer
    from clipmill.domain.template import Template
    from clipmill.hints import Wording
    from clipmill.media.outside.send import HttpSender
    from clipmill.media.outside.stored import MediaStore
    from clipmill.media.workers.crew import ProcessCrew
    from clipmill.pipeline.batch import Verbs
    from clipmill.pipeline.outputs import Outputs
    from clipmill.pipeline.row import Line
    from clipmill.pipeline.use_cases.table import Tables
    from clipmill.pipeline.worker import Ended, Worker
    from clipmill.ports import Clock, Engine, Files, Maker
    from clipmill.settings import Settings
    from clipmill.store.batches import SqlBatches, SqlEndings
    from clipmill.store.database import Database
    from clipmill.store.files import DiskFiles
    from clipmill.store.line.lanes import SqlLanes
    from clipmill.store.line.queue import SqlQueue
    from clipmill.store.line.unchecked import SqlUnchecked
    from clipmill.store.presence import Presence
    from clipmill.store.records import SqlRows
    from clipmill.store.served.answers import SqlAnswers
    from clipmill.store.served.asked import SqlAsked, SqlTail
    from clipmill.store.served.assets import SqlAssets
    from clipmill.store.served.keys import SqlKeys
    from clipmill.store.served.named import SqlNamed
    from clipmill.store.tenants.limits import SqlKeyLimits
    from clipmill.store.told.endpoints import SqlEndpoints
    from clipmill.store.told.outbox import SqlOutbox
    from clipmill.verify.suite import SuiteVerifier


@runtime_checkable
class Closing(Protocol):
    """A part that holds something until the end."""

    def close(self) -> None:
        """Let go of it."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()  # noqa: TID251 - this is the clock everything else is given

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        import asyncio

        await asyncio.sleep(seconds)


#: Where a server listens unless it is told otherwise.
_HERE = "http://127.0.0.1:8600"


@dataclass
class App:
    """A running clipmill over one state folder; parts are made when first used."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    #: How what can be done next is said in the files a batch leaves.
    say: Wording = str
    #: Whose batches and rows these parts see.
    tenant: str = LOCAL
    #: The address that links begin with.
    public_url: str = ""

    def __post_init__(self) -> None:
        """The state folder is its owner's alone."""
        keep_private()
        tighten(self.home)
        self.public_url = self.public_url or self.settings.public_url or _HERE

    @property
    def home(self) -> Path:
        """The state folder."""
        return self.settings.home

    @cached_property
    def database(self) -> Database:
        """The database, at the newest revision."""
        mark(self.home)
        self._opened.migrate()
        return self._opened

    @cached_property
    def _opened(self) -> Database:
        from clipmill.store.database import Database, sqlite_url

        return Database(self.settings.database or sqlite_url(self._database_file))

    @cached_property
    def time(self) -> Clock:
        """The clock that all who share the database have in common."""
        return self.database.clock(self.clock) if self.settings.database else self.clock

    @property
    def has_batches(self) -> bool:
        """Whether there is a database to look into."""
        return bool(self._opened.revision) if self.settings.database else self._database_file.exists()

    @cached_property
    def readonly(self) -> ReadOnly:
        """Batches and rows as commands show them; an old database is brought up to date first, none is made.

        Raises NotFoundError where there is none.
        """
        if not self.has_batches:
            where = self.settings.database or f"{self.home} {'holds none' if self.home.exists() else 'is not there'}"
            raise NotFoundError(
                f"no clipmill batches here: {where}",
                hint=f"`{START}` starts one here; --home names another state folder.",
            )
        if self.settings.database:
            return self.database.readonly(self.tenant)
        readonly = ReadOnly(self._database_file, self.tenant)
        if not readonly.is_current:
            _ = self.database
        return readonly

    @property
    def _database_file(self) -> Path:
        return self.home / "clipmill.db"

    @cached_property
    def files(self) -> DiskFiles:
        """Stored files by content, whosever they are."""
        from clipmill.store.files import DiskFiles

        return DiskFiles(self.home / "files", self.home / "scratch")

    @cached_property
    def own_files(self) -> Files:
        """The stored files that the tenant may name; the command line's machine is its own."""
        if self.tenant == LOCAL:
            return self.files
        from clipmill.store.tenants.owners import TenantFiles

        return TenantFiles(self.files, self.database, self.tenant)

    @cached_property
    def batches(self) -> SqlBatches:
        """Batches and their policy."""
        from clipmill.store.batches import SqlBatches

        return SqlBatches(self.database, self.time, self.tenant)

    @cached_property
    def endings(self) -> SqlEndings:
        """Batches as workers see them, whosever they are."""
        from clipmill.store.batches import SqlEndings

        return SqlEndings(self.database, self.time)

    @cached_property
    def rows(self) -> SqlRows:
        """Rows as people ask for them."""
        from clipmill.store.records import SqlRows

        return SqlRows(self.database, self.time, self.tenant)

    @cached_property
    def unchecked(self) -> SqlUnchecked:
        """Rows that are to be checked."""
        from clipmill.store.line.unchecked import SqlUnchecked

        return SqlUnchecked(self.database, self.time, self.settings.lease_seconds)

    @cached_property
    def presence(self) -> Presence:
        """Who is at work on this state folder."""
        from clipmill.store.presence import Presence

        return Presence(self.home / "workers")

    @cached_property
    def queue(self) -> SqlQueue:
        """Rows under leases, with a lane per engine."""
        from clipmill.domain.line.lane import Lane
        from clipmill.domain.row import RowState
        from clipmill.ports import LocalEngine
        from clipmill.store.line.queue import SqlQueue

        queue = SqlQueue(self.database, self.presence, self.time, self.settings.lease_seconds)
        for name, engine in self.engines.items():
            is_local = isinstance(engine, LocalEngine)
            if is_local:
                queue.first_states = {**queue.first_states, name: RowState.RENDERING}
            self.lanes.open(Lane(engine=name, window=None if is_local else self.settings.worker_count), by_default=True)
        for name in self.makers.keys() - self.engines.keys():
            self.lanes.open(Lane(engine=name), by_default=True)
        return queue

    @cached_property
    def lanes(self) -> SqlLanes:
        """The lanes there are."""
        from clipmill.store.line.lanes import SqlLanes

        return SqlLanes(self.database, self.time)

    @cached_property
    def crew(self) -> ProcessCrew:
        """Worker processes."""
        from clipmill.media.workers.crew import ProcessCrew
        from clipmill.media.workers.sandbox import Sandbox

        settings = self.settings
        return ProcessCrew(
            settings.worker_count,
            settings.worker_jobs,
            settings.limits.job_seconds,
            Sandbox.making(settings),
            settings.worker_keep_bytes,
        )

    @property
    def gaps(self) -> str:
        """What media from strangers could do here in spite of the sandbox, as this machine is; empty for nothing."""
        from clipmill.media.workers.sandbox import gaps, locks_here

        return gaps({} if self.settings.sandbox == "off" else locks_here())

    @cached_property
    def engines(self) -> Mapping[str, Engine]:
        """Engines by name: ours and others' register under the same entry-point group."""
        from importlib.metadata import entry_points

        found = entry_points(group="clipmill.engines")
        return {entry.name: entry.load()(self.settings, self.crew, self.files) for entry in found}

    @cached_property
    def makers(self) -> Mapping[str, Maker]:
        """What plans rows that need parts, by name: engines that do, and what a template declares."""
        from clipmill.domain.line.parts import DECLARED
        from clipmill.pipeline.planning import DeclaredParts
        from clipmill.ports import Maker

        planning = {name: engine for name, engine in self.engines.items() if isinstance(engine, Maker)}
        return {DECLARED: DeclaredParts(), **planning}

    def engine(self, name: str) -> Engine:
        """One engine. Raises SettingsError when it is not installed."""
        if name not in self.engines:
            known = ", ".join(sorted(self.engines))
            raise SettingsError(f"there is no engine {name}", hint=f"Installed engines: {known}.")
        return self.engines[name]

    @cached_property
    def tables(self) -> Tables:
        """Opens tables for templates."""
        from clipmill.pipeline.use_cases.table import Tables

        return Tables(self.media, self.settings.limits, self.settings.allow_files)

    @cached_property
    def media(self) -> MediaStore:
        """The media rows refer to, taken into the store."""
        from clipmill.media.outside.stored import MediaStore

        mark(self.home)
        store = MediaStore(self.own_files, self.settings, crew=self.crew)
        store.upload = self._upload
        return store

    def _upload(self, asset_id: str) -> str:
        from clipmill.pipeline.use_cases.serving.uploads import reference_of

        return reference_of(self, asset_id)

    @cached_property
    def verbs(self) -> Verbs:
        """What a person can do with a batch."""
        from clipmill.pipeline.batch import Verbs

        return Verbs(self.batches, self.rows, self.lanes)

    @cached_property
    def verifier(self) -> SuiteVerifier:
        """The checks over finished files."""
        from clipmill.verify.suite import SuiteVerifier

        return SuiteVerifier(self.crew, self.files, self.home / "frames")

    @property
    def inspector(self) -> SuiteVerifier:
        """The checks over files of others, of which no pictures are kept."""
        from clipmill.verify.suite import SuiteVerifier

        return SuiteVerifier(self.crew, self.files, None)

    @cached_property
    def outputs(self) -> Outputs:
        """What a batch leaves in its folder."""
        from clipmill.deliver.folder import FolderDeliverer
        from clipmill.pipeline.outputs import Marks, Outputs
        from clipmill.store.told.archives import SqlArchives

        archives, marks = SqlArchives(self.database), Marks(self.home / "blocked")
        return Outputs(self.rows, self.files, FolderDeliverer(), self.clock, archives, marks, self.verifier.frames,
                       self.say, self._sidecars)  # fmt: skip

    def _sidecars(self, row_id: int) -> Mapping[str, str]:
        """The small texts beside a row's file."""
        from clipmill.ports import Accompanied

        name, payload = self.rows.asked(row_id)
        engine = self.engine(name)
        return engine.sidecars(payload) if isinstance(engine, Accompanied) else {}

    @cached_property
    def outbox(self) -> SqlOutbox:
        """What is sent out."""
        from clipmill.store.told.outbox import SqlOutbox

        return SqlOutbox(self.database, self.time, self.settings.lease_seconds, self.tenant)

    @cached_property
    def endpoints(self) -> SqlEndpoints:
        """Where it goes."""
        from clipmill.store.told.endpoints import SqlEndpoints

        return SqlEndpoints(self.database, self.time)

    @cached_property
    def keys(self) -> SqlKeys:
        """Who may ask a server."""
        from clipmill.store.served.keys import SqlKeys

        return SqlKeys(self.database, self.time)

    @cached_property
    def key_limits(self) -> SqlKeyLimits:
        """What each of the tenant's keys may do."""
        from clipmill.store.tenants.limits import SqlKeyLimits

        return SqlKeyLimits(self.database, self.time, self.tenant)

    @cached_property
    def answers(self) -> SqlAnswers:
        """What a server answered."""
        from clipmill.store.served.answers import SqlAnswers

        return SqlAnswers(self.database, self.time, self.tenant)

    @cached_property
    def named(self) -> SqlNamed:
        """Templates by name."""
        from clipmill.store.served.named import SqlNamed

        return SqlNamed(self.database, self.time, self.tenant)

    @cached_property
    def assets(self) -> SqlAssets:
        """Uploads."""
        from clipmill.store.served.assets import SqlAssets

        return SqlAssets(self.database, self.time, self.tenant)

    @cached_property
    def asked(self) -> SqlAsked:
        """The tenant's whole."""
        from clipmill.store.served.asked import SqlAsked

        return SqlAsked(self.database, self.tenant)

    @property
    def called(self) -> SqlRows:
        """Rows by what their tenant calls them."""
        return self.rows

    @cached_property
    def tail(self) -> SqlTail:
        """The end of everybody's audit trail."""
        from clipmill.store.served.asked import SqlTail

        return SqlTail(self.database)

    def sealed(self, name: str, make: str) -> str:
        """A secret of the server's own, which is `make` where there was none."""
        from clipmill.store.served.sealed import sealed_value

        return sealed_value(self.database, name, make)

    @cached_property
    def links(self) -> Links:
        """Makes and reads links to files."""
        import secrets

        from clipmill.deliver.links import Links

        secret = self.sealed("links", secrets.token_hex(32))
        return Links(secret, self.public_url, self.clock.now, self.settings.link_seconds)

    def offers(self) -> Sequence[ModelOffer]:
        """The models that engines offer by name."""
        from clipmill.ports import Offering

        return [offer for engine in self.engines.values() if isinstance(engine, Offering) for offer in engine.offers()]

    @cached_property
    def sender(self) -> HttpSender:
        """The way out for deliveries."""
        from clipmill.media.outside.send import HttpSender

        return HttpSender(self.settings)

    def attended(self, progress: Progress) -> Progress:
        """The same numbers with what is known of those at work."""
        lane, since = progress.batch.engine, self.time.now() - self.settings.lease_seconds
        served = (w for w in self.readonly.serving() if lane in w.lanes and w.heartbeat > since)
        alive = any(not self.presence.is_gone(w.worker, w.host, w.boot) for w in served)
        return replace(progress, attended=alive or self.presence.attends(progress.batch.id))

    def batches_in(self, folder: Path) -> Sequence[Progress]:
        """The batches whose files are in a folder, the newest first, and whether anybody works on them."""
        return [self.attended(progress) for progress in self.readonly.into(folder)] if self.has_batches else []

    def try_again(self) -> None:
        """Let be tried again what took its limit of time once."""
        from clipmill.media.workers.spent import Spent

        Spent(self.settings).forget()

    def template(self, folder: Path) -> Template:
        """The template in a folder, its assets stored. Raises TemplateError."""
        from clipmill.templates.folder import load_template
        from clipmill.templates.lint import check_payload
        from clipmill.templates.reading.lines import SourceLines

        mark(self.home)
        template = load_template(folder, self.own_files)
        try:
            check_payload(template)
        except TemplateError as error:
            raise SourceLines.of_template(folder).error(error) from error
        return template

    @property
    def line(self) -> Line:
        """The parts a row passes on its way."""
        from clipmill.deliver.folder import FolderDeliverer
        from clipmill.pipeline.row import Line

        return Line(
            engines=self.engines,
            makers=self.makers,
            verifier=self.verifier,
            deliverer=FolderDeliverer(),
            files=self.files,
            clock=self.time,
        )

    def worker(self, ended: Ended | None = None, grace_seconds: float = 0.0) -> Worker:
        """A worker under a name of its own, which writes what batches leave unless `ended` says how."""
        from clipmill.pipeline.posting import Posting
        from clipmill.pipeline.use_cases.parts import new_id
        from clipmill.pipeline.use_cases.serving.telling import word
        from clipmill.pipeline.use_cases.taking import check_taken
        from clipmill.pipeline.worker import Beside, Worker, WorkerTiming

        self.files.tidy()
        pace = WorkerTiming(
            self.settings.lease_seconds, local_concurrency=self.settings.worker_count + 1, grace_seconds=grace_seconds
        )
        worker = Worker(new_id("wrk"), self.queue, self.endings, self.line, pace,
                        Beside(ended or self.end, partial(check_taken, self)))  # fmt: skip
        worker.posts = Posting(self.outbox, lambda: self.sender, self.files, self.time, words=partial(word, self))
        return worker

    def end(self, batch_id: str, writer: str) -> None:
        """Write what a batch leaves, whosever it is, as this worker."""
        from clipmill.pipeline.use_cases.ending import end_batch

        end_batch(self.of_batch(batch_id), batch_id, writer)

    def of_batch(self, batch_id: str) -> App:
        """The same for the tenant that a batch is of."""
        return self.of(self.endings.progress(batch_id).batch.tenant)

    def of(self, tenant: str) -> App:
        """The same for a tenant, over the same database, processes and disk."""
        return self if tenant == self.tenant else self.beside(tenant)

    def beside(self, tenant: str) -> App:
        """The same for a tenant, with parts of its own where those are for one thread."""
        other = replace(self, tenant=tenant)
        shared = ("_opened", "database", "time", "files", "presence", "crew", "engines", "verifier")
        other.__dict__.update({part: getattr(self, part) for part in shared})
        return other

    async def close(self) -> None:
        """End worker processes and close the database."""
        if "crew" in self.__dict__:
            await self.crew.close()
        for engine in self.__dict__.get("engines", {}).values():
            if isinstance(engine, Closing):
                engine.close()
        for name in ("media", "sender"):
            if name in self.__dict__:
                getattr(self, name).close()
        if "_opened" in self.__dict__:
            self._opened.close()

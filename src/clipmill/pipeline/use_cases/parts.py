"""The parts that use cases put to work: a running clipmill, as the line sees it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Protocol

from clipmill.errors import SettingsError
from clipmill.ports import (
    Batches,
    Endings,
    Endpoints,
    Outbox,
    Previewing,
    Records,
    Rows,
    Sender,
    Standing,
    Unchecked,
)

if TYPE_CHECKING:  # naming a part loads none
    from collections.abc import Sequence
    from pathlib import Path

    from clipmill.domain.batch import Progress
    from clipmill.domain.template import Template
    from clipmill.media.outside.stored import MediaStore
    from clipmill.pipeline.batch import Verbs
    from clipmill.pipeline.outputs import Outputs
    from clipmill.pipeline.row import Line
    from clipmill.pipeline.use_cases.table import Tables
    from clipmill.pipeline.worker import Worker
    from clipmill.ports import Attendance, Engine, Files, Verifier

_ID_ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ID_LENGTH = 12


class AllRows(Rows, Records, Protocol):
    """The rows of batches, as they come in and as people ask for them."""


class AllBatches(Batches, Standing, Endings, Protocol):
    """Batches, as people, requests and workers see them."""


class Parts(Protocol):
    """What a use case may ask for; every part is made when first asked for."""

    @property
    def home(self) -> Path:
        """The state folder."""

    @property
    def batches(self) -> AllBatches:
        """Batches and their policy."""

    @property
    def rows(self) -> AllRows:
        """Their rows."""

    @property
    def unchecked(self) -> Unchecked:
        """Rows that are to be checked."""

    @property
    def presence(self) -> Attendance:
        """Who is at work."""

    @property
    def files(self) -> Files:
        """Stored files, and files in the making."""

    @property
    def media(self) -> MediaStore:
        """The media rows refer to, taken into the store."""

    @property
    def line(self) -> Line:
        """The parts a row passes on its way."""

    @property
    def tables(self) -> Tables:
        """Opens tables for templates."""

    @property
    def outputs(self) -> Outputs:
        """What a batch leaves in its folder."""

    @property
    def inspector(self) -> Verifier:
        """The checks over files of others, of which no pictures are kept."""

    @property
    def verbs(self) -> Verbs:
        """What a person can do with a batch."""

    @property
    def outbox(self) -> Outbox:
        """What is sent out."""

    @property
    def endpoints(self) -> Endpoints:
        """Where it goes."""

    @property
    def sender(self) -> Sender:
        """The way out."""

    def template(self, folder: Path) -> Template:
        """The template in a folder. Raises TemplateError."""

    def engine(self, name: str) -> Engine:
        """One engine. Raises SettingsError when it is not installed."""

    def worker(self) -> Worker:
        """A worker under a name of its own."""

    def of_batch(self, batch_id: str) -> Parts:
        """The same parts for the tenant that a batch is of."""

    def try_again(self) -> None:
        """Let be tried again what took its limit of time once."""

    def batches_in(self, folder: Path) -> Sequence[Progress]:
        """The batches whose files are in a folder, the newest first, and whether anybody works on them."""


def new_id(prefix: str) -> str:
    """A readable random id: `bat_7QmX2…`, 70 bits, no characters that look alike."""
    return f"{prefix}_{''.join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH))}"


def previewing(parts: Parts, name: str) -> Previewing:
    """An engine that can show frames. Raises SettingsError for another."""
    engine = parts.engine(name)
    if not isinstance(engine, Previewing):
        raise SettingsError(f"the engine {name} has no preview", hint="Only local renders can be previewed.")
    return engine

"""What a server asks of the store beside the line's ports: keys, answers, templates by name, uploads, a tenant's whole.

Each is made for one tenant, but for `Keys` and `Tail`; what is another's is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from clipmill.domain.access import Asset, KeyRecord, Left, Named, Said
from clipmill.domain.asked import Heard, Job, Jobs, Line, Spending, Use
from clipmill.domain.batch import Batch
from clipmill.domain.template import Template


class Keys(Protocol):
    """Who may ask."""

    def add(self, record: KeyRecord, digest: str) -> KeyRecord:
        """Keep a new key, known by its sha256 (hex); as it is kept."""

    def shown(self, digest: str) -> KeyRecord | None:
        """The key with this sha256, whosever it is; None for one that is not there, is revoked or has expired."""

    def all(self, tenant: str = "") -> Sequence[KeyRecord]:
        """Those of a tenant, or of all, the oldest first; revoked ones included."""

    def end(self, tenant: str, key_id: str, *, at: float | None = None) -> KeyRecord:
        """Revoke a key at once, or let it expire at a moment; as it is kept then. Raises NotFoundError."""


class KeyLimits(Protocol):
    """What each key of a tenant may do of a kind: calls, batches, creates, credits; time gives back what is taken."""

    def take(self, key: str, kind: str, amount: int = 1) -> float:
        """Take so many; 0 when they were granted, else seconds until they will be: infinite for never.

        A key without a limit of this kind is granted everything.
        """

    def give(self, key: str, kind: str, amount: int) -> None:
        """Give so many back that were taken and not used."""

    def limit(self, key: str, kind: str, capacity: int, seconds: float | None = None) -> None:
        """Let a key have at most so many at once, which come back evenly in these seconds; None: never.

        What was taken under an earlier limit stays taken. Raises InputError for numbers that make no limit.
        """

    def unlimit(self, key: str, kind: str) -> None:
        """Let a key have as many as it wants."""

    def left(self, key: str) -> Mapping[str, Left]:
        """What a key has left of each kind that it has a limit of."""


class Answers(Protocol):
    """What was answered to requests that may come again under their keys."""

    def begin(self, route: str, key: str, body: str, seconds: float) -> Said | None:
        """Be the one who answers, for so long; None where we are, else what somebody has answered, or is at."""

    def end(self, route: str, key: str, status: int, answer: str, seconds: float) -> None:
        """Remember the answer for so long."""

    def drop(self, route: str, key: str) -> None:
        """Forget it: whoever asks again is answered anew."""


class NamedTemplates(Protocol):
    """Templates and projects by name, each with all its editions."""

    def keep(self, meant: Named, template: Template | None = None) -> Named:
        """Keep a new one, or the next edition of one that is there; with its template, which is frozen."""

    def find(self, named_id: str, number: int | None = None) -> Named:
        """One by its id, in its newest edition or another. Raises NotFoundError."""

    def page(self, surface: str, limit: int, skip: int = 0, after: str = "") -> tuple[Sequence[Named], int]:
        """Those of a surface that are not archived, the newest first, from the one after that id on; and how many
        there are in all. Raises NotFoundError for an id that is not there.
        """

    def archive(self, named_id: str) -> Named:
        """List it no more; its id still leads to it. Raises NotFoundError."""

    def template(self, version: str) -> Template:
        """A frozen template that is the tenant's. Raises NotFoundError."""


class Assets(Protocol):
    """Uploads."""

    def add(self, asset: Asset) -> Asset:
        """Keep one; as it is kept."""

    def find(self, asset_id: str) -> Asset:
        """One by its id, while it has not expired. Raises NotFoundError."""

    def page(self, purposes: Sequence[str], limit: int, after: str = "") -> tuple[Sequence[Asset], int]:
        """Those for these purposes, the newest first, from the one after that id on; and how many there are in all."""

    def remove(self, asset_id: str) -> int:
        """Have it no more; what was made with it stays; how many there were."""


class AskedBatches(Protocol):
    """The batches of a tenant by the page."""

    def batches(self, limit: int, after: str = "", surface: str | None = None, skip: int = 0) -> Sequence[Batch]:
        """Batches of tables, the newest first, from the one after that id on; of a surface, or of all."""

    def total(self, surface: str | None = None) -> int:
        """How many batches of tables there are."""


class AskedJobs(Protocol):
    """Rows by what their tenant calls them, as dialects ask for jobs and generations."""

    def jobs(self, surface: str, among: Mapping[str, Any], limit: int, skip: int = 0) -> Jobs:
        """Jobs of a surface, the newest first; `among`: `states`, `ids`, `kinds` (of standing batches), `after`."""

    def job(self, public_id: str, surface: str = "") -> Job:
        """One by its public id, of one surface where that is named. Raises NotFoundError."""

    def events(self, after: int, limit: int, batch_id: str = "") -> Sequence[Heard]:
        """Events written after that number, of one batch or of all."""


class AskedCredits(Protocol):
    """What a tenant spends."""

    def ledger(self, limit: int, before: int = 0, batch_id: str = "") -> Sequence[Line]:
        """Lines of the ledger, the newest first, from the one before that number on."""

    def usage(self, since: float, batch_id: str = "") -> Sequence[Use]:
        """What was spent since a moment, by day, batch and model."""

    def spending(self) -> Spending:
        """What was spent and is held, and rows by state."""


class Asked(AskedBatches, AskedJobs, AskedCredits, Protocol):
    """A tenant's whole."""


class Tail(Protocol):
    """The end of the audit trail, everybody's, for whoever hands events on as they come."""

    def newest(self) -> int:
        """The number of the newest event."""

    def since(self, after: int, limit: int) -> Sequence[Heard]:
        """Events after that number, whosever they are."""

    def spending(self) -> Spending:
        """Everybody's numbers, and the batches that do not add up."""

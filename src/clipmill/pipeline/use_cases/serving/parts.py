"""The parts that a server's use cases put to work: those of every use case, and what a server keeps beside the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from clipmill.pipeline.use_cases.parts import Parts
from clipmill.ports import Appending, Called, Files, Unchecked

if TYPE_CHECKING:
    from clipmill.domain.models import ModelOffer
    from clipmill.server_ports import Answers, AskedWhole, Assets, KeyLimits, Keys, NamedTemplates
    from clipmill.settings import Settings
    from clipmill.store.readonly import ReadOnly


class TakingIn(Unchecked, Appending, Protocol):
    """Rows that are taken in as they are, of tables and of single requests."""


class ServerParts(Parts, Protocol):
    """What a server's use case may ask for."""

    @property
    def settings(self) -> Settings:
        """The settings in force."""

    @property
    def tenant(self) -> str:
        """Whose batches and rows these parts see."""

    @property
    def unchecked(self) -> TakingIn:
        """Rows that are to be checked."""

    @property
    def own_files(self) -> Files:
        """The stored files that the tenant may name."""

    @property
    def keys(self) -> Keys:
        """Who may ask."""

    @property
    def key_limits(self) -> KeyLimits:
        """What each key may do of a kind."""

    @property
    def answers(self) -> Answers:
        """What was answered."""

    @property
    def named(self) -> NamedTemplates:
        """Templates by name."""

    @property
    def assets(self) -> Assets:
        """Uploads."""

    @property
    def asked(self) -> AskedWhole:
        """The tenant's whole."""

    @property
    def called(self) -> Called:
        """Rows by what their tenant calls them."""

    @property
    def readonly(self) -> ReadOnly:
        """Batches and rows as people ask for them."""

    def offers(self) -> Sequence[ModelOffer]:
        """The models that engines offer by name."""

    def of(self, tenant: str) -> ServerParts:
        """The same for a tenant."""

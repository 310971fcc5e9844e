"""The parts of a server, put together: what it keeps beside the line, for the tenant that the rest is made for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clipmill.deliver.links import Links
    from clipmill.domain.models import ModelOffer
    from clipmill.ports import Clock, Engine
    from clipmill.settings import Settings
    from clipmill.store.database import Database
    from clipmill.store.records import SqlRows
    from clipmill.store.served.answers import SqlAnswers
    from clipmill.store.served.asked import SqlAsked, SqlTail
    from clipmill.store.served.assets import SqlAssets
    from clipmill.store.served.keys import SqlKeys
    from clipmill.store.served.named import SqlNamed
    from clipmill.store.tenants.limits import SqlKeyLimits

#: Bytes of the secret that links are signed with.
_SECRET_BYTES = 32


class ServerApp:
    """What `App` has for servers."""

    if TYPE_CHECKING:
        settings: Settings
        clock: Clock
        tenant: str
        public_url: str

        @property
        def database(self) -> Database:
            """The database."""

        @property
        def time(self) -> Clock:
            """The clock that all who share it have in common."""

        @property
        def rows(self) -> SqlRows:
            """Rows as people ask for them."""

        @property
        def engines(self) -> Mapping[str, Engine]:
            """Engines by name."""

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

        secret = self.sealed("links", secrets.token_hex(_SECRET_BYTES))
        return Links(secret, self.public_url, self.clock.now, self.settings.link_seconds)

    def offers(self) -> Sequence[ModelOffer]:
        """The models that engines offer by name."""
        from clipmill.ports import Offering

        return [offer for engine in self.engines.values() if isinstance(engine, Offering) for offer in engine.offers()]

    def own_link(self, url: str) -> str:
        """The sha256 of the tenant's file that an address is a link of ours to; empty for every other address."""
        if not url.startswith(self.public_url):
            return ""
        linked = self.links.own(url)
        good = linked is not None and not linked.is_over and linked.tenant == self.tenant
        return linked.sha256 if linked is not None and good else ""

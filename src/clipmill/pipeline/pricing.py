"""What a row may cost before anything is made, its parts included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from clipmill.domain.credits import Quote
from clipmill.domain.line.parts import DECLARED, Order, declared_in, filled
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload, asset_reference
from clipmill.domain.priced_row import Checked
from clipmill.errors import InputError
from clipmill.media.write.blank import write_blank
from clipmill.ports import Engine, Files, Maker


@dataclass(frozen=True, slots=True)
class Price:
    """What a row may cost."""

    #: Of the row itself; None where that is known only when its parts are made.
    own: Quote | None
    #: Digest of each part that it needs → thousandths of a credit that one attempt at it may cost.
    parts: Mapping[str, int] = field(default_factory=dict)


class Pricing:
    """Asks engines for prices; what is not made yet is stood in for by a blank picture or by silence."""

    def __init__(self, engine: str, engines: Callable[[str], Engine], files: Files) -> None:
        self._engine = engine
        self._engines = engines
        self._files = files
        self._blanks: dict[MediaSpec, str] = {}

    @cached_property
    def _plans(self) -> bool:
        return isinstance(self._engines(self._engine), Maker)

    def planned(self, checked: Checked) -> Checked:
        """The row with what it is planned from, where its engine does that and no parts are declared."""
        if checked.payload is None or checked.plan or not self._plans:
            return checked
        return replace(checked, plan=Order(self._engine, checked.payload.body))

    def of(self, checked: Checked) -> Price:
        """What a checked row may cost. Raises InputError for what its engine, or that of a part, does not make."""
        assert checked.payload is not None
        if checked.plan is None:
            return Price(self._engines(self._engine).quote(checked.payload))
        prices: dict[str, int] = {}
        payload = self._stood_in(checked.plan, checked.payload.template_version, prices)
        return Price(self._engines(self._engine).quote(payload) if payload else None, prices)

    def _stood_in(self, order: Order, version: str, prices: dict[str, int]) -> Payload | None:
        """The payload of an order with stand-ins for its parts, whose prices are noted; None where one has none."""
        if order.engine != DECLARED:
            return Payload(version, order.payload)
        stand_ins: dict[str, str] = {}
        for name, part in declared_in(order.payload).items():
            try:
                reference = self._part(part, version, prices)
            except InputError as error:
                raise InputError(f"parts.{name}: {error}", hint=error.hint) from error
            if reference:
                stand_ins[part.token] = reference
        is_whole = len(stand_ins) == len(order.payload["parts"])
        return Payload(version, filled(order.payload["payload"], stand_ins)) if is_whole else None

    def _part(self, part: Order, version: str, prices: dict[str, int]) -> str:
        """A stand-in for a part, whose price is noted; empty where there is none."""
        payload = self._stood_in(part, version, prices)
        if payload is None:
            return ""
        engine = self._engines(part.payload["engine"] if part.engine == DECLARED else part.engine)
        prices[part.digest] = engine.quote(payload).credits
        return self._blank(engine.expect(payload))

    def _blank(self, spec: MediaSpec) -> str:
        if spec not in self._blanks:
            path = self._files.scratch(f"blank.{len(self._blanks)}")
            suffix = write_blank(spec, path)
            self._blanks[spec] = asset_reference(self._files.put(path), suffix) if suffix else ""
        return self._blanks[spec]

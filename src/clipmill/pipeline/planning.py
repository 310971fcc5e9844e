"""Planning: a row's parts found or asked for, and priced; what a template declares as parts is planned here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clipmill.domain.attempt import Claim
from clipmill.domain.line.lane import Lane
from clipmill.domain.line.parts import Made, Missing, Order, declared_in, filled
from clipmill.domain.payload import Payload
from clipmill.domain.transition import Priced, Transition, to_ready, to_waiting
from clipmill.domain.verdict import Problem, Who
from clipmill.errors import InputError
from clipmill.ports import Engine, Maker


class DeclaredParts:
    """Plans what a template declares: `{"engine", "payload", "parts": {name: order}}` (ports.Maker).

    The payload names each part by its token; that is its file's reference once it is made.
    """

    def plan(self, payload: Mapping[str, Any], made: Mapping[str, Made]) -> Missing | Order:
        """The declared parts that are not made yet, or the payload with the files of all of them."""
        orders = declared_in(payload)
        missing = {name: order for name, order in orders.items() if order.digest not in made}
        if missing:
            return Missing(missing)
        files = {order.token: made[order.digest].reference for order in orders.values()}
        return Order(payload["engine"], filled(payload["payload"], files))


def planned(claim: Claim, engines: Mapping[str, Engine], makers: Mapping[str, Maker]) -> Transition:
    """Where the row goes from here: to wait for the parts that are missing, or to be made. Raises InputError.

    What one maker gives another plans on, each once: an engine makes what it has planned itself.
    """
    planning, version, asked = claim.planning, claim.payload.template_version, set[str]()
    assert planning is not None
    order = planning.order
    while not asked or order.engine in makers.keys() - asked:
        asked.add(order.engine)
        answer = _maker(order.engine, makers).plan(order.payload, planning.made)
        if isinstance(answer, Missing):
            if not {part.digest for part in answer.parts.values()} - planning.made.keys():  # it would ask for ever
                raise InputError(f"the maker {order.engine} wants parts and names none that is missing")
            return to_waiting(claim, {name: priced(part, version, engines, makers)
                                      for name, part in answer.parts.items()})  # fmt: skip
        order = answer
    return to_ready(claim, priced(order, version, engines, {}))


def priced(order: Order, version: str, engines: Mapping[str, Engine], makers: Mapping[str, Maker]) -> Priced:
    """The order with its price and its lane. Raises InputError for what no engine makes."""
    if order.engine in makers:
        return Priced(order, Lane(engine=order.engine), Payload(version, {}), is_planned=True)
    if order.engine not in engines:
        raise InputError(f"there is no engine {order.engine}", hint=f"Installed: {', '.join(sorted(engines))}.")
    payload = Payload(version, order.payload)
    quote = engines[order.engine].quote(payload)
    return Priced(order, quote.lane or Lane(engine=order.engine), payload, quote.credits, quote.together)


def refused_payload(error: InputError) -> Problem:
    """What is wrong with a row whose plan is refused."""
    fix = f"{error.hint} Correct the template's payload, or what this row puts into it.".lstrip()
    return Problem(code="payload.refused", reason=str(error), who=Who.TEMPLATE_AUTHOR, fix=fix)


def _maker(name: str, makers: Mapping[str, Maker]) -> Maker:
    if name not in makers:
        raise InputError(f"there is no maker {name}", hint=f"Installed: {', '.join(sorted(makers))}.")
    return makers[name]

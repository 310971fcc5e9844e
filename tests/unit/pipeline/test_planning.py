"""Planning: what a template declares as parts, what is asked for first, and what a row is made of in the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipmill.domain.attempt import Claim
from clipmill.domain.line.lane import Lane
from clipmill.domain.line.parts import DECLARED, PART_SCHEME, Made, Missing, Order, Planning
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition
from clipmill.errors import InputError
from clipmill.pipeline.planning import DeclaredParts, planned, priced, refused_payload
from clipmill.testing import FakeLocalEngine, FakeMaker, FakeRemoteEngine
from tests.unit.domain.test_failure import CLAIM

SPEC = MediaSpec(seconds=1, frames=10, fps=10, width=16, height=16)
VOICE, PHOTO = Order("tts", {"text": "hello"}), Order("images", {"prompt": "a mug"})
ORDERS = {"voice": {"engine": "tts", "payload": {"text": "hello"}},
          "photo": {"engine": "images", "payload": {"prompt": "a mug"}}}  # fmt: skip
MADE = {VOICE.digest: Made("aa" * 32, SPEC), PHOTO.digest: Made("bb" * 32, SPEC)}
VOICE_FILE, PHOTO_FILE = (MADE[order.digest].reference for order in (VOICE, PHOTO))
ENGINES = {"fake": FakeRemoteEngine(), "local": FakeLocalEngine("local")}
MAKERS = {"maker": FakeMaker(), DECLARED: DeclaredParts()}


def token(order: Order) -> str:
    """What stands for the part in a payload until it is made."""
    return f"{PART_SCHEME}{order.digest}"


def filled(value: Any, parts: Mapping[str, Any] = ORDERS) -> Any:
    """A payload of this value once all its parts are made."""
    plan = {"engine": "render", "payload": {"value": value}, "parts": parts}
    answer = DeclaredParts().plan(plan, MADE)
    assert isinstance(answer, Order)
    assert answer.engine == "render"
    return answer.payload["value"]


@pytest.mark.parametrize(
    ("made", "missing"),
    [((), {"voice", "photo"}), ((VOICE,), {"photo"}), ((PHOTO,), {"voice"}), ((VOICE, PHOTO), set())],
    ids=["nothing is made", "the voice", "the photo", "both"],
)
def test_parts_are_asked_for_that_are_not_made_yet(made: tuple[Order, ...], missing: set[str]) -> None:
    plan = {"engine": "render", "payload": {}, "parts": ORDERS}
    answer = DeclaredParts().plan(plan, {order.digest: MADE[order.digest] for order in made})
    if missing:
        assert answer == Missing({name: {"voice": VOICE, "photo": PHOTO}[name] for name in missing})
    else:
        assert answer == Order("render", {})


def test_files_stand_where_their_parts_were_named_however_deep() -> None:
    inside = {"layers": [{"src": token(PHOTO)}, [{"a": [token(VOICE), 1, None, True, 2.5]}], ()], "n": 3}
    assert filled(inside) == {
        "layers": [{"src": PHOTO_FILE}, [{"a": [VOICE_FILE, 1, None, True, 2.5]}], []], "n": 3,
    }  # fmt: skip


def test_parts_are_found_inside_other_texts_and_more_than_once() -> None:
    html = f'<img src="{token(PHOTO)}"><img src="{token(PHOTO)}"><audio src={token(VOICE)}>'
    assert filled(html) == f'<img src="{PHOTO_FILE}"><img src="{PHOTO_FILE}"><audio src={VOICE_FILE}>'
    assert filled(f"{token(VOICE)}{token(PHOTO)}") == VOICE_FILE + PHOTO_FILE


@pytest.mark.parametrize(
    "text",
    [
        "part:", "part:voice", f"part:{'0' * 64}", token(Order("tts", {"text": "another"})), token(VOICE)[:-1],
        token(VOICE).upper(), f"part :{VOICE.digest}", VOICE.digest, "spare part: see page 3", "PART:",
    ],
)  # fmt: skip
def test_text_of_a_user_that_looks_like_a_part_but_is_none_stays_as_it_is(text: str) -> None:
    assert filled(text) == text
    assert filled(f"{text} {token(PHOTO)}") == f"{text} {PHOTO_FILE}"


def test_names_of_fields_are_no_parts() -> None:
    assert filled({token(VOICE): token(VOICE)}) == {token(VOICE): VOICE_FILE}


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))  # fmt: skip
def test_values_without_parts_are_left_alone(value: Any) -> None:
    assert filled(value) == value


def test_equal_plans_give_equal_answers_and_change_nothing_of_what_they_were_given() -> None:
    plan = {"engine": "render", "payload": {"a": [token(VOICE)]}, "parts": ORDERS}
    first, second = (DeclaredParts().plan(plan, MADE) for _ in range(2))
    assert first == second
    assert plan["payload"] == {"a": [token(VOICE)]}


def test_parts_that_are_declared_twice_with_one_order_are_one() -> None:
    twice = {"one": ORDERS["voice"], "other": ORDERS["voice"]}
    answer = DeclaredParts().plan({"engine": "render", "payload": {}, "parts": twice}, {})
    assert isinstance(answer, Missing)
    assert {order.digest for order in answer.parts.values()} == {VOICE.digest}


def to_plan(maker: str, payload: Mapping[str, Any], made: Mapping[str, Made] | None = None) -> Claim:
    """A row that is to be planned."""
    planning = Planning(Order(maker, payload), made or {})
    return replace(CLAIM, state=RowState.CHECKING, payload=Payload("v7", {}), planning=planning)


def plan(claim: Claim, makers: Mapping[str, Any] = MAKERS, engines: Mapping[str, Any] = ENGINES) -> Transition:
    """Where it goes from there."""
    return planned(claim, engines, makers)


def test_row_whose_parts_are_missing_waits_for_them_priced() -> None:
    needs = {"voice": {"engine": "fake", "payload": {"credits": 3, "model": "two", "size": "small"}},
             "scene": {"engine": "maker", "payload": {"needs": {}}}}  # fmt: skip
    waiting = plan(to_plan("maker", {"engine": "fake", "payload": {}, "needs": needs}))
    assert (waiting.to, waiting.data) == (RowState.WAITING, {"parts": "scene, voice"})
    voice, scene = waiting.parts["voice"], waiting.parts["scene"]
    assert (voice.credits, voice.lane.id, voice.together, voice.is_planned) == (3, "fake:two", "small", False)
    assert voice.payload == Payload("v7", needs["voice"]["payload"])
    assert (scene.credits, scene.lane, scene.is_planned) == (0, Lane(engine="maker"), True)


def test_row_whose_parts_are_made_is_ready_and_priced() -> None:
    ready = plan(to_plan("maker", {"engine": "local", "payload": {"credits": 4}}))
    assert (ready.to, ready.event) == (RowState.READY, "planned")
    assert ready.planned is not None
    assert (ready.planned.credits, ready.planned.lane) == (4, Lane(engine="local"))
    assert ready.planned.payload == Payload("v7", {"credits": 4, "made": {}})


class Both(FakeLocalEngine):
    """An engine that plans what it makes as well (ports.LocalEngine, ports.Maker)."""

    def plan(self, payload: Mapping[str, Any], made: Mapping[str, Made]) -> Missing | Order:
        """What is there once it is planned."""
        return Order("both", {"credits": 6, "planned": True})


def test_what_an_engine_planned_for_itself_is_made_by_it_and_not_planned_again() -> None:
    both = Both("both")
    ready = plan(to_plan("both", {"raw": True}), {**MAKERS, "both": both}, {"both": both})
    assert ready.planned is not None
    assert (ready.planned.is_planned, ready.planned.credits) == (False, 6)
    assert ready.planned.payload.body == {"credits": 6, "planned": True}
    part = priced(Order("both", {"raw": True}), "v7", {"both": both}, {"both": both})
    assert part.is_planned, "as a part it is planned first"


class Passing:
    """A maker that leaves the rest to another (ports.Maker)."""

    def __init__(self, to: str) -> None:
        self._to = to

    def plan(self, payload: Mapping[str, Any], made: Mapping[str, Made]) -> Missing | Order:
        """What the other is to plan, or to make."""
        return Order(self._to, payload)


def test_what_one_maker_gives_another_plans_on() -> None:
    needs = {"voice": {"engine": "fake", "payload": {}}}
    declared = {"engine": "maker", "payload": {"engine": "local", "payload": {}, "needs": needs}, "parts": {}}
    assert plan(to_plan(DECLARED, declared)).parts.keys() == {"voice"}
    voice = {Order("fake", {}).digest: MADE[VOICE.digest]}
    assert plan(to_plan(DECLARED, declared, voice)).planned is not None


def test_makers_that_leave_it_to_each_other_end_at_an_engine() -> None:
    both = Both("both")
    ready = plan(to_plan("other", {}), {"other": Passing("both"), "both": Passing("other")}, {"other": both})
    assert ready.planned is not None
    assert ready.planned.order == Order("other", {})


class Asking:
    """A maker that names the same parts, whatever is made (ports.Maker)."""

    def __init__(self, **parts: Order) -> None:
        self._parts = parts

    def plan(self, payload: Mapping[str, Any], made: Mapping[str, Made]) -> Missing | Order:
        """Always these."""
        return Missing(self._parts)


@pytest.mark.parametrize("parts", [{}, {"voice": VOICE}, {"voice": VOICE, "photo": PHOTO}], ids=["none", "one", "two"])
def test_maker_that_names_no_part_that_is_missing_is_refused(parts: Mapping[str, Order]) -> None:
    with pytest.raises(InputError, match="the maker asking wants parts and names none that is missing"):
        plan(to_plan("asking", {}, MADE), {"asking": Asking(**parts)})


@pytest.mark.parametrize(
    ("maker", "payload", "said"),
    [
        ("nobody", {}, "there is no maker nobody"),
        ("maker", {"engine": "nobody", "payload": {}}, "there is no engine nobody"),
        ("maker", {"engine": "maker", "payload": {}}, "there is no engine maker"),
        ("maker", {"engine": "fake", "payload": {}, "needs": {"a": {"engine": "x", "payload": {}}}},
         "there is no engine x"),
    ],
)  # fmt: skip
def test_plan_that_nobody_can_follow_is_refused_and_says_what_there_is(
    maker: str, payload: Mapping[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        plan(to_plan(maker, payload))
    assert caught.value.hint == ("Installed: maker, parts." if maker == "nobody" else "Installed: fake, local.")
    problem = refused_payload(caught.value)
    assert (problem.code, problem.reason) == ("payload.refused", said)
    assert problem.fix.startswith("Installed: ")

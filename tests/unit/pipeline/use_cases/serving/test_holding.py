"""What a batch may spend is taken from a key with a limit, and what it did not spend comes back, once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clipmill.app import App
from clipmill.domain.batch import Batch, BatchState
from clipmill.domain.credits import CREDIT
from clipmill.domain.template import Policy
from clipmill.pipeline.use_cases.serving.holding import CREDITS, give_back, hold
from clipmill.settings import load_settings
from clipmill.templates.given import given_template

TEMPLATE = given_template("card", "render")


class TooFewError(Exception):
    """The key has too little."""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    found = App(load_settings(home=tmp_path / "home"))
    found.key_limits.limit("key", CREDITS, 10 * CREDIT)
    yield found
    asyncio.run(found.close())


def batch(app: App, name: str, budget: int | None) -> Batch:
    policy = Policy(budget=None if budget is None else budget * CREDIT)
    made = Batch(id=name, name=name, template_name="card", template_version=TEMPLATE.version, engine="render",
                 source="", out_folder=str(app.home / name), policy=policy)  # fmt: skip
    app.batches.create(made, TEMPLATE)
    return app.batches.update(name, "imported", state=BatchState.RUNNING)


def left(app: App, key: str = "key") -> float:
    return app.key_limits.left(key)[CREDITS].remaining / CREDIT


def take(app: App, key: str = "key") -> object:
    def of(amount: int) -> None:
        if app.key_limits.take(key, CREDITS, amount):
            raise TooFewError

    return of


def test_a_key_without_a_limit_holds_nothing(app: App) -> None:
    made = batch(app, "bat_1", 4)
    assert hold(app, made, "free", take(app)) == made  # type: ignore[arg-type]


def test_the_budget_is_taken_once_and_its_rise_once_more(app: App) -> None:
    made = hold(app, batch(app, "bat_1", 4), "key", take(app))  # type: ignore[arg-type]
    assert left(app) == 6
    made = hold(app, made, "key", take(app))  # type: ignore[arg-type]
    assert left(app) == 6
    raised = app.batches.update("bat_1", "changed", budget=7 * CREDIT)
    hold(app, raised, "key", take(app))  # type: ignore[arg-type]
    assert left(app) == 3


def test_a_batch_without_a_budget_gets_what_is_left(app: App) -> None:
    hold(app, batch(app, "bat_1", 4), "key", take(app))  # type: ignore[arg-type]
    made = hold(app, batch(app, "bat_2", None), "key", take(app))  # type: ignore[arg-type]
    assert (made.policy.budget, left(app)) == (6 * CREDIT, 0)


def test_what_was_not_spent_comes_back_once_and_before_anything_is_refused(app: App) -> None:
    first = hold(app, batch(app, "bat_1", 8), "key", take(app))  # type: ignore[arg-type]
    second = batch(app, "bat_2", 9)
    hold(app, second, "key", take(app))  # type: ignore[arg-type]  # for the first is over, and had spent nothing
    assert left(app) == 1
    assert give_back(app, app.batches.find(first.id)).options.kept["taken"] == 0
    assert left(app) == 1
    with pytest.raises(TooFewError):
        hold(app, replace(batch(app, "bat_3", 11)), "key", take(app))  # type: ignore[arg-type]


def test_a_batch_that_is_being_read_keeps_what_it_holds(app: App) -> None:
    hold(app, batch(app, "bat_1", 8), "key", take(app))  # type: ignore[arg-type]
    app.batches.update("bat_1", "reading", state=BatchState.IMPORTING)
    give_back(app, app.batches.find("bat_1"))
    assert left(app) == 2

"""Transitions are written together, and each is answered for itself: none is lost, and none takes others with it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from clipmill.domain.attempt import Claim
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition, to_done
from clipmill.errors import StoreError
from clipmill.pipeline.commits import Commits, StoreThread

pytestmark = pytest.mark.timeout(60)


def transition(number: int) -> Transition:
    """What becomes of a row of this number."""
    return to_done(
        Claim(row_id=number, batch_id="bat_1", number=number, state=RowState.DELIVERING, fence=1, lease_until=0.0,
              attempt=1, seed=1, credits=1, payload=Payload("v1", {}), engine="fake", file_name="a", out_folder="out")
    )  # fmt: skip


class Book:
    """A store that writes down what is asked together, and refuses what it is told to."""

    def __init__(self, refuses: Callable[[list[int]], BaseException | None] = lambda _: None) -> None:
        self.groups: list[list[int]] = []
        self.may_write = threading.Event()
        self.may_write.set()
        self._refuses = refuses

    def apply(self, transitions: Sequence[Transition]) -> Sequence[Claim | None]:
        """The claims to go on with: of odd rows."""
        self.may_write.wait(30)
        self.groups.append([each.claim.number for each in transitions])
        if error := self._refuses(self.groups[-1]):
            raise error
        return [replace(each.claim, fence=2) if each.claim.number % 2 else None for each in transitions]


def written(book: Book, work: Callable[[Commits], Awaitable[Any]]) -> Any:
    """What comes of the work over that store, at most within half a minute."""

    async def run() -> Any:
        store = StoreThread()
        try:
            return await asyncio.wait_for(work(Commits(book, store)), 30)  # type: ignore[arg-type]
        finally:
            store.close()

    return asyncio.run(run())


async def settled() -> None:
    """Let everything happen that waits for no thread."""
    for _ in range(20):
        await asyncio.sleep(0)


async def together(commits: Commits, *numbers: int) -> list[Any]:
    """The answers for rows that are put down in one moment, each a fence, None, or what was refused."""
    answers = await asyncio.gather(*(commits.apply(transition(n)) for n in numbers), return_exceptions=True)
    return [answer.fence if isinstance(answer, Claim) else answer for answer in answers]


def test_each_gets_its_own_answer_of_one_transaction() -> None:
    book = Book()
    assert written(book, lambda commits: together(commits, 1, 2, 3)) == [2, None, 2]
    assert book.groups == [[1, 2, 3]]


def test_what_gathers_while_one_is_written_is_written_together_after_it() -> None:
    book = Book()

    async def work(commits: Commits) -> list[Any]:
        book.may_write.clear()
        first = asyncio.create_task(together(commits, 1))
        await settled()
        others = [asyncio.create_task(together(commits, n)) for n in (3, 5)]
        await settled()
        book.may_write.set()
        answers = [*await first, *await others[0], *await others[1]]
        return [*answers, *await together(commits, 7)]

    assert written(book, work) == [2, 2, 2, 2]
    assert book.groups == [[1], [3, 5], [7]]


@pytest.mark.parametrize("numbers", [(1, 2), (1, 2, 3)])
def test_one_that_is_refused_takes_none_of_the_others_with_it(numbers: tuple[int, ...]) -> None:
    refused = StoreError("two is taken")
    book = Book(lambda group: refused if 2 in group else None)
    assert written(book, lambda commits: together(commits, *numbers)) == [2, refused, 2][: len(numbers)]
    assert book.groups == [[*numbers], *([n] for n in numbers)]


def test_a_single_one_that_is_refused_is_refused_once() -> None:
    refused = StoreError("it is taken")
    book = Book(lambda _: refused)
    assert written(book, lambda commits: together(commits, 1)) == [refused]
    assert book.groups == [[1]]


def test_bug_while_writing_is_told_to_everybody_and_the_next_are_written() -> None:
    bugs: list[BaseException | None] = [ZeroDivisionError("a bug")]
    book = Book(lambda _: bugs.pop() if bugs else None)

    async def work(commits: Commits) -> list[Any]:
        return [*await together(commits, 1, 2), *await together(commits, 3)]

    first, second, third = written(book, work)
    assert (type(first), type(second), third) == (ZeroDivisionError, ZeroDivisionError, 2)


@pytest.mark.parametrize("refusal", [None, StoreError("two is taken"), ZeroDivisionError("a bug")])
def test_one_nobody_waits_for_any_more_stops_none(refusal: Exception | None) -> None:
    """A row may be lost to another worker while it is written."""
    book = Book(lambda group: refusal if 2 in group else None)

    async def work(commits: Commits) -> list[Any]:
        book.may_write.clear()
        rows = [asyncio.create_task(together(commits, n)) for n in (1, 2, 3, 5)]
        await settled()
        for lost in rows[:2]:
            lost.cancel()
        await settled()
        book.may_write.set()
        return [*await rows[2], *await rows[3], *await together(commits, 7)]

    third, fifth, seventh = written(book, work)
    assert seventh == 2
    assert isinstance(third, ZeroDivisionError) if isinstance(refusal, ZeroDivisionError) else third == 2
    assert type(third) is type(fifth)


def test_store_is_talked_to_by_one_thread_that_ends_with_it() -> None:
    names: list[str] = []
    at_once: list[int] = []
    busy = threading.Lock()

    def ask(number: int) -> int:
        at_once.append(busy.acquire(blocking=False))
        names.append(threading.current_thread().name)
        threading.Event().wait(0.02)
        busy.release()
        return number

    async def run() -> list[int]:
        store = StoreThread()
        answers = await asyncio.gather(*(store(ask, number) for number in range(3)))
        last = asyncio.ensure_future(store(ask, 3))
        await asyncio.sleep(0)
        store.close()
        assert len(names) == 4, "what is under way is waited for"
        return [*answers, await last]

    assert asyncio.run(run()) == [0, 1, 2, 3]
    assert (at_once, len(set(names))) == ([True] * 4, 1)
    assert names[0] not in {thread.name for thread in threading.enumerate()}

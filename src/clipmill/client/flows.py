"""Flows: what is asked, and what is made of the answers, written once and carried out with asyncio or without.

A flow is a generator that yields steps: a request, a download, a wait. Called on what is bound to a runner that waits,
it gives its result; on what is bound to one of asyncio, an awaitable of it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound="Runner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request; its answer is a JSON value."""

    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    #: Form fields, and files by name: (file name, content).
    data: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes]] | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """A file behind a link, written to a path whole or not at all; its answer is the sha256, hex."""

    url: str
    into: Path


@dataclass(frozen=True, slots=True)
class Wait:
    """Some seconds."""

    seconds: float


Step = Question | Fetch | Wait
Flow = Generator[Step, Any, T]


class Runner:
    """Carries out steps."""

    def now(self) -> float:
        """Seconds of a clock that only goes forward."""
        raise TypeError("a runner is one of its kinds")

    def run(self, flow: Flow[Any]) -> Any:
        """Carry a flow out: its result, or an awaitable of it."""
        raise TypeError("a runner is one of its kinds")


class SyncRunner(Runner):
    """Waits."""


class AsyncRunner(Runner):
    """Awaits."""


class Bound(Generic[R]):
    """Something whose flows a runner carries out."""

    def __init__(self, runner: R) -> None:
        self._runner = runner


class flow(Generic[P, T]):  # noqa: N801 - a decorator
    """A method that is a flow: called on what waits it gives its result, on what awaits an awaitable of it."""

    def __init__(self, made: Callable[Concatenate[Any, P], Flow[T]]) -> None:
        self._made = made
        self.__doc__ = made.__doc__

    @overload
    def __get__(self, bound: Bound[SyncRunner], owner: object = None) -> Callable[P, T]: ...

    @overload
    def __get__(self, bound: Bound[AsyncRunner], owner: object = None) -> Callable[P, Coroutine[Any, Any, T]]: ...

    def __get__(self, bound: Any, owner: object = None) -> Any:
        """The method of an instance."""

        @wraps(self._made)
        def call(*arguments: P.args, **named: P.kwargs) -> Any:
            return bound._runner.run(self._made(bound, *arguments, **named))

        return call

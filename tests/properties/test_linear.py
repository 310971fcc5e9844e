"""Readers of strangers' texts take time that grows with the text: no sign, however often, makes it the square."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from types import FrameType

import pytest

from tests.parsers import PARSERS, Parser, pairs, texts

#: Processor seconds in which a short text is read whatever it is, and in which any is.
_AT_ONCE, _MOST = 0.15, 10.0
#: Four times the text takes four times as long; sixteen times where time grows with the square.
_GROWS = 8


class _Endless(BaseException):
    """It takes longer than any text may."""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def end(number: int, frame: FrameType | None) -> None:
        raise _Endless

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _seconds(parser: Parser, text: str) -> float:
    begin = time.process_time()
    try:
        with _at_most(_MOST):
            parser(text)
    except _Endless:
        return _MOST
    return time.process_time() - begin


def _squares(parser: Parser, made: Callable[[Parser, int], Iterator[str]], characters: int) -> list[str]:
    """The texts that took long, and much longer than a quarter of them takes; the better of two measurements counts."""
    found = []
    for number, text in enumerate(made(parser, characters)):
        seconds = _seconds(parser, text)
        if seconds > _AT_ONCE:
            quarter = next(islice(made(parser, characters // 4), number, None))
            shorter = max(_seconds(parser, quarter), _AT_ONCE / _GROWS)
            if seconds > _GROWS * shorter and min(seconds, _seconds(parser, text)) > _GROWS * shorter:
                found.append(f"{seconds:.1f} s: {text[:60]!r}")
    return found


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_a_sign_over_and_over_takes_no_longer_than_it_is_long(parser: Parser) -> None:
    assert not _squares(parser, texts, parser.characters)


def test_a_reader_that_squares_is_told() -> None:
    parser = Parser("looks for b from every a", re.compile("a*b").findall, ("a", "b"))
    assert len(_squares(parser, texts, parser.characters)) == 1


def _some(made: Callable[[Parser, int], Iterator[str]], most: int) -> Callable[[Parser, int], Iterator[str]]:
    """At most so many of the texts, from all over them."""

    def chosen(parser: Parser, characters: int) -> Iterator[str]:
        step = -(-sum(1 for _ in made(parser, 10)) // most)
        return islice(made(parser, characters), None, None, step)

    return chosen


@pytest.mark.long
@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_a_megabyte_of_a_sign_is_read_in_seconds(parser: Parser) -> None:
    slow = [f"{seconds:.1f} s: {text[:60]!r}" for text in _some(texts, 24)(parser, 1_000_000)
            if (seconds := _seconds(parser, text)) >= _MOST]  # fmt: skip
    assert not slow


@pytest.mark.long
@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_no_two_signs_together_square(parser: Parser) -> None:
    assert not _squares(parser, _some(pairs, 400), 8_000)

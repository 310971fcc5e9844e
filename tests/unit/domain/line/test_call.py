"""Calls: what a claim puts into one, and what an engine says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clipmill.domain.attempt import attempt_key, attempt_seed
from clipmill.domain.line.call import Call, Handle, Item, Output, Recovery
from clipmill.domain.line.report import Finished, Report
from clipmill.domain.payload import Payload
from tests.unit.domain.test_failure import CLAIM


def test_claim_asks_for_its_payload_under_its_key_with_its_seed() -> None:
    claim = replace(CLAIM, payload=Payload("v1", {"text": "hello"}), seed=99, attempt=2)
    assert claim.item == Item("bat_1_7.2", Payload("v1", {"text": "hello"}), 99)


@pytest.mark.parametrize(("number", "key"), [(7, "bat_1_7.3"), (-7, "bat_1_p7.3")])
def test_key_of_a_part_is_none_of_a_row(number: int, key: str) -> None:
    assert attempt_key("bat_1", number, 3) == key
    assert replace(CLAIM, number=number, attempt=3).key == key
    assert replace(CLAIM, number=number).is_part is (number < 0)


def test_seeds_of_rows_and_parts_differ_and_fit_31_bits() -> None:
    seeds = [attempt_seed("bat_1", number, drawn) for number in (7, -7, 8) for drawn in (1, 2)]
    assert len(set(seeds)) == 6
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_calls_with_the_same_in_them_are_the_same() -> None:
    one, other = (Call(key="k", lane="fake", items=(CLAIM.item,)) for _ in range(2))
    assert one == other
    assert one.request == {}
    assert replace(one, request={"uploaded": "there"}) != other


def test_what_says_nothing_is_empty() -> None:
    assert (Handle("job-1").data, Output().url, Output().data, Output().path) == ({}, "", {}, "")
    assert [str(way) for way in Recovery] == ["key", "client id", "lookup", "list", "none"]


def test_report_that_says_nothing_says_that_the_job_is_not_finished() -> None:
    report = Report()
    assert not report.finished
    assert (report.progress, report.queue_position, report.look_again_in, report.charged) == (None,) * 4
    assert (report.outputs, report.failures) == ({}, {})
    assert Finished(report).handle == Handle(""), "not every engine names what is done already"

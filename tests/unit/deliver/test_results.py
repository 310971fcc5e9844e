"""Results as JSON lines and as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

from clipmill.deliver.results import RESULT_COLUMNS, write_results, write_results_csv
from clipmill.domain.record import Making, RowRecord
from clipmill.domain.row import RowState

Build = Callable[..., RowRecord]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_has_one_line_in_input_order(tmp_path: Path, record: Build) -> None:
    states = (RowState.DONE, RowState.BLOCKED, RowState.REVIEW, RowState.READY)
    records = [record(number, state) for number, state in enumerate(states, 1)]
    assert write_results(tmp_path / "results.jsonl", records) == 4
    lines = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text("utf-8").splitlines()]
    assert lines == [one.as_dict() for one in records]
    assert [line["state"] for line in lines] == ["done", "blocked", "review", "ready"]


def test_json_keeps_a_formula_as_it_was_and_letters_readable(tmp_path: Path, record: Build) -> None:
    write_results(tmp_path / "r.jsonl", [record(1, fields={"title": "=1+1 für Zoë"})])
    assert '"title":"=1+1 für Zoë"' in (tmp_path / "r.jsonl").read_text("utf-8")


def test_half_a_surrogate_pair_survives(tmp_path: Path, record: Build) -> None:
    write_results(tmp_path / "r.jsonl", [record(1, fields={"title": "a\ud800b"})])
    assert json.loads((tmp_path / "r.jsonl").read_bytes())["fields"]["title"] == "a\ud800b"


def test_the_table_has_its_own_columns_first_and_then_ours(tmp_path: Path, record: Build) -> None:
    records = [record(1), record(2, RowState.BLOCKED)]
    assert write_results_csv(tmp_path / "results.csv", ["title", "sku"], records) == 2
    first, second = table(tmp_path / "results.csv")
    assert list(first) == ["title", "sku", *RESULT_COLUMNS]
    assert (first["sku"], first["_state"], first["_file"], first["_seconds"]) == ("SKU-1", "done", "SKU-1.mp4", "3.0")
    assert (second["_reason"], second["_fix"]) == ("The title is empty.", "Give 1 to 60 characters.")
    assert second["_file"] == ""


def test_no_cell_is_a_formula(tmp_path: Path, record: Build) -> None:
    write_results_csv(tmp_path / "r.csv", ["title"], [record(1, fields={"title": '=HYPERLINK("x")'})])
    assert table(tmp_path / "r.csv")[0]["title"] == '\'=HYPERLINK("x")'


def test_the_reason_of_a_review_is_its_verdict(tmp_path: Path, record: Build) -> None:
    write_results_csv(tmp_path / "r.csv", ["sku"], [record(1, RowState.REVIEW)])
    assert table(tmp_path / "r.csv")[0]["_reason"].startswith("first frame drifts 14.2 %")


def test_a_field_that_is_no_column_is_not_lost(tmp_path: Path, record: Build) -> None:
    write_results_csv(tmp_path / "r.csv", ["sku"], [record(1, fields={"sku": "1", "extra": "é"}), record(2)])
    assert [json.loads(row["_more"]) for row in table(tmp_path / "r.csv")] == [{"extra": "é"}, {"title": "Beanie"}]


def test_every_row_says_of_what_by_whom_and_when_it_was_made(tmp_path: Path, record: Build) -> None:
    making = Making(lane="veo:fast", engine="veo", model="fast", template_version="promo-1", payload_sha256="ab" * 32,
                    jobs=("job-1", "job-2"), admitted_at=1_796_047_615.25, finished_at=1_796_047_620.5)  # fmt: skip
    records = [record(1, making=making), record(2, RowState.BLOCKED)]
    write_results(tmp_path / "r.jsonl", records)
    first, second = (json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines())
    assert {name: first[name] for name in ("row_id", "seed", *making.as_dict())} == {
        "row_id": 1, "seed": 7, "lane": "veo:fast", "engine": "veo", "model": "fast", "template_version": "promo-1",
        "payload_sha256": "ab" * 32, "jobs": ["job-1", "job-2"], "admitted_at": 1_796_047_615.25,
        "finished_at": 1_796_047_620.5,
    }  # fmt: skip
    assert (second["engine"], second["jobs"], second["finished_at"]) == (None, [], None)
    write_results_csv(tmp_path / "r.csv", ["sku"], records)
    first, second = table(tmp_path / "r.csv")
    told = ("promo-1", "ab" * 32, "veo", "fast", "veo:fast", "7", "job-1 job-2", "2026-11-30 14:06:55Z")
    assert tuple(first[name] for name in RESULT_COLUMNS[-10:-2]) == told
    assert (second["_engine"], second["_jobs"], second["_admitted"]) == ("", "", "")

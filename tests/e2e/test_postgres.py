"""The commands over a PostgreSQL server: the same as over a file, and not a word of its password."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests import postgres
from tests.e2e.commands import clipmill, make_table, make_template, start


def test_a_batch_is_made_and_asked_for_on_a_server(tmp_path: Path) -> None:
    url = postgres.new_database(f"clipmill_{os.getpid()}_commands")
    make_template(tmp_path / "small")
    make_table(tmp_path / "t.csv", 2)
    on = ("--database", url)
    assert "no clipmill batches" in clipmill(tmp_path, *on, "status", expect=2).stderr
    clipmill(tmp_path, *on, "run", "t.csv", "-t", "small", "--out", "out")
    assert sorted(path.name for path in (tmp_path / "out").glob("*.mp4")) == ["sku-001.mp4", "sku-002.mp4"]
    assert json.loads(clipmill(tmp_path, *on, "status", "--json").stdout)["done"] == 2
    assert len(clipmill(tmp_path, *on, "results").stdout.splitlines()) >= 2
    assert not (tmp_path / ".clipmill" / "clipmill.db").exists()


def test_server_out_of_reach_is_one_sentence_and_what_to_do(tmp_path: Path) -> None:
    url = "postgresql://mill:a-secret-word@127.0.0.1:1/name"
    process = start(tmp_path, "status", CLIPMILL_DATABASE=url)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert "cannot be reached" in err
    assert "CLIPMILL_DATABASE" in err
    assert "Traceback" not in err
    process = start(tmp_path, "doctor", CLIPMILL_DATABASE=url)
    out, doctor_err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "…@127.0.0.1:1/name" in out
    assert "a-secret-word" not in err + out + doctor_err

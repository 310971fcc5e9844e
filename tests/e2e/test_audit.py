"""What stays known of real rows: versions of payloads, frames as stored files, results, and engines compared."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import cv2

from clipmill.domain.payload import canonical_json
from clipmill.rights import user_name
from tests.e2e.commands import clipmill, json_lines, make_template


def test_row_that_was_corrected_tells_its_whole_story(tmp_path: Path) -> None:
    make_template(tmp_path / "small")
    (tmp_path / "rows.csv").write_text(f"sku,title\na,Good\nb,{'long ' * 20}\n")
    clipmill(tmp_path, "run", "rows.csv", "-t", "small", expect=4)
    table = tmp_path / "out" / "blocked.csv"
    table.write_text(table.read_text().replace("long " * 20, "Short").replace("long " * 19 + "long", "Short"))
    clipmill(tmp_path, "run", str(table), "--into", "latest")
    told = json.loads(clipmill(tmp_path, "row", "2", "--json").stdout)
    (before,) = told["versions"]
    assert (before["version"], before["replaced_by"], before["payload"]) == (1, user_name(), None)
    assert (before["fields"]["title"].strip(), told["fields"]["title"]) == (("long " * 20).strip(), "Short")
    assert {name.removeprefix("shot ") for name in told["files"]} == {
        "delivered", "stored", "first", "middle", "last", "thumbnail"
    }  # fmt: skip
    for name, digest in told["verdict"]["pictures"].items():
        path = Path(told["files"][f"shot {name}"])
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest == path.name
        assert cv2.imread(str(path)).shape[1] == 160
    assert not (tmp_path / ".clipmill" / "frames").exists()
    line = json_lines(tmp_path / "out" / "results.jsonl")[1]
    assert line["payload_sha256"] == hashlib.sha256(canonical_json(told["payload"]).encode()).hexdigest()
    assert (line["engine"], line["lane"], line["jobs"]) == ("render", "render", [])
    assert line["template_version"]
    assert line["finished_at"] > line["admitted_at"] > 1e9
    page = clipmill(tmp_path, "row", "2").stdout
    assert f"by {user_name()}" in page
    (entry,) = json.loads(clipmill(tmp_path, "stats", "--json").stdout)["comparisons"]
    assert (entry["engine"], entry["states"], entry["attempts"]) == ("render", {"done": 2}, 2)
    assert entry["median_seconds"] > 0

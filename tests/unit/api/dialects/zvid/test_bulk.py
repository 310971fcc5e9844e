"""Many renders at once: best effort, whose order of variables, whose errors, and known again."""

from __future__ import annotations

import pytest

from clipmill.templates.given import PAYLOAD
from tests.unit.api.dialects.zvid.conftest import SMALL, Zvid

WORDS = {**SMALL, "variables": {"a": "template", "b": "template", "c": "template"}, "backgroundColor": "#ffffff",
         "visuals": [{"type": "TEXT", "text": "{{a}} {{b}} {{c}}"}]}  # fmt: skip
PATH = "/api/render/bulk/api-key"


def test_bulk_is_accepted_with_its_jobs_and_what_is_wrong(zvid: Zvid) -> None:
    items = [{"variables": {"seconds": seconds}} for seconds in (1, "x", 2, 4000)]
    found = zvid.post(PATH, {"payload": {**SMALL, "duration": "{{seconds}}"}, "items": items, "name": "four"}, 202)
    assert found["bulkId"].startswith("blk_")
    assert len(found["bulkId"]) == 24
    assert (found["queued"], found["totalJobs"], found["rejectedItems"], found["failedToQueue"]) == (True, 2, 2, 0)
    assert found["creditsReserved"] == 3
    assert [job["index"] for job in found["jobs"]] == [0, 2]
    assert [error["item"] for error in found["errors"]] == [1, 3]
    assert [error["details"][0]["field"] for error in found["errors"]] == ["duration", "duration"]
    assert found["errors"][0]["details"] == found["errors"][0]["errors"]
    told = zvid.get(f"/api/render/bulk/{found['bulkId']}")
    assert told["bulk"] | {"createdAt": ""} == {
        "id": found["bulkId"], "name": "four", "templateId": None, "type": "video", "status": "processing",
        "totalJobs": 2, "creditsReserved": 3, "counts": {"completed": 0, "failed": 0, "pending": 2}, "createdAt": "",
    }  # fmt: skip
    assert [(job["id"], job["index"], job["creditsEstimated"]) for job in told["jobs"]] == [
        (found["jobs"][0]["jobId"], 0, 1), (found["jobs"][1]["jobId"], 2, 2)]  # fmt: skip
    assert zvid.get("/api/render/bulk")["bulks"] == [told["bulk"]]
    assert zvid.get(f"/api/jobs/{found['jobs'][0]['jobId']}")["state"] == "waiting"


def test_item_comes_before_request_and_request_before_template(zvid: Zvid) -> None:
    wish = {
        "payload": WORDS,
        "variables": {"b": "request", "c": "request"},
        "items": [{"variables": {"c": "item"}}, {}],
    }
    found = zvid.post(PATH, wish, 202)
    parts = zvid.server.app
    batch = parts.batches.find(found["bulkId"])
    texts = [record.fields[PAYLOAD].partition('"text":"')[2].partition('"')[0]
             for record in parts.readonly.records(batch.id)]  # fmt: skip
    assert texts == ["template request item", "template request request"]


def test_names_are_those_of_the_items_or_numbered(zvid: Zvid) -> None:
    found = zvid.post(PATH, {"payload": SMALL, "items": [{"name": "Ann & Bob"}, {}]}, 202)
    jobs = zvid.get(f"/api/render/bulk/{found['bulkId']}")["jobs"]
    assert [job["name"] for job in jobs] == ["Ann & Bob", "small-2"]


def test_same_bulk_sent_three_times_is_one(zvid: Zvid) -> None:
    wish = {"payload": SMALL, "items": [{}, {"variables": {"ground": "no colour"}}]}
    first, *others = (zvid.post(PATH, wish, 202) for _ in range(3))
    assert others == [first, first]
    assert zvid.get("/api/jobs")["pagination"]["total"] == 1


@pytest.mark.parametrize(("body", "field"), [
    ({"payload": SMALL, "items": []}, "items"), ({"payload": SMALL, "items": [{}] * 501}, "items"),
    ({"payload": SMALL}, "items"), ({"payload": SMALL, "items": [{"row": 1}]}, "items.0.row"),
    ({"payload": SMALL, "items": [{"variables": {"ground": "x"}}] * 2}, "items[0].backgroundColor"),
])  # fmt: skip
def test_bulk_of_which_nothing_can_be_made_is_refused(standing: Zvid, body: dict[str, object], field: str) -> None:
    assert field in [each["field"] for each in standing.post(PATH, body, 400)["details"]]
    assert standing.get("/api/render/bulk")["bulks"] == []


def test_there_is_no_such_bulk(standing: Zvid) -> None:
    assert standing.get("/api/render/bulk/blk_x", 404)["error"] == "Not found"


def test_five_hundred_are_accepted_at_once(zvid: Zvid) -> None:
    wish = {"payload": SMALL, "items": [{"name": f"{number}"} for number in range(500)]}
    assert zvid.post(PATH, wish, 202)["totalJobs"] == 500
    assert zvid.get("/api/jobs", limit=100)["pagination"]["total"] == 500

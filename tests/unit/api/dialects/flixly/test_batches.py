"""Batches: tables in near words become clips under one id, which are made again, stopped, looked at and kept."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from clipmill.domain.access import Scope
from tests.unit.api.dialects.flixly.conftest import SMALL, STILL, Flixly

CLIPS = "Prompt,Image Path,Seconds,Seed\nA mug,mug.png,1,11\nA cup,,1,\nA jug,mug.png,1.5,13\n"
#: Stills are made sooner, and go the same way.
TABLE = "prompt,image path,seed\nA mug,mug.png,11\nA cup,,\nA jug,mug.png,13\n"


@pytest.fixture(scope="module")
def morning(flixly: Flixly) -> Any:
    """A batch of three clips, complete."""
    return flixly.made(flixly.submit(CLIPS, hard_stop=500, name="morning"))


def names(flixly: Flixly, told: Any) -> list[str]:
    """What is in the zip of a batch."""
    with zipfile.ZipFile(io.BytesIO(flixly.raw("GET", f"/batches/{told['id']}/download").content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_a_table_is_queued_and_then_complete(flixly: Flixly) -> None:
    told = flixly.submit(CLIPS)
    assert (told["status"], told["queue_position"], told["counts"]["total"]) == ("queued", 3, 3)
    assert (told["job_id"], told["download_url"], told["credits"]["estimated"]) == (told["id"], None, 4)
    told = flixly.made(told)
    assert (told["status"], told["queue_position"], told["counts"]["complete"]) == ("complete", 0, 3)
    assert (told["credits"]["used"], told["credits"]["average_per_clip"]) == (4, 1.333)


def test_its_rows_say_what_they_are(flixly: Flixly, morning: Any) -> None:
    rows = flixly.rows(morning)
    assert [row["row"] for row in rows] == [1, 2, 3]
    assert [row["prompt"] for row in rows] == ["A mug", "A cup", "A jug"]
    assert (rows[0]["seed"], rows[2]["seed"], rows[0]["file_name"]) == (11, 13, f"{morning['id']}_1.mp4")
    assert [(row["seconds"], row["width"], row["fps"]) for row in rows] == [(1, 256, 8), (1, 256, 8), (1.5, 256, 8)]
    assert rows[0]["drift_percent"] < 12
    assert rows[1]["drift_percent"] is None, "it has no picture"
    made = flixly.server.client.get(rows[2]["output_url"])
    assert made.headers["content-type"] == "video/mp4"


@pytest.mark.parametrize(("asked", "rows"), [({"status": "complete", "limit": 2}, [1, 2]), ({"after": 2}, [3]),
                                             ({"status": "failed"}, [])])  # fmt: skip
def test_rows_come_by_the_page(flixly: Flixly, morning: Any, asked: dict[str, Any], rows: list[int]) -> None:
    assert [row["row"] for row in flixly.rows(morning, **asked)] == rows


def test_the_zip_holds_job_and_row_and_is_had_in_parts_by_its_link(flixly: Flixly, morning: Any) -> None:
    assert names(flixly, morning) == [f"{morning['id']}_{number}.mp4" for number in (1, 2, 3)]
    whole = flixly.server.client.get(morning["download_url"])
    part = flixly.server.client.get(morning["download_url"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert flixly.raw("GET", f"/batches/{morning['id']}/download").content == whole.content
    assert whole.headers["content-disposition"].endswith(f'filename="{morning["id"]}.zip"')


def test_rows_are_made_again_under_the_same_id_and_packed_anew(flixly: Flixly) -> None:
    first = flixly.made(flixly.submit("prompt\nA bowl\nA dish\nA tray\n", **STILL))  # without pictures seeds tell
    told = flixly.ask("POST", f"/batches/{first['id']}/retry", json={"rows": [1, 3], "seeds": [71, 73]})
    assert (told["retried"], told["batch"]["id"], told["batch"]["status"]) == (2, first["id"], "processing")
    assert flixly.raw("GET", f"/batches/{first['id']}/download").json()["error"]["code"] == "not_complete"
    again = flixly.made(first)
    rows = flixly.rows(first)
    assert [(row["seed"], row["attempts"]) for row in (rows[0], rows[2])] == [(71, 2), (73, 2)]
    assert again["download_url"].split("/")[-2] != first["download_url"].split("/")[-2]
    assert names(flixly, again) == names(flixly, first)


@pytest.mark.parametrize(
    ("how", "again"),
    [({"rows": [2]}, [2]), ({"rows": [2], "seeds": "same"}, [2]), ({"seeds": {"1": 5}}, [1]), ({}, []), (None, [])],
)
def test_seeds_are_given_or_new_or_the_same(flixly: Flixly, how: Any, again: list[int]) -> None:
    told = flixly.made(flixly.submit(TABLE, **STILL))
    before = {row["row"]: (row["seed"], row["attempts"]) for row in flixly.rows(told)}
    flixly.ask("POST", f"/batches/{told['id']}/retry", json=how)
    flixly.made(told)
    after = {row["row"]: (row["seed"], row["attempts"]) for row in flixly.rows(told)}
    assert [number for number in after if after[number][1] > before[number][1]] == again
    for number in again:
        same = after[number][0] == before[number][0]
        assert same is ((how or {}).get("seeds") == "same")


@pytest.mark.parametrize("how", [{"rows": [4]}, {"rows": [0]}, {"rows": [1], "seeds": [1, 2]}, {"seeds": [1]},
                                 {"rows": [1], "seeds": {"2": 1}}, {"seeds": {"x": 1}}, {"seeds": {}},
                                 {"seeds": "other"}, {"rows": [1], "seeds": [-1]}])  # fmt: skip
def test_rows_and_seeds_that_do_not_fit_are_refused(flixly: Flixly, morning: Any, how: Any) -> None:
    assert flixly.ask("POST", f"/batches/{morning['id']}/retry", 422, json=how)["error"]["message"]
    assert flixly.ask("GET", f"/batches/{morning['id']}")["status"] == "complete"


def test_the_hard_stop_pauses_and_a_higher_one_goes_on(flixly: Flixly) -> None:
    told = flixly.made(flixly.submit("prompt\nA fan\nA pan\nA can\n", **STILL, hard_stop=2))
    assert (told["status"], told["counts"]["complete"], told["counts"]["queued"]) == ("paused", 2, 1)
    assert (told["credits"]["used"], told["credits"]["hard_stop"], told["download_url"]) == (2, 2, None)
    assert "the hard stop of 2 credits is reached; all of it takes up to 3: POST" in told["message"]
    assert flixly.ask("GET", f"/batches/{told['id']}/download", 409)["error"]["code"] == "not_complete"
    flixly.ask("POST", f"/batches/{told['id']}/resume", json={"hard_stop": 3})
    assert flixly.made(told)["status"] == "complete"


def test_a_batch_is_stopped_and_goes_on_or_is_stopped_for_good(flixly: Flixly) -> None:
    told = flixly.submit(TABLE, **STILL)
    assert flixly.ask("POST", f"/batches/{told['id']}/stop")["status"] == "paused"
    assert "it was stopped" in flixly.made(told)["message"]
    assert flixly.ask("POST", f"/batches/{told['id']}/resume")["status"] == "queued"
    gone = flixly.ask("POST", f"/batches/{told['id']}/stop", json={"for_good": True})
    assert (gone["status"], gone["message"], gone["counts"]["cancelled"]) == ("failed", "it was stopped for good", 3)
    assert "cancelled for good" in flixly.ask("POST", f"/batches/{told['id']}/resume", 422)["error"]["message"]


def test_a_sample_is_made_first(flixly: Flixly) -> None:
    told = flixly.made(flixly.submit(TABLE, **STILL, sample=1))
    assert (told["status"], told["counts"]["complete"]) == ("paused", 1)
    flixly.ask("POST", f"/batches/{told['id']}/resume")
    assert flixly.made(told)["counts"]["complete"] == 3


def test_rows_that_drift_wait_for_a_person(flixly: Flixly) -> None:
    told = flixly.made(flixly.submit(TABLE, **STILL, drift_percent=0.1))
    assert (told["status"], told["counts"]["review"], told["counts"]["complete"]) == ("complete", 2, 1)
    assert "2 to be looked at" in told["message"]
    assert names(flixly, told) == [f"{told['id']}_2.png"]
    assert [problem["row"] for problem in told["problems"]] == [1, 3]
    one = flixly.rows(told)[0]
    assert (one["status"], bool(one["output_url"])) == ("review", True)
    assert one["drift_percent"] > 0.1
    assert flixly.ask("POST", f"/batches/{told['id']}/approve", json={"rows": [1]})["moved"] == 1
    assert flixly.ask("POST", f"/batches/{told['id']}/reject", json={"rows": [3], "reason": "too dark"})["moved"] == 1
    told = flixly.made(told)
    assert names(flixly, told) == [f"{told['id']}_{number}.png" for number in (1, 2)]
    assert "too dark" in told["problems"][0]["message"]


def test_who_may_only_submit_may_not_approve(flixly: Flixly, morning: Any) -> None:
    key = flixly.server.new_key("submits", scopes=(Scope.READ, Scope.SUBMIT))
    assert replace(flixly, key=key).ask("POST", f"/batches/{morning['id']}/approve", 403)


def test_bad_rows_are_blocked_and_the_others_are_made(flixly: Flixly) -> None:
    rows = ["A mug,mug.png,1,1", ",,1,", "A cup,gone.png,1,", "A jug,,99,", "A pot,,1,x", "A pan,/etc/passwd,1,"]
    told = flixly.made(flixly.submit("prompt,image,duration,seed\n" + "\n".join(rows) + "\n"))
    assert (told["status"], told["counts"]["complete"], told["counts"]["blocked"]) == ("complete", 1, 5)
    assert [problem["row"] for problem in told["problems"]] == [2, 3, 4, 5, 6]
    assert all(problem["message"] and problem["fix"] for problem in told["problems"])
    assert names(flixly, told) == [f"{told['id']}_1.mp4"]


def test_a_batch_of_which_nothing_was_made_has_failed(flixly: Flixly) -> None:
    told = flixly.made(flixly.submit("prompt,image\nA mug,gone.png\n"))
    assert (told["status"], told["message"]) == ("failed", "no row was made")


def test_rows_may_name_other_models_of_the_kind(flixly: Flixly) -> None:
    table = "prompt,seconds,model\nA mug,3,\nA cup,3,Veo 3.1\nA jug,3,veo-3.1\nA pot,3,flux\n"
    told = flixly.submit(table, model="Seedance 2.0")
    flixly.server.work()
    told = flixly.ask("GET", f"/batches/{told['id']}")
    assert (told["counts"]["complete"], told["counts"]["blocked"]) == (3, 1)
    assert told["credits"]["used"] == 9 + 7 + 7


@pytest.mark.parametrize(
    ("table", "fields", "param", "told"),
    [
        (TABLE, {"model": "sora"}, "model", "there is no model"),
        (TABLE, {"model": None}, "model", "no model is named"),
        ("prompt\n" + "A mug\n" * 11, {"model": "Wan 2.7", "fps": None}, "file", "at most 10"),
        (TABLE, {"resolution": "big"}, "resolution", "is no resolution"), (TABLE, {"fps": "x"}, "fps", "fps: "),
        ("image\nmug.png\n", {}, None, "prompt"), (TABLE, {"webhook_url": "http://127.0.0.1/x"}, None, "127.0.0.1"),
        ("prompt\n", {}, None, "no row"),
    ],
)  # fmt: skip
def test_submissions_that_cannot_be_are_refused(flixly: Flixly, table: str, fields: dict[str, Any], param: str | None,
                                                told: str) -> None:  # fmt: skip
    error = flixly.submit(table, 422, **fields)["error"]
    assert (error["code"], error["details"].get("param")) == ("validation_error", param)
    assert told in error["message"]
    folder = flixly.server.app.home / "tables" / "local"
    assert all(any(each.iterdir()) for each in folder.iterdir()), "what was refused is gone"


@pytest.mark.parametrize(
    ("body", "param"),
    [({"rows": [{"prompt": "a", "image": "/etc/passwd"}]}, "rows.1.image"), ({"prompts": ["a"]}, "prompts"),
     ({}, "file"),
     ({"rows": [{"prompt": "a"}], "prompts": ["b"], "template_id": "tpl_no"}, None),
     ({"template_id": "tpl_no", "prompts": ["a"]}, None)],
)  # fmt: skip
def test_rows_in_json_are_held_to_the_same(flixly: Flixly, body: dict[str, Any], param: str | None) -> None:
    answer = flixly.raw("POST", "/batches", json={"model": "draft", **body})
    assert answer.status_code in (404, 422)
    assert answer.json()["error"].get("details", {}).get("param") == param


def test_stills_take_no_seconds_and_say_what_is_not_heeded(flixly: Flixly) -> None:
    table = "prompt,negative prompt\nA mug,blurry\nA cup,\n"
    told = flixly.made(flixly.submit(table, model="Gemini 3.1 Flash", fps=None))
    assert (told["status"], told["credits"]["used"]) == ("complete", 2.8)
    assert names(flixly, told) == [f"{told['id']}_{number}.png" for number in (1, 2)]
    assert any("negative_prompt" in warning for warning in flixly.rows(told)[0]["warnings"])


def test_rows_in_json_name_pictures_as_they_are_stored(flixly: Flixly, template: Any) -> None:
    stored = flixly.server.app.named.find(template["id"]).document["rows"][0]["image"]
    rows = [{"prompt": "A mug", "image_url": stored, "duration": 1, "seed": 3}]
    told = flixly.ask("POST", "/batches", 202, json={"model": "draft", **SMALL, "rows": rows})
    [row] = flixly.rows(flixly.made(flixly.read_in(told)))
    assert (row["seed"], row["drift_percent"] < 12) == (3, True)


@pytest.fixture(scope="module")
def template(flixly: Flixly) -> Any:
    """A template of a batch of three clips."""
    told = flixly.made(flixly.submit(CLIPS, hard_stop=500, name="weekly"))
    return flixly.ask("POST", f"/batches/{told['id']}/template", 201)


def test_a_template_is_run_again_with_other_prompts(flixly: Flixly, template: Any) -> None:
    assert (template["name"], template["rows"], template["columns"]) == (
        "weekly", 3, ["prompt", "image", "seconds", "seed"])  # fmt: skip
    assert template["parameters"]["hard_stop"] == "500"
    assert flixly.ask("GET", f"/templates/{template['id']}") == template
    assert template in flixly.ask("GET", "/templates")["templates"]
    body = {"template_id": template["id"], "prompts": ["One", "", "Three"], "hard_stop": 30}
    told = flixly.made(flixly.read_in(flixly.ask("POST", "/batches", 202, json=body)))
    rows = flixly.rows(told)
    assert [row["prompt"] for row in rows] == ["One", "A cup", "Three"], "an empty prompt is as it was"
    assert [(row["seconds"], row["fps"]) for row in rows] == [(1, 8), (1, 8), (1.5, 8)]
    assert (rows[0]["seed"], rows[0]["drift_percent"] < 12) == (11, True)
    assert (told["credits"]["hard_stop"], told["name"]) == (30, "weekly")


def test_a_table_of_prompts_alone_is_laid_over_a_template(flixly: Flixly, template: Any) -> None:
    upload = {"file": ("prompts.csv", b"prompt\nOne\nTwo\n")}
    told = flixly.ask("POST", "/batches", 202, files=upload, data={"template_id": template["id"]})
    rows = flixly.rows(flixly.made(flixly.read_in(told)))
    assert [(row["prompt"], row["seconds"]) for row in rows] == [("One", 1), ("Two", 1)]
    assert rows[0]["drift_percent"] is not None


def test_batches_of_others_are_not_there(flixly: Flixly, morning: Any) -> None:
    other = replace(flixly, key=flixly.server.new_key("stranger", tenant="stranger"))
    done = ("retry", "stop", "resume", "approve", "reject", "template")
    for method, path in (("GET", ""), ("GET", "/rows"), ("GET", "/download"), *(("POST", f"/{one}") for one in done)):
        assert other.ask(method, f"/batches/{morning['id']}{path}", 404)["error"]["code"] == "not_found"
    assert other.ask("GET", "/batches") == {"batches": [], "total": 0, "next_after": None}


def test_batches_are_listed_by_the_page_the_newest_first(flixly: Flixly, morning: Any) -> None:
    one = flixly.ask("GET", "/batches", params={"limit": 1})
    assert one["total"] >= 1
    assert one["next_after"] == one["batches"][0]["id"]
    every = [batch["id"] for batch in flixly.ask("GET", "/batches", params={"limit": 100})["batches"]]
    assert morning["id"] in every
    assert flixly.ask("GET", f"/batches/{morning['id'][:8]}", 404), "a beginning is no id"

"""Schema, elements, examples, mending, plans, credits, and what there is none of."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from clipmill.api.dialects.zvid.examples import EXAMPLES, plan
from clipmill.domain.timeline.loading import load_project
from clipmill.templates.bare import bare_project
from tests.unit.api.dialects.zvid.conftest import SMALL, Zvid


def test_schema_of_a_request_takes_what_is_taken(standing: Zvid) -> None:
    request = {"payload": {"visuals": [{"type": "TEXT", "text": "t"}]}}
    for target, document in (("project", SMALL | {"backgroundColor": "#fff"}), ("render-request", request)):
        schema = standing.get("/api/render/schema/api-key", target=target)["schema"]
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(document)
    wrong = {"payload": {"visuals": [{"type": "IMAGE"}]}}
    assert list(Draft202012Validator(schema).iter_errors(wrong))
    assert list(Draft202012Validator(schema).iter_errors({"payload": {}, "colour": 1}))


def test_elements_are_those_there_are(standing: Zvid) -> None:
    found = {each["type"]: each for each in standing.get("/api/render/elements/api-key")["elements"]}
    assert set(found) == {"IMAGE", "VIDEO", "GIF", "SVG", "TEXT", "AUDIO", "SCENE", "SUBTITLE"}
    assert "src" in found["IMAGE"]["required"]
    one = standing.get("/api/render/elements/video/api-key")
    assert one["schema"]["properties"]["speed"]["maximum"] == 10
    standing.get("/api/render/elements/noise/api-key", 404)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_can_be_rendered_as_it_is(standing: Zvid, name: str) -> None:
    found = standing.get(f"/api/render/examples/{name}/api-key")
    assert standing.get(f"/api/render/examples/{name}") == found
    checked = standing.post("/api/render/validate/api-key", {"payload": found["payload"]})
    assert checked["warnings"] == []


def test_examples_are_listed(standing: Zvid) -> None:
    assert [each["name"] for each in standing.get("/api/render/examples/api-key")["examples"]] == list(EXAMPLES)
    standing.get("/api/render/examples/nothing/api-key", 404)


def test_repair_mends_by_rule_and_says_what(standing: Zvid) -> None:
    wrong = {"name": "50% off!", "frameRate": 120, "speed": 2, "visuals": [{"type": "TEXT", "text": "t", "opacity": 3}]}
    found = standing.post("/api/render/repair/api-key", {"payload": wrong})
    assert (found["valid"], found["repaired"], found["errors"]) == (True, True, [])
    assert {change["path"]: change["to"] for change in found["changes"]} == {
        "name": "50- off", "frameRate": 60, "speed": None, "visuals[0].opacity": 1}  # fmt: skip
    standing.post("/api/render/validate/api-key", {"payload": found["payload"]})
    assert standing.post("/api/render/repair/api-key", {"payload": SMALL})["changes"] == []


def test_what_no_rule_mends_is_left_to_its_author(standing: Zvid) -> None:
    found = standing.post("/api/render/repair/api-key", {"payload": {"visuals": [{"type": "IMAGE"}]}})
    assert (found["valid"], found["errors"][0]["field"]) == (False, "visuals[0].src")


@pytest.mark.parametrize(("brief", "scenes"), [
    ("One thing. Another!", 2), ("No stop at all", 1), ("a < b", 1), ("x. " * 40, 12), ("Lines\nof it", 2),
])  # fmt: skip
def test_plan_has_a_scene_a_sentence_and_can_be_rendered(brief: str, scenes: int) -> None:
    made = plan(brief, "squared")
    assert len(made["scenes"]) == len(made["payload"]["scenes"]) == scenes
    assert load_project(bare_project(made["payload"])).width == 1080


def test_empty_brief_is_refused(standing: Zvid) -> None:
    assert standing.post("/api/render/creative-plan/api-key", {}, 400)["details"][0]["field"] == "brief"
    assert "By rule" in standing.post("/api/render/creative-plan/api-key", {"brief": "A mug."})["plan"]["method"]


@pytest.mark.parametrize("path", ["/api/stock/search", "/api/library/videos/x", "/api/library/videos/x/content",
                                  "/api/nothing", "/api/render/zzz", "/api/jobs/zzz"])  # fmt: skip
def test_is_not_there(standing: Zvid, path: str) -> None:
    assert standing.ask("GET", path).status_code == 404


def test_library_is_empty_and_says_so(standing: Zvid) -> None:
    assert standing.get("/api/library/videos")["items"] == []
    assert standing.get("/api/stock/providers")["providers"] == []


def test_credits_are_told_in_both_casings(standing: Zvid) -> None:
    found: Any = standing.get("/api/credits/balance")
    assert found["unlimited"] is True
    assert found["subscriptionCredits"] == found["subscription_credits"] == found["balance"] > 1e9
    addon = {"balance": 0, "total_earned": 0, "total_spent": 0, "totalEarned": 0, "totalSpent": 0}
    assert found["addonCredits"] == found["addon_credits"] == addon
    assert standing.get("/api/user/profile")["credits"] == found
    assert standing.get("/api/credits/transactions")["transactions"] == []
    assert standing.get("/api/credits/usage-stats", timeframe="7d")["daily"] == []
    standing.get("/api/credits/usage-stats", 400, timeframe="ever")

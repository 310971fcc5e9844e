"""Templates and projects: kept, changed in versions, copied, previewed, deleted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.unit.api.dialects.zvid.conftest import SMALL, Zvid

CARD = {**SMALL, "variables": {"title": "Mug", "price": 34, "on": True, "tags": ["a"]}, "backgroundColor": "#07111F",
        "visuals": [{"type": "TEXT", "text": "{{title}} {{price}} {{shop}}", "condition": "{{on}}"},
                    {"type": "TEXT", "text": "{{tag}}{{index}}", "iterate": "tags", "iterateAs": "tag"}]}  # fmt: skip


def made(zvid: Zvid, **more: Any) -> Any:
    """A template that was just made."""
    return zvid.post("/api/templates", {"name": "card", "payload": CARD, **more}, 201)["template"]


def test_template_is_kept_with_its_variables(zvid: Zvid) -> None:
    kept = made(zvid, description="of a mug")
    assert re.fullmatch(r"tpl_[A-Za-z0-9]{20}", kept["id"])
    assert (kept["name"], kept["description"], kept["version"], kept["status"], kept["type"]) == (
        "card", "of a mug", 1, "active", "video")  # fmt: skip
    assert kept["project"] == CARD
    assert kept["variablesSummary"] == [
        {"name": "title", "type": "string", "default": "Mug"}, {"name": "price", "type": "number", "default": 34},
        {"name": "on", "type": "boolean", "default": True}, {"name": "tags", "type": "array", "default": ["a"]},
        {"name": "shop", "type": "string", "default": None},
    ]  # fmt: skip
    assert zvid.get(f"/api/templates/{kept['id']}")["template"] == kept
    assert zvid.get("/api/templates") == {"templates": [kept], "pagination": {
        "page": 1, "limit": 20, "total": 1, "totalPages": 1, "hasNext": False}}  # fmt: skip


def test_change_is_the_next_version_and_what_is_not_said_stays(zvid: Zvid) -> None:
    kept = made(zvid, description="of a mug")
    changed = zvid.ask("PUT", f"/api/templates/{kept['id']}", {"name": "cup"}).json()["template"]
    assert (changed["name"], changed["description"], changed["version"]) == ("cup", "of a mug", 2)
    assert changed["project"] == CARD
    copy = zvid.post(f"/api/templates/{kept['id']}/duplicate", None, 201)["template"]
    assert (copy["name"], copy["version"], copy["project"]) == ("cup (copy)", 1, CARD)
    assert copy["id"] != kept["id"]


def test_deleted_template_is_listed_and_rendered_no_more(zvid: Zvid) -> None:
    kept = made(zvid)
    assert zvid.ask("DELETE", f"/api/templates/{kept['id']}").json() == {"archived": True, "id": kept["id"]}
    assert zvid.get("/api/templates")["templates"] == []
    assert zvid.get(f"/api/templates/{kept['id']}")["template"]["status"] == "archived"
    wish = {"template": kept["id"], "variables": {"shop": "s"}}
    assert zvid.post("/api/render/api-key", wish, 404)["message"].endswith("was deleted")
    assert zvid.ask("PUT", f"/api/templates/{kept['id']}", {"name": "cup"}).status_code == 404


def test_preview_fills_it_in_or_says_what_is_missing(zvid: Zvid) -> None:
    path = f"/api/templates/{made(zvid)['id']}/preview"
    wish = {"variables": {"shop": "here", "tags": ["x", "y"]}, "overrides": {"width": 320}}
    found = zvid.post(path, wish)
    assert [visual["text"] for visual in found["project"]["visuals"]] == ["Mug 34 here", "x0", "y1"]
    assert (found["stats"]["visuals"], found["stats"]["width"], found["stats"]["creditsRequired"]) == (3, 320, 1)
    assert len(zvid.post(path, {"variables": {"shop": "s", "on": False}})["project"]["visuals"]) == 1
    wrong = zvid.post(path, {}, 400)
    assert (wrong["details"][0]["field"], "{{shop}}" in wrong["message"]) == ("visuals[0].text", True)


def test_template_is_rendered_and_its_next_version_is_another_job(zvid: Zvid) -> None:
    kept, wish = made(zvid), {"variables": {"shop": "here"}}
    first = zvid.post("/api/render/api-key", {"template": kept["id"], **wish}, 202)["jobId"]
    assert zvid.get("/api/jobs")["jobs"][0]["template_id"] == kept["id"]
    assert zvid.post("/api/render/api-key", {"template": kept["id"], **wish}, 202)["jobId"] == first
    zvid.ask("PUT", f"/api/templates/{kept['id']}", {"payload": {**CARD, "duration": 2}})
    assert zvid.post("/api/render/api-key", {"template": kept["id"], **wish}, 202)["jobId"] != first


@pytest.mark.parametrize(("body", "field"), [
    ({"name": "x"}, "payload"), ({"name": "", "payload": {}}, "name"), ({"name": "x" * 256, "payload": {}}, "name"),
    ({"name": "x", "payload": {"frameRate": 99}}, "payload.frameRate"),
    ({"name": "x", "payload": {"visuals": [{"type": "TEXT", "text": "{{a|nonsense}}"}]}}, "payload"),
    ({"name": "x", "payload": {}, "colour": 1}, "colour"),
    ({"name": "x", "description": "d" * 2001, "payload": {}}, "description"),
])  # fmt: skip
def test_wrong_template_is_refused(standing: Zvid, body: Any, field: str) -> None:
    found = standing.post("/api/templates", body, 400)
    assert field in [each["field"] for each in found["details"]]


def test_project_is_no_template_and_what_is_anothers_is_not_there(zvid: Zvid) -> None:
    template = made(zvid)["id"]
    project = zvid.post("/api/projects", {"name": "p", "payload": SMALL}, 201)["project"]["id"]
    assert re.fullmatch(r"prj_[A-Za-z0-9]{20}", project)
    zvid.get(f"/api/templates/{project}", 404)
    zvid.get(f"/api/projects/{template}", 404)
    assert zvid.get(f"/api/projects/{project}")["project"]["version"] == 1
    assert (
        zvid.ask("PUT", f"/api/projects/{project}", {"payload": {**SMALL, "name": "q"}}).json()["project"]["version"]
        == 2
    )
    assert [each["id"] for each in zvid.get("/api/projects")["projects"]] == [project]
    theirs = zvid.server.new_key(tenant="other")
    assert zvid.ask("GET", f"/api/templates/{template}", key=theirs).status_code == 404
    assert zvid.ask("POST", "/api/render/api-key", {"template": template}, theirs).status_code == 404
    assert zvid.ask("DELETE", f"/api/projects/{project}").json() == {"archived": True, "id": project}

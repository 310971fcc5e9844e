import pytest

from clipmill.errors import ProjectError
from clipmill.templates.bare import bare_project, beside_payload, given_value


def test_a_project_may_lie_under_payload() -> None:
    assert bare_project({"payload": {"name": "a"}}) == bare_project({"name": "a"}) == {"name": "a"}


def test_variables_conditions_and_repetitions_are_resolved_and_types_kept() -> None:
    project = bare_project({
        "variables": {"brand": {"name": "Acme"}, "title": "{{brand.name}} sale", "x": 12, "off": 0,
                      "items": ["a", "b"]},
        "visuals": [
            {"type": "TEXT", "text": "{{title}}!", "x": "{{x}}"},
            {"type": "TEXT", "text": "{{item}} {{index}}", "iterate": "items", "id": "t"},
            {"type": "TEXT", "text": "never", "condition": "{{off}}"},
        ],
        "scenes": [{"variables": {"title": "own"}, "visuals": [{"type": "TEXT", "text": "{{title}}"}]}],
    })  # fmt: skip
    assert project["visuals"] == [
        {"type": "TEXT", "text": "Acme sale!", "x": 12},
        {"type": "TEXT", "text": "a 0", "id": "t-0"},
        {"type": "TEXT", "text": "b 1", "id": "t-1"},
    ]
    assert project["scenes"][0]["visuals"] == [{"type": "TEXT", "text": "own"}]


def test_a_placeholder_that_leads_nowhere_is_refused_with_its_place() -> None:
    with pytest.raises(ProjectError, match=r"visuals\[0\].text.*nmae"):
        bare_project({"variables": {"name": "x"}, "visuals": [{"type": "TEXT", "text": "{{nmae}}"}]})


def test_a_request_sets_variables_and_overrides_of_its_project() -> None:
    project = {"variables": {"who": "you", "what": "day"}, "resolution": "hd", "name": "{{who}} {{what}}", "height": 9}
    request = {"payload": project, "variables": {"who": "Ann"}, "overrides": {"width": 640, "frameRate": 25}}
    assert bare_project(request) == {"resolution": "custom", "name": "Ann day", "width": 640, "height": 9,
                                     "frameRate": 25}  # fmt: skip
    assert bare_project({"payload": {"name": "a"}, "variables": None, "overrides": {"resolution": "sd"}}) == {
        "name": "a", "resolution": "sd"}  # fmt: skip


def test_lists_in_lists_without_end_are_refused() -> None:
    deep: list[object] = []
    for _ in range(900):
        deep = [deep]
    with pytest.raises(ProjectError, match="nested too deeply"):
        bare_project({"visuals": deep})


@pytest.mark.parametrize("document", [[], "x", None, {"payload": 3}])
def test_what_is_no_object_is_no_project(document: object) -> None:
    with pytest.raises(ProjectError, match="no project"):
        bare_project(document)


def test_given_variables_take_the_place_of_defaults_before_anything_is_resolved() -> None:
    document = {
        "variables": {"shape": "wide", "sizes": {"wide": {"x": 16}, "tall": {"x": 9}}, "size": "{{sizes|pick:shape}}"},
        "width": "{{size.x}}", "name": "{{title}}",
    }  # fmt: skip
    assert bare_project(document, {"title": "a"}) == {"width": 16, "name": "a"}
    assert bare_project({"payload": document}, {"title": "a", "shape": "tall"}) == {"width": 9, "name": "a"}
    assert document["variables"]["shape"] == "wide"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"shpae": "tall"}, "no variable shpae"),
        ({"a b": 1}, "cannot be a name"),
        ({"shape": "big"}, "no 'big' to pick"),
    ],
)
def test_a_given_variable_that_nothing_asks_for_is_refused(given: dict[str, object], told: str) -> None:
    document = {"variables": {"shape": "wide", "sizes": {"wide": 1}}, "width": "{{sizes|pick:shape}}"}
    with pytest.raises(ProjectError, match=told) as refused:
        bare_project(document, given)
    assert "shape" in refused.value.hint or "wide" in refused.value.hint or "letter" in refused.value.hint


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5), ("2.5", 2.5), ("true", True), ("null", None), ('"5"', "5"), ('[{"a": 1}]', [{"a": 1}]), ("", ""),
     ("007", "007"), ("NaN", "NaN"), ("Good morning", "Good morning"), ("a=b", "a=b"), ("[" * 100_000, "[" * 100_000)],
)  # fmt: skip
def test_a_value_is_json_where_it_is_json(text: str, value: object) -> None:
    assert given_value(text) == value


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"template": "tpl_1"}, "template: a template on Zvid's servers cannot be rendered here"),
        ({"template": "tpl_1", "variables": {"a": 1}}, "on Zvid's servers"),
        ({"payload": {"template": "tpl_1"}}, "on Zvid's servers"),
        ({}, "nothing to show"),
        ({"payload": {}}, "nothing to show"),
        ({"variables": {"a": 1}, "rows": []}, "nothing to show"),
    ],
)
def test_an_object_without_any_field_of_a_project_is_refused(document: object, says: str) -> None:
    with pytest.raises(ProjectError, match=says):
        bare_project(document)


def test_fields_beside_the_payload_are_told_and_those_that_are_used_are_not() -> None:
    request = {"payload": {"name": "a"}, "variables": {}, "overrides": {}, "webhookUrl": "https://x", "folder": None}
    assert [told.partition(":")[0] for told in beside_payload(request)] == ["webhookUrl"]
    assert beside_payload({"name": "a", "webhookUrl": "https://x"}) == ()
    assert beside_payload([]) == ()


def test_a_placeholder_without_any_variable_is_told_what_there_could_be() -> None:
    with pytest.raises(ProjectError) as refused:
        bare_project({"name": "{{nope}}"})
    assert refused.value.hint == "There are no variables; add `variables`, or write the text itself."

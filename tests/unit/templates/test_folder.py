"""Folders become templates."""

from collections.abc import Callable
from pathlib import Path

import pytest

from clipmill.domain.template import Template
from clipmill.errors import TemplateError
from clipmill.store.files import DiskFiles
from clipmill.templates.folder import load_template

Load = Callable[..., Template]


def test_the_smallest_template_has_all_defaults(load: Load) -> None:
    template = load()
    assert (template.name, template.engine, template.body, template.output_name) == (
        "small", "render", {"width": 320}, "{{sku}}.mp4")  # fmt: skip
    assert len(template.version) == 16


def test_the_payload_may_be_a_file(load: Load, folder: Path) -> None:
    (folder / "project.json").write_text('{"width": 640}')
    (folder / "project.yaml").write_text("width: 800")
    assert load(payload="project.json").body == {"width": 640}
    assert load(payload="project.yaml").body == {"width": 800}


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ("../p.json", "not inside"),
        ("p.txt", "neither a JSON"),
        ("none.json", r"no none\.json"),
        ("list.json", "must be"),
    ],
)
def test_a_payload_file_that_cannot_be_is_refused(load: Load, folder: Path, payload: str, words: str) -> None:
    (folder / "list.json").write_text("[]")
    with pytest.raises(TemplateError, match=words):
        load(payload=payload)


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ("{{titel}}", r"payload\.visuals\[1\]\.text: {{titel}} names neither a field nor", "Did you mean title"),
        ("{{title|uper}}", "there is no filter uper", "Did you mean upper"),
        ("{{title|truncate}}", "truncate takes 1 arguments, not 0", ""),
        ("{{title|truncate:x}}", "x is no length", ""),
        ("{{title|truncate:1}}", "1 is no length", ""),
        ("{{title|upper:1}}", "upper takes 0 arguments, not 1", ""),
        ("{{title|date:%Q}}", "%Q means nothing", "%Y"),
        ("{{title|date:%H:%M}}", "date takes 1 arguments, not 2", "quotes"),
        ("{{title|default:nothing}}", "nothing is neither a field nor a variable", ""),
        ("{{title|money:currensy}}", "currensy is neither", "Did you mean currency"),
        ("{{title.first}}", "there is no first", ""),
        ("{{list.2}}", "there is no 2", "0 to 1"),
        ("{{shape.c}}", "there is no c", "a, b"),
        ("{{index}}", "names neither", ""),
        ("{{}}", "cannot be read", "{{name}}"),
        ("{{title|}}", "cannot be read", ""),
        ("{{title upper}}", "cannot be read", ""),
        ('{{"title"}}', "cannot be read", ""),
        ("{{title", "not closed", ""),
        ("{{ti{tle}}", "not closed", ""),
    ],
)  # fmt: skip
def test_a_placeholder_that_leads_nowhere_is_refused_at_once(load: Load, text: str, words: str, hint: str) -> None:
    with pytest.raises(TemplateError, match=words) as caught:
        load(
            contract={"title": {}, "currency": {}},
            variables={"list": [1, 2], "shape": {"a": 1, "b": 2}},
            payload={"visuals": [{}, {"text": text}]},
            output={"name": "{{title}}.mp4"},
        )
    assert hint in caught.value.hint


def test_a_name_needs_no_suffix(load: Load) -> None:
    assert load(output={"name": "{{sku}}"}).output_name == "{{sku}}"


def test_errors_name_the_file_they_are_in(load: Load, folder: Path) -> None:
    (folder / "project.yaml").write_text("visuals: [{text: '{{titel}}'}]")
    with pytest.raises(TemplateError, match=r"^project\.yaml: visuals\[0\]\.text: "):
        load(payload="project.yaml")
    with pytest.raises(TemplateError, match=r"^template\.yaml: output\.name: "):
        load(output={"name": "{{titel}}.mp4"})
    with pytest.raises(TemplateError, match=r"^template\.yaml: variables\.a: "):
        load(variables={"a": "{{titel}}"})


@pytest.mark.parametrize("chain", [{"a": "{{a}}"}, {"a": "{{b}}", "b": "x{{a|upper}}"}, {"a": "{{sku|default:a}}"}])
def test_variables_in_a_circle_are_refused(load: Load, chain: dict[str, str]) -> None:
    with pytest.raises(TemplateError, match="circle"):
        load(variables=chain)


def test_variables_may_be_ten_deep(load: Load) -> None:
    chain = {f"v{n}": f"{{{{v{n + 1}}}}}" for n in range(9)} | {"v9": "end"}
    load(variables=chain)
    with pytest.raises(TemplateError, match="ten deep"):
        load(variables={**chain, "v9": "{{v10}}", "v10": "end"})


def test_a_folder_without_a_template_is_refused(tmp_path: Path, files: DiskFiles) -> None:
    with pytest.raises(TemplateError, match="there is no"):
        load_template(tmp_path / "nowhere", files)


def test_a_file_in_the_place_of_a_folder_is_told_what_a_template_is(tmp_path: Path, files: DiskFiles) -> None:
    (tmp_path / "rows.csv").touch()
    with pytest.raises(TemplateError, match=r"there is no template.yaml in .*rows.csv") as caught:
        load_template(tmp_path / "rows.csv", files)
    assert caught.value.hint == "A template is a folder with a template.yaml in it."

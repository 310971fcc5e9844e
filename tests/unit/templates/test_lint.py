from typing import Any

import pytest

from clipmill.domain.template import Template
from clipmill.errors import TemplateError
from clipmill.templates.lint import check_payload

TEXT = {"type": "TEXT", "text": "{{title}}"}


def _template(body: dict[str, Any], engine: str = "render") -> Template:
    return Template(name="t", version="v1", engine=engine, contract=(), body=body, output_name="{{n}}")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            {"scenes": [{"transition": "swoosh"}]},
            r"^template t: payload\.scenes\[0\]\.transition: 'swoosh' is not possible",
        ),
        (
            {"visuals": [TEXT | {"enterAnimation": "fadd"}]},
            r"^template t: payload\.visuals\[0\]\.enterAnimation: .* mean fade",
        ),
        ({"visuals": [TEXT, {"type": "LOTTIE"}]}, r"^template t: payload\.visuals\[1\]: a LOTTIE element"),
        ({"visuals": [{"type": "IMAGE", "x": "{{x}}"}]}, r"^template t: payload\.visuals\[0\]\.src: is missing"),
        ({"frameRate": 500, "name": "{{title}}"}, r"^template t: payload\.frameRate: 500 is outside"),
    ],
)
def test_what_no_row_can_mend_is_the_templates_mistake(body: dict[str, Any], says: str) -> None:
    with pytest.raises(TemplateError, match=says):
        check_payload(_template(body))
    check_payload(_template(body, "remote"))


@pytest.mark.parametrize(
    "body",
    [
        {"width": "{{w}}", "duration": "{{d|default:5}}", "visuals": "{{all}}"},
        {"scenes": [{"transition": "{{effect}}", "visuals": [{"type": "{{kind}}", "src": "x"}]}]},
        {"visuals": [TEXT | {"enterBegin": "{{at}}", "exitBegin": 3, "exitEnd": "{{end}}"}]},
        {"visuals": [{"type": "TEXT", "iterate": "lines", "text": "{{item}}"}]},
        {"visuals": [{"type": "LOTTIE", "condition": "{{on}}"}, {"type": "IMAGE", "condition": False}]},
        {"variables": {"a": {"type": "swoosh"}}, "visuals": []},
        {"subtitle": {"captions": "{{captions}}"}},
    ],
)
def test_what_a_row_may_mend_is_left_to_the_rows(body: dict[str, Any]) -> None:
    check_payload(_template(body))

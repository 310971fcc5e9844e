"""Every key of template.yaml, and what is said about a wrong one."""

from collections.abc import Callable
from typing import Any

import pytest

from clipmill.domain.template import FieldKind, FieldRule, Policy, Template, VerifyLimits
from clipmill.errors import TemplateError

Load = Callable[..., Template]


def test_every_key_of_a_rule_is_read(load: Load) -> None:
    template = load(
        contract={
            "sku": {"kind": "text", "required": True, "unique": True, "min_length": 1, "max_length": 60},
            "price": {"kind": "money", "minimum": 0.01, "maximum": 1000, "fallback": 5},
            "ratio": {"kind": "enum", "choices": ["16:9", 1], "fallback": 1},
            "image": {"kind": "image", "max_bytes": 5, "min_width": 1, "min_height": 2, "max_pixels": 3,
                      "min_aspect": 0.5, "max_aspect": 2},
            "note": None,
        }
    )  # fmt: skip
    assert template.contract == (
        FieldRule(name="sku", required=True, unique=True, min_length=1, max_length=60),
        FieldRule(name="price", kind=FieldKind.MONEY, minimum=0.01, maximum=1000.0, fallback="5"),
        FieldRule(name="ratio", kind=FieldKind.ENUM, choices=("16:9", "1"), fallback="1"),
        FieldRule(name="image", kind=FieldKind.IMAGE, max_bytes=5, min_width=1, min_height=2, max_pixels=3,
                  min_aspect=0.5, max_aspect=2.0),
        FieldRule(name="note"),
    )  # fmt: skip


def test_limits_and_defaults_are_read(load: Load) -> None:
    template = load(
        contract={"sku": {}, "image": {"kind": "image"}},
        verify={"duration_tolerance_seconds": 0.1, "drift_percent": 5, "reference": "image", "black_percent": 20},
        defaults={"attempts": 5, "budget": 500, "window": None},
        engine="hosted",
    )
    limits = VerifyLimits(duration_tolerance_seconds=0.1, drift_percent=5.0, reference="image", black_percent=20.0)
    assert (template.verify, template.policy) == (limits, Policy(5, 500_000, None))
    assert template.engine == "hosted"


@pytest.mark.parametrize(("written", "budget"), [(None, None), (0, 0), (2.4, 2_400), (500.0, 500_000), (0.001, 1)])
def test_a_budget_is_read_to_the_thousandth(load: Load, written: Any, budget: int | None) -> None:
    assert load(defaults={"budget": written}).policy.budget == budget


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"contarct": {}}, r"template\.yaml: contarct is not known", "Did you mean contract"),
    ({"name": ""}, "name must be text, not ''", ""),
    ({"name": ...}, "name is missing", ""),
    ({"contract": ...}, "contract is missing", ""),
    ({"payload": ...}, "payload is missing", ""),
    ({"output": ...}, "output is missing", ""),
    ({"output": {}}, r"output\.name is missing", "{{sku}}"),
    ({"output": {"nmae": "x"}}, r"output\.nmae is not known", "name"),
    ({"output": {"name": "video.mp4"}}, "gives every row the same name", "{{sku}}"),
    ({"contract": []}, "contract must be keys with values, not \\[\\]", ""),
    ({"contract": {"sku": {"kind": "txt"}}}, r"contract\.sku\.kind: 'txt' is no kind", "Did you mean text"),
    ({"contract": {"sku": {"maxlength": 5}}}, r"contract\.sku\.maxlength is not known", "Did you mean max_length"),
    ({"contract": {"sku": {"max_length": "5"}}}, r"sku\.max_length must be a whole number, 1 or more, not '5'", ""),
    ({"contract": {"sku": {"max_length": True}}}, "must be a whole number", ""),
    ({"contract": {"sku": {"required": "yes"}}}, "must be true or false, not 'yes'", ""),
    ({"contract": {"sku": {"minimum": 5}}}, r"sku\.minimum does not go with kind text", "max_length"),
    ({"contract": {"sku": {"kind": "money", "minimum": "5"}}}, "must be a number, not '5'", ""),
    ({"contract": {"sku": {"fallback": [1]}}}, "must be text or a number", ""),
    ({"contract": {"sku": {"min_length": 9, "max_length": 5}}}, "min_length is larger than max_length", ""),
    ({"contract": {"sku": {"kind": "enum"}}}, "needs choices", "choices:"),
    ({"contract": {"sku": {"kind": "enum", "choices": []}}}, "must be a list of texts", ""),
    ({"contract": {"sku": {"kind": "image", "min_aspect": 0}}}, "must be a number above 0", ""),
    ({"contract": {"sku": {"kind": "integer", "fallback": "x"}}}, "fallback: \"x\" is not a whole number", "whole"),
    ({"contract": {"index": {}}}, "'index' cannot be a name", "taken"),
    ({"contract": {"the title": {}}}, "'the title' cannot be a name", "letter"),
    ({"variables": {"a-b": 1}}, "'a-b' cannot be a name", ""),
    ({"variables": {"sku": 1}}, r"variables\.sku is a field of the contract too", ""),
    ({"verify": {"drift_percent": 101}}, "must be a percentage", ""),
    ({"verify": {"reference": "sku"}}, "'sku' is no picture field", ""),
    ({"defaults": {"attempts": 0}}, "1 or more", ""),
    ({"defaults": {"budget": -1}}, r"defaults\.budget: '-1' is no number of credits, 0 or more, such as 10", ""),
    ({"defaults": {"budget": 2.4001}}, "more than three decimals", ""),
    ({"defaults": {"budget": 1e13}}, "more than 1,000,000,000,000", ""),
    ({"defaults": {"budget": "ten"}}, "budget must be a number, not 'ten'", ""),
    ({"defaults": {"budget": True}}, "budget must be a number", ""),
    ({"payload": 5}, "must be the payload itself", ""),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "words", "hint"), WRONG)
def test_a_wrong_key_is_named_with_what_is_allowed(load: Load, keys: dict[str, Any], words: str, hint: str) -> None:
    with pytest.raises(TemplateError, match=words) as caught:
        load(**keys)
    assert hint in caught.value.hint

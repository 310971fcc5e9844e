"""Doubts: what was drawn as asked and hardly as meant goes to a person, unless the template says otherwise."""

from dataclasses import fields, replace

import pytest

from clipmill.domain.media import Doubt, MediaSpec, Shot
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.verify.doubts import DOUBTS, findings


def _spec(*doubts: Doubt) -> MediaSpec:
    return MediaSpec(seconds=1.0, frames=30, fps=30.0, width=64, height=64, doubts=doubts)


def test_a_cut_text_goes_to_review_by_default() -> None:
    found = list(findings(_spec(Doubt("cut_text", "visuals[0]: cut")), VerifyLimits()))
    assert [(finding.check, finding.ruling, finding.message) for finding in found] == [
        ("cut_text", Ruling.REVIEW, "visuals[0]: cut")
    ]


@pytest.mark.parametrize("ruling", Ruling)
def test_the_template_decides(ruling: Ruling) -> None:
    found = findings(_spec(Doubt("cut_text", "cut")), VerifyLimits(cut_text=ruling))
    assert [finding.ruling for finding in found] == ([] if ruling is Ruling.PASS else [ruling])


def test_every_doubt_has_its_rule() -> None:
    rules = {rule.name: rule.default for rule in fields(VerifyLimits)}
    assert {rules[name] for name in DOUBTS} == {Ruling.REVIEW}


def test_doubts_are_kept_with_the_spec() -> None:
    spec = replace(_spec(Doubt("cut_text", "cut", 12)), shots=(Shot("doubt1", 12, "cut"),))
    assert MediaSpec.from_dict(spec.as_dict()) == spec

"""What a batch that was begun by an earlier version keeps as JSON is read by this one: the text below is theirs.

`tests/older` has what a whole batch kept in each format: one that gets a new format needs a new sample.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.batch import Options, Reading
from clipmill.domain.event import Event
from clipmill.domain.media import MediaKind
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.stored import BODY, EVENT, FIELDS, OPTIONS, PROBLEMS, SPEC, TEMPLATE, TEXTS, VERDICT, Form
from clipmill.templates.versions import versioned

FORMS: dict[str, Form[Any]] = {
    "template": TEMPLATE, "options": OPTIONS, "fields": FIELDS, "payload": BODY, "problems": PROBLEMS,
    "fallbacks": TEXTS, "warnings": TEXTS, "spec": SPEC, "verdict": VERDICT, "event": EVENT,
}  # fmt: skip
OLD_TEMPLATE = (
    '{"body":{"a":"{{title}}"},"contract":[{"choices":["a"],"fallback":null,"kind":"text","max_aspect":null,'
    '"max_bytes":null,"max_length":null,"max_pixels":null,"maximum":null,"min_aspect":null,"min_height":null,'
    '"min_length":null,"min_width":null,"minimum":null,"name":"title","required":false,"unique":false}],'
    '"engine":"render","name":"t","output_name":"{{title}}","policy":{"attempts":3,"budget":null,"window":null},'
    '"variables":{},"verify":{"black_percent":40.0,"drift_percent":12.0,"duration_tolerance_seconds":0.05,'
    '"reference":""},"version":"v"}'
)
OLD_SPEC = (
    '{"seconds": 1.0, "frames": 10, "fps": 10, "width": 4, "height": 4, "kind": "video", "suffix": ".mp4", '
    '"container": "", "tick_seconds": 0.0, "pixel_format": "yuv420p", "has_audio": false, "video_codec": "", '
    '"audio_codec": "", "moving": [[0.5, 1.0]], "black_percent": 0.0, "remarks": ["it was cut"], "reference": ""}'
)
OLD_VERDICT = (
    '{"ruling": "review", "findings": [{"check": "black", "ruling": "review", "message": "it is black"}, '
    '{"check": "drawing", "ruling": "pass", "message": "it was cut"}], "facts": {"seconds": 0.0, "frames": 0, '
    '"fps": 0.0, "width": 0, "height": 0, "container": "", "pixel_format": "", "video_codec": "", "audio_codec": "", '
    '"audio_seconds": 0.0, "size_bytes": 0, "black_frames": 0, "longest_still_seconds": 0.0, "drift_percent": -1.0}}'
)


def kept(name: str, number: int) -> list[Any]:
    """What a batch kept under this name, in that format."""
    path = Path(__file__).parents[1] / "older" / f"format_{number}.json"
    found: list[Any] = json.loads(path.read_text(encoding="utf-8"))[name]
    return found


@pytest.mark.parametrize("name", FORMS)
def test_what_a_batch_kept_is_the_same_value_in_every_format(name: str) -> None:
    form = FORMS[name]
    newest = len(form.upgrades)
    read = [[form.value(json.dumps(data)) for data in kept(name, number)] for number in range(newest + 1)]
    assert all(values == read[0] for values in read)
    assert [json.loads(form.text(value)) for value in read[0]] == kept(name, newest), "changed without a new format"


def test_a_template_frozen_earlier_is_read() -> None:
    template = TEMPLATE.value(OLD_TEMPLATE)
    (rule,) = template.contract
    assert (rule.name, rule.choices, rule.column, rule.aliases) == ("title", ("a",), "", ())
    assert (template.verify, template.locale) == (VerifyLimits(black_percent=40.0), "")
    assert template.verify.cut_text is Ruling.REVIEW


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_budget_frozen_in_whole_credits_is_the_same_and_so_is_the_version(number: int) -> None:
    (older,) = kept("template", number)
    template = TEMPLATE.value(json.dumps(older))
    assert template.policy.budget == 50_000
    assert versioned(template).version == template.version == "83da987b35639d78"


def test_a_trail_from_before_thousandths_reads_right() -> None:
    events = [EVENT.value(json.dumps(data)) for data in kept("event", 0)]
    told = [Event(0.0, "bat_1", "any", data=data).told for data in events]
    assert [data["credits"] for data in told if "credits" in data] == [1]
    assert [data["budget"] for data in told if "budget" in data] == [50]
    assert EVENT.value('{"format":1,"value":{"kind":"credits","budget":null}}') == {"kind": "credits", "budget": None}


def test_what_a_file_must_be_as_it_was_kept_earlier_is_read() -> None:
    spec = SPEC.value(OLD_SPEC)
    assert (spec.kind, spec.moving, spec.remarks) == (MediaKind.VIDEO, ((0.5, 1.0),), ("it was cut",))
    assert (spec.doubts, spec.shots, spec.reused) == ((), (), False)
    assert spec.kept(10) == {0: ["first"], 5: ["middle"], 9: ["last"]}


def test_a_verdict_as_it_was_kept_earlier_is_read() -> None:
    verdict = VERDICT.value(OLD_VERDICT)
    assert (verdict.ruling, verdict.noticed, verdict.shots) == (Ruling.REVIEW, (), ())
    assert verdict.warnings == ("it is black",)


def test_options_as_they_were_kept_earlier_are_read() -> None:
    (older,) = kept("options", 0)
    assert OPTIONS.value(json.dumps(older)) == Options(
        columns=["sku", "Title", "seconds"], sample=4, folder="/home/ann/shop", fingerprint=older["fingerprint"],
        reading=Reading(mapping={"Title": "title"}, ignored=[], where="sku != a-5", allow_files=[]),
    )  # fmt: skip


def test_problems_as_they_were_kept_earlier_are_read_with_their_words() -> None:
    (problem,) = PROBLEMS.value(json.dumps(kept("problems", 0)[-1]))
    assert problem.fix == "Correct the row or the template, or `clipmill retry --rows` it."


def test_options_of_versions_that_knew_fewer_are_read() -> None:
    older = {"encoding": "cp1252", "delimiter": "", "mapping": {}, "ignored": []}
    options = OPTIONS.value(json.dumps({"columns": ["a"], "reading": older, "sample": None}))
    assert (options.reading.encoding, options.reading.where, options.reading.media_folder) == ("cp1252", "", "")
    assert (options.sample, options.folder, OPTIONS.value("{}").columns) == (None, "", [])

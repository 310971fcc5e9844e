"""What a batch that was begun by an earlier version keeps as JSON is read by this one: the text below is theirs.

`tests/older` has what whole batches of earlier versions kept, by format.
"""

from __future__ import annotations

import json
from pathlib import Path

from clipmill.domain.batch import OPTIONS, Options, Reading
from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.template import VerifyLimits, template_from_json
from clipmill.domain.verdict import Ruling, Verdict

FORMAT_0 = json.loads((Path(__file__).parents[2] / "older" / "format_0.json").read_text(encoding="utf-8"))
TEMPLATE = (
    '{"body":{"a":"{{title}}"},"contract":[{"choices":["a"],"fallback":null,"kind":"text","max_aspect":null,'
    '"max_bytes":null,"max_length":null,"max_pixels":null,"maximum":null,"min_aspect":null,"min_height":null,'
    '"min_length":null,"min_width":null,"minimum":null,"name":"title","required":false,"unique":false}],'
    '"engine":"render","name":"t","output_name":"{{title}}","policy":{"attempts":3,"budget":null,"window":null},'
    '"variables":{},"verify":{"black_percent":40.0,"drift_percent":12.0,"duration_tolerance_seconds":0.05,'
    '"reference":""},"version":"v"}'
)
SPEC = (
    '{"seconds": 1.0, "frames": 10, "fps": 10, "width": 4, "height": 4, "kind": "video", "suffix": ".mp4", '
    '"container": "", "tick_seconds": 0.0, "pixel_format": "yuv420p", "has_audio": false, "video_codec": "", '
    '"audio_codec": "", "moving": [[0.5, 1.0]], "black_percent": 0.0, "remarks": ["it was cut"], "reference": ""}'
)
VERDICT = (
    '{"ruling": "review", "findings": [{"check": "black", "ruling": "review", "message": "it is black"}, '
    '{"check": "drawing", "ruling": "pass", "message": "it was cut"}], "facts": {"seconds": 0.0, "frames": 0, '
    '"fps": 0.0, "width": 0, "height": 0, "container": "", "pixel_format": "", "video_codec": "", "audio_codec": "", '
    '"audio_seconds": 0.0, "size_bytes": 0, "black_frames": 0, "longest_still_seconds": 0.0, "drift_percent": -1.0}}'
)


def test_a_template_frozen_earlier_is_read() -> None:
    template = template_from_json(TEMPLATE)
    (rule,) = template.contract
    assert (rule.name, rule.choices, rule.column, rule.aliases) == ("title", ("a",), "", ())
    assert (template.verify, template.locale) == (VerifyLimits(black_percent=40.0), "")
    assert template.verify.cut_text is Ruling.REVIEW


def test_what_a_file_must_be_as_it_was_kept_earlier_is_read() -> None:
    spec = MediaSpec.from_dict(json.loads(SPEC))
    assert (spec.kind, spec.moving, spec.remarks) == (MediaKind.VIDEO, ((0.5, 1.0),), ("it was cut",))
    assert (spec.doubts, spec.shots, spec.reused) == ((), (), False)
    assert spec.kept(10) == {0: ["first"], 5: ["middle"], 9: ["last"]}


def test_a_verdict_as_it_was_kept_earlier_is_read() -> None:
    verdict = Verdict.from_dict(json.loads(VERDICT))
    assert (verdict.ruling, verdict.noticed, verdict.shots) == (Ruling.REVIEW, (), ())
    assert verdict.warnings == ("it is black",)


def test_options_as_they_were_kept_earlier_are_read() -> None:
    (kept,) = FORMAT_0["options"]
    options = OPTIONS.value(json.dumps(kept))
    assert options == Options(
        columns=["sku", "Title", "seconds"], sample=4, folder="/home/ann/shop", fingerprint=kept["fingerprint"],
        reading=Reading(mapping={"Title": "title"}, ignored=[], where="sku != a-5", allow_files=[]),
    )  # fmt: skip
    assert OPTIONS.value(OPTIONS.text(options)) == options


def test_options_of_versions_that_knew_fewer_are_read() -> None:
    older = {"encoding": "cp1252", "delimiter": "", "mapping": {}, "ignored": []}
    options = OPTIONS.value(json.dumps({"columns": ["a"], "reading": older, "sample": None}))
    assert (options.reading.encoding, options.reading.where, options.reading.media_folder) == ("cp1252", "", "")
    assert (options.sample, options.folder, OPTIONS.value("{}").columns) == (None, "", [])

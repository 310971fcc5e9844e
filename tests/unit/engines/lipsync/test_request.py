from fractions import Fraction
from typing import Any

import pytest

from clipmill.engines.lipsync.request import read_request
from clipmill.errors import ProjectError

BODY = {
    "model": "m",
    "visual": {"type": "video", "src": "asset:v.mp4"},
    "audio": [{"src": "asset:a.wav", "refId": "a"}],
}


def _segment(start: float, end: float, ref_id: str = "a", **part: Any) -> dict[str, Any]:
    return {"startTime": start, "endTime": end, "audioInput": {"refId": ref_id, **part}}


def test_what_is_left_out_has_its_default() -> None:
    request = read_request({**BODY, "fps": None, "visual": {"type": "VIDEO", "src": "asset:v.mp4"}})
    assert (request.sync_mode, request.segments, request.fps, request.width) == ("cut_off", (), None, None)
    assert request.visual.type == "video"


def test_numbers_may_be_written_as_cells_have_them() -> None:
    request = read_request({**BODY, "fps": "30000/1001", "width": "640", "segments": [_segment("0.5", "2")]})  # type: ignore[arg-type]
    assert (request.fps, request.width, request.segments[0].start_time) == (Fraction(30000, 1001), 640, 0.5)
    assert read_request({**BODY, "fps": 29.97}).fps == Fraction(2997, 100)


@pytest.mark.parametrize(
    ("fields", "path", "says"),
    [
        ({"visual": {"type": "video"}}, "visual.src", "is missing"),
        ({"visual": {"type": "text", "src": "asset:x"}}, "visual.type", "'text' is not possible"),
        ({"visual": {"type": "video", "src": "https://a.b/c.mp4"}}, "visual.src", "is no stored file"),
        ({"audio": []}, "audio", ""),
        ({"audio": [{"src": "b.wav"}]}, "audio[0].src", "is no stored file"),
        ({"sync_mode": "stretch"}, "sync_mode", "'stretch' is not possible"),
        ({"fps": 0}, "fps", "at least 1"),
        ({"fps": 61}, "fps", "at most 60"),
        ({"width": 0}, "width", "at least 1"),
        ({"outputFileName": "a/b"}, "outputFileName", "it must match"),
        ({"segments": [_segment(2, 1)]}, "segments[0]", "endTime 1 is not after startTime 2"),
        ({"segments": [_segment(0, 1, startTime=3, endTime=3)]}, "segments[0].audioInput", "endTime 3 is not after"),
        ({"segments": [_segment(0, 1, "b")]}, "segments[0].audioInput.refId", "no audio is called 'b'; there are a"),
        ({"segments": [_segment(2, 3), _segment(1, 2.5)]}, "segments[0].startTime", "before the end of segments[1]"),
        ({"audio": [*BODY["audio"], *BODY["audio"]]}, "audio[1].refId", "is the refId of audio[0] already"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(fields: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(ProjectError) as caught:
        read_request({**BODY, **fields})
    assert caught.value.path == path
    assert says in str(caught.value)


def test_a_name_nobody_has_is_told_where_there_is_none() -> None:
    body = {**BODY, "audio": [{"src": "asset:a.wav"}], "segments": [_segment(0, 1)]}
    with pytest.raises(ProjectError, match="no audio has a refId"):
        read_request(body)


def test_voices_without_names_may_be_many_and_segments_may_touch() -> None:
    body = {**BODY, "audio": [{"src": "asset:a.wav", "refId": "a"}, {"src": "asset:b.wav"}, {"src": "asset:b.wav"}],
            "segments": [_segment(1, 2), _segment(0, 1)]}  # fmt: skip
    assert len(read_request(body).audio) == 3

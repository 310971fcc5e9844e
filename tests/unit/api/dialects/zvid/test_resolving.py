"""From a request to a project, without a look at its media: what comes out, and what is refused with which field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clipmill.api.dialects.zvid import resolving
from clipmill.api.dialects.zvid.resolving import InvalidError, Resolved, Resolver, wrong_address
from clipmill.settings import load_settings

TITLE = {"type": "TEXT", "text": "{{title}}"}


def resolve(
    payload: dict[str, Any], kind: str = "", variables: dict[str, Any] | None = None, **overrides: Any
) -> Resolved:
    """A payload, resolved."""
    return Resolver(load_settings(home=Path("/nowhere")), kind).resolve(payload, variables or {}, overrides)


@pytest.mark.parametrize(("payload", "variables", "overrides", "field", "wanted"), [
    ({"variables": {"title": "a"}, "visuals": [TITLE]}, {}, {}, ("visuals", 0, "text"), "a"),
    ({"variables": {"title": "a"}, "visuals": [TITLE]}, {"title": "b"}, {}, ("visuals", 0, "text"), "b"),
    ({"visuals": [{**TITLE, "x": "{{n}}", "text": "t"}]}, {"n": 7}, {}, ("visuals", 0, "x"), 7),
    ({"visuals": [], "resolution": "hd"}, {}, {"width": 640, "height": 360}, ("resolution",), "custom"),
    ({"visuals": [], "resolution": "hd"}, {}, {"resolution": "squared"}, ("resolution",), "squared"),
    ({"visuals": [{**TITLE, "iterate": "names", "text": "{{item}}"}]}, {"names": ["x", "y"]}, {},
     ("visuals", 1, "text"), "y"),
    ({"visuals": [{**TITLE, "condition": "{{no}}", "text": "t"}]}, {"no": False}, {}, ("visuals",), []),
])  # fmt: skip
def test_resolved(payload: Any, variables: Any, overrides: Any, field: tuple[Any, ...], wanted: Any) -> None:
    found: Any = resolve(payload, "", variables, **overrides).body
    for step in field:
        found = found[step]
    assert found == wanted


@pytest.mark.parametrize(("payload", "kind", "field", "word"), [
    ({"visuals": [TITLE]}, "", "visuals[0].text", "{{title}}"),
    ({"visuals": [], "frameRate": 200}, "", "frameRate", "at most 60"),
    ({"visuals": [{"type": "NOISE"}]}, "", "visuals[0]", "NOISE"),
    ({"visuals": [{"type": "IMAGE"}]}, "", "visuals[0].src", "missing"),
    ({"visuals": [{"type": "IMAGE", "src": "/etc/passwd"}]}, "", "visuals[0].src", "no http"),
    ({"scenes": [{"visuals": [{"type": "IMAGE", "src": "a.png"}]}]}, "", "scenes[0].visuals[0].src", "no http"),
    ({"audios": [{"src": "file:///a.mp3"}]}, "", "audios[0].src", "no http"),
    ({"visuals": [], "duration": 601}, "", "duration", "over the limit of 600"),
    ({"scenes": [{"duration": 400}, {"duration": 300}]}, "", "scenes", "over the limit"),
    ({"type": "image", "visuals": []}, "video", "type", "'image' projects"),
    ({"type": "video", "visuals": []}, "image", "type", "'video' projects"),
    ({"duration": 3, "visuals": []}, "image", "", "an image has no duration"),
    ({"nothing": 1}, "", "", "nothing to show"),
])  # fmt: skip
def test_refused(payload: dict[str, Any], kind: str, field: str, word: str) -> None:
    with pytest.raises(InvalidError) as error:
        resolve(payload, kind)
    assert error.value.details[0][0] == field
    assert word in error.value.details[0][1]


def test_every_wrong_field_is_told() -> None:
    with pytest.raises(InvalidError) as error:
        resolve({"visuals": [{"type": "IMAGE"}], "frameRate": 200, "width": 0})
    assert {field for field, _ in error.value.details} == {"visuals[0].src", "frameRate", "width"}


def test_unknown_fields_are_left_out_and_told_and_the_request_stays_as_it_was() -> None:
    payload = {"visuals": [{"type": "TEXT", "text": "t", "colour": "red"}], "speed": 2}
    found = resolve(payload)
    assert found.body == {"visuals": [{"type": "TEXT", "text": "t"}]}
    assert [sentence.partition(":")[0] for sentence in found.warnings] == ["speed", "visuals[0].colour"]
    assert payload["speed"] == 2


@pytest.mark.parametrize(("payload", "credits", "seconds", "sure"), [
    ({"visuals": [], "duration": 9}, 9_000, 9.0, True), ({"visuals": [], "duration": 2.1}, 3_000, 2.1, True),
    ({"visuals": []}, 10_000, 10.0, True),
    ({"visuals": [], "duration": 2, "width": 2000, "height": 1400}, 8_000, 2.0, True),
    ({"type": "image", "visuals": []}, 1_000, 0.0, True),
    ({"scenes": [{"duration": 2, "transition": "fade"}, {"duration": 2}]}, 4_000, 3.5, True),
    ({"scenes": [{"visuals": [{"type": "VIDEO", "src": "https://a.example/b.mp4"}]}]}, 5_000, 5.0, False),
])  # fmt: skip
def test_price_is(payload: dict[str, Any], credits: int, seconds: float, sure: bool) -> None:
    price = resolve(payload).price
    assert (price.credits, round(price.seconds, 3), price.is_sure) == (credits, seconds, sure)


@pytest.mark.parametrize(("source", "wrong"), [
    ("https://a.example/b.png", ""), ("http://a.example:80/b", ""), ("HTTPS://a.example/b", ""), ("", ""),
    ("ftp://a.example/b", "no http"), ("//a.example/b", "no http"), ("b.png", "no http"), ("https://", "no http"),
    ("data:image/png;base64,AA", "no http"), ("https://u:p@a.example/b", "user name"),
    ("https://a.example:8080/b", "port 8080"), ("https://a.example:x/b", "no address"), ("http://[::1", "no address"),
    ("http://127.0.0.1/b", "private"), ("http://[::1]/b", "private"), ("http://10.1.2.3/b", "private"),
    ("http://localhost/b", "private"), ("http://169.254.169.254/b", "private"), ("http://localhost./b", "private"),
    ("http://127.0.0.1:9000/b", ""), ("https://a.example/" + "b" * 2048, "longer"),
])  # fmt: skip
def test_address_is(source: str, wrong: str) -> None:
    found = wrong_address(source, ["127.0.0.1:9000"])
    assert (wrong in found) if wrong else not found


def test_what_one_request_is_resolved_to_is_bounded() -> None:
    large = {"visuals": [], "variables": {"filler": "x" * 1_900_000}}
    resolver, made = Resolver(load_settings(home=Path("/nowhere"))), 0
    with pytest.raises(InvalidError, match="too much together"):
        for _ in range(500):
            resolver.resolve(large, {}, {})
            made += 1
    assert 1 < made <= resolving.REQUEST_CHARACTERS // 1_900_000 + 1


def test_project_that_grows_beyond_two_megabytes_is_refused() -> None:
    grown = {"visuals": [{"type": "TEXT", "text": "{{a}}", "iterate": "n"}], "variables": {"a": "y" * 20_000}}
    with pytest.raises(InvalidError):
        resolve(grown, "", {"n": list(range(199))})


def test_nesting_is_bounded() -> None:
    deep: Any = "x"
    for _ in range(60):
        deep = [deep]
    with pytest.raises(InvalidError):
        resolve({"visuals": [{"type": "TEXT", "text": "t", "style": deep}]})

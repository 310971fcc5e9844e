from typing import Any

from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.styled import pictures_in_texts, unstyled

ASSET = f"asset:{'a' * 64}.png"


def _told(**fields: Any) -> list[str]:
    return list(unstyled(load_project({"duration": 1, "visuals": [{"type": "TEXT", **fields}]})))


def test_what_is_not_drawn_is_told_with_its_place_and_what_was_meant() -> None:
    assert _told(text="a", style={"colr": "red", "fontsize": 20, "font-sze": 3}) == [
        "visuals[0].style: colr is not drawn; did you mean color?",
        "visuals[0].style: fontsize is not drawn; did you mean fontSize?",
        "visuals[0].style: font-sze is not drawn; did you mean font-size?",
    ]


def test_html_and_its_rules_are_told_apart() -> None:
    told = _told(html="<table><tr><td>a</td></tr></table>", customCode={"css": ".cta:hover{color:red}"})
    assert told == [
        "visuals[0].html: <table> is not drawn as a table; its text is",
        "visuals[0].customCode.css: the selector .cta:hover is not followed",
    ]


def test_pictures_inside_html_are_found() -> None:
    visuals = [{"type": "TEXT", "html": f"<img src='{ASSET}'>"}, {"type": "TEXT", "text": ASSET}]
    assert list(pictures_in_texts(load_project({"duration": 1, "visuals": visuals}))) == [ASSET]

from typing import Any

from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.remarks import styles
from tests.rendering import brief_of


def _told(**fields: Any) -> list[str]:
    return list(styles.remarks(brief_of(load_project({"duration": 1, "visuals": [{"type": "TEXT", **fields}]}))))


def test_what_is_not_drawn_is_told_with_its_place_and_what_was_meant() -> None:
    assert _told(text="a", style={"colr": "red", "fontsize": 20, "font-sze": 3}) == [
        "visuals[0].style: colr is not drawn; did you mean color?",
        "visuals[0].style: fontsize is not drawn; did you mean fontSize?",
        "visuals[0].style: font-sze is not drawn; did you mean font-size?",
    ]


def test_html_and_its_rules_are_told_apart() -> None:
    told = _told(html="<marquee>a</marquee>", customCode={"css": ".cta:has(b){color:red} .cta{color:var(--no)}"})
    assert told == [
        "visuals[0].html: <marquee> is not drawn; its content is",
        "visuals[0].customCode.css: the selector .cta:has(b) is not followed",
        "visuals[0].customCode.css: color: var(--no) is not drawn",
    ]


def test_what_depends_on_its_place_is_told_where_it_means_nothing() -> None:
    style = {"color": "var(--ink)", "width": "20vw", "mixBlendMode": "multiply"}
    assert [each.split(" is not")[0] for each in _told(text="a", style=style)] == [
        "visuals[0].style: mix-blend-mode",
        "visuals[0].style: color: var(--ink)",
    ]
    assert not _told(html="<b>a</b>", style={"color": "var(--ink)"}, customCode={"css": ":root{--ink:red}"})

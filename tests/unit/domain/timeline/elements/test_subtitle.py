import pytest
from pydantic import ValidationError

from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.elements.subtitle import Subtitle, SubtitleAnimation
from clipmill.domain.timeline.presets import Position

CAPTIONS = [{"start": 0, "end": 1, "text": "Hello"}]


def test_captions_are_all_it_takes() -> None:
    subtitle = Subtitle.model_validate({"captions": CAPTIONS})
    assert (subtitle.animation, subtitle.position) == (SubtitleAnimation.NORMAL, Position.BOTTOM_CENTER)
    assert (subtitle.font.size, subtitle.font.color) == (50, Colour(255, 255, 255))


@pytest.mark.parametrize("wrong", [{}, {"src": "asset:x", "captions": CAPTIONS}, {"captions": [{"start": 0, "end": 1}]},
                                   {"captions": [{"start": 0, "end": 1, "words": [{"start": 2, "end": 1}]}]},
                                   {"captions": CAPTIONS, "animation": "dance"}])  # fmt: skip
def test_what_says_nothing_or_too_much_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Subtitle.model_validate(wrong)


def test_old_styles_become_today_s_fields() -> None:
    styles = {"color": "#ff0000", "isBold": True, "fontSize": 30, "background": "#000000", "backgroundPadding": 8,
              "outline": {"width": 2, "color": "#00ff00"}, "mode": "karaoke", "position": "top-left", "marginV": 12,
              "activeWord": {"color": "#0000ff"}, "isItalic": None}  # fmt: skip
    subtitle = Subtitle.model_validate({"captions": CAPTIONS, "styles": styles})
    assert (subtitle.font.color, subtitle.font.bold, subtitle.font.size) == (Colour(255, 0, 0), True, 30)
    assert subtitle.background is not None
    assert (subtitle.background.padding, subtitle.stroke and subtitle.stroke.width) == (8, 2)
    assert subtitle.margin is not None
    assert (subtitle.margin.y, subtitle.position, subtitle.animation) == (12, Position.TOP_LEFT, "karaoke")
    assert subtitle.active_word.color == Colour(0, 0, 255)
    assert subtitle.unknown == ()


def test_short_positions_are_in_the_middle() -> None:
    assert Subtitle.model_validate({"captions": CAPTIONS, "position": "top"}).position is Position.TOP_CENTER


def test_today_s_fields_win_over_old_styles() -> None:
    styles = {
        "color": "#ff0000",
        "fontSize": 30,
        "mode": "karaoke",
        "outline": {"width": 9},
        "marginH": 5,
        "marginV": 6,
    }
    subtitle = Subtitle.model_validate(
        {"captions": CAPTIONS, "styles": styles, "font": {"size": 20}, "animation": "pop", "margin": {"y": 7},
         "stroke": {"width": 1}}
    )  # fmt: skip
    assert (subtitle.font.size, subtitle.font.color, subtitle.animation) == (20, Colour(255, 0, 0), "pop")
    assert subtitle.stroke is not None
    assert subtitle.margin is not None
    assert (subtitle.stroke.width, subtitle.margin.x, subtitle.margin.y) == (1, 5, 7)
    assert subtitle.margin.model_fields_set == {"x", "y"}

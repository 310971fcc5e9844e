from collections.abc import Mapping
from typing import Any

import pytest

from clipmill.cli.wording import in_words
from clipmill.domain.timeline.loading import load_project, unknown_fields
from clipmill.errors import ProjectError
from clipmill.settings import Limits

TEXT = {"type": "TEXT", "text": "x"}


def _refusal(body: Mapping[str, Any]) -> ProjectError:
    with pytest.raises(ProjectError) as caught:
        load_project(body)
    return caught.value


@pytest.mark.parametrize(
    ("body", "path", "says"),
    [
        ({"visuals": [TEXT, TEXT | {"angle": 400}]}, "visuals[1].angle", "at most 360"),
        ({"visuals": [TEXT | {"enterAnimation": "swirl"}]}, "visuals[0].enterAnimation", "the nearest are "),
        ({"visuals": [TEXT | {"enterAnimation": "swirl"}]}, "visuals[0].enterAnimation", "schema` lists all 58"),
        ({"visuals": [TEXT | {"enterAnimation": "fadd"}]}, "visuals[0].enterAnimation", "did you mean fade? The near"),
        ({"visuals": [TEXT | {"enterAnimation": {"effect": "wipe"}}]}, "visuals[0].enterAnimation.effect", "wipeup"),
        ({"visuals": [TEXT | {"resize": "covr"}]}, "visuals[0].resize", "did you mean cover? Use 'contain' or 'cover'"),
        ({"visuals": [TEXT | {"position": "above"}]}, "visuals[0].position", "'top-left', 'top-center'"),
        ({"visuals": [{"type": "IMAGE", "src": "a", "zoom": "yes"}]}, "visuals[0].zoom", 'write true, {"depth": 1.2}'),
        ({"resolution": "full-hdd"}, "resolution", "did you mean full-hd? There are custom, sd"),
        ({"scenes": [{"id": "a"}, {}, {"id": "a"}]}, "scenes[2].id", "'a' is the id of scenes[0] already"),
        ({"visuals": [{"type": "LOTTIE", "src": "x"}]}, "visuals[0]", "there are SVG, IMAGE, GIF, VIDEO, TEXT"),
        ({"visuals": ["x"]}, "visuals[0]", "without a type"),
        ({"visuals": [{"type": "IMAGE"}]}, "visuals[0].src", "is missing"),
        ({"visuals": [{"type": "IMAGE", "src": "a", "zoom": {"depth": 99}}]}, "visuals[0].zoom.to", "at most 10"),
        ({"visuals": [{"type": "IMAGE", "src": "a", "cropParams": {"x": 1}}]}, "visuals[0].cropParams.y", "is missing"),
        ({"visuals": [{"type": "IMAGE", "src": "a", "filter": {"hue-rotate": "x"}}]}, "visuals[0].filter.hue-rotate",
         "is no angle"),
        ({"visuals": [TEXT | {"style": {"color": "tealish"}}]}, "visuals[0].style.color", "'tealish' is not a colour"),
        ({"scenes": [{"visuals": [{"type": "IMAGE"}]}]}, "scenes[0].visuals[0].src", "is missing"),
        ({"scenes": [{"duration": 0}]}, "scenes[0].duration", "at least 0.1"),
        ({"subtitle": {"src": "x", "captions": [{"start": 0, "end": 1, "text": "x"}]}}, "subtitle", "exactly one"),
        ({"subtitle": {"captions": [{"start": 2, "end": 1, "text": "x"}]}}, "subtitle.captions[0]", "before start"),
        ({"frameRate": 120}, "frameRate", "at most 60"),
        ({"duration": "soon"}, "duration", "'soon' cannot be used"),
        ({"duration": float("nan")}, "duration", "finite"),
        ({"visuals": [TEXT | {"enterBegin": 1e308}]}, "visuals[0].enterBegin", "at most 1000000"),
        ({"scenes": [{"duration": 1e308}]}, "scenes[0].duration", "at most 1000000"),
        ({"audios": [{"src": "a", "audioDuration": 1.7e308, "speed": 0.1}]}, "audios[0].audioDuration", "at most"),
        ({"scenes": [{"backgroundColor": "#ff000080"}]}, "scenes[0].backgroundColor", "cannot be transparent"),
        ({"backgroundColor": "transparent"}, "backgroundColor", "cannot be transparent"),
        ({"visuals": [{"type": 7}]}, "visuals[0]", "there are SVG"),
        ({"visuals": "x"}, "visuals", "is no list"),
        ({"type": "audio"}, "type", "use 'video' or 'image'"),
        ({"name": "a/b"}, "name", "'a/b' is outside what is allowed"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_field_and_what_is_allowed(body: Mapping[str, Any], path: str, says: str) -> None:
    error = _refusal(body)
    assert error.path == path
    assert str(error).startswith(f"{path}: ")
    assert says in in_words(str(error))


def test_the_hint_names_further_errors_and_counts_the_rest() -> None:
    body = {"frameRate": 99, "width": 0, "height": 0, "duration": -1, "loudness": 3}
    hint = _refusal(body).hint
    assert hint.startswith("Also wrong: height: 0 is outside")
    assert hint.endswith("; and 1 more.")


def test_unknown_fields_are_set_aside_and_named() -> None:
    project = load_project(
        {
            "visuals": [TEXT | {"colour": 1, "condition": "x"}],
            "frameRatee": 3,
            "scenes": [{"visuals": [TEXT | {"oops": None}]}],
        }
    )
    assert list(unknown_fields(project)) == [
        "frameRatee: is no field of a project and was left out; did you mean frameRate?",
        "visuals[0].colour: is no field of a TEXT element and was left out",
        "visuals[0].condition: belongs to a template; it was resolved before, or is not looked at here",
    ]


def test_old_styles_of_a_subtitle_are_told_as_they_were_written() -> None:
    captions = [{"start": 0, "end": 1, "text": "Hello"}]
    styles = {"fontColor": "#fff", "bold": True, "marginBottom": 8, "outline": {"size": 2}, "activeWord": {"colour": 1}}
    project = load_project({"subtitle": {"captions": captions, "styles": styles | {"fontSize": 30}}})
    left_out = "and was left out; did you mean"
    assert list(unknown_fields(project)) == [
        f"subtitle.styles.fontColor: is no field of a subtitle's styles {left_out} color?",
        f"subtitle.styles.bold: is no field of a subtitle's styles {left_out} isBold?",
        f"subtitle.styles.marginBottom: is no field of a subtitle's styles {left_out} marginV?",
        "subtitle.styles.outline.size: is no field of a stroke and was left out",
        f"subtitle.styles.activeWord.colour: is no field of an activeWord {left_out} color?",
    ]
    for wrong, path in (({"fontSize": "big"}, "fontSize"), ({"outline": {"width": -1}}, "outline.width"),
                        ({"mode": "dance"}, "mode"), ({"marginV": 1e9}, "marginV")):  # fmt: skip
        error = _refusal({"subtitle": {"captions": captions, "styles": wrong}})
        assert (error.path, error.hint) == (f"subtitle.styles.{path}", "")


def test_null_means_the_default() -> None:
    project = load_project({"duration": None, "subtitle": None, "visuals": [TEXT | {"x": None, "style": None}]})
    assert (project.duration, project.visuals[0].x) == (None, 0)


@pytest.mark.parametrize(
    ("body", "path"),
    [({"duration": 11}, "duration"), ({"width": 1000}, "width"), ({"visuals": [TEXT, TEXT]}, "visuals"),
     ({"visuals": [TEXT | {"width": 9999}]}, "visuals[0].width"),
     ({"visuals": [TEXT], "scenes": [{"visuals": [TEXT]}]}, "visuals")],
)  # fmt: skip
def test_limits_of_the_settings_are_kept(body: dict[str, Any], path: str) -> None:
    limits = Limits(video_seconds=10, video_side=800, visuals=1, input_side=4000)
    with pytest.raises(ProjectError) as caught:
        load_project({"width": 320, "height": 180} | body, limits)
    assert caught.value.path == path


def test_numeric_strings_of_a_table_are_numbers() -> None:
    project = load_project({"duration": "8", "visuals": [TEXT | {"x": "12.5"}]})
    assert (project.duration, project.visuals[0].x) == (8, 12.5)

from typing import Any

import pytest

from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.kinds import check_kinds, pictures_in_texts
from clipmill.errors import ProjectError

ASSET = f"asset:{'a' * 64}.png"


@pytest.mark.parametrize(
    ("body", "path", "says"),
    [({"visuals": [{"type": "IMAGE", "src": "asset:a.mp4"}]}, "visuals[0].src", "a video, and a picture is needed"),
     ({"visuals": [{"type": "VIDEO", "src": "asset:a.png"}]}, "visuals[0].src", "a picture, and a video is needed"),
     ({"visuals": [{"type": "VIDEO", "src": "asset:a.gif"}]}, "visuals[0].src", "is a GIF, and a video is needed"),
     ({"scenes": [{"visuals": [{"type": "GIF", "src": "asset:a.mp3"}]}]}, "scenes[0].visuals[0].src", "a sound"),
     ({"audios": [{"src": "asset:a.jpg"}]}, "audios[0].src", "a sound or a video is needed"),
     ({"subtitle": {"src": "asset:a.png"}}, "subtitle.src", "a subtitle file is needed"),
     ({"thumbnail": "asset:a.srt"}, "thumbnail", "a subtitle file, and a picture")],
)  # fmt: skip
def test_a_file_in_the_wrong_place_is_named_before_anything_is_drawn(
    body: dict[str, Any], path: str, says: str
) -> None:
    with pytest.raises(ProjectError, match=says) as caught:
        check_kinds(load_project(body))
    assert caught.value.path == path
    assert caught.value.hint.startswith("Use ")


def test_a_gif_in_the_place_of_a_video_is_better_in_a_gif_element() -> None:
    with pytest.raises(ProjectError) as caught:
        check_kinds(load_project({"visuals": [{"type": "VIDEO", "src": "asset:a.gif"}]}))
    assert caught.value.hint == "Use a GIF element for a GIF."


def test_files_in_their_places_are_fine() -> None:
    check_kinds(load_project({
        "visuals": [{"type": "IMAGE", "src": "asset:a.svg"}, {"type": "GIF", "src": "asset:a.webp"},
                    {"type": "VIDEO", "src": "asset:a.webm"}, {"type": "VIDEO", "src": "asset:unknown"}],
        "audios": [{"src": "asset:a.mp4"}, {"src": "asset:a.ogg"}], "subtitle": {"src": "asset:a.vtt"},
        "thumbnail": "asset:a.png",
    }))  # fmt: skip


def test_pictures_inside_html_are_found() -> None:
    visuals = [{"type": "TEXT", "html": f"<img src='{ASSET}'>"}, {"type": "TEXT", "text": ASSET}]
    assert list(pictures_in_texts(load_project({"duration": 1, "visuals": visuals}))) == [ASSET]

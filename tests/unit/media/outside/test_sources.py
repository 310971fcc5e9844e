from pathlib import Path

import cv2
import numpy as np
import pytest

from clipmill.errors import ProjectError
from clipmill.media.outside.sources import Sources
from clipmill.media.outside.stored import MediaStore
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles


@pytest.fixture
def media(tmp_path: Path) -> MediaStore:
    files = DiskFiles(tmp_path / "home" / "files", tmp_path / "home" / "scratch")
    return MediaStore(files, Settings(home=tmp_path / "home"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "pictures").mkdir(parents=True)
    cv2.imwrite(str(folder / "pictures" / "a.png"), np.zeros((4, 6, 3), np.uint8))
    (folder / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    return folder


def test_paths_count_from_the_folder_and_become_references(media: MediaStore, folder: Path) -> None:
    body = {
        "name": "pictures/a.png",
        "thumbnail": "pictures/a.png",
        "visuals": [
            {"type": "IMAGE", "src": "pictures/a.png"},
            {"type": "TEXT", "html": "<img src='pictures/a.png'> x"},
        ],
        "subtitle": {"src": "words.srt"},
    }
    stored = Sources(media, folder).stored(body)
    reference = stored["visuals"][0]["src"]
    assert reference.startswith("asset:")
    assert reference.endswith(".png")
    assert stored["thumbnail"] == reference
    assert stored["visuals"][1]["html"] == f"<img src='{reference}'> x"
    assert stored["subtitle"]["src"].endswith(".srt")
    assert stored["name"] == "pictures/a.png"
    assert Sources(media, None).stored(stored) == stored


@pytest.mark.parametrize(
    ("source", "says"),
    [("nope.png", "does not exist"), ("words.txt", "neither"), ("http://127.0.0.1/x.png", "private")],
)
def test_a_source_that_cannot_be_used_is_named_with_its_field(
    media: MediaStore, folder: Path, source: str, says: str
) -> None:
    (folder / "words.txt").write_text("hello")
    with pytest.raises(ProjectError, match=says) as caught:
        Sources(media, folder).stored({"scenes": [{"visuals": [{"src": source}]}]})
    assert caught.value.path == "scenes[0].visuals[0].src"


def test_without_a_folder_only_addresses_are_taken(media: MediaStore) -> None:
    with pytest.raises(ProjectError, match="no address"):
        Sources(media, None).stored({"visuals": [{"src": "../../etc/passwd"}]})


def test_what_is_unfinished_is_left_but_for_plain_addresses(media: MediaStore) -> None:
    body = {"visuals": [{"src": "{{image}}"}, {"src": "https://example.com/{{sku}}.png"}, {"src": "pictures/a.png"}]}
    assert Sources(media, unfinished=True).stored(body) == body
    with pytest.raises(ProjectError, match="private"):
        Sources(media, unfinished=True).stored({"src": "http://127.0.0.1/x.png"})

import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from clipmill.errors import ProjectError
from clipmill.media.outside.sources import Sources, in_markup
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
    [
        ("nope.png", r"nope\.png does not exist in .*project$"),
        ("/nope.png", r": /nope\.png leads to /nope\.png, outside of the folders"),
        ("x" * 99, "x…"),
        ("file:///a.png", "'file:///a.png': file: is not accepted here"),
        ("FTP://host/a.png", "FTP: is not accepted"),
        ("data:image/png;base64," + "A" * 9000, "A…': data: is not acc"),
        ("words.txt", "neither"),
        ("http://127.0.0.1/x.png", "private"),
    ],
)
def test_a_source_that_cannot_be_used_is_named_with_its_field(
    media: MediaStore, folder: Path, source: str, says: str
) -> None:
    (folder / "words.txt").write_text("hello")
    with pytest.raises(ProjectError, match=says) as caught:
        Sources(media, folder).stored({"scenes": [{"visuals": [{"src": source}]}]})
    assert caught.value.path == "scenes[0].visuals[0].src"
    assert len(str(caught.value)) < 300


def test_a_colon_in_the_name_of_a_file_makes_no_address_of_it(media: MediaStore, folder: Path) -> None:
    (folder / "12:30.png").write_bytes((folder / "pictures" / "a.png").read_bytes())
    assert Sources(media, folder).stored({"src": "12:30.png"})["src"].startswith("asset:")


def test_what_an_editor_keeps_for_itself_names_no_source(media: MediaStore, folder: Path) -> None:
    body = {"visuals": [{"type": "TEXT", "designer": {"src": "gone.png", "html": "<img src='gone.png'>"}}]}
    assert Sources(media, folder).stored(body) == body


@pytest.mark.parametrize(
    "html",
    ["<img data-src='gone.png' src='{}'>", "<IMG alt='x'src = \"{}\"/>", "<p>x</p><img\nclass='a'\nsrc='{}'>"],
)
def test_the_source_of_a_picture_in_html_is_found(media: MediaStore, folder: Path, html: str) -> None:
    reference = media.from_path(str(folder / "pictures" / "a.png"), 10_000, "a.png").reference
    body = {"html": html.format("pictures/a.png")}
    assert Sources(media, folder).stored(body) == {"html": html.format(reference)}


def test_an_address_in_html_is_read_as_html_writes_it(media: MediaStore, folder: Path) -> None:
    (folder / "a&b.png").write_bytes((folder / "pictures" / "a.png").read_bytes())
    assert "asset:" in Sources(media, folder).stored({"html": "<img src='a&amp;b.png'>"})["html"]


def test_html_that_never_closes_is_read_in_no_time(media: MediaStore, folder: Path) -> None:
    began = time.process_time()
    Sources(media, folder).stored({"html": "<img " * 40_000})
    assert time.process_time() - began < 1


def test_without_a_folder_only_addresses_are_taken(media: MediaStore) -> None:
    with pytest.raises(ProjectError, match="no address"):
        Sources(media, None).stored({"visuals": [{"src": "../../etc/passwd"}]})


def test_what_is_unfinished_is_left_but_for_plain_addresses(media: MediaStore) -> None:
    body = {"visuals": [{"src": "{{image}}"}, {"src": "https://example.com/{{sku}}.png"}, {"src": "pictures/a.png"}]}
    assert Sources(media, unfinished=True).stored(body) == body
    with pytest.raises(ProjectError, match="private"):
        Sources(media, unfinished=True).stored({"src": "http://127.0.0.1/x.png"})


def test_a_broken_subtitle_file_is_taken_in_for_its_reader_to_tell(media: MediaStore, folder: Path) -> None:
    (folder / "words.srt").write_text("1\n00:00:01,000 -> 00:00:02,000\nHi\n")
    assert Sources(media, folder).stored({"subtitle": {"src": "words.srt"}})["subtitle"]["src"].endswith(".srt")
    (folder / "empty.srt").write_text("")
    (folder / "words.txt").write_text("1\n00:00:01,000 -> 00:00:02,000\nHi\n")
    for name, says in (("empty.srt", "an empty file"), ("words.txt", "plain text without a line of times")):
        with pytest.raises(ProjectError, match=rf"^subtitle\.src: {name} is {says}") as caught:
            Sources(media, folder).stored({"subtitle": {"src": name}})
        assert caught.value.hint == "Use an SRT, WebVTT or ASS file."


@pytest.mark.parametrize(
    ("key", "text"),
    [("html", """<p style="background: #fff url('a b.png') no-repeat">url(x.png)</p>"""),
     ("html", "<style>.a { background-image: url(a b.png) } @font-face { src: url(f.woff) }</style>"),
     ("html", '<p style="color: red; background: url(&quot;a b.png&quot;)">'),
     ("css", '.a { background: red, url( "a b.png" ) } .b { fill: url(#c); mask: url(data:image/png;base64,AA/5ch) }'),
     ("backgroundImage", "url(a b.png)")],
)  # fmt: skip
def test_pictures_behind_boxes_are_stored(key: str, text: str) -> None:
    named: list[str] = []
    found = in_markup(text, lambda source: named.append(source) or "asset:1", key)
    assert named == ["a b.png"]
    assert "url(asset:1)" in found.replace(" ", "")


OUTSIDE = [
    {"visuals": [{"src": "../secret.png"}]}, {"thumbnail": "../secret.png"}, {"subtitle": {"src": "../secret.srt"}},
    {"html": "<img src='pictures/../../secret.png'>"}, {"css": ".a{background:url(../secret.png)}"},
    {"backgroundImage": "url('door/secret.png')"}, {"src": "/proc/self/root/etc/hostname"}, {"src": "/dev/stdin"},
]  # fmt: skip


@pytest.mark.parametrize("body", OUTSIDE)
def test_a_project_names_files_beneath_its_own_folder_and_where_the_user_said(
    media: MediaStore, folder: Path, tmp_path: Path, body: dict[str, object]
) -> None:
    (folder / "pictures" / "a.png").rename(tmp_path / "secret.png")
    (folder / "words.srt").rename(tmp_path / "secret.srt")
    (folder / "door").symlink_to(tmp_path)
    with pytest.raises(ProjectError, match="outside of the folders") as caught:
        Sources(media, folder).stored(body)
    assert "--allow-files" in caught.value.hint
    if "secret" in str(body):
        Sources(media, folder, allowed=[tmp_path]).stored(body)

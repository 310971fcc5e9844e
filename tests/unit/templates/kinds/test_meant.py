"""Names in cells that are not quite those of the files: found where one can be meant, told, never guessed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from clipmill.domain.template import FieldKind, FieldRule
from clipmill.domain.verdict import Problem, Who
from clipmill.media.outside.stored import MediaStore, StoredMedia
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.templates.kinds.media import Places, look_ahead, media_reader

RULE = FieldRule(name="image", kind=FieldKind.IMAGE)
Read = Callable[..., StoredMedia | Problem]


def save(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", np.full((4, 6, 3), 128, np.uint8))[1].tobytes())


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A table's folder with pictures under names as people have them."""
    folder = tmp_path / "shop"
    nfd = unicodedata.normalize("NFD", "stühle.jpg")
    for name in ("pics/p.jpg", f"pics/{nfd}", "pics/My Lamp.PNG", "pics/two.jpg", "pics/two.webp", "pics/bare",
                 "pics/Q.jpg", "pics/q.jpg", "Fotos/Ärmel.jpeg", "pics/100%.jpg", "pics/note.txt"):  # fmt: skip
        save(folder / name)
    save(tmp_path / "secret.jpg")
    return folder


@pytest.fixture
def read(shop: Path, files: DiskFiles) -> Read:
    def reader(cell: str, media_folder: str = "") -> StoredMedia | Problem:
        store = MediaStore(files, Settings(home=files.root.parent))
        return media_reader(RULE, "image", Places.of(RULE, shop, media_folder), store)(cell)

    return reader


@pytest.mark.parametrize(
    ("cell", "found", "how"),
    [
        ("pics\\p.jpg", "pics/p.jpg", "slashes"), ("pics/stühle.jpg", "pics/stühle.jpg", "another Unicode form"),
        ("PICS/P.JPG", "pics/p.jpg", "capitals"), ("pics/my%20lamp.png", "pics/My Lamp.PNG", "%20"),
        ("pics/My  Lamp.png", "pics/My Lamp.PNG", "blanks"), ('"pics/p.jpg"', "pics/p.jpg", "quotes"),
        ("“pics/p.jpg”", "pics/p.jpg", "quotes"), ("\u00a0pics/p.jpg\u200b", "pics/p.jpg", "blanks around"),
        ("file://pics/p.jpg", "pics/p.jpg", "file:"), ("file:pics/p.jpg", "pics/p.jpg", "file:"),
        ("/pics/p.jpg", "pics/p.jpg", "a slash before it"), (".\\pics\\p.jpg", "pics/p.jpg", "slashes"),
        ("pics/p.jpeg", "pics/p.jpg", "suffix"), ("pics/p", "pics/p.jpg", "suffix"),
        ("pics/bare.jpg", "pics/bare", "suffix"),
        ("fotos/A\u0308RMEL.jpg", "Fotos/Ärmel.jpeg", "capitals"),
        ("'\\PICS\\my%20lamp.jpg'", "pics/My Lamp.PNG", "%20"),
        ("pics/100%25.jpg", "pics/100%.jpg", "%20"),
    ],
)  # fmt: skip
def test_a_file_under_another_form_of_its_name_is_taken_and_told(read: Read, cell: str, found: str, how: str) -> None:
    stored = read(cell)
    assert isinstance(stored, StoredMedia), stored
    (remark,) = stored.remarks
    told = unicodedata.normalize("NFC", remark)
    assert told.startswith(f"image: {found} was taken for {unicodedata.normalize('NFC', cell.strip())}")
    assert how in told


@pytest.mark.parametrize("cell", ["pics/p.jpg", " pics/p.jpg ", "./pics/p.jpg", "pics/../pics/p.jpg", "pics//p.jpg"])
def test_the_file_itself_needs_no_word(read: Read, cell: str) -> None:
    stored = read(cell)
    assert isinstance(stored, StoredMedia)
    assert stored.remarks == ()


def test_file_addresses_of_absolute_paths_are_paths(read: Read, shop: Path) -> None:
    assert isinstance(read(f"file://{shop}/pics/p.jpg"), StoredMedia)
    assert isinstance(read(f"{shop}/pics/P.jpg"), StoredMedia)


@pytest.mark.parametrize(
    ("cell", "named"), [("pics/two", ("pics/two.jpg", "pics/two.webp")), ("pics/Q.JPG", ("pics/Q.jpg", "pics/q.jpg"))]
)
def test_where_two_can_be_meant_both_are_named_and_none_is_taken(read: Read, cell: str, named: tuple[str, str]) -> None:
    found = read(cell)
    assert isinstance(found, Problem)
    assert found.reason == f"{cell} does not exist, and {named[0]} and {named[1]} could both be meant"
    assert found.code == "media.missing"


@pytest.mark.parametrize(
    "cell",
    ["pics/missing.jpg", "pics/p.jpg.jpg", "pics/note", "pics", "pics/", "%2e%2e/secret.jpg", "..%2fsecret.jpg",
     "%5c..%5csecret.jpg",
     "/secret.jpg", "pics/%00p.jpg", "\0", "%", "Pics/../../shop2/p.jpg", '""', "/" * 5000],
)  # fmt: skip
def test_nothing_is_taken_from_elsewhere_or_for_no_reason(read: Read, cell: str) -> None:
    assert isinstance(read(cell), Problem)


@pytest.mark.parametrize(
    ("cell", "right"),
    [
        ("//cdn.example.com/a.jpg", "https://cdn.example.com/a.jpg"),
        ("www.example.com/a.jpg", "https://www.example.com/a.jpg"),
        ("http:/example.com/a.jpg", "https://example.com/a.jpg"),
        ("https:\\\\example.com\\a.jpg", "https://example.com\\a.jpg"),
        ("https:example.com/a.jpg", "https://example.com/a.jpg"),
    ],
)  # fmt: skip
def test_an_address_without_its_beginning_is_called_one(read: Read, cell: str, right: str) -> None:
    found = read(cell)
    assert isinstance(found, Problem)
    assert (found.reason, found.fix) == (f"{cell} is an address without https:", f"Write {right}")


@pytest.mark.parametrize(
    "cell",
    [
        "https://cdn.example.com/s/files/1/p.jpg?v=12&width=300", "https://cdn.example.com/P.JPG#x", "p.jpg", "P",
        "//cdn.example.com/p.jpg?x=/y.png", "elsewhere/p.jpg", "https://cdn.example.com/my%20lamp.png", "..\\p.jpg",
        '"https://cdn.example.com/p.jpg"',
    ],
)  # fmt: skip
def test_names_and_ends_of_addresses_are_taken_from_the_media_folder(read: Read, shop: Path, cell: str) -> None:
    stored = read(cell, media_folder=str(shop / "pics"))
    assert isinstance(stored, StoredMedia), stored
    assert stored.remarks[0] == f"image: taken from the folder {shop / 'pics'}"


def test_what_does_not_lie_in_the_media_folder_is_found_as_always(read: Read, shop: Path, tmp_path: Path) -> None:
    stored = read("Fotos/Ärmel.jpeg", media_folder=str(shop / "pics"))
    assert isinstance(stored, StoredMedia)
    assert stored.remarks == ()
    found = read("../secret.png", media_folder=str(shop / "pics"))
    assert isinstance(found, Problem)
    assert found.code == "media.outside"
    found = read("https://127.0.0.1:9/none.jpg", media_folder=str(shop / "pics"))
    assert isinstance(found, Problem)


def test_nothing_is_downloaded_that_lies_in_the_media_folder(shop: Path, files: DiskFiles) -> None:
    asked: list[str] = []
    store = MediaStore(files, Settings(home=files.root.parent))
    store.look_ahead = lambda url, _limit: asked.append(url)  # type: ignore[method-assign]
    begin = look_ahead(RULE, Places.of(RULE, shop, str(shop / "pics")), store)
    for cell in ("https://x.example/p.jpg?v=1", "https://x.example/other.jpg", "p.jpg", "file:///p.jpg"):
        begin(cell)
    assert asked == ["https://x.example/other.jpg"]


def test_a_file_put_there_meanwhile_is_seen(read: Read, shop: Path, files: DiskFiles) -> None:
    store = MediaStore(files, Settings(home=files.root.parent))
    once = media_reader(RULE, "image", Places.of(RULE, shop), store)
    assert isinstance(once("pics/new"), Problem)
    save(shop / "pics" / "new.png")
    assert isinstance(once("pics/new"), StoredMedia)


@pytest.mark.parametrize("cell", [
    "../secret.jpg", "../SECRET.JPG", "../secret", "pics/../../secret.jpg", "door/secret.jpg", "DOOR/secret.png",
    "file:{above}/secret.jpg", "file://{above}/secret.jpg", "{above}/secret.jpg", "{above}/nothing-there.jpg",
    "..\\secret.jpg", "'../secret.jpg'", "link.jpg", "/proc/self/root{above}/secret.jpg", "/dev/stdin", "..", "/",
    "%2e%2e/secret.jpg", "../nothing-there.jpg", "../shop2/a.jpg", "../s", "/proc/self/cwd/../secret.jpg",
])  # fmt: skip
def test_a_cell_names_files_beneath_the_tables_folder_only(
    read: Read, shop: Path, tmp_path: Path, cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / "door").symlink_to(tmp_path)
    (shop / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    save(tmp_path / "shop2" / "a.jpg")
    monkeypatch.chdir(shop)
    found = read(cell.format(above=tmp_path))
    assert isinstance(found, Problem)
    if "%" not in cell:  # nothing is called so, and escapes never lead to another folder
        assert (found.code, found.who) == ("media.outside", Who.OPERATOR)
        assert "--allow-files" in found.fix
    assert "could be meant" not in found.reason


def test_files_of_allowed_folders_may_be_named(shop: Path, files: DiskFiles, tmp_path: Path) -> None:
    save(tmp_path / "brand" / "logo.png")
    (shop / "door").symlink_to(tmp_path / "brand")
    store = MediaStore(files, Settings(home=files.root.parent))
    read = media_reader(RULE, "image", Places.of(RULE, shop, "", [str(tmp_path / "brand")]), store)
    for cell in ("../brand/logo.png", str(tmp_path / "brand" / "logo.png"), "door/logo.png", "../brand/LOGO.jpg"):
        assert isinstance(read(cell), StoredMedia), cell
    assert isinstance(read("../secret.jpg"), Problem)


def test_what_was_allowed_once_is_not_remembered_for_another_table(
    shop: Path, files: DiskFiles, tmp_path: Path
) -> None:
    store = MediaStore(files, Settings(home=files.root.parent))
    allowed, other = Places.of(RULE, shop, "", [str(tmp_path)]), Places.of(RULE, shop)
    assert isinstance(media_reader(RULE, "image", allowed, store)("../secret.jpg"), StoredMedia)
    assert isinstance(media_reader(RULE, "image", other, store)("../secret.jpg"), Problem)

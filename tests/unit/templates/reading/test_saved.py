"""Kept ways of reading a table."""

from pathlib import Path

import pytest

from clipmill.domain.batch import Reading
from clipmill.errors import SettingsError, TemplateError
from clipmill.templates.reading.saved import beside, load_reading, save_reading


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    path = beside(tmp_path / "products.csv")
    assert path.name == "products.csv.map.yaml"
    reading = Reading("cp1252", ";", {"Image Src": "image", "yes": "title"}, ("a", "b"), "price > 20", "Handle")
    save_reading(path, reading)
    assert load_reading(path) == reading
    save_reading(path, Reading())
    assert load_reading(path) == Reading()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mapp: {}", "products.csv.map.yaml: mapp is not known"),
        ("map: {a: 5}", "map.a must be text"),
        ("map: [a]", "must be keys"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "products.csv.map.yaml"
    path.write_text(text)
    with pytest.raises(TemplateError, match=words):
        load_reading(path)


def test_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be written"):
        save_reading(tmp_path / "nowhere" / "x.map.yaml", Reading())


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    path = beside(tmp_path / "products.csv")
    (tmp_path / "mine").write_text("mine")
    path.symlink_to(tmp_path / "mine")
    with pytest.raises(SettingsError, match="is a link"):
        save_reading(path, Reading())
    assert (tmp_path / "mine").read_text() == "mine"

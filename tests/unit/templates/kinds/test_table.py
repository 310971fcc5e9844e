"""The table of readers."""

from clipmill.domain.template import MEDIA_KINDS, FieldKind, FieldRule
from clipmill.templates.kinds.table import READERS, read_cell_of


def test_every_kind_without_media_has_a_reader() -> None:
    assert set(READERS) == set(FieldKind) - MEDIA_KINDS


def test_the_reader_is_that_of_the_kind() -> None:
    assert read_cell_of(FieldRule(name="n", kind=FieldKind.INTEGER), "n")("8") == 8
    assert read_cell_of(FieldRule(name="n"), "n")("8") == "8"

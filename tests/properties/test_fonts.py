"""A file that calls itself a font is read, or refused with a sentence: nothing else, and soon."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from clipmill.errors import MediaError
from clipmill.media.fonts.characters import named, needs_glyph
from clipmill.media.fonts.cmap import Coverage, read_cmap
from clipmill.media.fonts.faces import load_faces
from clipmill.media.fonts.library import FontLibrary
from tests.fontfiles import make_font

_RANGES = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=12)
_LIBRARY = FontLibrary(system=False)


def _font() -> bytes:
    with TemporaryDirectory() as folder:
        return make_font(Path(folder) / "x.ttf", "Blocks", "Afi连衣").read_bytes()


_FONT = _font()


@settings(max_examples=300, deadline=2000)
@given(
    st.lists(st.tuples(st.integers(0, len(_FONT) - 1), st.binary(min_size=1, max_size=8)), max_size=6),
    st.integers(0, len(_FONT)),
)
def test_a_mutated_font_is_read_or_refused(changes: list[tuple[int, bytes]], length: int) -> None:
    content = bytearray(_FONT)
    for place, new in changes:
        content[place : place + len(new)] = new
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.ttf"
        path.write_bytes(content[: length or None])
        try:
            for face in load_faces(path):
                assert face.family
                assert len(face.coverage) <= 0x110000
        except MediaError as error:
            assert "x.ttf" in str(error) or "collection" in str(error)


@given(st.binary(max_size=400))
def test_any_bytes_are_some_cmap(table: bytes) -> None:
    assert len(read_cmap(table)) >= 0


@given(_RANGES)
def test_a_coverage_has_exactly_what_its_ranges_have(ranges: list[tuple[int, int]]) -> None:
    coverage = Coverage.of(ranges)
    inside = {code for first, last in ranges for code in range(first, last + 1)}
    assert {code for code in range(202) if code in coverage} == inside
    assert len(coverage) == len(inside)


@given(st.text(max_size=30))
def test_whatever_is_missing_is_seen_is_in_the_text_and_can_be_named(text: str) -> None:
    missing = _LIBRARY.missing_glyphs(text)
    assert len(set(missing)) == len(missing)
    assert all(char in text and needs_glyph(char) for char in missing)
    assert not missing or named(missing)

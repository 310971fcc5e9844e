"""The text of a drawing: every encoding, entities of its own, and nothing that grows or is fetched."""

from __future__ import annotations

import gzip
import time
from functools import partial
from pathlib import Path

import pytest

from clipmill.domain.media import MediaKind
from clipmill.media.facts.drawing import head_of, root_of, text_of, tree_of
from clipmill.media.facts.sniff import recognise
from clipmill.media.facts.whole import measure

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"><title>Größe</title></svg>'
DECLARED = '<?xml version="1.0" encoding="{}"?>\n' + SVG
ILLUSTRATOR = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
<!ENTITY ns_svg "http://www.w3.org/2000/svg"> <!ENTITY side "8"> <!ENTITY both "&side;">
]><svg xmlns="&ns_svg;" width="&both;" height="6"><rect fill="red"/></svg>"""
#: The same bytes whenever it is done.
packed = partial(gzip.compress, mtime=0)


@pytest.mark.parametrize(
    "content",
    [
        SVG.encode(), SVG.encode("utf-8-sig"), DECLARED.format("UTF-16").encode("utf-16"), SVG.encode("utf-16-le"),
        SVG.encode("utf-16-be"), DECLARED.format("ISO-8859-1").encode("latin-1"), packed(SVG.encode(), mtime=0),
        DECLARED.format("windows-1252").encode("cp1252"), packed(DECLARED.format("UTF-16").encode("utf-16"), mtime=0),
        ("<!-- " + "a licence " * 900 + "-->" + SVG).encode(),
    ],
)  # fmt: skip
def test_a_drawing_is_read_in_the_encoding_it_is_in(tmp_path: Path, content: bytes) -> None:
    assert tree_of(text_of(content, 100_000))[0].text == "Größe"
    (tmp_path / "a").write_bytes(content)
    assert recognise(tmp_path / "a") == (MediaKind.IMAGE, ".svg")
    assert measure({"path": str(tmp_path / "a"), "name": "a", "suffix": ".svg"}) == (8, 6)


def test_entities_a_drawing_declares_itself_are_put_in() -> None:
    name, attributes = root_of(ILLUSTRATOR)
    assert (name, attributes["width"]) == ("{http://www.w3.org/2000/svg}svg", "8")
    assert tree_of(ILLUSTRATOR)[0].get("fill") == "red"


def declaring(entities: str, inside: str) -> str:
    return f"<!DOCTYPE svg [{entities}]><svg>{inside}</svg>"


LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
QUADRATIC = f'<!ENTITY a "{"x" * 50_000}">'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (declaring(LAUGHS, "&l9;"), "entities grow"), (declaring(QUADRATIC, "&a;" * 5000), "entities grow"),
        (declaring("".join(f'<!ENTITY e{n} "x">' for n in range(200)), ""), "more than 100"),
        (declaring('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"), "outside of itself"),
        (declaring('<!ENTITY % a SYSTEM "http://x/"> %a;', ""), "outside of itself"),
        (declaring('<!ENTITY a "&b;"><!ENTITY b "&a;">', "&a;"), "not declared before it"),
        ("<svg>&nbsp;</svg>", "undefined entity"), ("<svg", "not well-formed"),
    ],
)  # fmt: skip
def test_what_grows_or_lies_outside_is_refused_at_once_with_its_reason(text: str, said: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ValueError, match=said):
        tree_of(text)
    assert time.perf_counter() - start < 1.0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (packed(b" " * 2_000_000, mtime=0), "larger than 1,000,000"), (packed(SVG.encode(), mtime=0)[:40], "cut off"),
        (b"\x1f\x8b" + b"\xff" * 40, "damaged"),
    ],
)  # fmt: skip
def test_a_compressed_drawing_has_an_end_and_a_limit(content: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        text_of(content, 1_000_000)


def test_the_head_of_what_is_no_drawing_is_left_alone() -> None:
    for content in (b"\x89PNG\r\n", b"\x1f\x8b\xff\xff", b"", b"\xff\xfe\xff"):
        assert isinstance(head_of(content), bytes)

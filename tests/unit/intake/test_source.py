"""The corpus of awkward files: what each of them is read as, blocked for, or refused with."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from clipmill.errors import SourceError
from clipmill.intake.source import open_source
from clipmill.settings import Limits

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
BOM = b"\xef\xbb\xbf"
PLAIN = [{"a": "1", "b": "2"}]


def workbook(member: str = "xl/workbook.xml") -> bytes:
    """A zip archive with one member, as a spreadsheet program writes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(member, "<workbook/>")
    return stream.getvalue()


@dataclass(frozen=True)
class Reads:
    """A file that is read: its rows, the lines they start on, blocked codes by row number, and what is described."""

    rows: list[dict[str, str]]
    lines: list[int] | None = None
    blocked: dict[int, str] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Refused:
    """A file that is refused with a sentence that has all of these parts."""

    parts: tuple[str, ...]


def refused(*parts: str) -> Refused:
    return Refused(parts)


LATIN = "a,b\nCafé crème,Grüße aus München\nNiño,Ça va à la plage\n"

CORPUS: dict[str, tuple[bytes | str, Reads | Refused]] = {
    # Encodings.
    "plain": ("a,b\n1,2\n", Reads(PLAIN, [2], says={"encoding": "UTF-8", "delimiter": "comma", "columns": ["a", "b"]})),
    "utf-8 bom": (BOM + b"a,b\n1,2\n", Reads(PLAIN, says={"encoding": "UTF-8 with BOM", "columns": ["a", "b"]})),
    "two boms": (BOM * 2 + b'"a",b\n1,2\n', Reads(PLAIN)),
    "utf-16 little-endian": ("\ufeffa,b\n1,é\n".encode("utf-16-le"),
                             Reads([{"a": "1", "b": "é"}], says={"encoding": "UTF-16 little-endian with BOM"})),
    "utf-16 big-endian": ("\ufeffa\tb\r\n1\t2\r\n".encode("utf-16-be"), Reads(PLAIN, says={"delimiter": "tab"})),
    "utf-16 without bom": ("a,b\n1,2\n".encode("utf-16-le"), Reads(PLAIN, says={"encoding": "UTF-16 little-endian"})),
    "utf-16 big-endian without bom": ("a,b\n1,2\n".encode("utf-16-be"),
                                      Reads(PLAIN, says={"encoding": "UTF-16 big-endian"})),
    "utf-16 cut in half": (b"\xff\xfe" + "a,b\n1,2\n".encode("utf-16-le") + b"\x00", refused("encoding")),
    "utf-32": ("\ufeffa,b\n1,2\n".encode("utf-32-le"), Reads(PLAIN)),
    "windows-1252": (LATIN.encode("cp1252"),
                     Reads([{"a": "Café crème", "b": "Grüße aus München"}, {"a": "Niño", "b": "Ça va à la plage"}],
                           says={"encoding": "Windows-1252 (guessed)"},
                           note="Windows-1252 is a guess and gives “Café")),
    "one latin-1 byte at the very end": (b"a,b\n1,caf\xe9", Reads([{"a": "1", "b": "café"}], note="is a guess")),
    "windows-1251": ("a,b\nКрасное платье,Зелёная шапка\n".encode("cp1251"),
                     Reads([{"a": "Красное платье", "b": "Зелёная шапка"}])),
    "shift jis": ("a,b\n赤いドレス,緑の帽子 セール\n".encode("cp932"),
                  Reads([{"a": "赤いドレス", "b": "緑の帽子 セール"}])),
    "one damaged byte in utf-8": ("a,b\né1,ü2\nö3,x?\nä5,6\n".encode().replace(b"?", b"\xff"),
                                  Reads([{"a": "é1", "b": "ü2"}, {"a": "ö3", "b": "x\ufffd"}, {"a": "ä5", "b": "6"}],
                                        blocked={2: "text.encoding"}, note="not UTF-8")),
    "emoji and right-to-left": ("a,b\n👗 👨‍👩‍👧,فستان أحمر\n", Reads([{"a": "👗 👨‍👩‍👧", "b": "فستان أحمر"}])),
    # Line ends and blank lines.
    "cr lf": ("a,b\r\n1,2\r\n", Reads(PLAIN, [2])),
    "cr only": ("a,b\r1,2\r3,4\r", Reads([*PLAIN, {"a": "3", "b": "4"}], [2, 3])),
    "mixed line ends": ("a,b\n1,2\r3,4\r\n5,6", Reads([*PLAIN, {"a": "3", "b": "4"}, {"a": "5", "b": "6"}], [2, 3, 4])),
    "no end of the last line": ("a,b\n1,2", Reads(PLAIN)),
    "blank lines everywhere": ("\n\na,b\n\n1,2\n   \n\n3,4\n\n\n", Reads([*PLAIN, {"a": "3", "b": "4"}], [5, 8])),
    "line numbers after a cell of three lines": ('a,b\n"x\ny\nz",2\n3,4\n',
                                                 Reads([{"a": "x\ny\nz", "b": "2"}, {"a": "3", "b": "4"}], [2, 5])),
    "unicode line separators are text": ("a,b\nx\u2028y,z\u0085\n", Reads([{"a": "x\u2028y", "b": "z\u0085"}],
                                                                         blocked={1: "text.control_character"})),
    # Delimiters.
    "semicolon": ("a;b\n1,5;2,5\n", Reads([{"a": "1,5", "b": "2,5"}], says={"delimiter": "semicolon"})),
    "tab": ("a\tb\n1\t2\n", Reads(PLAIN, says={"delimiter": "tab"})),
    "pipe": ("a|b\n1|2\n", Reads(PLAIN, says={"delimiter": "pipe"})),
    "semicolons with commas in the header": ("a;b, net;c\n1;2;3\n", Reads([{"a": "1", "b, net": "2", "c": "3"}])),
    "commas with semicolons in every cell": ("a,b\nx;y,z;w\n", Reads([{"a": "x;y", "b": "z;w"}])),
    "one column": ("prompt\nA cat\n", Reads([{"prompt": "A cat"}], says={"delimiter": "comma"})),
    "one column with unquoted commas": ("prompt\nA cat, sleeping\n",
        Reads([{"prompt": "A cat"}], blocked={1: "row.long"})),
    "sep line": ("sep=;\na;b\n1;2\n", Reads(PLAIN, [3], says={"delimiter": "semicolon"}, note="sep=;")),
    "sep line, quoted, with bom": (BOM + b'"SEP=|"\r\na|b\r\n1|2\r\n', Reads(PLAIN, [3], says={"delimiter": "pipe"})),
    "sep line with an unusual delimiter": ("sep=^\na^b\n1^2\n", Reads(PLAIN, says={"delimiter": "^"})),
    "sep line with a letter": ("sep=x\naxb\n1x2\n", refused("'x'", "delimiter")),
    # Headers.
    "duplicate header": ("a,b,a\n1,2,3\n", refused("line 1", "columns 1 and 3", "“a”")),
    "duplicate after stripping": ("a,b,\u200ba \n1,2,3\n", refused("columns 1 and 3", "“a”")),
    "nameless column with something in it": ("a,,b\n1,2,3\n", Reads(
        [{"a": "1", "column 2": "2", "b": "3"}], note="Column 2 has no name: it is called “column 2” here.")),
    "index of a data frame": (",a,b\n0,1,2\n", Reads([{"column 1": "0", "a": "1", "b": "2"}], note="Column 1 has no")),
    "empty first column": (",a,b\n,1,2\n", Reads([{"column 1": "", "a": "1", "b": "2"}], note="nothing in it")),
    "comma too many in every line": ("a,b,\n1,2,\n3,4,\n", Reads(
        [*PLAIN, {"a": "3", "b": "4"}], [2, 3],
        says={"notes": ["Column 3 has neither a name nor anything in it: it is left out."]})),
    "comma too many in the header": ("a,b,,\n1,2\n", Reads(PLAIN, note="Columns 3 to 4 have neither")),
    "comma too many in the rows": ("a,b\n1,2,,\n3,4\n", Reads(
        [*PLAIN, {"a": "3", "b": "4"}], note="Empty cells after the last column were left out of 1 row.")),
    "nameless column filled at the end only": ("a,b,\n" + "1,2,\n" * 30_000 + "3,4,x\n", Reads(
        [*PLAIN * 30_000, {"a": "3", "b": "4"}], blocked={30_001: "row.long"})),
    "invisible header cell": ("a,\u200b\n1,2\n", Reads([{"a": "1", "column 2": "2"}], note="Column 2")),
    "names once more": ("a,b\n1,2\na,b\n3,4\n", Reads(
        [*PLAIN, {"a": "3", "b": "4"}], [2, 4], note="1 line that repeats the column names was left out.")),
    "title above the names": ("Products 2026\n\na,b,c\nw,x,y\nz,u,v\n", Reads(
        [{"a": "w", "b": "x", "c": "y"}, {"a": "z", "b": "u", "c": "v"}], [4, 5], note="“Products 2026”")),
    "title and date above the names, as a spreadsheet saves it": (
        BOM + b"Products;;;\r\n;;;\r\nOctober;2026;;\r\na;b;c;d\r\nw;x;1,5;y\r\n",
        Reads([{"a": "w", "b": "x", "c": "1,5", "d": "y"}], [5], says={"delimiter": "semicolon"},
              note="“Products / October 2026”")),
    "one name, and rows with more cells": ("a\nx,1,y.jpg\nz,2,w.jpg\n", Reads(
        [{"a": "x"}, {"a": "z"}], blocked={1: "row.long", 2: "row.long"})),
    "white space and zero width in headers": (" a ,\ufeffb\u200b\n1,2\n", Reads(PLAIN, note="Column 1 is read as “a”")),
    "line break in a header": ('"a\nx",b\n1,2\n',
        Reads([{"a x": "1", "b": "2"}], [3], note="Column 1 is read as “a x”")),
    "right-to-left mark in a header": ("\u200fa,b\n1,2\n", Reads(PLAIN, note="Column 1")),
    "look-alike letters in a header": ("pr\u0456ce,b\n1,2\n",
        Reads([{"pr\u0456ce": "1", "b": "2"}], note="Cyrillic and Latin")),
    "joiner inside a persian header": ("می\u200cشود,b\n1,2\n",
        Reads([{"می\u200cشود": "1", "b": "2"}], says={"notes": []})),
    "nul in the header": (b"a\x00,b\n1,2\n", refused("column 1", "U+0000")),
    "bad byte in the header": ("é,ü,ö,x".encode() + b"\xff\n1,2,3,4\n", refused("column 4", "no text")),
    "501 columns": (",".join(f"c{n}" for n in range(501)) + "\n", refused("501 columns", "500", "limit columns")),
    "10,000 columns": (",".join(f"c{n}" for n in range(10_000)) + "\n", refused("10,000 columns", "limit columns")),
    "1,000,000 columns": ("," * 1_000_000 + "\n", refused("is empty")),
    "600 nameless columns with something in them": ("a" + "," * 600 + "\n" + "1," * 600 + "1\n",
                                                    refused("601 columns", "limit columns")),
    "500 columns": (",".join(f"c{n}" for n in range(500)) + "\n" + ",".join("x" * 500) + "\n",
                    Reads([{f"c{n}": "x" for n in range(500)}])),
    "empty file": ("", refused("is empty")),
    "only a bom": (BOM, refused("is empty")),
    "only blank lines": ("\n\r\n  \n", refused("is empty")),
    "only a sep line": ("sep=;\n", refused("is empty")),
    "header only": ("a,b\n\n", refused("has column names but no row")),
    # Rows of the wrong shape.
    "short row": ("a,b,c\n1,2\n3,4,5\n", Reads([{"a": "1", "b": "2", "c": ""}, {"a": "3", "b": "4", "c": "5"}],
                                               blocked={1: "row.short"})),
    "long row": ("a,b\n1,2,3,4\n5,6\n", Reads([*PLAIN, {"a": "5", "b": "6"}], blocked={1: "row.long"})),
    "only delimiters": ("a,b\n,\n1,2\n,,,\n", Reads(
        PLAIN, [3], note="2 lines of nothing but delimiters were left out.")),
    "empty quoted cell in one column": ('a\n""\n1\n', Reads([{"a": ""}, {"a": "1"}], blocked={1: "row.empty"})),
    "nul in a cell": (b"a,b\n1,x\x00y\n", Reads([{"a": "1", "b": "x\x00y"}], blocked={1: "text.control_character"})),
    "escape character in a cell": (b"a,b\n\x1b[2J,2\n", Reads([{"a": "\x1b[2J", "b": "2"}],
                                                             blocked={1: "text.control_character"})),
    "tab in a cell": ("a,b\nx\ty,2\n", Reads([{"a": "x\ty", "b": "2"}])),
    # Quotes.
    "doubled quotes": ('a,b\n"say ""hi""",2\n', Reads([{"a": 'say "hi"', "b": "2"}])),
    "delimiter and line end in quotes": ('a,b\n"x,\r\ny",2\n', Reads([{"a": "x,\r\ny", "b": "2"}])),
    "quotes inside an unquoted cell": ('a,b\n5" pipe,37.8"N\n', Reads([{"a": '5" pipe', "b": '37.8"N'}])),
    "backslash is no escape": ('a,b\n"x\\",2\n', Reads([{"a": "x\\", "b": "2"}])),
    "ragged quotes, end of the row certain": ('a,b\n"He said "hi" to me",2\n3,4\n',
        Reads([{"a": '"He said "hi" to me"', "b": "2"}, {"a": "3", "b": "4"}], [2, 3],
              blocked={1: "row.quotes"})),
    "stray quotes around a word": ('a,b,c\n1,"Aero" lamp,9\n2,Mug,8\n', Reads(
        [{"a": "1", "b": '"Aero" lamp', "c": "9"}, {"a": "2", "b": "Mug", "c": "8"}], [2, 3], {1: "row.quotes"})),
    "inches in a quoted cell": ('a,b,c\n1,"A 5" pipe",9\n2,Mug,8\n', Reads(
        [{"a": "1", "b": '"A 5" pipe"', "c": "9"}, {"a": "2", "b": "Mug", "c": "8"}], [2, 3], {1: "row.quotes"})),
    "inches at the end of a quoted cell": ('a,b,c\n1,"TV 42"",9\n2,"Mug, big",8\n3,x,7\n', Reads(
        [{"a": "1", "b": '"TV 42""', "c": "9"}, {"a": "2", "b": "Mug, big", "c": "8"},
         {"a": "3", "b": "x", "c": "7"}], [2, 3, 4], {1: "row.quotes"})),
    "ragged quotes, end of the row unknown": ('a,b\n1,"x "y\n2",3\n', Reads(
        [{"a": "1", "b": '"x "y'}, {"a": '2"', "b": "3"}], [2, 3], {1: "row.quotes"})),
    "unclosed quote at the end": ('a,b\n1,2\n3,"x\n4,5\n', Reads(
        [*PLAIN, {"a": "3", "b": '"x'}, {"a": "4", "b": "5"}], [2, 3, 4], {2: "row.quotes"})),
    "unclosed quote and inches further down": ('a,b,c,d\n1,"x,3,4\n5,TV 42",7,8\n9,10,11,12\n', Reads(
        [{"a": "1", "b": '"x', "c": "3", "d": "4"}, {"a": "5", "b": 'TV 42"', "c": "7", "d": "8"},
         {"a": "9", "b": "10", "c": "11", "d": "12"}], [2, 3, 4], {1: "row.quotes"})),
    "two unclosed quotes with a cell of two lines between": (
        'a,b,c\n1,"x,3\n4,"two\nlines",6\n7,"y,9\n10,11,12\n', Reads(
        [{"a": "1", "b": '"x', "c": "3"}, {"a": "4", "b": "two\nlines", "c": "6"}, {"a": "7", "b": '"y', "c": "9"},
         {"a": "10", "b": "11", "c": "12"}], [2, 3, 5, 6], {1: "row.quotes", 3: "row.quotes"})),
    "quote that opens on a later line of its row": ('a,b\n"x\ny","z\n4,5\n', Reads(
        [{"a": "x", "b": ""}, {"a": 'y"', "b": '"z'}, {"a": "4", "b": "5"}], [2, 3, 4],
        {1: "row.quotes", 2: "row.quotes"})),
    "unclosed quote that swallows a megabyte": ('a,b\n1,"x\n' + "4,5\n" * 250_000, Reads(
        [{"a": "1", "b": '"x'}, *[{"a": "4", "b": "5"}] * 250_000], blocked={1: "row.quotes"})),
    "unclosed quote in the header": ('a,"b\n1,2\n', Reads(PLAIN, [2], note="quotes that do not pair")),
    "feed without quoting": ('a\tb\tc\n1\t"Aero" lamp\t9\n2\t12" disc\t8\n3\t"x\t7\n4\ty"\t6\n', Reads(
        [{"a": "1", "b": '"Aero" lamp', "c": "9"}, {"a": "2", "b": '12" disc', "c": "8"},
         {"a": "3", "b": '"x', "c": "7"}, {"a": "4", "b": 'y"', "c": "6"}], [2, 3, 4, 5],
        note="Quotes are read as they stand")),
    "tab-separated with quoting, and one stray": (
        'a\tb\n1\t"Mug, 12"" high"\n2\t"Aero" lamp\n3\t"two\nlines"\n', Reads(
        [{"a": "1", "b": 'Mug, 12" high'}, {"a": "2", "b": '"Aero" lamp'}, {"a": "3", "b": "two\nlines"}],
        [2, 3, 4], {2: "row.quotes"})),
    "space before a quote": ('a,b\n1, "x, y"\n', Reads([{"a": "1", "b": ' "x'}], blocked={1: "row.long"})),
    "json in a cell": ('a,b\n"{""k"": [1, 2]}",2\n', Reads([{"a": '{"k": [1, 2]}', "b": "2"}])),
    # Values stay what they are.
    "identifiers with zeros": ("a,b\n007,00\n", Reads([{"a": "007", "b": "00"}])),
    "numbers that are none": ("a,b\nNaN,1e309\n-inf,1.10\n",
        Reads([{"a": "NaN", "b": "1e309"}, {"a": "-inf", "b": "1.10"}])),
    "dates and decimal commas": ('a,b\n2026-11-20,"1,5"\n', Reads([{"a": "2026-11-20", "b": "1,5"}])),
    "outer spaces of cells": ("a,b\n 1 ,2 \n", Reads([{"a": " 1 ", "b": "2 "}])),
    "formulas": ('a,b\n"=HYPERLINK(""http://x"",""y"")",-5\n+1,@x\n',
                 Reads([{"a": '=HYPERLINK("http://x","y")', "b": "-5"}, {"a": "+1", "b": "@x"}])),
    "apostrophes of one's own": ("a,b\n'=x,'y\n", Reads([{"a": "'=x", "b": "'y"}])),
    # Sizes.
    "cell of 64 kB": ("a,b\n1," + "x" * 65_536 + "\n", Reads([{"a": "1", "b": "x" * 65_536}])),
    "cell above 64 kB": ("a,b\n1," + "x" * 65_537 + "\n",
        refused("line 2, column 2 (“b”)", "65,536", "limit cell_bytes")),
    "cell above 64 kB only in bytes": ("a,b\n1," + "é" * 32_769 + "\n",
        refused("line 2, column 2", "limit cell_bytes")),
    "cell above the parser's own limit": ("a,b\n1," + "x" * 200_000 + "\n", refused("line 2", "limit cell_bytes")),
    "line above 1 MB": ("a,b\n1,2\n" + "x" * 1_100_000 + "\n", refused("line 3", "1,048,576", "limit line_bytes")),
    "first line above 1 MB": ("x" * 5_000_000, refused("line 1", "limit line_bytes")),
    # Not tables.
    "xlsx": (workbook(), refused("Excel workbook (.xlsx)")),
    "zip": (workbook("a.csv"), refused("zip archive")),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, refused("old Excel workbook")),
    "gzip": (gzip.compress(b"a,b\n1,2\n"), refused("compressed with gzip")),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", refused("PDF")),
    "html": ("<!DOCTYPE html>\n<html><body>Not found</body></html>", refused("web page")),
    "html after white space and bom": (BOM + b"\n  <HTML><table>", refused("web page")),
    "xml": ('<?xml version="1.0"?><Workbook/>', refused("XML")),
    "json array": ('[\n  {"a": 1},\n  {"a": 2}\n]', refused("JSON array", "one object per line")),
    "json object over several lines": ('{\n  "a": 1\n}', refused("over several lines")),
    "json lines named csv": ('{"a": "1", "b": "2"}\n', Reads(PLAIN, [1], says={"format": "JSONL"})),
    "random bytes": (bytes(range(256)) * 4, refused("")),
    # Corrected rows coming back.
    "fed back": ('a,b,_row,_reason,_fix\n1,2,7,bad,"do, it"\n3,4,2,,\n',
                 Reads([*PLAIN, {"a": "3", "b": "4"}], says={"columns": ["a", "b"]}, note="keep the numbers")),
    "fed back with formulas": ("a,b,_row\n'=1+1,''=x,7\n'y,'@z,8\n",
                               Reads([{"a": "=1+1", "b": "'=x"}, {"a": "'y", "b": "@z"}])),
    "fed back, number twice": ("a,_row\n1,7\n2,7\n", refused("line 3", "row 7", "twice")),
    "fed back, no number": ("a,_row\n1,7\n2,seven\n", refused("line 3", "“seven”", "_row")),
    "fed back, number zero": ("a,_row\n1,0\n", refused("line 2", "_row")),
    "fed back, number missing": ("a,_row\n1\n", refused("line 2", "_row")),
    "fed back without numbers": ("a,_reason,_fix\n1,x,y\n", refused("“_reason”", "“_row” is missing")),
}  # fmt: skip


@pytest.mark.parametrize("name", CORPUS)
def test_awkward_file_gets_its_verdict(name: str, tmp_path: Path) -> None:
    content, expected = CORPUS[name]
    path = tmp_path / "table.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    if isinstance(expected, Refused):
        with pytest.raises(SourceError) as caught:
            list(open_source(path, Limits()).rows())
        assert all(part in str(caught.value) for part in expected.parts), caught.value
        assert caught.value.hint
        return
    source = open_source(path, Limits())
    rows = list(source.rows())
    assert [dict(row.fields) for row in rows] == expected.rows
    assert {row.number: row.problems[0].code for row in rows if row.problems} == expected.blocked
    if expected.lines is not None:
        assert [row.line for row in rows] == expected.lines
    described = source.describe()
    assert {key: described[key] for key in expected.says} == expected.says
    assert expected.note in " ".join(described["notes"])


def test_every_problem_says_what_and_how_to_fix_it(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b'a,b\n1\n1,2,3\n1,x\x00\n,\n"x"y"",2\n')
    problems = [row.problems[0] for row in open_source(path, Limits()).rows()]
    assert [problem.reason for problem in problems] == [
        "The row has 1 of 2 columns: nothing for “b”",
        "The row has 3 cells for 2 columns; left over: “3”",
        "Control character U+0000 at column 2 (“b”), character 2",
        "Column 1 (“a”) goes on after its closing quote",
    ]
    assert all(problem.fix.endswith(".") for problem in problems)


def test_named_encoding_overrides_the_guess(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("a,b\nשמלה,2\n".encode("cp1255"))
    source = open_source(path, Limits(), encoding="windows-1255")
    assert next(source.rows()).fields["a"] == "שמלה"
    assert source.describe()["encoding"] == "Windows-1255"
    assert source.describe()["notes"] == []


def test_named_delimiter_overrides_the_guess(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b;c\n1,2;3\n")
    source = open_source(path, Limits(), delimiter="semicolon")
    assert dict(next(source.rows()).fields) == {"a,b": "1,2", "c": "3"}


def test_suffix_makes_a_table_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "table.jsonl"
    path.write_text('not json\n{"a": 1}\n')
    first, second = open_source(path, Limits()).rows()
    assert first.problems[0].code == "json.syntax"
    assert dict(second.fields) == {"a": "1"}


@pytest.mark.parametrize(
    "limits, content, limit",
    [
        (Limits(rows=2), "a\n1\n2\n3\n", "limit rows"),
        (Limits(table_bytes=5), "a\n1\n2\n3\n", "limit table_bytes"),
        (Limits(cell_bytes=5), "a\n123456\n", "limit cell_bytes"),
        (Limits(line_bytes=5), "a,b\n123,456\n", "limit line_bytes"),
        (Limits(columns=1), "a,b\n1,2\n", "limit columns"),
        (Limits(rows=1), '{"a": 1}\n{"a": 2}\n', "limit rows"),
        (Limits(cell_bytes=5), '{"a": 1234567}\n', "limit cell_bytes"),
        (Limits(columns=1), '{"a": 1, "b": 2}\n', "limit columns"),
        (Limits(line_bytes=9), '{"a": 1234567}\n', "limit line_bytes"),
    ],
)
def test_limit_in_force_is_named(limits: Limits, content: str, limit: str, tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_text(content)
    with pytest.raises(SourceError, match=limit):
        list(open_source(path, limits).rows())


def test_larger_cell_limit_is_obeyed_above_that_of_the_parser(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1," + "x" * 300_000 + "\n")
    (row,) = open_source(path, Limits(cell_bytes=400_000)).rows()
    assert len(row.fields["b"]) == 300_000


@pytest.mark.skipif(not SHARED.is_dir(), reason="the csv-spectrum files are not here: no folder ../shared/data")
@pytest.mark.parametrize(
    "name", ["comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines",
             "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8"],
)  # fmt: skip
def test_csv_spectrum_is_read_as_its_json_says(name: str) -> None:
    folder = SHARED / "csv-spectrum"
    rows = list(open_source(folder / "csvs" / f"{name}.csv", Limits()).rows())
    expected = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
    if name == "location_coordinates":  # its JSON is one object, with another number and without two of the columns
        (row,) = rows
        assert row.fields["Location Coordinates"] == expected["Location Coordinates"]
        assert row.fields["Contact Phone Number"] == "2095257564"
    else:
        assert [dict(row.fields) for row in rows] == expected
    assert not any(row.problems for row in rows)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real tables are not here: no folder ../shared/data")
@pytest.mark.parametrize(
    "name, rows, columns",
    [("catalog.csv", 50, 9), ("catalog-with-bad-rows.csv", 12, 9),
     ("feeds/shopify-apparel.csv", None, 46), ("feeds/shopify-jewelery.csv", None, 46)],
)  # fmt: skip
def test_real_table_is_read_whole(name: str, rows: int | None, columns: int) -> None:
    source = open_source(SHARED / name, Limits())
    read = list(source.rows())
    assert len(source.describe()["columns"]) == columns
    assert len(read) == rows or rows is None
    assert not [row.problems for row in read if row.problems]

"""Tables that mean harm."""

from __future__ import annotations

import json
from pathlib import Path

from tests.hostile.case import ROWS, Corpus, table

CASES = Corpus()
_MB = 1_000_000


@CASES.case("nothing: it is the good one", says="2 ready")
def good(folder: Path) -> list[str]:
    return table(folder, ROWS)


@CASES.case("end a string of C early")
def nul_in_cells(folder: Path) -> list[str]:
    return table(folder, "sku,title\n1,a\0b\n\0,c\n")


@CASES.case("end the header early")
def nul_in_header(folder: Path) -> list[str]:
    return table(folder, "sku\0,title\0\n1,a\n")


@CASES.case("make a list of columns as long as memory")
def million_columns(folder: Path) -> list[str]:
    return table(folder, "sku,title," + ",".join(map(str, range(_MB // 8))) + "\n1,a\n")


@CASES.case("the same without names")
def million_commas(folder: Path) -> list[str]:
    return table(folder, "," * _MB + "\n" + "," * _MB + "\n")


@CASES.case("have all of the file read as one cell")
def unclosed_quote(folder: Path) -> list[str]:
    return table(folder, 'sku,title\n1,"' + "a,b\n" * 8_000)


@CASES.case("ask at every quote whether it closes")
def quotes_only(folder: Path) -> list[str]:
    return table(folder, "sku,title\n1," + '"' * _MB + "\n")


@CASES.case("open a quote in every line")
def quotes_everywhere(folder: Path) -> list[str]:
    return table(folder, "sku,title\n" + '1,"a\n2,b"c,"\n' * 5_000)


@CASES.case("have a line of 100 MB held in memory")
def line_of_100_megabytes(folder: Path) -> list[str]:
    argv = table(folder, "")
    with (folder / "rows.csv").open("wb") as file:
        file.write(b"sku,title\n1,")
        for _ in range(100):
            file.write(b"a" * _MB)
    return argv


@CASES.case("hold 100 MB of header")
def header_of_100_megabytes(folder: Path) -> list[str]:
    argv = table(folder, "")
    with (folder / "rows.csv").open("wb") as file:
        for _ in range(100):
            file.write(b"sku" * (_MB // 3))
    return argv


@CASES.case("half a character at the end")
def utf16_cut(folder: Path) -> list[str]:
    return table(folder, b"\xff\xfe" + ROWS.encode("utf-16-le") + b"\x31")


@CASES.case("surrogates that have no partner")
def utf16_lone(folder: Path) -> list[str]:
    return table(folder, b"\xfe\xff" + ROWS.encode("utf-16-be") + b"\xd8\x00\x00\x2c\xdc\x00\x00\x0a")


@CASES.case("say one encoding and be another")
def mark_of_utf32(folder: Path) -> list[str]:
    return table(folder, b"\xff\xfe\x00\x00" + ROWS.encode())


@CASES.case("bytes of no encoding, so that all are tried")
def bytes_of_chance(folder: Path) -> list[str]:
    return table(folder, bytes(range(256)) * 2000)


@CASES.case("be run by a spreadsheet", says="ready")
def formulas(folder: Path) -> list[str]:
    cells = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", '=cmd|"/c calc"!A1', "\r=2")
    return table(folder, "sku,title\n" + "".join(f'{n},"{cell}"\n' for n, cell in enumerate(map(_quoted, cells))))


def _quoted(cell: str) -> str:
    return cell.replace('"', '""')


@CASES.case("ring, clear and retitle the terminal", says="U+001B")
def escapes(folder: Path) -> list[str]:
    return table(folder, "sku,title,\x1b]0;owned\x07\n1,\x1b[2J\x9b31m\x07,x\n2,\u202egpj.exe\u2066,y\n")


@CASES.case("names that read backwards, or as nothing")
def bidi_names(folder: Path) -> list[str]:
    return table(folder, "sku,title\n\u202etxt.exe,a\n\u200b,b\n\u2066\u2069,c\n")


@CASES.case("names that leave the folder")
def climbing_names(folder: Path) -> list[str]:
    return table(folder, "sku,title\n../../etc/passwd,a\n/etc/passwd,b\nCON,c\n.,d\n..,e\n~/x,f\n", verb="run")


@CASES.case("one name for all")
def equal_names(folder: Path) -> list[str]:
    return table(folder, "sku,title\n" + "a,b\n" * 8_000)


@CASES.case("one letter, a thousand times in other cases and forms")
def alike_columns(folder: Path) -> list[str]:
    return table(folder, ",".join(f"Title{' ' * n}" for n in range(400)) + ",sku\n" + "a," * 400 + "1\n")


@CASES.case("nothing but ends of lines")
def blank_lines(folder: Path) -> list[str]:
    return table(folder, "sku,title\n" + "\n" * (2 * _MB) + "1,a\n")


@CASES.case("nothing but the other ends of lines")
def carriage_returns(folder: Path) -> list[str]:
    return table(folder, "sku,title\r" + "\r\n\r" * 300_000)


@CASES.case("be empty")
def empty(folder: Path) -> list[str]:
    return table(folder, "", name="rows.csv")


def _lines(folder: Path, content: str | bytes) -> list[str]:
    return table(folder, content, name="rows.jsonl")


@CASES.case("go deeper than the stack")
def json_deep(folder: Path) -> list[str]:
    return _lines(folder, '{"sku": 1, "title": ' + "[" * 100_000 + "]" * 100_000 + "}\n")


@CASES.case("go deep and do not come back")
def json_deep_and_open(folder: Path) -> list[str]:
    return _lines(folder, '{"sku": ' * 60_000 + "\n")


@CASES.case("numbers that take minutes to read")
def json_huge_numbers(folder: Path) -> list[str]:
    return _lines(folder, '{"sku": ' + "9" * 900_000 + ', "title": "a"}\n{"sku": 1e400, "title": "b"}\n')


@CASES.case("numbers that are none")
def json_no_numbers(folder: Path) -> list[str]:
    return _lines(folder, '{"sku": NaN, "title": Infinity}\n{"sku": -Infinity, "title": "x"}\n')


@CASES.case("two values for one name")
def json_twice(folder: Path) -> list[str]:
    return _lines(folder, '{"sku": 1, "sku": 2, "title": "a"}\n' + '{"sku": 3' + ', "title": "b"' * 50_000 + "}\n")


@CASES.case("text no encoding can hold")
def json_surrogates(folder: Path) -> list[str]:
    return _lines(folder, '{"sku": "\\ud800", "title": "a\\udfff\\u0000b"}\n')


@CASES.case("be a list, a text and a number")
def json_no_objects(folder: Path) -> list[str]:
    return _lines(folder, '[1]\n"a"\n3\nnull\ntrue\n{}\n')


@CASES.case("one object with as many names as memory holds")
def json_wide(folder: Path) -> list[str]:
    return _lines(folder, json.dumps({f"c{n}": n for n in range(60_000)}) + "\n")


@CASES.case("one line of 40 MB")
def json_long_line(folder: Path) -> list[str]:
    return _lines(folder, '{"sku": 1, "title": "' + "a" * 40 * _MB + '"}\n')


@CASES.case("a whole document where lines are meant")
def json_array(folder: Path) -> list[str]:
    return table(folder, "[" + ",".join('{"sku": 1, "title": "a"}' for _ in range(30_000)) + "]", name="rows.json")


def _long(sign: str) -> Corpus:
    """A megabyte of a character that means something to a table, in the place of a cell and of everything."""
    cases = Corpus()
    named = {"\t": "tab", "\n": "newline", "\0": "nul", "\ufeff": "mark", "\u2028": "separator"}.get(
        sign, f"{ord(sign):x}"
    )
    cases.add(f"megabyte-of-{named}", f"have {sign!r} looked at again and again",
              lambda folder: table(folder, sign * (_MB // len(sign.encode())), verb="check"))  # fmt: skip
    return cases


for _sign in (",", ";", "\t", "|", '"', "'", "\0", "\ufeff", "\u2028", "\x85", "{", "[", "\\"):
    CASES += _long(_sign)

for _where in (
    "sku",
    "title",
    "",
    "sku == ",
    "(" * 5000,
    "sku ~ '(a+)+$'",
    "sku in (" + "1," * 20_000 + ")",
    "not " * 20_000,
):
    CASES.add(f"where-{len(CASES)}", "a condition that takes for ever",
              lambda folder, where=_where: [*table(folder, ROWS), "--where", where])  # fmt: skip

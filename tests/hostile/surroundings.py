"""Files that are none, settings of a stranger's folder, fonts, and places to write to."""

from __future__ import annotations

import os
import struct
from pathlib import Path

from tests.hostile.case import ROWS, Corpus, body, render, table, template, text
from tests.hostile.media import good

CASES = Corpus()
_MB = 1_000_000


def _picture(folder: Path, name: str, **fields: object) -> list[str]:
    return render(folder, body({"type": "IMAGE", "src": name, "width": 9, "height": 9, **fields}))


@CASES.case("wait for ever at the other end of a pipe", says="error")
def pipe_as_media(folder: Path) -> list[str]:
    os.mkfifo(folder / "a.png")
    return _picture(folder, "a.png")


@CASES.case("the same as a table", says="error")
def pipe_as_table(folder: Path) -> list[str]:
    argv = table(folder, ROWS)
    (folder / "rows.csv").unlink()
    os.mkfifo(folder / "rows.csv")
    return argv


@CASES.case("the same as a project", says="error")
def pipe_as_project(folder: Path) -> list[str]:
    os.mkfifo(folder / "project.json")
    return ["render", "project.json", "-o", "out.mp4"]


@CASES.case("the same in YAML", says="error")
def pipe_as_project_in_yaml(folder: Path) -> list[str]:
    os.mkfifo(folder / "project.yaml")
    return ["render", "project.yaml", "-o", "out.mp4"]


@CASES.case("the same as a template", says="error")
def pipe_as_template(folder: Path) -> list[str]:
    argv = table(folder, ROWS)
    (folder / "small" / "template.yaml").unlink()
    os.mkfifo(folder / "small" / "template.yaml")
    return argv


@CASES.case("the same as a way to read a table")
def pipe_as_map(folder: Path) -> list[str]:
    os.mkfifo(folder / "rows.csv.map.yaml")
    return table(folder, ROWS)


@CASES.case("the same as settings")
def pipe_as_settings(folder: Path) -> list[str]:
    os.mkfifo(folder / "clipmill.toml")
    return table(folder, ROWS)


@CASES.case("the same as subtitles", says="error")
def pipe_as_subtitles(folder: Path) -> list[str]:
    os.mkfifo(folder / "a.srt")
    return render(folder, {**body(), "subtitle": {"src": "a.srt"}})


@CASES.case("the same where a file is to be written")
def pipe_as_output(folder: Path) -> list[str]:
    os.mkfifo(folder / "out.mp4")
    return render(folder, body(text()))


@CASES.case("the same, named by rows")
def pipe_in_a_cell(folder: Path) -> list[str]:
    os.mkfifo(folder / "a.png")
    contract = {"sku": {"kind": "text"}, "title": {"kind": "image"}}
    shown = body({"type": "IMAGE", "src": "{{title}}", "width": 9, "height": 9})
    return table(folder, "sku,title\n1,a.png\n2,/dev/zero\n3,/dev/stdin\n", contract=contract, payload=shown)


@CASES.case("zeros without an end, as media", says="error")
def zeros_as_media(folder: Path) -> list[str]:
    (folder / "a.png").symlink_to("/dev/zero")
    return _picture(folder, "a.png")


@CASES.case("zeros without an end, as a table", says="error")
def zeros_as_table(folder: Path) -> list[str]:
    template(folder)
    return ["check", "/dev/zero", "-t", "small"]


@CASES.case("zeros without an end, as a project", says="error")
def zeros_as_project(folder: Path) -> list[str]:
    return ["render", "/dev/zero", "-o", "out.mp4"]


@CASES.case("zeros without an end, as a project in YAML", says="error")
def zeros_as_project_in_yaml(folder: Path) -> list[str]:
    (folder / "a.yaml").symlink_to("/dev/zero")
    return ["render", "a.yaml", "-o", "out.mp4"]


@CASES.case("zeros without an end, as a template", says="error")
def zeros_as_template(folder: Path) -> list[str]:
    argv = table(folder, ROWS)
    (folder / "small" / "template.yaml").unlink()
    (folder / "small" / "template.yaml").symlink_to("/dev/zero")
    return argv


@CASES.case("links in a circle", says="error")
def links_in_a_circle(folder: Path) -> list[str]:
    (folder / "a.png").symlink_to("b.png")
    (folder / "b.png").symlink_to("a.png")
    return _picture(folder, "a.png")


@CASES.case("a link out of the folder", says="error")
def link_out(folder: Path) -> list[str]:
    (folder / "a.srt").symlink_to("/etc/passwd")
    return render(folder, {**body(), "subtitle": {"src": "a.srt"}})


@CASES.case("a folder that holds itself")
def folder_of_itself(folder: Path) -> list[str]:
    (folder / "fonts").mkdir()
    (folder / "fonts" / "again").symlink_to(".")
    return ["fonts", "add", "fonts"]


@CASES.case("a folder as a table", says="error")
def folder_as_table(folder: Path) -> list[str]:
    template(folder)
    (folder / "rows.csv").mkdir()
    return ["check", "rows.csv", "-t", "small"]


@CASES.case("a folder as a project", says="error")
def folder_as_project(folder: Path) -> list[str]:
    (folder / "project.json").mkdir()
    return ["render", "project.json", "-o", "out.mp4"]


@CASES.case("a folder as a picture", says="error")
def folder_as_picture(folder: Path) -> list[str]:
    (folder / "a.png").mkdir()
    return _picture(folder, "a.png")


@CASES.case("names that no system takes", says="error")
def odd_arguments(folder: Path) -> list[str]:
    return ["render", "a" * 5000 + ".json", "-o", "b" * 5000]


@CASES.case("an output that is a link to somebody's file")
def output_is_a_link(folder: Path) -> list[str]:
    (folder / "victim").write_text("precious")
    (folder / "out.mp4").symlink_to("victim")
    return render(folder, body(text()))


@CASES.case("an output folder that is a link in a circle", says="error")
def output_in_a_circle(folder: Path) -> list[str]:
    (folder / "out").symlink_to("out")
    return table(folder, ROWS, verb="run")


@CASES.case("a report that is a link to somebody's folder")
def report_is_a_link(folder: Path) -> list[str]:
    (folder / "victim").mkdir()
    (folder / "out").mkdir()
    (folder / "out" / "report").symlink_to(folder / "victim")
    return table(folder, ROWS, verb="run")


def _settings(name: str, means: str, content: str | bytes, says: str = "") -> None:
    def make(folder: Path) -> list[str]:
        (folder / "clipmill.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
        return table(folder, ROWS)

    CASES.add(f"settings-{name}", means, make, says)


_settings("open", "switch the sandbox off without a word", 'sandbox = "off"\negress_allow = ["127.0.0.1:1"]\n')
_settings(
    "limits", "lift every limit", "[limits]\ncell_bytes = 99999999999999999999\nrows = -1\ncolumns = nan\n", "error"
)
_settings("deep", "go deeper than the stack", "a = " + "[" * 50_000 + "]" * 50_000, "error")
_settings("big", "be as long as memory", "a = 1\n" * 300_000, "error")
_settings("numbers", "a number that takes minutes", "workers = " + "9" * 100_000, "error")
_settings("dots", "a name in a name in a name", "a." * 100_000 + "b = 1", "error")
_settings("chance", "be no text", bytes(range(256)) * 99, "error")
_settings("home", "keep the state in somebody's folder", 'home = "/proc/1"\n')
_settings("home-nul", "keep it nowhere", 'home = "a\\u0000b"\n')
_settings("fonts", "read all of the disk for fonts", 'font_folders = ["/proc", "/dev", "\\u0000"]\n')
_settings("workers", "a million workers", "workers = 1000000\n")
_settings("unknown", "settings nobody knows", "sandbx = 1\n" + "\n".join(f"a{n} = {n}" for n in range(20_000)), "error")


def _font(name: str, means: str, content: bytes, says: str = "") -> None:
    def added(folder: Path) -> list[str]:
        (folder / f"{name}.ttf").write_bytes(content)
        return ["--home", str(folder / "home"), "fonts", "add", f"{name}.ttf"]

    def used(folder: Path) -> list[str]:
        (folder / "fonts").mkdir()
        (folder / "fonts" / f"{name}.ttf").write_bytes(content)
        (folder / "clipmill.toml").write_text(f'font_folders = ["fonts"]\nhome = "{folder / "home"}"\n')
        return ["--home", str(folder / "home"), *render(folder, body(text(style={"fontFamily": "Broken"})))]

    CASES.add(f"font-added-{name}", means, added, says)
    CASES.add(f"font-used-{name}", means, used)


def _tables(count: int, at: int = 0, length: int = 0xFFFFFFFF) -> bytes:
    """A font with as many tables, each as long."""
    head = b"\0\1\0\0" + struct.pack(">HHHH", count & 0xFFFF, 0, 0, 0)
    return head + b"".join(struct.pack(">4sIII", b"cmap", 0, at, length) for _ in range(count))


_font("nothing", "be empty", b"", "Refused")
_font("chance", "be no font", bytes(range(256)) * 999, "Refused")
_font("tables", "as many tables as can be said", _tables(65535), "Refused")
_font("collection", "a collection of four billion fonts", b"ttcf\0\1\0\0\xff\xff\xff\xff" + bytes(999), "Refused")
_font("of-itself", "a collection that holds itself", b"ttcf\0\1\0\0\0\0\0\x08" + bytes(32), "Refused")


@CASES.case("every length in a font larger than it is")
def font_with_lengths(folder: Path) -> list[str]:
    whole = bytearray(good()[".ttf"])
    count = struct.unpack(">H", whole[4:6])[0]
    for number in range(count):
        whole[12 + 16 * number + 12 : 12 + 16 * number + 16] = b"\x7f\xff\xff\xff"
    (folder / "a.ttf").write_bytes(whole)
    return ["--home", str(folder / "home"), "fonts", "add", "a.ttf"]


@CASES.case("a map of letters that says it has a billion")
def font_with_letters(folder: Path) -> list[str]:
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + struct.pack(">HHIII", 12, 0, 16 + 12 * 9000, 0, 9000)
    cmap += struct.pack(">III", 0, 0x10FFFF, 1) * 9000
    name = b"\0\0\0\0\0\6"
    entries = [(b"cmap", cmap), (b"name", name), (b"head", bytes(54)), (b"maxp", bytes(6))]
    at, head, rest = 12 + 16 * len(entries), b"", b""
    for tag, content in entries:
        head += struct.pack(">4sIII", tag, 0, at + len(rest), len(content))
        rest += content
    (folder / "a.ttf").write_bytes(b"\0\1\0\0" + struct.pack(">HHHH", len(entries), 0, 0, 0) + head + rest)
    return ["--home", str(folder / "home"), "fonts", "add", "a.ttf"]


@CASES.case("a state folder that is a file", says="error")
def home_is_a_file(folder: Path) -> list[str]:
    (folder / "home").write_text("no folder")
    return ["--home", str(folder / "home"), *table(folder, ROWS)]


@CASES.case("a database that is none", says="error")
def database_is_none(folder: Path) -> list[str]:
    (folder / "home").mkdir()
    (folder / "home" / "clipmill.db").write_bytes(b"no database at all " * 999)
    return ["--home", str(folder / "home"), "status"]


@CASES.case("a database that is a pipe")
def database_is_a_pipe(folder: Path) -> list[str]:
    (folder / "home").mkdir()
    os.mkfifo(folder / "home" / "clipmill.db")
    return ["--home", str(folder / "home"), *table(folder, ROWS, verb="run")]

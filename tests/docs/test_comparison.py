"""README's table of figures holds together: it is whole, and its ratios are those of its own seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.peers.comparison import BEGIN, END, NONE, Line, columns, markdown, read, write

README = Path(__file__).parents[2] / "README.md"
OURS, LINE, FLOOR = "**clipmill**", "`clipmill run`, the whole line", "the encode floor"
Table = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def table() -> Table:
    """What each line is called → its figures by column."""
    return {next(iter(row.values())): row for row in read(README)}


def column(row: dict[str, str], *words: str) -> str:
    """The figure of the one column whose name has all these words."""
    [name] = [name for name in row if all(word in name for word in words)]
    return row[name]


def test_table_has_clipmill_the_floor_and_the_others(table: Table) -> None:
    assert list(table)[:3] == [OURS, LINE, FLOOR]
    assert [name.split()[0] for name in list(table)[3:]] == ["ffmpeg", "ffmpeg", "MoviePy"]


def test_every_column_is_there(table: Table) -> None:
    [name] = [name for name in table[OURS] if "in a row, CPU s" in name]
    for row in table.values():
        assert list(row) == columns(int(name.split()[0]))


@pytest.mark.parametrize("way", ["one", "in a row"])
@pytest.mark.parametrize("base", ["clipmill", "floor"])
def test_ratios_are_those_of_the_seconds_beside_them(table: Table, way: str, base: str) -> None:
    bases = {"clipmill": column(table[OURS], way, "CPU s"), "floor": column(table[FLOOR], "one", "CPU s")}
    for row in table.values():
        seconds, ratio = column(row, way, "CPU s"), column(row, way, f"× {base}")
        assert ratio == (NONE if seconds == NONE else f"{float(seconds) / float(bases[base]):.2f}")


def test_clipmill_and_each_of_the_others_have_every_figure(table: Table) -> None:
    for name in [OURS, *list(table)[3:]]:
        assert all(float(figure) >= 0 for figure in list(table[name].values())[1:]), name


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    ours, floor = Line(OURS, 1.0, 0.5, 400_000, 190), Line(FLOOR, 0.8, None, 430_000)
    slow = Line("slow, `x`", 10.004, 9.996, 500_000, 281.4, 85.06, 77.0, 0.97456, 90)
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write(page, markdown([ours, floor, slow], ours, floor, 5) + "\n\nA note.")
    kept = read(page)
    assert page.read_text().startswith("before\n")
    assert page.read_text().endswith(f"A note.\n{END}\nafter\n")
    assert list(kept[2].values())[1:7] == ["10.00", "20.00", "12.50", "12.50", "10.00", "10.00"]
    assert list(kept[2].values())[7:] == ["500", "281", "85.1", "77.0", "0.9746", "90"]
    assert kept[1]["5 in a row, × clipmill"] == NONE


def test_columns_without_a_figure_are_left_out() -> None:
    ours, floor = Line(OURS, 1.0, None, 400_000), Line(FLOOR, 0.8, None, 430_000)
    assert "in a row" not in markdown([ours, floor], ours, floor, 0)


def test_a_page_without_a_place_for_the_table_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here\n")
    with pytest.raises(ValueError, match="no place for the table"):
        write(page, "a table")
    assert page.read_text() == "nothing here\n"

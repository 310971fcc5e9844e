"""The report page, read as a browser would."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from clipmill.cli.wording import command
from clipmill.deliver.report import write_report
from clipmill.domain.batch import Batch, BatchState, Progress
from clipmill.domain.credits import Balance
from clipmill.domain.media import Shot
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.domain.verdict import MediaFacts, Problem
from clipmill.errors import StoreError

Build = Callable[..., RowRecord]
Frames = Callable[[RowRecord], Mapping[str, Path]]


@dataclass
class Page(HTMLParser):
    """The parts of a page that tests look at."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        (self.scripts if self.tags and self.tags[-1][0] == "script" else self.texts).append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts))

    def values(self, tag: str, attribute: str) -> list[str]:
        return [str(attrs[attribute]) for name, attrs in self.tags if name == tag and attribute in attrs]


@pytest.fixture
def written(tmp_path: Path, frames: Frames) -> Callable[..., Page]:
    """Write a report over these records and read it back."""

    def write(
        *records: RowRecord,
        cards_shown: int = 2000,
        budget: int | None = 500_000,
        difference: int = 0,
        name: str = "Week 47",
        frames: Frames = frames,
    ) -> Page:
        counts: dict[RowState, int] = {}
        for record in records:
            counts[record.state] = counts.get(record.state, 0) + 1
        batch = Batch(id="bat_7QmX2", name=name, template_name="product-promo", template_version="9f2c1ab47e",
                      engine="render", source="catalog.csv", out_folder=str(tmp_path / "out"),
                      policy=Policy(budget=budget), state=BatchState.RUNNING)  # fmt: skip
        spent = sum(record.credits for record in records)
        progress = Progress(batch, counts, Balance(12_000, spent, difference), len(records))
        path = write_report(tmp_path / "out", progress, records, frames, generated_at=0.0, cards_shown=cards_shown,
                            say=command)  # fmt: skip
        page = Page()
        page.feed(path.read_text("utf-8"))
        return page

    return write


def test_the_sum_line_accounts_for_every_row(written: Callable[..., Page], record: Build) -> None:
    states = (RowState.DONE, RowState.DONE, RowState.REVIEW, RowState.FAILED, RowState.BLOCKED, RowState.READY,
              RowState.WAITING)  # fmt: skip
    page = written(*(record(number, state) for number, state in enumerate(states, 1)))
    assert "2 of 7 rows are done" in page.text
    assert "2 done 1 to review 1 failed 1 blocked 1 waiting 1 waiting for parts 7 rows" in page.text


def test_the_batch_its_template_and_its_credits_are_named(written: Callable[..., Page], record: Build) -> None:
    text = written(record(1), record(3)).text
    assert all(part in text for part in ("Week 47", "product-promo", "9f2c1ab4", "bat_7QmX2"))
    assert "Spent 6 Reserved 12 Budget 500" in text
    assert "Charged" not in text


def test_parts_of_credits_and_what_engines_charged_are_told(written: Callable[..., Page], record: Build) -> None:
    text = written(record(1, credits=2_400), record(2, credits=1_000), budget=5_500, difference=-600).text
    assert "Spent 3.4 Reserved 12 Budget 5.5 Charged 0.6 less than reserved" in text
    assert "2.4 credits" in text
    assert "1 credit 1 attempt" in text


def test_a_batch_without_a_cap_says_so(written: Callable[..., Page], record: Build) -> None:
    assert "Budget no limit" in written(record(1), budget=None).text


def test_every_blocked_row_says_what_where_who_and_how(written: Callable[..., Page], record: Build) -> None:
    problem = Problem(
        "colour.unknown", "“tealish” is no colour.", "Give a hex colour.", column="accent", value="tealish"
    )
    text = written(record(1), record(2, RowState.BLOCKED, problems=(problem,))).text
    for part in ("“tealish” is no colour.", "accent in row 2", "tealish", "data owner", "Give a hex colour."):
        assert part in text


def test_first_middle_and_last_frame_stand_beside_the_page(
    written: Callable[..., Page], record: Build, tmp_path: Path
) -> None:
    page = written(record(1))
    links = page.values("img", "src")
    assert [link.rsplit("-", 1)[1] for link in links] == ["first.jpg", "middle.jpg", "last.jpg"]
    assert all((tmp_path / "out" / link).read_bytes().startswith(link.rsplit("-")[1][:4].encode()) for link in links)
    assert set(page.values("img", "loading")) == {"lazy"}
    assert all(page.values("img", "alt"))


def _made(record: Build, number: int, name: str, state: RowState = RowState.DONE, **facts: object) -> RowRecord:
    """A row whose file is something else than a video."""
    made = record(number, state, file_name=name)
    assert made.verdict is not None
    measured = MediaFacts(size_bytes=5000, **facts)  # type: ignore[arg-type]
    return replace(made, verdict=replace(made.verdict, facts=measured))


def test_a_picture_is_shown_once_and_without_a_time(
    tmp_path: Path, written: Callable[..., Page], record: Build
) -> None:
    (tmp_path / "first.jpg").write_bytes(b"the picture")
    card = _made(record, 1, "card.png", frames=1, width=300, height=200, container="png")
    page = written(card, frames=lambda _: {path.stem: path for path in tmp_path.glob("*.jpg")})
    assert [link.rsplit("-", 1)[1] for link in page.values("img", "src")] == ["first.jpg"]
    assert page.values("img", "alt") == ["Picture of row 1"]
    assert "figcaption" not in {tag for tag, _ in page.tags}
    assert "300 × 200" in page.text
    assert " 0.00 s" not in page.text
    assert "card.png" in page.values("a", "href")


def test_a_sound_can_be_heard_from_the_page(written: Callable[..., Page], record: Build) -> None:
    facts = {"seconds": 12.5, "audio_seconds": 12.5, "container": "mp3", "audio_codec": "mp3"}
    page = written(_made(record, 2, "Größe 1.mp3", **facts), _made(record, 4, "b.mp3", RowState.REVIEW, **facts))
    assert page.values("audio", "src") == ["Gr%C3%B6%C3%9Fe%201.mp3"]
    assert page.values("audio", "preload") == ["none"]
    assert "A sound that is not here any more" in page.text
    assert "12.50 s" in page.text
    assert "×" not in page.text


def test_frames_of_a_zip_have_no_times(written: Callable[..., Page], record: Build) -> None:
    page = written(_made(record, 1, "frames.zip", frames=90, width=300, height=200, container="zip"))
    assert len(page.values("img", "src")) == 3
    assert not re.search(r"\d s\b", page.text)
    assert "90 pictures" in page.text
    assert "frames.zip" in page.values("a", "href")


def test_nothing_on_the_page_needs_a_network(written: Callable[..., Page], record: Build) -> None:
    page = written(record(1), record(2, RowState.REVIEW), record(3, RowState.BLOCKED))
    links = page.values("img", "src") + page.values("a", "href") + page.values("use", "href")
    assert links
    assert not [link for link in links if "//" in link or link.startswith(("/", "file:", "data:"))]
    assert not {"link", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert [attrs for tag, attrs in page.tags if tag == "script"] == [{}]
    assert [attrs["hidden"] for tag, attrs in page.tags if tag == "form"] == [None]


def test_links_lead_to_what_is_there(written: Callable[..., Page], record: Build, tmp_path: Path) -> None:
    name = "Größe #1 50%.mp4"
    page = written(record(1, file_name=name), record(2, RowState.REVIEW))
    (tmp_path / "out" / name).write_bytes(b"video")
    videos = {link for link in page.values("a", "href") if "mp4" in link}
    assert [(tmp_path / "out" / unquote(link)).is_file() for link in videos] == [True]


def test_a_file_that_waits_can_be_opened_and_heard(written: Callable[..., Page], record: Build, tmp_path: Path) -> None:
    waiting = tmp_path / "out" / "report" / "review"
    waiting.mkdir(parents=True)
    for name in ("Größe 2.mp4", "b.mp3"):
        (waiting / name).write_bytes(b"made")
    facts = {"seconds": 12.5, "audio_seconds": 12.5, "container": "mp3", "audio_codec": "mp3"}
    page = written(
        record(2, RowState.REVIEW, file_name="Größe 2.mp4"), _made(record, 4, "b.mp3", RowState.REVIEW, **facts)
    )
    assert "report/review/Gr%C3%B6%C3%9Fe%202.mp4" in page.values("a", "href")
    assert page.values("audio", "src") == ["report/review/b.mp3"]


def test_a_rejected_file_can_still_be_opened_while_it_is_there(
    written: Callable[..., Page], record: Build, tmp_path: Path
) -> None:
    rejection = (Problem("rejected", "a person rejected it", "Correct it."),)
    row = record(1, RowState.FAILED, file_name="a.mp4", media="1" * 64, problems=rejection)
    assert "report/rejected/a.mp4" not in written(row).values("a", "href")
    (tmp_path / "out" / "report" / "rejected").mkdir(parents=True)
    (tmp_path / "out" / "report" / "rejected" / "a.mp4").write_bytes(b"made")
    page = written(row)
    assert "report/rejected/a.mp4" in page.values("a", "href")
    assert "clipmill retry bat_7QmX2 --rows 1 --new-seed" in page.texts


def test_what_can_be_typed_next_is_on_the_page_and_on_the_card(written: Callable[..., Page], record: Build) -> None:
    page = written(record(1), record(3, RowState.REVIEW))
    for typed in ("approve bat_7QmX2", "approve bat_7QmX2 --rows 3", "reject bat_7QmX2 --rows 3",
                    "reject bat_7QmX2 --rows 1"):  # fmt: skip
        assert f"clipmill {typed}" in page.texts
    assert "approve" not in written(record(1)).text


def test_a_doubt_is_shown_where_it_can_be_seen(written: Callable[..., Page], record: Build, tmp_path: Path) -> None:
    for name in ("first", "middle", "last", "doubt1"):
        (tmp_path / f"{name}.jpg").write_bytes(name.encode())
    row = record(3, RowState.REVIEW)
    assert row.verdict is not None
    shots = (Shot("doubt1", 45, "visuals[1]: cut"), Shot("first", 0), Shot("middle", 60), Shot("last", 80))
    page = written(
        replace(row, verdict=replace(row.verdict, shots=shots)),
        frames=lambda _: {path.stem: path for path in tmp_path.glob("*.jpg")},
    )
    assert [link.rsplit("-", 1)[1] for link in page.values("img", "src")] == [
        "doubt1.jpg", "first.jpg", "middle.jpg", "last.jpg"
    ]  # fmt: skip
    assert "Row 3: visuals[1]: cut" in page.values("img", "alt")
    assert "1.5 s" in page.text
    assert "2.0 s" in page.text


def test_what_was_noticed_of_a_finished_file_is_told_and_is_no_check_that_passed(
    written: Callable[..., Page], record: Build
) -> None:
    row = record(1)
    assert row.verdict is not None
    page = written(replace(row, verdict=replace(row.verdict, noticed=("visuals[1]: cut",))))
    assert "2 of 2 checks passed" in page.text
    assert page.text.count("visuals[1]: cut") == 3


def test_blocked_csv_is_named_only_where_it_lies(written: Callable[..., Page], record: Build, tmp_path: Path) -> None:
    rows = (record(1), record(2, RowState.BLOCKED))
    assert "blocked.csv" not in written(*rows).text
    (tmp_path / "out" / "blocked.csv").write_text("")
    assert "blocked.csv" in written(*rows).text


def test_a_users_text_is_never_markup(written: Callable[..., Page], record: Build) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    problem = Problem("x", evil, evil, column=evil, value=evil)
    page = written(
        record(1, fields={evil: evil}, warnings=(evil,), fallbacks=(evil,)),
        record(2, RowState.BLOCKED, problems=(problem,)),
        name=evil,
    )
    assert len([tag for tag, _ in page.tags if tag == "script"]) == 1
    assert not any("alert" in script for script in page.scripts)
    assert page.values("img", "onerror") == []
    assert evil in page.text


def test_commands_in_a_fix_are_set_as_code(written: Callable[..., Page], record: Build) -> None:
    page = written(record(2, RowState.REVIEW))
    assert "`" not in page.text
    assert "clipmill approve" in page.texts


def test_review_and_failed_rows_come_first_and_no_id_is_there_twice(
    written: Callable[..., Page], record: Build
) -> None:
    page = written(record(1), record(2, RowState.FAILED), record(3, RowState.REVIEW))
    ids = [str(attrs["id"]) for _, attrs in page.tags if "id" in attrs]
    assert [name for name in ids if name.startswith("row-")] == ["row-3", "row-2", "row-1"]
    assert len(ids) == len(set(ids))


def test_a_long_contact_sheet_says_what_it_leaves_out(written: Callable[..., Page], record: Build) -> None:
    page = written(*(record(number) for number in range(1, 8)), cards_shown=4)
    assert "The first 4 of 7 are shown, those that wait for somebody before all others" in page.text
    assert sum(tag == "article" for tag, _ in page.tags) == 4
    assert sum(tag == "li" and attrs.get("class") == "is-done" for tag, attrs in page.tags) >= 7


def test_a_row_without_pictures_says_so(written: Callable[..., Page], record: Build) -> None:
    assert "No picture of this row" in written(record(2)).text


def test_a_batch_of_nothing_is_a_page_too(written: Callable[..., Page]) -> None:
    assert "No file has been made yet." in written().text


def test_the_same_batch_gives_the_same_page(written: Callable[..., Page], record: Build, tmp_path: Path) -> None:
    pages = []
    for _ in range(2):
        written(record(1), record(3))
        pages.append((tmp_path / "out" / "report.html").read_bytes())
    assert pages[0] == pages[1]


def test_a_link_planted_at_a_picture_is_not_written_through(
    written: Callable[..., Page], record: Build, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "out" / "report").mkdir(parents=True)
    (tmp_path / "out" / "report" / f"{1:064x}-first.jpg").symlink_to(victim)
    written(record(1))
    assert victim.read_bytes() == b"precious"


def test_a_folder_that_cannot_be_written_is_the_stores_failure(
    written: Callable[..., Page], record: Build, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("no folder")
    with pytest.raises(StoreError, match="could not be written"):
        written(record(1))

"""The comparison itself: every way takes its turn, every output is checked, and the figures become a table."""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import imageio_ffmpeg
from cases.case import HD, Case, Table, Way
from cases.promo import promo
from checks import faults, steps_back, write_frames
from comparison import Line, markdown, write
from composition import Sheet
from gold import Gold
from measuring import Figure, floor, measure_command, median
from memory import peak_memory
from notes import notes, versions
from prepare import prepare
from rendering import Bench
from seen import seen

HERE = Path(__file__).resolve().parent
README = HERE.parents[1] / "README.md"
#: The programs of the others, by what they are called here, and what each is told besides its sheet.
PEERS: Mapping[str, tuple[str, ...]] = {
    "zoompan": ("with_ffmpeg.py", "zoompan"),
    "perspective": ("with_ffmpeg.py", "perspective"),
    "moviepy": ("with_moviepy.py",),
}
FLOOR, OURS, LINE = "floor", "clipmill", "run"


@dataclass(frozen=True)
class Options:
    """How thoroughly to measure."""

    runs: int
    #: Videos in a row; 0 for none.
    batch: int
    quality: bool
    frames: Path | None


@dataclass
class Contest:
    """One comparison; everything of it lies in `folder`."""

    options: Options
    folder: Path
    #: What the others' programs find in their environment.
    environment: Mapping[str, str]
    #: Way → its figures for one video, and for each of several in a row.
    one: dict[str, list[Figure]] = field(default_factory=dict)
    each: dict[str, list[Figure]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / OURS).mkdir()
        rows = self._rows()
        self._bench = Bench(Case("peers", "P1 beside others", self._table(rows)), self.folder / OURS)
        self._raw = self._bench.raw(0)
        self._sheets = {peer: self._sheet(peer, rows) for peer in PEERS}

    def _rows(self) -> list[dict[str, str]]:
        """The first rows of P1."""
        with promo().rows.open(encoding="utf-8", newline="") as source:
            return list(csv.DictReader(source))[: max(1, self.options.batch)]

    def _table(self, rows: Sequence[Mapping[str, str]]) -> Table:
        """These rows as a table of their own."""
        kept = self.folder / "rows.csv"
        with kept.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, fieldnames=[*rows[0]])
            writer.writeheader()
            writer.writerows(rows)
        return replace(promo(), rows=kept)

    def _sheet(self, peer: str, rows: Sequence[Mapping[str, str]]) -> Sheet:
        """What one of the others is told: `one.json` asks for the first row, `each.json` for all."""
        place = self.folder / peer
        place.mkdir()
        sheet = prepare(rows, promo().fonts, imageio_ffmpeg.get_ffmpeg_exe(), place)
        sheet.write(place / "each.json")
        replace(sheet, videos=sheet.videos[:1]).write(place / "one.json")
        return sheet

    def run(self) -> None:
        """Every way in turn, so many times."""
        for turn in range(self.options.runs):
            self._note(turn, FLOOR, self.one, floor(self._raw.path(), HD, self.folder / "floor.h264"))
            self._note(turn, OURS, self.one, self._bench.render(Way("one"), 1))
            for peer in PEERS:
                self._note(turn, peer, self.one, self._peer(peer, "one", 1))
            if not self.options.batch:
                continue
            batch = Way("in a row", videos=self.options.batch, line=True)
            self._note(turn, OURS, self.each, self._bench.render(batch, batch.videos))
            with peak_memory() as peak:
                figure = self._bench.line(batch)
            self._note(turn, LINE, self.each, replace(figure, rss_mb=peak.mb))
            for peer in PEERS:
                self._note(turn, peer, self.each, self._peer(peer, "each", batch.videos))

    def _note(self, turn: int, way: str, where: dict[str, list[Figure]], figure: Figure) -> None:
        where.setdefault(way, []).append(figure)
        what = "one" if where is self.one else "in a row"
        print(f"  {turn + 1}: {way:12} {what:9} {figure.cpu_seconds:6.2f} CPU-s", file=sys.stderr, flush=True)

    def _peer(self, peer: str, sheet: str, videos: int) -> Figure:
        """One program over one sheet: per video."""
        program, *told = PEERS[peer]
        command = (sys.executable, str(HERE / program), str(self.folder / peer / f"{sheet}.json"), *told)
        with peak_memory() as peak:
            figure, _ = measure_command(command, environment=self.environment)
        sizes = [path.stat().st_size for path in self.files(peer)[:videos]]
        return Figure(figure.cpu_seconds / videos, peak.mb, round(sum(sizes) / videos))

    def files(self, way: str) -> list[Path]:
        """What a way made, in the order of the rows."""
        if way == OURS:
            return [self._bench.video(number) for number in range(max(1, self.options.batch))]
        return [Path(video.into) for video in self._sheets[way].videos]

    def gold(self, number: int) -> Gold:
        """A row as it should look."""
        sheet = next(iter(self._sheets.values()))
        return Gold(sheet, sheet.videos[number])

    def wrong(self) -> list[str]:
        """What is wrong with any output, in words."""
        found = [f"clipmill: {wrong}" for wrong in self._bench.wrong]
        for way in (OURS, *PEERS):
            for number, file in enumerate(self.files(way)):
                found += [f"{way}, row {number + 1}: {fault}" for fault in faults(file, self.gold(number))]
            if self.options.frames:
                write_frames(self.files(way)[0], self.options.frames, way)
        return found

    def lines(self) -> dict[str, Line]:
        """Way → its line of the table."""
        looks = self._seen() if self.options.quality else {}
        titles = {OURS: "**clipmill**", LINE: "`clipmill run`, the whole line", FLOOR: "the encode floor", **versions()}
        found = {}
        for way, title in titles.items():
            one, each = (median(where[way]) if way in where else None for where in (self.one, self.each))
            shown = one or each
            if shown is None:
                continue
            memory = max(figure.rss_mb for figure in (one, each) if figure)
            line = Line(title, one and one.cpu_seconds, each and each.cpu_seconds, shown.file_bytes, memory or None)
            found[way] = replace(line, **looks.get(way, {}))
        return found

    def _seen(self) -> dict[str, dict[str, float]]:
        """Way → how good its first video is, beside frames that none of them drew."""
        drawn = self.folder / "gold.yuv"
        self.gold(0).write(drawn)
        media = {way: self.files(way)[0] for way in (OURS, *PEERS)} | {FLOOR: self.folder / "floor.h264"}
        program = imageio_ffmpeg.get_ffmpeg_exe()
        return {
            way: asdict(seen(file, drawn, program)) | {"steps_back": steps_back(file)} for way, file in media.items()
        }


def main(environment: Mapping[str, str]) -> int:
    """Measure, check, print."""
    parser = argparse.ArgumentParser(description="P1 by clipmill, ffmpeg and MoviePy, side by side.")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=5, help="videos in a row")
    parser.add_argument("--quality", action="store_true", help="VMAF and SSIM beside frames that none of them drew")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    parser.add_argument("--frames", type=Path, metavar="FOLDER", help="four frames of each as PNG")
    parser.add_argument("--quick", action="store_true", help="once, one video each")
    given = parser.parse_args()
    runs, batch = (1, 0) if given.quick else (given.runs, given.batch)
    with tempfile.TemporaryDirectory(prefix="clipmill-peers-") as name:
        contest = Contest(Options(runs, batch, given.quality, given.frames), Path(name), environment)
        contest.run()
        wrong, lines = contest.wrong(), contest.lines()
    table = markdown([*lines.values()], lines[OURS], lines[FLOOR], batch)
    text = f"{table}\n\n{notes(runs, time.strftime('%Y-%m-%d'))}"
    print(text)
    for fault in wrong:
        print(f"WRONG: {fault}", file=sys.stderr)
    if given.write and not wrong:
        write(README, text)
    return 1 if wrong else 0

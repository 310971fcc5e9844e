"""Every case of the benchmark beside the encode floor of its own frames: `make bench` or `python bench/suite.py`.

`--only NAME` (p1, batch, static, still, karaoke, footage, narrated), `--runs 3`, `--quick` (once, fewer videos, without
`clipmill run`), `--json FILE`. CPU seconds are user + system time of fresh process trees, the median of the runs; the
floor is measured before each. Ends with 1 where a finished file does not pass verification.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from cases import cards, filmed, promo
from cases.case import Case, Way
from measuring import Figure, Raw, compiled, floor, median
from quality import mean, quality, stream_bytes
from rendering import Bench
from table import Found, as_json, case_lines, heading, summary

CASES: Mapping[str, Callable[[], Case]] = {
    "p1": promo.single,
    "batch": promo.batch,
    "static": cards.static,
    "still": promo.still,
    "karaoke": filmed.karaoke,
    "footage": filmed.footage,
    "narrated": filmed.narrated,
}


@dataclass(frozen=True)
class Options:
    """How thoroughly to measure."""

    runs: int
    quick: bool

    def ways(self, case: Case) -> list[Way]:
        """The ways of a case that are measured."""
        return [way for way in case.ways if not (self.quick and way.line)]

    def videos(self, way: Way) -> int:
        """How many videos are made in a way."""
        return way.quick if self.quick else way.videos


def measure_case(case: Case, options: Options) -> Found:
    """Floor, way, floor, way …, so many times; then quality."""
    with tempfile.TemporaryDirectory(prefix="clipmill-bench-") as name:
        folder = Path(name)
        bench = Bench(case, folder)
        drawn = {number: bench.raw(number) for number in case.drawn[: 1 if options.quick else None]}
        base: dict[int, list[Figure]] = {number: [] for number in drawn}
        turns = itertools.cycle(drawn)
        used: dict[Way, list[Figure]] = {way: [] for way in options.ways(case)}
        for run in range(options.runs):
            for way, figures in used.items():
                if way.line and run and way.videos > 1:
                    continue
                number = next(turns)
                base[number].append(floor(drawn[number].path(), case.shape, _floor_of(number, folder)))
                figures.append(bench.line(way) if way.line else bench.render(way, options.videos(way)))
        for number in (number for number, figures in base.items() if not figures):
            base[number].append(floor(drawn[number].path(), case.shape, _floor_of(number, folder)))
        return _found(bench, drawn, base, used)


def _found(
    bench: Bench, drawn: Mapping[int, Raw], base: Mapping[int, list[Figure]], used: Mapping[Way, list[Figure]]
) -> Found:
    """The medians, and how good the pictures are."""
    shape, floors = bench.case.shape, [median(figures) for figures in base.values()]
    files = {number: (bench.video(number), _floor_of(number, bench.folder)) for number in drawn}
    scores = [[quality(file, drawn[number], shape) for file in pair] for number, pair in files.items()]
    for raw in drawn.values():
        raw.close()
    return Found(
        case=bench.case,
        floor=Figure(fmean(each.cpu_seconds for each in floors), 0, round(fmean(each.file_bytes for each in floors))),
        ways={way: median(figures) for way, figures in used.items()},
        video_bytes=round(fmean(stream_bytes(ours) for ours, _ in files.values())),
        quality=mean([ours for ours, _ in scores]),
        floor_quality=mean([theirs for _, theirs in scores]),
        wrong=tuple(bench.wrong),
    )


def _floor_of(number: int, folder: Path) -> Path:
    """Where x264's stream of a video lies."""
    return folder / f"floor-{number}.h264"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=[*CASES], help="one of the cases")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="once, fewer videos, without `clipmill run`")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    given = parser.parse_args()
    options = Options(1 if given.quick else given.runs, given.quick)
    print(heading(options.runs), flush=True)
    compiled()
    found: list[Found] = []
    for name, make in CASES.items():
        if given.only in (None, name):
            found.append(measure_case(make(), options))
            print("\n".join(case_lines(found[-1])), flush=True)
    print("\n".join(summary(found)))
    if given.json:
        given.json.write_text(json.dumps([as_json(each) for each in found], indent=1), encoding="utf-8")
    return 1 if any(each.wrong for each in found) else 0


if __name__ == "__main__":
    sys.exit(main())

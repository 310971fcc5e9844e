"""What was found of the cases, as a table of 120 columns, as targets met and missed, and as JSON."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cases.case import Case, Way
from measuring import Figure
from quality import Quality, ffmpeg_with_vmaf

#: The most memory a worker may hold, MB.
MEMORY_MB = 200
_FLOOR = "x264 veryfast crf 23, its frames"
#: The width of the first column.
_TITLE = 36


@dataclass(frozen=True)
class Found:
    """What was measured of a case."""

    case: Case
    floor: Figure
    ways: Mapping[Way, Figure]
    #: The bytes of the pictures alone; those of `floor` are.
    video_bytes: int
    quality: Quality
    floor_quality: Quality
    #: What verification did not let pass.
    wrong: tuple[str, ...]

    def ratio(self, figure: Figure) -> float:
        """How many times the floor."""
        return figure.cpu_seconds / self.floor.cpu_seconds


@dataclass(frozen=True)
class Target:
    """What is aimed at, and what was reached."""

    name: str
    reached: float
    limit: float
    unit: str

    @property
    def met(self) -> bool:
        """Whether it was reached."""
        return self.reached <= self.limit

    def __str__(self) -> str:
        return f"≤{self.limit:g}{self.unit} {'✓' if self.met else '✗'}"


def targets(found: Found, way: Way, figure: Figure) -> list[Target]:
    """What is aimed at in one way."""
    name = f"{found.case.name}, {way.title}"
    wanted = []
    if way.seconds:
        wanted.append(Target(name, figure.cpu_seconds, way.seconds, "s"))
    if way.ratio:
        wanted.append(Target(name, found.ratio(figure), way.ratio, "×"))
    return wanted


def heading(runs: int) -> str:
    """Over the table."""
    vmaf = f"{'VMAF':>6}" if ffmpeg_with_vmaf() else ""
    when = time.strftime("%Y-%m-%d")
    title = f"Per video, {f'median of {runs}' if runs > 1 else 'once'}, {when}"
    columns = f"{'CPU-s':>7}{'× floor':>8}{'kB':>6}{'video':>7}{'SSIM':>8}{'PSNR':>6}{vmaf}{'MB':>5}"
    return f"{title:{_TITLE}}{columns}  {'checked':8}targets"


def case_lines(found: Found) -> Iterator[str]:
    """The floor and each way of a case; what was wrong with its files."""
    yield found.case.title
    yield _line(_FLOOR, found, found.floor, (found.floor.file_bytes, found.floor_quality))
    own = (found.video_bytes, found.quality)
    for place, (way, figure) in enumerate(found.ways.items()):
        checked = "FAILED" if found.wrong else "ok"
        told = "  ".join(str(target) for target in targets(found, way, figure))
        line = _line(way.title, found, figure, own if place == 0 else None)
        yield f"{line}  {checked:8}{told}".rstrip()
    yield from (f"    wrong: {wrong}" for wrong in found.wrong)


def _line(title: str, found: Found, figure: Figure, seen: tuple[int, Quality] | None) -> str:
    """One line as far as the memory; `seen` is the video's bytes and quality."""
    size = "" if figure is found.floor else f"{figure.file_bytes / 1000:.0f}"
    video = ssim = psnr = vmaf = ""
    if seen is not None:
        video, ssim, psnr = f"{seen[0] / 1000:.0f}", f"{seen[1].ssim:.4f}", f"{seen[1].psnr:.1f}"
        vmaf = f"{seen[1].vmaf:.1f}" if seen[1].vmaf is not None else ""
    scores = f"{video:>7}{ssim:>8}{psnr:>6}" + (f"{vmaf:>6}" if ffmpeg_with_vmaf() else "")
    memory = f"{figure.rss_mb:.0f}" if figure.rss_mb else ""
    return f"  {title:{_TITLE - 2}}{figure.cpu_seconds:7.3f}{found.ratio(figure):8.2f}{size:>6}{scores}{memory:>5}"


def summary(found: Sequence[Found]) -> Iterator[str]:
    """What holds for all cases, and what was missed."""
    ways = [(each, way, figure) for each in found for way, figure in each.ways.items()]
    most = Target("memory of a worker", max(figure.rss_mb for _, _, figure in ways), MEMORY_MB, " MB")
    worse = [each for each in found if each.quality.below(each.floor_quality)]
    yield ""
    yield f"Memory of a worker: {most.reached:.0f} MB at most, {most}"
    yield f"Quality not below that of x264 veryfast crf 23: {'✗' if worse else '✓'}"
    yield from (f"  below in {each.case.name}: {each.quality.beside(each.floor_quality)}" for each in worse)
    missed = [target for each in ways for target in targets(*each) if not target.met]
    yield "Targets met." if not missed and most.met and not worse else "Targets missed:" if missed else ""
    yield from (f"  {each.name}: {each.reached:.3f} {each}" for each in missed)


def as_json(found: Found) -> dict[str, Any]:
    """The same for programs."""
    return {
        "case": found.case.name,
        "title": found.case.title,
        "floor": asdict(found.floor) | {"quality": asdict(found.floor_quality)},
        "quality": asdict(found.quality),
        "video_bytes": found.video_bytes,
        "ways": [
            {
                "title": way.title,
                **asdict(figure),
                "times_floor": found.ratio(figure),
                "targets": [asdict(target) | {"met": target.met} for target in targets(found, way, figure)],
            }
            for way, figure in found.ways.items()
        ],
        "wrong": list(found.wrong),
    }

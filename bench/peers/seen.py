"""How good a video of P1 looks beside frames that none of the tools drew: VMAF and SSIM, measured by ffmpeg."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import composition as p1

#: Of every so many frames VMAF looks at one.
_VMAF_STEP = 5
_SCORES = re.compile(r"libvmaf@(\w+) .*VMAF score: ([\d.]+)|SSIM Y:([\d.]+)")


@dataclass(frozen=True)
class Seen:
    """VMAF of the whole picture and of the photograph alone, 0 to 100, and SSIM of the brightness, 0 to 1."""

    vmaf: float
    photo_vmaf: float
    ssim: float


def seen(media: Path, drawn: Path, ffmpeg: str) -> Seen:
    """Compare a video with raw frames. Raises RuntimeError where ffmpeg cannot, for want of libvmaf."""
    raw = [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "yuv420p",
        "-s",
        f"{p1.WIDTH}x{p1.HEIGHT}",
        "-r",
        str(p1.FPS),
        "-i",
        str(drawn),
    ]
    command = [ffmpeg, "-hide_banner", "-nostdin", "-i", str(media), *raw, "-lavfi", _graph(), "-f", "null", "-"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    scores: dict[str, float] = {}
    for name, vmaf, ssim in _SCORES.findall(done.stderr):
        scores[name or "ssim"] = float(vmaf or ssim)
    if done.returncode or len(scores) != 3:
        raise RuntimeError(f"ffmpeg cannot compare {media.name}:\n{done.stderr[-2000:]}")
    return Seen(scores["whole"], scores["photo"], scores["ssim"])


def _graph() -> str:
    """Frame by frame, whatever the times in the file are; both as BT.709."""
    same = f"settb=1/{p1.FPS},setpts=N,setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
    box = f"crop={p1.BOX_SIDE}:{p1.BOX_SIDE}:{p1.BOX_LEFT}:{p1.BOX_TOP}"
    return ";".join((
        f"[0:v]{same},split=3[a][b][c];[1:v]{same},split=3[x][y][z]",
        f"[a][x]libvmaf@whole=n_threads=2:n_subsample={_VMAF_STEP}",
        f"[b]{box}[photo];[y]{box}[drawn];[photo][drawn]libvmaf@photo=n_threads=2:n_subsample={_VMAF_STEP}",
        "[c][z]ssim",
    ))  # fmt: skip

"""P1 by clipmill, ffmpeg and MoviePy, side by side: `make bench-peers` or `python bench/peers/compare.py`.

`--runs 3`, `--batch 5`, `--quality` (VMAF, SSIM, and how often the zoom steps back), `--write` (the table into
README.md), `--frames FOLDER` (four frames of each as PNG), `--quick` (once, one video each). Ends with 1 where an
output is not P1.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

#: What a shell gives a program. clipmill sets more for its own libraries, and some of that slows others down.
ENVIRONMENT = dict(os.environ)

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[1]))
    from contest import main

    sys.exit(main(ENVIRONMENT))

"""Check: what was noticed while the file was drawn, and was hardly meant; the template's rules decide."""

from __future__ import annotations

from collections.abc import Iterator

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling

#: Names of doubts, each the rule of `VerifyLimits` that decides what becomes of a file.
DOUBTS = frozenset({"cut_text", "low_contrast", "blank_picture", "early_silence", "still_clip"})


def findings(spec: MediaSpec, limits: VerifyLimits) -> Iterator[Finding]:
    """One finding for each doubt the template does not wave through: what passes for it is no check that passed."""
    for doubt in spec.doubts:
        ruling: Ruling = getattr(limits, doubt.check)
        if ruling is not Ruling.PASS:
            yield Finding(doubt.check, ruling, doubt.message)

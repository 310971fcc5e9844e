"""Check: the container, which is what the file's name says it is."""

from __future__ import annotations

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """FAIL for another container; an empty one in the spec means that the engine promised none."""
    found, wanted = measured.facts.container, spec.container
    ruling = Ruling.PASS if not wanted or found == wanted else Ruling.FAIL
    return Finding("container", ruling, f"a {found or 'file of an unknown kind'}, {wanted or 'any container'} asked")

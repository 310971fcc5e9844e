"""Every code that a refusal may have is explained, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from clipmill.api.native.codes import CODES

API = Path(__file__).parents[4] / "src" / "clipmill" / "api"
_RAISED = re.compile(r'ApiError\(\s*(\d+),\s*"([a-z_]+)"')
_LISTED = re.compile(r'(?:\(\w+Error, |\(\w+Away, |\(\w+Crash, |\d{3}: \(|)(\d{3}), "([a-z_]+)"')


def test_codes_of_the_sources_are_those_of_the_table() -> None:
    own = [*API.glob("*.py"), *(path for path in (API / "native").glob("*.py") if path.name != "codes.py")]
    text = "".join(path.read_text() for path in own)
    found = {(int(status), code) for status, code in _RAISED.findall(text)}
    errors = (API / "errors.py").read_text()
    found |= {(int(status), code) for status, code in re.findall(r'Error, (\d{3}), "([a-z_]+)"', errors)}
    assert {(status, code) for code, (status, _) in CODES.items()} >= found
    for code in CODES:
        assert f'"{code}"' in text, code

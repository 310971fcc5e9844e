"""Bodies are JSON or they are refused, with a word on where; what is too much is refused before it is read."""

from __future__ import annotations

from typing import Any

import pytest

from clipmill.api.bodies import parsed
from clipmill.api.errors import ApiError


def told(body: bytes) -> str:
    """Why a body is refused."""
    with pytest.raises(ApiError) as refused:
        parsed(body)
    assert (refused.value.told.status, refused.value.told.code) == (400, "invalid_json")
    return refused.value.told.message


@pytest.mark.parametrize(
    ("body", "why"),
    [(b'{"a": NaN}', "NaN is no number"), (b'{"a": Infinity}', "Infinity"), (b'{"a": 1e999}', "too large"),
     (b'{"a": "\\ud800"}', "half a character"), (b'{"\\udfff": 1}', "half a character"), (b"\xff\xfe", "not UTF-8"),
     (b'{"a": 1, "a": 2}', "given twice"), (b"[" * 10_000 + b"]" * 10_000, "nested deeper"),
     (b"[" * 65 + b"]" * 65, "nested deeper than 64"), (b'{"a": ', "line 1, column"), (b"", "line 1, column 1"),
     (b"1" * 400, "too large")],
)  # fmt: skip
def test_what_is_no_json_is_refused(body: bytes, why: str) -> None:
    assert why in told(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [(b"{}", {}), ("\ufeff[1]".encode(), [1]), ('{"a": "ü \U0001f600"}'.encode(), {"a": "ü \U0001f600"}),
     (b"[" * 64 + b"]" * 64, None)],
)  # fmt: skip
def test_what_is_json_is_taken(body: bytes, value: Any) -> None:
    found = parsed(body)
    assert value is None or found == value

"""The law of growth: whatever a template says, it ends in values or an error, and in memory as much as is allowed."""

from __future__ import annotations

import tracemalloc
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clipmill.domain.payload import canonical_json
from clipmill.errors import ProjectError
from clipmill.settings import Limits
from clipmill.templates.bare import bare_project

LIMITS = Limits(payload_characters=20_000, payload_values=1_000)
#: What Python takes for the largest payload of these limits, and the template itself.
BYTES = 4_000_000
NAMES = ("a", "b", "c", "d", "e")
FILTERS = st.sampled_from([
    '|replace:"a":"aaaaaaaaaa"', '|replace:"":"xyz"', "|replace:a:b", "|upper", "|slug", "|pick:a", "|default:e",
    "|strip_html:b", '|contains:"q"', "|if:c:d", "|times:9", "|truncate:99",
])  # fmt: skip
PLACEHOLDERS = st.builds(lambda name, calls: "{{" + name + "".join(calls) + "}}", st.sampled_from([*NAMES, "item"]),
                         st.lists(FILTERS, max_size=6))  # fmt: skip
TEXTS = st.lists(PLACEHOLDERS | st.sampled_from(["a", "<br>", "&", "aaaa"]), max_size=9).map("".join)
VALUES = st.recursive(
    TEXTS | st.integers(0, 9),
    lambda inner: (
        st.lists(inner, max_size=8)
        | st.dictionaries(st.sampled_from(["id", "text", "svg", "condition"]), inner, max_size=3)
        | st.builds(lambda name, body: [{"iterate": name, "text": body}] * 3, st.sampled_from(NAMES), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=3), st.lists(VALUES, max_size=6))
def test_any_template_ends_within_its_allowance(variables: dict[str, Any], visuals: list[Any]) -> None:
    tracemalloc.start()
    try:
        made = bare_project({"variables": variables, "visuals": visuals}, limits=LIMITS)
        assert len(canonical_json(made)) < 20 * LIMITS.payload_characters
    except ProjectError as error:
        assert 0 < len(str(error)) < 500
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < BYTES

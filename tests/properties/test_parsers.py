"""Whatever stands in a stranger's text, every reader of it ends in a value or in a sentence of ours."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.parsers import PARSERS, Parser

#: So few that all of it takes seconds; `--hypothesis-profile=long` takes as many as it says.
FEW = None if settings.get_current_profile_name() == "long" else 40
CHARACTERS = st.characters(codec="utf-8") | st.sampled_from("\ud800\x00\ufeff²٣\u2028\x1c\x85")


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
@settings(deadline=None, suppress_health_check=list(HealthCheck), **({"max_examples": FEW} if FEW else {}))
@given(data=st.data())
def test_any_text_ends_in_a_value_or_in_a_sentence(parser: Parser, data: st.DataObject) -> None:
    part = st.sampled_from(parser.tokens) | CHARACTERS
    often = st.tuples(part, st.integers(1, 300)).map(lambda each: each[0] * each[1])
    parts = st.lists(part | often, max_size=25).map("".join)
    text = data.draw(st.sampled_from(parser.openings)) + data.draw(parts) + data.draw(st.sampled_from(parser.ends))
    parser(text.encode("latin-1", "replace").decode("latin-1") if parser.is_binary else text)

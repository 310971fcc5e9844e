import pytest

from clipmill.domain.css.arithmetic import calculated


@pytest.mark.parametrize(
    ("text", "kind", "comes_to"),
    [("calc(100% - 2 * 10px)", "length", 180), ("calc((1em + 4px)/2)", "length", 12),
     ("min(10px, 1em, 50%)", "length", 10),
     ("max(-5px, calc(-1 * 2px))", "length", -2), ("clamp(1px, 200%, 9px)", "length", 9),
     ("calc(2 + 3*4)", "number", 14),
     ("calc(-1 * (2 + -1))", "number", -1), ("calc(1turn / 8 + 5deg)", "angle", 50), ("abs(-3px)", "length", 3),
     ("round(7px, 5px)", "length", 5), ("mod(7, 4)", "number", 3), ("calc(1px / 0)", "length", 0),
     ("-webkit-calc(1px + 1px)", "length", 2), ("calc(pi * 1)", "number", 3.14159265)],
)  # fmt: skip
def test_it_is_worked_out(text: str, kind: str, comes_to: float) -> None:
    found = calculated(text)
    assert found is not None
    assert found.kind == kind
    assert found(20, 200) == pytest.approx(comes_to)


@pytest.mark.parametrize(
    "text",
    ["calc(1px + 2)", "calc(1px * 2px)", "calc(1 / 2px)", "calc(1px+2px)", "calc()", "calc(1px", "calc(1vw)",
     "clamp(1px, 2px)", "calc(" + "(" * 60 + "1" + ")" * 61, "calc(1px +)", "calc(1px 2px)"],
)  # fmt: skip
def test_what_does_not_add_up_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be calculated"):
        calculated(text)


def test_other_texts_are_not_calculated() -> None:
    assert calculated("4px") is None
    assert calculated("rgb(1, 2, 3)") is None
    assert calculated("calc(" + "1+" * 2_000 + "1)") is None

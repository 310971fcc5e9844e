import pytest

from clipmill.domain.css.undrawn import undrawn


@pytest.mark.parametrize(
    ("what", "camel", "told"),
    [("colr", True, "colr is not drawn; did you mean color?"),
     ("fontsize", True, "fontsize is not drawn; did you mean fontSize?"),
     ("font-sze", False, "font-sze is not drawn; did you mean font-size?"),
     ("minFontsize", True, "minFontsize is not drawn; did you mean minFontSize?"),
     ("--accent", False, "--accent is not drawn")],
)  # fmt: skip
def test_a_slip_of_the_pen_is_answered_with_the_name_that_was_meant(what: str, camel: bool, told: str) -> None:
    assert undrawn(what, own=("minFontSize",), camel=camel) == told


@pytest.mark.parametrize("name", ["border-image", "mask-composite", "writing-mode"])
def test_a_property_that_is_no_slip_is_not_taken_for_one(name: str) -> None:
    assert undrawn(name) == f"{name} is not drawn"


@pytest.mark.parametrize(
    ("what", "instead"), [("animation", "enterAnimation"), ("columns", "flex or grid"), ("margin", "x and y")]
)
def test_what_may_be_used_instead_is_told(what: str, instead: str) -> None:
    assert instead in undrawn(what)


def test_a_value_that_is_not_drawn_is_answered_with_those_that_are() -> None:
    assert undrawn("white-space: balance").startswith("white-space: balance is not drawn; use normal, nowrap, pre")
    assert undrawn("width: calc(1px +)") == "width: calc(1px +) is not drawn"
    assert undrawn("backdrop-filter").endswith("use it inside")

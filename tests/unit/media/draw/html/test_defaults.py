from clipmill.media.draw.html.defaults import DEFAULTS, INNER_LIST
from clipmill.media.draw.html.tree import ALIASES, TAGS


def test_only_tags_that_are_drawn_have_properties() -> None:
    assert DEFAULTS.keys() <= TAGS | ALIASES.keys()
    assert TAGS - DEFAULTS.keys() == {"a", "br", "img", "q", "span", "svg", "wbr"}


def test_no_property_was_lost_in_reading() -> None:
    assert dict(DEFAULTS["h1"])["font-weight"] == 700
    assert all(values for values in DEFAULTS.values())
    assert len(INNER_LIST) == 4

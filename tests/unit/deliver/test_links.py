"""A link leads to one content of one tenant, for a while; nobody else makes one, and nothing in it can be changed."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipmill.deliver.links import Linked, Links

SHA = "ab" * 32


def links(now: float = 100.0, secret: str = "s") -> Links:
    """A maker of links, at a moment."""
    return Links(secret, "http://here", lambda: now, 60)


def parts(url: str) -> tuple[str, str]:
    """The token and the name of a link."""
    token, _, name = url.removeprefix("http://here/files/").partition("/")
    return token, unquote(name)


def test_a_link_leads_to_its_file_until_it_is_over() -> None:
    made = links().to("local", SHA, "ein Film.mp4")
    assert links(159).read(*parts(made)) == Linked("local", SHA, "ein Film.mp4")
    late = links(161).read(*parts(made))
    assert late is not None
    assert late.is_over


def test_a_link_made_for_the_same_moment_is_the_same() -> None:
    assert links(5).to("local", SHA, "a.mp4", since=50) == links(77).to("local", SHA, "a.mp4", since=50)


def test_our_own_links_are_known_among_others() -> None:
    made = links().to("local", SHA, "a b.mp4")
    assert links().own(made) == Linked("local", SHA, "a b.mp4")
    assert links().own("https://elsewhere/files/x/y") is None


def test_another_secret_reads_nothing() -> None:
    assert links(secret="t").read(*parts(links().to("local", SHA, "a.mp4"))) is None


@given(st.data())
def test_nothing_in_a_link_can_be_changed(data: st.DataObject) -> None:
    token, name = parts(links().to("local", SHA, "a.mp4"))
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="latin-1").filter(lambda letter: letter != token[place]))
    assert links().read(token[:place] + other + token[place + 1 :], name) is None
    assert links().read(token, data.draw(st.text().filter(lambda text: text != name))) is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\r\nSet-Cookie: x", "", "con", "a/b"])
def test_no_name_leads_elsewhere(name: str) -> None:
    made = links().to("local", SHA, name)
    assert "\n" not in made
    assert made.count("/") == 5
    assert links().own(made) is not None

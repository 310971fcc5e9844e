"""Keys look as they should, are told once, and their successors have what is left of their limits."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipmill.domain.access import Scope
from clipmill.errors import InputError, SettingsError
from clipmill.pipeline.use_cases.serving.keys import create_key, digest_of, rotate_key, set_limit
from tests.served import Server, server


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path / "home") as found:
        yield found


def test_a_key_tells_what_it_is_and_carries_its_checksum(served: Server) -> None:
    made = create_key(served.app, "shop")
    prefix, random, check = made.key.rsplit("_", 2)
    assert (prefix, len(random), len(check)) == ("cm_live", 30, 6)
    number = 0
    for digit in check:
        number = number * 62 + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".index(digit)
    assert number == zlib.crc32(random.encode())
    assert made.record.shown == made.key[:12]


@pytest.mark.parametrize(("style", "begins", "length"), [("zvid", "zvid_", 69), ("flixly", "flx_live_", 57)])
def test_keys_of_others_look_like_theirs(served: Server, style: str, begins: str, length: int) -> None:
    key = create_key(served.app, "shop", style=style).key
    assert (key.startswith(begins), len(key)) == (True, length)
    assert served.app.keys.shown(digest_of(key)) is not None


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_names_that_no_list_can_show_are_refused(served: Server, name: str) -> None:
    with pytest.raises(InputError, match="a key's name"):
        create_key(served.app, name)


def test_what_there_is_none_of_is_refused(served: Server) -> None:
    with pytest.raises(SettingsError, match="no style"):
        create_key(served.app, "a", style="x")
    with pytest.raises(InputError, match="tenant"):
        create_key(served.app, "a", tenant="../x")
    with pytest.raises(InputError, match="without scopes"):
        create_key(served.app, "a", scopes=())
    with pytest.raises(InputError, match="no limit of"):
        set_limit(served.app, create_key(served.app, "a").record, "videos", 1)


def test_a_successor_has_the_scopes_and_what_is_left(served: Server) -> None:
    now, old = served.app.clock.now(), create_key(served.app, "shop", tenant="shop", scopes=(Scope.READ,))
    set_limit(served.app, old.record, "credits", 10_000)
    limits = served.app.of("shop").key_limits
    limits.take(old.record.id, "credits", 4_000)
    new = rotate_key(served.app, old.record, now, 3_600)
    assert (new.record.scopes, new.record.tenant, new.key == old.key) == ((Scope.READ,), "shop", False)
    assert limits.left(new.record.id)["credits"].remaining == 6_000
    expires = {record.id: record.expires_at for record in served.app.keys.all("shop")}
    assert expires[old.record.id] == pytest.approx(now + 3_600)
    with pytest.raises(InputError, match="not good any more"):
        rotate_key(served.app, served.app.keys.end("shop", old.record.id), now, 0)

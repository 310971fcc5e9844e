"""The whole path by plain forms, no script: a table, a template, columns, the check, a start, a look, a decision."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipmill.web.pages import add_pages
from tests.native import CARD, call, new_batch, new_template, post, zipped
from tests.served import Server, server
from tests.visits import Page, Visitor

TABLE = "SKU,Titel,colour\nA1,One,red\nB2,Two,blue\n,Three,green\n"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path / "home", add_pages) as found:
        yield found


@pytest.fixture
def visitor(served: Server) -> Visitor:
    return Visitor(served, served.key)


def read_in(visitor: Visitor, path: str) -> Page:
    """The page of a batch that stands still, once its table is read."""
    for _ in range(500):
        page = visitor.open(path)
        if " 0 of 0 rows" not in page.words:
            return page
        time.sleep(0.01)
    raise AssertionError("it is still being read")


def batch_of(page: Page) -> str:
    """The batch that a page is of."""
    found = re.search(r"/batches/(bat_\w+)", str(page.answer.url))
    assert found, page.answer.url
    return found[1]


def checked(served: Server, visitor: Visitor, table: str = TABLE) -> Page:
    """A batch of the table at its last step, checked."""
    new_template(served)
    page = visitor.open("/dashboard/new")
    page = visitor.send(page.form("/new"), files={"table": ("rows.csv", table.encode())})
    page = visitor.send(page.form("/new/columns"))
    assert "guess: look at it" in page.words and "2 columns not used: Titel, colour" in page.words
    page = visitor.send(page.form("/new/columns"), **{"map.title": "Titel", "name": "Week 47"})
    path = str(page.answer.url.path)
    read_in(visitor, path)
    served.work()
    return visitor.open(path)


def test_from_a_table_to_files(served: Server, visitor: Visitor) -> None:
    page = checked(served, visitor)
    batch = batch_of(page)
    assert "Ready 2 of 3 rows" in page.words and "Blocked 1" in page.words
    assert page.images.count(f"/dashboard/batches/{batch}/rows/1/frame.png") == 1
    page = visitor.send(page.form(f"/{batch}/start"), how="all", budget="10", window="2")
    assert "Started." in page.words
    served.work()
    page = visitor.open(f"/dashboard/batches/{batch}")
    assert "2 of 2 rows made · 100 %" in page.words and "SKU" in page.words
    page = visitor.open(f"/dashboard/batches/{batch}/rows/3/correct")
    page = visitor.send(page.form("/rows/3/correct"), cell0="C3")
    assert "Row 3 is corrected." in page.words
    files = visitor.open(f"/dashboard/batches/{batch}/files/results.csv")
    assert files.answer.headers["content-disposition"] == 'attachment; filename="week-47-results.csv"'
    packed = visitor.client.get(f"/dashboard/batches/{batch}/files/files.zip").content
    assert b"A1.mp4" in packed and packed.startswith(b"PK")


def test_a_file_is_reached_from_its_page_without_the_servers_own_address(served: Server, visitor: Visitor) -> None:
    new_template(served)
    batch = new_batch(served)
    served.work()
    page = visitor.open(f"/dashboard/batches/{batch}/rows/1")
    link = next(link for link in page.links if link.startswith("/files/"))
    assert visitor.client.get(link).headers["content-type"] == "video/mp4"


def test_columns_that_were_changed_are_there_when_one_comes_back(served: Server, visitor: Visitor) -> None:
    page = checked(served, visitor)
    first = batch_of(page)
    back = next(link for link in page.links if "/new/columns?" in link)
    page = visitor.open(back)
    fields = dict(page.form("/new/columns").fields)
    assert (fields["map.sku"], fields["map.title"], fields["map.image"], fields["name"]) == (
        "SKU", "Titel", "", "Week 47")  # fmt: skip
    again = visitor.send(page.form("/new/columns"), **{"map.title": "colour"})
    assert batch_of(again) != first
    assert served.app.batches.find(first).state == "cancelled"


def test_a_field_that_is_needed_needs_a_column(served: Server, visitor: Visitor) -> None:
    new_template(served)
    page = visitor.send(visitor.open("/dashboard/new").form("/new"), pasted="name,other\nA,B\n")
    page = visitor.send(page.form("/new/columns"))
    page = visitor.send(page.form("/new/columns"), **{"map.title": "other"})
    assert page.answer.status_code == 400
    assert "No column feeds sku" in page.words
    assert dict(page.form("/new/columns").fields)["map.title"] == "other"


@pytest.mark.parametrize("name, content, told", [
    ("rows.csv", b"", "the table is empty"), ("rows.csv", b"<html><body>", "rows.csv"),
    ("rows.zip", zipped({"../../evil.csv": "a,b\n1,2\n"}), "leads elsewhere"),
    ("rows.zip", zipped({"readme.md": "nothing"}), "no table"), ("rows.zip", b"PK\x03\x04broken", "cannot be read"),
])  # fmt: skip
def test_what_is_no_table_is_refused_with_the_reason(
    served: Server, visitor: Visitor, name: str, content: bytes, told: str
) -> None:
    page = visitor.send(visitor.open("/dashboard/new").form("/new"), files={"table": (name, content)})
    assert page.answer.status_code == 400
    assert told.lower() in page.words.lower()
    left = served.app.home / "tables"
    assert not list(left.rglob("tab_*")) and not list(left.parent.parent.rglob("evil.csv"))


def test_a_sample_comes_first_and_the_rest_when_somebody_says_so(served: Server, visitor: Visitor) -> None:
    page = checked(served, visitor, TABLE.replace(",Three", "C3,Three"))
    batch = batch_of(page)
    visitor.send(page.form(f"/{batch}/start"), sample="1")
    served.work()
    page = visitor.open(f"/dashboard/batches/{batch}")
    assert "Sample made" in page.words and "1 of 3 rows made" in page.words
    page = visitor.send(page.form("/resume"))
    assert served.app.batches.progress(batch).admissible == 2


def test_a_started_batch_is_not_started_again(served: Server, visitor: Visitor) -> None:
    page = checked(served, visitor)
    form = page.form(f"/{batch_of(page)}/start")
    visitor.send(form, how="all")
    again = visitor.send(form, how="all")
    assert again.answer.status_code in (400, 409) and "was started already" in again.words


def test_pausing_resuming_and_cancelling(served: Server, visitor: Visitor) -> None:
    new_template(served)
    batch = new_batch(served)
    page = visitor.send(visitor.open(f"/dashboard/batches/{batch}").form("/pause"))
    assert "Paused" in page.words
    page = visitor.send(page.form("/resume"))
    page = visitor.send(visitor.open(f"/dashboard/batches/{batch}/cancel").form("/cancel"))
    assert "Cancelled. 2 rows will not be made." in page.words
    assert [form.action for form in page.forms] == ["/dashboard/sign-out"]


def test_a_budget_that_is_raised_lets_the_batch_go_on(served: Server, visitor: Visitor) -> None:
    new_template(served)
    batch = new_batch(served, budget=0)
    served.work()
    page = visitor.open(f"/dashboard/batches/{batch}")
    assert "Budget reached" in page.words
    page = visitor.open(f"/dashboard/batches/{batch}/settings")
    page = visitor.send(page.form("/settings"), budget="1,000")
    assert "the batch goes on" in page.words
    assert served.app.batches.find(batch).policy.budget == 1_000_000


def test_review_and_retry_by_forms(served: Server, visitor: Visitor) -> None:
    new_template(served, verify={"black_percent": 0, "reference": "image", "drift_percent": 0})
    batch = new_batch(served)
    served.work()
    state = "review" if served.app.batches.progress(batch).count("review") else "done"  # type: ignore[arg-type]
    page = visitor.open(f"/dashboard/batches/{batch}/sheet?state={state}")
    page = visitor.send(page.form("/sheet"), "Reject", row=["1"], reason="wrong price")
    assert "1 row rejected." in page.words
    assert "wrong price" in visitor.open(f"/dashboard/batches/{batch}/rows/1").words
    page = visitor.open(f"/dashboard/batches/{batch}/retry")
    assert "Make 1 row again?" in page.words and "Costs at most 1" in page.words
    page = visitor.send(page.form("/retry"), "Make 1 row again", seeds="given", seed="77")
    assert "1 row is made again." in page.words
    assert served.app.batches.progress(batch).count("ready") == 1  # type: ignore[arg-type]


def test_keys_are_told_once(served: Server, visitor: Visitor) -> None:
    page = visitor.send(visitor.open("/dashboard/keys").form("/keys"), name="agency", credits="12.5")
    made = re.search(r"cm_live_\w{30}_\w{6}", page.html)
    assert made and call(served, "GET", "/batches", key=made[0]).status_code == 200
    page = visitor.open("/dashboard/keys")
    assert made[0] not in page.html and "12.5 credits" in page.words
    record = next(key for key in served.app.keys.all() if key.name == "agency")
    page = visitor.send(visitor.open(f"/dashboard/keys/{record.id}").form("/rotate"), hours="0")
    fresh = re.search(r"cm_live_\w{30}_\w{6}", page.html)
    assert fresh and fresh[0] != made[0]
    assert call(served, "GET", "/batches", key=made[0]).status_code == 401
    newest = next(key for key in served.app.keys.all() if key.name == "agency" and key.is_good(served.app.clock.now()))
    visitor.send(visitor.open(f"/dashboard/keys/{newest.id}").form("/revoke"))
    assert call(served, "GET", "/batches", key=fresh[0]).status_code == 401


def test_webhooks_are_added_tried_and_removed(served: Server, visitor: Visitor) -> None:
    page = visitor.send(visitor.open("/dashboard/webhooks").form("/webhooks"), url="http://127.0.0.1/hook")
    assert page.answer.status_code == 400
    page = visitor.send(visitor.open("/dashboard/webhooks").form("/webhooks"), url="https://93.184.215.14/hook")
    assert page.html.count("whsec_") == 1
    link = next(link for link in page.links if "/webhooks/ep_" in link)
    page = visitor.send(visitor.open(link).form("/test"))
    assert "whsec_" not in page.html and "webhook.test" in page.words
    page = visitor.send(page.form("/remove"))
    assert "Nobody is told yet" in page.words


def test_templates_are_sent_listed_and_kept_of_a_batch(served: Server, visitor: Visitor) -> None:
    page = visitor.open("/dashboard/templates")
    assert "No templates yet" in page.words
    page = visitor.send(page.form("/templates"), files={"zip": ("t.zip", b"no zip")})
    assert page.answer.status_code == 400
    folder = zipped({"card/template.yaml": str({**CARD, "name": "sent"}).replace("True", "true")})
    page = visitor.send(visitor.open("/dashboard/templates").form("/templates"), files={"zip": ("t.zip", folder)})
    assert "Kept as edition 1." in page.words
    page = visitor.send(page.form("/templates"), files={"zip": ("t.zip", folder)})
    assert "Kept as edition 2." in page.words
    new_template(served)
    batch = new_batch(served)
    page = visitor.send(visitor.open(f"/dashboard/batches/{batch}/settings").form("/template"), name="weekly")
    assert "weekly" in visitor.open("/dashboard/templates").words


def test_the_example_is_one_press_away(served: Server, visitor: Visitor) -> None:
    page = visitor.open("/dashboard/batches")
    page = visitor.send(page.form("/new/example"))
    assert "12 rows" in page.words and "Every column is used." in page.words
    visitor.send(visitor.open("/dashboard/new").form("/new/example"))
    assert served.app.named.page("", 10)[1] == 1


def test_no_page_holds_the_key_or_runs_what_somebody_wrote(served: Server, visitor: Visitor) -> None:
    hostile = '"><script>alert(1)</script>'
    new_template(served)
    batch = new_batch(served, rows=[{"sku": "A1", "title": hostile}], name=hostile)
    served.work()
    post(served, "/keys", {"name": hostile[:60], "scopes": ["read"]})
    paths = ["batches", "new", "templates", "account", "keys", "webhooks", "nowhere", f"batches?find={hostile}"]
    paths += [f"batches/{batch}{more}" for more in ("", "/rows", "/rows/1", "/sheet", "/files", "/settings", "/log",
                                                    "/retry?row=1", "/cancel")]  # fmt: skip
    for path in paths:
        page = visitor.open(f"/dashboard/{path}")
        assert served.key not in page.html, path
        assert "<script>" not in page.html and " style=" not in page.html and " onclick" not in page.html, path
        policy = page.answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'self';") and "unsafe" not in policy
        assert page.answer.headers["cache-control"] == "no-store"
        assert not re.findall(r'(?:src|href)="(?!/|"|#)[^"]*"', page.html), path


def test_a_list_of_many_is_paged(served: Server, visitor: Visitor) -> None:
    new_template(served)
    for number in range(27):
        new_batch(served, rows=[{"sku": f"A{number}"}], name=f"batch {number}")
    page = visitor.open("/dashboard/batches")
    assert "27 batches, page 1 of 2" in page.words and "batch 26" in page.words and "batch 1 " not in page.words
    assert "batch 0" in visitor.open("/dashboard/batches?page=2").words
    assert visitor.open("/dashboard/batches?page=99").answer.status_code == 200
    assert visitor.open("/dashboard/batches?find=batch+13").answer.url.path.startswith("/dashboard/batches/bat_")

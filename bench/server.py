"""What a server stands: many who listen and ask while it renders, a thousand jobs at once, a list of ten thousand.

Run it with `make bench` or `python -m bench.server` (`--only load`, `bulk` or `list`; `--seconds 20`, `--rate 50`,
`--listeners 200`). Each is a `clipmill serve` of its own on loopback, over a state folder that goes with it.
Milliseconds are those that a client waits, and grow with whatever else the machine does; CPU seconds are those of the
server's process.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from bench.serving.asking import Request, Times, once, percentile, steadily
from bench.serving.listening import Listener
from bench.serving.process import Serving, serving
from clipmill.app import App
from clipmill.domain.batch import LOCAL, Batch, BatchState
from clipmill.pipeline.use_cases.serving.keys import create_key
from clipmill.settings import load_settings
from clipmill.templates.given import given_template

LOAD_P95_MS, BULK_SECONDS, LIST_P95_MS = 150.0, 2.0, 100.0
_ELSEWHERE = "elsewhere"
_BULK, _BATCHES = 500, 10_000
_CREATE_EVERY, _TIMES = 3.0, 20
_TITLE = {"type": "TEXT", "text": "{{title}}", "x": 20, "y": 20, "width": 280,
          "style": {"fontFamily": "Manrope", "fontSize": 32, "color": "#ffffff"}}  # fmt: skip
_CARD: dict[str, Any] = {"name": "card", "width": 320, "height": 180, "duration": 1, "frameRate": 10,
                         "backgroundColor": "#07111f", "visuals": [_TITLE]}  # fmt: skip
_TEMPLATE = {"name": "card", "engine": "render", "contract": {"title": {"kind": "text"}}, "payload": _CARD,
             "output": {"name": "{{title}}.mp4"}}  # fmt: skip
#: A minute and a half in which every frame differs from the last: one keeps a core busy for as long as is measured.
_LONG = {"name": "long", "width": 1280, "height": 720, "duration": 90, "frameRate": 30, "backgroundColor": "#07111f",
         "visuals": [{"type": "SVG", "x": 100, "y": 100, "width": 800, "height": 500, "enterBegin": 0, "enterEnd": 90,
                      "enterAnimation": {"effect": "slideup", "distance": 300},
                      "svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 5"><path d="M0 0h8v5z" '
                             'fill="#2dd4bf"/></svg>'}]}  # fmt: skip


@dataclass(frozen=True)
class Home:
    """A state folder, and keys of two tenants."""

    folder: Path
    key: str
    other_key: str


@contextmanager
def home(batches: int = 0) -> Iterator[Home]:
    """A state folder that goes again, with so many batches in it."""
    with tempfile.TemporaryDirectory(prefix="clipmill-server-") as name:
        app = App(load_settings(home=Path(name)))
        made = Home(Path(name), create_key(app, "bench").key, create_key(app, "bench", tenant=_ELSEWHERE).key)
        fill(app, batches)
        asyncio.run(app.close())
        yield made


def fill(app: App, batches: int) -> None:
    """Put batches into the list that are at rest and have no rows."""
    template = given_template("card", "render")
    for number in range(batches):
        batch = Batch(id=f"bat_{number:06}", name=f"Batch {number}", template_name=template.name,
                      template_version=template.version, engine="render", source="", out_folder=f"out/{number}",
                      policy=template.policy, state=BatchState.RUNNING)  # fmt: skip
        app.batches.create(replace(batch, tenant=LOCAL), template)


def client_of(server: Serving, key: str) -> httpx.AsyncClient:
    """Who asks with this key."""
    return httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, timeout=60)


async def under_load(server: Serving, made: Home, given: argparse.Namespace) -> bool:
    """Listen and ask while two videos are rendered; whether all went as it should."""
    async with client_of(server, made.key) as client, client_of(server, made.other_key) as other:
        template, batch = await _set_up(client, other)
        rest = (server.memory_mb, server.descriptors)
        listeners = _listeners(server, made, batch, given.listeners)
        began = time.perf_counter()
        for each in listeners:
            each.begin()
        await asyncio.gather(*(each.served() for each in listeners))
        print(f"  {len(listeners)} who listen were there within {time.perf_counter() - began:.1f} s", flush=True)
        cpu, load = server.cpu_seconds, os.getloadavg()[0]
        every = round(_CREATE_EVERY * given.rate)
        again = asyncio.create_task(_come_again(listeners[::2], given.seconds / 2))
        times = await steadily(client, lambda number: _mix(number, template, batch, every), given.rate, given.seconds)
        await again
        used, peak = (server.cpu_seconds - cpu) / len(times.every) * 1000, server.memory_mb
        told = await _all_heard(client, other, listeners)
        for each in listeners:
            await each.end()
    _print_times(times)
    good = judged("all requests", percentile(times.every, 0.95), LOAD_P95_MS, "ms")
    print(f"  server      {used:8.1f} CPU-ms a request, with all that was told beside; load average {load:.0f}")
    print(f"  memory      {rest[0]:8.0f} MB at rest, {peak:.0f} MB under load")
    await asyncio.sleep(2)
    left = server.descriptors - rest[1]
    print(
        f"  descriptors {rest[1]:8} at rest, {left:+} after all had gone, connections to the database kept among them"
    )
    return good and not told and not times.wrong


async def _set_up(client: httpx.AsyncClient, other: httpx.AsyncClient) -> tuple[str, str]:
    """A template, a batch that is made, and two long videos under way; the ids of the first two."""
    template = (await client.post("/v1/templates", json=_TEMPLATE)).raise_for_status().json()["id"]
    (await other.post("/v1/templates", json=_TEMPLATE)).raise_for_status()
    batch = (await client.post("/v1/batches", json=_new(template, "first", 10))).raise_for_status().json()["id"]
    for _ in range(600):
        if (await client.get(f"/v1/batches/{batch}")).json()["state"] == "finished":
            break
        await asyncio.sleep(0.1)
    for number in range(2):
        body = {"payload": {**_LONG, "name": f"long {number}"}}
        (await other.post("/compat/zvid/api/render/api-key", json=body)).raise_for_status()
    await asyncio.sleep(2)
    return template, batch


def _new(template: str, name: str, rows: int) -> dict[str, Any]:
    return {"template": template, "name": name, "rows": [{"title": f"{name} {number}"} for number in range(rows)]}


def _listeners(server: Serving, made: Home, batch: str, count: int) -> list[Listener]:
    """Six of ten to everything, two to one batch, two of another tenant."""
    kinds = [(made.key, "/v1/events")] * 6 + [(made.key, f"/v1/batches/{batch}/events")] * 2
    kinds += [(made.other_key, "/v1/events")] * 2
    return [Listener(server.port, *kinds[number * 7 % 10]) for number in range(count)]


def _mix(number: int, template: str, batch: str, every: int) -> Request:
    """The request that is due at that place."""
    if number % every == every // 2:
        return Request("create a batch", "/v1/batches", _new(template, f"small {number}", 3))
    return (
        Request("list batches", "/v1/batches?limit=50"),
        Request("get a batch", f"/v1/batches/{batch}"),
        Request("rows of a batch", f"/v1/batches/{batch}/rows"),
        Request("credits", "/v1/credits"),
    )[number % 4]


async def _come_again(listeners: Sequence[Listener], after: float) -> None:
    await asyncio.sleep(after)
    for each in listeners:
        await each.end()
    await asyncio.sleep(0.5)
    for each in listeners:
        each.begin()


async def _all_heard(client: httpx.AsyncClient, other: httpx.AsyncClient, listeners: Sequence[Listener]) -> list[str]:
    """What is wrong with what was heard, once everybody had time to hear it."""
    ours, theirs = await _trail(client), await _trail(other)
    newest = max(ours[-1]["id"], theirs[-1]["id"])
    wrong: list[str] = []
    for _ in range(50):
        await asyncio.sleep(0.2)
        wrong = [told for each in listeners if (told := _missed(each, ours, theirs, newest, client))]
        if not wrong:
            break
    heard = sum(len(each.heard) for each in listeners)
    print(f"  events      {heard:8,} told to {len(listeners)}, {sum(each.snapshots > 1 for each in listeners)} of whom "
          f"came again: {'each once, none lost ✓' if not wrong else f'{len(wrong)} missed some ✗'}")  # fmt: skip
    print("".join(f"    {told}\n" for told in wrong[:5]), end="", flush=True)
    return wrong


def _missed(each: Listener, ours: Sequence[Any], theirs: Sequence[Any], newest: int, client: httpx.AsyncClient) -> str:
    mine = ours if client.headers["authorization"].endswith(each.key) else theirs
    batch = each.path.split("/")[3] if "batches" in each.path else ""
    wanted = [one["id"] for one in mine if one["id"] > each.began and batch in ("", one["batch"])]
    found = [number for number in each.heard if number <= newest]
    if each.refused:
        return f"{each.path}: {each.refused}"
    return "" if sorted(found) == wanted else f"{each.path}: {len(found)} heard of {len(wanted)}"


async def _trail(client: httpx.AsyncClient) -> list[Any]:
    """Every event of a tenant."""
    found: list[Any] = []
    after = ""
    while True:
        page = (await client.get("/v1/events", params={"limit": 100, "after": after})).raise_for_status().json()
        found += page["data"]
        if not page["has_more"]:
            return found
        after = page["next"]


async def bulks(server: Serving, made: Home, _given: argparse.Namespace) -> bool:
    """Send a thousand Zvid jobs as two bulks; whether both were taken in time."""
    taken = []
    async with client_of(server, made.key) as client:
        for number in range(2):
            items = [{"variables": {"title": f"Product {number}-{place}"}} for place in range(_BULK)]
            body = {"payload": _CARD, "items": items, "name": f"bulk {number}"}
            began, cpu = time.perf_counter(), server.cpu_seconds
            answer = await client.post("/compat/zvid/api/render/bulk/api-key", json=body)
            taken.append(time.perf_counter() - began)
            jobs = answer.raise_for_status().json()["totalJobs"]
            print(f"  {jobs} jobs    {taken[-1]:8.2f} s    {server.cpu_seconds - cpu:.2f} CPU-s", flush=True)
    return judged("both", sum(taken), BULK_SECONDS, "s")


async def lists(server: Serving, made: Home, _given: argparse.Namespace) -> bool:
    """Ask for pages of a long list; whether each came in time."""
    times, cpu = Times(), server.cpu_seconds
    middle, last = f"bat_{_BATCHES // 2:06}", f"bat_{50:06}"
    pages = [Request("first page", "/v1/batches?limit=50"),
             Request("middle page", f"/v1/batches?limit=50&after={middle}"),
             Request("last page", f"/v1/batches?limit=50&after={last}"),
             Request("dashboard, first", "/dashboard/batches"),
             Request("dashboard, last", f"/dashboard/batches?page={_BATCHES // 25}")]  # fmt: skip
    async with client_of(server, made.key) as client:
        origin = {"Origin": server.url}
        await client.post("/dashboard/sign-in", data={"key": made.key}, headers=origin)
        for wish in pages:  # what is made ready by the first request is not counted
            await once(client, wish, Times())
        for _ in range(_TIMES):
            for wish in pages:
                await once(client, wish, times)
    _print_times(times)
    print(f"  server      {(server.cpu_seconds - cpu) / len(times.every) * 1000:8.1f} CPU-ms a page")
    return judged("all pages", percentile(times.every, 0.95), LIST_P95_MS, "ms") and not times.wrong


def _print_times(times: Times) -> None:
    print(f"  {'ms':<18}{'times':>6}{'p50':>8}{'p95':>8}{'p99':>8}")
    for name, taken in times.taken.items():
        at = [percentile(taken, share) for share in (0.5, 0.95, 0.99)]
        print(f"  {name:<18}{len(taken):6}" + "".join(f"{each:8.1f}" for each in at))
    print("".join(f"  ✗ {told}\n" for told in times.wrong[:5]), end="", flush=True)


def judged(name: str, found: float, target: float, unit: str) -> bool:
    """Print a figure beside its target; whether it is met."""
    p95 = ", p95" if unit == "ms" else ""
    print(f"  {name + p95:<18}{found:8.2f} {unit}   ≤ {target:g} {unit} {'✓' if found <= target else '✗'}", flush=True)
    return found <= target


def main() -> int:
    """Measure each over a server of its own, or one of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=["load", "bulk", "list"])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--listeners", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50.0)
    given = parser.parse_args()
    told = f"{given.listeners} who listen, {given.rate:g} requests/s, two renders, two cores"
    parts = (("load", told, under_load, 0), ("bulk", "1,000 Zvid jobs by two bulks", bulks, 0),
             ("list", f"{_BATCHES:,} batches in the list", lists, _BATCHES))  # fmt: skip
    good = True
    for name, title, work, batches in parts:
        if given.only in (None, name):
            print(f"{title} (load average {os.getloadavg()[0]:.0f})", flush=True)
            with home(batches) as made, serving(made.folder, works=name != "list") as server:
                good &= asyncio.run(work(server, made, given))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

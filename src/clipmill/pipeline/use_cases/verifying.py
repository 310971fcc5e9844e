"""Verifying files one already has: against what a template promises of every row, or what a person says."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from pathlib import Path
from typing import Any

from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.template import MEDIA_KINDS, FieldKind, FieldRule, Template, VerifyLimits
from clipmill.domain.verdict import Finding, Problem, Ruling, Verdict
from clipmill.errors import InputError, MediaError, OverTime, StoreError, WorkerCrash
from clipmill.making import own_name
from clipmill.media.facts.container import container_of
from clipmill.media.facts.sniff import recognise
from clipmill.opening import open_regular
from clipmill.pipeline.use_cases.parts import Parts
from clipmill.templates.kinds.table import read_cell_of
from clipmill.templates.mapping import Mapped

#: What is in a project and says nothing of its size, its rate and its format.
_CONTENT = frozenset({"visuals", "audios", "subtitle", "thumbnail"})
#: Rows that a template's promises are looked for in.
_MOST = 64
_ANY_SIZE = MediaSpec(seconds=0, frames=0, fps=0, width=0, height=0, pixel_format="")
_SAMPLES = {
    FieldKind.TEXT: "Text", FieldKind.NUMBER: "1", FieldKind.INTEGER: "1", FieldKind.MONEY: "1.00",
    FieldKind.COLOUR: "#000000", FieldKind.DATE: "2026-01-01", FieldKind.BOOLEAN: "true",
}  # fmt: skip
#: Stands for a picture or a sound that is not looked at.
_MEDIA = f"asset:{'0' * 64}.png"


@dataclass(frozen=True, slots=True)
class Promise:
    """What files must be: one of these, where what is not promised is 0 or empty; and within which limits."""

    #: None: whatever the file is by its content.
    specs: Sequence[MediaSpec] = ()
    limits: VerifyLimits = field(default_factory=VerifyLimits)

    def with_said(self, *, seconds: float = 0, size: tuple[int, int] = (0, 0), fps: float = 0) -> Promise:
        """The same with what a person says in its place."""
        said: dict[str, Any] = {"seconds": seconds, "frames": 0} if seconds else {}
        said |= {"width": size[0], "height": size[1]} if size[0] else {}
        said |= {"fps": fps, "frames": 0} if fps else {}
        changed = [replace(spec, **said) for spec in self.specs or (_ANY_SIZE,)] if said else self.specs
        return replace(self, specs=changed)


@dataclass(frozen=True, slots=True)
class Verified:
    """A file, and what was found in it; where it is no media file, why."""

    file: Path
    verdict: Verdict


def promised(parts: Parts, template: Template) -> Promise:
    """What a template promises of the file of every row: what is the same whatever stands in a table.

    Where size or format are chosen by a field, any of the choices will do. Raises InputError for a template that no row
    could be made with.
    """
    engine, body = parts.engine(template.engine), _without_content(template.body)
    mapped = Mapped(replace(template, body=body))
    found: dict[MediaSpec, None] = {}
    refused: list[InputError] = []
    for values in _rows(template.contract):
        try:
            made = mapped.body(mapped.scope(values))
            found[_plain(engine.expect(Payload(template.version, made)))] = None
        except InputError as error:
            refused.append(error)
    if not found:
        raise refused[0]
    specs = list(found)
    lasts = len({(spec.seconds, spec.fps) for spec in specs}) == 1 and not _is_open(body)
    if not lasts:
        specs = list(dict.fromkeys(replace(spec, seconds=0.0, frames=0) for spec in specs))
    return Promise(specs, replace(template.verify, reference=""))


def _without_content(body: Mapping[str, Any]) -> dict[str, Any]:
    scenes = body.get("scenes")
    kept = {name: value for name, value in body.items() if name not in _CONTENT}
    if isinstance(scenes, list):
        kept["scenes"] = [
            {name: value for name, value in scene.items() if name not in _CONTENT} if isinstance(scene, dict) else scene
            for scene in scenes
        ]
    return kept


def _is_open(body: Mapping[str, Any]) -> bool:
    """Whether a scene is as long as what is in it."""
    scenes = body.get("scenes")
    return isinstance(scenes, list) and any(
        isinstance(scene, dict) and scene.get("duration") in (None, -1, "-1") for scene in scenes
    )


def _plain(spec: MediaSpec) -> MediaSpec:
    """What can be promised without the content: no sound, and nothing that moves."""
    return replace(spec, has_audio=False, moving=(), black_percent=0.0, remarks=(), doubts=(), shots=())


def _rows(contract: Sequence[FieldRule]) -> Iterator[dict[str, Any]]:
    """Values of rows that differ in everything that may choose a size or a length."""
    choices = {rule.name: list(_values(rule)) for rule in contract}
    names, every = list(choices), product(*choices.values())
    taken = list(islice(every, _MOST + 1))
    if len(taken) <= _MOST:
        yield from (dict(zip(names, values, strict=True)) for values in taken)
        return
    first = {name: values[0] for name, values in choices.items()}
    yield first
    yield from ({**first, name: value} for name, values in choices.items() for value in values[1:])


def _values(rule: FieldRule) -> Iterator[Any]:
    if rule.kind in MEDIA_KINDS:
        yield _MEDIA
        return
    read = read_cell_of(rule, rule.name)
    texts = list(rule.choices) if rule.kind is FieldKind.ENUM else [rule.fallback or _SAMPLES[rule.kind]]
    texts += ["false"] if rule.kind is FieldKind.BOOLEAN else []
    texts += [f"{limit:g}" for limit in (rule.minimum, rule.maximum) if limit is not None]
    texts += ["2"] if rule.kind in (FieldKind.NUMBER, FieldKind.INTEGER) else []
    values = (read(text) for text in dict.fromkeys(texts))
    found: list[Any] = [value for value in values if not isinstance(value, Problem)]
    if (not rule.required and rule.fallback is None) or not found:
        found.append("" if rule.kind in (FieldKind.TEXT, FieldKind.ENUM) else None)
    yield from found


async def verify_files(
    parts: Parts, files: Sequence[Path], promise: Promise, told: Callable[[Verified], object], at_once: int = 2
) -> list[Verified]:
    """Decode every file to its end and hold it to the promise; `told` gets each as soon as those before it are told."""
    gate = asyncio.Semaphore(at_once)

    async def one(file: Path) -> Verified:
        async with gate:
            return Verified(file, await _verdict(parts, file, promise))

    found = []
    for coming in [asyncio.create_task(one(file)) for file in files]:
        found.append(await coming)
        told(found[-1])
    return found


async def _verdict(parts: Parts, file: Path, promise: Promise) -> Verdict:
    """What is found in one file; of a file that is none, a sentence."""
    scratch = parts.files.scratch(f"verify.{own_name()}{file.suffix[:10]}")
    try:
        await asyncio.to_thread(_copy, file, scratch)  # worker processes open nothing elsewhere
        specs = promise.specs or [_ANY_SIZE]
        if not specs[0].container:  # nothing but a person's word
            kind = _kind_of(scratch, file)
            specs = [replace(spec, kind=kind, fps=spec.fps if kind is MediaKind.VIDEO else 0) for spec in specs]
        best = await parts.inspector.verify(scratch, specs[0], promise.limits)
        for spec in specs[1:]:
            if best.ruling is Ruling.FAIL:
                other = await parts.inspector.verify(scratch, spec, promise.limits)
                best = min(best, other, key=_failures)
        return best
    except (MediaError, WorkerCrash, OverTime) as error:
        return _refused(str(error))
    except OSError as error:
        return _refused(
            "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        )
    finally:
        parts.files.discard(scratch.name)


def _failures(verdict: Verdict) -> int:
    return sum(finding.ruling is Ruling.FAIL for finding in verdict.findings)


def _refused(why: str) -> Verdict:
    return Verdict((Finding("file", Ruling.FAIL, why),))


def _copy(file: Path, scratch: Path) -> None:
    with open_regular(file) as source, scratch.open("wb") as target:
        try:
            shutil.copyfileobj(source, target, 1024 * 1024)
        except OSError as error:
            raise StoreError(f"{file} could not be copied: {error.strerror or error}",
                             hint="Check the space on the disk of the state folder.") from error  # fmt: skip


def _kind_of(scratch: Path, file: Path) -> MediaKind:
    """What a file is by its content. Raises MediaError."""
    container = container_of(scratch)
    if container == "zip":
        return MediaKind.ARCHIVE
    if container in ("avi", "gif"):
        return MediaKind.VIDEO
    kind, _ = recognise(scratch, file.name)
    if kind is MediaKind.SUBTITLE:
        raise MediaError(f"{file.name} holds subtitles, and nothing to decode")
    return kind

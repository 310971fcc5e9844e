"""The media a batch refers to, taken into Files: each file and each address once, measured from the stored copy."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clipmill.domain.media import MediaKind
from clipmill.domain.payload import asset_digest, asset_reference
from clipmill.errors import InputError, MediaError, NotFoundError, OverTime
from clipmill.media.facts.facts import Facts
from clipmill.media.facts.prober import SIMPLER, Prober
from clipmill.media.facts.sniff import recognise
from clipmill.media.outside.beneath import Beneath, held
from clipmill.media.workers.crew import asker
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.spent import Spent
from clipmill.opening import refuse_other_kinds
from clipmill.ports import Crew, Files
from clipmill.settings import Limits, Settings
from clipmill.shown import megabytes

if TYPE_CHECKING:
    from clipmill.media.outside.ahead import FetchAhead

_REMEMBERED = 65_536


#: Stands for the name of a file in what is remembered of its refusal: rows may call it by many.
_NAME = "\0"


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """One media file in Files: its name inside a payload, its size in bytes, and what it measures."""

    reference: str
    size: int
    facts: Facts
    #: Sentences about how it was found, and what of it is not drawn.
    remarks: tuple[str, ...] = ()

    def measures(self) -> dict[str, int]:
        """The facts that are numbers: bytes, width, height, milliseconds."""
        return {"bytes": self.size, "width": self.facts.width, "height": self.facts.height,
                "milliseconds": self.facts.milliseconds}  # fmt: skip


class MediaStore:
    """Takes pictures, videos and sounds in, by path, address or reference; for one thread.

    Videos and sounds are measured by a worker process: one of `crew`, or one of its own that reads stored files alone.
    """

    def __init__(
        self, files: Files, settings: Settings, fetching: FetchAhead | None = None, crew: Crew | None = None
    ) -> None:
        self._files = files
        self._settings = settings
        if fetching is not None:
            self._fetching = fetching
        worker = asker(crew, Sandbox.looking(settings), settings.worker_jobs)
        self._prober = Prober(worker, settings.limits.drawing_seconds)
        self._spent = Spent(settings)
        #: (path, mtime, size, where it may lie) → what it was then.
        self._paths: OrderedDict[tuple[str, int, int, Beneath | None], StoredMedia] = OrderedDict()
        self._digests: OrderedDict[str, StoredMedia] = OrderedDict()
        #: Digest → what is not drawn of it, or why it is refused: reason and hint.
        self._looked: OrderedDict[str, tuple[str, ...] | MediaError] = OrderedDict()
        self.limits: Limits = settings.limits
        #: An upload's id → its reference.
        self.upload: Callable[[str], str] = _no_upload

    def close(self) -> None:
        """Close every connection and end a measuring process of its own."""
        if "_fetching" in self.__dict__:
            self._fetching.close()
        self._prober.close()

    def forget(self) -> None:
        """Take nothing for what it was before: files behind addresses change, and come back."""
        if "_fetching" in self.__dict__:
            self._fetching.forget()

    @cached_property
    def _fetching(self) -> FetchAhead:
        from clipmill.media.outside.ahead import FetchAhead  # noqa: PLC0415 - 0.1 CPU-s that only addresses are worth
        from clipmill.media.outside.fetch import Fetcher  # noqa: PLC0415

        return FetchAhead(lambda: Fetcher(self._files, self._settings))

    def look_ahead(self, url: str, limit_bytes: int) -> None:
        """Begin a download that `from_url` will ask for soon."""
        self._fetching.begin(url, limit_bytes)

    def from_path(self, path: str, limit_bytes: int, name: str = "", beneath: Beneath | None = None) -> StoredMedia:
        """A file on this disk, at most `limit_bytes` long; errors call it `name`.

        Raises OutsideError for one that is not beneath where files may be named, NotFoundError, MediaError.
        """
        name = name or path
        try:
            status = _status(path, name)
        except (NotFoundError, MediaError):
            if beneath is not None:
                beneath.place(path, name)  # what is not there is not told of other folders either
            raise
        key = (path, status.st_mtime_ns, status.st_size, beneath)
        known = self._paths.get(key)
        if known is None and beneath is not None:
            beneath.place(path, name)
        if status.st_size > limit_bytes:
            has = f"{name} has {megabytes(status.st_size)}; at most {megabytes(limit_bytes)} are allowed"
            raise MediaError(has, hint="Use a smaller file.")
        if known is None:
            with held(path, name, beneath) as file:
                recognise(file, name)  # before it is taken in: a large file that is no media must not be copied
                known = self._measured(self._files.put(file, keep=True), name)
            _remember(self._paths, key, known)
        return known

    def from_url(self, url: str, limit_bytes: int) -> StoredMedia:
        """The file behind an http(s) address, at most `limit_bytes` long. Raises MediaError."""
        fetched = self._fetching.fetch(url, limit_bytes)
        return self._measured(fetched.digest, fetched.name)

    def from_reference(self, reference: str) -> StoredMedia:
        """A file that is stored already, by its `asset:` reference. Raises NotFoundError, MediaError."""
        digest = asset_digest(reference)
        if digest is None:
            raise NotFoundError(f"{reference[:100]!r} is no reference to a stored file")
        return self._measured(digest, reference)

    def from_upload(self, asset_id: str) -> StoredMedia:
        """A file that was uploaded, by its id. Raises NotFoundError, MediaError for what is no media."""
        try:
            return self.from_reference(self.upload(asset_id))
        except MediaError:
            raise
        except InputError as error:
            raise MediaError(str(error), hint=error.hint) from error

    def looked_through(self, stored: StoredMedia, name: str) -> StoredMedia:
        """The same, once it is decoded to its end where it is a picture, with remarks on what is not drawn of it.

        Each content is decoded once. Raises MediaError, which calls it `name`.
        """
        if stored.facts.kind is not MediaKind.IMAGE:
            return stored
        digest = asset_digest(stored.reference) or ""
        seen = self._looked.get(digest)
        if seen is None:
            try:
                seen = self._decoded(digest, stored.facts.suffix)
            except MediaError as error:
                seen = error
            _remember(self._looked, digest, seen)
        if isinstance(seen, MediaError):
            raise MediaError(str(seen).replace(_NAME, name), hint=seen.hint)
        return replace(stored, remarks=seen) if seen else stored

    def _decoded(self, digest: str, suffix: str) -> tuple[str, ...]:
        """What is not drawn of a picture, decoded to its end; one that took too long once is not decoded again."""
        spent = self._spent.told(digest)
        if spent:
            raise MediaError(spent, hint=SIMPLER)
        try:
            return self._prober.look_through(self._files.path(digest), suffix, _NAME)
        except MediaError as error:
            if isinstance(error.__cause__, OverTime):
                self._spent.keep(digest, str(error))
            raise

    def _measured(self, digest: str, name: str) -> StoredMedia:
        known = self._digests.get(digest)
        if known is None:
            path = self._files.path(digest)
            size = path.stat().st_size
            if recognise(path, name)[1] == ".svg" and size > self.limits.svg_bytes:
                has = f"{name} has {megabytes(size)}; an SVG may have {megabytes(self.limits.svg_bytes)}"
                raise MediaError(has, hint="Simplify the drawing, or use a PNG.")
            facts = self._prober.probe(path, name)
            known = StoredMedia(asset_reference(digest, facts.suffix), size, facts)
            _remember(self._digests, digest, known)
        return known


def _status(path: str, name: str) -> os.stat_result:
    try:
        status = os.stat(path)  # noqa: PTH116 - asked for every row: building a Path costs as much as the question
        refuse_other_kinds(status)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise NotFoundError(f"{name} does not exist") from error
    except OSError as error:
        raise MediaError(f"{name[:200]} cannot be read: {error.strerror}", hint="Name a file.") from error
    return status


def _no_upload(asset_id: str) -> str:
    raise NotFoundError(f"there is no file {asset_id}")


def _remember(cache: OrderedDict[Any, Any], key: Any, found: Any) -> None:
    cache[key] = found
    if len(cache) > _REMEMBERED:
        cache.popitem(last=False)

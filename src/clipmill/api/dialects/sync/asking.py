"""Asking for generations: what of a request the engine is given, and everything that is wrong with it first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from clipmill.api.access import Caller
from clipmill.api.dialects.sync.listing import is_id
from clipmill.api.dialects.sync.requests import (
    INVALID,
    AudioInput,
    Fault,
    Generate,
    ImageInput,
    TextInput,
    VideoInput,
    read,
)
from clipmill.domain.line.delivery import SCHEDULES, Endpoint
from clipmill.errors import MediaError, NotFoundError
from clipmill.pipeline.use_cases.serving.requests.single import Kind, Wish

SURFACE = "sync"
#: Generations that are asked for one by one, and those of batches.
SINGLE, IN_BATCH = (Kind(surface=SURFACE, name=name, engine="lipsync") for name in ("generation", "batch"))
#: Model → what it is called, its type, version and date of its withdrawal.
MODELS: Mapping[str, tuple[str, str, str]] = {
    "sync-3": ("sync-3", "lipsync", "3"),
    "lipsync-2-pro": ("lipsync-2-pro", "lipsync", "2-pro"),
    "lipsync-2": ("lipsync-2", "lipsync", "2"),
    "lipsync-1.9.0-beta": ("lipsync-1.9.0-beta", "lipsync", "1.9.0-beta"),
    "react-1": ("react-1", "react", "1"),
}
#: What is done where nobody says: the whole voice is heard.
_USUAL_MODE = "bounce"
_GENERATION_TYPES = ("row.done", "row.failed", "row.blocked", "row.cancelled")
BATCH_TYPES = ("batch.finished", "batch.failed", "batch.cancelled")
#: What is told an endpoint: shorter than a day, for their clients poll beside it.
_SCHEDULE = SCHEDULES["five"]


@dataclass(slots=True)
class Asking:
    """Turns requests of a caller into wishes."""

    caller: Caller
    #: When they came, clock seconds.
    now: float
    #: What requests may name without an address: asset → its reference and kind.
    _assets: dict[str, tuple[str, str]]
    _hooks: dict[str, str]

    @classmethod
    def of(cls, caller: Caller) -> Asking:
        """For one request, or one batch of them."""
        return cls(caller, caller.parts.time.now(), {}, {})

    def wish(self, body: Any, **kept: Any) -> Wish | list[Fault]:
        """A request as the line takes it in, or everything that is wrong with it."""
        request = read(body)
        if isinstance(request, list):
            return request
        faults = [*rules(request), *self._lacking(request), *self._unheard(request)]
        if faults:
            return faults
        public_id, said = str(uuid4()), request.said
        return Wish(public_id=public_id, payload=payload(request, self._source),
                    name=request.output_file_name or public_id, request={"at": self.now, **said, **kept},
                    told=self.told(request.webhook_url, _GENERATION_TYPES))  # fmt: skip

    def told(self, url: str | None, types: tuple[str, ...]) -> Endpoint | None:
        """Who is told; signed where the tenant has a secret."""
        if not url:
            return None
        return Endpoint(id="", url=url, secret=self._secret(), types=types, schedule=_SCHEDULE, signing=SURFACE,
                        wording=SURFACE)  # fmt: skip

    def hook_wrong(self, url: str) -> str:
        """Why nothing may be sent to an address; empty where it may."""
        if url not in self._hooks:
            try:
                self.caller.parts.sender.check(url)
                self._hooks[url] = ""
            except MediaError as error:
                self._hooks[url] = str(error)
        return self._hooks[url]

    def _secret(self) -> str:
        """What bodies are signed with: what the tenant's webhook of this surface is, else as the settings say."""
        own = [hook.secret for hook in self.caller.parts.endpoints.all(self.caller.tenant)
               if hook.wording == SURFACE and not hook.batch_id]  # fmt: skip
        if own:
            return own[0]
        settings = self.caller.parts.settings
        return settings.webhook_secret.get_secret_value() if self.caller.tenant == "local" else ""

    def _lacking(self, request: Generate) -> Iterator[Fault]:
        """What is wrong with the assets that it names."""
        for place, each in enumerate(request.inputs):
            if isinstance(each, TextInput) or not each.asset_id:
                continue
            known = self._asset(each.asset_id)
            if known is None:
                yield INVALID, f"input[{place}].assetId", f"there is no media {each.asset_id}"
            elif known[1] != each.type and not (each.type == "audio" and known[1] == "video"):
                yield ("generation_input_asset_type_mismatch", f"input[{place}].assetId",
                       f"{each.asset_id} is of type {known[1]}, not {each.type}")  # fmt: skip

    def _unheard(self, request: Generate) -> Iterator[Fault]:
        if request.webhook_url and (why := self.hook_wrong(request.webhook_url)):
            yield INVALID, "webhookUrl", why

    def _asset(self, asset_id: str) -> tuple[str, str] | None:
        if asset_id not in self._assets:
            if not is_id(asset_id):
                return None
            try:
                facts = self.caller.parts.assets.find(asset_id).facts
            except NotFoundError:
                return None
            if "reference" not in facts:
                return None
            self._assets[asset_id] = (str(facts["reference"]), str(facts["kind"]))
        return self._assets[asset_id]

    def _source(self, media: VideoInput | ImageInput | AudioInput) -> str:
        known = self._asset(media.asset_id) if media.asset_id else None
        return known[0] if known else media.url or ""


def rules(request: Generate) -> Iterator[Fault]:
    """What is wrong with a request beside its fields one by one."""
    if request.model not in MODELS:
        yield "generation_unsupported_model", "model", f"there is no model {request.model[:80]}"
    seen = [place for place, each in enumerate(request.inputs) if isinstance(each, VideoInput | ImageInput)]
    if not seen:
        yield "generation_video_missing", "input", "it has neither a video nor an image"
    if len(seen) > 1:
        yield "generation_input_too_many_visual", f"input[{seen[1]}]", "it is the second video or image; one is made"
    if not any(isinstance(each, AudioInput | TextInput) for each in request.inputs):
        yield "generation_audio_missing", "input", "it has no audio"
    for place, each in enumerate(request.inputs):
        yield from _of_input(f"input[{place}]", each)
    yield from _of_segments(request)


def _of_input(place: str, each: VideoInput | ImageInput | AudioInput | TextInput) -> Iterator[Fault]:
    if isinstance(each, TextInput):
        yield ("generation_text_to_speech_unavailable", place,
               "no engine of this server speaks: give a recorded audio in the place of the text")  # fmt: skip
        return
    if bool(each.url) == bool(each.asset_id):
        yield INVALID, place, "it needs either url or assetId"
    if each.url and not each.url.lower().startswith(("http://", "https://")):
        yield INVALID, f"{place}.url", "it is no http or https address"
    if isinstance(each, VideoInput) and (each.segments_secs or each.segments_frames):
        yield ("generation_input_segments_invalid", place,
               "segments_secs and segments_frames are not made here: use segments, which took their place")  # fmt: skip


def _of_segments(request: Generate) -> Iterator[Fault]:
    wrong = "generation_input_segments_invalid"
    named = [each.ref_id for each in request.inputs if isinstance(each, AudioInput | TextInput) and each.ref_id]
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield wrong, "input", f"refId {name[:80]} is given {named.count(name)} times"
    for place, segment in enumerate(request.segments or ()):
        if segment.end_time <= segment.start_time:
            yield wrong, f"segments[{place}].endTime", "it is not after startTime"
        if segment.audio_input.ref_id not in named:
            yield (wrong, f"segments[{place}].audioInput.refId",
                   f"no audio is called {segment.audio_input.ref_id[:80]}")  # fmt: skip


def payload(request: Generate, source: Any) -> dict[str, Any]:
    """What the lipsync engine is asked for; `source` gives the address or the reference of an input."""
    visual = next(each for each in request.inputs if isinstance(each, VideoInput | ImageInput))
    voices = [each for each in request.inputs if isinstance(each, AudioInput)]
    options = request.options
    made: dict[str, Any] = {
        "model": request.model,
        "visual": {"type": visual.type, "src": source(visual)},
        "audio": [{"src": source(voice), **({"refId": voice.ref_id} if voice.ref_id else {})} for voice in voices],
        "sync_mode": (options and options.sync_mode) or _USUAL_MODE,
    }
    if request.segments:
        made["segments"] = [segment.model_dump(by_alias=True, exclude_none=True) for segment in request.segments]
    if options and options.fps:
        made["fps"] = options.fps
    if options and options.output_resolution:
        made["width"], made["height"] = options.output_resolution
    return made

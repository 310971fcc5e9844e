"""Single generations: one clip or still a request, as published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel, Field

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.dialects.flixly.asking import AskedSize, offer_asked, picture_named, present, refused, type_of
from clipmill.api.dialects.flixly.surface import FLIXLY, refusals, router
from clipmill.api.dialects.flixly.webhooks import listener
from clipmill.deliver.wordings.flixly import generation, moment
from clipmill.domain.models import ModelOffer
from clipmill.domain.payload import Payload
from clipmill.errors import ProjectError
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.requests.single import Kind, Wish, ask, request_of

routes = router("generations")
_LONGEST = 32_000
#: What fields of the payload are called where they are not those of `input`.
_WORDS = {"prompt": "prompt", "model": "model", "kind": "type", "seconds": "input.duration", "": ""}
LARGEST_SEED = 2**63 - 1


class GenerationInputs(BaseModel):
    """What a generation is made of beside its prompt; what is not known here is left aside."""

    aspect_ratio: str | None = Field(None, max_length=20, description="As 16:9.")
    resolution: str | None = Field(None, max_length=20, description="As 1080p or 1920x1080.")
    duration: float | None = Field(None, gt=0, le=3600, description="Seconds.")
    image_url: str | None = Field(None, max_length=4_000, description="The reference, by address or upload.")
    video_url: str | None = Field(None, max_length=4_000, description="Refused: nothing here takes a video.")
    audio_url: str | None = Field(None, max_length=4_000, description="Refused: nothing here takes a sound.")
    negative_prompt: str | None = Field(None, max_length=_LONGEST)
    seed: int | None = Field(None, ge=0, le=LARGEST_SEED)
    width: int | None = Field(None, ge=16, le=8192)
    height: int | None = Field(None, ge=16, le=8192)
    fps: float | None = Field(None, gt=0, le=240)
    output_format: str | None = Field(None, max_length=10)


class GenerateRequest(BaseModel):
    """What is to be made."""

    model: str = Field(max_length=200)
    prompt: str = Field(min_length=1, max_length=_LONGEST)
    type: str | None = Field(None, max_length=40, description="As TEXT_TO_VIDEO.")
    inputs: GenerationInputs = Field(GenerationInputs(), alias="input")
    webhook_url: str | None = Field(None, max_length=2_000)


class GenerationTold(BaseModel):
    """One clip or still, and how it stands."""

    id: str
    status: str = Field(description="pending, processing, completed or failed")
    type: str
    model: str
    output_url: str | None
    status_url: str
    webhook_url: str | None
    credits_charged: float
    error: str | None
    created_at: str
    completed_at: str | None
    message: str | None


@routes.post("/generate", status_code=202, response_model=GenerationTold, operation_id="generate",
             responses=refusals(402, 409, 413))  # fmt: skip
def generate(wanted: GenerateRequest, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> dict[str, Any]:
    """Have one clip or still made; it is asked for by `status_url`, or told to `webhook_url`."""
    parts, given = caller.parts, wanted.inputs
    offer = offer_asked(parts.offers(), wanted.model, wanted.type or "")
    for name in ("video_url", "audio_url"):
        if getattr(given, name):
            raise refused(f"input.{name}", f"{offer.name} makes {offer.kind}s of a text and a picture",
                          f"Leave {name} out.")  # fmt: skip
    payload = payload_of(offer, wanted.prompt, given)
    _try(parts, offer, payload)
    if given.image_url:
        payload["reference"] = picture_named(parts, given.image_url, "input.image_url")
    caller.take("generations")
    take(caller, offer, 1, offer.credits(given.duration or offer.seconds))
    now = moment(parts.clock.now())
    kept = {"type": type_of(offer, from_picture=bool(given.image_url)), "model": offer.id, "created_at": now,
            "webhook_url": wanted.webhook_url or ""}  # fmt: skip
    public_id = new_id("gen")
    wish = Wish(public_id=public_id, payload=payload, name=public_id, seed=given.seed, request=kept,
                told=listener(caller, wanted.webhook_url) if wanted.webhook_url else None)  # fmt: skip
    ask(parts, Kind(surface=FLIXLY.name, name=str(offer.kind), engine=offer.engine), [wish])
    caller.served.wake()
    return generation(parts.asked.job(public_id, FLIXLY.name), caller.served.links, kept)


@routes.get("/generations/{generation_id}", response_model=GenerationTold, operation_id="get_generation",
            responses=refusals(404))  # fmt: skip
def get_generation(generation_id: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> dict[str, Any]:
    """How a generation stands."""
    job = caller.parts.asked.job(generation_id, FLIXLY.name)
    return generation(job, caller.served.links, request_of(job))


def _try(parts: ServerParts, offer: ModelOffer, payload: Mapping[str, Any]) -> None:
    """Refuse at once what no engine would make. Raises ApiError (422)."""
    try:
        parts.engine(offer.engine).quote(Payload("", payload))
    except ProjectError as error:
        raise refused(_WORDS.get(error.path, f"input.{error.path}"), str(error).removeprefix(f"{error.path}: "),
                      error.hint) from error  # fmt: skip


def payload_of(offer: ModelOffer, prompt: str, given: GenerationInputs) -> dict[str, Any]:
    """The payload, but for its picture."""
    frame = AskedSize(given.resolution or "", given.aspect_ratio or "", given.width, given.height)
    timed = {} if offer.is_still else {"seconds": given.duration, "fps": given.fps}
    return {"kind": str(offer.kind), "model": offer.id, "prompt": prompt, **frame.of(offer),
            **present({**timed, "negative_prompt": given.negative_prompt, "seed": given.seed,
                       "output_format": given.output_format})}  # fmt: skip


def take(caller: Caller, offer: ModelOffer, count: int, price: int) -> None:
    """Take what so many outputs, at this price in all, need of what the key may have. Raises ApiError: 429, 402."""
    if offer.is_still:
        caller.take("images", count)
    if price:
        caller.take("credits", price)

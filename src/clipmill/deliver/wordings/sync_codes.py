"""The error codes of sync.so's API: what each says, and which of them a problem of ours is told with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem

#: Code → what it says, and what is suggested.
CATALOGUE: Mapping[str, tuple[str, str]] = {
    "generation_unsupported_model": ("There is no such model.", "Use a model that GET /v2/models lists."),
    "generation_input_validation_failed": ("The request is wrong.", "Correct the field that the message names."),
    "generation_input_too_many_visual": ("There is more than one video or image.", "Give exactly one."),
    "generation_video_missing": ("There is no video or image.", "Give exactly one input of type video or image."),
    "generation_audio_missing": ("There is no audio.", "Give at least one input of type audio."),
    "generation_input_audio_invalid": ("An audio cannot be used.", "Give a sound that plays, by address or upload."),
    "generation_input_video_inaccessible": ("The video or image cannot be fetched.",
                                            "Give an address that anybody can fetch."),
    "generation_input_audio_inaccessible": ("An audio cannot be fetched.", "Give an address that anybody can fetch."),
    "generation_media_metadata_missing": ("The video or image cannot be read.", "Give a file that plays."),
    "generation_input_asset_type_mismatch": ("An asset is of another type than its input.",
                                             "Name an asset of that type."),
    "generation_input_segments_invalid": ("The segments are wrong.", "Correct the segment that the message names."),
    "generation_audio_length_exceeded": ("An audio is too long.", "Use a shorter one."),
    "generation_text_to_speech_unavailable": ("No engine of this server speaks.",
                                              "Give a recorded audio in the place of the text."),
    "generation_timeout": ("It took too long.", "Send it again."),
    "generation_pipeline_failed": ("It could not be made.", "Send it again."),
    "generation_cancelled": ("It was cancelled.", "Send it again if it is still wanted."),
    "generation_infra_storage_error": ("The server's disk is full.", "Send it again later."),
    "generation_infra_resource_exhausted": ("The engine takes no more now.", "Send it again later."),
    "generation_infra_service_unavailable": ("The engine is not there.", "Send it again later."),
    "generation_internal_auth": ("The engine does not know the server's key.", "Tell whoever runs the server."),
    "generation_unhandled_error": ("Something failed that nobody foresaw.", "Tell whoever runs the server."),
    "generation_not_deletable_while_processing": ("It is being made.", "Delete it when it has come to its end."),
    "generation_not_completed": ("It is not made yet.", "Ask again when it is COMPLETED."),
    "rate_limit_exceeded": ("There were too many requests.", "Wait as long as Retry-After says."),
    "concurrency_limit_reached": ("Too many generations are under way.", "Wait until one has come to its end."),
    "batch_concurrency_limit_reached": ("Too many batches are under way.", "Wait until one has come to its end."),
    "batch_plan_required": ("The plan has no batches.", "Batches come with the plan growth and those above it."),
    "batch_input_invalid": ("The batch has lines that are wrong.", "Correct the lines that the message names."),
    "INVALID_IDEMPOTENCY_KEY": ("The Idempotency-Key is none.", "Send one value of 1 to 128 of A-Z a-z 0-9 . _ ~ -"),
}  # fmt: skip

#: Our code of a problem → theirs; what is not here is told by where it is.
_OF_FAILURES: Mapping[str, str] = {
    "timeout": "generation_timeout", "time": "generation_timeout", "disk": "generation_infra_storage_error",
    "unavailable": "generation_infra_service_unavailable", "concurrency": "generation_infra_resource_exhausted",
    "rate": "generation_infra_resource_exhausted", "quota": "generation_infra_resource_exhausted",
    "credits": "generation_infra_resource_exhausted", "auth": "generation_internal_auth",
    "retired": "generation_unsupported_model", "params": "generation_input_validation_failed",
    "data": "generation_input_validation_failed", "filter_input": "generation_input_validation_failed",
    "media": "generation_media_metadata_missing", "internal": "generation_unhandled_error",
    "unmapped": "generation_unhandled_error",
}  # fmt: skip
#: Words of a refused payload → code; the first that is in it.
_OF_WORDS: Sequence[tuple[str, str]] = (
    ("lipsync_audio_seconds", "generation_audio_length_exceeded"),
    ("segments", "generation_input_segments_invalid"),
    ("audio", "generation_input_audio_invalid"),
    ("visual", "generation_media_metadata_missing"),
)
_FAILED = "failed."


def code_of(problem: Problem) -> str:
    """The code that a problem is told with."""
    if problem.code.startswith(_FAILED):
        return _OF_FAILURES.get(problem.code.removeprefix(_FAILED), "generation_pipeline_failed")
    if problem.code == "payload.media":
        kind = "audio" if problem.column.startswith("audio") else "video"
        return f"generation_input_{kind}_inaccessible"
    return next((code for word, code in _OF_WORDS if word in problem.reason), "generation_input_validation_failed")


def error_of(record: RowRecord) -> tuple[str, str]:
    """Why a generation came to nothing, and the code of it."""
    if record.state is RowState.CANCELLED:
        return "It was cancelled by whoever runs the server.", "generation_cancelled"
    told = " ".join(f"{problem.told.rstrip('.')}." for problem in record.problems)
    code = code_of(record.problems[0]) if record.problems else "generation_pipeline_failed"
    return told or CATALOGUE[code][0], code

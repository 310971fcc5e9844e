"""The VIDEO layer: a clip in a box, its pictures decoded as they are shown."""

from __future__ import annotations

from clipmill.domain.timeline.cycles import cycle_of, source_rate
from clipmill.domain.timeline.elements.visual import VideoVisual
from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.layers.backwards import BackwardFootage
from clipmill.engines.render.layers.framing import framing, source_path
from clipmill.engines.render.layers.layer import Layer, Stage
from clipmill.engines.render.layers.moving import Footage, MovingLayer
from clipmill.engines.render.memory.footprint import KEPT_BACKWARDS
from clipmill.errors import MediaError
from clipmill.media.footage.reader import FootageReader


def video_layer(visual: VideoVisual, stage: Stage, where: str) -> Layer:
    """Set up a clip; the file is open until the layer is closed. Raises ProjectError, MediaError."""
    path = source_path(visual, stage, where)
    facts = stage.clips.get(visual.src)
    if facts is None or not (facts.has_video and facts.width and facts.height):
        raise MediaError(f"{where}.src: the file has no moving pictures", hint="Use a file with a video in it.")
    lies = framing(visual, stage, Size(facts.width, facts.height), where)
    reader: Footage = FootageReader(path, where=f"{where}.src", rate=source_rate(facts), part=lies.part)
    played = cycle_of(visual, facts)
    if played is not None and played.bounces:
        reader = BackwardFootage(reader, played.first, KEPT_BACKWARDS)
    return MovingLayer(reader, visual, lies)

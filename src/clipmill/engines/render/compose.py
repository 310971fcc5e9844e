"""The compositor: the picture of every frame, touching only what changed since the one before.

Layers that stand still are laid into a base picture; live ones are drawn over copies of it. It knows no kind of layer.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from clipmill.engines.render.layers.layer import Layer, StoredLayer
from clipmill.engines.render.motion import State
from clipmill.engines.render.plan import Plan, PlannedLayer, Stretch
from clipmill.engines.render.transitions.crossing import crossed
from clipmill.media.draw.planes import Planes, Rect
from clipmill.media.draw.sprite import Sprite, blend, shifted, tiles_of

#: Opacity below this changes no pixel.
_INVISIBLE = 0.5 / 255
_NOWHERE = Rect(0, 0, 0, 0)
#: Still layers that follow each other over a moving one become one picture where they would cover the canvas so often.
MERGED_FROM = 3.0
#: A layer laid into the base, and how it stood then.
_Baked = tuple[int, State]
#: What is laid over the base: the place of a layer, or several layers as one picture.
_Stratum = int | Sprite
#: Place in the plan, bottom first → how the layer stands.
_States = Mapping[int, State]


class Compositor:
    """Draws the frames of a plan, fastest when they are asked for in order.

    A layer is set up when it is first seen, and let go of when it is seen no more: a long video holds what it shows.
    """

    def __init__(self, plan: Plan, set_up: Callable[[PlannedLayer], Layer], merged_from: float = MERGED_FROM) -> None:
        self._plan = plan
        self._set_up = set_up
        self._merged_from = merged_from
        self._layers: dict[int, Layer] = {}
        transparent = plan.background is None
        #: What has been laid down for good in the present stretch.
        self._base = Planes(plan.width, plan.height, transparent=transparent, full_colour=plan.full_colour)
        self._base.fill(plan.background)
        self._baked: list[_Baked] = []
        #: The frame as it goes to the encoder.
        self.picture = Planes(plan.width, plan.height, transparent=transparent, full_colour=plan.full_colour)
        self.picture.fill(plan.background)
        #: Place in the plan → how the layer stands, and which part of the canvas it touches.
        self._states: dict[int, State] = {}
        self._extents: dict[int, Rect] = {}
        self._stretch: Stretch | None = None
        self._live: list[int] = []
        self._strata: list[_Stratum] = []
        #: Layers and how they stood → the picture they became, of those of the present stretch.
        self._merged: dict[tuple[_Baked, ...], Sprite] = {}
        self._sprites: dict[int, tuple[State, Sprite]] = {}

    def frame(self, number: int) -> Planes:
        """The picture of one frame; the same object every time, valid until the next call.

        Raises what setting up and drawing a layer raises: ProjectError, MediaError.
        """
        stretch = self._stretch
        if stretch is not None and stretch.begin <= number < stretch.end:
            touched: Iterable[int] = stretch.live
            states = self._states | self._plan.shown(number, touched)
        else:
            stretch = next(s for s in self._plan.stretches if s.begin <= number < s.end)
            states = self._plan.shown(number, stretch.shown)
            touched = self._states.keys() | states.keys()
            self._enter(stretch, states)
        changed = []
        for place in touched:
            state = states.get(place)
            if state != self._states.get(place):
                before = self._extents.pop(place, _NOWHERE)
                now = self._extents[place] = self._extent(place, state)
                changed.append(now.join(before))
        for dirty in _apart(changed):
            self._redraw(dirty, states)
        self._states = states
        return self.picture

    def drawn(self, place: int) -> tuple[Sprite, float] | None:
        """A layer as it stands in the frame drawn last, and its opacity; None where nothing of it can be seen."""
        state = self._states.get(place)
        if state is None or self._extent(place, state).is_empty:
            return None
        return self._shown(place, state), state.alpha

    def draw_without(self, place: int, onto: Planes, rect: Rect) -> None:
        """Draw a rectangle of the frame drawn last, one layer left out."""
        onto.fill(self._plan.background, rect)
        for other, state in sorted(self._states.items()):
            if other != place and not self._extent(other, state).meet(rect).is_empty:
                blend(self._shown(other, state), onto, rect, state.alpha)

    def _shown(self, place: int, state: State) -> Sprite:
        """The sprite of a layer, which stays with it only while the layer is live."""
        sprite = self._sprite(place, state)
        if place not in self._live:
            self._sprites.pop(place, None)
        return sprite

    def close(self) -> None:
        """Let go of the layers."""
        for place in list(self._layers):
            self._drop(place)

    def _layer(self, place: int) -> Layer:
        layer = self._layers.get(place)
        if layer is None:
            layer = self._layers[place] = self._set_up(self._plan.layers[place])
        return layer

    def _drop(self, place: int) -> None:
        self._layers.pop(place).close()
        self._sprites.pop(place, None)

    def _redraw(self, dirty: Rect, states: _States) -> None:
        first = True
        for sprite, alpha in self._over_base(dirty, states):
            if first:
                self._bring_back(dirty.without(sprite.solid if alpha >= 1 else _NOWHERE))
            blend(sprite, self.picture, dirty, alpha)
            first = False
        if first:
            self._bring_back([dirty])

    def _bring_back(self, rects: Iterable[Rect]) -> None:
        for rect in rects:
            self.picture.copy_from(self._base, rect)

    def _over_base(self, dirty: Rect, states: _States) -> Iterator[tuple[Sprite, float]]:
        """What is seen of the strata in a rectangle, bottom first; each is made when it is laid."""
        hides = (
            n for n, each in enumerate(self._strata) if isinstance(each, Sprite) and each.solid.meet(dirty) == dirty
        )
        for each in self._strata[max(hides, default=0) :]:
            if isinstance(each, Sprite):
                yield each, 1.0
            elif each in states and not self._extent(each, states[each]).meet(dirty).is_empty:
                yield self._sprite(each, states[each]), states[each].alpha

    def _extent(self, place: int, state: State | None) -> Rect:
        """The part of the canvas a layer touches in this state."""
        if state is None or state.alpha < _INVISIBLE:
            return _NOWHERE
        rect = self._layer(place).rect
        if state.dx or state.dy:
            left, top = int(state.dx // 2 * 2), int(state.dy // 2 * 2)
            rect = Rect(rect.x + left, rect.y + top, rect.width + 2, rect.height + 2)
        return rect.meet(self.picture.rect)

    def _sprite(self, place: int, state: State) -> Sprite:
        """The layer's sprite in this state; kept while only its opacity changes."""
        pose = replace(state, alpha=1.0)
        kept = self._sprites.get(place)
        if kept is not None and kept[0] == pose:
            return kept[1]
        sprite = self._layer(place).sprite(state)
        for crossing in state.crossings:
            sprite = crossed(sprite, crossing)
        if state.dx or state.dy:
            sprite = shifted(sprite, state.dx, state.dy)
        layer = self._layers[place]
        if not (isinstance(layer, StoredLayer) and layer.is_away):
            self._sprites[place] = (pose, sprite)
        return sprite

    def _enter(self, stretch: Stretch, states: _States) -> None:
        """Lay every still layer into the base, unless a live one below it could show through."""
        for place in self._layers.keys() - states.keys():
            self._drop(place)
        live: list[int] = []
        covered = _Region()
        baked: list[_Baked] = []
        for place, state in states.items():
            if place in stretch.live:
                live.append(place)
                covered.add([self._extent(place, s) for s in self._states_in(place, stretch)])
                continue
            extent = self._extent(place, state)
            if extent.is_empty:
                continue
            if covered.meets(extent):
                live.append(place)
                covered.add([extent])
            else:
                baked.append((place, state))
        self._bake(baked)
        self._live, self._stretch = live, stretch
        self._strata = list(self._stacked(states))

    def _stacked(self, states: _States) -> Iterator[_Stratum]:
        """The live layers, bottom first; still ones that follow each other as one where that is less."""
        assert self._stretch is not None
        before, self._merged = self._merged, {}
        most = self._merged_from * self.picture.width * self.picture.height
        for moves, places in itertools.groupby(self._live, key=self._stretch.live.__contains__):
            group = [(place, states[place]) for place in places]
            extents = [self._extent(*each) for each in group]
            if moves or len(group) < 2 or sum(each.width * each.height for each in extents) < most:
                yield from (place for place, _ in group)
            else:
                key = tuple(group)
                self._merged[key] = before[key] if key in before else self._as_one(group, extents)
                yield self._merged[key]

    def _as_one(self, group: list[_Baked], extents: list[Rect]) -> Sprite:
        around = _NOWHERE
        for extent in extents:
            around = around.join(extent)
        picture = Planes(around.width, around.height, transparent=True, full_colour=self._plan.full_colour)
        for place, state in group:
            sprite = self._sprite(place, state)
            blend(replace(sprite, rect=sprite.rect.moved(-around.x, -around.y)), picture, picture.rect, state.alpha)
            self._sprites.pop(place, None)
        y, u, v, full, small = picture.parts
        return Sprite(around, (y, u, v), (full, small), tuple(tiles_of(full)))

    def _states_in(self, place: int, stretch: Stretch) -> list[State | None]:
        motion = self._plan.layers[place].motion
        return [motion.state(frame) for frame in range(stretch.begin, stretch.end)]

    def _bake(self, wanted: list[_Baked]) -> None:
        """Bring the base to these layers: by laying the new ones on top where that is right, else anew."""
        added = [baked for baked in wanted if baked not in self._baked]
        kept = [baked for baked in wanted if baked in self._baked]
        if kept != self._baked or any(self._lies_below(baked, kept) for baked in added):
            self._base.fill(self._plan.background)
            added = wanted
        for place, state in added:
            blend(self._sprite(place, state), self._base, self._base.rect, state.alpha)
            self._sprites.pop(place, None)
        self._baked = wanted

    def _lies_below(self, baked: _Baked, others: list[_Baked]) -> bool:
        extent = self._extent(*baked)
        return any(place > baked[0] and not self._extent(place, s).meet(extent).is_empty for place, s in others)


class _Region:
    """A part of the canvas as rectangles."""

    def __init__(self) -> None:
        self._rects: list[Rect] = []

    def add(self, rects: Sequence[Rect]) -> None:
        """Add the smallest rectangle around all of these."""
        around = _NOWHERE
        for rect in rects:
            around = around.join(rect)
        self._rects.append(around)

    def meets(self, rect: Rect) -> bool:
        """Whether any of it lies inside a rectangle."""
        return any(not mine.meet(rect).is_empty for mine in self._rects)


def _apart(rects: Sequence[Rect]) -> list[Rect]:
    """Rectangles that cover all of these and do not overlap: overlapping ones are joined."""
    apart: list[Rect] = []
    for new in rects:
        joined = new
        while not joined.is_empty:
            touching = [rect for rect in apart if not rect.meet(joined).is_empty]
            if not touching:
                apart.append(joined)
                break
            for rect in touching:
                apart.remove(rect)
                joined = joined.join(rect)
    return apart

"""The camera and the lights: a scene of solids becomes an array of pixels, by sphere tracing in small tiles.

One key light with soft shadows, a wide overhead light, soft boxes that only show in reflections, and a seamless
backdrop that takes the shadows. Colours are linear RGB until the last line of `photograph`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from studio.solids import Array, Point, Solid, Vector

Colour = NDArray[np.floating[Any]]
Paint = Callable[[Point], Array]

TILE_PIXELS = 32_768
NEAR = 0.0012


def linear(hex_colour: str) -> Colour:
    """A CSS hex colour as linear RGB."""
    srgb = np.array([int(hex_colour[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)


@dataclass(frozen=True)
class Material:
    """How a surface answers light."""

    colour: str
    #: 0 is chalk, 1 is lacquer.
    gloss: float = 0.35
    metal: bool = False
    #: Light given off, as a share of its colour.
    glow: float = 0.0
    #: A second colour, and where it is (0 to 1) for points of the surface.
    second: str = "#000000"
    paint: Paint | None = None


@dataclass(frozen=True)
class Part:
    """One solid of one material."""

    solid: Solid
    material: Material


@dataclass(frozen=True)
class Scene:
    """Everything in front of the camera, and the camera."""

    name: str
    parts: tuple[Part, ...]
    #: Backdrop where the light falls, and at the corners.
    backdrop: tuple[str, str]
    #: The box that holds all parts: low and high corner.
    bounds: tuple[Vector, Vector]
    size: tuple[int, int] = (1080, 1080)
    eye: Vector = (0, 3.2, 13)
    target: Vector = (0, 1.4, 0)
    lens_degrees: float = 22.0
    sun: Vector = (-0.62, 0.95, 0.55)
    #: Window bars in the light: their spacing in units, 0 for none.
    window: float = 0.0
    #: Where the backdrop turns up into a wall.
    wall: float = -3.4
    seed: int = 7


def photograph(scene: Scene, scale: float = 2.0) -> NDArray[np.uint8]:
    """The picture, height × width × 3, sRGB, traced at `scale` times its size for smooth edges."""
    width, height = (round(side * scale) for side in scene.size)
    forward, right, up = _frame(scene)
    reach = np.tan(np.radians(scene.lens_degrees) / 2)
    u, v = np.meshgrid(
        (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1,
        (np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1,
    )
    u, v = u.ravel(), v.ravel()
    side = max(width, height)
    pixels = np.empty((3, u.size), np.float32)
    eye = np.array(scene.eye, np.float32)
    for start in range(0, u.size, TILE_PIXELS):
        tile = slice(start, start + TILE_PIXELS)
        across, down = u[tile] * reach * width / side, v[tile] * reach * height / side
        ray = forward[:, None] + right[:, None] * across - up[:, None] * down
        ray = (ray / np.linalg.norm(ray, axis=0)).astype(np.float32)
        origin = np.repeat(eye[:, None], ray.shape[1], axis=1)
        pixels[:, tile] = _trace(scene, origin, ray, _backdrop(scene, u[tile], v[tile]), bounces=1)
    return _develop(pixels.reshape(3, height, width), scene)


def _trace(scene: Scene, origin: Colour, ray: Colour, backdrop: Colour, bounces: int) -> Colour:
    travelled = _march(scene, origin, ray)
    hit = np.isfinite(travelled)
    to_floor = np.where(ray[1] < -1e-4, -origin[1] / np.minimum(ray[1], -1e-4), np.inf)
    to_wall = np.where(ray[2] < -1e-4, (scene.wall - origin[2]) / np.minimum(ray[2], -1e-4), np.inf)
    floor = ~hit & (to_floor < np.minimum(to_wall, 60))
    wall = ~hit & ~floor & (to_wall < 60)
    light = backdrop.copy()
    if wall.any():
        light[:, wall] = _wall(scene, origin[:, wall] + ray[:, wall] * to_wall[wall], backdrop[:, wall])
    if floor.any():
        light[:, floor] = _floor(scene, origin[:, floor] + ray[:, floor] * to_floor[floor], backdrop[:, floor])
    if hit.any():
        point = origin[:, hit] + ray[:, hit] * travelled[hit]
        light[:, hit] = _surface(scene, point, ray[:, hit], backdrop[:, hit], bounces)
    return light


def _surface(scene: Scene, point: Colour, ray: Colour, backdrop: Colour, bounces: int) -> Colour:
    """Light from a solid's surface towards where the ray came from."""
    normal = _normal(scene, point)
    albedo, gloss, metal, glow = _materials(scene, point)
    start = point + normal * 0.006
    sun = _unit(scene.sun)
    facing = np.clip(np.einsum("i,in->n", sun, normal), 0, 1)
    shadow = _shadow(scene, start, sun, 14.0) * _window(scene, point)
    overhead = _shadow(scene, start, _unit((0.15, 1.0, 0.25)), 2.2)
    open_sky = _openness(scene, start, normal)
    sky = 0.5 + 0.5 * normal[1]
    ambient = (0.20 + 0.38 * sky * (0.4 + 0.6 * overhead)) * open_sky
    bounce = backdrop * ((1 - sky) * 0.42 * open_sky)
    rim = np.clip(np.einsum("i,in->n", _unit((0.9, 0.35, -0.5)), normal), 0, 1) * 0.35 * open_sky
    key = np.array([[1.06], [1.0], [0.93]], np.float32) * (1.0 * facing * shadow)
    diffuse = albedo * (key + ambient + bounce + rim)
    mirrored = ray - 2 * np.einsum("in,in->n", ray, normal) * normal
    grazing = (1 - np.clip(-np.einsum("in,in->n", ray, normal), 0, 1)) ** 5
    base = np.where(metal, albedo, 0.045)
    fresnel = base + (1 - base) * grazing * (0.15 + 0.55 * gloss)
    seen = _soft_boxes(mirrored, gloss, backdrop)
    sharp = gloss > 0.75
    if bounces and sharp.any():
        traced = _trace(scene, start[:, sharp], mirrored[:, sharp], seen[:, sharp], bounces - 1)
        seen[:, sharp] = seen[:, sharp] * 0.35 + traced * 0.65
    half = _unit_columns(sun[:, None] - ray)
    power = 6 + 900 * gloss**3
    spark = np.clip(np.einsum("in,in->n", half, normal), 0, 1) ** power * (power + 8) / 60 * facing * shadow
    occluded = 0.35 + 0.65 * open_sky
    return np.where(metal, 0.12, 1.0) * diffuse + fresnel * (seen * occluded + spark * (0.2 + gloss)) + albedo * glow


def _floor(scene: Scene, point: Colour, backdrop: Colour) -> Colour:
    """The backdrop where it is ground: it keeps its own colour and takes the shadows."""
    start = point + np.array([[0], [0.004], [0]], np.float32)
    up = np.zeros_like(start)
    up[1] = 1
    key = _shadow(scene, start, _unit(scene.sun), 9.0) * _window(scene, point)
    overhead = _shadow(scene, start, _unit((0.12, 1.0, 0.2)), 1.5)
    kept = (0.50 * key + 0.28 * overhead + 0.22) * (0.35 + 0.65 * _openness(scene, start, up))
    turned_up = 1 - _smooth(scene.wall, scene.wall + 2.2, point[2])
    return _shaded(backdrop, kept + (0.5 + 0.5 * key - kept) * turned_up)


def _wall(scene: Scene, point: Colour, backdrop: Colour) -> Colour:
    """The backdrop where it has turned up: the key light's shadows reach it, weaker than the ground."""
    key = _shadow(scene, point, _unit(scene.sun), 7.0) * _window(scene, point)
    return _shaded(backdrop, 0.5 + 0.5 * key)


def _shaded(backdrop: Colour, kept: Array) -> Colour:
    return backdrop * (kept + (1 - kept) * backdrop * 0.35)


def _march(scene: Scene, origin: Colour, ray: Colour) -> Array:
    """How far each ray goes to the first surface, infinite where it meets none."""
    near, far = _within(scene, origin, ray, 0.02)
    reached = np.full(ray.shape[1], np.inf, np.float32)
    alive = np.flatnonzero(far > near)
    t = near[alive]
    for _ in range(110):
        if not alive.size:
            break
        p = origin[:, alive] + ray[:, alive] * t
        gap = _distance(scene, p)
        close = gap < NEAR
        reached[alive[close]] = t[close]
        t = t + gap * 0.9
        keep = ~close & (t < far[alive])
        alive, t = alive[keep], t[keep]
    return reached


def _shadow(scene: Scene, origin: Colour, towards: Colour, hardness: float) -> Array:
    """How much of a light gets through, 0 to 1; a low hardness is a large light."""
    ray = np.repeat(towards[:, None], origin.shape[1], axis=1)
    near, far = _within(scene, origin, ray, 5.0 / hardness + 0.2)
    clear = np.ones(origin.shape[1], np.float32)
    alive = np.flatnonzero(far > near)
    t = np.maximum(near[alive], 0.01)
    for _ in range(44):
        if not alive.size:
            break
        gap = _distance(scene, origin[:, alive] + ray[:, alive] * t)
        clear[alive] = np.minimum(clear[alive], hardness * gap / t)
        t = t + np.clip(gap * 0.8, 0.02, 0.3)
        keep = (clear[alive] > 0.004) & (t < far[alive])
        alive, t = alive[keep], t[keep]
    clear = np.clip(clear, 0, 1)
    return clear * clear * (3 - 2 * clear)


def _openness(scene: Scene, origin: Colour, normal: Colour) -> Array:
    """Share of the surroundings a point sees: five looks along the normal, the floor included."""
    shut = np.zeros(origin.shape[1], np.float32)
    for reach, weight in ((0.03, 1.0), (0.09, 0.8), (0.2, 0.62), (0.4, 0.45), (0.75, 0.28)):
        p = origin + normal * reach
        shut += np.maximum(reach - np.minimum(_distance(scene, p), p[1] + 0.02), 0) / reach * weight * 0.42
    return np.clip(1 - shut, 0.05, 1)


def _normal(scene: Scene, point: Colour) -> Colour:
    """The direction a surface faces, from four distances around the point."""
    normal = np.zeros_like(point)
    for corner in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        step = np.array(corner, np.float32)[:, None]
        normal += step * _distance(scene, point + step * 0.0015)
    return _unit_columns(normal)


def _materials(scene: Scene, point: Colour) -> tuple[Colour, Array, NDArray[np.bool_], Array]:
    """Colour, gloss, whether it is metal, and glow, for each point, of the part it lies on."""
    p = (point[0], point[1], point[2])
    owner = np.argmin([part.solid(p) for part in scene.parts], axis=0)
    albedo = np.empty_like(point)
    for number, part in enumerate(scene.parts):
        mine = owner == number
        if not mine.any():
            continue
        colour = linear(part.material.colour)[:, None]
        if part.material.paint is not None:
            share = part.material.paint((point[0][mine], point[1][mine], point[2][mine]))
            colour = colour + (linear(part.material.second)[:, None] - colour) * share
        albedo[:, mine] = colour
    every = [part.material for part in scene.parts]
    gloss = np.array([m.gloss for m in every], np.float32)[owner]
    return (
        albedo,
        gloss,
        np.array([m.metal for m in every])[owner],
        np.array([m.glow for m in every], np.float32)[owner],
    )


def _soft_boxes(ray: Colour, gloss: Array, backdrop: Colour) -> Colour:
    """What a reflection sees: a soft box at the left, a strip at the right, the room above, the table below."""
    blur = 0.04 + 0.5 * (1 - gloss)
    left = _lit(ray, _unit((-0.85, 0.42, 0.38)), 0.50, blur)
    strip = _lit(ray, _unit((0.95, 0.25, -0.12)), 0.26, blur)
    above = _smooth(0.2 - blur, 0.95 + blur, ray[1])
    room = backdrop * (0.35 + 0.35 * above)
    return room + 2.4 * left * (0.35 + 0.65 * gloss) + 1.4 * strip + 0.35 * above


def _lit(ray: Colour, towards: Colour, size: float, blur: Array) -> Array:
    away = np.sqrt(np.maximum(2 - 2 * np.einsum("i,in->n", towards, ray), 0))
    return 1 - _smooth(size - blur, size + blur, away)


def _window(scene: Scene, point: Colour) -> Array:
    """Light through a window: soft-edged panes, one everywhere if the scene has no window."""
    if not scene.window:
        return np.ones(point.shape[1], np.float32)
    sun = _unit(scene.sun)
    along = np.cross(np.array([0, 1, 0], np.float32), sun)
    a = along @ point / np.linalg.norm(along)
    b = np.cross(sun, along) @ point
    bars = 1.0 - _smooth(0.40, 0.47, np.abs((b / scene.window + 0.5) % 1 - 0.5))
    post = _smooth(0.05, 0.13, np.abs(a + 1.1))
    edge = 1 - _smooth(2.5, 2.75, np.abs(a))
    return 0.3 + 0.7 * bars * post * edge


def _backdrop(scene: Scene, u: Array, v: Array) -> Colour:
    """The seamless paper behind everything, for picture coordinates -1 to 1."""
    pool = np.clip(np.sqrt((u + 0.12) ** 2 + (v + 0.05) ** 2) / 1.35, 0, 1)
    pool = (pool * pool * (3 - 2 * pool))[None, :]
    inner, outer = (linear(colour)[:, None] for colour in scene.backdrop)
    return (inner + (outer - inner) * pool).astype(np.float32)


def _distance(scene: Scene, point: Colour) -> Array:
    p = (point[0], point[1], point[2])
    nearest = scene.parts[0].solid(p)
    for part in scene.parts[1:]:
        nearest = np.minimum(nearest, part.solid(p))
    return nearest


def _within(scene: Scene, origin: Colour, ray: Colour, margin: float) -> tuple[Array, Array]:
    """Where each ray enters and leaves the scene's box and a margin; leaves before it enters where it misses."""
    low, high = (np.array(corner, np.float32)[:, None] for corner in scene.bounds)
    steady = np.where(np.abs(ray) < 1e-6, 1e-6, ray)
    one, two = (low - margin - origin) / steady, (high + margin - origin) / steady
    near, far = np.minimum(one, two).max(axis=0), np.maximum(one, two).min(axis=0)
    return np.maximum(near, 0).astype(np.float32), far.astype(np.float32)


def _develop(pixels: Colour, scene: Scene) -> NDArray[np.uint8]:
    """Linear light to an 8-bit picture of the scene's size: shrink, soft shoulder, gamma, a trace of grain."""
    bright = np.maximum(pixels, 0)
    bright = np.where(bright > 0.7, 0.7 + 0.3 * np.tanh((bright - 0.7) / 0.42), bright).astype(np.float32)
    width, height = scene.size
    image = pyvips.Image.new_from_array(np.ascontiguousarray(bright.transpose(1, 2, 0)))
    small = image.resize(width / image.width, vscale=height / image.height, kernel="mitchell").numpy()
    small = np.clip(small[:height, :width], 0, 1)
    srgb = np.where(small <= 0.0031308, small * 12.92, 1.055 * small ** (1 / 2.4) - 0.055) * 255
    grain = np.random.default_rng(scene.seed).normal(0, 0.6, srgb.shape[:2])[..., None]
    return np.clip(np.rint(srgb + grain), 0, 255).astype(np.uint8)


def _frame(scene: Scene) -> tuple[Colour, Colour, Colour]:
    forward = _unit(tuple(np.subtract(scene.target, scene.eye)))
    right = np.cross(forward, np.array([0, 1, 0], np.float32))
    right /= np.linalg.norm(right)
    return forward, right, np.cross(right, forward)


def _unit(vector: Vector | tuple[float, ...]) -> Colour:
    array = np.array(vector, np.float32)
    return array / np.linalg.norm(array)


def _unit_columns(vectors: Colour) -> Colour:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=0), 1e-9)


def _smooth(low: Array | float, high: Array | float, value: Array) -> Array:
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)

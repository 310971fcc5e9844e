"""SVG from strangers: what may be in a drawing, checked by parsing it before anything draws it."""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree.ElementTree import Element, register_namespace, tostring

from clipmill.errors import ProjectError
from clipmill.media.draw.crop import Crop
from clipmill.media.draw.vector.browsers import as_browsers, local
from clipmill.media.draw.vector.cost import DATA, Cost, cost_of, pixels_of
from clipmill.media.draw.writing import composed
from clipmill.media.facts.drawing import natural_size, text_of, tree_of
from clipmill.media.workers.clock import allowed

_NAMESPACE = "http://www.w3.org/2000/svg"
_FORBIDDEN = frozenset({"script", "foreignobject", "iframe", "object", "embed", "audio", "video"})
_MAX_SIDE = 4096
_MAX_FILE_BYTES = 2 * 1024**2
_MAX_NODES = 20_000
_MAX_DEPTH = 64
_MAX_LETTERS = 20_000
#: Filter attributes whose cost grows with their value → the most that is allowed.
_COSTLY = {"stdDeviation": 200.0, "numOctaves": 8.0, "radius": 100.0, "order": 15.0}
_NUMBER = re.compile(r"\d*\.?\d+(?:[eE][-+]?\d+)?")
#: Filter steps of one drawing, and how many of them may make noise out of nothing.
_MAX_FILTERS, _MAX_TURBULENCE = 60, 4
#: Width × height of a picture inside a drawing.
_MAX_PICTURE_PIXELS = 16_000_000
_FILTER_PARTS = frozenset({"feMergeNode", "feFuncR", "feFuncG", "feFuncB", "feFuncA", "feDistantLight", "fePointLight",
                           "feSpotLight"})  # fmt: skip
_PICTURE = re.compile(r"data:image/(png|jpeg);base64,|asset:[0-9a-f]{64}")
#: Seconds above which it does not matter how many.
_NEVER = 3600
#: What an editor writes into the root's style, and what would win over the size we give it.
_OWN_SIZE = re.compile(r"(?:^|(?<=;))\s*(?:(?:max|min)-)?(?:width|height)\s*:[^;]*;?")
_OUTSIDE = re.compile(r"url\((?!\s*+['\"]?\s*+#)|@import|expression\s*\(|javascript:", re.IGNORECASE)

register_namespace("", _NAMESPACE)
register_namespace("xlink", "http://www.w3.org/1999/xlink")


class Drawing:
    """A checked drawing: its natural size in pixels, and its text at any other size."""

    def __init__(self, root: Element, width: float, height: float, remarks: tuple[str, ...] = ()) -> None:
        self._root = root
        #: What browsers show of it and we do not, as sentences.
        self.remarks = remarks
        self.width = width
        self.height = height
        self._costs: dict[tuple[float, float], Cost] = {}

    def cost(self, width: float, height: float) -> Cost:
        """What it costs to draw at this size (pixels)."""
        size = (width, height)
        if size not in self._costs:
            self._costs[size] = cost_of(self._root, width, height, own=(self.width, self.height))
        return self._costs[size]

    def check_cost(self, width: float, height: float, seconds: float, path: str = "") -> None:
        """Raises ProjectError where drawing it at this size would take more processor time than that (0: no limit)."""
        cost = self.cost(width, height) if seconds else None
        if cost is None or cost.seconds <= seconds:
            return
        took = f"about {cost.seconds:,.0f} seconds" if cost.seconds < _NEVER else "hours"
        raise ProjectError(
            f"drawing it at {width:.0f} × {height:.0f} would take {took} of a processor, over the limit of {seconds:g} "
            f"(limits.drawing_seconds); what costs most: {cost.dearest}",
            hint="Simplify that in the drawing, or use a PNG of it.", path=path,
        )  # fmt: skip

    def at_size(self, width: float, height: float, *, cut: bool = False, where: str = "") -> str:
        """The SVG at this size (pixels); `preserveAspectRatio` says how it fills it, with `cut` it fills all of it.

        Raises ProjectError, about `where`, for one that takes longer than what is drawn now may.
        """
        self.check_cost(width, height, allowed(), where)
        return tostring(self._sized(width, height, cut=cut), encoding="unicode")

    def part_at_size(self, part: Crop, width: float, height: float, *, where: str = "") -> str:
        """A part of the SVG, stretched to this size (pixels). Raises ProjectError as `at_size` does."""
        across, down = part.right - part.left, part.bottom - part.top
        self.check_cost(width / across, height / down, allowed(), where)
        lies = (part.left * self.width, part.top * self.height, across * self.width, down * self.height)
        around = Element(self._root.tag, {"preserveAspectRatio": "none"})
        around.set("viewBox", " ".join(f"{figure:.9g}" for figure in lies))
        around.set("width", f"{width:g}")
        around.set("height", f"{height:g}")
        whole = self._sized(self.width, self.height)
        for place in ("x", "y"):  # which mean nothing as long as it is the outermost
            whole.attrib.pop(place, None)
        around.append(whole)
        return tostring(around, encoding="unicode")

    def _sized(self, width: float, height: float, *, cut: bool = False) -> Element:
        root = Element(self._root.tag, self._root.attrib)
        root.set("style", _OWN_SIZE.sub("", root.get("style", "")))
        root.extend(self._root)
        root.text = self._root.text
        if "viewBox" not in root.attrib:
            root.set("viewBox", f"0 0 {self.width:g} {self.height:g}")
        if cut:
            root.set("preserveAspectRatio", "xMidYMid slice")
        root.set("width", f"{width:g}")
        root.set("height", f"{height:g}")
        return root


def check_svg(text: str, *, path: str = "svg", limit_bytes: int = _MAX_FILE_BYTES) -> Drawing:
    """The drawing, if nothing in it can run, load or explode. Raises ProjectError naming what is wrong."""
    if len(text.encode(errors="surrogatepass")) > limit_bytes:
        raise ProjectError(f"the drawing is larger than {limit_bytes:,} bytes", path=path)
    try:
        return _checked(text)
    except ValueError as error:
        raise ProjectError(str(error), path=path) from error


def read_svg(content: bytes, *, path: str = "svg", limit_bytes: int = _MAX_FILE_BYTES) -> Drawing:
    """The drawing in a file, in whatever encoding, compressed or not. Raises ProjectError as `check_svg` does."""
    try:
        text = text_of(content, limit_bytes)
    except (ValueError, LookupError) as error:
        raise ProjectError(f"the drawing cannot be read: {error}", path=path) from error
    return check_svg(text, path=path, limit_bytes=4 * limit_bytes)


@lru_cache(maxsize=4)
def _checked(text: str) -> Drawing:
    root = tree_of(composed(text))
    if root.tag == "svg":
        _into_namespace(root)
    if root.tag != f"{{{_NAMESPACE}}}svg":
        raise ValueError("the drawing must start with <svg")
    _check_size(root)
    remarks = as_browsers(root)
    _check_tree(root)
    _check_filters(root)
    width, height = natural_size(root.attrib)
    if not (0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE):
        raise ValueError(f"the drawing is {width:g} × {height:g} pixels; 1 to {_MAX_SIDE} a side are allowed")
    return Drawing(root, width, height, tuple(remarks))


def _into_namespace(root: Element) -> None:
    """A drawing that declares no namespace means SVG's."""
    for node in root.iter():
        if isinstance(node.tag, str) and not node.tag.startswith("{"):
            node.tag = f"{{{_NAMESPACE}}}{node.tag}"


def _check_size(root: Element) -> None:
    """Count every node once, without recursion."""
    count, level = 0, [root]
    for _ in range(_MAX_DEPTH):
        count += len(level)
        if count > _MAX_NODES:
            raise ValueError(f"the drawing has more than {_MAX_NODES:,} nodes")
        level = [child for node in level for child in node]
        if not level:
            return
    raise ValueError(f"the drawing is nested deeper than {_MAX_DEPTH} levels")


def _check_tree(root: Element) -> None:
    letters = 0
    for node in root.iter():
        _check_node(node)
        if local(node) in ("text", "tspan", "textPath"):
            letters += len(node.text or "") + sum(len(child.tail or "") for child in node)
    if letters > _MAX_LETTERS:
        raise ValueError(f"the drawing has {letters:,} letters of text; at most {_MAX_LETTERS:,} are drawn")


def _check_filters(root: Element) -> None:
    names = [str(node.tag).rpartition("}")[2] for node in root.iter()]
    filters = sum(name.startswith("fe") and name not in _FILTER_PARTS for name in names)
    if filters > _MAX_FILTERS or names.count("feTurbulence") > _MAX_TURBULENCE:
        raise ValueError(f"the drawing has {filters} filter steps, which take too long to draw")


def _check_picture(value: str) -> None:
    """A picture written into the drawing must have an honest size. Raises ValueError."""
    if DATA.fullmatch(value.strip()) is None:
        raise ValueError("the drawing holds a picture that is no base64 PNG or JPEG")
    try:
        pixels = pixels_of(value.strip())
    except ValueError as error:
        raise ValueError("the drawing holds a damaged picture") from error
    if pixels > _MAX_PICTURE_PIXELS:
        raise ValueError(f"the drawing holds a picture of {pixels:,} pixels, too many for a drawing")


def _check_node(node: Element) -> None:
    name = str(node.tag).rpartition("}")[2]
    if name.lower() in _FORBIDDEN:
        raise ValueError(f"the drawing contains <{name}>, which is not allowed")
    if name.lower() == "style" and _OUTSIDE.search(node.text or ""):
        raise ValueError("the drawing's <style> refers to something outside it; only url(#id) is allowed")
    for attribute, value in node.attrib.items():
        _check_attribute(name, attribute.rpartition("}")[2], value)


def _check_attribute(element: str, name: str, value: str) -> None:
    if name.lower().startswith("on"):
        raise ValueError(f"the drawing has the event attribute {name}, which is not allowed")
    if name == "href":
        inside = value.startswith("#") or (element in ("image", "feImage") and _PICTURE.match(value))
        if not inside:
            raise ValueError(f"the drawing refers to {value[:60]!r}; only #id and pictures as data:image/png or jpeg")
        if value.startswith("data:"):
            _check_picture(value)
    elif _OUTSIDE.search(value):
        raise ValueError(f"the drawing's {name} refers to something outside it; only url(#id) is allowed")
    most = _COSTLY.get(name)
    if most is not None and any(float(part) > most for part in _NUMBER.findall(value)):
        raise ValueError(f"the drawing's {name} is over {most:g}, which takes too long to draw")

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from clipmill.domain.timeline.layout import Box, Size
from clipmill.errors import MediaError
from clipmill.media.draw.crop import Crop
from clipmill.media.draw.raster import box_mask, draw_svg, load_picture, picture_size, rounded_mask
from clipmill.media.draw.vips import pyvips
from tests.rendering import cutout, photo, write_picture

HUGE = 10**9


def test_a_drawing_becomes_pixels_with_opacity() -> None:
    text = "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='2'><rect width='2' height='2' fill='#f00'/></svg>"
    pixels = draw_svg(text, {}, where="x")
    assert pixels.shape == (2, 4, 4)
    assert list(pixels[0, 0]) == [255, 0, 0, 255]
    assert pixels[0, 3, 3] == 0


def test_a_stored_picture_is_drawn_inside_a_drawing(tmp_path: Path) -> None:
    red = write_picture(tmp_path / "red.png", np.full((4, 4, 3), (255, 0, 0), np.uint8))
    name = f"asset:{'a' * 64}.png"
    text = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'>"
        f"<image href='{name}' width='8' height='8' preserveAspectRatio='none'/></svg>"
    )
    assert list(draw_svg(text, {name: str(red)}, where="x")[4, 4]) == [255, 0, 0, 255]


def test_other_files_are_not_put_into_a_drawing(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(MediaError, match="only PNG and JPEG"):
        draw_svg("<svg>asset:a</svg>", {"asset:a": str(tmp_path / "secret")}, where="x")


def test_a_drawing_that_fails_is_named() -> None:
    with pytest.raises(MediaError, match=r"visuals\[1\]: the drawing cannot be drawn"):
        draw_svg("<svg", {}, where="visuals[1]")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_pictures_are_loaded_at_the_size_asked_for(tmp_path: Path, suffix: str) -> None:
    path = write_picture(tmp_path / f"p{suffix}", photo())
    assert picture_size(str(path), pixels=HUGE, where="x") == Size(240, 160)
    pixels = load_picture(str(path), 120, 80, where="x")
    expected = cv2.resize(photo(), (120, 80), interpolation=cv2.INTER_AREA)
    assert pixels.shape == (80, 120, 3)
    assert np.abs(pixels.astype(int) - expected).mean() < 6


def test_pictures_stand_upright(tmp_path: Path) -> None:
    plain = write_picture(tmp_path / "p.jpg", photo()).read_bytes()
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    turned = tmp_path / "turned.jpg"
    turned.write_bytes(plain[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + plain[2:])
    assert picture_size(str(turned), pixels=HUGE, where="x") == Size(160, 240)
    upright = load_picture(str(turned), 160, 240, where="x")
    assert np.abs(upright.astype(int) - np.rot90(photo(), -1)).mean() < 8


def test_opacity_is_kept_where_there_is_any(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "cutout.png", cutout())
    assert load_picture(str(path), 60, 60, where="x").shape == (60, 60, 4)


def test_grey_pictures_become_colour(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    path.write_bytes(cv2.imencode(".png", np.full((8, 8), 77, np.uint8))[1].tobytes())
    assert np.array_equal(load_picture(str(path), 4, 4, where="x"), np.full((4, 4, 3), 77))


def _grey(value: int) -> pyvips.Image:
    return pyvips.Image.new_from_array(np.full((16, 16, 3), value, np.uint8)).copy(interpretation="srgb")


def _save(image: pyvips.Image, path: Path) -> str:
    image.write_to_file(str(path))
    return str(path)


@pytest.mark.parametrize(
    "save",
    [
        lambda folder: _save(_grey(120).colourspace("cmyk"), folder / "print.jpg"),
        lambda folder: _save(_grey(120).icc_transform("p3", input_profile="srgb"), folder / "wide.png"),
        lambda folder: _save(_grey(120).colourspace("rgb16"), folder / "deep.png"),
    ],
)
def test_pictures_of_other_colour_spaces_become_srgb(tmp_path: Path, save: Callable[[Path], str]) -> None:
    pixels = load_picture(save(tmp_path), 8, 8, where="x")
    assert pixels.shape == (8, 8, 3)
    assert np.abs(pixels.astype(int) - 120).max() < 12


def test_a_cut_off_picture_is_refused(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "p.jpg", photo())
    path.write_bytes(path.read_bytes()[:-900])
    with pytest.raises(MediaError, match=r"^\w+: the picture is cut off or damaged: (?!Vips)"):
        load_picture(str(path), 100, 100, where="x")


def test_corners_are_round_and_smooth() -> None:
    mask = rounded_mask(40, 40, (20, 0, 0, 0))
    assert mask[0, 0] == 0
    assert mask[0, 39] == mask[39, 39] == mask[20, 20] == 255
    assert ((mask > 0) & (mask < 255)).sum() > 10
    assert mask.sum() / 255 == pytest.approx(1600 - 400 * (1 - np.pi / 4), abs=2)


def test_radii_that_are_too_large_give_a_pill() -> None:
    mask = rounded_mask(60, 20, (999, 999, 999, 999))
    assert mask[10, 1] > 200
    assert mask.sum() / 255 == pytest.approx(40 * 20 + np.pi * 100, abs=3)


def test_a_box_lies_inside_its_rectangle() -> None:
    mask = box_mask(8, 8, Box(1, 2, 5, 4), (0, 0, 0, 0))
    assert mask.sum() == 255 * 20
    assert mask[2:6, 1:6].min() == 255


def test_a_part_of_a_picture_is_cut_out_upright(tmp_path: Path) -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[:, :30] = 255
    image = pyvips.Image.new_from_memory(picture.tobytes(), 60, 40, 3, "uchar").copy(interpretation="srgb")
    image.set_type(pyvips.GValue.gint_type, "orientation", 6)  # to be turned a quarter clockwise
    image.jpegsave(str(tmp_path / "a.jpg"), Q=95)
    for part, value in ((Crop(0, 0, 1, 0.5), 255), (Crop(0, 0.5, 1, 1), 0)):
        cut = load_picture(str(tmp_path / "a.jpg"), 20, 16, where="v", part=part)
        assert cut.shape == (16, 20, 3)
        assert np.abs(cut[2:-2].astype(int) - value).max() <= 12


def test_a_part_of_a_drawing_is_drawn_sharp(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    size = "width='20' height='10' x='7' y='3'"
    path.write_text(f"<svg xmlns='http://www.w3.org/2000/svg' {size}><rect width='10' height='10' fill='#f00'/></svg>")
    cut = load_picture(str(path), 80, 40, where="v", part=Crop(0.25, 0, 0.75, 1))
    assert cut.shape[:2] == (40, 80)
    assert (cut[:, :39, 3].min(), cut[:, 41:, 3].max()) == (255, 0)
    assert np.array_equal(cut, load_picture(str(path), 160, 40, where="v")[:, 40:120])
    with pytest.raises(MediaError, match="the drawing would be drawn"):
        load_picture(str(path), 3000, 3000, where="v", part=Crop(0, 0, 0.1, 0.1))


@pytest.mark.parametrize("size", [(160, 120), (227, 171), (640, 480), (900, 120)])
def test_a_picture_of_any_size_shows_everything_where_it_is(tmp_path: Path, size: tuple[int, int]) -> None:
    path = white_box(tmp_path / "a.png")
    (left, right), (top, bottom) = edges(load_picture(str(path), *size, where="v"))
    across, down = size[0] / 320, size[1] / 240
    assert (left, right) == (pytest.approx(90 * across, abs=0.03), pytest.approx(200 * across, abs=0.03))
    assert (top, bottom) == (pytest.approx(70 * down, abs=0.03), pytest.approx(150 * down, abs=0.03))


def test_a_small_picture_is_enlarged_about_its_middle_when_it_is_cut(tmp_path: Path) -> None:
    path = white_box(tmp_path / "a.png")
    (left, right), (top, bottom) = edges(load_picture(str(path), 800, 300, where="v", cut=True))
    assert (left, right) == (pytest.approx(225, abs=0.03), pytest.approx(500, abs=0.03))
    assert (top, bottom) == (pytest.approx(175 - 150, abs=0.03), pytest.approx(375 - 150, abs=0.03))


@pytest.mark.parametrize("own", [(1, 1), (2, 3), (50, 31)])
@pytest.mark.parametrize("cut", [True, False])
def test_an_enlarged_picture_of_one_colour_has_that_colour_up_to_its_edges(
    tmp_path: Path, own: tuple[int, int], cut: bool
) -> None:
    colour = (200, 120, 10, 128)
    write_picture(tmp_path / "a.png", np.full((own[1], own[0], 4), colour, np.uint8))
    enlarged = load_picture(str(tmp_path / "a.png"), 161, 83, where="v", cut=cut)
    assert enlarged.shape == (83, 161, 4)
    assert (enlarged == colour).all()


def white_box(path: Path) -> Path:
    """A file of 320 × 240 with a white box on black, its sides at 90, 200, 70 and 150."""
    picture = np.zeros((240, 320, 3), np.uint8)
    picture[70:150, 90:200] = 255
    return write_picture(path, picture)


def edges(picture: np.ndarray) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the box in it begins and ends, across and down, between pixels."""
    grey = picture[..., 1] / 255.0
    across, down = grey[len(grey) // 2], grey[:, len(grey[0]) * 145 // 320]
    return _ends(across), _ends(down)


def _ends(line: np.ndarray) -> tuple[float, float]:
    middle = int((line * np.arange(len(line))).sum() / line.sum())
    return middle - line[:middle].sum(), middle + line[middle:].sum()

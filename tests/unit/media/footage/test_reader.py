import gc
import weakref
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.errors import MediaError
from clipmill.media.draw.crop import WHOLE, Crop
from clipmill.media.footage.reader import FootageReader
from tests.footage import number_in, numbered, set_matrix, write_clip

SIZE = (160, 64)
REAL = Path(__file__).parents[5] / "shared" / "data" / "media"
#: File name → codec and options: B-frames, open groups of pictures, intra only, hidden pictures.
CODERS = {
    "closed.mp4": ("libx264", {"bf": "3", "g": "12", "preset": "ultrafast"}),
    "open.mp4": ("libx264", {"x264-params": "open-gop=1:bframes=3:keyint=15", "preset": "veryfast"}),
    "hevc.mp4": ("libx265", {"x265-params": "keyint=15:open-gop=1:log-level=none", "preset": "ultrafast"}),
    "vp9.webm": ("libvpx-vp9", {"cpu-used": "8", "deadline": "realtime"}),
    "old.mov": ("mpeg4", {"g": "10"}),
}


def _reader(path: Path, rate: Fraction | int = 30, part: Crop = WHOLE) -> FootageReader:
    return FootageReader(str(path), where="visuals[0].src", rate=Fraction(rate), part=part)


def _numbers(reader: FootageReader, wanted: list[int], size: tuple[int, int] = SIZE) -> list[int]:
    return [number_in(reader.picture(number, size)) for number in wanted]


@pytest.mark.parametrize("name", CODERS)
@pytest.mark.parametrize("rate", [24, 25, Fraction(30_000, 1001), 30, 60])
def test_every_number_has_its_picture_and_the_last_one_stays(tmp_path: Path, name: str, rate: Fraction | int) -> None:
    codec, options = CODERS[name]
    clip = write_clip(tmp_path / name, (numbered(i) for i in range(30)), rate, codec=codec, options=options)
    assert _numbers(_reader(clip, rate), list(range(33))) == [*range(30), 29, 29, 29]


@pytest.mark.parametrize("name", CODERS)
def test_pictures_in_any_order_are_the_same_ones(tmp_path: Path, name: str) -> None:
    codec, options = CODERS[name]
    clip = write_clip(tmp_path / name, (numbered(i) for i in range(130)), codec=codec, options=options)
    wanted = [int(number) for number in np.random.default_rng(3).integers(0, 130, 25)] + [0, 129, 64, 63, 64]
    assert _numbers(_reader(clip), wanted) == wanted


def test_a_beginning_far_inside_is_reached_without_decoding_what_is_before(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", (numbered(i) for i in range(300)), options={"g": "30", "preset": "ultrafast"})
    reader = _reader(clip)
    pulled = _count_pictures(reader)
    assert _numbers(reader, [280, 281]) == [280, 281]
    assert len(pulled) < 40


def test_a_far_jump_ahead_is_made_when_a_key_frame_lies_between(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", (numbered(i) for i in range(300)), options={"g": "60", "preset": "ultrafast"})
    reader = _reader(clip)
    pulled = _count_pictures(reader)
    assert _numbers(reader, [0, 250, 251]) == [0, 250, 251]
    assert len(pulled) < 30


@pytest.mark.parametrize("wanted", [[0, 1], [250, 0]])
def test_a_closed_reader_lets_go_of_its_decoder_at_once(tmp_path: Path, wanted: list[int]) -> None:
    clip = write_clip(tmp_path / "a.mp4", (numbered(i) for i in range(300)), options={"g": "60", "preset": "ultrafast"})
    gc.collect()
    gc.disable()
    try:
        reader = _reader(clip)
        _numbers(reader, wanted)
        decoder = weakref.ref(reader._decoder)
        reader.close()
        del reader
        assert decoder() is None
    finally:
        gc.enable()


def test_each_picture_is_decoded_once_and_only_wanted_ones_are_converted(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", (numbered(i) for i in range(60)), options={"preset": "ultrafast"})
    reader = _reader(clip)
    pulled, converted = _count_pictures(reader), _count_conversions(reader)
    assert _numbers(reader, [0, 0, 2, 4, 4, *range(6, 60, 6)]) == [0, 0, 2, 4, 4, *range(6, 60, 6)]
    assert len(pulled) <= 60
    assert len(converted) == 3 + 9


def _count_pictures(reader: FootageReader) -> list[float]:
    pulled: list[float] = []
    decoder = reader._decoder
    pull = decoder.next

    def counted() -> object:
        moment = pull()
        pulled.append(0.0 if moment is None else moment.seconds)
        return moment

    decoder.next = counted  # type: ignore[method-assign,assignment]
    return pulled


def _count_conversions(reader: FootageReader) -> list[object]:
    converted: list[object] = []
    converter = reader._converter
    convert = converter.level

    def counted(frame: av.VideoFrame, size: tuple[int, int]) -> object:
        converted.append(frame)
        return convert(frame, size)

    converter.level = counted  # type: ignore[method-assign,assignment]
    return converted


def test_uneven_times_are_followed(tmp_path: Path) -> None:
    times = [0, 40, 500, 520, 1000, 1900]
    clip = write_clip(tmp_path / "a.webm", (numbered(i) for i in range(6)), 25, codec="libvpx-vp9", times=times,
                      options={"cpu-used": "8", "deadline": "realtime"})  # fmt: skip
    wanted = [max(i for i, time in enumerate(times) if time <= number * 40 + 16) for number in range(55)]
    assert _numbers(_reader(clip, 25), list(range(55))) == wanted


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".webm"])
def test_a_clip_that_begins_late_by_its_own_clock_begins_with_its_first_picture(tmp_path: Path, suffix: str) -> None:
    codec = "libvpx-vp9" if suffix == ".webm" else "libx264"
    times = [2000 + index * 40 for index in range(20)]
    clip = write_clip(tmp_path / f"a{suffix}", (numbered(i) for i in range(20)), 25, codec=codec, times=times)
    assert _numbers(_reader(clip, 25), [-3, 0, 1, 12, 0]) == [0, 0, 1, 12, 0]


def test_times_are_counted_without_what_an_edit_list_leaves_out(tmp_path: Path) -> None:
    times = [index * 40 - 400 for index in range(30)]
    clip = write_clip(tmp_path / "a.mp4", (numbered(i) for i in range(30)), 25, times=times, options={"bf": "0"})
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        shown = [number_in(frame.to_ndarray()[:64]) for frame in container.decode(stream)]
    assert _numbers(_reader(clip, 25), list(range(len(shown)))) == shown


@pytest.mark.parametrize("degrees", [90, 180, -90])
def test_a_turned_clip_stands_upright_and_is_cut_as_it_is_seen(tmp_path: Path, degrees: int) -> None:
    corners = np.full((64, 96, 4), 255, np.uint8)
    corners[:32, :48, :3], corners[:32, 48:, :3], corners[32:, :48, :3], corners[32:, 48:, :3] = 30, 90, 150, 210
    clip = write_clip(tmp_path / "a.mp4", [corners] * 3, rotation=degrees, options={"qp": "1"})
    turned = np.rot90(corners[..., 0], degrees // 90)
    height, width = turned.shape
    expected = turned.astype(float) * 219 / 255 + 16
    whole = _reader(clip).picture(0, (width, height)).planes[0]
    assert np.abs(whole[8::16, 8::16] - expected[8::16, 8::16]).max() <= 2
    corner = _reader(clip, part=Crop(0.5, 0, 1, 0.5)).picture(0, (40, 20)).planes[0]
    assert np.abs(corner - expected[4, -4]).max() <= 3


@pytest.mark.parametrize(("matrix", "shown"), [
    ((-1, 0, 0, 1), lambda a: a[:, ::-1]), ((1, 0, 0, -1), lambda a: a[::-1]),
    ((0, 1, 1, 0), lambda a: a.T), ((0, -1, -1, 0), lambda a: a[::-1, ::-1].T),
])  # fmt: skip
def test_a_mirrored_clip_is_shown_and_cut_as_it_is_meant(
    tmp_path: Path, matrix: tuple[int, int, int, int], shown: Callable[[np.ndarray], np.ndarray]
) -> None:
    corners = np.full((64, 96, 4), 255, np.uint8)
    corners[:32, :48, :3], corners[:32, 48:, :3], corners[32:, :48, :3], corners[32:, 48:, :3] = 30, 90, 150, 210
    clip = set_matrix(write_clip(tmp_path / "a.mp4", [corners] * 3, options={"qp": "1"}), *matrix)
    expected = shown(corners[..., 0].astype(float) * 219 / 255 + 16)
    height, width = expected.shape
    whole = _reader(clip).picture(0, (width, height)).planes[0]
    assert np.abs(whole[8::16, 8::16] - expected[8::16, 8::16]).max() <= 2
    corner = _reader(clip, part=Crop(0.5, 0, 1, 0.5)).picture(0, (40, 20)).planes[0]
    assert np.abs(corner - expected[4, -4]).max() <= 3


@pytest.mark.parametrize(("name", "codec"), [("a.webm", "libvpx-vp9"), ("b.webm", "libvpx"), ("c.mkv", "libvpx-vp9")])
@pytest.mark.parametrize("tag", ["", "alpha_mode", "ALPHA_MODE", "Alpha_Mode"])
def test_opacity_beside_the_pictures_is_seen_however_its_tag_is_spelt(
    tmp_path: Path, name: str, codec: str, tag: str
) -> None:
    nothing = np.zeros((64, 64, 4), np.uint8)
    clip = write_clip(tmp_path / name, [nothing] * 5, 10, codec=codec, pixel_format="yuva420p",
                      options={"auto-alt-ref": "0"}, tags={tag: "1"} if tag else {})  # fmt: skip
    level = _reader(clip, 10).picture(2, (64, 64))
    assert level.alpha is not None
    assert level.alpha[0].max() == 0


@pytest.mark.parametrize(("width", "height"), [(161, 65), (160, 65), (33, 21), (2, 2)])
@pytest.mark.parametrize("size", [(160, 64), (2, 2), (40, 300)])
def test_odd_sizes_are_scaled_to_even_ones(tmp_path: Path, width: int, height: int, size: tuple[int, int]) -> None:
    picture = np.full((height, width, 4), 200, np.uint8)
    clip = write_clip(tmp_path / "a.mp4", [picture] * 2, pixel_format="yuv444p")
    level = _reader(clip).picture(0, size)
    assert [part.shape for part in level.planes] == [size[::-1], *[(size[1] // 2, size[0] // 2)] * 2]
    assert np.abs(level.planes[0].astype(int) - (16 + 200 * 219 / 255)).max() <= 2


def test_a_part_is_cut_out_to_the_pixel(tmp_path: Path) -> None:
    picture = np.full((64, 160, 4), 255, np.uint8)
    picture[..., :3] = (np.arange(160) % 2 * 40 + np.arange(160))[None, :, None]
    clip = write_clip(tmp_path / "a.mp4", [picture] * 2, options={"qp": "0"})
    whole = _reader(clip).picture(0, SIZE).planes[0]
    cut = _reader(clip, part=Crop(31 / 160, 6 / 64, 71 / 160, 46 / 64)).picture(0, (40, 40)).planes[0]
    assert np.array_equal(cut, whole[6:46, 31:71])


def test_a_clip_whose_size_changes_keeps_the_size_that_is_asked_for(tmp_path: Path) -> None:
    options = {"cpu-used": "8", "deadline": "realtime"}
    small = write_clip(
        tmp_path / "s.webm", (numbered(i, 80, 32) for i in range(5)), codec="libvpx-vp9", options=options
    )
    large = write_clip(tmp_path / "l.webm", (numbered(i) for i in range(5, 10)), codec="libvpx-vp9", options=options)
    clip = tmp_path / "both.webm"
    with av.open(str(clip), "w") as both:
        stream = None
        for index, source in enumerate((small, large)):
            with av.open(str(source)) as container:
                stream = stream or both.add_stream_from_template(container.streams.video[0])
                for packet in container.demux(video=0):
                    if packet.dts is not None and packet.pts is not None:
                        packet.pts = packet.dts = packet.pts + index * 167
                        packet.stream = stream
                        both.mux(packet)
    assert _numbers(_reader(clip), list(range(10))) == list(range(10))


def _busy_pictures(count: int) -> list[np.ndarray]:
    """Numbered pictures with noise above, which fills packets."""
    noise = np.random.default_rng(2)
    pictures = [numbered(index) for index in range(count)]
    for picture in pictures:
        picture[:12, :, :3] = noise.integers(0, 255, (12, 160, 3))
    return pictures


def _packets(clip: Path) -> list[tuple[int, int]]:
    """Place and size of every packet in the file."""
    with av.open(str(clip)) as container:
        return [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size and packet.pos]


def test_in_the_place_of_a_damaged_picture_the_one_before_it_stays(tmp_path: Path) -> None:
    options = {"g": "10", "preset": "ultrafast", "bf": "0"}
    clip = write_clip(tmp_path / "a.mp4", _busy_pictures(90), options=options)
    data = bytearray(clip.read_bytes())
    place, size = _packets(clip)[45]
    data[place + size // 2 : place + size] = np.random.default_rng(0).bytes(size - size // 2)
    clip.write_bytes(data)
    reader = _reader(clip)
    shown = [reader.picture(number, SIZE).planes[0].copy() for number in range(90)]
    assert [number_in(luma) for luma in (*shown[:45], *shown[50:])] == [*range(45), *range(50, 90)]
    assert np.array_equal(shown[45], shown[44])
    assert not np.array_equal(shown[46], shown[44])


def test_damage_in_the_middle_never_ends_a_clip(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", _busy_pictures(90), options={"g": "10", "preset": "ultrafast"})
    data = bytearray(clip.read_bytes())
    random = np.random.default_rng(1)
    places = _packets(clip)
    for place in random.integers(places[40][0], places[49][0], 300):
        data[place] = random.integers(256)
    clip.write_bytes(data)
    reader = _reader(clip)
    shown = [number_in(reader.picture(number, SIZE)) for number in range(90)]
    assert [*shown[:30], *shown[65:]] == [*range(30), *range(65, 90)]


def _cut_short(tmp_path: Path) -> Path:
    pictures = [np.random.default_rng(i).integers(0, 255, (64, 160, 4), np.uint8) for i in range(90)]
    for index, picture in enumerate(pictures):
        picture[16:48] = numbered(index)[16:48]
    whole = write_clip(tmp_path / "whole.mp4", pictures, options={"preset": "ultrafast", "bf": "0"})
    clip = tmp_path / "cut.mp4"
    with av.open(str(whole)) as source, av.open(str(clip), "w", options={"movflags": "+faststart"}) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    return clip


def test_a_clip_that_breaks_off_is_used_as_far_as_it_goes_and_refused_beyond(tmp_path: Path) -> None:
    reader = _reader(_cut_short(tmp_path))
    assert _numbers(reader, list(range(30))) == list(range(30))
    with pytest.raises(MediaError, match=r"visuals\[0\]\.src: the video should be 3\.0 seconds long and breaks off"):
        reader.picture(85, SIZE)


@pytest.mark.parametrize(
    "content", [b"", b"#EXTM3U\nhttp://127.0.0.1/a.mp4", b"\x00\x00\x00\x18ftypisom" + b"\x07" * 900]
)
def test_what_is_no_video_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(MediaError, match=r"visuals\[0\]\.src"):
        _reader(tmp_path / "a.mp4").picture(0, SIZE)


def test_a_clip_without_a_single_whole_picture_is_refused(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", [numbered(i) for i in range(20)])
    data = bytearray(clip.read_bytes())
    for place, size in _packets(clip):
        data[place : place + size] = b"\xff" * size
    clip.write_bytes(data)
    with pytest.raises(MediaError, match="no picture of the video can be decoded"):
        _reader(clip).picture(0, SIZE)


def test_a_long_clip_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    picture = numbered(5, 320, 180)
    clip = write_clip(tmp_path / "a.mp4", (picture for _ in range(3000)), options={"preset": "ultrafast"})
    reader = _reader(clip)
    for number in range(100):
        reader.picture(number, (320, 180))
    before = _resident_bytes()
    for number in range(100, 3000):
        reader.picture(number, (320, 180))
    assert _resident_bytes() - before < 16 * 1024**2


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_planes_cannot_be_written_to(tmp_path: Path) -> None:
    reader = _reader(write_clip(tmp_path / "a.mp4", [numbered(1)] * 3))
    with pytest.raises(ValueError, match="read-only"):
        reader.picture(0, SIZE).planes[0][0, 0] = 7


@pytest.mark.skipif(not REAL.is_dir(), reason="the real clips are not on this machine")
@pytest.mark.parametrize("name", ["cockatoo_yuv420.mp4", "realshort.mp4"])
def test_a_real_clip_shows_the_same_pictures_whichever_way_it_is_read(name: str) -> None:
    with av.open(str(REAL / name)) as container:
        stream = container.streams.video[0]
        rate, width, height = stream.guessed_rate, stream.width, stream.height
        pictures = [frame.to_ndarray()[:height] for frame in container.decode(stream)]
    assert rate is not None
    reader = _reader(REAL / name, rate)
    for number in (0, 1, 2, len(pictures) - 1, len(pictures) // 2, 3):
        luma = reader.picture(number, (width, height)).planes[0]
        # BT.601 has another brightness for colours, and grey edges stay where they are.
        assert np.corrcoef(luma.ravel(), pictures[number].ravel())[0, 1] > 0.995

"""What files measure."""

import wave
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from clipmill.domain.template import FieldKind
from clipmill.errors import MediaError
from clipmill.media.facts.probe import DEMUXERS, probe


def sound(path: Path, seconds: float = 0.5) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(int(16000 * seconds)))
    return path


def video(path: Path, frames: int = 5) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))))
        container.mux(stream.encode(None))
    return path


def test_a_picture_has_a_size(tmp_path: Path) -> None:
    path = tmp_path / "named.wrongly"
    assert cv2.imwrite(str(tmp_path / "a.png"), np.zeros((20, 30, 3), np.uint8))
    (tmp_path / "a.png").rename(path)
    facts = probe(path)
    assert (facts.kind, facts.suffix, facts.width, facts.height) == (FieldKind.IMAGE, ".png", 30, 20)


def test_a_video_has_size_and_length(tmp_path: Path) -> None:
    facts = probe(video(tmp_path / "a.mp4"))
    assert (facts.kind, facts.width, facts.height, facts.milliseconds) == (FieldKind.VIDEO, 64, 48, 500)
    assert facts.has_video
    assert not facts.has_audio


def test_a_sound_has_length(tmp_path: Path) -> None:
    facts = probe(sound(tmp_path / "a.wav"))
    assert (facts.kind, facts.milliseconds, facts.has_audio, facts.has_video) == (FieldKind.AUDIO, 500, True, False)


@pytest.mark.parametrize("suffix", [".mov", ".mkv"])
def test_other_containers_are_measured(tmp_path: Path, suffix: str) -> None:
    facts = probe(video(tmp_path / f"a{suffix}"))
    assert (facts.suffix, facts.width) == (suffix, 64)


def test_a_cut_video_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(video(tmp_path / "whole.mp4").read_bytes()[:200])
    with pytest.raises(MediaError, match=r"clip\.mp4 is damaged"):
        probe(path, "clip.mp4")


def test_a_playlist_in_the_clothes_of_a_video_is_never_opened(tmp_path: Path) -> None:
    secret = video(tmp_path / "secret.mp4")
    path = tmp_path / "a.mp4"
    path.write_text(f"ffconcat version 1.0\nfile '{secret}'\n")
    with pytest.raises(MediaError, match="neither a picture"):
        probe(path)
    path.write_bytes(b"\0\0\0\x10ftypisom\n#EXTM3U\n" + str(secret).encode())
    with pytest.raises(MediaError, match="damaged"):
        probe(path)


def test_no_demuxer_that_opens_other_files_is_allowed() -> None:
    allowed = {name for names in DEMUXERS.values() for name in names.split(",")}
    assert allowed.isdisjoint({"hls", "concat", "dash", "sdp", "lavfi", "image2", "tty"})

"""A second H.264 decoder for tests: OpenH264, where the machine has it."""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from numpy.typing import NDArray

_NAME = ctypes.util.find_library("openh264")
#: Marks what needs it.
with_openh264 = pytest.mark.skipif(_NAME is None, reason="no OpenH264 on this machine")
#: Places of the functions in the decoder's table of functions.
_INITIALIZE, _UNINITIALIZE, _DECODE, _FLUSH = 0, 1, 3, 5
_NO_CONCEALMENT, _AVC = 0, 0

Frame = NDArray[np.uint8]


class _Parameters(ctypes.Structure):
    _fields_ = (("file", ctypes.c_char_p), ("load", ctypes.c_uint), ("layer", ctypes.c_ubyte),
                ("concealment", ctypes.c_int), ("parse_only", ctypes.c_bool), ("size", ctypes.c_uint),
                ("kind", ctypes.c_int))  # fmt: skip


class _Buffer(ctypes.Structure):
    _fields_ = (("status", ctypes.c_int), ("time_in", ctypes.c_ulonglong), ("time_out", ctypes.c_ulonglong),
                ("width", ctypes.c_int), ("height", ctypes.c_int), ("format", ctypes.c_int),
                ("stride", ctypes.c_int * 2), ("planes", ctypes.c_void_p * 3))  # fmt: skip


class _Decoder:
    """OpenH264's decoder. Raises AssertionError for what it reports as an error."""

    def __init__(self) -> None:
        assert _NAME is not None
        self._library = ctypes.CDLL(_NAME)
        self._decoder = ctypes.c_void_p()
        assert self._library.WelsCreateDecoder(ctypes.byref(self._decoder)) == 0
        self._functions = ctypes.cast(
            ctypes.cast(self._decoder, ctypes.POINTER(ctypes.c_void_p))[0] or 0, ctypes.POINTER(ctypes.c_void_p)
        )
        parameters = _Parameters(concealment=_NO_CONCEALMENT, layer=255, size=8, kind=_AVC)
        assert self._call(_INITIALIZE, ctypes.byref(parameters)) == 0

    def _call(self, place: int, *arguments: object) -> int:
        function = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, *([ctypes.c_void_p] * len(arguments)))(
            self._functions[place] or 0
        )
        return int(function(self._decoder, *(_pointer(each) for each in arguments)))

    def frames(self, pictures: Iterable[bytes]) -> Iterator[Frame]:
        """The frames of pictures, each with its start codes, as Y, U and V in a row."""
        for data in pictures:
            yield from self._taken(_DECODE, ctypes.c_char_p(data), len(data))
        while more := list(self._taken(_FLUSH)):
            yield from more

    def _taken(self, place: int, *arguments: object) -> Iterator[Frame]:
        planes, buffer = (ctypes.c_void_p * 3)(), _Buffer()
        error = self._call(place, *arguments, ctypes.byref(planes), ctypes.byref(buffer))
        assert error == 0, f"OpenH264 reports {error:#x}"
        if buffer.status == 1:
            yield np.concatenate([_plane(planes[number], buffer, number) for number in range(3)])

    def close(self) -> None:
        """Let go of it."""
        self._call(_UNINITIALIZE)
        self._library.WelsDestroyDecoder(self._decoder)


def _pointer(value: object) -> object:
    return ctypes.cast(value, ctypes.c_void_p) if not isinstance(value, int) else ctypes.c_void_p(value)


def _plane(address: int | None, buffer: _Buffer, number: int) -> Frame:
    step, stride = (1, buffer.stride[0]) if number == 0 else (2, buffer.stride[1])
    height, width = buffer.height // step, buffer.width // step
    memory = (ctypes.c_ubyte * (stride * height)).from_address(address or 0)
    return np.frombuffer(memory, np.uint8).reshape(height, stride)[:, :width].ravel().copy()


@contextmanager
def openh264() -> Iterator[_Decoder]:
    """A decoder, as long as it is wanted."""
    decoder = _Decoder()
    yield decoder
    decoder.close()

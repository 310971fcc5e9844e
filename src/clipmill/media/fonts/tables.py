"""A font file's tables: where each face's tables lie (OpenType 1.9), read in pure Python with a bound on everything."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clipmill.errors import MediaError
from clipmill.opening import open_regular

#: What a face begins with: TrueType outlines, Apple's mark for the same, PostScript outlines.
_FACES = (b"\0\1\0\0", b"true", b"OTTO")
_COLLECTION = b"ttcf"
#: What people take for a font of this kind, by its first bytes.
_STRANGERS = {
    b"wOFF": "a web font (WOFF)",
    b"wOF2": "a web font (WOFF2)",
    b"%!PS": "a PostScript Type 1 font",
    b"\x80\x01": "a PostScript Type 1 font",
    b"PK\3\4": "a ZIP archive; unpack it first",
    b"<!DO": "a web page",
    b"<htm": "a web page",
}
_MOST_FACES = 64
_MOST_TABLES = 512
#: No table we read is larger than this; outlines, which are, are left alone.
_MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class FontTables:
    """The tables of one face."""

    path: Path
    #: Table → where it begins and how many bytes it has; every one lies inside the file.
    places: Mapping[str, tuple[int, int]]

    def read(self, tag: str) -> bytes:
        """The bytes of a table, none where the face lacks it. Raises MediaError for one too large to be true."""
        begin, length = self.places.get(tag, (0, 0))
        if length > _MOST_BYTES:
            raise MediaError(f"{self.path.name}: its table {tag!r} has {length:,} bytes, which no font needs")
        if not length:
            return b""
        with open_regular(self.path) as file:
            file.seek(begin)
            return file.read(length)


def read_faces(path: Path) -> tuple[FontTables, ...]:
    """The faces of a TTF, OTF or TTC file. Raises MediaError for what is no such file, or a broken one."""
    try:
        size = path.stat().st_size
        with open_regular(path) as file:
            head = file.read(12)
            starts = [0] if head[:4] != _COLLECTION else _starts(head, file.read(4 * _MOST_FACES))
            found = []
            for start in starts:
                file.seek(start)
                found.append(FontTables(path, _places(file.read(12 + 16 * _MOST_TABLES), size, path.name)))
        return tuple(found)
    except struct.error as error:
        raise MediaError(f"{path.name} is broken: it ends too early for a font") from error
    except OSError as error:
        raise MediaError(f"{path.name} cannot be read: {error.strerror or error}") from error


def _starts(head: bytes, offsets: bytes) -> list[int]:
    """Where the faces of a collection begin."""
    count = struct.unpack_from(">I", head, 8)[0]
    if not 1 <= count <= _MOST_FACES:
        raise MediaError(f"a collection of {count:,} fonts; at most {_MOST_FACES} are read")
    return list(struct.unpack_from(f">{count}I", offsets))


def _places(directory: bytes, size: int, name: str) -> dict[str, tuple[int, int]]:
    """The table directory of a face."""
    if directory[:4] not in _FACES:
        stranger = next((kind for mark, kind in _STRANGERS.items() if directory.startswith(mark)), "no font")
        raise MediaError(f"{name} is {stranger}; TTF, OTF and TTC fonts can be used")
    count = struct.unpack_from(">H", directory, 4)[0]
    if not 1 <= count <= _MOST_TABLES:
        raise MediaError(f"{name} is broken: it claims {count:,} tables")
    found = {}
    for place in range(12, 12 + 16 * count, 16):
        tag, _checksum, offset, length = struct.unpack_from(">4sIII", directory, place)
        if offset + length > size:
            raise MediaError(f"{name} is broken: its table {tag.decode('latin-1')!r} lies outside the file")
        found[tag.decode("latin-1")] = (offset, length)
    return found

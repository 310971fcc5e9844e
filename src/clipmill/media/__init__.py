"""Media: the only code that touches pixels and samples, one thread wide: work is spread over processes."""

from __future__ import annotations

import os

#: What the libraries below media read while they are loaded, and nothing else does; worker processes inherit it.
_LIBRARIES = {
    "VIPS_CONCURRENCY": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
for _name, _value in _LIBRARIES.items():
    os.environ.setdefault(_name, _value)  # noqa: TID251 - see above

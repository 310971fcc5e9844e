"""The bundled example among a tenant's templates."""

from __future__ import annotations

import zipfile

from clipmill.domain.access import Named
from clipmill.pipeline.use_cases.serving.drafts import EXAMPLE, EXAMPLES
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.templates import keep_zip
from clipmill.pipeline.use_cases.serving.uploads import spooled


def keep_example(parts: ServerParts) -> Named:
    """Keep it, as if its folder had been sent as a zip."""
    folder = EXAMPLES / EXAMPLE
    with spooled(parts, "example.zip") as path:
        with zipfile.ZipFile(path, "w") as packed:
            for file in sorted(folder.rglob("*")):
                if file.is_file() and file.suffix != ".csv":
                    packed.write(file, str(file.relative_to(folder)))
        return keep_zip(parts, path)

"""Every setting with its default and meaning: the only reader of the environment.

Order: flag, `CLIPMILL_<NAME>`, `clipmill.toml` in the working folder, default.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as UnreadableSetting

from clipmill.errors import SettingsError

#: Variables that worker processes get: where programs, libraries and languages are, and nobody's keys.
_FOR_WORKERS = re.compile(r"PATH|HOME|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|VIRTUAL_ENV|"
                          r"(LANG|LC_|LD_|DYLD_|PYTHON|VIPS_|OMP_|OPENBLAS_|MALLOC_)\w*")  # fmt: skip


class Limits(BaseModel):
    """What is refused for being too big; each refusal names the limit and its value."""

    table_bytes: int = Field(2 * 1024**3, description="Size of a CSV or JSONL file, bytes.")
    cell_bytes: int = Field(64 * 1024, description="Size of one cell, bytes.")
    line_bytes: int = Field(1024**2, description="Size of one line of a table, bytes.")
    columns: int = Field(500, description="Columns of a table.")
    rows: int = Field(1_000_000, description="Rows of a batch.")
    image_bytes: int = Field(25 * 1024**2, description="Size of one picture, bytes.")
    image_pixels: int = Field(50_000_000, description="Width × height of one picture.")
    media_bytes: int = Field(2 * 1024**3, description="Size of one video or sound, bytes.")
    svg_bytes: int = Field(2 * 1024**2, description="Size of one SVG, bytes.")
    fetch_seconds: float = Field(60.0, description="Time for one download, seconds.")
    connect_seconds: float = Field(10.0, description="Time to connect for a download, seconds.")
    redirects: int = Field(3, description="Redirects followed for a download.")
    video_seconds: float = Field(600.0, description="Length of a rendered video, seconds.")
    video_side: int = Field(3840, description="Longest side of a rendered video, pixels.")
    job_seconds: float = Field(900.0, description="Time for rendering or checking one video, seconds.")
    input_side: int = Field(3840, description="Longest side of an element of a timeline, pixels.")
    worker_bytes: int = Field(4 * 1024**3, ge=1024**3, description="Memory (address space) of a worker process, bytes.")
    output_bytes: int = Field(16 * 1024**3, description="Size of one file a worker process writes, bytes.")
    visuals: int = Field(200, description="Visuals of one timeline, scenes included.")
    images: int = Field(200, description="IMAGE elements of one timeline.")
    videos: int = Field(50, description="VIDEO elements of one timeline.")
    gifs: int = Field(50, description="GIF elements of one timeline.")
    audios: int = Field(100, description="Sounds of one timeline.")
    scenes: int = Field(100, description="Scenes of one timeline.")
    captions: int = Field(1000, description="Captions of one timeline.")


def _listed(value: Any) -> Any:
    """`a,b` from the environment as a list; a JSON list is one already."""
    if not isinstance(value, str):
        return value
    return json.loads(value) if value.startswith("[") else [part.strip() for part in value.split(",") if part.strip()]


_Item = TypeVar("_Item")
_List = Annotated[tuple[_Item, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """clipmill's settings, frozen and passed down; there is no global."""

    model_config = SettingsConfigDict(
        env_prefix="CLIPMILL_",
        env_nested_delimiter="__",
        toml_file="clipmill.toml",
        frozen=True,
        extra="forbid",
        validate_default=True,
    )

    home: Path = Field(Path(".clipmill"), description="The state folder: database, stored files, caches.")
    egress_allow: _List[str] = Field(
        (), description="`host:port` pairs on private networks that assets may be fetched from."
    )
    font_folders: _List[Path] = Field((), description="Folders with fonts of your own, searched first.")
    system_fonts: bool = Field(True, description="Use the machine's fonts for characters that no other font has.")
    workers: int = Field(0, ge=0, le=256, description="Render processes; 0 means one per processor.")
    worker_jobs: int = Field(500, ge=1, description="Jobs after which a render process is replaced.")
    sandbox: Literal["auto", "off"] = Field(
        "auto", description="Lock worker processes in as far as the system can, or not at all."
    )
    lease_seconds: float = Field(30.0, ge=15, description="How long a silent worker keeps its rows.")
    credits_per_second: int = Field(1, ge=0, description="Price of a local render per started second, credits.")
    credits_per_second_large: int = Field(4, ge=0, description="The same above `large_pixels`, credits.")
    large_pixels: int = Field(2_073_600, description="Pictures with more pixels than this pay the large price.")
    limits: Limits = Field(Limits(), description="What is refused for being too big.")

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flag, environment, file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def worker_count(self) -> int:
        """Render processes, with 0 resolved to the processors this process may use."""
        if self.workers:
            return self.workers
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load_settings(**flags: Any) -> Settings:
    """The settings in force. Raises SettingsError naming the setting and its value."""
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"setting {name}: {first['msg']} (got {first['input']!r})",
            hint="`clipmill doctor` lists every setting, its value and where it comes from.",
        ) from error
    except (UnreadableSetting, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings cannot be read: {error}", hint="Correct clipmill.toml or the CLIPMILL_ "
                            "variables of the environment.") from error  # fmt: skip


def worker_environment() -> dict[str, str]:
    """The environment as worker processes get it."""
    return {name: value for name, value in os.environ.items() if _FOR_WORKERS.fullmatch(name)}


def origins(settings: Settings) -> dict[str, str]:
    """Where each setting's value comes from: flag or environment or file, else default."""
    toml = _in_file(settings)
    found = {}
    for name in type(settings).model_fields:
        if any(variable.upper().startswith(f"CLIPMILL_{name.upper()}") for variable in os.environ):
            found[name] = f"CLIPMILL_{name.upper()}"
        elif name in toml:
            found[name] = "clipmill.toml"
        else:
            found[name] = "flag" if name in settings.model_fields_set else "default"
    return found


def _in_file(settings: Settings) -> frozenset[str]:
    return frozenset(TomlConfigSettingsSource(type(settings))())

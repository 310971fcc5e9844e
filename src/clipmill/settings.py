"""Every setting with its default and meaning: the only reader of the environment.

Order: flag, `CLIPMILL_<NAME>`, the project's `clipmill.toml`, the user's own, default. The project's file and the state
folder are looked for in the working folder and above it, as git looks for `.git`. It may be a stranger's: what guards
the machine may be stricter there than the user has it, never weaker.

It is long because every setting and every limit has its line here.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator

from clipmill.errors import SettingsError

#: Before the name of a setting in the environment, lower case, and between `limits` and the name of a limit; before
#: the name of what is no setting: tests are told by it where a database is.
_PREFIX, _BETWEEN, _OF_TESTS = "clipmill_", "__", "clipmill_test_"
_FILE, _HOME = "clipmill.toml", ".clipmill"
#: A longer file is none of settings.
_FILE_BYTES = 64 * 1024
#: From weak to strict.
_SANDBOXES = ("off", "auto", "required")
#: Settings a project's file may name places for inside its own folder only, and amounts it may make smaller only.
_PLACES = ("home", "font_folders", "allow_files")
_AMOUNTS = ("worker_keep_bytes", "reuse_bytes")
#: Variables that worker processes get: where programs, libraries and languages are, and nobody's keys.
_FOR_WORKERS = re.compile(r"PATH|HOME|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|VIRTUAL_ENV|"
                          r"(LANG|LC_|LD_|DYLD_|PYTHON|VIPS_|OMP_|OPENBLAS_|MALLOC_)\w*")  # fmt: skip
#: What the libraries of worker processes read while they are loaded.
_ONE_THREAD = {"VIPS_CONCURRENCY": "1", "OPENBLAS_NUM_THREADS": "1"}
#: The beginning of the kind of a wrong value → what would be right.
_RIGHT = {
    "int": "give a whole number", "float": "give a number", "bool": "give true or false", "string": "give a text",
    "greater_than_equal": "give {ge:.15g} or more", "less_than_equal": "give {le:.15g} or less", "path": "give a path",
    "greater_than": "give more than {gt:.15g}", "literal": "give {expected}", "tuple": "give a list",
    "model": "give limits by name", "decimal_max_places": "give at most three decimals", "decimal_parsing":
    "give a number", "decimal_type": "give a number",
}  # fmt: skip
#: A price, down to a thousandth of a credit.
Credits = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=3)]


class Limits(BaseModel):
    """What is refused for being too big; each refusal names the limit and its value."""

    model_config = ConfigDict(extra="forbid")

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
    lipsync_audio_seconds: float = Field(
        300.0, description="Length of a sound that a lipsync engine is given, seconds."
    )
    job_seconds: float = Field(3600.0, description="Time for rendering or checking one video, seconds.")
    drawing_seconds: float = Field(
        6.0,
        gt=0,
        description="Processor time for one drawing, text or picture, seconds; for drawings as estimated, too.",
    )
    input_side: int = Field(3840, description="Longest side of an element of a timeline, pixels.")
    worker_bytes: int = Field(
        1024**3,
        ge=128 * 1024**2,
        description="Memory of a worker process, bytes; what would take more is not rendered.",
    )
    output_bytes: int = Field(16 * 1024**3, description="Size of one file a worker process writes, bytes.")
    scratch_bytes: int = Field(64 * 1024**3, description="All that one job of a worker process writes, bytes.")
    scratch_files: int = Field(10_000, description="Files that one job of a worker process makes.")
    visuals: int = Field(200, description="Visuals of one timeline, scenes included.")
    images: int = Field(200, description="IMAGE elements of one timeline.")
    videos: int = Field(50, description="VIDEO elements of one timeline.")
    gifs: int = Field(50, description="GIF elements of one timeline.")
    audios: int = Field(100, description="Sounds of one timeline.")
    scenes: int = Field(100, description="Scenes of one timeline.")
    captions: int = Field(1000, description="Captions of one timeline.")
    payload_characters: int = Field(
        4_000_000, description="Text that placeholders, filters and repetitions make for one row, characters."
    )
    payload_values: int = Field(100_000, description="Values that repetitions and variables make for one row.")
    sync_rows: int = Field(1_000, description="Requests of one batch of the sync.so dialect.")
    sync_bytes: int = Field(5 * 1024**2, description="Size of such a batch, bytes.")
    sync_upload_bytes: int = Field(
        20 * 1024**2, description="Size from which a file sent with a request of that dialect is refused, bytes."
    )
    sync_generations: int = Field(1_000, description="Its single generations under way at once, for each tenant.")
    sync_batches: int = Field(20, description="Its batches under way at once, for each tenant.")


def _listed(value: Any) -> Any:
    """`a,b` from the environment as a list; a JSON list is one already."""
    if not isinstance(value, str):
        return value
    if not value.startswith("["):
        return [part.strip() for part in value.split(",") if part.strip()]
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError("it begins like a list in JSON, and is none") from error


_Item = TypeVar("_Item")
_List = Annotated[tuple[_Item, ...], BeforeValidator(_listed)]


class Settings(BaseModel):
    """clipmill's settings, frozen and passed down; there is no global."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    home: Path = Field(
        Path(_HOME),
        description="The state folder: database, stored files, caches; looked for in the working folder and above.",
    )
    database: str = Field(
        "",
        description="Address of a PostgreSQL database, `postgresql://user@host/name`; empty: a file of SQLite.",
    )
    egress_allow: _List[str] = Field(
        (), description="`host:port` pairs on private networks that assets may be fetched from."
    )
    allow_files: _List[Path] = Field(
        (), description="Folders whose files tables and projects may name, beside those beneath their own folder."
    )
    font_folders: _List[Path] = Field((), description="Folders with fonts of your own, searched first.")
    system_fonts: bool = Field(True, description="Use the machine's fonts for characters that no other font has.")
    workers: int = Field(0, ge=0, le=256, description="Render processes; 0 means one per processor.")
    worker_jobs: int = Field(500, ge=1, description="Jobs after which a render process is replaced.")
    worker_keep_bytes: int = Field(
        512 * 1024**2, ge=1, description="Memory in use after a job above which a render process is replaced, bytes."
    )
    sandbox: Literal["auto", "required", "off"] = Field(
        "auto",
        description="Lock worker processes in as far as the system can, refuse to work where it cannot, or do without.",
    )
    holds: Literal["auto", "off"] = Field(
        "auto", description="Repeat still spans of MP4 videos without encoding them, or encode every frame."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="What is told of the work inside, on standard error: of this level and above."
    )
    log_format: Literal["plain", "json"] = Field("plain", description="Lines of the log as text, or as JSON.")
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="What `run --webhook` signs with: `whsec_` and base64; several, with blanks between, while one "
        "takes the place of another; empty: nothing is signed.",
    )
    public_url: str = Field(
        "", description="Address that a server's links begin with; empty: that it listens at. No slash at the end."
    )
    link_seconds: float = Field(86_400.0, ge=60, description="How long links to files are good for.")
    sync_plan: Literal["none", "hobbyist", "creator", "growth", "scale", "enterprise"] = Field(
        "none",
        description="The plan whose limits the sync.so dialect has: batches from growth on, generations at once; "
        "none: everything is allowed.",
    )
    lease_seconds: float = Field(30.0, ge=15, description="How long a silent worker keeps its rows.")
    reuse_bytes: int = Field(
        2 * 1024**3, ge=0, description="Finished files kept for rows that are equal, bytes; 0 keeps none."
    )
    credits_per_second: Credits = Field(Decimal(1), description="Price of a local render per started second, credits.")
    credits_per_second_large: Credits = Field(Decimal(4), description="The same above `large_pixels`, credits.")
    large_pixels: int = Field(2_073_600, description="Pictures with more pixels than this pay the large price.")
    stand_ins: bool = Field(
        False,
        description="Let the draft engine stand in for generative models, under their names and prices: for trying "
        "things out without an account.",
    )
    limits: Limits = Field(Limits(), description="What is refused for being too big.")

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("database")
    @classmethod
    def _of_postgres(cls, address: str) -> str:
        if address and not address.startswith(("postgresql://", "postgres://")):
            raise ValueError("an address of PostgreSQL begins with postgresql://")
        return address

    @field_validator("allow_files")
    @classmethod
    def _all_absolute(cls, folders: tuple[Path, ...]) -> tuple[Path, ...]:
        return tuple(folder.expanduser().absolute() for folder in folders)

    @property
    def worker_count(self) -> int:
        """Render processes, with 0 resolved to the processors this process may use."""
        if self.workers:
            return self.workers
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load_settings(**flags: Any) -> Settings:
    """The settings in force. Raises SettingsError naming the setting and its value."""
    try:
        said = _over({name: value for name, value in flags.items() if value is not None}, _in_environment())
        folder = _project_folder()
        own, project = _in_file(_own_folder() / _FILE), _in_file(folder / _FILE)
        found = Settings(**_over(said, _over(project, _over(own, {"home": folder / _HOME}))))
        if project and folder != _own_folder():
            _refuse_weaker(project, said, (found, Settings(**_over(own, {"home": folder / _HOME}))), folder)
    except ValidationError as error:
        raise _refused(error.errors()[0], flags) from error
    except (ValueError, RecursionError) as error:  # what is no JSON, TOML or UTF-8, or lists in lists
        raise SettingsError(f"the settings cannot be read: {error}", hint="Correct clipmill.toml or the CLIPMILL_ "
                            "variables of the environment.") from error  # fmt: skip
    return found


def _refused(found: Any, flags: Mapping[str, Any]) -> SettingsError:
    """The error for what pydantic found: what is meant, and where to correct it."""
    name, places = ".".join(map(str, found["loc"])), _places(flags)
    place = places.get(name) or places.get(str(found["loc"][0]), "")
    in_environment = place.lower().startswith(_PREFIX)
    hint = f"Correct {'' if place.startswith('--') else 'the variable ' if in_environment else 'it in '}{place}."
    if found["type"] == "extra_forbidden":
        near = [limit for limit in _names() if limit == f"limits.{name}"] or get_close_matches(name, _names(), n=1)
        named = [_variable(word) if in_environment else word for word in (name, *near)]
        return SettingsError(f"there is no setting {'; did you mean '.join(named)}{'?' if near else ''}", hint=hint)
    wrong = next((words for kind, words in _RIGHT.items() if found["type"].startswith(kind)), "")
    right = wrong.format(**found.get("ctx", {})) or found["msg"].removeprefix("Value error, ")
    got = "…" if name in ("database", "webhook_secret") else repr(found["input"])  # it may hold a password
    return SettingsError(f"setting {name}: {right} (got {got})", hint=hint)


def is_home_named() -> bool:
    """Whether the user, and not what lies in the working folder, says where the state folder is."""
    return "home" in _in_environment() or "home" in _in_file(_own_folder() / _FILE)


def _refuse_weaker(
    project: Mapping[str, Any], said: Mapping[str, Any], settings: tuple[Settings, Settings], folder: Path
) -> None:
    """Raises SettingsError for what a project's file would have weaker than the user, and nobody has overruled.

    `settings` are those in force, and those of the user's own file.
    """
    for name, value in (*_weaker(*settings), *_outside(*settings, folder)):
        of, _, key = name.rpartition(".")
        theirs, mine = (part.get(of, {}) if of else part for part in (project, said))
        if key not in theirs or key in mine:
            continue
        variable = _variable(name)
        raise SettingsError(
            f"{folder / _FILE}: {name} = {value} guards this machine less than you do, and a file that lies in a "
            f"folder may be a stranger's",
            hint=f"Take it out there; to have it so, set {variable}={value}, or write it into your own "
                 f"{_own_folder() / _FILE}.",
        )  # fmt: skip


def _weaker(found: Settings, own: Settings) -> Iterator[tuple[str, Any]]:
    """Settings, and limits as `limits.<name>`, that guard less in `found` than in `own`, each with what does so."""
    if _SANDBOXES.index(found.sandbox) < _SANDBOXES.index(own.sandbox):
        yield "sandbox", found.sandbox
    if found.database != own.database:  # what is in it decides where files are written
        yield "database", found.database
    yield from (("egress_allow", place) for place in found.egress_allow if place not in own.egress_allow)
    amounts = [(name, getattr(found, name), getattr(own, name)) for name in _AMOUNTS]
    limits = [(f"limits.{name}", value, getattr(own.limits, name)) for name, value in found.limits]
    for name, value, most in (("workers", found.worker_count, own.worker_count), *amounts, *limits):
        if not value <= most:  # nan is neither
            yield name, value


def _outside(found: Settings, own: Settings, folder: Path) -> Iterator[tuple[str, Path]]:
    """Places outside a folder that `found` names, where every link ends, and `own` does not."""
    inside = Path(os.path.realpath(folder))
    for name in _PLACES:
        theirs, mine = getattr(found, name), getattr(own, name)
        for path in (theirs,) if isinstance(theirs, Path) else theirs:
            known = path == mine or (isinstance(mine, tuple) and path in mine)
            if not known and not Path(os.path.realpath(path)).is_relative_to(inside):
                yield name, path


def api_key() -> str:
    """What a client shows a server; empty for nothing. It is no setting: commands do not read it."""
    return os.environ.get("CLIPMILL_API_KEY", "")


def worker_environment() -> dict[str, str]:
    """The environment as worker processes get it; their libraries use one thread each where nobody says otherwise."""
    return _ONE_THREAD | {name: value for name, value in os.environ.items() if _FOR_WORKERS.fullmatch(name)}


def origins(settings: Settings, flags: Mapping[str, Any] = MappingProxyType({})) -> dict[str, str]:
    """Where each setting's value comes from: flag, variable or file, else default; of limits, `limits.<name>`, too."""
    places = _places(flags)
    if settings.home != Path.cwd() / _HOME:
        places.setdefault("home", "found above")
    return {name: places.get(name, "default") for name in _names()}


def _places(flags: Mapping[str, Any]) -> dict[str, str]:
    """Setting, or limit as `limits.<name>`, → the flag, the variable or the file that says it and is followed."""
    folder = _project_folder()
    found: dict[str, str] = {}
    for place in (_own_folder(), folder):
        shown = _FILE if place == folder == Path.cwd() else str(place / _FILE)
        found |= dict.fromkeys(_flat(_in_file(place / _FILE)), shown)
    found |= dict.fromkeys(_flat(_in_environment()), _variable("limits"))
    found |= {name.lower().removeprefix(_PREFIX).replace(_BETWEEN, "."): name
              for name in os.environ if _is_of_settings(name)}  # fmt: skip
    return found | {name: f"--{name.replace('_', '-')}" for name, value in flags.items() if value is not None}


def _flat(told: Mapping[str, Any]) -> list[str]:
    """The names of settings, those of limits as `limits.<name>`."""
    limits = told.get("limits")
    return [*told, *(f"limits.{name}" for name in limits)] if isinstance(limits, Mapping) else [*told]


def _names() -> list[str]:
    """Every setting, and every limit as `limits.<name>`."""
    return [
        *(name for name in Settings.model_fields if name != "limits"),
        *(f"limits.{n}" for n in Limits.model_fields),
    ]


def _variable(name: str) -> str:
    """`CLIPMILL_LIMITS__ROWS`."""
    return (_PREFIX + name.replace(".", _BETWEEN)).upper()


def _is_of_settings(variable: str) -> bool:
    """Whether a variable is meant for a setting; not those a cluster makes of services, as CLIPMILL_PORT_80_TCP."""
    name = variable.lower().removeprefix(_PREFIX)
    if name == variable.lower() or variable.lower().startswith(_OF_TESTS):
        return False
    return name.startswith("limits") or bool(get_close_matches(name, Settings.model_fields, n=1, cutoff=0.75))


def _in_environment() -> dict[str, Any]:
    """Settings from variables, whose case does not matter; `limits` is JSON, each limit also a variable of its own."""
    found: dict[str, Any] = {name.lower().removeprefix(_PREFIX): value for name, value in os.environ.items()
                             if _is_of_settings(name)}  # fmt: skip
    if "limits" in found:
        found["limits"] = json.loads(found["limits"])
    single = {name.removeprefix("limits" + _BETWEEN): found.pop(name) for name in [*found]
              if name.startswith("limits" + _BETWEEN)}  # fmt: skip
    return _over({"limits": single}, found) if single else found


def _in_file(path: Path) -> dict[str, Any]:
    """Settings from a file, if there is one; relative paths in it count from its folder."""
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        text = file.read(_FILE_BYTES + 1)
    if len(text) > _FILE_BYTES:
        raise ValueError(f"{path} is longer than {_FILE_BYTES // 1024} kB")
    try:
        found = tomllib.loads(text.decode())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    for name in _PLACES:
        named = found.get(name)
        if isinstance(named, str | list):
            listed = [named] if name == "home" else _listed(named)
            places = [path.parent / Path(str(place)).expanduser() for place in listed]
            found[name] = places[0] if name == "home" else places
    return found


def _own_folder() -> Path:
    """Where the user's own settings lie, whatever folder they work in."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "clipmill"
    told = os.environ.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", "")
    return (Path(told) if Path(told).is_absolute() else Path.home() / ".config") / "clipmill"


def _project_folder() -> Path:
    """The nearest folder with a state folder or settings, from the working folder upwards; else the working folder.

    What lies in a folder that anybody may write to, such as /tmp, is nobody's project: there the search ends.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        try:
            if folder != here and folder.stat().st_mode & stat.S_IWOTH:
                break
            if (folder / _HOME).is_dir() or (folder / _FILE).is_file():
                return folder
        except PermissionError:  # a folder above that we may not look into holds nothing of ours
            break
    return here


def _over(upper: Mapping[str, Any], lower: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of both; where both have one `upper` wins, within `limits` one by one."""
    merged, both = {**lower, **upper}, (lower.get("limits"), upper.get("limits"))
    if all(isinstance(limits, Mapping) for limits in both):
        merged["limits"] = {**lower["limits"], **upper["limits"]}
    return merged

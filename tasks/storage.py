"""Where a lake may lie: in a folder of this machine, or on S3-compatible storage (`s3://bucket/folder`).

A place on such storage has the methods of `pathlib.Path` (it is a `UPath` of universal_pathlib over s3fs), so that the
rest of the code does not know the difference. Where it must, it asks here. Keys and the address of the storage are
those of every program that speaks to S3: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_ENDPOINT_URL`, `~/.aws`.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, cast

from tasks.errors import ConfigError

_SCHEME: Final = "s3"
_MARK: Final = "://"


def located(place: str | Path) -> Path:
    """The folder that a text means: `s3://bucket/folder`, or a path of this machine; a path is given back as it is.

    Raises ConfigError for another scheme, a place without a bucket, and where the libraries for S3 are not installed.
    """
    if not isinstance(place, str) or _MARK not in place:
        return Path(place) if isinstance(place, str) else place
    scheme, _, rest = place.partition(_MARK)
    if scheme.lower() != _SCHEME or not rest.strip("/"):
        raise ConfigError(f"{place}: a lake lies in a folder or on S3-compatible storage (s3://bucket/folder).")
    try:
        from upath import UPath
    except ImportError:
        raise ConfigError(f"{place}: S3 needs more libraries: pip install 'dotterel[s3]'.") from None
    # Other processes write too: a listing that is remembered would hide what they wrote.
    return cast(Path, UPath(f"{_SCHEME}{_MARK}{rest.rstrip('/')}", use_listings_cache=False))


def is_remote(place: Path) -> bool:
    """Whether a place is on S3-compatible storage."""
    return not isinstance(place, Path)


def put(place: Any, content: bytes) -> None:
    """Write an object as a whole: it is there with all of its bytes, or as it was before."""
    place.fs.pipe_file(place.path, content)


@contextmanager
def opened(place: Path) -> Iterator[str | IO[bytes]]:
    """What a library of files can read a file from: its path, or the object as a file."""
    if not is_remote(place):
        yield str(place)
        return
    with place.open("rb") as file:
        yield file


def size_below(folder: Path) -> int:
    """The bytes of all files below a folder; of one that is not there, none."""
    if is_remote(folder):
        return int(folder.fs.du(folder.path, total=True)) if folder.exists() else 0  # type: ignore[attr-defined]
    total = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(parent) / name).stat().st_size
            except FileNotFoundError:
                continue  # a run beside us moves its temporary files
    return total


@contextmanager
def scratch(folder: Path, name: str) -> Iterator[Path]:
    """A folder for temporary files that goes with the block: in `folder`, or on this machine where that is remote.

    What a killed process leaves of it in a lake, `dotterel clean` knows by its name.
    """
    named = f"{name}.{os.getpid()}-{secrets.token_hex(4)}.tmp"
    place = Path(tempfile.gettempdir()) / f"dotterel-{named}" if is_remote(folder) else folder / named
    try:
        place.mkdir(parents=True)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def refused(error: BaseException) -> str:
    """Why remote storage refused, in one line; empty for an error that is not of it."""
    if type(error).__module__.split(".")[0] in ("botocore", "aiobotocore", "aiohttp"):
        return (str(error).splitlines() or [type(error).__name__])[0]
    return ""

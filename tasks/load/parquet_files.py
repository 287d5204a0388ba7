"""Reads and writes single files of the lake: the old file or the new one is there, never a mixture.

A file is written to `<name>.<pid>-<random>.tmp` beside its place, synced and moved there with `os.replace`. The same
rows and metadata give the same bytes, so a file that would not change can be told by comparing. On S3-compatible
storage a file is one object, made whole in memory and written by one request.
"""

import errno
import os
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.errors import LakeError
from tasks.storage import is_remote, opened, put, refused

ROW_GROUP_TEXTS: Final = 32_768
"""Rows of one row group with article texts: about 100 MB before compression."""
ROW_GROUP_ROWS: Final = 131_072
"""Rows of one row group of any other table, of about 500 bytes each; DuckDB groups its own files likewise (122,880)."""
ZSTD_LEVEL: Final = 3

_NO_METADATA: Final[Mapping[str, str]] = MappingProxyType({})
_REASONS: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would be larger than allowed",
    errno.EACCES: "there is no permission to write there",
    errno.EPERM: "there is no permission to write there",
    errno.EROFS: "the file system is read-only",
    errno.ENOTDIR: "a file stands where a folder should be",
    errno.EEXIST: "a file stands where a folder should be",
    errno.EISDIR: "a folder stands where the file should be",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EIO: "the disk or the network share reports an error",
}
_ADVICE: Final = {
    errno.ENOSPC: "make room and run again",
    errno.EDQUOT: "make room and run again",
    errno.EACCES: "allow it or name another place",
    errno.EPERM: "allow it or name another place",
    errno.EROFS: "make it writable or name another place",
    errno.EIO: "see whether the disk is sound and run again",
}
_FOLDER_SYNC_UNKNOWN: Final = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)
"""How file systems that cannot sync a folder (some network shares) say so; the file itself is synced by then."""


def write_table(
    table: pa.Table, path: Path, metadata: Mapping[str, str] = _NO_METADATA, *, unique: Collection[str] = ()
) -> None:
    """Replace the Parquet file at `path` by `table`; `metadata` goes into the footer, the table's own is dropped.

    Columns that are `unique` get no dictionary, which would hold every value and cost a sixth of the time. Raises
    LakeError when the place cannot be written; what stood there before is untouched then.
    """
    whole = table.replace_schema_metadata(dict(sorted(metadata.items())) or None)
    group = ROW_GROUP_TEXTS if "body" in whole.column_names else ROW_GROUP_ROWS
    with (
        _replacing(path) as file,
        pq.ParquetWriter(
            file,
            whole.schema,
            compression="zstd",
            compression_level=ZSTD_LEVEL,
            use_dictionary=[name for name in whole.column_names if name not in unique],
            version="2.6",
            data_page_version="1.0",
            coerce_timestamps="us",
        ) as writer,
    ):
        for start in range(0, max(1, whole.num_rows), group):
            # One chunk a column: page boundaries, and so the bytes, would depend on how the table was put together.
            # A row group at a time, since a second copy of a large table is slow and takes its memory twice.
            rows = whole.slice(start, group).combine_chunks()
            writer.write_table(rows, row_group_size=group)


def write_bytes(path: Path, data: bytes) -> None:
    """Replace the file at `path` by `data`. Raises LakeError like `write_table`."""
    with _replacing(path) as file:
        file.write(data)


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of one Parquet file, or some of its columns. Raises LakeError when it is missing or damaged.

    Folder names are not read into columns.
    """
    with _reading(path), opened(path) as place, pq.ParquetFile(place) as file:
        return file.read(columns=None if columns is None else list(columns)).replace_schema_metadata(None)


def read_metadata(path: Path) -> dict[str, str]:
    """What `write_table` was given as metadata, from the footer alone. Raises LakeError like `read_table`."""
    with _reading(path), opened(path) as place:
        stored = pq.read_metadata(place).metadata or {}
    return {key.decode(): value.decode() for key, value in stored.items() if key != b"ARROW:schema"}


def read_schema(path: Path) -> pa.Schema:
    """The columns of one Parquet file, from the footer alone. Raises LakeError like `read_table`."""
    with _reading(path), opened(path) as place:
        return pq.read_schema(place).remove_metadata()


def count_rows(path: Path) -> int:
    """The number of rows of one Parquet file, from the footer alone. Raises LakeError like `read_table`."""
    with _reading(path), opened(path) as place:
        return int(pq.read_metadata(place).num_rows)


def reason(error: OSError) -> str:
    """Why the system refused, in a few plain words."""
    known = _REASONS.get(error.errno or 0)
    return known or (error.strerror or str(error) or type(error).__name__).lower()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns what the system refuses into a LakeError that names `path` and says what to do."""
    try:
        yield
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0)
        raise LakeError(f"{path}: cannot be written, {reason(error)}{f'; {advice}' if advice else ''}.") from error
    except Exception as error:
        if why := refused(error):
            raise LakeError(f"{path}: cannot be written ({why}).") from error
        raise


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    if is_remote(path):
        whole = BytesIO()
        yield whole
        with writing(path):
            put(path, whole.getvalue())
        return
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            # Also on Ctrl-C: a killed process cannot do this, and `clean` finds what it left.
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Makes the move itself survive a power cut."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _FOLDER_SYNC_UNKNOWN:
            raise
    finally:
        os.close(handle)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise LakeError(f"{path}: there is no such file.") from None
    except pa.ArrowException as error:
        raise LakeError(f"{path}: is damaged and cannot be read ({_first_line(error)}).") from error
    except OSError as error:
        raise LakeError(f"{path}: cannot be read ({error.strerror or _first_line(error)}).") from error
    except Exception as error:
        if why := refused(error):
            raise LakeError(f"{path}: cannot be read ({why}).") from error
        raise


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")

"""Single files of the lake: whole or untouched, and the same bytes for the same rows."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.errors import LakeError
from tasks.load.parquet_files import ROW_GROUP_ROWS, count_rows, read_metadata, read_table, write_bytes, write_table

OLD = pa.table({"n": [1]})
NEW = pa.table({"n": [2, 3]})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.parquet"
    write_table(NEW, path, {"who": "Ярослав"})
    assert read_table(path) == NEW
    assert read_table(path, ["n"]).column_names == ["n"]
    assert read_metadata(path) == {"who": "Ярослав"}
    assert count_rows(path) == 2


def test_rows_put_together_in_other_pieces_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [{"n": i, "text": f"text {i}"} for i in range(ROW_GROUP_ROWS + 9)]
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    whole = pa.Table.from_pylist(rows)
    pieces = pa.concat_tables([pa.Table.from_pylist(rows[:7]), pa.Table.from_pylist(rows[7:])])
    write_table(whole, one, {"a": "1", "b": "2"})
    write_table(pieces.replace_schema_metadata({"pandas": "x"}), two, {"b": "2", "a": "1"})
    assert one.read_bytes() == two.read_bytes()


def test_a_column_of_unique_values_has_no_dictionary(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_table(pa.table({"id": ["a", "b"], "text": ["x", "x"]}), path, unique=("id",))
    group = pq.read_metadata(path).row_group(0)
    assert [group.column(column).has_dictionary_page for column in (0, 1)] == [False, True]


def test_folder_names_do_not_become_columns(tmp_path: Path) -> None:
    path = tmp_path / "source=a" / "period=2023" / "t.parquet"
    write_table(OLD, path)
    assert read_table(path).column_names == ["n"]


@pytest.mark.parametrize("failing", ["fsync", "write"])
def test_a_full_disk_is_one_clear_sentence_and_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "t.parquet"
    write_table(OLD, path)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if failing == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr("tasks.load.parquet_files.pq.ParquetWriter.write_table", full)
    with pytest.raises(LakeError) as caught:
        write_table(NEW, path)
    assert str(caught.value) == f"{path}: cannot be written, the disk is full; make room and run again."
    assert read_table(path) == OLD
    assert names(tmp_path) == ["t.parquet"]


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EACCES, "no permission"),
        (errno.EROFS, "read-only"),
        (errno.EDQUOT, "quota"),
        (errno.EIO, "the disk or the network share"),
        (errno.ENXIO, "eio broken"),
    ],
)
def test_each_refusal_of_the_system_names_path_and_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "EIO broken")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(LakeError, match=f"t.json.*{reason}"):
        write_bytes(tmp_path / "t.json", b"{}")
    assert names(tmp_path) == []


def test_a_file_where_a_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("")
    with pytest.raises(LakeError, match="a file stands where a folder should be"):
        write_table(NEW, tmp_path / "lake" / "events" / "t.parquet")


def test_a_real_limit_of_the_system_keeps_the_old_file(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    import signal

    path = tmp_path / "t.parquet"
    write_table(OLD, path)
    big = pa.table({"noise": [os.urandom(20).hex() for _ in range(20_000)]})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(LakeError, match="larger than allowed"):
            write_table(big, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert read_table(path) == OLD
    assert names(tmp_path) == ["t.parquet"]


def test_a_process_killed_before_the_move_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_table(OLD, path)
    program = (
        "import os, sys, pathlib, pyarrow as pa\n"
        "from tasks.load.parquet_files import write_table\n"
        "pathlib.Path.replace = lambda *_: os._exit(9)\n"
        "write_table(pa.table({'n': [2, 3]}), pathlib.Path(sys.argv[1]))\n"
    )
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", program, str(path)], cwd=root, check=False, timeout=60)
    assert ended.returncode == 9
    assert read_table(path) == OLD
    assert [name.endswith(".tmp") for name in names(tmp_path)] == [False, True]


@pytest.mark.parametrize(
    ("content", "message"), [(None, "there is no such file"), (b"not parquet at all", "is damaged and cannot be read")]
)
def test_missing_and_damaged_files_are_told_apart(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "t.parquet"
    if content is not None:
        path.write_bytes(content)
    for read in (read_table, read_metadata, count_rows):
        with pytest.raises(LakeError, match=message):
            read(path)

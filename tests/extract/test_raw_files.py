"""Finding the raw files of a source, and naming them the same from anywhere."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tasks.errors import UsageError
from tasks.extract import raw_files as module
from tasks.extract.raw_files import RawFile, Skipped, at, find, raw_files
from tasks.settings import path_source


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    (folder / "2023").mkdir(parents=True)
    (folder / "b.json").write_bytes(b"[]")
    (folder / "2023" / "a.txt").write_bytes(b"text")
    return folder


def test_a_folder_is_walked_in_the_order_of_names(archive: Path) -> None:
    found = raw_files(path_source(archive))
    assert [raw.raw_uri for raw in found] == ["archive/2023/a.txt", "archive/b.json"]
    assert found[0].sha256 == hashlib.sha256(b"text").hexdigest()
    assert found[0].bytes == 4


def test_the_name_does_not_depend_on_how_the_path_was_typed(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absolute = [raw.raw_uri for raw in raw_files(path_source(archive))]
    monkeypatch.chdir(archive)
    assert [raw.raw_uri for raw in raw_files(path_source(Path()))] == absolute
    assert [raw.raw_uri for raw in raw_files(path_source(Path("../archive/")))] == absolute


def test_a_single_file_is_named_by_its_name_alone(archive: Path) -> None:
    (raw,) = raw_files(path_source(archive / "2023" / "a.txt"))
    assert raw.raw_uri == "a.txt"


def test_hidden_files_and_links_are_skipped_and_said(archive: Path, tmp_path: Path) -> None:
    (archive / ".hidden").write_text("x")
    (tmp_path / "outside.txt").write_text("x")
    (archive / "link.txt").symlink_to(tmp_path / "outside.txt")
    (archive / "loop").symlink_to(archive)
    os.mkfifo(archive / "pipe")
    skipped = {item.raw_uri for item in find(path_source(archive)) if isinstance(item, Skipped)}
    assert skipped == {"archive/.hidden", "archive/link.txt", "archive/loop", "archive/pipe"}
    assert len(raw_files(path_source(archive))) == 2


def test_an_unknown_path_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file or folder"):
        raw_files(path_source(tmp_path / "nowhere"))


def test_an_empty_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no files"):
        raw_files(path_source(tmp_path))


def skipped(folder: Path) -> dict[str, str]:
    return {item.raw_uri: item.why for item in find(path_source(folder)) if isinstance(item, Skipped)}


def refuse(monkeypatch: pytest.MonkeyPatch, name: str, call: str) -> None:
    """Let the system refuse a path; root, who may run the tests, is refused nothing by permissions."""
    real = getattr(os, call)

    def asked(path: str | Path, *more: int) -> object:
        if Path(path).name == name:
            raise PermissionError(13, os.strerror(13))
        return real(path, *more)

    monkeypatch.setattr(module.os, call, asked)


def test_a_file_without_permission_is_skipped_and_said(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, "b.json", "open")
    assert skipped(archive) == {"archive/b.json": "cannot be read (Permission denied)"}
    assert [raw.raw_uri for raw in raw_files(path_source(archive))] == ["archive/2023/a.txt"]


def test_a_folder_without_permission_is_skipped_and_said(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, "2023", "scandir")
    assert skipped(archive) == {"archive/2023": "cannot be read (Permission denied)"}
    assert [raw.raw_uri for raw in raw_files(path_source(archive))] == ["archive/b.json"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_its_owner_closed_is_skipped_and_said(archive: Path) -> None:
    (archive / "b.json").chmod(0)
    assert list(skipped(archive)) == ["archive/b.json"]


def test_names_that_are_not_utf_8_become_names_that_tables_can_hold(archive: Path) -> None:
    for name in (b"caf\xe9.txt", b"caf\xe8.txt", b".hidden\xff", b"\xfffolder"):
        path = os.fsencode(archive) + b"/" + name
        if name.endswith(b"folder"):
            os.mkdir(path)  # noqa: PTH102 - a name of bytes
            path += b"/x.txt"
        Path(os.fsdecode(path)).write_bytes(b"text")
    found = [raw.raw_uri for raw in raw_files(path_source(archive))]
    assert found == [
        "archive/2023/a.txt",
        "archive/b.json",
        "archive/caf\\xe8.txt",
        "archive/caf\\xe9.txt",
        "archive/\\xfffolder/x.txt",
    ]
    assert json.dumps([*found, *skipped(archive)], ensure_ascii=False).encode()


@contextmanager
def chain_of_folders(top: Path, name: str, depth: int) -> Iterator[None]:
    """Folders within each other with a file in the last, and none of them afterwards (`rmtree` cannot go that deep)."""
    before = Path.cwd()
    os.chdir(top)
    try:
        for _ in range(depth):  # step by step: the path as a whole is longer than the system takes
            os.mkdir(name)  # noqa: PTH102
            os.chdir(name)
        Path("deep.txt").write_bytes(b"deep")
        os.chdir(before)
        yield
        os.chdir(top)
        for _ in range(depth):
            os.chdir(name)
        Path("deep.txt").unlink()
        for _ in range(depth):
            os.chdir("..")
            os.rmdir(name)  # noqa: PTH106
    finally:
        os.chdir(before)


def test_a_folder_deeper_than_python_s_calls_is_walked(archive: Path) -> None:
    with chain_of_folders(archive, "d", 1500):
        found = [raw.raw_uri for raw in raw_files(path_source(archive))]
    assert len(found) == 3
    assert found[-1].endswith("/d/d/deep.txt")


def test_a_folder_too_deep_for_the_system_is_skipped_and_said(archive: Path) -> None:
    with chain_of_folders(archive, "d" * 200, 25):
        assert set(skipped(archive).values()) == {"cannot be read (File name too long)"}
        assert len(raw_files(path_source(archive))) == 2


def test_a_folder_that_contains_itself_is_walked_once(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A mount can make such a loop; a test cannot, so here the folder below shows itself as the one above.
    identity = module._identity
    monkeypatch.setattr(module, "_identity", lambda path: identity(archive if path.name == "2023" else path))
    assert skipped(archive) == {"archive/2023": "a folder that contains itself"}


def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(archive: Path) -> None:
    items = find(path_source(archive))
    assert isinstance(next(items), RawFile)
    (archive / "b.json").unlink()
    os.mkfifo(archive / "b.json")
    assert list(items) == [Skipped("archive/b.json", "cannot be read (it is no longer a regular file)")]


def test_a_device_is_neither_a_file_nor_a_folder() -> None:
    with pytest.raises(UsageError, match="neither a file nor a folder"):
        raw_files(path_source(Path("/dev/null")))


def test_a_raw_file_is_found_again_where_it_lay(archive: Path) -> None:
    source, place = path_source(archive), archive / "b.json"
    assert at(source, str(place), "archive/b.json") in raw_files(source)
    place.unlink()
    assert at(source, str(place), "archive/b.json") is None
    place.mkdir()
    assert at(source, str(place), "archive/b.json") == Skipped("archive/b.json", "not a regular file")
    assert isinstance(at(source, "", "archive/b.json"), Skipped)

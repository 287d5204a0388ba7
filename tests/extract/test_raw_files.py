"""Finding the raw files of a source, and naming them the same from anywhere."""

import hashlib
import os
from pathlib import Path

import pytest

from tasks.errors import UsageError
from tasks.extract.raw_files import Skipped, find, raw_files
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

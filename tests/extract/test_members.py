"""Members of archives and packed files, sound, damaged and hostile."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.drafts import Rejected
from tasks.extract.members import members
from tasks.settings import Settings

LIMITS = Settings()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


Found = list[tuple[str, bytes] | Rejected]


def opened(tmp_path: Path, data: bytes, limits: Settings = LIMITS) -> Found:
    """Each member with its name and bytes, read before the next one is asked for, and what could not be opened."""
    file = tmp_path / "raw"
    file.write_bytes(data)
    found: Found = []
    for item in members(file, limits):
        if isinstance(item, Rejected):
            found.append(item)
        elif (whole := item.whole(limits.max_member_bytes)) is not None:
            assert whole.startswith(item.head[: len(whole)])
            found.append((item.name, whole))
    return found


def contents(found: Found) -> dict[str, bytes]:
    return {item[0]: item[1] for item in found if not isinstance(item, Rejected)}


def reasons(found: Found) -> list[tuple[str, str]]:
    return [(item.record, item.reason) for item in found if isinstance(item, Rejected)]


def test_a_plain_file_is_its_own_only_member(tmp_path: Path) -> None:
    assert opened(tmp_path, b"text") == [("", b"text")]


def test_the_members_of_a_zip_keep_their_order_and_names(tmp_path: Path) -> None:
    found = contents(opened(tmp_path, zipped({"b/x.json": b"[1]", "a.csv": b"c"})))
    assert list(found.items()) == [("b/x.json", b"[1]"), ("a.csv", b"c")]


def test_gzip_is_opened_alone_and_inside_a_zip_whatever_its_name(tmp_path: Path) -> None:
    assert opened(tmp_path, gzip.compress(b"text")) == [("", b"text")]
    assert contents(opened(tmp_path, zipped({"a.txt": gzip.compress(b"text")}))) == {"a.txt": b"text"}


def test_gzip_streams_that_follow_each_other_are_one_text(tmp_path: Path) -> None:
    assert opened(tmp_path, gzip.compress(b"one ") + gzip.compress(b"two") + bytes(512)) == [("", b"one two")]


def test_a_large_gzip_is_unpacked_to_its_end(tmp_path: Path) -> None:
    data = b"".join(b"%d " % number for number in range(700_000))
    assert opened(tmp_path, gzip.compress(data)) == [("", data)]


def test_what_macos_leaves_in_a_zip_is_passed_over(tmp_path: Path) -> None:
    found = opened(tmp_path, zipped({"__MACOSX/._a.json": b"x", "d/.DS_Store": b"x", "d/": b"", "a.json": b"[]"}))
    assert found == [("a.json", b"[]")]


def test_a_truncated_gzip_gives_what_comes_before_the_cut(tmp_path: Path) -> None:
    data = b"".join(b"line %d\n" % number for number in range(5000))
    found = opened(tmp_path, gzip.compress(data)[:-2000])
    assert data.startswith(contents(found)[""])
    assert len(contents(found)[""]) > 1000
    assert reasons(found) == [("", "truncated_gzip")]


def test_a_corrupt_member_costs_only_itself(tmp_path: Path) -> None:
    data = bytearray(zipped({"a": b"alpha " * 100, "b": b"beta " * 100, "c": b"gamma " * 100}))
    at = data.index(b"b", data.index(b"PK\x03\x04", 10)) + 4
    data[at : at + 6] = b"\xff" * 6
    found = opened(tmp_path, bytes(data))
    assert set(contents(found)) == {"a", "c"}
    assert reasons(found) == [("b", "corrupt_member")]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_truncated_zip_gives_the_members_before_the_cut(tmp_path: Path, method: int) -> None:
    whole = zipped({"a": b"alpha " * 100, "b": bytes(range(256)) * 40}, method)
    found = opened(tmp_path, whole[: whole.index(b"PK\x01\x02") - 50])
    assert contents(found)["a"] == b"alpha " * 100
    assert reasons(found) == [("", "corrupt_zip"), ("b", "truncated_member")]


def test_an_encrypted_member_is_one_row(tmp_path: Path) -> None:
    data = bytearray(zipped({"a": b"secret"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", data, data.index(mark) + offset, 1)
    assert reasons(opened(tmp_path, bytes(data))) == [("a", "encrypted")]


def test_archives_within_archives_are_opened(tmp_path: Path) -> None:
    inner = zipped({"a.json.gz": gzip.compress(b"[]")})
    assert contents(opened(tmp_path, zipped({"in.zip": inner, "b": b"x"}))) == {"in.zip!a.json.gz": b"[]", "b": b"x"}
    assert contents(opened(tmp_path, gzip.compress(gzip.compress(b"twice")))) == {"": b"twice"}
    assert contents(opened(tmp_path, gzip.compress(tarred({"d/in.zip": inner})))) == {"d/in.zip!a.json.gz": b"[]"}


def test_archives_are_opened_only_so_deep(tmp_path: Path) -> None:
    data = b"text"
    for _ in range(12):
        data = zipped({"in.zip": data})
    (found,) = opened(tmp_path, data)
    assert isinstance(found, Rejected)
    assert found.reason == "nested_archive"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"])
def test_packed_files_are_opened_and_their_cut_is_said(tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]
    data = b"".join(b"line %d\n" % (number * 7919 % 100_003) for number in range(200_000))
    assert contents(opened(tmp_path, pack(data))) == {"": data}
    cut = opened(tmp_path, pack(data)[:-5000])
    assert data.startswith(contents(cut)[""])
    assert [reason.partition("_")[0] for _, reason in reasons(cut)] == ["truncated"]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_the_files_of_a_tar_are_members(tmp_path: Path, mode: str) -> None:
    assert contents(opened(tmp_path, tarred({"d/a.txt": b"alpha", "b": b"beta" * 9000}, mode))) == {
        "d/a.txt": b"alpha",
        "b": b"beta" * 9000,
    }


def test_links_and_devices_in_a_tar_are_passed_over(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind in (("link", tarfile.SYMTYPE), ("device", tarfile.CHRTYPE), ("hard", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert reasons(opened(tmp_path, out.getvalue())) == [("", "empty")]


def test_a_tar_that_breaks_off_gives_what_comes_before(tmp_path: Path) -> None:
    whole = tarred({"a": b"alpha" * 50, "b": b"beta" * 5000})
    found = opened(tmp_path, whole[:6000])
    assert contents(found) == {"a": b"alpha" * 50}
    assert ("b", "truncated_member") in reasons(found)


def test_a_broken_record_of_a_packed_crawl_costs_only_itself(tmp_path: Path) -> None:
    packed = [gzip.compress(b"WARC/1.0\r\nrecord %d " % number + bytes(range(256)) * 20) for number in range(4)]
    packed[1] = packed[1][:20] + b"\xff" * 12 + packed[1][32:]
    found = opened(tmp_path, b"".join(packed))
    text = contents(found)[""]
    assert [number for number in range(4) if b"record %d" % number in text][:3] == [0, 2, 3]
    assert reasons(found) == [("", "corrupt_gzip")]


@pytest.mark.parametrize("head", [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x01\x00", b"\x28\xb5\x2f\xfd"])
def test_archives_that_cannot_be_opened_are_named(tmp_path: Path, head: bytes) -> None:
    assert reasons(opened(tmp_path, head + bytes(100))) == [("", "unknown_archive")]


def test_an_office_document_is_one_row(tmp_path: Path) -> None:
    found = opened(tmp_path, zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<b/>"}))
    assert reasons(found) == [("", "office_document")]


def test_limits_on_size_and_number_hold(tmp_path: Path) -> None:
    small = replace(LIMITS, max_member_bytes=100, max_members=2)
    assert reasons(opened(tmp_path, b"x" * 101, small)) == [("", "too_large")]
    assert reasons(opened(tmp_path, gzip.compress(b"x" * 101), small)) == [("", "too_large")]
    found = opened(tmp_path, zipped({"a": b"x" * 101, "b": b"y", "c": b"z", "d": b"z"}), small)
    assert contents(found) == {"b": b"y"}
    assert reasons(found) == [("a", "too_large"), ("", "too_many_members")]


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, bz2.compress, lzma.compress, lambda data: zipped({"a": data}),
     lambda data: tarred({"a": data}, "w:gz"), lambda data: zipped({"a": gzip.compress(data)})],
    ids=["gzip", "bzip2", "xz", "zip", "tar.gz", "gzip in zip"],
)  # fmt: skip
def test_a_bomb_is_not_unpacked(tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]
    found = opened(tmp_path, pack(bytes(40_000_000)), replace(LIMITS, max_expansion=50))
    assert contents(found) == {}
    assert "expands_too_much" in [reason for _, reason in reasons(found)]


@settings(max_examples=60)
@given(st.data())
def test_no_damage_crashes_it(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    files = {"a": b"alpha " * 30, "b": b"beta"}
    text = files["a"]
    whole = data.draw(
        st.sampled_from([zipped(files), tarred(files), tarred(files, "w:gz"), *(p(text) for p in (
            gzip.compress, bz2.compress, lzma.compress))])
    )  # fmt: skip
    damaged = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 3))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    file = tmp_path_factory.getbasetemp() / "damaged"
    file.write_bytes(bytes(damaged))
    for item in members(file, LIMITS):
        if not isinstance(item, Rejected):
            item.whole(LIMITS.max_member_bytes)

"""Members of zip and gzip files, sound, damaged and hostile."""

import gzip
import io
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.drafts import Rejected
from tasks.extract.members import Member, members
from tasks.settings import Settings

LIMITS = Settings()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def opened(tmp_path: Path, data: bytes, limits: Settings = LIMITS) -> list[Member | Rejected]:
    file = tmp_path / "raw"
    file.write_bytes(data)
    return list(members(file, limits))


def contents(found: list[Member | Rejected]) -> dict[str, bytes]:
    return {item.name: item.data for item in found if isinstance(item, Member)}


def reasons(found: list[Member | Rejected]) -> list[tuple[str, str]]:
    return [(item.record, item.reason) for item in found if isinstance(item, Rejected)]


def test_a_plain_file_is_its_own_only_member(tmp_path: Path) -> None:
    assert opened(tmp_path, b"text") == [Member("", b"text")]


def test_the_members_of_a_zip_keep_their_order_and_names(tmp_path: Path) -> None:
    found = contents(opened(tmp_path, zipped({"b/x.json": b"[1]", "a.csv": b"c"})))
    assert list(found.items()) == [("b/x.json", b"[1]"), ("a.csv", b"c")]


def test_gzip_is_opened_alone_and_inside_a_zip_whatever_its_name(tmp_path: Path) -> None:
    assert opened(tmp_path, gzip.compress(b"text")) == [Member("", b"text")]
    assert contents(opened(tmp_path, zipped({"a.txt": gzip.compress(b"text")}))) == {"a.txt": b"text"}


def test_gzip_streams_that_follow_each_other_are_one_text(tmp_path: Path) -> None:
    assert opened(tmp_path, gzip.compress(b"one ") + gzip.compress(b"two") + bytes(512)) == [Member("", b"one two")]


def test_a_large_gzip_is_unpacked_to_its_end(tmp_path: Path) -> None:
    data = b"".join(b"%d " % number for number in range(700_000))
    assert opened(tmp_path, gzip.compress(data)) == [Member("", data)]


def test_what_macos_leaves_in_a_zip_is_passed_over(tmp_path: Path) -> None:
    found = opened(tmp_path, zipped({"__MACOSX/._a.json": b"x", "d/.DS_Store": b"x", "d/": b"", "a.json": b"[]"}))
    assert found == [Member("a.json", b"[]")]


def test_a_truncated_gzip_gives_what_comes_before_the_cut(tmp_path: Path) -> None:
    data = b"".join(b"line %d\n" % number for number in range(5000))
    member, cut = opened(tmp_path, gzip.compress(data)[:-2000])
    assert isinstance(member, Member)
    assert data.startswith(member.data)
    assert len(member.data) > 1000
    assert isinstance(cut, Rejected)
    assert cut.reason == "truncated_gzip"


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


def test_a_zip_inside_a_zip_is_not_opened(tmp_path: Path) -> None:
    assert reasons(opened(tmp_path, zipped({"in.zip": zipped({"a": b"x"})}))) == [("in.zip", "nested_archive")]


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


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped({"a": data})], ids=["gzip", "zip"])
def test_a_bomb_is_not_unpacked(tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]
    found = opened(tmp_path, pack(bytes(40_000_000)), replace(LIMITS, max_expansion=50))
    assert contents(found) == {}
    assert [reason for _, reason in reasons(found)] in (["expands_too_much"], ["too_large"])


@settings(max_examples=60)
@given(st.data())
def test_no_damage_crashes_it(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([zipped({"a": b"alpha " * 30, "b": b"beta"}), gzip.compress(b"alpha " * 30)]))
    damaged = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 3))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    file = tmp_path_factory.getbasetemp() / "damaged"
    file.write_bytes(bytes(damaged))
    list(members(file, LIMITS))

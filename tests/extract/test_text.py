"""Bytes to text: encodings, emptiness and what is no text."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import UnreadableError
from tasks.extract.text import decode

RUSSIAN = "Лидеры подписали заявление о прекращении огня. В регион направляются миротворцы. " * 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251"])
def test_encodings_are_told_apart(encoding: str) -> None:
    assert decode(RUSSIAN.encode(encoding)).lstrip("\ufeff") == RUSSIAN


def test_western_quotes_of_windows_come_out_as_quotes() -> None:
    text = "“The café is shut,” she said – for good. " * 3
    assert decode(text.encode("cp1252")) == text


def test_one_damaged_sign_does_not_change_the_encoding() -> None:
    data = RUSSIAN.encode()
    assert decode(data[:101] + b"\xff" + data[101:]).count("ние") >= 3


def test_a_text_cut_in_the_middle_of_a_sign_keeps_the_rest() -> None:
    assert decode("It is a naïve plan é".encode()[:-1]) == "It is a naïve plan \ufffd"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \n\t\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "binary"),
        (bytes(1000), "binary"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        decode(data)
    assert refused.value.reason == reason


def test_a_single_zero_byte_does_not_make_a_text_binary() -> None:
    assert decode(b"date,title\n2023-01-01,A\x00 head\n" * 10)


def test_a_long_line_before_text_in_an_older_encoding_costs_no_time() -> None:
    text = "x" * 500_000 + "\n" + RUSSIAN
    assert decode(text.encode("cp1251")) == text


@given(st.binary(max_size=300))
def test_no_bytes_crash_it(data: bytes) -> None:
    with suppress(UnreadableError):
        assert decode(data).encode("utf-8")

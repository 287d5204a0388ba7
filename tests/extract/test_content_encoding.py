"""The Content-Encoding of what servers send is undone, within a limit."""

import gzip
import zlib

import brotli
import pytest

from tasks.errors import UnreadableError
from tasks.extract.content_encoding import decoded

SHORT = b"<p>Border talks were held.</p>"
LONG = b"".join(b"<p>Talks %d of %d were held at the border.</p>" % (number, number**3) for number in range(300))
PACKED = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "bare deflate": lambda body: zlib.compress(body, wbits=-15),
    "br": brotli.compress,
}


def attempt(packed: bytes, encoding: str, most: int) -> bytes | str:
    """What a body unpacks to, or the reason why it does not."""
    try:
        return decoded(packed, encoding, most)
    except UnreadableError as error:
        return error.reason


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize("body", [SHORT, LONG], ids=["short", "long"])
def test_a_body_is_unpacked_whole_or_refused_wherever_it_is_cut(name: str, body: bytes) -> None:
    packed, encoding = PACKED[name](body), name.removeprefix("bare ")
    assert decoded(packed, encoding, len(body)) == body
    found = [attempt(packed[:cut], encoding, len(body)) for cut in range(16, len(packed))]  # fewer look like text
    assert set(found) <= {body, "corrupt_payload"}
    assert found.count(body) <= 8  # the bytes of the sum behind it


def test_more_than_the_limit_is_refused_or_cut_as_asked() -> None:
    packed = gzip.compress(LONG)
    with pytest.raises(UnreadableError) as refused:
        decoded(packed, "gzip", 1000)
    assert refused.value.reason == "expands_too_much"
    assert decoded(packed, "gzip", 1000, whole=False) == LONG[:1000]


def test_codings_are_undone_from_the_last_to_the_first() -> None:
    assert decoded(gzip.compress(zlib.compress(SHORT)), "deflate, GZIP", 1000) == SHORT

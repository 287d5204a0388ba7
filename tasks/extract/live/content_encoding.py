"""Undoes the Content-Encoding of a response, within a limit."""

import zlib
from typing import Final

ACCEPTED: Final = "gzip"
"""What we ask for: every server knows it, and every reader of WARC files can undo it."""

_GZIP: Final = ("gzip", "x-gzip")


def decoded(body: bytes, encoding: str, limit: int) -> tuple[bytes, bool]:
    """The body without its encoding, at most `limit` bytes, and whether it was whole.

    A body that is not in the encoding that it claims, or in one that we did not ask for, is given as it is.
    """
    name = encoding.strip().lower()
    if name not in (*_GZIP, "deflate") or not body:
        return body, True
    # deflate means zlib by the standard, and without its header from some servers.
    for window in (47,) if name in _GZIP else (47, -15):
        unpacker = zlib.decompressobj(wbits=window)
        try:
            plain = unpacker.decompress(body, limit)
        except zlib.error:
            continue
        return plain, unpacker.eof or len(plain) >= limit
    return body, True

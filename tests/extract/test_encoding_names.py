"""Names of encodings mean what the web and mail mean by them."""

import pytest

from tasks.extract.encoding_names import codec_of


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("'GB2312'", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("x-sjis", "cp932"),
        ("windows-874", "cp874"),
        ("KOI8-R", "koi8-r"),
        ("ibm866", "cp866"),
        ("UTF-16LE", "utf-16-le"),
        ("unknown-8bit", ""),
        ("punycode", ""),
        ("zlib", ""),
        ("cp037", ""),
        ("", ""),
    ],
)
def test_a_name_is_that_of_the_encoding_that_is_meant(name: str, codec: str) -> None:
    assert codec_of(name) == codec

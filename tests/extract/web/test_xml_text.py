"""XML documents to text: what is declared, what is not, and what is declared wrongly."""

from contextlib import suppress
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import UnreadableError
from tasks.extract.web.xml_text import decode, head, mended

RUSSIAN = "Лидеры подписали заявление о прекращении огня. В регион направляются миротворцы."
WESTERN = "“Le café est fermé”, dit-elle – où est l’été ?"


def document(text: str, declared: str = "") -> str:
    return f"<?xml version='1.0'{f' encoding={chr(34)}{declared}{chr(34)}' if declared else ''}?>\n<rss>{text}</rss>"


@pytest.mark.parametrize(
    ("text", "declared", "encoding"),
    [
        (RUSSIAN, "windows-1251", "cp1251"),
        (RUSSIAN, "KOI8-R", "koi8-r"),
        (RUSSIAN, "", "cp1251"),
        (RUSSIAN, "utf-8", "cp1251"),
        (RUSSIAN, "windows-1251", "utf-8"),
        (RUSSIAN, "utf-16", "utf-8"),
        (RUSSIAN, "utf-8", "utf-16-le"),
        (RUSSIAN, "no-such-encoding", "utf-8"),
        (WESTERN, "iso-8859-1", "cp1252"),
        (WESTERN, "us-ascii", "cp1252"),
        (WESTERN, "utf-8", "cp1252"),
        (WESTERN, "", "cp1252"),
        (WESTERN, "iso-8859-1", "utf-8"),
        (WESTERN, "zlib", "utf-8"),
        ("Żołnierze zostaną wysłani", "iso-8859-2", "iso-8859-2"),
        ("停战协议签署了", "gb2312", "gb18030"),
        ("年", "euc-kr", "euc-kr"),
        ("停戦協定に署名した", "iso-2022-jp", "iso-2022-jp"),
        ("停戦協定に署名した", "shift_jis", "utf-8"),
        *((RUSSIAN, declared, wide) for declared in ("", "utf-16") for wide in ("utf-16", "utf-16-be", "utf-32-le")),
    ],
)
def test_nothing_is_lost_whatever_is_declared(text: str, declared: str, encoding: str) -> None:
    data = document(text, declared).encode(encoding)
    assert decode(data).text == document(text, declared)
    assert head(data).lstrip("\ufeff").startswith("<?xml version='1.0'")


def test_single_bytes_of_another_encoding_are_read_too() -> None:
    assert decode("<rss>Öl und Öl, ".encode() + "Öl</rss>".encode("cp1252")).text == "<rss>Öl und Öl, Öl</rss>"
    damaged = document(RUSSIAN, "windows-1251").encode("cp1251").replace(b".", b"\x98")
    assert RUSSIAN.split(".")[0] in decode(damaged).text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_places_in_the_text_are_places_in_the_bytes(encoding: str) -> None:
    data = document(RUSSIAN, "windows-1251" if encoding == "cp1251" else "").encode(encoding)
    found = decode(data)
    before = found.text[: found.text.index("огня")]
    place = found.skipped + len(before.encode(found.encoding))
    assert data[place:].decode(found.encoding).startswith("огня")


def test_where_places_cannot_be_counted_there_is_no_encoding() -> None:
    assert decode(document("停戦協定", "iso-2022-jp").encode("iso-2022-jp")).encoding == ""
    assert decode("<rss>Öl, Öl</rss>".encode() + b"\xff").encoding == ""


@pytest.mark.parametrize(
    ("found", "sound"),
    [
        ("a & b &c; &amp; &lt;", "a &amp; b &amp;c; &amp; &lt;"),
        ("&eacute;&nbsp;&#233;&#xe9;", "&#233;&#160;&#233;&#xe9;"),
        ("1 < 2 <b>", "1 &lt; 2 <b>"),
        ("a\x00b\x1f&#0;&#x110000;", "ab"),
        ("<![CDATA[a & b < c]]> & d", "<![CDATA[a & b < c]]> &amp; d"),
        ("<![CDATA[a & b", "a &amp; b"),
        ("a]]>b", "ab"),
    ],
)
def test_signs_that_stop_a_parser_are_mended(found: str, sound: str) -> None:
    assert mended(found) == sound


@given(st.text(st.sampled_from("&#x1;a<>![CDATA]\x00\ufffeé\ud800"), max_size=60))
def test_text_is_sound_once_it_is_mended(text: str) -> None:
    text = text.replace("<", "< ")  # without tags, of which nothing is mended
    parser = expat.ParserCreate("utf-8")
    parser.Parse(f"<x>{mended(text)}</x>".encode(), True)
    assert mended(mended(text)) == mended(text)


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "big5", "punycode", "utf-7", "base64", "windows-1251"]))
def test_no_bytes_crash_it(data: bytes, declared: str) -> None:
    for whole in (data, document("", declared).encode() + data):
        head(whole)
        with suppress(UnreadableError):
            assert decode(whole).text.encode("utf-8", "surrogatepass")
